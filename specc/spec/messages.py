"""What pydantic found, in words that mend the mistake: one finding for one mistake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from specc.diagnostics import Advice, Diagnostic, Part, Path
from specc.diagnostics.quote import quote
from specc.spec import advice
from specc.spec.arguments import explain_unknown, intended
from specc.spec.fields import choices, known_keys, may_hold, null_means_more, takes_null

REFERENCES = ("inputs", "initial_state", "mask", "outputs")
"""Keys whose values name layers."""

_WANTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a layer",
    "none_required": "null",
}
_LIMITS = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
_SIZES = {
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "finite_number": "must be a finite number",
}
_LENGTHS = {"too_short": ("min_length", "at least"), "too_long": ("max_length", "at most")}
_FEW = 8  # as many choices stand in a message; of more, some stand in the hint


def describe(
    errors: Iterable[ErrorDetails],
    data: Mapping[str, Any],
    path: Path,
    model: type[BaseModel],
    extra: Collection[str] = (),
    elsewhere: Mapping[str, str] | None = None,
) -> list[Diagnostic]:
    """Findings for what pydantic found in one mapping.

    model: what it was validated against. extra: keys that may stand there beside its own.
    elsewhere: hints for keys that belong on another layer.
    """
    known = [*known_keys(model), *extra]
    found: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        if not _is_tail_of_tuple(error, data):
            found.setdefault(_walk(error["loc"], data, error["type"]), []).append(error)
    unknown = [str(loc[-1]) for loc, group in found.items() if len(loc) == 1 and group[0]["type"] == "extra_forbidden"]
    missing = [str(loc[-1]) for loc, group in found.items() if group[0]["type"] == "missing"]
    meant = {key: intended(key, known) for key in unknown}
    if (
        len(missing) == len(unknown) == 1
        and meant[unknown[0]] is None
        and may_hold(model, (missing[0],), data[unknown[0]])
    ):
        meant[unknown[0]] = missing[0]
    writer = _Writer(data, path, model, known, elsewhere or {}, meant)
    return [
        writer.describe(group, local)
        for local, group in found.items()
        # A misspelt key is the mistake, and has its own finding.
        if not (group[0]["type"] == "missing" and local[-1] in meant.values())
        # Where something inside a value is wrong, the value itself has one of the forms that it may have.
        and not any(other != local and other[: len(local)] == local for other in found)
    ]


def _is_tail_of_tuple(error: ErrorDetails, data: Mapping[str, Any]) -> bool:
    """Whether a key is what YAML makes of the end of ``input_shape: (5, 3)`` in a mapping in braces: ``3)``."""
    key = error["loc"][0]
    if error["type"] != "extra_forbidden" or not isinstance(key, str) or data.get(key) is not None:
        return False
    return advice.is_tail_of_tuple(key) and any(map(advice.is_head_of_tuple, data.values()))


def _walk(loc: tuple[int | str, ...], data: Any, kind: str) -> Path:
    """The part of pydantic's location that stands in the data: tags of unions are dropped."""
    path: list[int | str] = []
    for step in loc:
        in_mapping = isinstance(data, Mapping) and step in data
        in_list = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if in_mapping or in_list:
            data = data[step]
        elif not (kind == "missing" and step == loc[-1]):
            continue
        path.append(step)
    return tuple(path)


@dataclass(frozen=True)
class _Writer:
    """Words what pydantic found at one place. path: of the mapping, in the source.

    meant: the known key that each unknown one most likely stands for.
    """

    data: Mapping[str, Any]
    path: Path
    model: type[BaseModel]
    known: list[str]
    elsewhere: Mapping[str, str]
    meant: Mapping[str, str | None]

    def describe(self, group: Sequence[ErrorDetails], local: Path) -> Diagnostic:
        """group: one complaint, or one for each form that the value may have."""
        error = next((e for e in group if e["type"] not in _WANTED), group[0])
        where, key, value = (*self.path, *local), str(local[-1]), _look_up(self.data, local)
        match error["type"]:
            case "missing":
                hint = advice.for_missing(key, may_hold(self.model, (key,), ""))
                return Diagnostic("V203", self.path, f"missing key `{key}`", hint)
            case "extra_forbidden":
                return Diagnostic("V202", where, f"unknown key `{key}`", *self._explain_unknown(key), part="key")
            case "parameter":
                return _describe_parameter(error, where)
            case "string_pattern_mismatch":
                said = advice.for_name(value, _names_layers(local), where == ("name",))
                return Diagnostic("V207", where, f"{quote(value)} is no valid name", *said)
            case "literal_error":
                return self._describe_choice(value, where, local)
            case kind if kind in _LENGTHS and error["ctx"][_LENGTHS[kind][0]] > 1:
                limit, words = _LENGTHS[kind]
                counted = f"{words} {error['ctx'][limit]} entries, found {error['ctx']['actual_length']}"
                return Diagnostic("V205", where, f"{_label(local)} must hold {counted}")
            case kind if kind in _SIZES or kind in _LIMITS:
                return self._describe_size(error, value, where, local)
        said = advice.for_type(str(local[0]), value, [e["type"] for e in group], self._takes_null(local))
        message = f"{_label(local)} must be {self._forms(group, local)}, found {quote(value)}"
        return Diagnostic("V204", where, message, *said)

    def _explain_unknown(self, key: str) -> Advice:
        elsewhere = self.elsewhere.get(key)
        said = Advice(elsewhere) if elsewhere else explain_unknown(key, self.known, self.data)
        if said.hint is None and (meant := self.meant.get(key)) is not None:
            return Advice(f"is it `{meant}`, which is missing?")
        return said

    def _takes_null(self, local: Path) -> bool:
        return takes_null(self.model, local)

    def _forms(self, group: Sequence[ErrorDetails], local: Path) -> str:
        """The forms that a value may have."""
        if _names_layers(local):
            kinds = {error["type"] for error in group}
            if kinds == {"list_type"}:
                return "a list of names"
            return "the name of a layer, or a list of names" if "list_type" in kinds else "the name of a layer"
        return " or ".join(dict.fromkeys([_WANTED.get(e["type"], e["msg"]) for e in group] + self._null(local)))

    def _null(self, local: Path) -> list[str]:
        return ["null"] if null_means_more(self.model, local) else []

    def _describe_size(self, error: ErrorDetails, value: Any, where: Path, local: Path) -> Diagnostic:
        kind = error["type"]
        if kind in _SIZES:
            found = "" if kind != "finite_number" else f", found {quote(value)}"
            return Diagnostic("V205", where, f"{_label(local)} {_SIZES[kind]}{found}", advice.for_empty(str(local[0])))
        name, words = _LIMITS[kind]
        bound = error["ctx"][name]
        bound = int(bound) if float(bound).is_integer() else bound
        said = advice.for_size(value, self._takes_null(local))
        return Diagnostic("V205", where, f"{_label(local)} must be {words} {bound}, found {quote(value)}", *said)

    def _describe_choice(self, value: Any, where: Path, local: Path) -> Diagnostic:
        known = choices(self.model, local)
        said = advice.for_choice(value, known, self._takes_null(local))
        shown = [str(word) if isinstance(word, int) else f"`{word}`" for word in known]
        if len(known) <= _FEW:
            message = f"{_label(local)} must be {_join([*shown, *self._null(local)])}, found {quote(value)}"
            return Diagnostic("V206", where, message, *said)
        noun = str(local[0]).replace("_", " ")
        said = said if said.hint else Advice(f"such as {_join(shown[:4])}; `specc schema` lists all {len(known)}")
        if isinstance(value, str):
            return Diagnostic("V206", where, f"unknown {noun} {quote(value)}", *said)
        return Diagnostic("V206", where, f"{_label(local)} must be a name, found {quote(value)}", *said)


def _describe_parameter(error: ErrorDetails, where: Path) -> Diagnostic:
    """What ``specc.layers.parameters`` says of an initializer, a regularizer or a constraint."""
    context = error["ctx"]
    inside: Path = tuple(context.get("inside", ()))
    part: Part = "key" if context.get("at_key") else "value"
    said: Advice = context["advice"]
    return Diagnostic("V209", (*where, *inside), str(context["text"]), *said, part=part)


def _look_up(data: Any, local: Path) -> Any:
    """What the user wrote there; None for what is missing."""
    for step in local:
        data = data.get(step) if isinstance(data, dict) else data[step]
    return data


def _names_layers(local: Path) -> bool:
    """Whether references stand at a path; `outputs` of `expect` has names as keys."""
    return local[0] in REFERENCES and not any(isinstance(step, str) for step in local[1:])


def _label(local: Path) -> str:
    """A key as messages call it, with the place in its list: `input_shape[1]`."""
    return f"`{local[0]}{''.join(f'[{step}]' for step in local[1:])}`"


def _join(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
