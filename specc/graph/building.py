"""Builds the graph of a spec, layer by layer; a layer that fails takes only those down that need it, in silence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from specc import ops
from specc.diagnostics import Diagnostic, Findings, Path
from specc.graph.inputs import Inputs
from specc.graph.naming import Names, name_layers
from specc.graph.nodes import Graph, Node
from specc.graph.pruning import prune
from specc.graph.references import References
from specc.graph.sharing import check_call
from specc.layers.base import CalledLayer
from specc.layers.input import Input
from specc.layers.shared import Shared
from specc.layers.site import Arguments, Dimensions, Fault, Origin, Site
from specc.ops import Program
from specc.spec import Entry, Spec
from specc.tensors import Tensor, Value

MISSING = "V211"
GUESSES = frozenset(("V210", MISSING, "V213", "G310", "G311", "G313", "G315", "G316"))
"""Findings that depend on the dialect: nobody can know them while the dialect itself is wrong, or of a layer that it
does not have (MISSING)."""


def build_graph(spec: Spec, findings: Findings) -> Graph | None:
    """The graph; None where some part of it is missing. All independent mistakes are reported.

    Where the findings hold errors it is a graph of what was meant, to be checked and not to be compiled.
    """
    graph = _Builder(spec, findings).build()
    missing = {finding.path[:2] for finding in findings if finding.code == MISSING}
    if missing or not spec.is_dialect_certain:
        findings.diagnostics[:] = [finding for finding in findings if not _is_guess(finding, spec, missing)]
    renamed = {entry.path: entry.renamed for entry in spec.entries if entry.renamed}
    if renamed:
        from specc.spec.meaning import as_written

        findings.diagnostics[:] = [as_written(finding, renamed.get(finding.path[:2], ())) for finding in findings]
    return graph


def _is_guess(finding: Diagnostic, spec: Spec, missing: set[Path]) -> bool:
    """Whether a finding depends on a dialect that is not certain. missing: layers that the dialect lacks."""
    is_certain = spec.is_dialect_certain and (finding.code == MISSING or finding.path[:2] not in missing)
    return finding.code in GUESSES and not is_certain


@dataclass(eq=False, repr=False)
class _Builder:
    spec: Spec
    findings: Findings
    program: Program = field(default_factory=Program)
    dimensions: Dimensions = field(default_factory=Dimensions)
    nodes: list[Node] = field(default_factory=list)
    origins: dict[str, Origin] = field(default_factory=dict)
    latest: str | None = None
    """The layer before this one."""
    is_whole: bool = True
    """Whether every layer so far is built."""
    _firsts: dict[str, Node] = field(default_factory=dict)
    """The node of a layer's first call, by the names of all its calls."""
    _described: dict[str, Entry] = field(default_factory=dict)
    """The entry that says what a layer is, by its name."""
    _unsuitable: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.names = name_layers(self.spec.entries, self.findings)
        declared = dict(zip(self.names, self.spec.entries, strict=True))
        ambiguous = {name for name, count in Counter(self.names).items() if count > 1}
        is_any_lost = any(entry.is_lost for entry in self.spec.entries)
        outputs = self.spec.outputs or ()
        self.references = References(declared, outputs, ambiguous, is_any_lost, self.findings)
        self.inputs = Inputs(self.spec, self.findings, self.dimensions)

    def build(self) -> Graph | None:
        for index, (name, entry) in enumerate(zip(self.names, self.spec.entries, strict=True)):
            if entry.type == "Input":
                self._add_input(name, entry)
            else:
                self._add_layer(name, entry, index)
            self.latest = name
        self._choose_outputs()
        if not (self.is_whole and self.program.outputs):
            assert self.findings.failed, "every mistake is reported"
            return None
        graph = prune(self.nodes, self.program, self.findings)
        self._name_dimensions(graph.program)
        return graph

    def _add_input(self, name: str, entry: Entry) -> None:
        layer = entry.layer
        self.origins[name] = Origin("Input", name, entry.path, layer)
        value = self.inputs.declare(name, entry.path, layer) if isinstance(layer, Input) else None
        self.references.publish(name, layer, [] if value is None else [Tensor(value)])
        if value is not None and layer is not None:
            self.program.inputs.append(value)
            self._keep(Node(name, layer, entry.path, (), (Tensor(value),), (), ()))
        self.is_whole &= value is not None

    def _add_layer(self, name: str, entry: Entry, index: int) -> None:
        described = self._described[name] = self._describe(entry)
        self.origins[name] = Origin(described.type, name, entry.path, described.layer)
        node = None
        if entry.layer is not None:
            assert isinstance(entry.layer, CalledLayer)
            try:
                node = self._build_layer(name, entry, entry.layer, index)
            except Fault as fault:
                self._report(fault.diagnostic)
        elif isinstance(entry.guess, CalledLayer):
            self._try_input(name, entry, entry.guess, index)
        self.references.publish(name, described.named, () if node is None else node.outputs)
        if node is not None:
            self._keep(node)
        self.is_whole &= node is not None

    def _keep(self, node: Node) -> None:
        self.nodes.append(node)
        self._firsts[node.name] = node if node.shares is None else self._firsts[node.shares]

    def _describe(self, entry: Entry) -> Entry:
        """The entry that says what a layer is: for a Shared one that of the layer which it calls."""
        seen: set[int] = set()
        while isinstance(entry.layer, Shared) and id(entry) not in seen:
            seen.add(id(entry))
            called = entry.layer.layer
            entry = self._described.get(called) or self.references.declared.get(called, entry)
        return entry

    def _report(self, finding: Diagnostic) -> None:
        """Add a finding on a layer. A shape that does not suit two layers alike is one mistake, made before them."""
        what = (finding.code, re.sub(r"^\w+ (in )?`\w+` ", "", finding.message))
        if finding.hint is not None and "return_sequences" in finding.hint:
            what = (finding.code, finding.hint)
        if finding.code in ("G301", "G302", "G303"):
            if what in self._unsuitable:
                return
            self._unsuitable.add(what)
        self.findings.add(finding)

    def _build_layer(self, name: str, entry: Entry, layer: CalledLayer, index: int) -> Node | None:
        """The node of a layer; None where something that it is called on failed."""
        if isinstance(layer, Shared):
            return self._build_shared(name, entry, layer, index)
        called_on = self._find_inputs(name, entry, layer, index)
        site = self._site(name, entry, layer, called_on)
        arguments = self._arguments(site, layer, layer, called_on)
        if arguments is None:
            return None
        marks = (len(self.program.weights), len(self.program.states))
        outputs = layer.build(site, arguments)
        extra = [r for key in ("initial_state", "mask") for r in _listed(vars(layer).get(key))]
        weights = tuple(self.program.weights[marks[0] :])
        states = tuple(self.program.states[marks[1] :])
        return Node(name, layer, entry.path, (*called_on, *extra), outputs, weights, states)

    def _try_input(self, name: str, entry: Entry, guess: CalledLayer, index: int) -> None:
        """Report what is wrong with what a layer is called on that itself has mistakes."""
        if isinstance(guess, Shared) or type(guess) is CalledLayer:
            self._resolve_inputs(entry, guess)
            return
        try:
            called_on = self._find_inputs(name, entry, guess, index)
            site = self._site(name, entry, guess, called_on)
            arguments = self._arguments(site, guess, guess, called_on)
        except Fault as fault:
            self._report(fault.diagnostic)
            return
        if arguments is None:
            return
        try:
            guess.build(site._replace(program=Program(), findings=Findings(), dimensions=Dimensions()), arguments)
        except Fault as fault:
            if fault.about_input:
                self._report(fault.diagnostic)

    def _resolve_inputs(self, entry: Entry, layer: CalledLayer) -> None:
        """Report what leads nowhere of the inputs of a layer that cannot be built."""
        self._resolve_all(_listed(layer.inputs), entry.path, "inputs", layer.inputs)

    def _build_shared(self, name: str, entry: Entry, call: Shared, index: int) -> Node | None:
        """The node of a further call of a layer, with the weights of its first."""
        place = (*entry.path, "layer")
        if self.references.resolve(call.layer, place) is None:
            self._resolve_inputs(entry, call)
            return None
        first = self._firsts[call.layer]
        called_on = self._find_inputs(name, entry, call, index)
        site = self._site(name, entry, call, called_on)
        site = site._replace(type=first.layer.type, scope=first.name, shared={w.name: w for w in first.weights})
        layer = check_call(site, call, first)
        arguments = self._arguments(site, call, layer, called_on)
        if arguments is None:
            return None
        outputs = layer.build(site, arguments)
        extra = [r for listed in (call.initial_state, call.mask) for r in _listed(listed)]
        return Node(name, layer, entry.path, (*called_on, *extra), outputs, (), (), first.name, call)

    def _find_inputs(self, name: str, entry: Entry, layer: CalledLayer, index: int) -> tuple[str, ...]:
        """The references that the layer is called on; a first layer may bring its own input."""
        if index == 0 and layer.inputs is None:
            return (self._add_own_input(name, entry, layer),)
        if index > 0:
            self.inputs.refuse_shape(entry.path, layer)
        if layer.inputs is None:
            assert self.latest is not None
            return (self.latest,)
        return _listed(layer.inputs)

    def _add_own_input(self, name: str, entry: Entry, layer: CalledLayer) -> str:
        own = Names(self.names).take(f"{name}_input")
        value = self.inputs.declare_for(own, name, entry.path, layer, self.spec.dialect)
        place = (*entry.path, *self.inputs.shape_key(layer))
        self.origins[own] = Origin("Input", own, place, None, is_own=True)
        self.references.publish(own, None, [Tensor(value)])
        self.program.inputs.append(value)
        self._keep(Node(own, self.inputs.as_layer(value), entry.path, (), (Tensor(value),), (), ()))
        return own

    def _site(self, name: str, entry: Entry, layer: CalledLayer, called_on: Sequence[str]) -> Site:
        owners = [reference.partition(".")[0] for reference in called_on]
        return Site(
            type=entry.type,
            layer=name,
            scope=name,
            path=entry.path,
            dialect=self.spec.dialect,
            program=self.program,
            findings=self.findings,
            dimensions=self.dimensions,
            origins=tuple(self.origins[owner] for owner in owners if owner in self.origins),
            trainable=layer.trainable,
        )

    def _arguments(
        self, site: Site, layer: CalledLayer, called: CalledLayer, called_on: tuple[str, ...]
    ) -> Arguments | None:
        """The tensors that the layer is called on; None where one of them failed. called: the layer that is built."""
        if layer.inputs is None:
            tensors = [self.references.published[reference] for reference in called_on]
        else:
            tensors = self._resolve_all(called_on, site.path, "inputs", layer.inputs)
        state, explicit = vars(layer).get("initial_state"), vars(layer).get("mask")
        states = None if state is None else self._resolve_all(_listed(state), site.path, "initial_state", state)
        masks = self._resolve_masks(explicit, (*site.path, "mask"))
        known = [tensor for tensor in tensors if tensor is not None]
        _check_count(site, called, len(tensors))
        if len(known) < len(tensors) or None in (states or ()) or masks is None:
            return None
        return Arguments(
            tuple(known),
            None if states is None else tuple(tensor for tensor in states if tensor is not None),
            _as_mask(site, masks[0].value) if isinstance(explicit, str) and masks[0] is not None else None,
            tuple(None if mask is None else _as_mask(site, mask.value) for mask in masks)
            if isinstance(explicit, list)
            else None,
        )

    def _resolve_masks(self, explicit: str | list[str | None] | None, path: Path) -> tuple[Tensor | None, ...] | None:
        """The explicit mask of a layer, or one for each of its inputs; None where one of them failed."""
        listed = explicit if isinstance(explicit, list) else [explicit]
        places = [(*path, index) for index in range(len(listed))] if isinstance(explicit, list) else [path]
        found = [None if r is None else self.references.resolve(r, p) for r, p in zip(listed, places, strict=True)]
        failed = any(r is not None and tensor is None for r, tensor in zip(listed, found, strict=True))
        return None if failed else tuple(found)

    def _resolve_all(
        self, references: Sequence[str], path: Path, key: str, written: str | list[str] | None
    ) -> list[Tensor | None]:
        """The tensors of the references under a key. written: the value of the key, one name or a list."""
        places = [(key, index) if isinstance(written, list) else (key,) for index in range(len(references))]
        return [self.references.resolve(r, (*path, *place)) for r, place in zip(references, places, strict=True)]

    def _choose_outputs(self) -> None:
        written = self.spec.header.outputs
        references = self.spec.outputs if written is not None else self._outputs_of_the_last()
        tensors = self._resolve_all(references or (), (), "outputs", written)
        seen: set[str] = set()
        for index, (reference, tensor) in enumerate(zip(references or (), tensors, strict=True)):
            if tensor is None:
                self.is_whole = False
                continue
            path: Path = ("outputs", index) if isinstance(written, list) else ("outputs",)
            if reference in seen:
                self.findings.add(Diagnostic("V236", path, f"`{reference}` is listed twice under `outputs`"))
            seen.add(reference)
            origin = self.origins[reference.partition(".")[0]]
            if origin.type == "Input":
                place = origin.path if written is None else path
                message = f"the input `{reference}` is no output: put a layer after it"
                self.findings.add(Diagnostic("V235", place, message))
                self.is_whole = False
            self.program.outputs.append((reference, tensor.value))

    def _outputs_of_the_last(self) -> tuple[str, ...]:
        """Every output of the last layer; none where it failed."""
        last = self.latest
        if last is None or self.references.published[last] is None:
            return ()
        layer = self.origins[last].layer
        assert layer is not None
        return (last, *(f"{last}.{names[0]}" for names in layer.extra_outputs()))

    def _name_dimensions(self, program: Program) -> None:
        """Unknown lengths that turned out to be the same one get one name; the inputs' come first."""
        shown = (*program.inputs, *(value for _, value in program.outputs))
        program.dimension_names.update(self.dimensions.rename(dim for value in shown for dim in value.shape))


def _listed(references: str | Sequence[str | None] | None) -> tuple[str, ...]:
    if references is None:
        return ()
    return (references,) if isinstance(references, str) else tuple(r for r in references if r is not None)


def _check_count(site: Site, layer: CalledLayer, count: int) -> None:
    """Refuse several inputs for a layer that takes one; how many a merging layer takes, it says itself."""
    if layer.takes_many or count == 1:
        return
    hint = "join them first, with Concatenate or Add"
    if hasattr(layer, "initial_state"):
        hint = "states go under `initial_state`; other inputs are joined first, with Concatenate or Add"
    if not count:
        hint = "leave `inputs` out to take the layer before"
    message = f"{site.title} takes one input, `inputs` lists {count or 'none'}"
    site.fail("V233", message, field="inputs", hint=hint)


def _as_mask(site: Site, value: Value) -> Value:
    """An explicit mask as bool: whole numbers count where they are not 0."""
    if value.dtype == "bool":
        return value
    if value.dtype == "float32":
        message = f"the mask of {site.title} must be of type bool or int, found float32"
        site.fail("G314", message, field="mask", hint="give its Input `dtype: bool`")
    return site.emit_one(ops.NotEqual(value, 0))
