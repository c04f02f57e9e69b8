"""What docs/language.md shows is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.loading import FRAGMENTS, load_text

PAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
REST = {
    "vars": "",
    "repeat": "",
    "include": "",
    "defaults": "layers:\n  - {type: LSTM, units: 4, input_shape: [null, 3]}\n",
    "expect": "layers:\n  - {type: LSTM, units: 4, input_shape: [null, 3], return_sequences: true}\n"
    "  - {type: Dense, units: 93}\n",
}


@pytest.mark.parametrize("topic", REST)
def test_the_examples(topic: str) -> None:
    block = next(text for text in BLOCKS if re.search(rf"^[ -]*{topic}:", text, re.MULTILINE))
    text = block.replace("specc: 1\n", "").replace("parts/encoder.yaml", "page.yaml").replace("12345", "593")
    model = load_text(f"specc: 1\n{text}{REST[topic]}", folder=FRAGMENTS)
    assert model.diagnostics == ()
    if topic == "repeat":
        assert [node.name for node in model.graph.nodes] == [
            "x", "rnn_0", "drop_0", "rnn_1", "drop_1", "dense", "dense_1",
        ]  # fmt: skip
