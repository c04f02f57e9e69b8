"""What an unknown key was meant to be: a name from Keras 1, an argument of another layer, a slip of the keyboard."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from specc import layers
from specc.diagnostics import KEEP, REMEMBERED, Advice, Fix, did_you_mean
from specc.diagnostics.spelling import suggest_key

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

VALUES: Mapping[str, Mapping[str, Any]] = {
    "consume_less": {"cpu": 0, "mem": 1, "gpu": 2},
    "forget_bias_init": {"one": True, "zero": False},
    "dim_ordering": {"tf": "channels_last", "th": "channels_first"},
}
"""How the values changed too."""

_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "input_shape": ("shape",),
    "batch_input_shape": ("batch_shape",),
    "units": ("filters", "output_dim", "cell"),
    "cells": ("cell",),
    "cell": ("cells",),
    "filters": ("units",),
    "hidden_size": ("units", "filters"),
    "num_units": ("units",),
}
"""What other layers, or other libraries, call the same thing."""

_TRAINING = ("optimizer", "optimiser", "loss", "metrics", "epochs", "learning_rate", "compile", "fit")

IRRELEVANT: Mapping[str, str] = {
    **dict.fromkeys(_TRAINING, "a spec says what a model computes, not how it is trained"),
    "dtype": "specc computes in float32; `dtype` is for an Input",
    "time_major": "the batch always comes first: (batch, time, features)",
    "weights": "arrays come from a file: `weights:` at the top of the spec, or --weights",
    "use_cudnn": "leave it out: it changes no result",
}
"""Arguments that Keras has and a spec does not need."""

_BLOCKS = {
    "repeat": "a block says it, with the layer in its list: `- repeat: 3`, then `layers:`",
    "include": "it stands by itself in the list: `- include: FILE`",
    "layers": "it belongs to a `repeat` block, which has no `type`",
}
"""Keys of what stands in the list of layers and is none."""


def current_name(key: str, known: Collection[str]) -> str | None:
    """What Keras 2 calls an argument of Keras 1."""
    return next((name for name in RENAMED.get(key, ()) if name in known), None)


def intended(key: str, known: Collection[str]) -> str | None:
    """The known key that an unknown one most likely stands for."""
    hint = did_you_mean(key, known)
    return current_name(key, known) or _synonym(key, known) or (hint.split("`")[1] if hint else None)


def is_synonym(key: str, known: Collection[str]) -> bool:
    """Whether a key is another word for a known one."""
    return current_name(key, known) is not None or _synonym(key, known) is not None


def _synonym(key: str, known: Collection[str]) -> str | None:
    return next((name for name in _SYNONYMS.get(key, ()) if name in known), None)


def explain_unknown(key: str, known: Collection[str], data: Mapping[str, Any]) -> Advice:
    """Advice on an unknown key. data: the mapping that it stands in."""
    if (name := current_name(key, known)) is not None:
        return _modernize(key, name, data)
    if (name := _synonym(key, known)) is not None:
        return Advice(f"here it is called `{name}`", None if name in data else Fix(key=name))
    if (elsewhere := IRRELEVANT.get(key) or _BLOCKS.get(key)) is not None:
        return Advice(elsewhere)
    owners = _owners(key) if "type" in known else None
    return Advice(owners) if owners else suggest_key(key, known, data)


def _modernize(key: str, name: str, data: Mapping[str, Any]) -> Advice:
    """Advice on an argument of Keras 1 that Keras 2 calls ``name``."""
    old, table = data[key], VALUES.get(key)
    is_known = table is None or (isinstance(old, str) and old in table)
    new = old if table is None or not is_known else table[old]
    if name in data:
        repeats = is_known and type(data[name]) is type(new) and data[name] == new
        return Advice(
            f"leave it out: Keras 2 calls it `{name}`, which is given too", Fix(drop=True) if repeats else None
        )
    changes = f"; {', '.join(f'{word} is {_show(value)}' for word, value in table.items())}" if table else ""
    fix = Fix(name, KEEP if table is None else new) if is_known else None
    return Advice(f"Keras 2 calls it `{name}`{changes}", fix)


def _show(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@lru_cache(REMEMBERED)
def _owners(key: str) -> str | None:
    """Which layers have such an argument, where only a few do."""
    plain = [name for name in layers.HOMES if not name.endswith("Cell")]
    owners = [name for name in plain if (cls := layers.find(name)) is not None and key in cls.model_fields]
    if not 1 <= len(owners) <= 4:
        return None
    return f"it is an argument of {' and '.join(filter(None, (', '.join(owners[:-1]), owners[-1])))}"
