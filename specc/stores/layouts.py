"""Every order in which files and runtimes keep the weights of recurrent layers, and the ways between them.

specc's own layout is Keras's: kernel (in, g*units), recurrent_kernel (units, g*units), bias (g*units,), with
blocks i|f|c|o of LSTM (g = 4) and z|r|h of GRU (g = 3); a GRU with reset_after has bias (2, 3*units), the row
of the input first. Each function converts one direction of one layer and leaves its arguments as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from specc.stores.arrays import Array

Cell = tuple[Array, Array, Array]
OnnxCell = tuple[Array, Array, Array | None]

# Keras 1 kept one array a gate; of LSTM the cell gate stood second (keras-team 1.2.2, recurrent.py).
_KERAS1_LSTM = ("i", "c", "f", "o")
_KERAS_LSTM = ("i", "f", "c", "o")
_ONNX_LSTM = ("i", "o", "f", "c")


def _blocks(array: Array, gates: int) -> list[Array]:
    """The gates' blocks on the last axis."""
    return np.split(array, gates, axis=-1)


def _join(blocks: Sequence[Array]) -> Array:
    """The blocks side by side; NumPy would keep the order of transposed blocks, C order is wanted."""
    return np.ascontiguousarray(np.concatenate(blocks, axis=-1))


def _reorder(blocks: Sequence[Array], source: Sequence[str], target: Sequence[str]) -> list[Array]:
    return [blocks[source.index(gate)] for gate in target]


def fuse_keras1_lstm(arrays: Sequence[Array]) -> Cell:
    """Keras 1's 12 arrays W, U, b of i, c, f, o -> (kernel, recurrent_kernel, bias)."""
    return _fuse(arrays, _KERAS1_LSTM, _KERAS_LSTM)


def split_keras1_lstm(kernel: Array, recurrent_kernel: Array, bias: Array) -> tuple[Array, ...]:
    """The 12 arrays of Keras 1, in its file order."""
    return _split((kernel, recurrent_kernel, bias), _KERAS_LSTM, _KERAS1_LSTM)


def fuse_keras1_gru(arrays: Sequence[Array]) -> Cell:
    """Keras 1's 9 arrays W, U, b of z, r, h -> (kernel, recurrent_kernel, bias)."""
    return _fuse(arrays, "zrh", "zrh")


def split_keras1_gru(kernel: Array, recurrent_kernel: Array, bias: Array) -> tuple[Array, ...]:
    """The 9 arrays of Keras 1, in its file order."""
    return _split((kernel, recurrent_kernel, bias), "zrh", "zrh")


def _fuse(arrays: Sequence[Array], source: Sequence[str], target: Sequence[str]) -> Cell:
    kernel, recurrent_kernel, bias = (_join(_reorder(arrays[kind::3], source, target)) for kind in range(3))
    return kernel, recurrent_kernel, bias


def _split(arrays: Cell, source: Sequence[str], target: Sequence[str]) -> tuple[Array, ...]:
    kinds = [_reorder(_blocks(array, len(source)), source, target) for array in arrays]
    return tuple(kind[gate].copy() for gate in range(len(target)) for kind in kinds)


def plain_lstm(kernel: Array, recurrent_kernel: Array, bias: Array) -> Cell:
    """CuDNNLSTM -> LSTM. bias: (8*units,), i|f|c|o of the input and then of the state; they add up."""
    halves = bias.reshape(2, -1)
    return *_plain_kernels(kernel, recurrent_kernel, 4), halves[0] + halves[1]


def cudnn_lstm(kernel: Array, recurrent_kernel: Array, bias: Array) -> Cell:
    """LSTM -> CuDNNLSTM; the bias is split evenly."""
    return *_cudnn_kernels(kernel, recurrent_kernel, 4), np.tile(bias * np.float32(0.5), 2)


def plain_gru(kernel: Array, recurrent_kernel: Array, bias: Array) -> Cell:
    """CuDNNGRU -> GRU with reset_after. bias: (6*units,) -> (2, 3*units)."""
    return *_plain_kernels(kernel, recurrent_kernel, 3), bias.reshape(2, -1).copy()


def cudnn_gru(kernel: Array, recurrent_kernel: Array, bias: Array) -> Cell:
    """GRU with reset_after -> CuDNNGRU."""
    return *_cudnn_kernels(kernel, recurrent_kernel, 3), bias.reshape(-1).copy()


def _plain_kernels(kernel: Array, recurrent_kernel: Array, gates: int) -> tuple[Array, Array]:
    """cuDNN keeps a block as a row of numbers, (units, in); Keras gave that row the shape (in, units)."""
    inputs = [block.reshape(block.shape[::-1]).T for block in _blocks(kernel, gates)]
    states = [block.T for block in _blocks(recurrent_kernel, gates)]
    return _join(inputs), _join(states)


def _cudnn_kernels(kernel: Array, recurrent_kernel: Array, gates: int) -> tuple[Array, Array]:
    inputs = [block.T.reshape(block.shape) for block in _blocks(kernel, gates)]
    states = [block.T for block in _blocks(recurrent_kernel, gates)]
    return _join(inputs), _join(states)


def mirror(kernel: Array) -> Array:
    """Theano's convolution kernels, which it applies mirrored, as every other backend has them; and back."""
    return np.ascontiguousarray(np.flip(kernel, axis=tuple(range(kernel.ndim - 2))))


def onnx_lstm(kernel: Array, recurrent_kernel: Array, bias: Array | None) -> OnnxCell:
    """W (1, 4u, in), R (1, 4u, u) and B (1, 8u) of the ONNX LSTM, whose gates are i, o, f, c."""

    def reorder(array: Array) -> Array:
        return _join(_reorder(_blocks(array, 4), _KERAS_LSTM, _ONNX_LSTM))

    both = None if bias is None else _with_zeros(reorder(bias))
    return _leading(reorder(kernel).T), _leading(reorder(recurrent_kernel).T), both


def onnx_gru(kernel: Array, recurrent_kernel: Array, bias: Array | None, reset_after: bool) -> OnnxCell:
    """W (1, 3u, in), R (1, 3u, u) and B (1, 6u) of the ONNX GRU, whose gates are z, r, h as Keras's.

    reset_after (linear_before_reset = 1): bias (2, 3u), the second row is the recurrent one; else (3u,).
    """
    both = None
    if bias is not None:
        assert bias.ndim == (2 if reset_after else 1), bias.shape
        both = _leading(bias.reshape(-1)) if reset_after else _with_zeros(bias)
    return _leading(kernel.T), _leading(recurrent_kernel.T), both


def onnx_simple_rnn(kernel: Array, recurrent_kernel: Array, bias: Array | None) -> OnnxCell:
    """W (1, u, in), R (1, u, u) and B (1, 2u) of the ONNX RNN."""
    return _leading(kernel.T), _leading(recurrent_kernel.T), None if bias is None else _with_zeros(bias)


def _leading(array: Array) -> Array:
    """A copy in C order, with the leading axis of one direction."""
    return np.array(array, order="C")[np.newaxis]


def _with_zeros(bias: Array) -> Array:
    """ONNX adds an input bias and a recurrent one; Keras has the first alone."""
    return np.concatenate([bias, np.zeros_like(bias)])[np.newaxis]
