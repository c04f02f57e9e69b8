"""A functional model: calls of layers on each other, in the order in which their inputs are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specc.diagnostics import Path
from specc.keras_files.calls import Call, TensorRef
from specc.keras_files.masks import Mask, Masks
from specc.keras_files.models import Given, Outputs, Part, Reference, lost
from specc.keras_files.reporting import Report
from specc.stores.members import Member


@dataclass(frozen=True)
class Operation:
    """An operation of Keras 3 among the layers; where it makes masks they are known, else it stops its users."""

    class_name: str
    path: Path
    title: str


@dataclass
class Vertex:
    """A layer of the network with all its calls. part: None for an InputLayer.

    counted: what the file calls the first call of a model inside, in other calls and in the model's outputs: 1 where
    Keras counts the call that built it. None for a layer, whose calls count from 0.
    """

    name: str
    path: Path
    part: Part | None
    calls: Sequence[Call]
    counted: tuple[int, int] | None = None
    operation: Operation | None = None


@dataclass
class Network:
    """A functional model as a part: called on references, it calls its layers and gives their outputs."""

    title: str
    class_name: str
    vertices: Sequence[Vertex]
    inputs: Sequence[TensorRef]
    outputs: Sequence[TensorRef]
    masks: Masks
    report: Report
    path: Path
    trainable: bool = True
    inside: str = "layers"
    _offsets: dict[str, int] = field(default_factory=dict, init=False)
    _end_offsets: dict[str, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        calls = [ref for vertex in self.vertices for call in vertex.calls for ref in call.needs]
        for vertex in self.vertices:
            in_calls, in_ends = vertex.counted or (0, 0)
            if in_calls == in_ends:
                self._offsets[vertex.name] = _first_number(vertex, [*calls, *self.outputs], in_calls)
                self._end_offsets[vertex.name] = self._offsets[vertex.name]
            else:
                self._offsets[vertex.name] = _first_number(vertex, calls, in_calls)
                self._end_offsets[vertex.name] = _first_number(vertex, self.outputs, in_ends)

    def call(self, given: Given) -> Outputs:
        known: dict[tuple[str, int], Outputs] = {}
        if len(given.inputs) != len(self.inputs):
            message = f"{self.title} takes {len(self.inputs)} inputs and is called on {len(given.inputs)}"
            self.report.error("K716", given.path or self.path, message)
            return lost
        for ref, reference in zip(self.inputs, given.inputs, strict=True):
            known[ref.layer, ref.node] = _always(reference)
        waiting = [(vertex, number, call) for vertex in self.vertices for number, call in enumerate(vertex.calls)]
        while waiting:
            later = []
            for vertex, number, call in waiting:
                if all(self._key(ref) in known for ref in call.needs):
                    known[vertex.name, number] = self._make(vertex, call, known)
                else:
                    later.append((vertex, number, call))
            if len(later) == len(waiting):
                self._report_stuck(later, known)
                return lost
            waiting = later
        return self._choose(known)

    def _choose(self, known: Mapping[tuple[str, int], Outputs]) -> Outputs:
        found: list[Reference] = []
        for ref in self.outputs:
            outputs = known.get((ref.layer, ref.node - self._end_offsets.get(ref.layer, 0)))
            if outputs is None:
                self._report_missing(ref)
            found.append(None if outputs is None else outputs(ref.index))
        return lambda index: found[index] if index < len(found) else None

    def _key(self, ref: TensorRef) -> tuple[str, int]:
        return ref.layer, ref.node - self._offsets.get(ref.layer, 0)

    def _make(self, vertex: Vertex, call: Call, known: Mapping[tuple[str, int], Outputs]) -> Outputs:
        def find(refs: Sequence[TensorRef]) -> tuple[Reference, ...]:
            return tuple(known[self._key(ref)](ref.index) for ref in refs)

        given = Given(find(call.inputs), find(call.states), find(call.masks), call.path)
        if vertex.operation is not None:
            return _always(_as_mask(vertex.operation, call, given))
        if call.others:
            listed = ", ".join(f"`{name}`" for name in call.others)
            message = f"`{vertex.name}` is called with {listed}, which specc cannot do"
            self.report.error("K714", call.path, message, "recurrent layers take initial_state and mask")
            return lost
        assert vertex.part is not None
        return vertex.part.call(given)

    def _report_stuck(
        self, waiting: Sequence[tuple[Vertex, int, Call]], known: Mapping[tuple[str, int], Outputs]
    ) -> None:
        """Report the reference that leads nowhere, or the circle that calls make."""
        calls = {(vertex.name, number) for vertex, number, _ in waiting}
        for _, _, call in waiting:
            for ref in call.needs:
                if self._key(ref) not in known and self._key(ref) not in calls:
                    self._report_missing(ref)
                    return
        vertex, _, call = waiting[0]
        self.report.error("K716", call.path, f"`{vertex.name}` takes what is made of its own output")

    def _report_missing(self, ref: TensorRef) -> None:
        names = {vertex.name for vertex in self.vertices}
        what = f"call {ref.node} of `{ref.layer}`" if ref.layer in names else f"a layer `{ref.layer}`"
        self.report.error("K716", ref.path, f"{what} is referred to, and the file does not hold it")

    def member(self) -> Member:
        members = tuple(vertex.part.member() for vertex in self.vertices if vertex.part is not None)
        return Member(self.title, self.class_name, None, members, self.inside, self.trainable)


def _first_number(vertex: Vertex, refs: Sequence[TensorRef], usual: int) -> int:
    """What these references call the first call of a layer: every call is referred to, so the numbers tell."""
    numbers = {ref.node for ref in refs if ref.layer == vertex.name}
    if vertex.counted is None or not numbers:
        return 0
    if max(numbers) >= len(vertex.calls):
        return 1
    return 0 if 0 in numbers else usual


def _always(reference: Reference) -> Outputs:
    return lambda index: reference


def _as_mask(operation: Operation, call: Call, given: Given) -> Reference:
    """The mask that an operation makes of ids, or of masks; one of no known origin where it makes something else."""
    origins: set[tuple[str, float]] = set()
    source = None
    for reference in given.inputs:
        if isinstance(reference, Mask):
            origins |= reference.origins
    first = given.inputs[0] if given.inputs else None
    if operation.class_name == "NotEqual" and isinstance(first, str) and len(call.constants) == 1:
        value = call.constants[0]
        if isinstance(value, int | float):
            origins.add((first, float(value)))
            source = first if value == 0 else None
    return Mask(frozenset(origins), source, operation.title, operation.path)
