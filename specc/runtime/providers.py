"""Open a model with onnxruntime, on the devices that the installed onnxruntime has."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from specc.diagnostics import Unreadable
from specc.runtime.signature import SessionError

CPU = "CPUExecutionProvider"
PROVIDERS = {"cpu": [CPU], "cuda": ["CUDAExecutionProvider", CPU]}
"""Short names, as the command line takes them; the CPU runs what a device does not."""

_PACKAGES = {"CUDAExecutionProvider": "onnxruntime-gpu", "DmlExecutionProvider": "onnxruntime-directml"}


class MissingProvider(Unreadable):
    """The installed onnxruntime cannot use a device that was asked for."""


def open_model(model: str | os.PathLike[str] | bytes, providers: Sequence[str] | None, threads: int | None) -> Any:
    """An onnxruntime InferenceSession.

    Raises Unreadable, MissingProvider, or SessionError for what is no ONNX model that onnxruntime can run.
    """
    import onnxruntime

    wanted = list(providers) if providers is not None else [CPU]
    _require_providers(onnxruntime, wanted)
    if not isinstance(model, bytes):
        _require_file(model)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only: warnings about foreign models belong to nobody here
    if threads is not None:
        if threads < 1:
            raise SessionError(f"threads must be 1 or more, found {threads}")
        options.intra_op_num_threads = threads
    source = model if isinstance(model, bytes) else os.fspath(model)
    try:
        session = onnxruntime.InferenceSession(source, options, providers=wanted)
    except Exception as error:  # onnxruntime's exceptions have no base of their own
        raise SessionError(f"onnxruntime cannot load the model: {first_line(error)}") from error
    _require_devices(session, wanted, onnxruntime.__version__)
    return session


def _require_providers(onnxruntime: Any, wanted: Sequence[str]) -> None:
    """onnxruntime only warns about an unknown provider, and then runs on the CPU in silence."""
    available = onnxruntime.get_available_providers()
    for name in wanted:
        if name in available:
            continue
        package = _PACKAGES.get(name)
        mend = f"; `pip uninstall onnxruntime`, then `pip install {package}`" if package else ""
        has = ", ".join(available)
        raise MissingProvider(f"the installed onnxruntime {onnxruntime.__version__} has no {name}, it has {has}{mend}")


def _require_devices(session: Any, wanted: Sequence[str], version: str) -> None:
    """onnxruntime goes on without a provider whose libraries fail to load."""
    for name in wanted:
        if name not in session.get_providers():
            raise MissingProvider(f"onnxruntime {version} could not start {name}: its driver or libraries are missing")


def _require_file(path: str | os.PathLike[str]) -> None:
    try:
        with open(path, "rb"):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Unreadable(f"cannot read `{os.fspath(path)}`: {reason}") from error


def first_line(error: Exception) -> str:
    """The first line of an onnxruntime error, without its ``[ONNXRuntimeError] : 1 : FAIL :`` prefix."""
    lines = str(error).strip().splitlines()
    return lines[0].rsplit(" : ", 1)[-1] if lines else type(error).__name__
