"""What a user installs: the wheel is whole, an editable install finds the repository, the README says the truth."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("schemas", "templates", "examples")
FIND = "from specc.data import shipped; print(*(shipped(room) for room in {rooms!r}), sep='\\n')"


def build(kind: str, folder: Path) -> Path:
    """A wheel, made by the build backend alone: no index is asked."""
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    script = f"import hatchling.build, sys; print(hatchling.build.{kind}(sys.argv[1]))"
    result = subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return folder / result.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("build_wheel", tmp_path_factory.mktemp("wheel"))


def found_from(site: Path, folder: Path) -> list[Path]:
    """Where a process outside the checkout, with ``site`` as a site folder, finds what ships."""
    script = f"import site; site.addsitedir({str(site)!r}); {FIND.format(rooms=ROOMS)}"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    result = subprocess.run(
        [sys.executable, "-S", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(line) for line in result.stdout.splitlines()]


def test_an_installed_wheel_has_its_own_copies(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    assert found_from(site, tmp_path) == [site / "specc" / "_data" / room for room in ROOMS]


def test_an_editable_install_finds_the_repository(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(build("build_editable", tmp_path)) as archive:
        archive.extractall(site)
    assert found_from(site, tmp_path) == [ROOT / room for room in ROOMS]


def test_the_wheel_holds_what_the_repository_holds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if name.startswith("specc/")}
    package = {f"specc/{path.relative_to(ROOT / 'specc').as_posix()}" for path in (ROOT / "specc").rglob("*.py")}
    shipped = {
        f"specc/_data/{path.relative_to(ROOT).as_posix()}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file()
    }
    assert names == package | shipped | {"specc/py.typed"}


def test_the_command_is_installed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert archive.read(name).decode().split() == ["[console_scripts]", "specc", "=", "specc.cli:main"]


def test_one_version() -> None:
    import tomllib

    import specc

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == specc.__version__


def test_the_readme_names_what_exists() -> None:
    from specc.cli import COMMANDS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `specc (\w+)", text, re.MULTILINE) == [
        "validate", "compile", "import", "expand", "run", "verify", "summary", "rule", "new", "schema",
    ]  # fmt: skip
    assert set(re.findall(r"`specc (\w+)", text)) <= {*COMMANDS, "COMMAND"}
    for path in re.findall(r"examples/\w+\.yaml|\.ci/\w+|CHANGELOG\.md", text):
        assert (ROOT / path).exists(), path


def test_the_readme_spec_is_valid(tmp_path: Path) -> None:
    import specc

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "spec.yaml").write_text(block)
    assert specc.load(tmp_path / "spec.yaml").diagnostics == ()
