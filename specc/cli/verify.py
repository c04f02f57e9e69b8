"""``specc verify``: whether the targets of a model agree."""

from __future__ import annotations

import argparse
import sys

from specc.cli.exits import FINDINGS, FINE, InputError
from specc.cli.sources import add_source_options, load_source


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a spec or a model of Keras, or - for stdin")
    parser.add_argument(
        "--against", metavar="FILE.npz", help="compare with recorded inputs and outputs, by name or in0, …, out0, …"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the inputs (default: 0)")
    parser.add_argument(
        "--tolerance", type=float, default=1e-5, metavar="X", help="relative to 1 + |reference| (default: 1e-5)"
    )
    add_source_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    from specc.runtime import SessionError
    from specc.verify import recorded_case, verify

    model = load_source(arguments, arguments.source)
    cases = None
    if arguments.against is not None:
        from specc.cli.arrays import read_arrays

        arrays = read_arrays(arguments.against)
        if not isinstance(arrays, dict):
            raise InputError(f"`{arguments.against}` holds one array", "numpy.savez writes several")
        try:
            cases = [recorded_case(model.graph.program, arrays)]
        except ValueError as error:
            raise InputError(f"`{arguments.against}` does not fit the model: {error}") from error
    try:
        report = verify(model, cases=cases, seed=abs(arguments.seed), tolerance=arguments.tolerance)
    except SessionError as error:
        raise InputError(error.message, error.hint) from error
    sys.stdout.write(f"{report}\n")
    return FINE if report.agrees else FINDINGS
