"""``specc validate``: findings on stdout, a short count on stderr."""

from __future__ import annotations

import argparse

from specc.cli.sources import add_source_options, positive
from specc.diagnostics.render import FORMATS


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, a folder of specs, a glob, or - for stdin")
    parser.add_argument("--format", choices=FORMATS, help=f"default: {FORMATS[0]}")
    parser.add_argument("--output-file", metavar="FILE", default="-", help="write the findings there instead of stdout")
    parser.add_argument("--stdin-filename", metavar="NAME", help="what findings call stdin; its folder is the spec's")
    codes = "codes or their beginnings, such as V202,K7"
    parser.add_argument("--select", metavar="CODES", action="append", help=f"show these findings alone: {codes}")
    parser.add_argument("--ignore", metavar="CODES", action="append", help="leave these findings out")
    parser.add_argument("--exclude", metavar="GLOB", action="append", help="leave files out of folders and globs")
    parser.add_argument("--max-errors", metavar="N", type=positive, help="stop after so many errors")
    parser.add_argument("--fix", action="store_true", help="mend what has one safe fix, and leave all else as it is")
    parser.add_argument("--diff", action="store_true", help="show what --fix would change, and change nothing")
    parser.add_argument("--strict", action="store_true", help="warnings fail too")
    parser.add_argument("-q", "--quiet", action="store_true", help="leave the count on stderr out")
    add_source_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    from specc.cli.validation import Validation

    return Validation(arguments).run()
