"""Values as Keras serialized them, in every era, as a spec writes them: initializers, regularizers, activations.

"glorot_uniform"                                                        Keras 1, and by hand
{"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.01}                      Keras 1
{"class_name": "VarianceScaling", "config": {"scale": 1.0, ...}}        Keras 2
{"module": "keras.initializers", "class_name": "GlorotUniform", ...}    tf.keras, Keras 3
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic_core import PydanticCustomError

from specc.activations import ActivationName
from specc.layers import parameters
from specc.weights import Constraint, Initializer, Regularizer

ACTIVATIONS: frozenset[str] = frozenset(get_args(ActivationName))

_KERAS_1_REGULARIZERS = {"L1L2Regularizer", "WeightRegularizer", "ActivityRegularizer"}
_KERAS_1_ARGUMENTS = {"m": "max_value", "low": "min_value", "high": "max_value"}
_NAMED_LAWS = {
    (1.0, "fan_avg", "uniform"): "glorot_uniform",
    (1.0, "fan_avg", "normal"): "glorot_normal",
    (2.0, "fan_in", "uniform"): "he_uniform",
    (2.0, "fan_in", "normal"): "he_normal",
    (1.0, "fan_in", "uniform"): "lecun_uniform",
    (1.0, "fan_in", "normal"): "lecun_normal",
}
"""What Keras 2 wrote for its initializers by name."""
_SAME_ACTIVATIONS = {"softmax_v2": "softmax", "relu_v2": "relu"}

Record = Initializer | Regularizer | Constraint


class Foreign(ValueError):
    """A value that no Keras serializes: somebody's own class or function. The text of the error names it."""


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "initializer": parameters.read_initializer,
    "regularizer": parameters.read_regularizer,
    "constraint": parameters.read_constraint,
}


def kind_of(key: str) -> str | None:
    """``initializer`` for ``kernel_initializer``; None for an argument of another kind."""
    return next((kind for kind in _KINDS if key.endswith(f"_{kind}")), None)


def read_parameter(kind: str, value: Any) -> tuple[Any, Record | None]:
    """An initializer, regularizer or constraint as a spec writes it, and as a record. Foreign for what none is."""
    if value is None:
        return None, None
    try:
        record = _KINDS[kind](_modernize(kind, value))
    except PydanticCustomError as error:
        raise Foreign(str(error.context["text"]) if error.context else str(error)) from None
    return parameters.write_parameter(record), record


def _modernize(kind: str, value: Any) -> Any:
    """What Keras 1 wrote as Keras 2 writes it; without what newer ones add and nobody chose."""
    if not isinstance(value, Mapping):
        return value
    if isinstance(value.get("name"), str) and "class_name" not in value:
        arguments = {_KERAS_1_ARGUMENTS.get(key, key): item for key, item in value.items() if key != "name"}
        name = "L1L2" if value["name"] in _KERAS_1_REGULARIZERS else value["name"]
        return {"type": name, **arguments}
    config = value.get("config")
    if not isinstance(config, Mapping):
        return value
    kept = {key: item for key, item in config.items() if key not in ("name", "dtype")}
    if kind == "initializer" and isinstance(kept.get("seed"), Mapping):
        kept["seed"] = None  # Keras 3's SeedGenerator: its state is nothing that a spec could go on from
    if value.get("class_name") == "VarianceScaling":
        said = [kept.get(key) for key in ("scale", "mode", "distribution")]
        law = next((law for known, law in _NAMED_LAWS.items() if list(known) == said), None)
        if law is not None and kept.get("seed") is None:
            return law
    return {"class_name": value.get("class_name"), "config": kept}


def read_activation(value: Any) -> str | None:
    """The name of an activation; None is linear. Foreign for a function or layer that has arguments or is custom."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        inner = value.get("config")
        if value.get("class_name") == "function" and isinstance(inner, str):
            value = inner
        elif value.get("class_name") == "function" and isinstance(value.get("registered_name"), str):
            value = value["registered_name"]
        else:
            raise Foreign(f"a layer, `{value.get('class_name')}`, as an activation")
    if not isinstance(value, str):
        raise Foreign("no name of an activation")
    name = _SAME_ACTIVATIONS.get(value, value)
    if name not in ACTIVATIONS:
        raise Foreign(f"the function `{value[:60]}`")
    return name


def read_dtype(value: Any) -> str | None:
    """The name of a type or of a policy of types; None where there is none."""
    if isinstance(value, Mapping):
        config = value.get("config")
        value = config.get("name") if isinstance(config, Mapping) else None
    return value if isinstance(value, str) else None
