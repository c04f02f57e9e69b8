"""JUnit's XML, read by a library that consumes it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from specc.diagnostics import Checked, Diagnostic, Span
from specc.diagnostics.render import render, render_run
from tests.diagnostics.render.test_text import Text

junitparser = pytest.importorskip("junitparser", reason="comes with specc[dev]")


def test_a_case_for_each_file(run: list[Checked]) -> None:
    suites = junitparser.JUnitXml.fromstring("".join(render_run(run, "junit")).encode())
    assert (suites.tests, suites.failures, suites.errors, suites.skipped) == (6, 3, 1, 0)
    (suite,) = suites
    assert (suite.tests, suite.failures, suite.errors) == (6, 3, 1)
    cases = {case.name: case for case in suite}
    assert list(cases) == [checked.name for checked in run]
    assert cases["good.yaml"].is_passed
    assert cases["warned.json"].is_passed
    assert "K720 warning" in cases["warned.json"].system_out
    (failure,) = cases["sub folder/ä,b%:c.yaml"].result
    assert isinstance(failure, junitparser.Failure)
    assert (failure.message, failure.type) == ("2 errors", "V202")
    first, second = failure.text.splitlines()
    assert first == "sub folder/ä,b%:c.yaml:4:18: V202 unknown key `unit` (did you mean `units`?)"
    assert second.startswith("sub folder/ä,b%:c.yaml:5:28: V205 ")
    (error,) = cases["absent.yaml"].result
    assert isinstance(error, junitparser.Error)
    assert error.message == "cannot read `absent.yaml`: no such file or directory"


def test_whatever_a_file_holds_is_xml() -> None:
    hostile = "\x1b]0;<&>\"'\x00\x0b\x85\u202e\ud800\ufffe\uffff]]>"
    finding = Diagnostic("X1", (hostile,), hostile, hostile, span=Span(1, 1, 1, 2))
    text = render([finding], Text("a", hostile), "junit")
    assert text.isascii()
    case = ET.fromstring(text).find("testsuite/testcase")
    assert case is not None
    assert r"\ufffe\uffff]]>" in case.attrib["name"]
