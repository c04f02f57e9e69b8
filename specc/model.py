"""A validated model: what ``specc.load`` returns, and what every command works on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Literal

from specc.diagnostics import Diagnostic, Document, Findings, SpecError
from specc.graph import Graph, build_graph
from specc.graph.budget import check_memory
from specc.source import Source, parse, read
from specc.spec import Spec, read_spec

if TYPE_CHECKING:
    from specc.stores.arrays import Array
    from specc.summary import Summary

Target = Literal["onnx"]


@dataclass(frozen=True)
class Model:
    """A spec that is right: its layers in a graph, ready to be compiled.

    diagnostics: the warnings. folder: where the spec's own relative paths start.
    weights: the weight file, or None for seeded initializers.
    """

    document: Document
    spec: Spec
    graph: Graph
    diagnostics: tuple[Diagnostic, ...]
    identity: str
    weights: FilePath | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.spec.header.name

    def arrays(
        self, weights: str | os.PathLike[str] | None = None, findings: Findings | None = None
    ) -> dict[str, Array]:
        """The weights by name, float32 in Keras's layout.

        weights: a file instead of the spec's own. findings: where warnings about the file go.
        Raises SpecError where the file does not fit, Unreadable where it cannot be opened.
        """
        from specc.stores import bind

        try:
            return bind(
                self.graph.program.weights,
                store=self.weights if weights is None else weights,
                seed=self.spec.header.seed,
                dialect=self.spec.dialect.name,
                findings=findings,
            )
        except SpecError as error:
            raise SpecError(error.diagnostics, self.document) from None

    def compile(
        self,
        target: Target = "onnx",
        *,
        output: str | os.PathLike[str] | None = None,
        weights: str | os.PathLike[str] | None = None,
        opset: int = 17,
        findings: Findings | None = None,
    ) -> bytes:
        """The model as an ONNX file; also written to ``output``, whole or not at all.

        weights: a file instead of the spec's own. opset: the version of the ONNX operators.
        findings: where warnings about the weight file go.
        Raises SpecError, Unreadable, and ValueError for an unknown target or opset.
        """
        if target != "onnx":
            raise ValueError(f"unknown target {target!r}: specc compiles to onnx")
        from specc.targets.onnx import OPSETS, write_model

        if opset not in OPSETS:
            raise ValueError(f"opset must be from {OPSETS[0]} to {OPSETS[-1]}, found {opset}")
        model = write_model(
            self.graph.program,
            self.arrays(weights, findings),
            name=self.name,
            opset=opset,
            description=self.spec.header.description or "",
            metadata=self._metadata(),
        )
        data: bytes = model.SerializeToString(deterministic=True)
        if output is not None:
            from specc.output import atomic_write

            atomic_write(output, data)
        return data

    def summary(self) -> Summary:
        """The table of the layers."""
        from specc.summary import summarize

        return summarize(self)

    def _metadata(self) -> dict[str, str]:
        own = {
            "specc.dialect": self.spec.dialect.name,
            "specc.sha256": self.identity,
        }
        given = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in self.spec.header.metadata.items()
        }
        return given | own


def load(
    source: str | os.PathLike[str] | Mapping[str, Any],
    *,
    dialect: str | None = None,
    weights: str | os.PathLike[str] | None = None,
    max_memory: int | None = None,
) -> Model:
    """Read and validate a spec: a path, ``-`` for stdin, or the data of one.

    dialect, weights, max_memory: instead of what the spec says.
    Raises SpecError with every mistake, Unreadable for a file that cannot be read.
    """
    if isinstance(source, Mapping):
        document = parse(json.dumps(dict(source), indent=2), "<data>")
        return check(document, FilePath(), dialect=dialect, weights=weights, max_memory=max_memory)
    document = read(source)
    folder = FilePath(os.fspath(source)).parent if os.fspath(source) != "-" else FilePath()
    return check(document, folder, dialect=dialect, weights=weights, max_memory=max_memory)


def check(
    document: Source,
    folder: FilePath,
    *,
    dialect: str | None = None,
    weights: str | os.PathLike[str] | None = None,
    max_memory: int | None = None,
) -> Model:
    """The model of a source that was read; SpecError where it has mistakes."""
    findings = Findings()
    spec = read_spec(document, document.data, findings, dialect)
    graph = None
    if spec is not None:
        graph = build_graph(spec, findings)
        if graph is not None:
            check_memory(graph, spec.header.max_memory if max_memory is None else max_memory, findings)
            _check_initializers(graph, spec, findings)
    file = FilePath(weights) if weights is not None else None
    if spec is not None and file is None:
        file = _own_weights(spec, folder, findings)
    findings.raise_errors(document)
    assert spec is not None
    assert graph is not None
    return Model(document, spec, graph, tuple(findings), _identity(document.data), file)


def _check_initializers(graph: Graph, spec: Spec, findings: Findings) -> None:
    from specc.stores import check_initializers

    for diagnostic in check_initializers(graph.program.weights, dialect=spec.dialect.name):
        findings.add(diagnostic)


def _own_weights(spec: Spec, folder: FilePath, findings: Findings) -> FilePath | None:
    """The weight file that the spec names, which must lie inside the spec's folder."""
    named = spec.header.weights
    if named is None:
        return None
    base = folder.resolve()
    file = (base / named).resolve()
    if not file.is_relative_to(base):
        findings.add(
            Diagnostic(
                "V219",
                ("weights",),
                f"`{named}` lies outside the spec's folder",
                "move the file beside the spec, or name it on the command line with --weights",
            )
        )
        return None
    return folder / named


def _identity(data: object) -> str:
    """The SHA-256 of what the spec says, whatever its layout."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
