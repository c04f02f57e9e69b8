"""The command line: a module a command, imported when that command is asked for, so that help stays quick."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from specc.cli.guard import guard
from specc.cli.process import run_as_process
from specc.cli.terminal import Help, prepare_streams

COMMANDS = {
    "validate": "check model sources and report every mistake with its place",
    "compile": "compile a model source to an ONNX file",
    "import": "write any model source as a spec, with its weights beside it",
    "expand": "print a source as the resolved spec; its SHA-256 is the model's identity",
    "run": "run a model, compiled or not, on arrays from .npy and .npz files",
    "verify": "run all targets of a model on the same inputs, and compare them",
    "summary": "show a model's layers, shapes and parameters",
    "schema": "print the JSON Schema of specs, for editors",
    "rule": "explain a code with an example; without one, list all codes",
    "new": "write a new spec from a starter; without a name, list the starters",
}
"""Each is a module here with ``configure(parser)`` and ``execute(arguments) -> exit code``."""
MODULES = {"import": "importing"}
"""Commands whose name no module can have."""

EPILOG = "exit codes: 0 fine, 1 findings in the input, 2 wrong usage, 3 an I/O or internal error"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Never raises for what a user or the system does.

    argv: the words after ``specc``; None for those of this process, which then has no other purpose.
    """
    prepare_streams()
    if argv is None:
        run_as_process(lambda: guard(lambda: _dispatch(sys.argv[1:])))
    return guard(lambda: _dispatch(argv))


def _dispatch(argv: Sequence[str]) -> int:
    chosen = next((word for word in argv if not word.startswith("-")), None)
    arguments = build_parser(chosen).parse_args(argv)
    code: int = arguments.execute(arguments)
    return code


def build_parser(chosen: str | None) -> argparse.ArgumentParser:
    """The parser of the command line: of all commands, or of the chosen one with its options."""
    about = "Compile recurrent-model specs to ONNX."
    parser = argparse.ArgumentParser(prog="specc", description=about, epilog=EPILOG, formatter_class=Help)
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in (chosen,) if chosen in COMMANDS else COMMANDS:
        purpose = COMMANDS[name]
        about = f"{purpose[0].upper()}{purpose[1:]}."
        command = commands.add_parser(name, help=purpose, description=about, formatter_class=Help)
        if name == chosen:
            module = import_module(f"specc.cli.{MODULES.get(name, name)}")
            module.configure(command)
            command.set_defaults(execute=module.execute)
    return parser


class _Version(argparse.Action):
    """Prints the versions that a bug report needs; looked up only when asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest=argparse.SUPPRESS, nargs=0, help="show the versions and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        import platform
        from importlib.metadata import PackageNotFoundError, version

        from specc import __version__

        parts = [f"specc {__version__}", f"Python {platform.python_version()}"]
        for package in ("onnx", "onnxruntime", "onnxruntime-gpu"):
            try:
                parts.append(f"{package} {version(package)}")
            except PackageNotFoundError:
                continue
        print(", ".join(parts))
        parser.exit()
