"""What ``specc validate`` costs, as ratios to yamllint and check-jsonschema on the same files.

``pip install yamllint check-jsonschema`` into the environment of specc, then ``python -m benchmarks.validating``.
CPU seconds of whole processes, the best of several that take turns: a busy machine is busy for all of them. yamllint
knows the form of YAML alone, check-jsonschema what a schema can say; neither looks at shapes and references.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schemas" / "spec.schema.json"
SPECC = [sys.executable, "-m", "specc"]
PEERS = {
    "specc": [*SPECC, "validate"],
    "yamllint": [sys.executable, "-m", "yamllint", "-d", "{rules: {}}"],
    "check-jsonschema": [sys.executable, "-m", "check_jsonschema", "--schemafile", str(SCHEMA)],
}
ROUNDS = 5

LAYERS = (
    "  - type: LSTM\n    units: 32\n    return_sequences: true\n    dropout: 0.1\n",
    "  - type: Dense\n    units: 32\n    activation: relu\n    kernel_initializer: {type: he_normal}\n",
    "  - type: LayerNormalization\n    epsilon: 0.001\n",
    "  - type: GRU\n    units: 32\n    return_sequences: true\n    recurrent_activation: sigmoid\n",
    "  - type: Dropout\n    rate: 0.5\n",
)


def spec_of(layers: int) -> str:
    """A spec of so many layers."""
    head = "specc: 1\ndialect: tf.keras\nlayers:\n  - {type: Input, shape: [null, 32]}\n"
    return head + "".join(LAYERS[number % len(LAYERS)] for number in range(layers))


def cpu(command: list[str]) -> float:
    """CPU seconds of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(title: str, files: list[Path]) -> None:
    """Print a line: the seconds of specc, and the ratios to its peers."""
    names = list(map(str, files))
    best = dict.fromkeys(PEERS, float("inf"))
    for _ in range(ROUNDS):
        for peer, command in PEERS.items():
            best[peer] = min(best[peer], cpu([*command, *names]))
    ratios = [f"{best['specc'] / best[peer]:5.2f} of {peer}" for peer in PEERS if peer != "specc"]
    print(f"{title:28} {best['specc'] * 1000:7.0f} ms  " + "  ".join(ratios))


def main() -> None:
    """Every figure that docs/decisions/start-up.md states."""
    print(f"{'specc --help':28} {min(cpu([*SPECC, '--help']) for _ in range(ROUNDS)) * 1000:7.0f} ms")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = folder / "one.yaml"
        one.write_text((ROOT / "examples" / "sentiment.yaml").read_text("utf-8"), "utf-8")
        compare("one example", [one])
        many = [folder / f"m{number}.yaml" for number in range(200)]
        for file in many:
            file.write_text(spec_of(60), "utf-8")
        lines = spec_of(60).count("\n")
        compare(f"200 files of {lines} lines", many)
        for layers in (1_000, 10_000):
            large = folder / f"large{layers}.yaml"
            large.write_text(spec_of(layers), "utf-8")
            print(f"{f'{layers:,} layers in a file':28} {cpu([*PEERS['specc'], str(large)]) * 1000:7.0f} ms")


if __name__ == "__main__":
    main()
