"""Which findings are shown: codes and their prefixes, such as V202, V2, V or ALL."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from specc.cli.exits import UsageError

ALL = "ALL"


class Selection(NamedTuple):
    """Codes to show and to leave out. The longer prefix wins; of two equal ones ``ignore``."""

    select: Sequence[str] = (ALL,)
    ignore: Sequence[str] = ()

    def shows(self, code: str) -> bool:
        return _rank(self.select, code) > _rank(self.ignore, code)


def _rank(prefixes: Iterable[str], code: str) -> int:
    """How closely the nearest prefix speaks of a code; -1 where none does."""
    return max((0 if prefix == ALL else len(prefix) for prefix in prefixes if _covers(prefix, code)), default=-1)


def _covers(prefix: str, code: str) -> bool:
    return prefix == ALL or code.startswith(prefix)


def read_codes(values: Collection[str], where: str) -> tuple[str, ...]:
    """Codes as people write them, in lists with commas too. UsageError for one that no code starts with."""
    codes = [code.strip().upper() for value in values for code in value.split(",") if code.strip()]
    if codes:
        from specc.diagnostics.catalogue import RULES

        for code in codes:
            if not any(_covers(code, known) for known in RULES):
                raise UsageError(f"{where}: no code starts with `{code}`", "`specc rule` lists all codes")
    elif values:
        raise UsageError(f"{where} names no code", "such as V202, or ALL")
    return tuple(codes)
