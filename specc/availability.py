"""Which Keras has which class, argument and activation: one table, asked when a spec uses one of them.

Keys are ``Class``, ``Class.argument``, ``.argument`` (of any class that takes it) and ``activation NAME``. Values
say from which version on a dialect has it; a dialect that is not named lacks it, a key that is not listed exists
everywhere. `return_state`, `initial_state` and `use_bias` came to the recurrent layers with Keras 2, but mean the same
wherever they are, so that they are taken in every dialect.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc.dialects import Dialect, DialectName, Version

Home = Mapping[DialectName, Version]

ALWAYS: Version = ()
_NOT_KERAS_1: Home = {"keras2": ALWAYS, "tf.keras": ALWAYS, "keras3": ALWAYS}
_NOT_KERAS_3: Home = {"keras1": ALWAYS, "keras2": ALWAYS, "tf.keras": ALWAYS}
_CELLS: Home = {"keras2": (2, 0, 9), "tf.keras": ALWAYS, "keras3": ALWAYS}
_CUDNN: Home = {"keras2": (2, 0, 9), "tf.keras": ALWAYS}
_LATE: Home = {"tf.keras": ALWAYS, "keras3": ALWAYS}
_KERAS_3: Home = {"keras3": ALWAYS}

HOMES: dict[str, Home] = {
    "RNN": _CELLS,
    "SimpleRNNCell": _CELLS,
    "GRUCell": _CELLS,
    "LSTMCell": _CELLS,
    "StackedRNNCells": _CELLS,
    "CuDNNGRU": _CUDNN,
    "CuDNNLSTM": _CUDNN,
    "ConvLSTM1D": _LATE,
    "ConvLSTM3D": _LATE,
    "Conv1DTranspose": _LATE,
    ".groups": _LATE,
    "DepthwiseConv1D": _LATE,
    "DepthwiseConv2D": _NOT_KERAS_1,
    "SeparableConv1D": _NOT_KERAS_1,
    "SeparableConv1D.padding: causal": {"tf.keras": ALWAYS},
    ".keepdims": _LATE,
    ".interpolation": {"keras2": (2, 2, 3), "tf.keras": ALWAYS, "keras3": ALWAYS},
    "ZeroPadding1D.data_format": _KERAS_3,
    "Bidirectional.backward_layer": _LATE,
    ".zero_output_for_mask": _LATE,
    ".reset_after": {"keras2": (2, 1, 5), "tf.keras": ALWAYS, "keras3": ALWAYS},
    # tf.keras takes it, and lists the states from the first cell all the same.
    ".reverse_state_order": {"keras2": (2, 2, 3)},
    # Keras 3 took the length of a sequence from input_shape only, and gave input_dim another meaning.
    ".input_length": _NOT_KERAS_3,
    "SimpleRNN.input_dim": _NOT_KERAS_3,
    "GRU.input_dim": _NOT_KERAS_3,
    "LSTM.input_dim": _NOT_KERAS_3,
    "RNN.input_dim": _NOT_KERAS_3,
    "AdditiveAttention": _LATE,
    "AlphaDropout": {"keras2": (2, 0, 6), "tf.keras": ALWAYS, "keras3": ALWAYS},
    "Attention": _LATE,
    "LayerNormalization": _LATE,
    "ReLU": {"keras2": (2, 2, 0), "tf.keras": ALWAYS, "keras3": ALWAYS},
    "Softmax": {"keras2": (2, 1, 3), "tf.keras": ALWAYS, "keras3": ALWAYS},
    "ThresholdedReLU": _NOT_KERAS_3,
    ".causal": {"tf.keras": ALWAYS},
    "BatchNormalization.renorm": _LATE,
    "BatchNormalization.renorm_clipping": _LATE,
    "BatchNormalization.renorm_momentum": _LATE,
    "BatchNormalization.synchronized": _LATE,
    "LayerNormalization.rms_scaling": _KERAS_3,
    "LeakyReLU.alpha": _NOT_KERAS_3,
    "LeakyReLU.negative_slope": _KERAS_3,
    "Softmax.mask": _LATE,
    "activation selu": {"keras2": (2, 0, 6), "tf.keras": ALWAYS, "keras3": ALWAYS},
    "activation exponential": {"keras2": (2, 2, 3), "tf.keras": ALWAYS, "keras3": ALWAYS},
    **dict.fromkeys(
        (f"activation {name}" for name in ("swish", "silu", "gelu", "leaky_relu", "relu6", "mish", "log_softmax")),
        _LATE,
    ),
    **dict.fromkeys(
        (
            f"activation {name}"
            for name in (
                "celu",
                "glu",
                "hard_shrink",
                "hard_silu",
                "hard_swish",
                "hard_tanh",
                "log_sigmoid",
                "soft_shrink",
                "sparse_plus",
                "sparse_sigmoid",
                "squareplus",
                "tanh_shrink",
            )
        ),
        _KERAS_3,
    ),
}


def missing(dialect: Dialect, *keys: str) -> str | None:
    """Where something exists that a dialect lacks, such as "tf.keras and keras3"; None where the dialect has it.

    keys: the names of the thing, the most special first; the first that is listed decides. A dialect without a
    version has what its last release has.
    """
    home = next((HOMES[key] for key in keys if key in HOMES), None)
    if home is None:
        return None
    since = home.get(dialect.name)
    if since is not None and (dialect.version is None or dialect.version >= since):
        return None
    places = [f"{name} (from {'.'.join(map(str, first))})" if first else name for name, first in home.items()]
    return " and ".join((", ".join(places[:-1]), places[-1])) if len(places) > 1 else places[0]


def missing_argument(dialect: Dialect, type_: str, argument: str) -> str | None:
    """The same for an argument of a class."""
    return missing(dialect, f"{type_}.{argument}", f".{argument}")


ACTIVATION_FIELDS = ("activation", "recurrent_activation")
"""The arguments that name activations."""


def missing_activation(dialect: Dialect, name: object) -> tuple[str, str] | None:
    """That the dialect lacks an activation, in words, and a hint; None where it has it."""
    home = missing(dialect, f"activation {name}")
    if home is None:
        return None
    message = f"activation `{name}` does not exist in {dialect.title}, only in {home}"
    return message, "set `dialect` (and `keras_version`) at the top of the spec, or choose another activation"
