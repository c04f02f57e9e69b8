"""What layers publish, and where references to it lead: ``encoder``, ``encoder.state_h``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from specc.diagnostics import Diagnostic, Findings, Path, Place, did_you_mean
from specc.diagnostics.spelling import corrected
from specc.layers.base import Layer
from specc.spec import Entry
from specc.tensors import Tensor

SEARCHES = 100
"""References that lead nowhere for which a near name is looked for."""


@dataclass(eq=False, repr=False)
class References:
    """Every output so far, by each of its names. declared: the layers of the whole spec, by name. outputs: those that
    it lists.

    ambiguous: names that several layers have. is_any_lost: some layer's name is unknown. Either is reported as
    such, and the layer may be the one that is missed.
    """

    declared: Mapping[str, Entry]
    outputs: Collection[str]
    ambiguous: Collection[str]
    is_any_lost: bool
    findings: Findings
    published: dict[str, Tensor | None] = field(default_factory=dict)
    """None for the outputs of a layer with mistakes: who refers to them is not to blame."""
    _missed: set[tuple[str, str]] = field(default_factory=set)
    """What is reported once, however many refer to it: a layer that is not there, states that are not returned."""
    _searches: int = 0

    def publish(self, name: str, layer: Layer | None, outputs: Sequence[Tensor]) -> None:
        """Note the outputs of a layer under their names; empty ``outputs`` for a layer that failed."""
        self.published[name] = outputs[0] if outputs else None
        for number, aliases in enumerate(layer.extra_outputs() if layer is not None else (), start=1):
            for alias in aliases:
                self.published[f"{name}.{alias}"] = outputs[number] if outputs else None

    def resolve(self, reference: str, path: Path) -> Tensor | None:
        """The tensor that a reference at ``path`` names; None, reported, where there is none."""
        name = reference.partition(".")[0]
        if name in self.ambiguous:
            return None
        if reference in self.published:
            return self.published[reference]
        entry = self.declared.get(name)
        # Of a layer that was not understood nobody knows which outputs it has.
        if name not in self.published or entry is None or entry.named is not None:
            self._report(self._explain(reference, path, entry), name, reference)
        return None

    def _is_slip(self, finding: Diagnostic, reference: str) -> bool:
        """Whether a finding holds although some layer's name is unknown, which might be the one that is missed."""
        if finding.code == "V230":
            return finding.hint is not None and corrected(reference, [_named_in(finding.hint)]) is not None
        return finding.code != "V231" or finding.related != ()

    def _is_idle(self, hint: str) -> bool:
        """Whether nothing refers to the layer that a hint names: then its own name is the one that is misspelt."""
        return _named_in(hint).partition(".")[0] not in self._referenced

    @cached_property
    def _referenced(self) -> set[str]:
        """The names that the spec refers to; whoever names no inputs refers to the layer before."""
        found = {reference.partition(".")[0] for reference in self.outputs}
        before = None
        for name, entry in self.declared.items():
            layer = entry.layer or entry.guess
            written = {} if layer is None else vars(layer)
            for key in ("inputs", "initial_state", "mask", "layer"):
                value = written.get(key)
                listed = value if isinstance(value, list) else [value]
                found |= {item.partition(".")[0] for item in listed if isinstance(item, str)}
            if written.get("inputs") is None and before is not None:
                found.add(before)
            before = name
        return found

    def _report(self, finding: Diagnostic, name: str, reference: str) -> None:
        is_unsure = self.is_any_lost or bool(self.ambiguous)
        if is_unsure and not self._is_slip(finding, reference):
            return
        is_missing = finding.code == "V230" and (finding.hint is None or self._is_idle(finding.hint))
        lacks_states = finding.code == "V232" and "return_state" in (finding.hint or "")
        if is_missing or lacks_states:
            if (finding.code, name) in self._missed:
                return
            self._missed.add((finding.code, name))
        self.findings.add(finding)

    def _explain(self, reference: str, path: Path, entry: Entry | None) -> Diagnostic:
        """Why a reference leads nowhere: the layer comes later, has no such output, or does not exist."""
        name, _, output = reference.partition(".")
        if entry is not None and name not in self.published:
            return _explain_order(reference, path, name, entry)
        if name in self.published:
            return self._explain_output(name, output, path, entry)
        return Diagnostic("V230", path, f"there is no layer `{name}`", self._find_near(reference))

    def _find_near(self, reference: str) -> str | None:
        """The name that was meant. It is looked for among all names, so not for ever more of them."""
        self._searches += 1
        if self._searches > SEARCHES:
            return None
        return did_you_mean(reference, self.published) or did_you_mean(reference, self.declared)

    def _explain_output(self, name: str, output: str, path: Path, entry: Entry | None) -> Diagnostic:
        layer = entry.named if entry is not None else None
        known = [f"{name}.{aliases[0]}" for aliases in layer.extra_outputs()] if layer is not None else []
        if known:
            listed = ", ".join(f"`{reference}`" for reference in known)
            return Diagnostic("V232", path, f"`{name}` has no output `{output}`", f"it has {listed}")
        inner = getattr(layer, "layer", None)
        hint = None
        if hasattr(layer, "return_state"):
            hint = f"set `return_state: true` on `{name}`"
        elif hasattr(inner, "return_state"):
            hint = f"set `return_state: true` on the layer inside `{name}`"
        return Diagnostic("V232", path, f"`{name}` has only one output, no `{output}`", hint)


def _named_in(hint: str) -> str:
    """The name that a hint gives: did you mean `encoder`?"""
    return hint.split("`")[1]


def _explain_order(reference: str, path: Path, name: str, entry: Entry) -> Diagnostic:
    """The layer exists, but not yet."""
    if path[: len(entry.path)] == entry.path:
        hint = "a layer takes what layers above it put out"
        return Diagnostic("V231", path, f"`{name}` cannot take its own output `{reference}`", hint)
    place = Place(entry.path, f"`{name}` is here")
    message = f"`{reference}` comes later in the list"
    return Diagnostic("V231", path, message, "put layers in the order of the data", related=(place,))
