"""``specc compile``: write a model for a target."""

from __future__ import annotations

import argparse

from specc.cli.exits import FINE, UsageError
from specc.cli.sources import add_source_options, compile_source, load_source, positive, refuse_overwriting
from specc.cli.terminal import say, write_result

TARGETS = ("onnx",)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a spec or a model of Keras, or - for stdin")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the file to write, or - for stdout")
    parser.add_argument("--target", choices=TARGETS, default="onnx", help="default: onnx")
    parser.add_argument("--opset", type=positive, default=17, metavar="N", help="ONNX opset (default: 17)")
    add_source_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    refuse_overwriting(arguments.output, arguments.source, arguments.weights)
    model = load_source(arguments, arguments.source)
    _check_opset(arguments.opset)
    content = compile_source(model, arguments.target, arguments.opset)
    write_result(arguments.output, content)
    if arguments.output != "-":
        say(f"wrote {arguments.output} ({len(content):,} bytes)")
    return FINE


def _check_opset(opset: int) -> None:
    from specc.targets.onnx import OPSETS

    if opset not in OPSETS:
        raise UsageError(f"--opset {opset} is not supported, opsets {OPSETS[0]} to {OPSETS[-1]} are")
