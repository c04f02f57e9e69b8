"""``specc summary``: the table of layers."""

from __future__ import annotations

import argparse
import sys

from specc.cli.exits import FINE
from specc.cli.sources import add_source_options, load_source
from specc.cli.terminal import width


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a spec or a model of Keras, or - for stdin")
    add_source_options(parser, weights=False)


def execute(arguments: argparse.Namespace) -> int:
    model = load_source(arguments, arguments.source)
    sys.stdout.write(model.summary().render(width(sys.stdout)))
    return FINE
