"""Long statements are broken as ``ruff format`` breaks them."""

from __future__ import annotations

import random
from pathlib import Path

from specc.targets.python.layout import WIDTH, lay_out
from tests.targets.python.ruff import check_layout


def name(rng: random.Random) -> str:
    return rng.choice("abcdx") * rng.choice([1, 3, 8, 15, 30])


def atom(rng: random.Random, depth: int) -> str:
    kind = rng.randrange(9 if depth else 4)
    if kind == 0:
        return f'w["{name(rng)}/{name(rng)}"]'
    if kind == 1:
        return f"{rng.randrange(10 ** rng.randrange(1, 6))}"
    if kind < 4:
        return name(rng)
    if kind == 4:
        return f"{name(rng)}={call(rng, depth - 1)}" if depth < 2 else name(rng)
    items = [atom(rng, depth - 1) for _ in range(rng.randrange(1, 4))]
    items = [item for item in items if "=" not in item] or ["1"]
    if kind == 5:
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    return f"[{', '.join(items)}]" if kind == 6 else call(rng, depth - 1)


def call(rng: random.Random, depth: int) -> str:
    items = sorted((atom(rng, depth) for _ in range(rng.randrange(1, 7))), key=lambda item: "=" in item)
    return f"{name(rng)}({', '.join(items)})"


def statement(rng: random.Random) -> str:
    kind = rng.randrange(7)
    targets = ", ".join(rng.choice(["_", name(rng)]) for _ in range(rng.choice([1, 1, 2, 3])))
    if kind == 0:
        return f"return {', '.join(name(rng) for _ in range(rng.randrange(1, 5)))}"
    if kind == 1:
        return f"{targets} = ({', '.join(name(rng) for _ in range(rng.randrange(2, 6)))})"
    if kind == 2:
        return f"{rng.choice('ab') * 30} = {rng.choice('cd') * rng.randrange(30, 60)}[:, {rng.randrange(9)}:-1]"
    return f"{targets} = {call(rng, 2)}"


def function(rng: random.Random, number: int) -> str:
    parameters = ", ".join(f"{name(rng)}{i}: Array" for i in range(rng.randrange(1, 8)))
    result = f"tuple[{', '.join(['Array'] * rng.randrange(1, 5))}]"
    lines = [f"def f{number}({parameters}) -> {result}:"]
    for _ in range(rng.randrange(1, 5)):
        lines += ["", f"    {statement(rng)}"] if rng.random() < 0.2 else [f"    {statement(rng)}"]
    return "\n".join(lines) + "\n"


def test_generated_statements_are_laid_out_like_ruff(tmp_path: Path) -> None:
    rng = random.Random(6)
    file = tmp_path / "module.py"
    text = lay_out('"""A module."""\n\n' + "\n".join(function(rng, i) for i in range(400)))
    file.write_text(text)
    assert check_layout(file) == ""
    assert lay_out(text) == text


def test_blank_lines() -> None:
    source = "import a\n\n\n\n\nX = 1\ndef f():\n\n\n    x = 1\n\n\n    y = 2\nY = 3\n@g\ndef h():\n    pass\n\n"
    assert lay_out(source) == (
        "import a\n\n\nX = 1\n\n\ndef f():\n\n    x = 1\n\n    y = 2\n\n\nY = 3\n\n\n@g\ndef h():\n    pass\n"
    )


def test_what_a_docstring_says_stays() -> None:
    long = "word " * 40
    source = f'def f():\n    """One.\n\n\n    {long}({long})\n    """\n'
    assert lay_out(source) == source
    assert len(max(source.splitlines(), key=len)) > WIDTH
