"""JUnit's XML, which most CI servers read: a test case for each file, failed where the file has an error."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator

from specc.diagnostics import Checked
from specc.diagnostics.render.concise import line
from specc.diagnostics.render.escape import visible
from specc.diagnostics.render.place import locate
from specc.diagnostics.render.summary import count_severities

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(run: Iterable[Checked], color: bool) -> Iterator[str]:
    cases = [_case(checked) for checked in run]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": "0",
        "time": "0",
    }
    suites = ET.Element("testsuites", {"name": "specc", **counts})
    ET.SubElement(suites, "testsuite", {"name": "specc", **counts}).extend(cases)
    ET.indent(suites)
    # Characters beyond ASCII become references, so that the file is right in every encoding.
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, encoding="us-ascii").decode() + "\n"


def _case(checked: Checked) -> ET.Element:
    """Consumers read one failure of a test case: all errors of a file are one, with a line for each."""
    file = _text(visible(checked.name))
    case = ET.Element("testcase", {"classname": "specc.validate", "name": file, "file": file, "time": "0"})
    if checked.failure is not None:
        ET.SubElement(case, "error", {"message": _text(visible(checked.failure)), "type": "Unreadable"})
        return case
    lines = [(finding, _text(line(finding, spot, checked.document))) for finding, spot in locate(checked)]
    errors = [finding for finding, _ in lines if finding.severity == "error"]
    text = "\n".join(shown for _, shown in lines)
    if errors:
        message = count_severities(len(errors), len(lines) - len(errors))
        ET.SubElement(case, "failure", {"message": message, "type": errors[0].code}).text = text
    elif lines:
        ET.SubElement(case, "system-out").text = text
    return case


def _text(text: str) -> str:
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
