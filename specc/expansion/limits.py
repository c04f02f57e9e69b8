"""What expanding a spec may cost at most: far above any real spec, low enough that no spec can hang specc."""

from __future__ import annotations

EXPRESSION = 200  # characters
PARENTHESES = 20  # inside each other
VARS = 20  # vars that refer to vars, one after the other
NESTED_LISTS = 10  # lists inside each other, in the value of a var
LAYERS = 10_000  # that blocks and fragments make; rounds of blocks count alike
BLOCKS = 50  # blocks and fragments inside each other
INCLUDES = 20  # fragments that include fragments
VALUES = 1_000_000  # numbers, texts, lists and mappings of the expanded spec
CHARACTERS = 10_000_000  # of texts that are put together
