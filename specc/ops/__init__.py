"""The ops that layers lower to and targets print: coarse, and in terms that no target owns.

An op is a record of what it computes; ``result`` gives the shapes and dtypes of what it puts out. A program is
a list of steps, each an op with its output values, in an order in which it can run.

A module is imported when one of its ops is first asked for: a spec uses few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.ops.attention import Attend as Attend
    from specc.ops.base import Op as Op
    from specc.ops.base import Part as Part
    from specc.ops.base import Result as Result
    from specc.ops.base import broadcast as broadcast
    from specc.ops.conv_lstm import ConvLstm as ConvLstm
    from specc.ops.convolution import Convolve as Convolve
    from specc.ops.convolution import ConvolveDepthwise as ConvolveDepthwise
    from specc.ops.convolution import ConvolveTransposed as ConvolveTransposed
    from specc.ops.convolution import Spatial as Spatial
    from specc.ops.elementwise import Activate as Activate
    from specc.ops.elementwise import Cast as Cast
    from specc.ops.elementwise import Combine as Combine
    from specc.ops.elementwise import NotEqual as NotEqual
    from specc.ops.elementwise import Where as Where
    from specc.ops.masks import AllTrue as AllTrue
    from specc.ops.masks import AnyNonZero as AnyNonZero
    from specc.ops.masks import AnyNotEqual as AnyNotEqual
    from specc.ops.masks import AnyTrue as AnyTrue
    from specc.ops.masks import Logical as Logical
    from specc.ops.noise import Dropout as Dropout
    from specc.ops.noise import Noise as Noise
    from specc.ops.normalization import BatchNorm as BatchNorm
    from specc.ops.normalization import LayerNorm as LayerNorm
    from specc.ops.normalization import Softmax as Softmax
    from specc.ops.normalization import UnitLength as UnitLength
    from specc.ops.pooling import GlobalPool as GlobalPool
    from specc.ops.pooling import Pool as Pool
    from specc.ops.products import Contract as Contract
    from specc.ops.products import Gather as Gather
    from specc.ops.products import Linear as Linear
    from specc.ops.program import ActivityPenalty as ActivityPenalty
    from specc.ops.program import CarriedState as CarriedState
    from specc.ops.program import Program as Program
    from specc.ops.program import Step as Step
    from specc.ops.rectifiers import Rectify as Rectify
    from specc.ops.rectifiers import RectifyEach as RectifyEach
    from specc.ops.recurrent import Cell as Cell
    from specc.ops.recurrent import Gru as Gru
    from specc.ops.recurrent import Lstm as Lstm
    from specc.ops.recurrent import Pass as Pass
    from specc.ops.recurrent import Recurrent as Recurrent
    from specc.ops.recurrent import SimpleRnn as SimpleRnn
    from specc.ops.resizing import Crop as Crop
    from specc.ops.resizing import Interpolate as Interpolate
    from specc.ops.resizing import Pad as Pad
    from specc.ops.resizing import RepeatSteps as RepeatSteps
    from specc.ops.shaping import Concat as Concat
    from specc.ops.shaping import Flip as Flip
    from specc.ops.shaping import Repeat as Repeat
    from specc.ops.shaping import Reshape as Reshape
    from specc.ops.shaping import Split as Split
    from specc.ops.shaping import Transpose as Transpose
    from specc.ops.shaping import Unsqueeze as Unsqueeze

HOMES = {
    "Activate": "elementwise",
    "ActivityPenalty": "program",
    "AllTrue": "masks",
    "AnyNonZero": "masks",
    "AnyNotEqual": "masks",
    "AnyTrue": "masks",
    "Attend": "attention",
    "BatchNorm": "normalization",
    "CarriedState": "program",
    "Cast": "elementwise",
    "Cell": "recurrent",
    "Combine": "elementwise",
    "Concat": "shaping",
    "Contract": "products",
    "ConvLstm": "conv_lstm",
    "Convolve": "convolution",
    "ConvolveDepthwise": "convolution",
    "ConvolveTransposed": "convolution",
    "Crop": "resizing",
    "Dropout": "noise",
    "Flip": "shaping",
    "Gather": "products",
    "GlobalPool": "pooling",
    "Gru": "recurrent",
    "Interpolate": "resizing",
    "LayerNorm": "normalization",
    "Linear": "products",
    "Logical": "masks",
    "Lstm": "recurrent",
    "Noise": "noise",
    "NotEqual": "elementwise",
    "Op": "base",
    "Pad": "resizing",
    "Part": "base",
    "Pass": "recurrent",
    "Pool": "pooling",
    "Program": "program",
    "Rectify": "rectifiers",
    "RectifyEach": "rectifiers",
    "Recurrent": "recurrent",
    "Repeat": "shaping",
    "RepeatSteps": "resizing",
    "Reshape": "shaping",
    "Result": "base",
    "SimpleRnn": "recurrent",
    "Softmax": "normalization",
    "Spatial": "convolution",
    "Split": "shaping",
    "Step": "program",
    "Transpose": "shaping",
    "UnitLength": "normalization",
    "Unsqueeze": "shaping",
    "Where": "elementwise",
    "broadcast": "base",
}


def __getattr__(name: str) -> object:
    """An op by its name, imported from its home and kept here."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    op: object = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    globals()[name] = op
    return op
