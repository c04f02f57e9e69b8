"""The examples of the catalogue mean what they say."""

from __future__ import annotations

import pytest

from specc.diagnostics import SpecError
from specc.diagnostics.catalogue.rule import Rule
from specc.diagnostics.catalogue.source import RULES
from specc.source import parse

TEXTS = [rule for rule in RULES if not rule.good.startswith("specc ")]


@pytest.mark.parametrize("rule", TEXTS, ids=lambda rule: rule.code)
def test_examples(rule: Rule) -> None:
    parse(rule.good, "good")
    with pytest.raises(SpecError) as caught:
        parse(rule.bad, "bad")
    assert [d.code for d in caught.value.diagnostics] == [rule.code]


def test_codes_are_in_order_and_of_this_room() -> None:
    assert [rule.code for rule in RULES] == [f"S{number}" for number in range(101, 101 + len(RULES))]
