"""Checks one source, and mends it where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from specc.cli.configuration import Configurations
from specc.diagnostics import Checked, Findings, SpecError, Unreadable
from specc.expansion import UnknownVar
from specc.source import STDIN, STDIN_NAME

if TYPE_CHECKING:
    from specc.cli.selection import Selection
    from specc.model import Model


class Mended(NamedTuple):
    """A source before and after its fixes. checked: what is left to find; fixed: how many mistakes are gone."""

    checked: Checked
    before: bytes = b""
    after: bytes = b""
    fixed: int = 0


class Checker(NamedTuple):
    """Checks sources. options: for ``specc.load``. stdin_name: what the user calls stdin."""

    configurations: Configurations
    options: Mapping[str, Any]
    stdin_name: str | None = None

    def check(self, source: str) -> Checked:
        """The findings on a source that its configuration shows."""
        from specc.model import load

        checked = self._try(source, lambda: load(source, stdin_name=self.stdin_name, **self.options))
        return self._select(checked)

    def mend(self, source: str) -> Mended:
        """The source with its fixes, as far as it is a text; nothing is written."""
        from specc.fixing import mend
        from specc.keras_files.reading import is_binary
        from specc.source import Refused, open_stdin, read_bytes
        from specc.source.binary import decode

        name = self._name(source)
        if source == STDIN and is_binary(open_stdin()):
            return Mended(self.check(source))
        try:
            content = read_bytes(source)
        except Unreadable as error:
            return Mended(Checked(name, failure=str(error)))
        text, findings = decode(content)
        if text is None or findings:
            if source != STDIN:
                return Mended(self.check(source))
            return Mended(self._select(Checked(name, Refused(name, text), findings)), content, content)
        text = text.removeprefix("\ufeff")
        head = content[: len(content) - len(text.encode())]
        selection = self._selection(name)
        mended = mend(text, lambda text: self._check_text(text, source), lambda finding: selection.shows(finding.code))
        after = head + mended.text.encode()
        return Mended(self._select(mended.left), content, after, len(mended.fixed))

    def _check_text(self, text: str, source: str) -> Checked:
        from specc.model import check
        from specc.source import parse

        name = self._name(source)
        folder = Path(name).parent if source != STDIN or self.stdin_name is not None else None
        return self._try(source, lambda: check(parse(text, name, lenient=True), folder, **self.options))

    def _try(self, source: str, read: Callable[[], Model]) -> Checked:
        name = self._name(source)
        try:
            model = read()
            found = Findings(list(model.diagnostics))
            if self._wants_repeated(name):
                found.diagnostics += model.repeated_defaults()
            if self.options.get("weights") is not None:
                model.arrays(findings=found)
        except SpecError as error:
            return Checked(name, error.document, error.diagnostics)
        except Unreadable as error:
            return Checked(name, failure=str(error))
        except UnknownVar as error:
            raise UnknownVar(error.name, f"{error.hint}, in `{name}`") from None
        except (MemoryError, OSError):
            raise
        except Exception as error:  # the other files are checked all the same
            from specc.cli.guard import describe_internal

            return Checked(name, failure=f"`{name}`: {describe_internal(error)}")
        return Checked(name, model.document, tuple(found))

    def _select(self, checked: Checked) -> Checked:
        """What is to be shown. Of a source without findings nothing is kept but its name."""
        selection = self._selection(checked.name)
        findings = tuple(finding for finding in checked.findings if selection.shows(finding.code))
        return checked._replace(findings=findings, document=checked.document if findings else None)

    def _wants_repeated(self, name: str) -> bool:
        """Whether the one code is selected that nobody has to be told."""
        whole = [code for code in self._selection(name).select if code[1:].isdigit() and len(code) == 4]
        if not whole:
            return False
        from specc.canonical.repetition import CODE

        return CODE in whole

    def _selection(self, name: str) -> Selection:
        return self.configurations.of(Path(name).parent).selection(Path(name))

    def _name(self, source: str) -> str:
        return source if source != STDIN else self.stdin_name or STDIN_NAME
