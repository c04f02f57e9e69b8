"""Time-major forms of values: recurrent nodes want (time, batch, features).

A value that a recurrent node made is at hand in that form already; a stack of layers then needs no transposes.
"""

from __future__ import annotations

from specc.targets.onnx.builder import Builder

TIME_MAJOR = "time-major"


def time_major(b: Builder, x: str) -> str:
    """(batch, time, …) -> (time, batch, …)."""
    key = (TIME_MAJOR, x)
    if key not in b.twins:
        b.twins[key] = b.op("Transpose", x, perm=[1, 0, 2])
    found: str = b.twins[key]
    return found


def batch_major(b: Builder, x: str) -> str:
    """(time, batch, …) -> (batch, time, …)."""
    y = b.op("Transpose", x, perm=[1, 0, 2])
    b.twins[TIME_MAJOR, y] = x
    return y
