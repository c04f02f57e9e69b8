"""``specc new``: begin with a working spec. The starters are the examples that ship with specc."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from specc.cli.exits import FINE, UsageError
from specc.cli.terminal import say


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="a starter")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="the spec to write")
    parser.add_argument("--force", action="store_true", help="replace FILE where it exists")


def execute(arguments: argparse.Namespace) -> int:
    starters = _starters()
    if arguments.name is None:
        if arguments.output != "-":
            raise UsageError("which starter?", f"one of {', '.join(starters)}")
        print(_listing(starters))
        return FINE
    if arguments.name not in starters:
        raise _unknown(arguments.name, starters)
    if arguments.output.endswith(".json"):
        raise UsageError("starters are YAML", "give a file that ends in .yaml; `specc import` writes it as JSON")
    text = starters[arguments.name].read_text(encoding="utf-8")
    if arguments.output == "-":
        sys.stdout.write(text)
    else:
        _write(Path(arguments.output), text, arguments.force)
    return FINE


def _starters() -> dict[str, Path]:
    from specc.data import shipped

    return {path.stem: path for path in sorted(shipped("examples").glob("*.yaml"))}


def _listing(starters: dict[str, Path]) -> str:
    """A line for each starter, with the first line of its comment."""
    column = max(map(len, starters), default=0)
    lines = []
    for name, path in starters.items():
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        lines.append(f"{name:{column}}  {first.lstrip('# ') if first.startswith('#') else ''}".rstrip())
    return "\n".join(lines)


def _unknown(name: str, starters: dict[str, Path]) -> UsageError:
    from specc.diagnostics import did_you_mean

    hint = did_you_mean(name, starters) or f"the starters are {', '.join(starters)}"
    return UsageError(f"there is no starter `{name}`", hint)


def _write(target: Path, text: str, force: bool) -> None:
    """The spec, and the schema beside it, so that editors complete and check while one types."""
    from specc.data import SCHEMA, shipped
    from specc.output import atomic_write

    if os.path.lexists(target) and not force:
        raise UsageError(f"{target} exists already", "--force replaces it")
    schema = target.with_name(SCHEMA)
    if not schema.exists():
        atomic_write(schema, (shipped("schemas") / SCHEMA).read_bytes())
        say(f"wrote {schema} (for your editor)")
    atomic_write(target, text.replace(f"$schema=../schemas/{SCHEMA}", f"$schema={SCHEMA}").encode())
    say(f"wrote {target}")
