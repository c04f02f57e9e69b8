"""What convolutions and pools share in ONNX: channels before the sizes, and explicit padding.

onnxruntime takes the two transpositions between a layer and the next one out of the graph.
"""

from __future__ import annotations

from specc import ops
from specc.convolution import Window
from specc.targets.onnx.builder import Builder
from specc.tensors import Value

CHANNELS_FIRST = "channels_first"


def take(b: Builder, x: Value, channels_first: bool) -> str:
    """x with the channels before the sizes, as ONNX wants them."""
    if channels_first:
        return b[x]
    key = (CHANNELS_FIRST, b[x])
    if key not in b.twins:
        b.twins[key] = b.op("Transpose", b[x], perm=[0, x.rank - 1, *range(1, x.rank - 1)])
    found: str = b.twins[key]
    return found


def give(b: Builder, y: str, rank: int, channels_first: bool) -> str:
    """The result as the op has it; the layer after it may take ``y`` as it is."""
    if channels_first:
        return y
    turned = b.op("Transpose", y, perm=[0, *range(2, rank), 1])
    b.twins[CHANNELS_FIRST, turned] = y
    return turned


def flat(around: tuple[tuple[int, int], ...]) -> list[int]:
    """ONNX lists all the beginnings, then all the ends."""
    return [before for before, _ in around] + [after for _, after in around]


def fixed_pads(op: ops.Spatial, window: Window) -> tuple[tuple[int, int], ...] | None:
    """The padding of each axis; None where it hangs on a length that only a run knows."""
    around = tuple(window.pads(axis, size) for axis, size in enumerate(op.sizes))
    known = tuple(ends for ends in around if ends is not None)
    return known if len(known) == len(around) else None


def pad(b: Builder, op: ops.Spatial, window: Window, x: str, value: float) -> str:
    """x, channels first, padded by what its lengths ask for in a run."""
    begins, ends = [b.int64(0, 0)], [b.int64(0, 0)]
    for axis, size in enumerate(op.sizes):
        around = window.pads(axis, size)
        if around is None:
            before, after = _pads_of(b, window, axis, b.size(x, axis + 2))
        else:
            before, after = b.int64(around[0]), b.int64(around[1])
        begins.append(before)
        ends.append(after)
    return b.op("Pad", x, b.op("Concat", *begins, *ends, axis=0), b.scalar(value))


def _pads_of(b: Builder, window: Window, axis: int, length: str) -> tuple[str, str]:
    """Padding before and after, of padding `same` with strides: the last window starts a multiple of the stride
    after the first, with (length - 1) % stride steps left behind its start."""
    left = b.op("Mod", b.op("Sub", length, b.int64(1)), b.int64(window.strides[axis]))
    total = b.op("Max", b.op("Sub", b.int64(window.reach(axis) - 1), left), b.int64(0))
    before = b.op("Div", total, b.int64(2))
    return before, b.op("Sub", total, before)
