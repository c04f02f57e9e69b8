"""ConvLSTM: geometry, both data formats, flags, masks, states; written out and in a loop."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specc.targets.onnx.convolutional import WRITE_OUT_UP_TO
from tests.parity.comparison import (
    LENGTHS,
    PATTERNS,
    Comparison,
    check_file,
    check_parity,
    compare,
    compile_spec,
    make_feeds,
    open_session,
)
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import Entry
from tests.parity.test_stateful import check_calls
from tests.parity.translation import Array, Translation

pytestmark = pytest.mark.parity

SIZES, CHANNELS, FILTERS = (7, 6), 2, 3
KERNELS = (3, 2, (3, 2), (1, 4), 5)
WAYS: tuple[dict[str, Any], ...] = (
    {},
    {"strides": 2},
    {"strides": [2, 1]},
    {"strides": [3, 2]},
    {"dilation_rate": 2},
    {"dilation_rate": [1, 3]},
)
STATE = (*SIZES, FILTERS)
"""The shape of a state where the padding is `same`."""
FLAGS = tuple(product((False, True), repeat=4))


def images(steps: int | None, sizes: tuple[int, ...] = SIZES, masked: bool = False) -> list[Entry]:
    """Inputs for sequences of images, with the mask before them."""
    mask = {"type": "Input", "name": "steps", "shape": [steps], "dtype": "bool"}
    return [*([mask] if masked else []), {"type": "Input", "name": "x", "shape": [steps, *sizes, CHANNELS]}]


def conv_lstm(kernel: Any = 3, **arguments: Any) -> Entry:
    """A ConvLSTM2D named `conv`."""
    kernel = list(kernel) if isinstance(kernel, tuple) else kernel
    return {"type": "ConvLSTM2D", "name": "conv", "filters": FILTERS, "kernel_size": kernel, **arguments}


def check_channels_first(spec: dict[str, Any], steps: int, pattern: str = "none") -> None:
    """Compare with the channels before the sizes; Keras, which has no such convolutions on a CPU, gets them last."""
    keras = Translation(spec, 0.8)
    layers = []
    for entry in spec["layers"]:
        shape = entry.get("shape", ())
        if len(shape) > 2:
            entry = {**entry, "shape": list(channels_first(np.empty((1, *(d or 1 for d in shape)))).shape[1:])}
            entry["shape"][: len(shape) - 3] = shape[: len(shape) - 3]
        elif entry["type"].startswith("ConvLSTM"):
            entry = {**entry, "data_format": "channels_first"}
        layers.append(entry)
    session = open_session(compile_spec({"specc": 1, **spec, "layers": layers}, keras.arrays))
    feeds = make_feeds(spec, steps, pattern)
    expected = [channels_first(y) for y in keras.run(feeds)]
    for batch in (1, 3):
        found = session.run(None, {name: channels_first(x[:batch]) for name, x in feeds.items()})
        compare(found, [y[:batch] for y in expected], f"batch {batch}")


def channels_first(array: Array) -> Array:
    """(…, height, width, channels) -> (…, channels, height, width); masks stay as they are."""
    return array if array.ndim < 4 else np.ascontiguousarray(np.moveaxis(array, -1, -3))


def fits(kernel: Any, way: dict[str, Any]) -> bool:
    """Whether the kernel lies within the input."""
    kernels, dilations = (v if isinstance(v, tuple | list) else (v, v) for v in (kernel, way.get("dilation_rate", 1)))
    return all((k - 1) * d < size for k, d, size in zip(kernels, dilations, SIZES, strict=True))


GEOMETRY: list[tuple[Any, dict[str, Any], str]] = [
    (kernel, way, padding)
    for kernel, way, padding in product(KERNELS, WAYS, ("valid", "same"))
    if padding == "same" or fits(kernel, way)
]


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize(("kernel", "way", "padding"), GEOMETRY)
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_geometry(dialect: str, kernel: Any, way: dict[str, Any], padding: str, data_format: str) -> None:
    """Known and unknown lengths, and use_bias, take turns."""
    turn = GEOMETRY.index((kernel, way, padding))
    layer = conv_lstm(kernel, padding=padding, return_sequences=True, return_state=True, use_bias=turn % 3 > 0, **way)
    steps = (3, None)[turn % 2]
    spec = {"dialect": dialect, "layers": [*images(steps), layer]}
    if data_format == "channels_first":
        check_channels_first(spec, steps or LENGTHS[0])
    else:
        check_parity(spec, patterns=("none",))


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_flags(dialect: str, data_format: str, masked: bool, flags: tuple[bool, ...]) -> None:
    """return_sequences, go_backwards, initial states, a known length; return_state takes turns."""
    return_sequences, go_backwards, starts, known = flags
    turn = FLAGS.index(flags) % 3
    layer = conv_lstm(
        padding="same", return_sequences=return_sequences, return_state=turn > 0, go_backwards=go_backwards, inputs="x"
    )
    layer |= {"mask": "steps"} if masked else {}
    inputs = []
    if starts:
        inputs = [{"type": "Input", "name": name, "shape": list(STATE)} for name in ("h", "c")]
        layer["initial_state"] = ["h", "c"]
    spec = {
        "dialect": dialect,
        "layers": [*images(LENGTHS[turn > 1] if known else None, masked=masked), *inputs, layer],
    }
    patterns = PATTERNS if masked else ("none",)
    if data_format == "channels_last":
        check_parity(spec, patterns=patterns)
    else:
        for pattern in patterns:
            check_channels_first(spec, LENGTHS[turn > 1] if known else LENGTHS[0], pattern)


@pytest.mark.parametrize("activation", [None, "relu", "elu", "hard_sigmoid", "softplus"])
@pytest.mark.parametrize("gate", ["sigmoid", "hard_sigmoid", "softsign"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_activations(dialect: str, gate: str, activation: str | None) -> None:
    layer = conv_lstm(2, activation=activation, recurrent_activation=gate, return_sequences=True, return_state=True)
    check_parity({"dialect": dialect, "layers": [*images(5), layer]}, patterns=("none",), scale=0.2)


@pytest.mark.parametrize("field", ["activation", "recurrent_activation"])
@pytest.mark.parametrize("activation", ["softmax", "log_softmax"])
@pytest.mark.parametrize("steps", [None, 5])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_activations_along_the_channels(dialect: str, steps: int | None, activation: str, field: str) -> None:
    layer = conv_lstm(2, return_sequences=True, return_state=True, **{field: activation})
    check_parity({"dialect": dialect, "layers": [*images(steps), layer]}, patterns=("none",), scale=0.2)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("steps", [1, WRITE_OUT_UP_TO, WRITE_OUT_UP_TO + 1])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_written_out_and_in_a_loop(dialect: str, steps: int, masked: bool) -> None:
    layer = conv_lstm(2, padding="same", return_sequences=True, return_state=True, go_backwards=steps == 1)
    layer |= {"mask": "steps"} if masked else {}
    spec = {"dialect": dialect, "layers": [*images(steps, (3, 4), masked), layer]}
    check_parity(spec, patterns=("none", "holes") if masked and steps > 1 else ("none",))


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("steps", [None, 5])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_stateful(dialect: str, steps: int | None, masked: bool, backwards: bool) -> None:
    layer = conv_lstm(padding="same", strides=2, stateful=True, return_sequences=not backwards, return_state=True)
    layer |= {"go_backwards": backwards} | ({"mask": "steps"} if masked else {})
    check_calls({"dialect": dialect, "layers": [*images(steps, masked=masked), layer]})


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("rank", [1, 3])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_other_ranks(dialect: str, rank: int, masked: bool, padding: str) -> None:
    sizes = (6,) if rank == 1 else (4, 3, 5)
    kernel = [2] if rank == 1 else [2, 3, 2]
    layer = {**conv_lstm(), "type": f"ConvLSTM{rank}D", "kernel_size": kernel, "padding": padding}
    layer |= {"return_sequences": True, "return_state": True, "strides": 2 if padding == "valid" else 1}
    layer |= {"mask": "steps"} if masked else {}
    steps = None if masked else 3
    spec = {"dialect": dialect, "layers": [*images(steps, sizes, masked), layer]}
    check_parity(spec, patterns=PATTERNS if masked else ("none",))


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("mode", ["concat", "sum", "ave", "mul", None])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_bidirectional(dialect: str, masked: bool, mode: str | None, return_sequences: bool) -> None:
    inner = conv_lstm(padding="same", return_sequences=return_sequences, return_state=mode != "sum")
    inner.pop("name")
    layer = {"type": "Bidirectional", "name": "both", "layer": inner, "merge_mode": mode}
    layer |= {"mask": "steps"} if masked else {}
    spec = {"dialect": dialect, "layers": [*images(None if masked else 4, masked=masked), layer]}
    check_parity(spec, patterns=PATTERNS if masked else ("none",))


@pytest.mark.parametrize("steps", [None, 5])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_two_and_what_follows(dialect: str, steps: int | None) -> None:
    layers = [
        conv_lstm(padding="same", return_sequences=True),
        conv_lstm((2, 3), strides=2),
        {"type": "Flatten", "name": "flat"},
        {"type": "Dense", "name": "out", "units": 4, "activation": "softmax"},
    ]
    for entry, name in zip(layers, ("first", "second"), strict=False):
        entry["name"] = name
    spec = {"dialect": dialect, "layers": [*images(steps), *layers], "outputs": ["first", "second", "out"]}
    check_parity(spec, patterns=("none",))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_states_into_another_layer(dialect: str) -> None:
    """An encoder and a decoder; the mask goes on with the outputs."""
    layers = [
        {**conv_lstm(padding="same", return_state=True), "name": "encoder", "inputs": "x", "mask": "steps"},
        {
            **conv_lstm(padding="same", return_sequences=True),
            "name": "decoder",
            "inputs": "x",
            "initial_state": ["encoder.state_0", "encoder.state_1"],
        },
        {"type": "TimeDistributed", "name": "each", "layer": {"type": "Flatten"}},
    ]
    spec = {"dialect": dialect, "layers": [*images(None, masked=True), *layers], "outputs": ["encoder", "each"]}
    check_parity(spec)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_weights_from_a_file(dialect: str, tmp_path: Path) -> None:
    layers = [conv_lstm((2, 3), return_sequences=True), {**conv_lstm(2, use_bias=False), "name": "last"}]
    check_file({"dialect": dialect, "layers": [*images(4), *layers]}, tmp_path / "model.h5")


@pytest.mark.parametrize("kernel", [1, 4])
def test_session_of_every_batch(kernel: int) -> None:
    """The state's shape follows the batch where only a run knows it."""
    layer = conv_lstm(kernel, padding="same", return_state=True)
    comparison = Comparison({"dialect": "tf.keras", "layers": [*images(None), layer]})
    comparison.check([make_feeds(comparison.spec, 4, "none")])
