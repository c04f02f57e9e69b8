"""Counts what the expansion makes, so that a small text cannot become a huge spec."""

from __future__ import annotations

from dataclasses import dataclass

from specc.expansion import limits
from specc.expansion.places import Home
from specc.expansion.report import Report


@dataclass
class Budget:
    """What has been made so far."""

    report: Report
    layers: int = 0
    rounds: int = 0
    values: int = 0
    characters: int = 0

    def add_layer(self, home: Home) -> None:
        """Count a layer that a block or a fragment makes."""
        self.layers += 1
        if self.layers > limits.LAYERS:
            self.report.abandon(home, f"blocks and fragments make more than {limits.LAYERS:,} layers")

    def add_rounds(self, count: int, home: Home) -> None:
        """Count the rounds of a block before they are made, or a fragment: they cost time even without a layer."""
        self.rounds += count
        if self.rounds > limits.LAYERS:
            self.report.abandon(home, f"blocks and fragments come more than {limits.LAYERS:,} times in all")

    def add_values(self, count: int, home: Home) -> None:
        """Count numbers, texts, lists and mappings."""
        self.values += count
        if self.values > limits.VALUES:
            self.report.abandon(home, f"the expanded spec holds more than {limits.VALUES:,} values")

    def add_text(self, text: str, home: Home) -> None:
        """Count the characters of a text that was put together."""
        self.characters += len(text)
        if self.characters > limits.CHARACTERS:
            self.report.abandon(home, f"the texts put together hold more than {limits.CHARACTERS:,} characters")
