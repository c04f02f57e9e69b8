"""Colours, where they are asked for."""

from __future__ import annotations

_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;36", "frame": "1;34", "strong": "1"}


class Paint:
    """Wraps text in the escape codes of a style; does nothing without ``color``."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._color and text else text
