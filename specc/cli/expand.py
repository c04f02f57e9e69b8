"""``specc expand``: the resolved spec, whose SHA-256 is the identity of the model."""

from __future__ import annotations

import argparse

from specc.cli.exits import FINE
from specc.cli.sources import add_source_options, load_source
from specc.cli.terminal import say, write_result


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a spec or a model of Keras, or - for stdin")
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml", help="default: yaml")
    add_source_options(parser, weights=False)


def execute(arguments: argparse.Namespace) -> int:
    from specc.canonical import resolve
    from specc.canonical.text import to_json

    model = load_source(arguments, arguments.source)
    text = to_json(resolve(model.spec)) if arguments.format == "json" else model.expand()
    write_result("-", text.encode(), is_text=True)
    if model.weights is not None:
        say(f"the weights stay in {model.weights}: give them with --weights; `specc import` writes both")
    return FINE
