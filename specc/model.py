"""A validated model: what ``specc.load`` returns, and what every command works on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Diagnostic, Document, Findings, SpecError
from specc.diagnostics import Path as SourcePath
from specc.expansion import Expansion, UnknownVar, expand
from specc.graph import Graph, build_graph
from specc.graph.budget import check_memory
from specc.graph.expectations import check_expectations
from specc.keras_files import (
    Architecture,
    KerasModel,
    Translated,
    find_in_text,
    open_architecture,
    read_binary,
    read_binary_stdin,
)
from specc.source import STDIN, STDIN_NAME, Source, parse, read
from specc.spec import Spec, read_spec
from specc.spec.header import DEFAULT_MAX_MEMORY
from specc.targets import PYTHON_TARGETS, TARGETS, Target

if TYPE_CHECKING:
    from specc.expansion.places import Places
    from specc.stores.arrays import Array
    from specc.summary import Summary
    from specc.targets.python import Outline, PythonFiles
    from specc.tensors import Shape


@dataclass(frozen=True, eq=False)
class Model:
    """A spec that is right: its layers in a graph, ready to be compiled.

    diagnostics: the warnings. folder: where the spec's own relative paths start.
    weights: the weight file, or None for seeded initializers.
    origin: what Keras wrote, where the model came from a file of its.
    places: the way back from the spec to what the user wrote, where that has vars, blocks or defaults.
    """

    document: Document
    spec: Spec
    graph: Graph
    diagnostics: tuple[Diagnostic, ...]
    weights: os.PathLike[str] | None = None
    origin: KerasModel | None = None
    places: Places | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.spec.header.name

    @cached_property
    def identity(self) -> str:
        """The SHA-256 of what ``expand`` gives, whatever the words of the source (docs/decisions/identity.md)."""
        from specc.canonical import identify

        return identify(self.spec)

    def expand(self) -> str:
        """The resolved spec as YAML: plain layers without defaults, under their names. It names no weight file."""
        from specc.canonical import resolve
        from specc.canonical.text import to_yaml

        return to_yaml(resolve(self.spec))

    def arrays(
        self, weights: str | os.PathLike[str] | None = None, findings: Findings | None = None
    ) -> dict[str, Array]:
        """The weights by name, float32 in Keras's layout.

        weights: a file instead of the spec's own. findings: where warnings about the file go.
        Raises SpecError where the file does not fit, Unreadable where it cannot be opened.
        """
        from specc.stores import bind

        found = Findings()
        try:
            arrays = bind(
                self.graph.program.weights,
                store=self.weights if weights is None else weights,
                seed=self.spec.header.seed,
                dialect=self.spec.dialect.name,
                findings=found,
                nodes=self.graph.nodes,
                members=None if self.origin is None else self.origin.members,
                left_out=self.graph.left_out,
            )
        except SpecError as error:
            raise SpecError(_settle(error.diagnostics, self.places), self.document) from None
        if findings is not None:
            findings.diagnostics += _settle(found, self.places)
        return arrays

    def compile(
        self,
        target: Target = "onnx",
        *,
        output: str | os.PathLike[str] | None = None,
        weights: str | os.PathLike[str] | None = None,
        opset: int = 17,
        findings: Findings | None = None,
    ) -> bytes:
        """The model for a target; also written to ``output``, whole or not at all.

        For "onnx" an ONNX file. For the others the text of a module; ``output`` names a ``.py``, and the weights go
        into a file of the same name beside it.
        weights: a file instead of the spec's own. opset: the version of the ONNX operators.
        findings: where warnings about the weight file go.
        Raises SpecError, Unreadable, and ValueError for an unknown target or opset.
        """
        if target not in TARGETS:
            raise ValueError(f"unknown target {target!r}: specc compiles to {', '.join(TARGETS)}")
        if target in PYTHON_TARGETS:
            files = self.generate(target, weights=weights, findings=findings)
            if output is not None:
                files.write(output)
            return files.module
        data = self._compile_onnx(weights, opset, findings)
        if output is not None:
            from specc.output import atomic_write

            atomic_write(output, data)
        return data

    def generate(
        self,
        target: Target,
        *,
        weights: str | os.PathLike[str] | None = None,
        findings: Findings | None = None,
    ) -> PythonFiles:
        """The module of a Python target and its weights, not written anywhere. Raises as ``compile`` does."""
        files: PythonFiles
        writing = import_module(f"specc.targets.{target}")
        arrays = self.arrays(weights, findings)
        found = Findings() if findings is None else findings
        try:
            if target == "keras":
                files = writing.write_module(self._outline(), self.graph, self.spec.dialect, arrays, found)
            else:
                files = writing.write_module(self._outline(), arrays)
        except SpecError as error:
            raise SpecError(_settle(error.diagnostics, self.places), self.document) from None
        return files

    def _compile_onnx(self, weights: str | os.PathLike[str] | None, opset: int, findings: Findings | None) -> bytes:
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
        return data

    def _outline(self) -> Outline:
        """The program under the names of its layers, for targets that people read."""
        from specc.stores import find_starts
        from specc.targets.python import Layer, Outline

        shapes: dict[str, Shape] = {}
        layers = []
        for node in self.graph.nodes:
            names = [node.name, *(f"{node.name}.{extra[0]}" for extra in node.layer.extra_outputs())]
            outputs = [(name, tensor.value) for name, tensor in zip(names, node.outputs, strict=True)]
            outputs += [(f"{node.name}.{s.state}", s.after) for s in node.states]
            outputs += [(f"{node.name}.mask", t.mask) for t in node.outputs if t.mask is not None]
            shapes |= {name: tensor.shape for name, tensor in zip(names, node.outputs, strict=True)}
            if node.inputs:
                taken = tuple(shapes[name] for name in node.inputs if name in shapes)
                layers.append(Layer(node.name, node.layer.type, node.path, taken, tuple(outputs)))
        return Outline(
            self.name,
            self.spec.header.description or "",
            self.graph.program,
            layers,
            {"dialect": self.spec.dialect.name},
            find_starts(self.graph.program.weights, dialect=self.spec.dialect.name),
        )

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        arch_only: bool = False,
        overwrite: bool = False,
        findings: Findings | None = None,
    ) -> tuple[FilePath, ...]:
        """Write the model as a spec, JSON where the name ends in ``.json``, with ``NAME.safetensors`` beside it.

        Weights are written where the model has a file of them; what initializers draw they draw again.
        arch_only: the spec alone. overwrite: replace what is there. findings: where warnings about the weights go.
        Returns what was written. Raises FileExistsError, SpecError, Unreadable.
        """
        from specc.saving import save_spec

        return save_spec(self, path, arch_only=arch_only, overwrite=overwrite, findings=findings)

    def repeated_defaults(self) -> tuple[Diagnostic, ...]:
        """Warnings on the arguments in a spec that repeat the defaults of its layers; none in what Keras wrote."""
        from specc.canonical.repetition import find_repeated

        if self.origin is not None or not isinstance(self.document, Source):
            return ()
        homes = [self._home(entry.path) for entry in self.spec.entries]
        return tuple(find_repeated(self.spec, self.document.data, homes))

    def _home(self, path: SourcePath) -> SourcePath | None:
        """Where in the document stands what the spec has at a path; None for what comes from elsewhere."""
        if self.places is None:
            return path
        home = self.places.find(path)
        return home.path if home.document is self.document else None

    def summary(self) -> Summary:
        """The table of the layers."""
        from specc.summary import summarize

        return summarize(self)

    def _metadata(self) -> dict[str, str]:
        import json

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
    stdin_name: str | None = None,
    vars: Mapping[str, Any] | None = None,
) -> Model:
    """Read and validate a spec or a model of Keras: a path, ``-`` for stdin, or the data of one.

    dialect, weights, max_memory, vars: instead of what the spec says. stdin_name: the file whose text stdin gives.
    Raises SpecError with every mistake, Unreadable for a file that cannot be read, and UnknownVar, a ValueError, for
    a var that the spec does not have.
    """
    if isinstance(source, Mapping):
        import json

        document = parse(json.dumps(dict(source), indent=2), "<data>")
        return check(document, None, dialect=dialect, weights=weights, max_memory=max_memory, vars=vars)
    name, begun = os.fspath(source), b""
    if name == STDIN:
        budget = DEFAULT_MAX_MEMORY if max_memory is None else max_memory
        architecture, begun = read_binary_stdin(stdin_name or STDIN_NAME, budget)
    else:
        architecture = read_binary(FilePath(name))
    if architecture is not None:
        _refuse_vars(vars)
        return check_architecture(architecture, dialect=dialect, weights=weights, max_memory=max_memory)
    file = name if name != STDIN else stdin_name
    folder = FilePath(file).parent if file is not None else None
    document = read(name, stdin_name, begun)
    return check(document, folder, dialect=dialect, weights=weights, max_memory=max_memory, vars=vars)


def check_architecture(
    architecture: Architecture,
    *,
    dialect: str | None = None,
    weights: str | os.PathLike[str] | None = None,
    max_memory: int | None = None,
) -> Model:
    """The model of what a file of Keras holds; SpecError where specc cannot say it."""
    found = open_architecture(architecture, dialect)
    file = found.weights if weights is None else weights
    model = check(found.document, FilePath(), weights=file, max_memory=max_memory)
    diagnostics = [*found.diagnostics, *model.diagnostics]
    if file is None:
        diagnostics.append(
            Diagnostic(
                "K720",
                ("weights",),
                "the architecture holds no weights: seeded initializers stand in for them",
                "give the file of weights with --weights",
                severity="warning",
            )
        )
    return replace(model, diagnostics=tuple(diagnostics), origin=found)


def check(
    document: Source | Translated,
    folder: FilePath | None,
    *,
    dialect: str | None = None,
    weights: str | os.PathLike[str] | None = None,
    max_memory: int | None = None,
    vars: Mapping[str, Any] | None = None,
) -> Model:
    """The model of a source that was read; SpecError where it has mistakes.

    folder: where the spec's own relative paths start; None for a spec that is no file, which includes none.
    """
    if isinstance(document, Source) and (found := find_in_text(document)) is not None:
        _refuse_vars(vars)
        if document.slips:
            raise SpecError(document.slips, document)
        return check_architecture(found, dialect=dialect, weights=weights, max_memory=max_memory)
    expansion = expand(document, folder, vars) if isinstance(document, Source) else Expansion(document.data)
    if not expansion.is_whole:
        raise SpecError(expansion.diagnostics, document)
    findings = Findings()
    spec = read_spec(document, expansion.data, findings, dialect)
    graph = None
    if spec is not None:
        graph = build_graph(spec, findings)
        if graph is not None:
            check_memory(graph, spec.header.max_memory if max_memory is None else max_memory, findings)
            check_expectations(graph, spec.header.expect, findings)
            _check_initializers(graph, spec, findings)
    file = FilePath(weights) if isinstance(weights, str) else weights
    if spec is not None and file is None:
        file = _own_weights(spec, folder or FilePath(), findings)
    diagnostics = _once((*expansion.diagnostics, *_settle(findings, expansion.places)), document)
    Findings(list(diagnostics)).raise_errors(document)
    assert spec is not None
    assert graph is not None
    return Model(document, spec, graph, diagnostics, file, places=expansion.places)


def _refuse_vars(given: Mapping[str, Any] | None) -> None:
    """A file of Keras has no vars."""
    if given:
        raise UnknownVar(next(iter(given)), "only a spec has vars")


def _settle(findings: Iterable[Diagnostic], places: Places | None) -> tuple[Diagnostic, ...]:
    """The findings where the user wrote what they speak of."""
    return tuple(findings) if places is None else places.settle(findings)


def _once(diagnostics: tuple[Diagnostic, ...], document: Document) -> tuple[Diagnostic, ...]:
    """Of equal findings at one place, as on what a YAML alias repeats, the first."""
    if len(diagnostics) < 2 or "*" not in (document.text or ""):
        return diagnostics
    known: dict[Any, Diagnostic] = {}
    for finding in diagnostics:
        home = finding.document or document
        place = finding.span or home.locate(finding.path, finding.part) or finding.path
        known.setdefault((finding.code, finding.message, home.name, place), finding)
    return tuple(known.values())


def _check_initializers(graph: Graph, spec: Spec, findings: Findings) -> None:
    from specc.stores import check_initializers

    for diagnostic in check_initializers(graph.program.weights, dialect=spec.dialect.name):
        findings.add(diagnostic)


def _own_weights(spec: Spec, folder: FilePath, findings: Findings) -> FilePath | None:
    """The weight file that the spec names, which must lie inside the spec's folder."""
    named = spec.header.weights
    if named is None:
        return None
    base = FilePath(os.path.realpath(folder))
    file = FilePath(os.path.realpath(base / named))  # unlike resolve(), does not mind links in a circle
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
