"""A whole process takes short cuts; what it does stays the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Shell

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def after_a_command(script: str) -> str:
    """What a script prints that runs where the process would end."""
    whole = f"import os, sys\nfrom specc.cli import main\ndef last(code):\n  {script}\nos._exit = last\nmain()"
    command = [sys.executable, "-c", whole, "validate", str(ROOT / "examples" / "sentiment.yaml")]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT).stdout


def test_yaml_in_pure_python_reads_as_ever() -> None:
    """Its regular expressions are compiled late, and still compiled."""
    script = "import yaml; print(yaml.load('[1.5, 2001-12-14, 0b11, yes, x, ~, 0x1f]', yaml.SafeLoader))"
    assert after_a_command(script) == "[1.5, datetime.date(2001, 12, 14), 3, True, 'x', None, 31]\n"
    script = "import yaml\n  try: yaml.load('a\\1b', yaml.SafeLoader)\n  except yaml.YAMLError as e: print(type(e))"
    assert after_a_command(script) == "<class 'yaml.reader.ReaderError'>\n"


def test_other_expressions_are_compiled_at_once() -> None:
    assert after_a_command("import re; print(isinstance(re.compile('a+', re.X), re.Pattern))") == "True\n"


def test_what_lives_as_long_as_the_process_ends_with_it() -> None:
    script = "import atexit; from specc.cli import main; atexit.register(print, 'the end'); main()"
    outcome = subprocess.run([sys.executable, "-c", script, "--help"], capture_output=True, env=ENVIRONMENT)
    assert outcome.stdout.endswith(b"the end\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["rule"], ["--help"], ["schema"]])
def test_a_full_disk_is_an_error(arguments: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "specc", *arguments]
        environment = {**ENVIRONMENT, "PYTHONUNBUFFERED": ""}  # unbuffered, argparse says nothing of what fails
        outcome = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment)
    assert outcome.returncode == 3
    assert outcome.stderr == b"specc: error: no space left on device\n"


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["rule"], 0), (["rule", "X999"], 2), (["no"], 2)])
def test_the_exit_code_and_all_that_is_written_come_through(arguments: list[str], code: int, shell: Shell) -> None:
    outcome = shell(*arguments)
    assert outcome.returncode == code
    assert (outcome.stderr if code else outcome.stdout).endswith(b"\n")
