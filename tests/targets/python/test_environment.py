"""Whatever a template prints is code by construction or a literal."""

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from specc.data import shipped
from specc.targets.python.environment import environment

EVIL = "'\"\n{{ 7 * 7 }}{% raw %}<b>&\\"
TEMPLATES = sorted(shipped("templates").rglob("*.jinja"))


def render(template: str, **values: object) -> str:
    return environment().from_string(template).render(values)


def test_a_string_becomes_a_literal() -> None:
    assert eval(render("{{ x }}", x=EVIL)) == EVIL
    assert eval(render("{{ [x, (x, 1)] }}", x=EVIL)) == [EVIL, (EVIL, 1)]
    assert eval(render("{{ args(x, None, (1, 2)) }}", x=EVIL)) == (EVIL, (1, 2))
    assert eval(render("{% macro m(y) %}{{ y }}{% endmacro %}{{ m(x) }}", x=EVIL)) == EVIL
    assert eval(render("{% set y %}{{ x }}{% endset %}{{ y }}", x=EVIL)) == EVIL


def test_numbers_become_literals() -> None:
    assert render("{{ 1.5 }} {{ n }} {{ none }} {{ big }}", n=3, big=float("inf")) == '1.5 3 None float("inf")'


def test_code_stays_code() -> None:
    x, y = Markup("lstm"), Markup('w["a"]')
    assert render("{{ x }}({{ args(y, none, (x, y), (x, 2) | list, axis=-1) }})", x=x, y=y) == (
        'lstm(w["a"], lstm, w["a"], [lstm, 2], axis=-1)'
    )


def test_what_is_undefined_is_an_error() -> None:
    for template in ("{{ x }}", "{{ args(x) }}", "{% if x %}{% endif %}"):
        with pytest.raises(UndefinedError, match="'x' is undefined"):
            render(template)


def test_no_template_goes_around_the_filter() -> None:
    """``safe``, ``~``, ``format`` and ``%`` make text that nobody looked at."""
    assert TEMPLATES
    for file in TEMPLATES:
        for tag in re.findall(r"\{[{%](.*?)[%}]\}", file.read_text(encoding="utf-8"), re.DOTALL):
            code = re.sub(r'"[^"]*"', '""', tag)
            assert not re.search(r"\||~|%", re.sub(r"\|\s*(length|indent|list|first|last)\b", "", code)), (file, tag)
