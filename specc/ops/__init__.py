"""The ops that layers lower to and targets print: coarse, and in terms that no target owns.

An op is a record of what it computes; ``result`` gives the shapes and dtypes of what it puts out. A program is
a list of steps, each an op with its output values, in an order in which it can run.
"""

from __future__ import annotations

from specc.ops.attention import Attend
from specc.ops.base import Op, Part, Result, broadcast
from specc.ops.convolution import Convolve, ConvolveDepthwise, ConvolveTransposed, Spatial
from specc.ops.elementwise import Activate, Cast, Combine, Dropout, Noise, Rectify, RectifyEach, Where
from specc.ops.masks import AllTrue, AnyNonZero, AnyNotEqual, AnyTrue, Logical, NotEqual
from specc.ops.normalization import BatchNorm, LayerNorm, Softmax, UnitLength
from specc.ops.pooling import GlobalPool, Pool
from specc.ops.products import Contract, Gather, Linear
from specc.ops.program import ActivityPenalty, CarriedState, Program, Step
from specc.ops.recurrent import Cell, ConvLstm, Gru, Lstm, Pass, Recurrent, SimpleRnn
from specc.ops.resizing import Crop, Interpolate, Pad, RepeatSteps
from specc.ops.shaping import Concat, Flip, Repeat, Reshape, Split, Transpose, Unsqueeze

__all__ = [
    "Activate",
    "ActivityPenalty",
    "AllTrue",
    "AnyNonZero",
    "AnyNotEqual",
    "AnyTrue",
    "Attend",
    "BatchNorm",
    "CarriedState",
    "Cast",
    "Cell",
    "Combine",
    "Concat",
    "Contract",
    "ConvLstm",
    "Convolve",
    "ConvolveDepthwise",
    "ConvolveTransposed",
    "Crop",
    "Dropout",
    "Flip",
    "Gather",
    "GlobalPool",
    "Gru",
    "Interpolate",
    "LayerNorm",
    "Linear",
    "Logical",
    "Lstm",
    "Noise",
    "NotEqual",
    "Op",
    "Pad",
    "Part",
    "Pass",
    "Pool",
    "Program",
    "Rectify",
    "RectifyEach",
    "Recurrent",
    "Repeat",
    "RepeatSteps",
    "Reshape",
    "Result",
    "SimpleRnn",
    "Softmax",
    "Spatial",
    "Split",
    "Step",
    "Transpose",
    "UnitLength",
    "Unsqueeze",
    "Where",
    "broadcast",
]
