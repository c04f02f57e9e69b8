"""From the graph to the statements of ``build``: each layer in the first form that computes what the model means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from markupsafe import Markup

from specc import dialects, ops
from specc.diagnostics import Diagnostic, SpecError
from specc.dialects import Dialect
from specc.graph import Graph, Node
from specc.layers.base import CalledLayer, Layer
from specc.layers.input import Input
from specc.layers.lone_cell import LoneCell
from specc.layers.recurrent import Recurrent
from specc.layers.rnn import RNN, StackedRNNCells
from specc.stores.cells import split_parts
from specc.targets.keras.calls import Call, Setting, cells_of
from specc.targets.keras.constructors import Constructors, code
from specc.targets.keras.forms import FORMS, UNREAD, Form, Page
from specc.targets.keras.modern import modernize
from specc.targets.keras.rehearsal import Rehearsal
from specc.targets.keras.scribe import Scribe
from specc.targets.keras.terms import Terms
from specc.targets.python import Unsupported
from specc.targets.python.names import Names, state_name
from specc.tensors import Tensor, Value
from specc.weights import Weight

T = TypeVar("T")
R = TypeVar("R")
_REASONS = {
    "name": "what only the dialect's own Keras has",
    "recorded_state_wins": "a stateful layer that ignores its `initial_state` once it has a state of its own",
    "leading_masked_output": "a stateful layer that puts out its state at masked steps",
    "backward_layer_always_reversed": "a layer inside that goes backwards",
    "bilinear_from_centers": "bilinear interpolation counted from the corners of pixels",
    "batch_norm_keeps_deviation": "a deviation in the place of a variance",
    "batch_norm_takes_axes": "statistics along several axes",
    "batch_norm_wants_mask_of_all_steps": "a mask that has not one dimension less than the input",
    "layer_norm_sorts_axes": "axes in another order than ascending",
    "last_cell_first": "states from the last cell to the first",
}
"""What Keras 3 does not do, by the fact of the model's dialect that asks for it."""
_IN_TRAINING = {
    "activity_penalty_per_example": "divides the penalty on its output by the batch size",
    "recurrent_dropout_splits_gates": "draws a recurrent dropout mask for each gate",
    "fast_form_shares_mask": "draws dropout masks otherwise",
    "gru_mixes_dropped_state": "mixes the whole state into the new one, not the dropped one",
    "full_rate_drops": "drops everything at a rate of 1",
    "batch_norm_counts_masked": "leaves masked steps out of the statistics of a batch",
    "batch_norm_freezes": "runs it on the moving statistics where `trainable` is false",
    "batch_norm_sample_variance": "keeps another moving variance",
    "batch_norm_fuses_up_to": "keeps another moving variance",
}
"""What Keras 3 does in training, by the fact of the model's dialect that says otherwise."""


@dataclass(frozen=True)
class Printed:
    """A layer in the form that was chosen for it; an Input has none."""

    node: Node
    call: Call | None
    form: Form | None
    setting: Setting


@dataclass
class Builder:
    """Rehearses and prints a graph."""

    graph: Graph
    dialect: Dialect
    names: Names
    taken: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.modern = dialects.find("keras3")._replace(hard_sigmoid_slope=self.dialect.hard_sigmoid_slope)
        self.construct = Constructors(self.dialect, dialects.find("keras3"), self.taken)
        self.terms = Terms()
        self.terms.learn(self.graph.program.steps)
        self.trained = Terms(training=True)
        self.trained.learn(self.graph.program.steps)
        self.stage = Rehearsal(self.modern, self.terms, self.trained)
        self.scribe = Scribe(self.terms, self.names)
        self.meant: dict[str, Tensor] = {}
        self.found: dict[str, Tensor] = {}
        self.calls = Counter(node.shares or node.name for node in self.graph.nodes)
        self.nodes = {node.name: node for node in self.graph.nodes}
        self.codes: dict[str, Markup] = {}
        self.read = {reference for node in self.graph.nodes for reference in node.inputs}
        self.read |= {reference for reference, _ in self.graph.program.outputs}
        self.cell_states: list[tuple[Markup, Markup]] = []
        self.findings: list[Diagnostic] = []
        self.printed: list[Printed] = []

    def build(self) -> None:
        """Find a form for every layer. Raises SpecError with those that Keras 3 cannot compute."""
        findings = []
        cells = {node.name for node in self.graph.nodes if isinstance(node.layer, LoneCell | StackedRNNCells)}
        for state in self.graph.program.states:
            if state.layer in cells:
                name = self.scribe.assign(state_name(state.layer, state.state), input_code(state.before))
                self.codes[state.before.name] = name
                self.scribe.codes[self.terms[state.before]] = name
                self.cell_states.append((name, self.scribe.fresh(f"next_{name}")))
        for node in self.graph.nodes:
            self._publish(node, node.outputs, self.meant)
            if isinstance(node.layer, Input):
                self._add_input(node)
                continue
            try:
                self.printed.append(self._choose(node))
            except Unsupported as error:
                findings.append(self._finding(node, error))
                self._publish(node, node.outputs, self.found)
                self._publish(node, [UNREAD] * len(node.outputs), self.codes)
        if findings:
            raise SpecError(findings)

    def _add_input(self, node: Node) -> None:
        value = self._settled(node.outputs[0].value)
        name = self.scribe.assign(node.name, input_code(value))
        self._publish(node, (Tensor(value),), self.found)
        self._publish(node, (name,), self.codes)
        self.scribe.codes[self.terms[value]] = name
        self.printed.append(Printed(node, None, None, Setting()))

    def _choose(self, node: Node) -> Printed:
        """The first form that computes what the layer means, written down."""
        call = self._call(node)
        for form, setting, returned in self._attempts(call, self.stage):
            if self._is_meant(node, returned):
                self._check_training(call, form, setting, returned)
                places = self._places(node, returned)
                results = [self._name_output(node, place) for place in places]
                after = dict(self.cell_states)
                form.write(
                    call, setting, Page(self.scribe, self.construct, [*results, *(after[x] for x in call.before)])
                )
                for place, tensor in zip(places, returned, strict=True):
                    self.trained.equate(tensor.value, node.outputs[place].value)  # one warning, where it begins
                ordered = sorted(zip(places, returned, results, strict=True), key=lambda entry: entry[0])
                self._publish(node, tuple(tensor for _, tensor, _ in ordered), self.found)
                self._publish(node, tuple(code for _, _, code in ordered), self.codes)
                for tensor, name in zip(returned, results, strict=True):
                    if name != UNREAD:
                        self.scribe.codes.setdefault(self.terms[tensor.value], name)
                return Printed(node, call, form, setting)
        raise Unsupported(self._reason(call))

    @staticmethod
    def _attempts(call: Call, stage: Rehearsal) -> Iterator[tuple[Form, Setting, tuple[Tensor, ...]]]:
        for form in FORMS:
            for setting in call.settings():
                returned = form.rehearse(call, setting, stage)
                if returned is not None:
                    yield form, setting, returned

    def _check_training(self, call: Call, form: Form, setting: Setting, returned: Sequence[Tensor]) -> None:
        """Warn where Keras 3 trains the layer otherwise."""
        node = call.node
        if self._has_penalty(node) and not self.dialect.activity_penalty_per_example:
            self._warn(node, _IN_TRAINING["activity_penalty_per_example"])
        if self._trains_alike(node, returned):
            return
        for fact, reason in _IN_TRAINING.items():
            other = self.modern._replace(**{fact: getattr(self.dialect, fact)})
            if other == self.modern:
                continue
            again = form.rehearse(call, setting, replace(self.stage, dialect=other))
            if again is not None and self._trains_alike(node, again):
                self._warn(node, reason)
                return
        self._warn(node, "does several things otherwise")

    def _has_penalty(self, node: Node) -> bool:
        own = {id(tensor.value) for tensor in node.outputs}
        penalties = self.graph.program.activity_penalties
        return any(id(value) in own for penalty in penalties for value in penalty.values)

    def _trains_alike(self, node: Node, returned: Sequence[Tensor]) -> bool:
        found = Counter(self.trained[tensor.value] for tensor in returned)
        return found == Counter(self.trained[tensor.value] for tensor in node.outputs)

    def _warn(self, node: Node, reason: str) -> None:
        message = f"{node.layer.type} `{node.name}`: in training, Keras 3 {reason}"
        hint = "what it computes is the same; the torch target trains as the model's dialect does"
        self.findings.append(Diagnostic("T602", node.path, message, hint, severity="warning"))

    def _is_meant(self, node: Node, returned: Sequence[Tensor]) -> bool:
        """Whether Keras 3 would return, and carry on, what the model means."""
        found = Counter(self.terms[tensor.value] for tensor in returned)
        if found != Counter(self.terms[tensor.value] for tensor in node.outputs):
            return False
        carried = self.stage.program.states[-len(node.states) :] if node.states else ()
        return [self.terms[state.after] for state in carried] == [self.terms[state.after] for state in node.states]

    def _places(self, node: Node, returned: Sequence[Tensor]) -> list[int]:
        """For each tensor that Keras 3 returns its place among the outputs of the model's layer."""
        places: list[int] = []
        for tensor in returned:
            places.append(
                next(
                    place
                    for place, other in enumerate(node.outputs)
                    if place not in places and self.terms[other.value] == self.terms[tensor.value]
                )
            )
        return places

    def _name_output(self, node: Node, place: int) -> Markup:
        aliases = _aliases(node)[place]
        if not self.read.intersection(aliases):
            return UNREAD
        layer, _, state = aliases[0].partition(".")
        return self.scribe.fresh(state_name(layer, state) if state else layer)

    def _call(self, node: Node) -> Call:
        layer, record = modernize(node.layer), node.call
        assert isinstance(layer, CalledLayer)
        assert isinstance(record, CalledLayer)
        owner = node.shares or node.name
        inputs = node.inputs[: 1 if record.inputs is None else len(_listed(record.inputs))]
        states = getattr(record, "initial_state", None)
        explicit = getattr(record, "mask", None)
        return Call(
            node,
            layer,
            owner,
            _by_name(self.nodes[owner].weights),
            tuple(self.found[name] for name in inputs),
            tuple(self.codes[name] for name in inputs),
            tuple(self.meant[name] for name in inputs),
            None if states is None else self._states(node.layer, _listed(states)),
            tuple(self.codes[state.before.name] for state in node.states)
            if isinstance(layer, LoneCell | StackedRNNCells)
            else (),
            None if explicit is None else tuple(self._mask(owner, name) for name in _listed(explicit)),
            self.calls[owner] > 1,
        )

    def _states(self, layer: Layer, names: Sequence[str]) -> tuple[tuple[Tensor, Markup], ...]:
        """The initial states cell by cell, which is Keras 3's order."""
        states = [(self.found[name], self.codes[name]) for name in names]
        backward = getattr(layer, "backward_layer", None) or getattr(layer, "layer", None)
        ways = [layer] if backward is None else [getattr(layer, "layer", None), backward]
        ordered: list[tuple[Tensor, Markup]] = []
        for way in ways:
            groups = _groups(way)
            if self._lists_last_first(way):
                groups.reverse()
            taken = [[states.pop(0) for _ in group] for group in groups]
            ordered += [
                state for group in (reversed(taken) if self._lists_last_first(way) else taken) for state in group
            ]
        return tuple(ordered)

    def _lists_last_first(self, layer: Layer | None) -> bool:
        if not isinstance(layer, RNN) or not layer.stacked:
            return False
        reversed_ = isinstance(layer.cell, StackedRNNCells) and layer.cell.reverse_state_order
        return reversed_ or self.dialect.last_cell_first

    def _mask(self, owner: str, name: str | None) -> Value | None:
        """An explicit mask, as bool."""
        if name is None:
            return None
        value = self.found[name].value
        if value.dtype == "bool":
            return value
        return self.stage.emit(self.stage.site(owner, owner, {}), ops.NotEqual(value, 0))

    def _reason(self, call: Call) -> str:
        """What Keras 3 lacks: the fact of the dialect with which it would compute the same."""
        if getattr(call.layer, "data_format", None) == "channels_first" and isinstance(call.layer, Recurrent):
            return "lacks a sound bias where channels come first and are as many as the last size"
        for fact in Dialect._fields:
            other = self.modern._replace(**{fact: getattr(self.dialect, fact)})
            stage = replace(self.stage, dialect=other)
            if other != self.modern and any(self._is_meant(call.node, r) for _, _, r in self._attempts(call, stage)):
                return f"lacks {_REASONS.get(fact, fact)}"
        return "computes it otherwise"

    def _finding(self, node: Node, error: Unsupported) -> Diagnostic:
        path = node.path if error.field is None else (*node.path, error.field)
        message = f"{node.layer.type} `{node.name}`: the keras target {error.message}"
        return Diagnostic("T601", path, message, error.hint or "compile it to onnx, numpy or torch")

    def _settled(self, value: Value) -> Value:
        """An input with the lengths that the model found out."""
        known = self.graph.program.dimension_names
        shape = tuple(known.get(d, d) if isinstance(d, str) else d for d in value.shape)
        return replace(
            value, shape=tuple(s if isinstance(s, int) else d for s, d in zip(shape, value.shape, strict=True))
        )

    def _publish(self, node: Node, values: Sequence[T], target: dict[str, T]) -> None:
        for aliases, value in zip(_aliases(node), values, strict=True):
            target.update(dict.fromkeys(aliases, value))


def input_code(value: Value) -> Markup:
    """The Keras Input for a value that comes from outside."""
    batch, *shape = (d if isinstance(d, int) else None for d in value.shape)
    size = f"shape={code(shape)}" if batch is None else f"batch_shape={code([batch, *shape])}"
    dtype = "" if value.dtype == "float32" else f", dtype={code(value.dtype)}"
    return Markup(f"keras.Input({size}{dtype}, name={code(value.name)})")


def _aliases(node: Node) -> list[tuple[str, ...]]:
    """The names under which each output of a layer is known, the documented one first."""
    extra = node.layer.extra_outputs()
    return [(node.name,), *(tuple(f"{node.name}.{alias}" for alias in aliases) for aliases in extra)]


def _listed(references: str | Sequence[R]) -> Sequence[str | R]:
    return (references,) if isinstance(references, str) else references


def _groups(layer: Layer | None) -> list[list[str]]:
    assert isinstance(layer, Recurrent)
    return cells_of(layer)


def _by_name(weights: Sequence[Weight]) -> dict[str, Weight]:
    """The weights of a layer by the names under which Keras's counterpart declares them."""
    found = {weight.name: weight for weight in _plain(weights)}
    ends = ("/cell/", "/")  # a stack of one cell is that cell
    return found | {name.replace("/cell_0/", end): weight for end in ends for name, weight in found.items()}


def _plain(weights: Sequence[Weight]) -> Iterator[Weight]:
    """The weights of a layer, those of cuDNN in the shapes of the plain layer."""
    for part in split_parts(weights):
        for weight in part.weights:
            if weight is part.bias and part.is_cudnn:
                wide = part.gates * part.units
                weight = replace(weight, shape=(wide,) if part.gates == 4 else (2, wide))
            yield weight
