"""How much was found, in one line."""

from __future__ import annotations


def count_severities(errors: int, warnings: int) -> str:
    """``2 errors, 1 warning``; what there is none of is left out, but ``no errors`` where all is well."""
    counts = [count(errors, "error")] if errors or not warnings else []
    if warnings:
        counts.append(count(warnings, "warning"))
    return ", ".join(counts)


def count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
