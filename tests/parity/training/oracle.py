"""What Keras does in training, written to a file: ``KERAS_BACKEND=torch python -m tests.parity.training.oracle OUT``.

A process of its own, since Keras 3 has one backend a process: dialect ``keras3`` runs on PyTorch here, ``tf.keras`` is
tf_keras. For each case: the weights, the inputs, what a call in training returns, the regularization losses, the
gradients of a loss, the moving statistics after the call, and the weights under their constraints.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from tests.parity import translation
from tests.parity.training.cases import DROPPING, GRADIENTS, ROWS, feeds_of, weighing
from tests.parity.translation import Translation

Array = NDArray[Any]


def main(file: Path) -> None:
    arrays: dict[str, Array] = {}
    for name, spec in GRADIENTS.items():
        arrays |= {f"{name}:{key}": array for key, array in train(spec).items()}
    for name, spec in DROPPING.items():
        arrays[f"{name}:y"] = drop(spec)
    save_file({name: np.array(array, order="C") for name, array in arrays.items()}, file)


def train(spec: dict[str, Any]) -> dict[str, Array]:
    """One call in training, and the gradients of its loss."""
    keras = Translation(spec, 0.8)
    feeds = feeds_of(spec, 4)
    named = dict(_variables(keras))
    found = {f"weight/{key}": array for key, array in keras.arrays.items()}
    found |= {f"constrained/{key}": _array(v.constraint(v)) for key, v in named.items() if v.constraint is not None}
    step = _step_in_torch if spec["dialect"] == "keras3" else _step_in_tensorflow
    outputs, penalty, gradients = step(keras, feeds, named)
    found |= {f"y/{i}": y for i, y in enumerate(outputs)}
    found |= {f"gradient/{key}": array for key, array in gradients.items()}
    found |= {f"after/{key}": _array(v) for key, v in named.items() if "moving" in key}
    return found | {"penalty": penalty}


def _step_in_torch(
    keras: Translation, feeds: dict[str, Array], named: dict[str, Any]
) -> tuple[list[Array], Array, dict[str, Array]]:
    torch: Any = import_module("torch")
    outputs = list(translation.flatten(keras.model([torch.from_numpy(feeds[n]) for n in keras.names], training=True)))
    penalty = sum(keras.model.losses, torch.zeros(()))
    loss = penalty + sum((y * torch.from_numpy(weighing(y.shape))).sum() for y in outputs)
    loss.backward()
    gradients = {key: v.value.grad.numpy() for key, v in named.items() if v.trainable and v.value.grad is not None}
    return [y.detach().numpy() for y in outputs], np.asarray(penalty.detach()), gradients


def _step_in_tensorflow(
    keras: Translation, feeds: dict[str, Array], named: dict[str, Any]
) -> tuple[list[Array], Array, dict[str, Array]]:
    tf: Any = import_module("tensorflow")
    with tf.GradientTape() as tape:
        outputs = list(translation.flatten(keras.model([feeds[name] for name in keras.names], training=True)))
        penalty = tf.add_n([tf.zeros(()), *keras.model.losses])
        loss = penalty + tf.add_n([tf.reduce_sum(y * weighing(y.shape)) for y in outputs])
    trained = {id(v) for v in keras.model.trainable_weights}
    learning = {key: v for key, v in named.items() if id(v) in trained}
    gradients = tape.gradient(loss, learning)
    dense = {key: tf.convert_to_tensor(g).numpy() for key, g in gradients.items() if g is not None}
    return [y.numpy() for y in outputs], penalty.numpy(), dense


def drop(spec: dict[str, Any]) -> Array:
    """The first output of many equal rows in training."""
    keras = Translation(spec, 0.8)
    feeds = feeds_of(spec, ROWS)
    outputs = keras.model([feeds[name] for name in keras.names], training=True)
    return _array(next(translation.flatten(outputs)))


def _variables(keras: Translation) -> Iterator[tuple[str, Any]]:
    for name, layer in keras.layers.items():
        yield from translation.variables(layer, name)


def _array(value: Any) -> Array:
    if hasattr(value, "detach"):
        value = value.detach()
    array: Array = np.array(value.numpy() if hasattr(value, "numpy") else value)
    return array


if __name__ == "__main__":
    main(Path(sys.argv[1]))
