"""Files: what can be opened, and what is a text."""

from __future__ import annotations

import io
import pathlib
import zipfile

import pytest

from specc.diagnostics import SpecError, Unreadable
from specc.diagnostics.render import render
from specc.source import read


def refuse(path: pathlib.Path) -> str:
    """The findings on a file, its folder left out."""
    with pytest.raises(SpecError) as caught:
        read(path)
    shown = render(caught.value.diagnostics, caught.value.document, "concise")
    return shown.replace(str(path.parent) + "/", "").removesuffix("\n")


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("config.json", "{}")
    return buffer.getvalue()


def test_a_file_is_told_by_its_content_not_by_its_name(tmp_path: pathlib.Path) -> None:
    for name, text, format in [("a.yaml", '{"specc": 1}', "json"), ("a.json", "specc: 1\n", "yaml")]:
        (tmp_path / name).write_text(text)
        source = read(tmp_path / name)
        assert (source.data, source.format, source.name) == ({"specc": 1}, format, str(tmp_path / name))


def test_text_is_utf_8_with_or_without_a_mark(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: é\r\n".encode())
    assert read(path).data == {"a": "é"}
    assert read(path).text == "a: é\r\n"


def test_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("a: é\n".encode())))
    source = read("-")
    assert (source.name, source.data) == ("<stdin>", {"a": "é"})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"\x89HDF\r\n\x1a\n\0\0",
            "S101 this is an HDF5 file (a spec is YAML or JSON text; give a file of weights with --weights)",
        ),
        (
            archive(),
            "S101 this is a zip archive, such as .keras or .npz"
            " (a spec is YAML or JSON text; give a file of weights with --weights)",
        ),
        (
            b'\x40\0\0\0\0\0\0\0{"a": {}}',
            "S101 this is a safetensors file (a spec is YAML or JSON text; give a file of weights with --weights)",
        ),
        (
            b"\x08\x08\x12\x05specc:\0\0",
            "S101 this is an ONNX file, it seems (a spec is YAML or JSON text; `specc run` takes ONNX files)",
        ),
        (
            b"\x80\x04\x95\0",
            "S101 this is a Python pickle, which specc never opens (a spec is YAML or JSON text)",
        ),
        (b"a: 1\0\n", "S101 this is a binary file: it holds NUL bytes (a spec is YAML or JSON text)"),
        (
            "a: 1\n".encode("utf-16"),
            "S102 the text is UTF-16 or UTF-32; specc reads UTF-8 (save it as UTF-8)",
        ),
        (
            "a: 1\n".encode("utf-16-le"),
            "S102 the text is UTF-16 or UTF-32; specc reads UTF-8 (save it as UTF-8)",
        ),
        (
            "a: 1\n".encode("utf-32-be"),
            "S102 the text is UTF-16 or UTF-32; specc reads UTF-8 (save it as UTF-8)",
        ),
    ],
)
def test_what_is_no_text_is_named(tmp_path: pathlib.Path, content: bytes, expected: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    assert refuse(path) == f"a.yaml: {expected}"


def test_a_byte_that_is_no_utf_8_has_a_place(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: \xc3\xa9\xe9\n")
    assert refuse(path) == "a.yaml:2:5: S102 the byte 0xe9 is not UTF-8 text (save the file as UTF-8)"


def test_a_key_that_looks_like_the_head_of_a_safetensors_file_is_none(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text('layers: {"a": 1}\n')
    assert read(path).data == {"layers": {"a": 1}}


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.source.limits.TEXT_BYTES", 2**20)
    path = tmp_path / "a.yaml"
    path.write_bytes(b"#" * (2**20 + 5))
    assert refuse(path) == "a.yaml: S104 the file holds more than 1 MiB (a spec is YAML or JSON text)"


def test_what_cannot_be_opened_is_no_finding(tmp_path: pathlib.Path) -> None:
    with pytest.raises(Unreadable, match=r"cannot read `.*missing\.yaml`: no such file or directory"):
        read(tmp_path / "missing.yaml")
    with pytest.raises(Unreadable, match="is a directory"):
        read(tmp_path)
    with pytest.raises(Unreadable, match="not a file name"):
        read("a\0b")
