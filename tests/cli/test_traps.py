"""What YAML does to people who do not expect it, as ``specc validate`` meets it: in a file, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.cli import main
from specc.model import load

HEAD = "specc: 1\nlayers:\n  - {type: Input, shape: [5, 4]}\n"
LSTM = HEAD + "  - {type: LSTM, units: 3}\n"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("010", 10),
        ("1e-3", 0.001),
        ("2001-01-01", "2001-01-01"),
        ("0o17", 15),
        ("~", None),
        ("&a no", "no"),
    ],
)
def test_words_and_numbers_mean_what_they_look_like(written: str, value: object, tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(f"{LSTM}metadata: {{x: {written}}}\n")
    assert load(file).spec.header.metadata == {"x": value}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (HEAD + "  - {type: LSTM, units: 3, use_bias: no}\n", "4:38: V204"),
        (HEAD + "  - {type: LSTM, units: 3, use_bias: on}\n", "4:38: V204"),
        (HEAD + "  - {type: LSTM, units: 1:30}\n", "4:25: V204"),
        (HEAD + "  - {type: LSTM, units: 1e1}\n", "4:25: V204"),
        (LSTM + "no: 1\n", "5:1: V202"),
        (HEAD + "  - {type: LSTM, units: 3, units: 4}\n", "4:28: S107"),
        (LSTM + "name: a\nname: b\n", "6:1: S107"),
        ("specc: 1\nlayers:\n\t- {type: LSTM, units: 3}\n", "3:1: S115"),
        (HEAD + "  - {type: LSTM, units: *size}\n", "4:25: S110"),
        (HEAD + "  - &a {type: LSTM, units: 3}\n  - {<<: *a, units: 4}\n", "5:6: S111"),
        (BOMB, "6:"),
        ("a:\n  " + "[" * 100_000, "S104"),
        ("a:\n  " + "- " * 100_000, "2:201: S104"),
        ('{"a": ' * 100_000, "1:601: S104"),
        (LSTM + "name: a\0b\n", "S101"),
        (LSTM + "name: [a\u2028b]\n", "5:9: S114"),
        (LSTM.encode("utf-16"), "S102"),
        (LSTM.encode("utf-16-be"), "S102"),
        (LSTM.encode("utf-32"), "S102"),
        (LSTM.encode() + b"name: \xff\n", "5:7: S102"),
        (b"", "1:1: S103"),
        (HEAD + "  - !!python/object:os.system {type: LSTM}\n", "4:5: S109"),
        (LSTM + "---\n" + LSTM, "5:1: S113"),
        (HEAD + "  - {type: LSTM, units:3}\n", "4:18: S105"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else None,
)
def test_a_trap_is_one_finding(
    content: str | bytes, finding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "m.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    assert main(["validate", "--format", "concise", str(file)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert finding in line.removeprefix(f"{file}:")
