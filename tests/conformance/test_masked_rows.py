"""What no output of a recurrent layer shows: what Masking does to its input, and the lengths that nodes are given."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

import specc

INPUT = {"type": "Input", "name": "x", "shape": [None, 2]}


def run(model: bytes, x: np.ndarray) -> list[np.ndarray]:
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    outputs: list[np.ndarray] = session.run(None, {"x": x})
    return outputs


def test_masking_sets_the_steps_that_it_masks_to_zero() -> None:
    ones = {"kernel_initializer": "ones", "use_bias": False}
    layers = [INPUT, {"type": "Masking", "mask_value": 5}, {"type": "Dense", "units": 1, **ones}]
    x = np.array([[[5, 5], [5, 1], [0, 0], [2, 3]]], np.float32)
    (y,) = run(specc.load({"specc": 1, "layers": layers}).compile(), x)
    # Keras multiplies the input by the mask: [5, 5] becomes [0, 0], [5, 1] stays.
    np.testing.assert_array_equal(y[..., 0], [[0, 6, 0, 5]])


def test_native_nodes_are_never_given_a_length_of_zero() -> None:
    """onnxruntime takes 0 on a CPU, cuDNN does not: a row without a valid step runs one, and its states are mended."""
    layers = [INPUT, {"type": "Masking"}, {"type": "LSTM", "units": 3}]
    model = onnx.load_from_string(specc.load({"specc": 1, "layers": layers}).compile())
    (node,) = (node for node in model.graph.node if node.op_type == "LSTM")
    model.graph.output.append(helper.make_tensor_value_info(node.input[4], TensorProto.INT32, ["batch"]))
    x = np.ones((3, 4, 2), np.float32)
    x[1] = 0
    x[2, 1:3] = 0
    h, lengths = run(model.SerializeToString(), x)
    assert lengths.tolist() == [4, 1, 2]
    np.testing.assert_array_equal(h[1], 0)
