"""Included fragments: what is read, what is refused, and that nothing outside the spec's folder ever is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import specc
from specc.diagnostics import Diagnostic, SpecError
from specc.expansion import expand
from specc.source import parse


def write(folder: Path, **files: str) -> None:
    """Fragments by name, without their ``.yaml``; ``__`` stands for a folder."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")


def layers(folder: Path, text: str) -> list[object]:
    found = expand(parse(f"specc: 1\n{text}", "m.yaml"), folder)
    assert found.diagnostics == ()
    made: list[object] = found.data["layers"]
    return made


def findings(folder: Path, text: str) -> list[Diagnostic]:
    (folder / "m.yaml").write_text(f"specc: 1\n{text}", encoding="utf-8")
    try:
        return list(specc.load(folder / "m.yaml").diagnostics)
    except SpecError as error:
        return list(error.diagnostics)


def refused(folder: Path, name: str) -> Diagnostic:
    """The only finding on a spec that includes a file of this name."""
    (finding,) = findings(folder, f"layers:\n  - {{type: Input, shape: [2, 3]}}\n  - include: '{name}'\n")
    return finding


def test_layers_of_a_list_or_a_mapping(tmp_path: Path) -> None:
    write(tmp_path, a="- {type: A}\n- {type: B}\n", b="description: two\nlayers:\n  - {type: C}\n")
    (tmp_path / "c.json").write_text('{"layers": [{"type": "D"}]}')
    text = "layers:\n  - include: a.yaml\n  - include: b.yaml\n  - include: c.json\n  - {type: E}\n"
    assert [layer["type"] for layer in layers(tmp_path, text)] == list("ABCDE")  # type: ignore[index]


def test_names_that_a_fragment_sees(tmp_path: Path) -> None:
    write(tmp_path, a="- ['${n}', '${m}', '${index}']\n")
    text = """
vars: {n: 1, m: 2}
layers:
  - repeat: 2
    layers: [{include: a.yaml, vars: {n: "${n + index + 10}"}}]
"""
    assert layers(tmp_path, text) == [[11, 2, 0], [12, 2, 1]]


def test_names_start_at_the_folder_of_the_spec(tmp_path: Path) -> None:
    write(tmp_path, parts__a="- include: parts/deep/b.yaml\n", parts__deep__b="- include: c.yaml\n", c="- 1\n")
    assert layers(tmp_path, "layers:\n  - include: parts/a.yaml\n") == [1]


def test_a_fragment_may_be_named_by_a_var_and_come_twice(tmp_path: Path) -> None:
    write(tmp_path, lstm="- {type: LSTM, name: '${side}'}\n")
    text = "vars: {kind: lstm}\nlayers:\n" + "".join(
        f"  - {{include: '${{kind}}.yaml', vars: {{side: {side}}}}}\n" for side in ("left", "right")
    )
    assert [layer["name"] for layer in layers(tmp_path, text)] == ["left", "right"]  # type: ignore[index]


def test_a_finding_lies_in_the_fragment(tmp_path: Path) -> None:
    write(tmp_path, parts__a="# comment\n- type: LSTM\n  units: 0\n")
    (finding,) = findings(tmp_path, "layers:\n  - {type: Input, shape: [2, 3]}\n  - include: parts/a.yaml\n")
    assert (finding.code, finding.path) == ("V205", (0, "units"))
    assert finding.document is not None
    assert finding.document.name == str(tmp_path / "parts" / "a.yaml")
    span = finding.document.locate(finding.path)
    assert span is not None
    assert (span.line, span.column) == (3, 10)


def test_a_shape_error_speaks_of_both_files(tmp_path: Path) -> None:
    write(tmp_path, a="- {type: LSTM, name: second, units: 4}\n")
    text = "layers:\n  - {type: LSTM, name: first, units: 4, input_shape: [2, 3]}\n  - include: a.yaml\n"
    (finding,) = findings(tmp_path, text)
    assert finding.code == "G301"
    assert finding.document is not None
    assert finding.path == (0,)
    (place,) = finding.related
    assert (place.path, place.document) == (("layers", 0), None)


def test_a_fragment_with_a_mistake_in_its_text_is_one_finding(tmp_path: Path) -> None:
    write(tmp_path, a="- {type: LSTM\n")
    found = findings(tmp_path, "layers:\n  - {type: Input, shape: [2, 3]}\n  - include: a.yaml\n  - include: a.yaml\n")
    assert [finding.code for finding in found] == ["S105"]
    assert found[0].document is not None
    assert found[0].document.name.endswith("a.yaml")


def test_unknown_keys(tmp_path: Path) -> None:
    write(tmp_path, a="layers: [{type: Dense, units: 1}]\ndefaults: {}\n")
    (finding,) = findings(tmp_path, "layers:\n  - {type: Input, shape: [2, 3]}\n  - include: a.yaml\n")
    assert (finding.code, finding.path) == ("V202", ("defaults",))


@pytest.mark.parametrize(
    "name",
    ["../out.yaml", "/etc/passwd", "a/../../out.yaml", "~/x.yaml", "C:/x.yaml", "..\\\\out.yaml", "a/../in.yaml"],
)
def test_names_that_lead_out_are_refused_unread(tmp_path: Path, name: str) -> None:
    (tmp_path / "out.yaml").write_text("- {type: Dense, units: 1}\n")
    folder = tmp_path / "spec"
    write(folder, **{"in": "- {type: Dense, units: 1}\n"})
    (folder / "a").mkdir()
    assert refused(folder, name).code == "V247"


def test_links_that_lead_out_are_refused_and_others_are_not(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("- {type: Dense, units: 1}\n")
    folder = tmp_path / "spec"
    write(folder, there="- {type: Dense, units: 1}\n")
    os.symlink(tmp_path / "secret.yaml", folder / "file.yaml")
    os.symlink(tmp_path, folder / "folder")
    os.symlink(folder / "there.yaml", folder / "inside.yaml")
    os.symlink(folder / "loop.yaml", folder / "loop.yaml")
    assert refused(folder, "file.yaml").code == "V247"
    assert refused(folder, "folder/secret.yaml").code == "V247"
    assert refused(folder, "loop.yaml").code == "V248"
    assert layers(folder, "layers:\n  - include: inside.yaml\n") == [{"type": "Dense", "units": 1}]


def test_a_linked_folder_of_the_spec_itself_is_fine(tmp_path: Path) -> None:
    write(tmp_path / "real", a="- 1\n")
    os.symlink(tmp_path / "real", tmp_path / "link")
    assert layers(tmp_path / "link", "layers:\n  - include: a.yaml\n") == [1]


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    """Opening a pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    assert refused(tmp_path, "pipe.yaml").code == "V248"
    assert refused(tmp_path, "folder.yaml").code == "V248"


@pytest.mark.parametrize("name", ["a\\0b", "", "missing.yaml", "x" * 5000])
def test_odd_names(tmp_path: Path, name: str) -> None:
    text = f'layers:\n  - {{type: Input, shape: [2, 3]}}\n  - include: "{name}"\n'
    (finding,) = findings(tmp_path, text)
    assert finding.code in ("V247", "V248", "S114")


def test_other_kinds_of_files(tmp_path: Path) -> None:
    (tmp_path / "model.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    (tmp_path / "latin.yaml").write_bytes("- {type: Dense, name: é}".encode("latin-1"))
    assert refused(tmp_path, "model.h5").code == "S101"
    assert refused(tmp_path, "latin.yaml").code == "S102"


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    write(tmp_path, a="- 1\n")
    (tmp_path / "a.yaml").chmod(0)
    assert refused(tmp_path, "a.yaml").code == "V248"


def test_circles(tmp_path: Path) -> None:
    write(tmp_path, a="- include: b.yaml\n", b="- include: c.yaml\n", c="- include: a.yaml\n")
    finding = refused(tmp_path, "a.yaml")
    assert finding.code == "V249"
    assert "a.yaml → b.yaml → c.yaml → a.yaml" in finding.message


def test_a_long_way_of_fragments(tmp_path: Path) -> None:
    write(tmp_path, **{f"f{i}": f"- include: f{i + 1}.yaml\n" for i in range(30)}, f30="- {type: ReLU}\n")
    assert refused(tmp_path, "f0.yaml").code == "V249"
    assert layers(tmp_path, "layers:\n  - include: f15.yaml\n") == [{"type": "ReLU"}]


def test_a_spec_without_a_folder_includes_nothing() -> None:
    with pytest.raises(SpecError) as caught:
        specc.load({"specc": 1, "layers": [{"include": "README.md"}]})
    assert [finding.code for finding in caught.value.diagnostics] == ["V247"]


def test_vars_of_an_include_that_nobody_uses(tmp_path: Path) -> None:
    write(tmp_path, a="- {type: Dense, units: 1}\n")
    text = "layers:\n  - {type: Input, shape: [3]}\n  - {include: a.yaml, vars: {n: 1}}\n"
    (finding,) = findings(tmp_path, text)
    assert (finding.code, finding.path) == ("V245", ("layers", 1, "vars", "n"))


@pytest.mark.parametrize("given", ["[n]", "{n: null}", "{n: {a: 1}}", "{a-b: 1}"])
def test_vars_of_an_include_that_are_none(tmp_path: Path, given: str) -> None:
    write(tmp_path, a="- {type: Dense, units: 1}\n")
    text = f"layers:\n  - {{type: Input, shape: [3]}}\n  - {{include: a.yaml, vars: {given}}}\n"
    assert [finding.code for finding in findings(tmp_path, text) if finding.severity == "error"] == ["V240"]
