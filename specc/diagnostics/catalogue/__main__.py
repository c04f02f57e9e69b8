"""Write the page of error codes: ``python -m specc.diagnostics.catalogue`` in a checkout."""

from __future__ import annotations

from pathlib import Path

from specc.diagnostics.catalogue.page import errors_page

PAGE = Path(__file__).parents[3] / "docs" / "errors.md"

if __name__ == "__main__":
    PAGE.write_text(errors_page(), encoding="utf-8")
    print("wrote docs/errors.md")
