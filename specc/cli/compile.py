"""``specc compile``: write a model for a target."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.exits import FINE, UsageError
from specc.cli.sources import (
    add_source_options,
    compile_source,
    generate_source,
    load_source,
    positive,
    refuse_overwriting,
)
from specc.cli.terminal import say, write_result
from specc.targets import PYTHON_TARGETS, TARGETS, Target

if TYPE_CHECKING:
    from specc.targets.python import PythonFiles


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a spec or a model of Keras, or - for stdin")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the file to write, or - for stdout")
    listing = f"{', '.join(TARGETS[:-1])} or {TARGETS[-1]}"
    parser.add_argument("--target", choices=TARGETS, metavar="TARGET", help=f"{listing}; default: onnx")
    parser.add_argument("--opset", type=positive, metavar="N", help="ONNX opset (default: 17)")
    add_source_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    target = _choose_target(arguments)
    outputs = [arguments.output]
    if target in PYTHON_TARGETS and arguments.output != "-":
        outputs.append(str(Path(arguments.output).with_suffix(PYTHON_TARGETS[target])))
    for output in outputs:
        refuse_overwriting(output, arguments.source, arguments.weights)
    model = load_source(arguments, arguments.source)
    if target in PYTHON_TARGETS:
        _write_module(arguments.output, generate_source(model, target))
        return FINE
    opset = 17 if arguments.opset is None else arguments.opset
    _check_opset(opset)
    content = compile_source(model, opset)
    write_result(arguments.output, content)
    if arguments.output != "-":
        say(f"wrote {arguments.output} ({len(content):,} bytes)")
    return FINE


def _choose_target(arguments: argparse.Namespace) -> Target:
    """The target, which must go with the output's ending and the other options."""
    is_module = arguments.output.endswith(".py")
    if arguments.target is None and is_module:
        choice = " or ".join(f"--target {target}" for target in PYTHON_TARGETS)
        raise UsageError(f"`{arguments.output}` is a Python module, the default target is onnx", f"add {choice}")
    target: Target = arguments.target or "onnx"
    if target in PYTHON_TARGETS and not is_module and arguments.output != "-":
        hint = f"-o {Path(arguments.output).with_suffix('.py')}"
        raise UsageError(f"the {target} target writes a Python module, `{arguments.output}` is no .py", hint)
    if target in PYTHON_TARGETS and arguments.opset is not None:
        raise UsageError(f"--opset is for ONNX, the {target} target has none")
    return target


def _write_module(output: str, files: PythonFiles) -> None:
    """The module and its weights; to stdout goes the module alone."""
    if output == "-":
        write_result("-", files.module, is_text=True)
        if files.arrays:
            say("the weights are not written: give a file with -o")
        return
    module, weights = files.write(output)
    say(f"wrote {module} ({len(files.module):,} bytes) and {weights} ({weights.stat().st_size:,} bytes)")


def _check_opset(opset: int) -> None:
    from specc.targets.onnx import OPSETS

    if opset not in OPSETS:
        raise UsageError(f"--opset {opset} is not supported, opsets {OPSETS[0]} to {OPSETS[-1]} are")
