"""Activations in ONNX: as attributes of the recurrent ops, and as nodes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from specc.activations import Activation
from specc.targets.onnx.builder import Builder

_NATIVE = {
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "relu": "Relu",
    "hard_sigmoid": "HardSigmoid",
    "elu": "Elu",
    "celu": "Elu",  # with alpha 1 the two are one function
    "softplus": "Softplus",
    "softsign": "Softsign",
    "leaky_relu": "LeakyRelu",
    "linear": "Affine",
}


def is_native(activation: Activation) -> bool:
    """Whether LSTM, GRU and RNN nodes know the activation."""
    return activation.name in _NATIVE


def attributes(activations: Sequence[Activation]) -> dict[str, Any]:
    """The attributes of a recurrent node. alpha and beta are read in order, by functions that have them only."""
    alphas: list[float] = []
    betas: list[float] = []
    for activation in activations:
        if activation.is_linear:
            alphas.append(1.0)
            betas.append(0.0)
        if activation.alpha is not None:
            alphas.append(activation.alpha)
        if activation.beta is not None:
            betas.append(activation.beta)
    found: dict[str, Any] = {"activations": [_NATIVE[a.name] for a in activations]}
    if alphas:
        found["activation_alpha"] = alphas
    if betas:
        found["activation_beta"] = betas
    return found


def print_activation(b: Builder, x: str, activation: Activation) -> str:
    """Nodes that compute the activation of x."""
    return x if activation.is_linear else _PRINTERS[activation.name](b, x, activation)


def _node(kind: str) -> Callable[[Builder, str, Activation], str]:
    return lambda b, x, _: b.op(kind, x)


def _last_axis(kind: str) -> Callable[[Builder, str, Activation], str]:
    return lambda b, x, _: b.op(kind, x, axis=-1)


def _hard_sigmoid(b: Builder, x: str, a: Activation) -> str:
    return b.op("HardSigmoid", x, alpha=a.alpha, beta=a.beta)


def _selu(b: Builder, x: str, a: Activation) -> str:
    return b.op("Selu", x, alpha=a.alpha, gamma=a.beta)


def _silu(b: Builder, x: str, _: Activation) -> str:
    return b.op("Mul", x, b.op("Sigmoid", x))


def _gelu(b: Builder, x: str, _: Activation) -> str:
    error = b.op("Erf", b.op("Mul", x, b.scalar(1 / math.sqrt(2))))
    return b.op("Mul", b.op("Mul", x, b.scalar(0.5)), b.op("Add", error, b.scalar(1)))


def _mish(b: Builder, x: str, _: Activation) -> str:
    return b.op("Mul", x, b.op("Tanh", b.op("Softplus", x)))


def _relu6(b: Builder, x: str, _: Activation) -> str:
    return b.op("Clip", x, b.scalar(0), b.scalar(6))


def _hard_tanh(b: Builder, x: str, _: Activation) -> str:
    return b.op("Clip", x, b.scalar(-1), b.scalar(1))


def _hard_silu(b: Builder, x: str, _: Activation) -> str:
    return b.op("Mul", x, b.op("HardSigmoid", x, alpha=1 / 6, beta=0.5))


def _tanh_shrink(b: Builder, x: str, _: Activation) -> str:
    return b.op("Sub", x, b.op("Tanh", x))


def _log_sigmoid(b: Builder, x: str, _: Activation) -> str:
    return b.op("Neg", b.op("Softplus", b.op("Neg", x)))


def _squareplus(b: Builder, x: str, _: Activation) -> str:
    root = b.op("Sqrt", b.op("Add", b.op("Mul", x, x), b.scalar(4)))
    return b.op("Mul", b.op("Add", x, root), b.scalar(0.5))


def _sparse_plus(b: Builder, x: str, _: Activation) -> str:
    shifted = b.op("Add", x, b.scalar(1))
    middle = b.op("Mul", b.op("Mul", shifted, shifted), b.scalar(0.25))
    low = b.op("Where", b.op("LessOrEqual", x, b.scalar(-1)), b.scalar(0), middle)
    return b.op("Where", b.op("GreaterOrEqual", x, b.scalar(1)), x, low)


def _glu(b: Builder, x: str, _: Activation) -> str:
    left, right = b.split(x, 2, axis=-1)
    return b.op("Mul", left, b.op("Sigmoid", right))


_PRINTERS: dict[str, Callable[[Builder, str, Activation], str]] = {
    "tanh": _node("Tanh"),
    "sigmoid": _node("Sigmoid"),
    "relu": _node("Relu"),
    "hard_sigmoid": _hard_sigmoid,
    "elu": lambda b, x, a: b.op("Elu", x, alpha=a.alpha),
    "celu": lambda b, x, a: b.op("Elu", x, alpha=a.alpha),
    "selu": _selu,
    "softplus": _node("Softplus"),
    "softsign": _node("Softsign"),
    "softmax": _last_axis("Softmax"),
    "log_softmax": _last_axis("LogSoftmax"),
    "exponential": _node("Exp"),
    "silu": _silu,
    "gelu": _gelu,
    "mish": _mish,
    "leaky_relu": lambda b, x, a: b.op("LeakyRelu", x, alpha=a.alpha),
    "relu6": _relu6,
    "hard_silu": _hard_silu,
    "hard_tanh": _hard_tanh,
    "tanh_shrink": _tanh_shrink,
    "soft_shrink": lambda b, x, _: b.op("Shrink", x, lambd=0.5, bias=0.5),
    "hard_shrink": lambda b, x, _: b.op("Shrink", x, lambd=0.5, bias=0.0),
    "log_sigmoid": _log_sigmoid,
    "squareplus": _squareplus,
    "sparse_plus": _sparse_plus,
    "glu": _glu,
}
