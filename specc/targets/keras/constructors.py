"""Keras's constructor calls, printed from the fields of validated layers.

Arguments stand by name; those that Keras 3 has as defaults are left out. No class has a table here: fields, defaults
and what Keras 3 lacks are those that the layers themselves declare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from specc.availability import missing_argument
from specc.dialects import Dialect
from specc.layers.base import CalledLayer, Layer
from specc.targets.python import Unsupported
from specc.targets.python.literals import literal
from specc.weights import Constraint, Initializer, Regularizer

_CALL = frozenset((*CalledLayer.model_fields, "initial_state", "mask", "weights", "input_length")) - {"trainable"}
"""What a layer is called on or sized by, which its constructor does not take."""
CALL_SWITCHES = frozenset(("use_causal_mask", "return_attention_scores"))
"""Arguments of Keras 3's call, and of specc's layer."""
_ALWAYS = "pool_size"
"""What only some classes of Keras 3 have a default for."""
_DROPOUTS = ("dropout", "recurrent_dropout")
_HARD_SIGMOID = Markup("hard_sigmoid")


@dataclass(frozen=True)
class Constructors:
    """Prints layers for one model.

    dialect: the model's own. modern: Keras 3. taken: names of the functions that the module calls on tensors, which
    Keras counts among its layers' names.
    """

    dialect: Dialect
    modern: Dialect
    taken: frozenset[str] = frozenset()

    def name(self, layer: str) -> str:
        """What a layer is called in Keras: as in the spec, unless Keras may give a function that name."""
        return f"{layer}_layer" if re.sub(r"_\d+$", "", layer) in self.taken else layer

    def __call__(self, layer: Layer, name: str | None = None) -> Markup:
        """The constructor call. Raises Unsupported for an argument that Keras 3 lacks."""
        arguments = [*self._arguments(layer)]
        own = name if name is not None else layer.name
        if own is not None:
            arguments.append(("name", code(self.name(own))))
        listed = Markup(", ").join(Markup(f"{key}=") + text for key, text in arguments)
        return Markup(f"keras.layers.{layer.type}(") + listed + Markup(")")

    @property
    def owns_hard_sigmoid(self) -> bool:
        """Whether the model's hard_sigmoid is another function than Keras 3's."""
        return self.dialect.hard_sigmoid_slope != self.modern.hard_sigmoid_slope

    def _arguments(self, layer: Layer) -> Iterator[tuple[str, Markup]]:
        fields = type(layer).model_fields
        for key in sorted(fields, key=lambda key: not fields[key].is_required()):
            field = fields[key]
            value = getattr(layer, key)
            if key in _CALL or key in CALL_SWITCHES or (key == "input_dim" and not field.is_required()):
                continue
            fact = layer.defaults_by_dialect.get(key)
            default = field.default if fact is None else getattr(self.modern, fact)
            if not field.is_required() and value == default and key != _ALWAYS:
                continue
            if missing_argument(self.modern, layer.type, key) is not None:
                raise Unsupported(f"needs `{key}` of {layer.type}, which Keras 3 lacks", field=key)
            if key == "implementation":
                if layer.type == "SimpleRNN" or not any(getattr(layer, rate) for rate in _DROPOUTS):
                    continue  # it says which dropout masks gates share, and changes nothing else
                value = value or 1  # Keras reads 0 as 1
            yield key, self._value(layer, key, value)

    def _value(self, layer: Layer, key: str, value: Any) -> Markup:
        if isinstance(value, Layer):
            return self(value)
        if isinstance(value, list) and value and isinstance(value[0], Layer):
            return Markup("[") + Markup(", ").join(map(self, value)) + Markup("]")
        if isinstance(value, Initializer):
            return _record("initializers", value)
        if isinstance(value, Regularizer):
            return _regularizer(value)
        if isinstance(value, Constraint):
            return _constraint(value, key)
        if key in ("activation", "recurrent_activation") and value == "hard_sigmoid" and self.owns_hard_sigmoid:
            return _HARD_SIGMOID
        return code(value)


def code(value: Any) -> Markup:
    """A value as source text; lists, which Keras takes as well, as tuples."""
    return Markup(literal(_frozen(value)))


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _record(module: str, record: Initializer | Regularizer | Constraint, kind: str = "") -> Markup:
    """``keras.initializers.RandomNormal(mean=0.0, stddev=0.02)``; without arguments that are None."""
    name = "".join(word.capitalize() for word in (kind or record.kind).split("_"))
    given = {key: value for key, value in record.arguments.items() if value is not None}
    listed = ", ".join(f"{key}={code(value)}" for key, value in given.items())
    return Markup(f"keras.{module}.{name}({listed})")


def _regularizer(record: Regularizer) -> Markup:
    if record.kind != "l1_l2":
        return _record("regularizers", record)
    l1, l2 = record.arguments["l1"], record.arguments["l2"]
    if not l1 or not l2:
        kind, rate = ("L1", l1) if l1 and not l2 else ("L2", l2)
        return Markup(f"keras.regularizers.{kind}({code(rate)})")
    return Markup(f"keras.regularizers.L1L2(l1={code(l1)}, l2={code(l2)})")


def _constraint(record: Constraint, key: str) -> Markup:
    if record.kind == "radial_constraint":
        raise Unsupported("needs RadialConstraint, which Keras 3 lacks", field=key)
    return _record("constraints", record)
