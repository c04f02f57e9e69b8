"""``--set NAME=VALUE``: vars of a spec, and its ``seed``, ``name`` and ``description``, from the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from specc.cli.exits import UsageError

_KINDS = "a value is a number, a text, true, false or a list of these"


def add_set_option(parser: argparse.ArgumentParser) -> None:
    help_ = "give a var of the spec (or its seed, name, description) this value, as YAML writes it"
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help=help_)


def read_settings(given: Sequence[str]) -> dict[str, Any]:
    """The values by name. Raises UsageError for what is no assignment, no value, or stands there twice."""
    settings: dict[str, Any] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f"--set {text}: expected NAME=VALUE", "such as --set units=64")
        if name in settings:
            raise UsageError(f"--set gives `{name}` twice")
        settings[name] = _read(name, value)
    return settings


def _read(name: str, text: str) -> Any:
    """A number, a text, a truth value or a list, by the rules of specs."""
    from specc.diagnostics import SpecError
    from specc.source import parse

    if not text.strip():
        raise UsageError(f"--set {name}= gives no value", f"write {name}='\"\"' for an empty text")
    if text.lstrip().startswith("{"):
        raise UsageError(f"--set {name}={text}: {_KINDS}")
    try:
        value = parse(text, "--set").data
    except SpecError as error:
        finding = error.diagnostics[0]
        raise UsageError(f"--set {name}={text}: {finding.message}", finding.hint) from None
    if value is None or isinstance(value, dict):
        raise UsageError(f"--set {name}={text}: {_KINDS}")
    return value
