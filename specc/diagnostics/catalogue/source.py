from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = ()
