"""What specc's choices of ONNX graphs cost and gain, as ratios: ``python -m benchmarks.lowering [PART …]``.

Parts: masks, simple_rnn, conv_lstm, unroll, compile. conv_lstm also compares with tf_keras where it is installed.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from unittest import mock

import numpy as np

import specc
from benchmarks.timing import compile_spec, measure, open_session, spec
from specc.targets.onnx import convolutional, recurrent

RANDOM = np.random.default_rng(0)


def normal(*shape: int) -> np.ndarray:
    return RANDOM.standard_normal(shape).astype(np.float32)


def masks() -> None:
    """A masked layer over the same layer without a mask; all steps valid, and six in ten."""
    print("masked / unmasked:           batch  time  in  units   all valid   60 % valid")
    for kind in ("LSTM", "GRU"):
        for batch, steps, width, units in [(1, 100, 64, 128), (8, 100, 64, 128), (32, 100, 64, 32), (32, 100, 64, 128)]:
            x_in = {"type": "Input", "name": "x", "shape": [None, width]}
            m_in = {"type": "Input", "name": "m", "shape": [None], "dtype": "bool"}
            layer = {"type": kind, "units": units, "return_sequences": True}
            plain = open_session(compile_spec(x_in, layer))
            masked = open_session(compile_spec(x_in, m_in, {**layer, "inputs": "x", "mask": "m"}))
            x = normal(batch, steps, width)
            full, part = np.ones((batch, steps), bool), RANDOM.random((batch, steps)) < 0.6
            times = measure(
                {
                    "plain": lambda plain=plain, x=x: plain.run(None, {"x": x}),
                    "full": lambda masked=masked, x=x, m=full: masked.run(None, {"x": x, "m": m}),
                    "part": lambda masked=masked, x=x, m=part: masked.run(None, {"x": x, "m": m}),
                }
            )
            full_ratio, part_ratio = times["full"] / times["plain"], times["part"] / times["plain"]
            print(f"  {kind:24} {batch:6} {steps:5} {width:4} {units:5} {full_ratio:10.2f} {part_ratio:11.2f}")


def simple_rnn() -> None:
    """A Scan over the native RNN node."""
    print("SimpleRNN, Scan / native node, 100 steps:   batch 1      2      4      8     32")
    for units in (8, 16, 32, 64, 128, 256):
        layers = ({"type": "Input", "name": "x", "shape": [None, 32]}, {"type": "SimpleRNN", "units": units})
        sessions = {}
        for name, limit in (("native", 2**31), ("scan", 0)):
            with mock.patch.object(recurrent, "SMALL_SIMPLE_RNN", limit):
                sessions[name] = open_session(compile_spec(*layers))
        ratios = []
        for batch in (1, 2, 4, 8, 32):
            x = normal(batch, 100, 32)
            times = measure({n: lambda s=s, x=x: s.run(None, {"x": x}) for n, s in sessions.items()}, rounds=9)
            ratios.append(times["scan"] / times["native"])
        print(f"  units {units:4} {'':30}" + "".join(f"{ratio:7.2f}" for ratio in ratios))


def conv_lstm() -> None:
    """ConvLSTM2D of 10 steps: written out, in a Scan, and in tf_keras under tf.function."""
    print(
        "ConvLSTM2D, 10 steps, 3x3 same:   size channels filters batch   Scan / written out   written out / tf.function"
    )
    for size, channels, filters in [(64, 3, 16), (64, 16, 32), (16, 8, 16)]:
        layers = (
            {"type": "Input", "name": "x", "shape": [10, size, size, channels]},
            {"type": "ConvLSTM2D", "filters": filters, "kernel_size": 3, "padding": "same", "return_sequences": True},
        )
        calls: dict[str, Callable[[np.ndarray], object]] = {}
        for name, limit in (("out", 64), ("scan", 0)):
            with mock.patch.object(convolutional, "WRITE_OUT_UP_TO", limit):
                session = open_session(compile_spec(*layers))
            calls[name] = lambda x, session=session: session.run(None, {"x": x})
        peer = keras_conv_lstm(size, channels, filters)
        if peer is not None:
            calls["tf"] = peer
        for batch in (1, 8):
            x = normal(batch, 10, size, size, channels)
            times = measure({n: lambda c=c, x=x: c(x) for n, c in calls.items()}, rounds=7)
            against = f"{times['out'] / times['tf']:.2f}" if "tf" in times else "tf_keras is not installed"
            scan = times["scan"] / times["out"]
            print(f"{'':28} {size:4} {channels:8} {filters:7} {batch:5} {scan:20.2f} {against:>25}")


def keras_conv_lstm(size: int, channels: int, filters: int) -> Callable[[np.ndarray], object] | None:
    """The same layer in tf_keras, compiled by tf.function, on one thread."""
    if importlib.util.find_spec("tf_keras") is None:
        return None
    import tensorflow as tf
    import tf_keras

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    layer = tf_keras.layers.ConvLSTM2D(filters, 3, padding="same", return_sequences=True)
    model = tf_keras.Sequential([tf_keras.layers.Input((10, size, size, channels)), layer])
    call = tf.function(lambda x: model(x, training=False))
    return lambda x: call(tf.constant(x)).numpy()


def unroll() -> None:
    """What written-out steps cost when a session starts."""
    print("session start, LSTM with 128 units:   steps   unrolled ms   loop ms")
    for steps in (16, 64, 128):
        taken = []
        for flag in (True, False):
            layer = {"type": "LSTM", "units": 128, "unroll": flag}
            model = compile_spec({"type": "Input", "name": "x", "shape": [steps, 32]}, layer)
            taken.append(min(_clock(lambda model=model: open_session(model)) for _ in range(5)))
        print(f"{'':36} {steps:6} {taken[0] * 1e3:13.1f} {taken[1] * 1e3:9.1f}")


def _clock(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def compile_() -> None:
    """From the data of a spec to the bytes of the file, seeded initializers included."""
    print("compile three LSTM layers:   units   ms")
    for units in (32, 128, 512):
        layers = [{"type": "LSTM", "units": units, "return_sequences": last < 2} for last in range(3)]
        data = spec({"type": "Input", "name": "x", "shape": [10, 64]}, *layers)
        taken = min(_clock(lambda data=data: specc.load(data).compile()) for _ in range(7))
        print(f"{'':28} {units:5} {taken * 1e3:7.1f}")


PARTS = {"masks": masks, "simple_rnn": simple_rnn, "conv_lstm": conv_lstm, "unroll": unroll, "compile": compile_}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
