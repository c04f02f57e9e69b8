"""What a source may cost at most: bounds far above any real spec, low enough that no text can hang specc."""

from __future__ import annotations

TEXT_BYTES = 32 * 1024 * 1024
DEPTH = 100  # lists and mappings inside each other; later rooms may recurse over data
NODES = 1_000_000  # values written out in a text
ALIASED_NODES = 100_000  # values that YAML aliases add to those written out
FINDINGS = 100  # after so many mistakes the rest of a text is not read
WHOLE_NUMBER = 2**63  # whole numbers n hold -2**63 <= n < 2**63
