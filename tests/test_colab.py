"""Everything the package needs must be satisfied by what Colab has installed already.

Colab never upgrades for us: a requirement above its versions would make every notebook's first
cell replace half of the machine's libraries, and the widgets' manager would no longer match. The
rows are Colab's own lists of installed packages, newest last; what a list does not have is
installed by pip and may be as new as it likes.
"""

import json
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[1]
ROWS = json.loads(Path(__file__).with_name("colab_versions.json").read_text("utf8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
# The set-up cell installs course-pkg[all]: the package's own requirements, and these extras'.
EXTRAS = Requirement(PROJECT["optional-dependencies"]["all"][0]).extras
NEEDED = [*PROJECT["dependencies"]]
NEEDED += [line for extra in EXTRAS for line in PROJECT["optional-dependencies"][extra]]


def conflicts(requirements: list[str], row: dict[str, str]) -> list[str]:
    """Name the requirements that a row of installed versions does not satisfy."""
    return [
        f"{requirement} (Colab has {row[requirement.name]})"
        for requirement in map(Requirement, requirements)
        if requirement.name in row and row[requirement.name] not in requirement.specifier
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["runtime"])
def test_every_runtime_requirement_is_satisfied(row: dict[str, str]) -> None:
    assert len(NEEDED) > len(PROJECT["dependencies"]), "no requirements found in pyproject.toml"
    assert conflicts(NEEDED, row) == []
    assert row["python"] in SpecifierSet(PROJECT["requires-python"])


def test_every_row_names_what_decides() -> None:
    decisive = {"python", "torch", "torchvision", "numpy", "matplotlib", "ipywidgets", "anywidget"}
    assert len(ROWS) == 4
    for row in ROWS:
        assert decisive <= row.keys()
    names = {Requirement(text).name for text in NEEDED}
    # Written another way (Pillow, scikit_image) a requirement would never meet its row.
    assert {"torch", "torchvision", "numpy", "pillow", "scikit-image"} <= names & ROWS[-1].keys()


@pytest.mark.parametrize(
    ("requirement", "is_refused"),
    [("torch==2.14.1", True), ("ipywidgets>=8", True), ("torch>=2.9", False), ("nbval", False)],
)
def test_the_comparison_itself(requirement: str, is_refused: bool) -> None:
    assert bool(conflicts([requirement], ROWS[0])) is is_refused
