"""The YAML that Keras wrote says what the JSON that it wrote of the same model says."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.source import read

SAMPLES = Path(__file__).parents[2] / "../shared/fixtures/samples"
NAMES = ["1.2.2_seq", "2.1.6_seq", "2.1.6_func", "2.1.6_stack", "2.1.6_state", "2.1.6_convlstm"]


@pytest.mark.parametrize("name", NAMES)
def test_yaml_is_json(name: str) -> None:
    path = SAMPLES / f"keras-{name}.yaml"
    if not path.exists():
        pytest.skip("needs ../shared/fixtures/samples")
    source = read(path)
    assert source.format == "yaml"
    assert source.data == read(path.with_suffix(".json")).data
