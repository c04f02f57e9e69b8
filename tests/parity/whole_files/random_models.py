"""Models that nobody picked: a seeded generator puts layers, shared layers and models inside models together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.parity.whole_files.architectures import WIDTH, WORDS

_NAMES = ("a", "b", "rnn_state_0", "x.y", "inner_a", "state_h", "A", "0", "input", "td", "model", "m1_0_a")
_MERGES = ("Add", "Multiply", "Average", "Maximum", "Concatenate")
_ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear", "elu", "softsign")
_DEEPEST = 2


def build(keras: Any, seed: int) -> Any:
    """The model of this seed."""
    return _Generator(keras, np.random.default_rng(seed)).model(0)


@dataclass
class _Generator:
    """Grows one model. sequences, vectors: the tensors so far. layers: those that may be called again, by kind."""

    keras: Any
    random: np.random.Generator
    sequences: list[Any] = field(default_factory=list)
    vectors: list[Any] = field(default_factory=list)
    layers: list[tuple[Any, tuple[Any, ...]]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    inputs: list[Any] = field(default_factory=list)

    def model(self, depth: int, shape: tuple[Any, ...] | None = None) -> Any:
        """A model; one inside another takes a sequence of this shape."""
        self._begin(shape)
        for _ in range(int(self.random.integers(2, 6))):
            self._grow(depth)
        if not self.vectors:
            self.vectors.append(self.keras.layers.GRU(2)(self.sequences[-1]))
        outputs = [self.vectors[-1]]
        if self._chance(0.4):
            outputs.insert(int(self.random.integers(0, 2)), self.sequences[-1])
        arguments = {"name": f"m{depth}_{self.random.integers(0, 3)}"} if depth else {}
        return self.keras.Model(self.inputs, outputs[0] if len(outputs) == 1 else outputs, **arguments)

    def _begin(self, shape: tuple[Any, ...] | None) -> None:
        k = self.keras.layers
        if shape is not None:
            x = self.keras.Input(shape)
        elif self._chance(0.5):
            ids = self.keras.Input((None,), dtype="int32")
            self.inputs.append(ids)
            self.sequences.append(k.Embedding(WORDS, 4, mask_zero=self._chance(0.7))(ids))
            return
        else:
            x = self.keras.Input((None if self._chance(0.6) else 5, WIDTH))
        self.inputs.append(x)
        self.sequences.append(k.Masking()(x) if self._chance(0.3) else x)

    def _grow(self, depth: int) -> None:
        steps: list[Callable[[], None]] = [self._recurrent] * 4 + [self._both_ways] * 2
        steps += [self._keeping] * 3 + [self._merge, self._again, self._with_states, self._over_time, self._vector]
        if depth < _DEEPEST:
            steps += [lambda: self._inside(depth), lambda: self._chain_inside()]
        self._pick(steps)()

    def _pick(self, options: Any) -> Any:
        return options[int(self.random.integers(0, len(options)))]

    def _chance(self, share: float) -> bool:
        return bool(self.random.random() < share)

    def _arguments(self) -> dict[str, Any]:
        """A name that Keras would not choose, now and then, and a frozen layer."""
        arguments: dict[str, Any] = {}
        name = self._pick(_NAMES)
        if self._chance(0.3) and name not in self.names:
            self.names.add(name)
            arguments["name"] = name
        if self._chance(0.15):
            arguments["trainable"] = False
        return arguments

    def _cell_arguments(self, kind: str) -> dict[str, Any]:
        arguments: dict[str, Any] = {"units": int(self.random.integers(2, 5))}
        if self._chance(0.2):
            arguments["activation"] = self._pick(_ACTIVATIONS[1:])
        if kind.startswith("GRU") and self._chance(0.3):
            arguments["reset_after"] = False
        if not kind.startswith("Simple") and self._chance(0.3):
            arguments["recurrent_activation"] = "hard_sigmoid"
        if self._chance(0.15):
            arguments["use_bias"] = False
        return arguments

    def _layer(self, sequences: bool) -> Any:
        """A recurrent layer of any kind."""
        k = self.keras.layers
        own = self._arguments()
        if self._chance(0.2):
            kinds = [self._pick(("LSTMCell", "GRUCell", "SimpleRNNCell")) for _ in range(self.random.integers(1, 4))]
            cells = [getattr(k, kind)(**self._cell_arguments(kind)) for kind in kinds]
            return k.RNN(cells if len(cells) > 1 else cells[0], return_sequences=sequences, **own)
        kind = self._pick(("LSTM", "GRU", "SimpleRNN"))
        backwards = {"go_backwards": True} if self._chance(0.2) else {}
        return getattr(k, kind)(return_sequences=sequences, **backwards, **self._cell_arguments(kind), **own)

    def _apply(self, layer: Any, x: Any) -> None:
        y = layer(x)
        self.layers.append((layer, tuple(x.shape)))
        (self.sequences if len(y.shape) == 3 else self.vectors).append(y)

    def _recurrent(self) -> None:
        self._apply(self._layer(self._chance(0.7)), self._pick(self.sequences))

    def _both_ways(self) -> None:
        layer = self._layer(self._chance(0.7))
        if getattr(layer, "go_backwards", False):
            layer.go_backwards = False
        mode = self._pick(("concat", "sum", "ave", "mul"))
        self._apply(self.keras.layers.Bidirectional(layer, merge_mode=mode, **self._arguments()), self.sequences[-1])

    def _keeping(self) -> None:
        k = self.keras.layers
        makers: list[Callable[[], Any]] = [
            lambda: k.Dense(3, activation=self._pick(_ACTIVATIONS), **self._arguments()),
            lambda: k.BatchNormalization(**self._arguments()),
            lambda: k.LayerNormalization(**self._arguments()),
            lambda: k.Dropout(0.3),
            lambda: k.Activation(self._pick(_ACTIVATIONS), **self._arguments()),
            lambda: k.LeakyReLU(),
        ]
        self._apply(self._pick(makers)(), self._pick(self.sequences + self.vectors))

    def _merge(self) -> None:
        tensors = self._pick([self.sequences, self.vectors or self.sequences])
        x = self._pick(tensors)
        others = [t for t in tensors if tuple(t.shape) == tuple(x.shape)]
        y = getattr(self.keras.layers, self._pick(_MERGES))(**self._arguments())([x, self._pick(others)])
        (self.sequences if len(y.shape) == 3 else self.vectors).append(y)

    def _again(self) -> None:
        """A layer called once more."""
        if self.layers:
            layer, shape = self._pick(self.layers)
            fitting = [t for t in self.sequences + self.vectors if tuple(t.shape) == shape]
            if fitting:
                self._apply(layer, self._pick(fitting))

    def _with_states(self) -> None:
        k = self.keras.layers
        x = self._pick(self.sequences)
        y, state = k.GRU(3, return_state=True, return_sequences=True, **self._arguments())(x)
        z = k.GRU(3, return_sequences=self._chance(0.5), **self._arguments())(y, initial_state=state)
        (self.sequences if len(z.shape) == 3 else self.vectors).append(z)
        self.vectors.append(state)

    def _over_time(self) -> None:
        inner = self.keras.layers.Dense(3, activation="tanh", **self._arguments())
        self._apply(self.keras.layers.TimeDistributed(inner, **self._arguments()), self._pick(self.sequences))

    def _vector(self) -> None:
        k = self.keras.layers
        layer = self._pick([k.GlobalMaxPooling1D, k.GlobalAveragePooling1D])()
        self._apply(layer, self._pick(self.sequences))

    def _inside(self, depth: int) -> None:
        x = self._pick(self.sequences)
        inner = _Generator(self.keras, self.random).model(depth + 1, tuple(x.shape[1:]))
        if inner.name in self.names:
            return
        self.names.add(inner.name)
        if self._chance(0.2):
            inner.trainable = False
        for _ in range(2 if self._chance(0.3) else 1):
            y = inner(x)
            for output in y if isinstance(y, list | tuple) else [y]:
                (self.sequences if len(output.shape) == 3 else self.vectors).append(output)

    def _chain_inside(self) -> None:
        k, x = self.keras.layers, self._pick(self.sequences)
        layers = [k.Dense(3), k.BatchNormalization(), self._layer(True)][int(self.random.integers(0, 3)) :]
        start = [self.keras.Input(tuple(x.shape[1:]))] if self._chance(0.7) else []
        self._apply(self.keras.Sequential([*start, *layers]), x)
