"""Running stateless models: the two forms of ``run``, and files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.testing import assert_array_equal

from specc.diagnostics import Unreadable
from specc.runtime import Session, SessionError
from tests.runtime import models

LEFT = np.array([[1.0, 2.0]], np.float32)
RIGHT = np.array([[10.0, 20.0]], np.float32)


def test_feed_alone_gives_outputs_by_name() -> None:
    outputs = Session(models.adding()).run({"left": LEFT, "right": RIGHT})
    assert list(outputs) == ["total", "difference"]
    assert_array_equal(outputs["total"], [[11, 22]])
    assert_array_equal(outputs["difference"], [[-9, -18]])


def test_onnxruntime_form_gives_a_list_in_the_order_asked_for() -> None:
    session = Session(models.adding())
    (difference,) = session.run(["difference"], {"left": LEFT, "right": RIGHT})
    assert_array_equal(difference, [[-9, -18]])
    both = session.run(["difference", "total"], {"left": LEFT, "right": RIGHT})
    assert_array_equal(both, [[[-9, -18]], [[11, 22]]])


@pytest.mark.parametrize("names", [None, ["total"], ["difference", "total", "difference"]])
def test_onnxruntime_form_agrees_with_onnxruntime(names: list[str] | None) -> None:
    model = models.adding()
    native = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    feed = {"left": LEFT, "right": RIGHT}
    expected = native.run(names, feed)
    assert_array_equal(Session(model).run(names, feed), expected)
    assert_array_equal(Session(model).run(output_names=names, input_feed=feed), expected)


def test_bare_array_feeds_the_only_input() -> None:
    outputs = Session(models.doubling()).run(np.ones((2, 3), np.float32))
    assert_array_equal(outputs["y"], np.full((2, 3), 2))


def test_nested_lists_are_arrays() -> None:
    assert_array_equal(Session(models.doubling()).run([[1, 2, 3]])["y"], [[2, 4, 6]])


def test_bare_array_does_not_fit_two_inputs() -> None:
    with pytest.raises(SessionError) as caught:
        Session(models.adding()).run(LEFT)
    assert str(caught.value) == (
        "a bare array fits a model of one input only; the model's inputs are "
        "`left`: float32 (batch, time), `right`: float32 (batch, time)"
    )


def test_unknown_output() -> None:
    with pytest.raises(SessionError) as caught:
        Session(models.adding()).run(["totals"], {"left": LEFT, "right": RIGHT})
    assert str(caught.value) == "the model has no output `totals`; did you mean `total`?"


def test_signature_is_public() -> None:
    session = Session(models.adding())
    assert [str(slot) for slot in session.inputs] == [
        "`left`: float32 (batch, time)",
        "`right`: float32 (batch, time)",
    ]
    assert [slot.name for slot in session.outputs] == ["total", "difference"]
    assert session.states == {}


def test_opens_a_file_and_a_path(tmp_path: Path) -> None:
    file = tmp_path / "model.onnx"
    file.write_bytes(models.doubling())
    for source in (file, str(file)):
        assert_array_equal(Session(source, threads=1).run([[1, 2, 3]])["y"], [[2, 4, 6]])


def test_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"cannot read `.*absent\.onnx`: no such file or directory"):
        Session(tmp_path / "absent.onnx")


@pytest.mark.parametrize("content", [b"", b"specc: 1\n", models.doubling()[:-9]])
def test_what_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(content)
    for source in (content, tmp_path / "bad.onnx"):
        with pytest.raises(SessionError, match=r"^onnxruntime cannot load the model: ."):
            Session(source)


def test_threads_must_be_positive() -> None:
    with pytest.raises(SessionError, match="threads must be 1 or more, found 0"):
        Session(models.doubling(), threads=0)


def test_missing_provider_says_what_there_is() -> None:
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime has CUDA")
    with pytest.raises(Unreadable) as caught:
        Session(models.doubling(), providers=["CUDAExecutionProvider"])
    message = str(caught.value)
    assert f"onnxruntime {onnxruntime.__version__} has no CUDAExecutionProvider, it has" in message
    assert "CPUExecutionProvider" in message
    assert "`pip install onnxruntime-gpu`" in message
