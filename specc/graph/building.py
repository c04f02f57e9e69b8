"""Builds the graph of a spec, layer by layer; a layer that fails takes only those down that need it, in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specc import ops
from specc.diagnostics import Diagnostic, Findings, Path, Place, did_you_mean
from specc.graph.inputs import Inputs
from specc.graph.naming import name_layers
from specc.graph.nodes import Graph, Node
from specc.graph.pruning import prune
from specc.layers.base import CalledLayer, Layer
from specc.layers.input import Input
from specc.layers.site import Arguments, Dimensions, Fault, Origin, Site
from specc.ops import Program
from specc.spec import Entry, Spec
from specc.tensors import Tensor, Value


def build_graph(spec: Spec, findings: Findings) -> Graph | None:
    """The graph; None where the findings hold errors. All independent mistakes are reported."""
    builder = _Builder(spec, findings)
    graph = builder.build()
    return None if findings.failed else graph


@dataclass
class _Builder:
    spec: Spec
    findings: Findings
    program: Program = field(default_factory=Program)
    dimensions: Dimensions = field(default_factory=Dimensions)
    nodes: list[Node] = field(default_factory=list)
    published: dict[str, Tensor | None] = field(default_factory=dict)
    """Every output by its references; None where its layer failed."""
    origins: dict[str, Origin] = field(default_factory=dict)
    latest: str | None = None
    """The layer before this one."""

    def build(self) -> Graph | None:
        entries = self.spec.entries
        names = name_layers(entries, self.findings)
        self.declared = dict(zip(names, entries, strict=False))
        inputs = Inputs(self.spec, self.findings, self.dimensions)
        for index, (name, entry) in enumerate(zip(names, entries, strict=True)):
            if entry.type == "Input":
                self._add_input(name, entry, inputs)
            else:
                self._add_layer(name, entry, index, inputs)
            self.latest = name
        self._choose_outputs()
        if self.findings.failed:
            return None
        graph = prune(self.nodes, self.program, self.findings)
        self._settle_dimensions(graph.program)
        return graph

    def _add_input(self, name: str, entry: Entry, inputs: Inputs) -> None:
        value = None
        layer = entry.layer
        if isinstance(layer, Input):
            value = inputs.declare(name, entry.path, layer)
        self.published[name] = None if value is None else Tensor(value)
        self.origins[name] = Origin("Input", name, entry.path, layer)
        if value is not None and layer is not None:
            self.program.inputs.append(value)
            self.nodes.append(Node(name, layer, entry.path, (), (Tensor(value),), (), ()))

    def _add_layer(self, name: str, entry: Entry, index: int, inputs: Inputs) -> None:
        self.origins[name] = Origin(entry.type, name, entry.path, entry.layer)
        self.published[name] = None
        layer = entry.layer
        if layer is None:
            return
        assert isinstance(layer, CalledLayer)
        self.published |= {f"{name}.{alias}": None for aliases in layer.extra_outputs() for alias in aliases}
        try:
            references = self._input_references(name, entry, layer, index, inputs)
            site = self._site(name, entry, layer, references)
            arguments = self._arguments(site, layer, references)
            if arguments is None:
                return
            marks = (len(self.program.weights), len(self.program.states))
            outputs = layer.build(site, arguments)
        except Fault as fault:
            self.findings.add(fault.diagnostic)
            return
        self._publish(name, layer, outputs)
        extra = [r for key in ("initial_state", "mask") for r in _listed(getattr(layer, key, None))]
        weights = tuple(self.program.weights[marks[0] :])
        states = tuple(self.program.states[marks[1] :])
        self.nodes.append(Node(name, layer, entry.path, (*references, *extra), outputs, weights, states))

    def _publish(self, name: str, layer: Layer, outputs: tuple[Tensor, ...]) -> None:
        self.published[name] = outputs[0]
        for aliases, tensor in zip(layer.extra_outputs(), outputs[1:], strict=True):
            for alias in aliases:
                self.published[f"{name}.{alias}"] = tensor

    def _input_references(
        self, name: str, entry: Entry, layer: CalledLayer, index: int, inputs: Inputs
    ) -> tuple[str, ...]:
        """What the layer is called on; a first layer may bring its own input."""
        if index == 0 and layer.inputs is None:
            own = f"{name}_input"
            self.origins[own] = Origin("Input", own, entry.path, None)
            value = inputs.declare_for(own, entry.path, layer, self.spec.dialect)
            self.published[own] = Tensor(value)
            self.program.inputs.append(value)
            self.nodes.append(Node(own, inputs.as_layer(value), entry.path, (), (Tensor(value),), (), ()))
            return (own,)
        inputs.refuse_shape(entry.path, layer)
        if layer.inputs is None:
            assert self.latest is not None
            return (self.latest,)
        return _listed(layer.inputs)

    def _site(self, name: str, entry: Entry, layer: CalledLayer, references: Sequence[str]) -> Site:
        origins = tuple(self.origins[r.split(".")[0]] for r in references if r.split(".")[0] in self.origins)
        return Site(
            type=entry.type,
            layer=name,
            scope=name,
            path=entry.path,
            dialect=self.spec.dialect,
            program=self.program,
            findings=self.findings,
            dimensions=self.dimensions,
            origins=origins,
            trainable=layer.trainable,
        )

    def _arguments(self, site: Site, layer: CalledLayer, references: tuple[str, ...]) -> Arguments | None:
        """The tensors that the layer is called on; None where one of them failed."""
        path = site.path
        tensors = [self._resolve(r, (*path, "inputs"), position) for position, r in enumerate(references)]
        if layer.takes_many is False and len(references) != 1:
            site.fail("V233", f"{site.title} takes one input, `inputs` lists {len(references)}", field="inputs")
        state = getattr(layer, "initial_state", None)
        states = None
        if state is not None:
            states = [self._resolve(r, (*path, "initial_state"), i) for i, r in enumerate(_listed(state))]
        explicit = getattr(layer, "mask", None)
        mask = None
        if explicit is not None:
            mask = self._resolve(explicit, (*path, "mask"), None)
        if None in tensors or (states is not None and None in states) or (explicit is not None and mask is None):
            return None
        return Arguments(
            tuple(t for t in tensors if t is not None),
            None if states is None else tuple(t for t in states if t is not None),
            None if mask is None else _as_mask(site, mask.value),
        )

    def _resolve(self, reference: str, path: Path, position: int | None) -> Tensor | None:
        """The tensor of a reference; reports one that does not exist."""
        if reference in self.published:
            return self.published[reference]
        raise Fault(_unknown_reference(reference, path, position, self.declared, self.published))

    def _choose_outputs(self) -> None:
        listed = self.spec.outputs
        if listed is None:
            last = self.latest
            if last is None or self.published.get(last) is None:
                return
            layer = self.origins[last].layer
            assert layer is not None
            listed = (last, *(f"{last}.{names[0]}" for names in layer.extra_outputs()))
        single = isinstance(self.spec.header.outputs, str)
        for position, reference in enumerate(listed):
            path: Path = ("outputs",) if single else ("outputs", position)
            try:
                tensor = self._resolve(reference, ("outputs",), None if single else position)
            except Fault as fault:
                self.findings.add(fault.diagnostic)
                continue
            if tensor is None:
                continue
            if reference in listed[:position]:
                self.findings.add(Diagnostic("V236", path, f"`{reference}` is listed twice under `outputs`"))
            if any(tensor.value is value for value in self.program.inputs):
                origin = self.origins[reference]
                place = origin.path if self.spec.outputs is None else path
                self.findings.add(
                    Diagnostic("V235", place, f"the input `{reference}` is no output: put a layer after it")
                )
            self.program.outputs.append((reference, tensor.value))

    def _settle_dimensions(self, program: Program) -> None:
        """Unknown lengths that turned out to be the same one get one name."""
        program.dimension_names.update({name: self.dimensions.settle(name) for name in self.dimensions.aliases})


def _listed(references: str | Sequence[str] | None) -> tuple[str, ...]:
    if references is None:
        return ()
    return (references,) if isinstance(references, str) else tuple(references)


def _as_mask(site: Site, value: Value) -> Value:
    """An explicit mask as bool: whole numbers count where they are not 0."""
    if value.dtype == "bool":
        return value
    if value.dtype == "float32":
        site.fail("G314", f"the mask of {site.title} must be of type bool or int, found float32", field="mask")
    return site.emit_one(ops.NotEqual(value, 0))


def _unknown_reference(
    reference: str,
    path: Path,
    position: int | None,
    declared: dict[str, Entry],
    published: dict[str, Tensor | None],
) -> Diagnostic:
    """Why a reference leads nowhere: the layer comes later, has no such output, or does not exist."""
    name, _, output = reference.partition(".")
    where: Path = path if position is None else (*path, position)
    if name in declared and name not in published:
        place = Place(declared[name].path, f"`{name}` is here")
        return Diagnostic(
            "V231",
            where,
            f"`{reference}` comes later in the list",
            "put layers in the order of the data",
            related=(place,),
        )
    if output:
        own = [r for r in published if r.startswith(f"{name}.")]
        if name in published and not own:
            hint = f"set `return_state: true` on `{name}`" if output.startswith("state") else None
            return Diagnostic("V232", where, f"`{name}` has only one output, no `{output}`", hint)
        if own:
            listed = ", ".join(f"`{r}`" for r in own)
            return Diagnostic("V232", where, f"`{name}` has no output `{output}`", f"it has {listed}")
    hint = did_you_mean(reference, published) or did_you_mean(reference, declared)
    return Diagnostic("V230", where, f"there is no layer `{name}`", hint)
