"""Each node of each good spec dropped, duplicated, renamed, retyped and moved: ``specc validate`` ends with 0 or 1.

``python -m tests.mutations 20000`` tries that many, pairs of changes among them, and says what they took;
``test_mutations.py`` tries some of them.
"""

from __future__ import annotations

import contextlib
import copy
import io
import itertools
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import yaml

from specc.cli import main
from specc.source import parse

Place = tuple[str | int, ...]
Change = Callable[[Any, Any, random.Random], bool]

CPU_SECONDS = 2.0
GOOD = sorted((Path(__file__).parent / "good").iterdir())
OTHER_TYPES: tuple[Any, ...] = (None, True, 0, -1, 7, 2**63, 0.5, 1e300, "", "lstm", "32", [], {}, [1], [[]], {"a": 1})


def places(data: Any, path: Place = ()) -> Iterator[Place]:
    """Every place in some data, the whole included."""
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        yield from places(value, (*path, step))


def at(data: Any, path: Place) -> Any:
    """What stands at a place."""
    for step in path:
        data = data[step]
    return data


def drop(parent: Any, step: Any, _: random.Random) -> bool:
    del parent[step]
    return True


def duplicate(parent: Any, step: Any, chance: random.Random) -> bool:
    """Once more in a list; under another key in a mapping, whose own cannot stand twice."""
    value = copy.deepcopy(parent[step])
    if isinstance(parent, list):
        parent.insert(chance.randrange(len(parent) + 1), value)
    else:
        parent[f"{step}_1"] = value
    return True


def rename(parent: Any, step: Any, chance: random.Random) -> bool:
    """A key with one letter changed, doubled, swapped or left out, or another key of specs; a text likewise."""
    if isinstance(parent, list) and not isinstance(parent[step], str):
        return False
    word = step if isinstance(parent, dict) else parent[step]
    at_ = chance.randrange(len(word)) if word else 0
    slips = word[:at_] + word[at_ + 1 :], word[:at_] + word[at_ : at_ + 1] + word[at_:], word[::-1], word.upper()
    other = chance.choice((*slips, "units", "type", "inputs", "layer", "name"))
    if isinstance(parent, list):
        parent[step] = other
    else:
        pairs = [(other if key == step else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(pairs)
    return True


def retype(parent: Any, step: Any, chance: random.Random) -> bool:
    parent[step] = copy.deepcopy(chance.choice(OTHER_TYPES))
    return True


def reorder(parent: Any, step: Any, chance: random.Random) -> bool:
    """To another place among its neighbours."""
    if len(parent) < 2:
        return False
    if isinstance(parent, list):
        parent.insert(chance.randrange(len(parent)), parent.pop(step))
        return True
    pairs = list(parent.items())
    moved = pairs.pop([key for key, _ in pairs].index(step))
    pairs.insert(chance.randrange(len(pairs) + 1), moved)
    parent.clear()
    parent.update(pairs)
    return True


CHANGES: dict[str, Change] = {
    "drop": drop,
    "duplicate": duplicate,
    "rename": rename,
    "retype": retype,
    "reorder": reorder,
}


def mutations(seed: int = 1) -> Iterator[tuple[str, Any]]:
    """What was done, and the data: first each change at each node of each spec, then pairs of changes for ever."""
    chance = random.Random(seed)
    specs = {spec.name: parse(spec.read_text("utf-8"), spec.name).data for spec in GOOD}
    for name, good in specs.items():
        for path, kind in itertools.product([path for path in places(good) if path], CHANGES):
            data = copy.deepcopy(good)
            if CHANGES[kind](at(data, path[:-1]), path[-1], chance):
                yield f"{name}: {kind} {path}", data
    while True:
        name = chance.choice(list(specs))
        data, done = copy.deepcopy(specs[name]), []
        for _ in range(2):
            if left := [path for path in places(data) if path]:
                path, kind = chance.choice(left), chance.choice(list(CHANGES))
                if CHANGES[kind](at(data, path[:-1]), path[-1], chance):
                    done.append(f"{kind} {path}")
        yield f"{name}: {', '.join(done)}", data


class TooSlow(BaseException):
    """No Exception, so that nothing takes it for a mistake of its own."""


def outcome(data: Any, folder: Path) -> int:
    """The exit code of ``specc validate``. TooSlow after two seconds of CPU; AssertionError for an internal error."""
    file = folder / "m.yaml"
    file.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    said = io.StringIO()
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main(["validate", str(file)])
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    assert "internal error" not in said.getvalue(), said.getvalue()
    return code


def _stop(signum: int, frame: FrameType | None) -> None:
    raise TooSlow


def run(count: int) -> bool:
    """Try so many; print each that ends in another way, then a summary. Whether all ended well."""
    codes: Counter[int | str] = Counter()
    slowest, begin = 0.0, time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for what, data in itertools.islice(mutations(), count):
            start = time.process_time()
            code: int | str
            try:
                code = outcome(data, Path(folder))
            except (TooSlow, AssertionError) as error:
                code = type(error).__name__
            codes[code] += 1
            slowest = max(slowest, time.process_time() - start)
            if code not in (0, 1):
                print(f"{code}: {what}")
    took = time.process_time() - begin
    print(f"{count} mutations: {dict(codes)}; {took:.0f} s of CPU, the slowest {slowest:.2f} s")
    return not set(codes) - {0, 1}


if __name__ == "__main__":
    sys.exit(not run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
