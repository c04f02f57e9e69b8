"""``include``: files of layers in the spec's own folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from specc.diagnostics import SpecError, Unreadable
from specc.diagnostics.quote import quote
from specc.expansion.places import Home
from specc.expansion.report import Report
from specc.expansion.values import LOST, Lost
from specc.source import Refused, Source, limits, parse, read_bytes
from specc.source.binary import decode

_BESIDE = ("layers", "description", "$schema")
"""The keys of a fragment that is a mapping."""


@dataclass(frozen=True)
class Fragment:
    """The layers that a file holds, and where. file: its real path. names: of vars that it may not declare itself."""

    layers: list[Any]
    home: Home
    file: str
    names: Mapping[str, Lost] = field(default_factory=dict)


@dataclass
class Fragments:
    """Reads each file once. folder: of the spec; None where the spec came without one.

    strays: what stands in fragments under keys that are none there.
    """

    folder: FilePath | None
    report: Report
    strays: list[Any] = field(default_factory=list)
    _size: int = 0
    _read: dict[str, Fragment | None] = field(default_factory=dict)

    def find(self, name: Any, home: Home) -> Fragment | None:
        """The fragment that an include at ``home`` names; None, reported, for one that cannot be taken."""
        file = self._locate(name, home)
        if file is None:
            return None
        if file not in self._read:
            self._read[file] = self._open(file, name, home)
        return self._read[file]

    def _locate(self, name: Any, home: Home) -> str | None:
        """The real path of a file inside the spec's folder; nothing is opened before that is sure."""
        if not isinstance(name, str) or not name:
            self.report.add("V247", home, f"`include` must be the name of a file, found {quote(name)}")
            return None
        if self.folder is None:
            hint = "save the spec as a file beside its fragments"
            self.report.add("V247", home, "a spec that comes without a folder includes nothing", hint)
            return None
        parts = PurePosixPath(name.replace("\\", "/")).parts
        leads_out = ".." in parts or name.startswith(("/", "\\", "~")) or PureWindowsPath(name).drive
        folder = os.path.realpath(self.folder)
        try:
            file = os.path.realpath(os.path.join(folder, name))  # links followed
        except ValueError:  # a NUL in the name
            file = ""
        if leads_out or not FilePath(file).is_relative_to(folder):
            hint = "names start at the spec's folder: put the fragment there, or below"
            message = f"{quote(name)} lies outside the spec's folder"
            if FilePath(file).is_relative_to(folder):
                message = f"{quote(name)} is not written from the spec's folder on"
                hint = "write the way down to the fragment, without `..`"
            self.report.add("V247", home, message, hint)
            return None
        return file

    def _open(self, file: str, name: str, home: Home) -> Fragment | None:
        if not os.path.isfile(file):  # a pipe would wait for ever
            what = "is no file" if os.path.exists(file) else "does not exist"
            self.report.add("V248", home, f"the fragment {quote(name)} {what}", "names start at the spec's folder")
            return None
        shown = os.path.normpath(os.path.join(self.folder or "", name))  # beside the spec as the user called that
        try:
            content = read_bytes(file)
        except Unreadable as error:
            self.report.add("V248", home, str(error))
            return None
        self._size += len(content)
        if self._size > limits.TEXT_BYTES:
            self.report.abandon(home, f"the fragments hold more than {limits.TEXT_BYTES // 2**20} MiB")
        text, findings = decode(content)
        try:
            if text is None or findings:
                raise SpecError(findings, Refused(shown, text))
            return self._take(parse(text, shown), file)
        except SpecError as error:
            for finding in error.diagnostics:
                self.report.adopt(finding._replace(document=error.document))
            return None

    def _take(self, source: Source, file: str) -> Fragment | None:
        """The layers of a fragment: a list, or what stands under ``layers``."""
        home = Home(source)
        data = source.data
        names: dict[str, Lost] = {}
        if isinstance(data, dict) and "layers" in data and "specc" not in data:
            for key in data:
                if key not in _BESIDE:
                    hint = "a fragment holds `layers` alone; vars and defaults stand in the spec"
                    self.report.add("V202", home.at(key), f"unknown key `{key}`", hint, part="key")
                    self.strays.append(data[key])
                    names |= dict.fromkeys(value if isinstance(value := data[key], dict) else (), LOST)
            data, home = data["layers"], home.at("layers")
        if isinstance(data, list):
            return Fragment(data, home, file, names)
        hint = "such as `- {type: LSTM, units: 32}`"
        if isinstance(data, dict) and "specc" in data:
            hint = "this is a whole spec: a model cannot stand in a model"
        self.report.add("V248", home, f"a fragment is a list of layers, found {quote(data)}", hint)
        return None
