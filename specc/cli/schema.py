"""``specc schema``: the JSON Schema of specs, for editors."""

from __future__ import annotations

import argparse
import sys

from specc.cli.exits import FINE
from specc.cli.terminal import write_result


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="write it to a file")


def execute(arguments: argparse.Namespace) -> int:
    from specc.data import shipped

    text = (shipped("schemas") / "spec.schema.json").read_text(encoding="utf-8")
    if arguments.output == "-":
        sys.stdout.write(text)
    else:
        write_result(arguments.output, text.encode())
    return FINE
