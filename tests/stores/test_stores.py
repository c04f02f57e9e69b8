"""The room as a whole: light to import, and every code explained."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import specc.stores
from specc.diagnostics.catalogue.weights import RULES

ROOM = Path(specc.stores.__file__).parent


def test_checking_initializers_imports_no_numpy() -> None:
    script = (
        "import sys, specc.stores\n"
        "from specc.weights import Initializer, Weight\n"
        "w = Weight('d/bias', (4,), Initializer('identity'), 'd', ('layers', 0, 'units'))\n"
        "assert specc.stores.check_initializers([w], dialect='keras2')\n"
        "print([name for name in ('numpy', 'h5py', 'safetensors', 'onnx') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOM.parents[1])
    assert (result.stdout.strip(), result.stderr) == ("[]", "")


def test_every_code_is_explained_and_every_explanation_used() -> None:
    used = {code for file in ROOM.glob("*.py") for code in re.findall(r'"(W4\d\d)"', file.read_text("utf-8"))}
    assert used == {rule.code for rule in RULES}
