"""Writes files of every era as Keras lays them out, with h5py and zipfile alone, and runs what specc makes of them."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

import specc
from specc.diagnostics import Diagnostic, SpecError

Array = NDArray[Any]
Config = dict[str, Any]
Arrays = Mapping[str, Sequence[Array]]


def layer(class_name: str, name: str, **arguments: Any) -> Config:
    """A layer as all eras write it."""
    return {"class_name": class_name, "config": {"name": name, **arguments}}


def called(item: Config, nodes: Any) -> Config:
    """A layer of a functional model, with its calls."""
    return {**item, "name": item["config"].get("name"), "inbound_nodes": nodes}


def sequential(*layers: Config, **top: Any) -> Config:
    """A Sequential as Keras 2.2.3 and later write it."""
    return {"class_name": "Sequential", "config": {"name": "model", "layers": list(layers)}, **top}


def network(layers: Sequence[Config], inputs: Any, outputs: Any, class_name: str = "Model", **top: Any) -> Config:
    """A functional model."""
    config = {"name": "model", "layers": list(layers), "input_layers": inputs, "output_layers": outputs}
    return {"class_name": class_name, "config": config, **top}


def write_h5(
    file: Path,
    arrays: Arrays,
    config: Config | None = None,
    version: str | None = "2.2.4",
    backend: str | None = "tensorflow",
) -> Path:
    """A whole model, or weights alone where there is no config. version: None for Keras 1."""
    with h5py.File(file, "w") as target:
        root = target
        if config is not None:
            target.attrs["model_config"] = json.dumps(config).encode()
            target.attrs["keras_version"] = (version or "1.2.2").encode()
            root = target.create_group("model_weights")
        if version is not None:
            root.attrs["keras_version"] = version.encode()
            root.attrs["backend"] = (backend or "tensorflow").encode()
        root.attrs["layer_names"] = [name.encode() for name in arrays]
        for name, listed in arrays.items():
            group = root.create_group(name)
            names = [f"{name}/array_{9 - i}:0" for i in range(len(listed))]  # in no alphabetical order
            group.attrs["weight_names"] = [path.encode() for path in names]
            for path, array in zip(names, listed, strict=True):
                group[path] = array
    return file


def write_paths(file: Path, arrays: Mapping[str, Sequence[Array]]) -> Path:
    """A ``.weights.h5``: the arrays of each group below its ``vars``."""
    with h5py.File(file, "w") as target:
        for path, listed in arrays.items():
            group = target.create_group(f"{path}/vars")
            for i, array in enumerate(listed):
                group[str(i)] = array
    return file


def write_keras(file: Path, config: Config, weights: Path | None, version: str = "3.5.0") -> Path:
    """A ``.keras`` archive."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": version, "date_saved": "2025-01-01@00:00:00"}))
        archive.writestr("config.json", json.dumps(config))
        if weights is not None:
            archive.write(weights, "model.weights.h5")
    return file


def write_json(file: Path, config: Config) -> Path:
    file.write_text(json.dumps(config), encoding="utf-8")
    return file


def translated(config: Config, dialect: str | None = None) -> dict[str, Any]:
    """The spec that an architecture becomes."""
    data = specc.load(config, dialect=dialect).document.data  # type: ignore[attr-defined]
    assert isinstance(data, dict)
    return data


def layers_of(config: Config, dialect: str | None = None) -> list[dict[str, Any]]:
    """The layers of that spec."""
    listed: list[dict[str, Any]] = translated(config, dialect)["layers"]
    return listed


def refusals(config: Config | Path) -> list[Diagnostic]:
    """What is wrong with an architecture or a file; none where nothing is."""
    try:
        specc.load(config)
    except SpecError as error:
        return [finding for finding in error.diagnostics if finding.severity == "error"]
    return []


def run(source: Any, *inputs: Array, weights: Path | None = None) -> list[Array]:
    """The outputs of a model, which are the same after it was imported."""
    model = specc.load(source, weights=weights)
    compiled = model.compile()
    assert import_and_compile(model) == compiled
    session = specc.Session(compiled)
    feed = {slot.name: array for slot, array in zip(session.inputs, inputs, strict=True)}
    return session.run(None, feed)


def import_and_compile(model: specc.Model) -> bytes:
    """What a model compiles to after it was written as a spec, with its weights, and read again."""
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "it.yaml")
        again = specc.load(Path(folder) / "it.yaml")
        assert again.identity == model.identity
        return again.compile()


def run_spec(spec: Config, arrays: Mapping[str, Array], folder: Path, *inputs: Array) -> list[Array]:
    """The outputs of a spec written by hand, with arrays by specc's own names: the way that other tests hold."""
    np.savez(folder / "by_name.npz", **arrays)  # type: ignore[arg-type]
    return run({"specc": 1, **spec}, *inputs, weights=folder / "by_name.npz")


def same(found: Sequence[Array], expected: Sequence[Array]) -> bool:
    return all(np.allclose(a, b, atol=1e-6) for a, b in zip(found, expected, strict=True))


def numbers(*shape: int, seed: int = 0) -> Array:
    """Arbitrary float32 numbers around 0."""
    return (np.random.default_rng([seed, *shape]).random(shape) - 0.5).astype(np.float32)
