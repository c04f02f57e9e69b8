"""Opening a Keras file, as whole processes: ``python -m benchmarks.opening [PYTHON]``.

Seconds of CPU and of the clock, and the peak of memory, of ``specc`` commands on a whole-model ``.h5`` of 3.7 MB (two
LSTMs of 256 units); then the memory for 190 MB. PYTHON, an interpreter that has tf_keras, opens the same file.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

ROUNDS = 9
BASE = 150  # MB that the process may take beside three times the weights
TF_KERAS = {
    "import tf_keras": "import tf_keras",
    "tf_keras load_model": "import sys, tf_keras; tf_keras.models.load_model(sys.argv[1], compile=False)",
}


@dataclass
class Costs:
    """Of the processes of one command. peak: MB."""

    cpu: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)
    peak: float = 0.0

    def add(self, command: Sequence[str]) -> None:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        start = time.perf_counter()
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, command
        self.clock.append(time.perf_counter() - start)
        self.cpu.append(used.ru_utime + used.ru_stime)
        self.peak = max(self.peak, used.ru_maxrss / 1000)


def write_lstms(file: Path, units: int, features: int, layers: int) -> float:
    """A Sequential of LSTMs as Keras 2.2.4 saves it; returns the MB of its weights."""
    random, total = np.random.default_rng(0), 0
    with h5py.File(file, "w") as target:
        configs = []
        group = target.create_group("model_weights")
        names = [f"lstm_{number}" for number in range(layers)]
        for name in names:
            config = {"name": name, "units": units, "return_sequences": True, "recurrent_activation": "hard_sigmoid"}
            first = {"batch_input_shape": [None, None, features]} if not configs else {}
            configs.append({"class_name": "LSTM", "config": {**config, **first}})
            width = units if len(configs) > 1 else features
            arrays = {
                "kernel:0": random.standard_normal((width, 4 * units), np.float32),
                "recurrent_kernel:0": random.standard_normal((units, 4 * units), np.float32),
                "bias:0": np.zeros(4 * units, np.float32),
            }
            below = group.create_group(name)
            below.attrs["weight_names"] = [key.encode() for key in arrays]
            for key, array in arrays.items():
                below[key] = array
                total += array.nbytes
        group.attrs["layer_names"] = [name.encode() for name in names]
        model = {"class_name": "Sequential", "config": {"name": "model", "layers": configs}}
        target.attrs["model_config"] = json.dumps(model).encode()
        for place in (target, group):
            place.attrs["keras_version"], place.attrs["backend"] = b"2.2.4", b"tensorflow"
    return total / 1e6


def measure(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Costs]:
    """The commands take turns; the first round, which may write bytecode, does not count."""
    costs = {name: Costs() for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            (costs[name] if number else Costs()).add(command)
    return costs


def main(python: str | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        small, large, out = Path(folder, "small.h5"), Path(folder, "large.h5"), str(Path(folder, "out"))
        specc = [sys.executable, "-m", "specc"]
        write_lstms(small, 256, 128, 2)
        commands = {
            "import numpy, onnx, h5py, pydantic": [sys.executable, "-c", "import numpy, onnx, h5py, pydantic"],
            "specc validate": [*specc, "validate", str(small)],
            "specc compile": [*specc, "compile", str(small), "-o", f"{out}.onnx"],
            "specc import": [*specc, "import", str(small), "-o", f"{out}.yaml", "--force"],
        }
        if python is not None:
            commands |= {name: [python, "-c", code, str(small)] for name, code in TF_KERAS.items()}
        costs = measure(commands, ROUNDS)
        print(f"{'3.7 MB, median of ' + str(ROUNDS):36} CPU s  clock s  peak MB  CPU against specc compile")
        unit = statistics.median(costs["specc compile"].cpu)
        for name, cost in costs.items():
            cpu, clock = statistics.median(cost.cpu), statistics.median(cost.clock)
            print(f"{name:36} {cpu:5.2f} {clock:8.2f} {cost.peak:8.0f} {cpu / unit:8.2f}")
        weights = write_lstms(large, 1536, 64, 3)
        commands = {
            "specc compile": [*specc, "compile", str(large), "-o", f"{out}.onnx"],
            "specc import": [*specc, "import", str(large), "-o", f"{out}.yaml", "--force"],
        }
        for name, cost in measure(commands, 1).items():
            allowed = 3 * weights + BASE
            print(f"{name:36} {weights:.0f} MB of weights: peak {cost.peak:.0f} MB, allowed {allowed:.0f}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
