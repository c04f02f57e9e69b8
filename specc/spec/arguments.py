"""What an unknown key was meant to be: a name from Keras 1, an argument of another layer, a slip of the keyboard."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from specc import layers
from specc.diagnostics import did_you_mean

RENAMED: Mapping[str, tuple[str, ...]] = {
    "output_dim": ("units",),
    "init": ("kernel_initializer", "embeddings_initializer", "alpha_initializer", "depthwise_initializer"),
    "inner_init": ("recurrent_initializer",),
    "inner_activation": ("recurrent_activation",),
    "consume_less": ("implementation",),
    "forget_bias_init": ("unit_forget_bias",),
    "W_regularizer": ("kernel_regularizer", "embeddings_regularizer"),
    "U_regularizer": ("recurrent_regularizer",),
    "b_regularizer": ("bias_regularizer",),
    "W_constraint": ("kernel_constraint", "embeddings_constraint"),
    "U_constraint": ("recurrent_constraint",),
    "b_constraint": ("bias_constraint",),
    "dropout_W": ("dropout",),
    "dropout_U": ("recurrent_dropout",),
    "bias": ("use_bias",),
    "p": ("rate",),
    "sigma": ("stddev",),
    "nb_filter": ("filters",),
    "filter_length": ("kernel_size",),
    "subsample_length": ("strides",),
    "subsample": ("strides",),
    "atrous_rate": ("dilation_rate",),
    "border_mode": ("padding",),
    "dim_ordering": ("data_format",),
    "pool_length": ("pool_size",),
    "stride": ("strides",),
    "length": ("size",),
    "beta_init": ("beta_initializer",),
    "gamma_init": ("gamma_initializer",),
}
"""Arguments of Keras 1 and what Keras 2 calls them; which of several, the layer decides."""

_VALUES = {
    "consume_less": "; cpu is 0, mem is 1, gpu is 2",
    "forget_bias_init": "; `one` is true",
}
"""How the values changed too."""

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "input_shape": ("shape",),
    "batch_input_shape": ("batch_shape",),
    "units": ("filters", "output_dim", "cell"),
    "cells": ("cell",),
    "filters": ("units",),
    "hidden_size": ("units", "filters"),
    "num_units": ("units",),
}
"""What other layers, or other libraries, call the same thing."""

_TRAINING = ("optimizer", "optimiser", "loss", "metrics", "epochs", "learning_rate", "compile", "fit")

_ELSEWHERE = {
    **dict.fromkeys(_TRAINING, "a spec says what a model computes, not how it is trained"),
    "dtype": "specc computes in float32; `dtype` is for an Input",
    "time_major": "the batch always comes first: (batch, time, features)",
    "weights": "arrays come from a file: `weights:` at the top of the spec, or --weights",
    "use_cudnn": "leave it out: it changes no result",
}
"""Arguments that Keras has and a spec does not need."""


def current_name(key: str, known: Collection[str]) -> str | None:
    """What Keras 2 calls an argument of Keras 1."""
    return next((name for name in RENAMED.get(key, ()) if name in known), None)


def intended(key: str, known: Collection[str]) -> str | None:
    """The known key that an unknown one most likely stands for."""
    hint = did_you_mean(key, known)
    return current_name(key, known) or _synonym(key, known) or (hint.split("`")[1] if hint else None)


def _synonym(key: str, known: Collection[str]) -> str | None:
    return next((name for name in _SYNONYMS.get(key, ()) if name in known), None)


def explain_unknown(key: str, known: Collection[str], data: Mapping[str, Any]) -> str | None:
    """A hint for an unknown key. data: the mapping that it stands in."""
    name = current_name(key, known)
    if name is not None and name in data:
        return f"leave it out: Keras 2 calls it `{name}`, which is given too"
    if name is not None:
        return f"Keras 2 calls it `{name}`{_VALUES.get(key, '')}"
    if (name := _synonym(key, known)) is not None:
        return f"here it is called `{name}`"
    if key in _ELSEWHERE:
        return _ELSEWHERE[key]
    return (_owners(key) if "type" in known else None) or did_you_mean(key, known)


def _owners(key: str) -> str | None:
    """Which layers have such an argument, where only a few do."""
    plain = [name for name in layers.HOMES if not name.endswith("Cell")]
    owners = [name for name in plain if (cls := layers.find(name)) is not None and key in cls.model_fields]
    if not 1 <= len(owners) <= 4:
        return None
    return f"it is an argument of {' and '.join(filter(None, (', '.join(owners[:-1]), owners[-1])))}"
