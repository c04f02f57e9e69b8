"""ConvLSTM against a float64 loop over time whose convolutions are done point by point."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import onnx
import pytest

import specc
from specc.targets.onnx.convolutional import WRITE_OUT_UP_TO
from tests.conformance.compiled import compile_spec, each_target, open_session, run_file
from tests.conformance.equations import FUNCTIONS, Doubles, Mask
from tests.conformance.sliding import convolve
from tests.conformance.test_equations import MASK, MASKS, STEPS, close, draw
from tests.conformance.test_structure import OPSETS, kinds

CHANNELS, FILTERS, SIZES = 2, 3, (5, 4)
Layer = dict[str, Any]
States = Sequence[Doubles]


def entry(kernel: Sequence[int] = (3, 3), **arguments: Any) -> Layer:
    """A layer named `conv`; as many axes as the kernel has."""
    return {
        "type": f"ConvLSTM{len(kernel)}D",
        "name": "conv",
        "filters": FILTERS,
        "kernel_size": [*kernel],
        **arguments,
    }


def weights(layer: Layer) -> dict[str, Doubles]:
    """Blocks i|f|c|o on the last axis."""
    kernel = layer["kernel_size"]
    made = {
        "kernel": 0.5 * draw(1, *kernel, CHANNELS, 4 * FILTERS),
        "recurrent_kernel": 0.5 * draw(2, *kernel, FILTERS, 4 * FILTERS),
        "bias": draw(3, 4 * FILTERS),
    }
    return made if layer.get("use_bias", True) else {n: a for n, a in made.items() if n != "bias"}


def loop(
    layer: Layer, x: Doubles, mask: Mask | None = None, initial: States = (), zero: bool = False
) -> tuple[Doubles, States]:
    """x (batch, time, *sizes, channels) -> outputs in the order of processing, h and c.

    zero: masked steps put out zeros.
    """
    arrays = weights(layer)
    act, gate = (
        FUNCTIONS[layer.get(k, d)] for k, d in (("activation", "tanh"), ("recurrent_activation", "hard_sigmoid"))
    )
    same = {"kernel_size": layer["kernel_size"], "padding": "same"}
    shape = (*convolve(x[:, 0], arrays["kernel"], layer).shape[:-1], FILTERS)
    h, c = initial or (np.zeros(shape), np.zeros(shape))
    outputs, output = [], np.zeros(shape)
    for t in range(x.shape[1])[:: -1 if layer.get("go_backwards") else 1]:
        z = convolve(x[:, t], arrays["kernel"], layer) + convolve(h, arrays["recurrent_kernel"], same)
        zi, zf, zc, zo = np.split(z + arrays.get("bias", 0.0), 4, axis=-1)
        new_c = gate(zf) * c + gate(zi) * act(zc)
        new_h = gate(zo) * act(new_c)
        valid = np.ones(len(x), bool) if mask is None else mask[:, t]
        valid = valid.reshape(-1, *(1,) * (h.ndim - 1))
        h, c = np.where(valid, new_h, h), np.where(valid, new_c, c)
        output = np.where(valid, new_h, 0 if zero else output)
        outputs.append(output)
    return np.stack(outputs, axis=1), (h, c)


def channels_first(array: Any) -> Any:
    """(…, height, width, channels) -> (…, channels, height, width)."""
    return np.ascontiguousarray(np.moveaxis(array, -1, -3))


def image(name: str, steps: Sequence[int | None], sizes: Sequence[int], channels: int, first: bool) -> Layer:
    inner = [channels, *sizes] if first else [*sizes, channels]
    return {"type": "Input", "name": name, "shape": [*steps, *inner]}


def check(
    layer: Layer,
    *,
    sizes: tuple[int, ...] = SIZES,
    steps: int | None = None,
    masked: bool = False,
    starts: bool = False,
) -> None:
    """One layer against the loop; under every mask, or at a batch of one and of three."""
    first = layer.get("data_format") == "channels_first"
    turn = channels_first if first else lambda array: array
    length = steps or (STEPS if masked else 4)
    shape = loop({**layer, "go_backwards": False}, draw(0, 1, 1, *sizes, CHANNELS))[1][0].shape[1:]
    names = ["h", "c"] if starts else []
    inputs = [image("x", [steps], sizes, CHANNELS, first)]
    inputs += [image(name, [], shape[:-1], FILTERS, first) for name in names]
    called: Layer = (
        {"inputs": "x"} | ({"mask": "mask"} if masked else {}) | ({"initial_state": names} if starts else {})
    )
    mask_input = [{**MASK, "shape": [steps]}] if masked else []
    arrays = {f"conv/{name}": a.astype(np.float32) for name, a in weights(layer).items()}
    model = compile_spec([*inputs, *mask_input, layer | called], arrays)
    patterns = MASKS.values() if masked else (np.ones((batch, length), bool) for batch in (1, 3))
    for seed, mask in enumerate(patterns):
        x = draw(seed, len(mask), length, *sizes, CHANNELS)
        initial = [draw(50 + i, len(mask), *shape) for i in range(len(names))]
        y, states = loop(layer, x, mask, initial)
        expected = {"conv": turn(y if layer.get("return_sequences") else y[:, -1])}
        if layer.get("return_state"):
            expected |= {f"conv.state_{n}": turn(s) for n, s in zip("hc", states, strict=True)}
        feeds = {"x": turn(x), **{n: turn(s) for n, s in zip(names, initial, strict=True)}}
        close(run_file(model, feeds | ({"mask": mask} if masked else {})), expected)


GEOMETRY: list[tuple[tuple[int, ...], Layer, str]] = [
    (kernel, way, padding)
    for kernel in ((3, 3), (2, 2), (1, 4), (3, 2))
    for way in ({}, {"strides": 2}, {"strides": [1, 3]}, {"dilation_rate": 2}, {"dilation_rate": [2, 1]})
    for padding in ("valid", "same")
    if padding == "same"
    or all((k - 1) * 2 < n for k, n in zip(kernel, SIZES, strict=True))
    or "dilation_rate" not in way
]


@each_target
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize(("kernel", "way", "padding"), GEOMETRY)
def test_geometry(kernel: tuple[int, ...], way: Layer, padding: str, data_format: str) -> None:
    """Written out and in a Scan, with and without a bias, take turns."""
    turn = GEOMETRY.index((kernel, way, padding))
    layer = entry(kernel, padding=padding, data_format=data_format, use_bias=turn % 3 > 0, **way)
    check(layer | {"return_sequences": True, "return_state": True}, steps=(4, None)[turn % 2])


@each_target
@pytest.mark.parametrize("flags", [*product((False, True), repeat=3)], ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("steps", [STEPS, None], ids=["known", "unknown"])
@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_flags(data_format: str, steps: int | None, masked: bool, flags: tuple[bool, ...]) -> None:
    return_sequences, go_backwards, starts = flags
    layer = entry(padding="same", data_format=data_format, return_state=return_sequences != starts)
    layer |= {"return_sequences": return_sequences, "go_backwards": go_backwards}
    check(layer, steps=steps, masked=masked, starts=starts)


@each_target
@pytest.mark.parametrize("kernel", [(2,), (2, 1, 2)])
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
def test_other_ranks(kernel: tuple[int, ...], masked: bool) -> None:
    """They came with tf.keras."""
    layer = entry(kernel, padding="same", return_sequences=True, return_state=True)
    arrays = {f"conv/{name}": a.astype(np.float32) for name, a in weights(layer).items()}
    sizes = (4, 3, 2)[: len(kernel)]
    inputs = [image("x", [None], sizes, CHANNELS, False), *([MASK] if masked else [])]
    called = {"inputs": "x"} | ({"mask": "mask"} if masked else {})
    model = compile_spec([*inputs, layer | called], arrays, dialect="tf.keras")
    for seed, mask in enumerate(MASKS.values()):
        x = draw(seed, len(mask), STEPS, *sizes, CHANNELS)
        y, (h, c) = loop(layer, x, mask if masked else None)
        feeds = {"x": x} | ({"mask": mask} if masked else {})
        close(run_file(model, feeds), {"conv": y, "conv.state_h": h, "conv.state_c": c})


@each_target
@pytest.mark.parametrize("steps", [4, None], ids=["known", "unknown"])
@pytest.mark.parametrize("field", ["activation", "recurrent_activation"])
@pytest.mark.parametrize("activation", ["linear", "relu", "elu", "selu", "softsign", "softmax"])
def test_activations(activation: str, field: str, steps: int | None) -> None:
    layer = entry((2, 2), return_sequences=True, **{field: activation})
    check(layer, steps=steps)


@each_target
def test_softmax_with_channels_first_goes_along_the_width() -> None:
    """The last axis of what Keras sees. One step from zero, one gate at a time: h = o * softmax(i * softmax(z_c))."""
    layer = entry((1, 1), activation="softmax", recurrent_activation="sigmoid", data_format="channels_first")
    arrays = weights(layer)
    x = draw(0, 2, 1, *SIZES, CHANNELS)
    zi, _, zc, zo = (channels_first(z) for z in np.split(x[:, 0] @ arrays["kernel"][0, 0] + arrays["bias"], 4, axis=-1))
    softmax, sigmoid = FUNCTIONS["softmax"], FUNCTIONS["sigmoid"]
    expected = sigmoid(zo) * softmax(sigmoid(zi) * softmax(zc))
    for steps in (1, None):
        model = compile_spec(
            [image("x", [steps], SIZES, CHANNELS, True), layer],
            {f"conv/{name}": a.astype(np.float32) for name, a in arrays.items()},
        )
        close(run_file(model, {"x": channels_first(x)}), {"conv": expected})


@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("steps", [1, WRITE_OUT_UP_TO, WRITE_OUT_UP_TO + 1])
def test_few_steps_are_written_out_and_many_run_in_a_scan(steps: int, masked: bool) -> None:
    layer = entry((2, 2), padding="same", return_sequences=True)
    if not masked:
        check(layer, steps=steps, sizes=(2, 3))
    called: Layer = {"inputs": "x"} | ({"mask": "mask"} if masked else {})
    inputs = [image("x", [steps], (2, 3), CHANNELS, False), *([{**MASK, "shape": [steps]}] if masked else [])]
    found = kinds(
        compile_spec([*inputs, layer | called], {f"conv/{n}": a.astype("f") for n, a in weights(layer).items()})
    )
    assert found["Scan"] == (steps > WRITE_OUT_UP_TO)
    assert not found.keys() & {"Loop", "If"}
    # Four gates, of the input and of the state; written out, the first step has no state and nothing to forget.
    assert found["Conv"] == (8 if steps > WRITE_OUT_UP_TO else 8 * steps - 5)


@each_target
@pytest.mark.parametrize("dialect", ["keras2", "tf.keras", "keras3"])
@pytest.mark.parametrize("sequences", [False, True], ids=["last", "sequences"])
def test_bidirectional(sequences: bool, dialect: str) -> None:
    """At masked steps the two ways put out zeros in Keras 3 alone: tf.keras does not tell ConvLSTM to."""
    inner = entry(padding="same", return_sequences=sequences, recurrent_activation="relu")
    both = {"type": "Bidirectional", "name": "both", "layer": {k: v for k, v in inner.items() if k != "name"}}
    arrays = {n: a.astype(np.float32) for n, a in weights(inner).items()}
    model = compile_spec(
        [image("x", [None], SIZES, CHANNELS, False), MASK, both | {"inputs": "x", "mask": "mask"}],
        {f"both/{way}/{n}": a for way in ("forward", "backward") for n, a in arrays.items()},
        dialect=dialect,
    )
    zero = dialect == "keras3" and sequences
    for seed, mask in enumerate(MASKS.values()):
        x = draw(seed, len(mask), STEPS, *SIZES, CHANNELS)
        y, _ = loop(inner, x, mask, zero=zero)
        back, _ = loop({**inner, "go_backwards": True}, x, mask, zero=zero)
        y, back = (y, back[:, ::-1]) if sequences else (y[:, -1], back[:, -1])
        close(run_file(model, {"x": x, "mask": mask}), {"both": np.concatenate([y, back], axis=-1)})


@each_target
@pytest.mark.parametrize("steps", [3, None], ids=["known", "unknown"])
def test_stateful(steps: int | None) -> None:
    """Three calls, and a reset before the last."""
    layer = entry(padding="same", stateful=True)
    x_input = image("x", [steps], SIZES, CHANNELS, False) | {"batch_size": 2}
    arrays = {f"conv/{n}": a.astype(np.float32) for n, a in weights(layer).items()}
    session = open_session(compile_spec([x_input, layer], arrays))
    states: States = ()
    for call in range(3):
        if call == 2:
            session.reset_states()
            states = ()
        x = draw(call, 2, 3, *SIZES, CHANNELS)
        found = session.run({"x": x.astype(np.float32)})
        y, states = loop(layer, x, initial=states)
        close(found, {"conv": y[:, -1]})
        close(session.states, {f"conv.state_{n}": s for n, s in zip("hc", states, strict=True)})


@pytest.mark.parametrize("steps", [3, None], ids=["known", "unknown"])
@pytest.mark.parametrize("activation", ["tanh", "softmax"])
def test_files_are_valid_in_every_opset(activation: str, steps: int | None) -> None:
    layer = entry((2, 2), activation=activation, return_sequences=True, inputs="x", mask="mask")
    arrays = {f"conv/{n}": a.astype(np.float32) for n, a in weights(layer).items()}
    layers = [image("x", [steps], SIZES, CHANNELS, False), {**MASK, "shape": [steps]}, layer]
    feeds = {"x": draw(1, 2, 3, *SIZES, CHANNELS), "mask": np.array([[True, False, True], [False, True, False]])}
    expected = run_file(compile_spec(layers, arrays), feeds)
    for opset in OPSETS:
        model = compile_spec(layers, arrays, opset=opset)
        onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
        close(run_file(model, feeds), expected, f"opset {opset}")


@pytest.mark.parametrize(
    "layer", [entry(), entry(padding="same", strides=2), entry((2, 3), data_format="channels_first")]
)
def test_documented_shapes(layer: Layer) -> None:
    """What a summary shows is what a run gives."""
    first = layer.get("data_format") == "channels_first"
    for sequences in (False, True):
        spec = {**layer, "return_sequences": sequences, "return_state": True}
        x = image("x", [4], (7, 6), CHANNELS, first)
        model = specc.load({"specc": 1, "layers": [x, spec]}).compile()
        found = run_file(model, {"x": np.zeros((2, 4, *([CHANNELS, 7, 6] if first else [7, 6, CHANNELS])))})
        sizes = {"valid": (5, 4), "same": (4, 3)}[layer.get("padding", "valid")] if not first else (6, 4)
        state = (2, FILTERS, *sizes) if first else (2, *sizes, FILTERS)
        shapes = [array.shape for array in found.values()]
        assert shapes == [(2, 4, *state[1:]) if sequences else state, state, state]
