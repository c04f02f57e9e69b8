"""A Keras architecture becomes the data of a spec, with a way back from each path to the Keras text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from specc.diagnostics import Path
from specc.keras_files.building import Builder
from specc.keras_files.calls import Malformed
from specc.keras_files.classes import is_model
from specc.keras_files.configs import config_of
from specc.keras_files.document import Translated
from specc.keras_files.era import Era
from specc.keras_files.inputs import Inputs
from specc.keras_files.layers import Item
from specc.keras_files.masks import Mask
from specc.keras_files.models import Given, Outputs, Reference, flatten_first, refuse_operation
from specc.keras_files.naming import clean_model_name
from specc.keras_files.network import Network
from specc.keras_files.reporting import Abandon, Report
from specc.keras_files.writer import Writer
from specc.source import Source
from specc.stores.members import Member


@dataclass(frozen=True)
class Translation:
    """document: with the spec's data. members: the layers as weight files know them. renamed: Keras's names."""

    document: Translated
    members: tuple[Member, ...]
    report: Report
    renamed: Mapping[str, str]


def translate(architecture: Any, path: Path, source: Source, era: Era) -> Translation:
    """The spec of an architecture. path: of its ``{class_name, config}`` in the source.

    Raises SpecError with every layer that specc cannot say.
    """
    report = Report()
    writer = Writer(report)
    data: dict[str, Any] = {"specc": 1}
    member: Member | None = None
    try:
        member = _fill(data, architecture, path, era, writer)
    except Abandon:
        pass
    except Malformed as error:
        report.error("K700", error.path, "this is not written as any Keras writes the calls of a layer")
    report.findings.raise_errors(source)
    assert member is not None, "what has no model has a finding"
    return Translation(Translated(source, data, writer.places), member.members, report, writer.names.renamed)


def _fill(data: dict[str, Any], architecture: Any, path: Path, era: Era, writer: Writer) -> Member | None:
    """Fill in the spec; returns the model as weight files know it."""
    if not is_model(architecture):
        _refuse(architecture, path, writer.report)
        return None
    data["name"] = clean_model_name(config_of(architecture).get("name"))
    data["dialect"] = era.dialect
    if era.version is not None:
        data["keras_version"] = era.version
    part = Builder(era, writer).model(architecture, path, "")
    if part is None or writer.report.findings.failed:
        return None
    given = Inputs(writer).add(part, architecture, path)
    if given is None:
        return None
    outputs = part.call(Given(given))
    if isinstance(part, Network):
        _choose_outputs(part, outputs, data, writer)
    data["layers"] = writer.layers
    member = flatten_first(part.member()) if era.own == "keras1" else part.member()
    members = tuple(replace(inner, is_of_keras_3=era.own == "keras3") for inner in member.members)
    return replace(member, members=members)


def _refuse(architecture: Any, path: Path, report: Report) -> None:
    """What is no Sequential and no functional model: a subclass, whose code is not in the file."""
    if isinstance(architecture, Mapping) and isinstance(architecture.get("class_name"), str):
        message = f"`{architecture['class_name'][:64]}` is a model that only its own Python code can build"
        hint = "save it as a functional or Sequential model; specc reads those"
        report.error("K710", (*path, "class_name"), message, hint)
    else:
        report.error("K700", path, "an architecture has `class_name` and `config`")


def _as_output(references: Sequence[Reference], index: int, writer: Writer, path: Path) -> Reference:
    """An output as a spec may list it: what is an input, or was listed, goes through a layer that does nothing."""
    reference = references[index]
    assert isinstance(reference, str), "everything else is reported"
    if reference not in references[:index] and reference not in writer.inputs:
        return reference
    name = writer.names.give(f"{reference}_output", is_own=False)
    writer.add(Item("Activation", path, {"activation": "linear"}), name, (reference,))
    return name


def _choose_outputs(network: Network, outputs: Outputs, data: dict[str, Any], writer: Writer) -> None:
    """List the outputs of a functional model."""
    at: Path = (*network.path, "config", "output_layers")
    references = [outputs(i) for i in range(len(network.outputs))]
    for reference in references:
        if isinstance(reference, Mask):
            refuse_operation(reference, "an output", writer.report)
    if not references:
        writer.report.error("K716", at, "the model has no outputs")
    if not writer.report.findings.failed:
        references = [_as_output(references, i, writer, ref.path) for i, ref in enumerate(network.outputs)]
    data["outputs"] = references
    writer.places[("outputs",)] = at
    for i, ref in enumerate(network.outputs):
        writer.places[("outputs", i)] = ref.path
