"""Which Keras wrote a file: its version decides the dialect, and what a missing key means.

A file's own version settles both. Keras-team stops at 2.3.1; ``2.2.4-tf`` is tf.keras of TensorFlow 1.13 to 2.1,
and everything from 2.4 on is tf.keras until 3.0. Without a version the form of the config tells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specc import dialects
from specc.dialects import DialectName

_RELEASE = re.compile(r"(\d{1,3})\.(\d{1,3})(\.\d{1,3})?(-tf)?")
_KERAS_1_KEYS = ("inner_init", "inner_activation", "nb_filter", "W_regularizer", "dim_ordering", "border_mode")
_KERAS_3_KEYS = ("batch_shape", "registered_name", "build_config")


@dataclass(frozen=True)
class Era:
    """dialect, version: of the spec that the file becomes. backend: what computed the weights, where it is known.

    own: the dialect of the file, where the user chose another.
    """

    dialect: DialectName
    version: str | None = None
    backend: str | None = None
    own: DialectName | None = None

    def __post_init__(self) -> None:
        if self.own is None:
            object.__setattr__(self, "own", self.dialect)

    @property
    def missing(self) -> Mapping[str, Any]:
        """What a key that the file leaves out meant when it was written, where that is no default of today's.

        reset_after did not exist before 2.1.5, and zero_output_for_mask before TensorFlow 2.
        """
        return {} if self.dialect == "keras3" else {"reset_after": False}


def find_era(architecture: Mapping[str, Any], version: str | None, backend: str | None, given: str | None) -> Era:
    """The era of an architecture. given: the dialect that the user wants instead."""
    release = _read_release(version)
    own = _dialect_of(release) if release is not None else _guess(architecture)
    text = None if release is None else release[0]
    if given is None or given == own:
        return Era(own, text, backend)
    chosen = next(name for name in dialects.NAMES if name == given)
    parsed = None if text is None else dialects.parse_version(text)
    keeps = parsed is not None and dialects.fits(chosen, parsed)
    return Era(chosen, text if keeps else None, backend, own)


def _read_release(version: str | None) -> tuple[str, tuple[int, int], bool] | None:
    """(text, (major, minor), whether it is TensorFlow's); None for what is no version of Keras."""
    found = None if version is None else _RELEASE.match(version.strip())
    if found is None:
        return None
    return found[0], (int(found[1]), int(found[2])), found[4] is not None


def _dialect_of(release: tuple[str, tuple[int, int], bool]) -> DialectName:
    _, number, is_tensorflow = release
    if number >= (3, 0):
        return "keras3"
    if is_tensorflow or number >= (2, 4):
        return "tf.keras"
    return "keras1" if number < (2, 0) else "keras2"


def _guess(architecture: Mapping[str, Any]) -> DialectName:
    """The dialect of a config that names no version: JSON of Keras 3 never does, nor does very old text."""
    keys = _keys(architecture)
    if keys & set(_KERAS_3_KEYS):
        return "tf.keras" if "batch_input_shape" in keys else "keras3"
    return "keras1" if keys & set(_KERAS_1_KEYS) else "keras2"


def _keys(data: Any) -> set[str]:
    """Every key that stands in the data."""
    found: set[str] = set()
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            found.update(value)
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return found
