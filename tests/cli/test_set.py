"""``--set`` gives vars, and the few keys that are alike, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.cli import main

SPEC = """\
specc: 1
vars: {units: 4, shape: [null, 3], kind: LSTM}
layers:
  - {type: Input, name: x, shape: "${shape}"}
  - {type: "${kind}", units: "${units}"}
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "m.yaml"
    path.write_text(SPEC)
    return str(path)


def summary(spec: str, capsys: pytest.CaptureFixture[str], *settings: str) -> str:
    options = [word for setting in settings for word in ("--set", setting)]
    assert main(["summary", spec, *options]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_values_are_read_as_in_a_spec(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "lstm (LSTM) (None, 4)" in summary(spec, capsys)
    found = summary(spec, capsys, "units=6", "shape=[5, 3]", "kind=GRU")
    assert "gru (GRU) (None, 6)" in found
    assert "(None, 5, 3)" in found


def test_name_and_seed(spec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert 'Model: "other"' in summary(spec, capsys, "name=other")
    files = [tmp_path / name for name in ("a.onnx", "b.onnx", "c.onnx")]
    for file, seed in zip(files, ("1", "2", "1"), strict=True):
        assert main(["compile", spec, "-o", str(file), "--set", f"seed={seed}"]) == 0
    first, second, third = (file.read_bytes() for file in files)
    assert first == third != second


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("unit=3", "there is no var `unit`\n  hint: did you mean `units`?"),
        ("dialect=keras3", "there is no var `dialect`"),
        ("units", "expected NAME=VALUE"),
        ("=3", "expected NAME=VALUE"),
        ("units=", "gives no value"),
        ("units=null", "a value is a number"),
        ("units={a: 1}", "a value is a number"),
        ("units=[1", "never closed"),
        ("units=.inf", "not finite"),
    ],
)
@pytest.mark.parametrize("command", ["validate", "summary"])
def test_wrong_usage(command: str, setting: str, message: str, spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, spec, "--set", setting]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_twice_is_wrong_usage(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", spec, "--set", "units=1", "--set", "units=2"]) == 2
    assert "twice" in capsys.readouterr().err


def test_a_value_that_does_not_fit_is_a_finding(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", spec, "--set", "units=0"]) == 1
    assert f"{spec}:5:30: error[V205]: `units` must be at least 1, found 0" in capsys.readouterr().out


def test_an_onnx_file_has_no_vars(spec: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = str(tmp_path / "m.onnx")
    assert main(["compile", spec, "-o", target]) == 0
    assert main(["run", target, "--set", "units=3"]) == 2
    assert "--set is for sources" in capsys.readouterr().err
