"""Interleaved timing: variants take turns in one process, so that a noisy machine is noisy for all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import onnxruntime as ort

import specc

Spec = Mapping[str, Any]


def measure(variants: Mapping[str, Callable[[], object]], rounds: int = 15, slice_s: float = 0.02) -> dict[str, float]:
    """Median CPU seconds of one call of each variant."""
    for call in variants.values():
        call()
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, call in variants.items():
            start, calls = time.process_time(), 0
            while time.process_time() - start < slice_s:
                call()
                calls += 1
            taken[name].append((time.process_time() - start) / calls)
    return {name: statistics.median(times) for name, times in taken.items()}


def open_session(model: bytes) -> ort.InferenceSession:
    """A session on one thread of the CPU, as all figures here are."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def spec(*layers: Spec) -> dict[str, Any]:
    """A spec of these layers, with Keras 2.x's own defaults."""
    return {"specc": 1, "dialect": "tf.keras", "layers": [dict(layer) for layer in layers]}


def compile_spec(*layers: Spec) -> bytes:
    """The ONNX file of these layers."""
    return specc.load(spec(*layers)).compile()
