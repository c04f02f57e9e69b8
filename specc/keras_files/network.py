"""A functional model: calls of layers on each other, in the order in which their inputs are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

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
        in_calls = _numbers(ref for vertex in self.vertices for call in vertex.calls for ref in call.needs)
        in_ends = _numbers(self.outputs)
        for vertex in self.vertices:
            name, (first, first_in_ends) = vertex.name, vertex.counted or (0, 0)
            called, ended = in_calls.get(name, set()), in_ends.get(name, set())
            if first == first_in_ends:
                called = ended = called | ended
            self._offsets[name] = _first_number(vertex, called, first)
            self._end_offsets[name] = _first_number(vertex, ended, first_in_ends)

    def call(self, given: Given) -> Outputs:
        known: dict[tuple[str, int], Outputs] = {}
        if len(given.inputs) != len(self.inputs):
            message = f"{self.title} takes {len(self.inputs)} inputs and is called on {len(given.inputs)}"
            self.report.error("K716", given.path or self.path, message)
            return lost
        for ref, reference in zip(self.inputs, given.inputs, strict=True):
            known[ref.layer, ref.node] = _always(reference)
        calls = [(vertex, number, call) for vertex in self.vertices for number, call in enumerate(vertex.calls)]
        waiting = _Waiting([{self._key(ref) for ref in call.needs} for _, _, call in calls], set(known))
        while (index := waiting.take()) is not None:
            vertex, number, call = calls[index]
            known[vertex.name, number] = self._make(vertex, call, known)
            waiting.note((vertex.name, number))
        if waiting.missing:
            self._report_stuck([calls[index] for index in sorted(waiting.missing)], known)
            return lost
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


def _numbers(refs: Iterable[TensorRef]) -> dict[str, set[int]]:
    """The numbers of the calls that references name, by layer."""
    found: dict[str, set[int]] = {}
    for ref in refs:
        found.setdefault(ref.layer, set()).add(ref.node)
    return found


def _first_number(vertex: Vertex, numbers: set[int], usual: int) -> int:
    """What these numbers call the first call of a layer: every call is referred to, so they tell."""
    if vertex.counted is None or not numbers:
        return 0
    if max(numbers) >= len(vertex.calls):
        return 1
    return 0 if 0 in numbers else usual


_Output = tuple[str, int]
"""A layer and the number of its call."""


class _Waiting:
    """The calls whose inputs are not there yet, by their place in the file; of those that can go, the first goes.

    missing: what each call that cannot go still waits for.
    """

    def __init__(self, needs: Sequence[set[_Output]], known: set[_Output]) -> None:
        self.missing = {index: wanted - known for index, wanted in enumerate(needs)}
        self._users: dict[_Output, list[int]] = {}
        for index, wanted in self.missing.items():
            for output in wanted:
                self._users.setdefault(output, []).append(index)
        self._ready = [index for index, wanted in self.missing.items() if not wanted]

    def take(self) -> int | None:
        """The next call; None where none can go."""
        if not self._ready:
            return None
        index = heappop(self._ready)
        del self.missing[index]
        return index

    def note(self, output: _Output) -> None:
        """An output is there."""
        for index in self._users.pop(output, ()):
            self.missing[index].discard(output)
            if not self.missing[index]:
                heappush(self._ready, index)


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
