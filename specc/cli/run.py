"""``specc run``: run a model on arrays from files."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from specc.cli.exits import FINE, InputError, UsageError
from specc.cli.sources import add_source_options, compile_source, load_source, refuse_overwriting
from specc.cli.terminal import write_result

if TYPE_CHECKING:
    from specc.cli.arrays import Array
    from specc.runtime import Session

ONNX_TAG = b"\x08"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="an .onnx file, or a model source")
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="[NAME=]FILE",
        help="an input's array; a .npz without a name gives all that it holds",
    )
    parser.add_argument("--output", metavar="FILE", help="write the outputs to this .npz instead of text")
    parser.add_argument("--state", metavar="FILE", help="begin with the states of this .npz, and keep them there")
    parser.add_argument("--provider", choices=("cpu", "cuda"), default="cpu", help="default: cpu")
    add_source_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    for output in (arguments.output, arguments.state):
        refuse_overwriting(output or "-", arguments.model, *map(_file_of, arguments.input))
    with _complaints():
        session = _open(arguments)
        if arguments.state:
            _read_states(session, arguments.state)
        feed = _read_feed(session, arguments.input)
        outputs = _run(session, feed)
    _print(outputs, arguments.output)
    if arguments.state:
        _write_states(session, arguments.state)
    return FINE


@contextmanager
def _complaints() -> Iterator[None]:
    """What the runtime refuses is a mistake in the user's data."""
    from specc.runtime import SessionError

    try:
        yield
    except SessionError as error:
        raise InputError(error.message, error.hint) from error


def _open(arguments: argparse.Namespace) -> Session:
    from specc.runtime import Session
    from specc.runtime.providers import PROVIDERS

    providers = PROVIDERS[arguments.provider]
    if not _is_onnx(arguments.model):
        return Session(compile_source(load_source(arguments, arguments.model)), providers=providers)
    for option in ("weights", "dialect", "max_memory", "set"):
        if getattr(arguments, option):
            raise UsageError(f"--{option.replace('_', '-')} is for sources, and this model is compiled already")
    model = sys.stdin.buffer.read() if arguments.model == "-" else arguments.model
    return Session(model, providers=providers)


def _is_onnx(model: str) -> bool:
    """ONNX has no magic, but begins with the tag of ``ir_version``, and no source begins with that byte."""
    if model == "-":
        stdin = sys.stdin.buffer
        return isinstance(stdin, io.BufferedReader) and stdin.peek(1)[:1] == ONNX_TAG
    try:
        with open(model, "rb") as file:
            return file.read(1) == ONNX_TAG
    except OSError:
        return False  # reading it as a source says what is wrong


def _file_of(argument: str) -> str:
    """The file in ``name=file`` or ``file``."""
    return argument.rpartition("=")[2] if not os.path.exists(argument) else argument


def _read_feed(session: Session, inputs: list[str]) -> dict[str, Array]:
    feed: dict[str, Array] = {}
    for argument in inputs:
        for name, array in _read_input(session, argument).items():
            if name in feed:
                raise UsageError(f"input `{name}` is given twice")
            feed[name] = array
    return feed


def _read_input(session: Session, argument: str) -> dict[str, Array]:
    from specc.cli.arrays import read_arrays

    name, separator, file = argument.partition("=")
    if not separator or os.path.exists(argument):
        name, file = "", argument
    arrays = read_arrays(file)
    if isinstance(arrays, dict):
        if not name:
            return arrays
        if name in arrays or len(arrays) == 1:
            return {name: arrays[name] if name in arrays else next(iter(arrays.values()))}
        raise InputError(f"{file} holds no array `{name}`", f"it holds {', '.join(arrays) or 'none'}")
    if not name:
        if len(session.inputs) != 1:
            names = ", ".join(slot.name for slot in session.inputs)
            raise UsageError(f"--input {argument} names no input", f"NAME={file}, where NAME is one of {names}")
        name = session.inputs[0].name
    return {name: arrays}


def _run(session: Session, feed: dict[str, Array]) -> dict[str, Array]:
    from specc.runtime import SessionError
    from specc.runtime.providers import first_line

    try:
        return session.run(feed)
    except SessionError:
        raise
    except Exception as error:  # onnxruntime's exceptions have no base of their own
        raise InputError(f"onnxruntime could not run the model: {first_line(error)}") from error


def _print(outputs: dict[str, Array], target: str | None) -> None:
    from specc.cli.arrays import pack, show

    if target is None:
        sys.stdout.write("".join(f"{show(name, array)}\n" for name, array in outputs.items()))
    else:
        write_result(target, pack(outputs))


def _read_states(session: Session, file: str) -> None:
    from specc.cli.arrays import read_arrays

    names = session.state_names
    if not names:
        raise UsageError("--state is for stateful models, and this one has no states")
    if not os.path.exists(file):
        return
    arrays = read_arrays(file)
    if not isinstance(arrays, dict) or set(arrays) != set(names):
        raise InputError(f"{file} does not hold the states of this model", f"they are {', '.join(names)}")
    session.reset_states(states=[arrays[name] for name in names])


def _write_states(session: Session, file: str) -> None:
    from specc.cli.arrays import pack

    write_result(file, pack(session.states))
