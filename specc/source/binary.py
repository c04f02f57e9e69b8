"""Bytes into text, or a clear word on what they are instead."""

from __future__ import annotations

import re

from specc.diagnostics import Diagnostic, Span
from specc.source import limits
from specc.source.lines import Lines

_ADVICE = "a spec is YAML or JSON text"
_WEIGHTS = f"{_ADVICE}; give a file of weights with --weights"

# how the bytes begin -> what they are, hint
_KINDS: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (re.compile(rb"\x89HDF\r\n\x1a\n"), "an HDF5 file", _WEIGHTS),
    (re.compile(rb"PK(?:\x03\x04|\x05\x06)"), "a zip archive, such as .keras or .npz", _WEIGHTS),
    (re.compile(rb".{5}\0\0\0\{\"", re.DOTALL), "a safetensors file", _WEIGHTS),
    (re.compile(rb"\x93NUMPY"), "a NumPy array", _ADVICE),
    (re.compile(rb"\x80[\x02-\x05]"), "a Python pickle, which specc never opens", _ADVICE),
    (re.compile(rb"\x1f\x8b"), "gzip-compressed", _ADVICE),
    (
        re.compile(rb"\x08[\x01-\x20][\x12\x3a]"),
        "an ONNX file, it seems",
        f"{_ADVICE}; `specc run` takes ONNX files",
    ),
)
_UTF_16 = re.compile(rb"\xff\xfe|\xfe\xff|(?:[^\0]\0){2}|(?:\0[^\0]){2}|(?:[^\0]\0\0\0){2}|(?:\0\0\0[^\0]){2}")


def decode(data: bytes) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The text of UTF-8 bytes; or, with a finding, what can be shown of it."""
    if len(data) > limits.TEXT_BYTES:
        message = f"the file holds more than {limits.TEXT_BYTES // 2**20} MiB"
        return None, (Diagnostic("S104", (), message, _ADVICE),)
    if (finding := _kind(data)) is not None:
        return None, (finding,)
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        start = error.start
    if b"\0" in data:
        return None, (_binary("a binary file", _ADVICE),)
    # One odd character shows where a byte is wrong, and keeps the columns before it.
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")
    at = len(data[:start].decode("utf-8-sig"))
    return text, (_wrong_byte(data[start], Lines(text).span(at, at + 1)),)


def _kind(data: bytes) -> Diagnostic | None:
    if _UTF_16.match(data):
        return Diagnostic("S102", (), "the text is UTF-16 or UTF-32; specc reads UTF-8", "save it as UTF-8")
    for start, kind, hint in _KINDS:
        if start.match(data):
            return _binary(kind, hint)
    return _binary("a binary file: it holds NUL bytes", _ADVICE) if b"\0" in data[:8192] else None


def _binary(kind: str, hint: str) -> Diagnostic:
    return Diagnostic("S101", (), f"this is {kind}", hint)


def _wrong_byte(byte: int, span: Span) -> Diagnostic:
    return Diagnostic("S102", (), f"the byte 0x{byte:02x} is not UTF-8 text", "save the file as UTF-8", span=span)
