"""The wheel holds every file of the package, the measured results among them, and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BUILD = "import sys, setuptools.build_meta as b; b.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def in_the_wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Built from a copy: setuptools would leave its own folders in the checkout."""
    pytest.importorskip("setuptools")
    copy, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    kept = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "course_pkg", copy / "course_pkg", ignore=kept)
    command = [sys.executable, "-c", BUILD, str(out)]
    subprocess.run(command, cwd=copy, capture_output=True, check=True)
    [wheel] = out.glob("course_pkg-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    return {name for name in names if ".dist-info/" not in name}


def test_every_file_of_the_package_is_in_the_wheel(in_the_wheel: set[str]) -> None:
    # Python writes bytecode under a passing name first: nothing in __pycache__ is the package's.
    found = ROOT.glob("course_pkg/**/*")
    files = (f for f in found if f.is_file() and "__pycache__" not in f.parts)
    assert in_the_wheel == {f.relative_to(ROOT).as_posix() for f in files}


def test_results_are_in_the_wheel(in_the_wheel: set[str]) -> None:
    results = {name for name in in_the_wheel if name.startswith("course_pkg/results/")}
    assert len([name for name in results if name.endswith(".json")]) > 40
    assert "course_pkg/recipes/_core/index.json" in in_the_wheel
