"""What an old copy of a notebook may still call: the public names and their arguments.

One inventory file a sub-package. A name or argument that disappears fails here until somebody
edits the inventory on purpose; a new one has to be added to it:

    python tests/test_api_surface.py        rewrites the inventories
"""

import inspect
from importlib import import_module
from pathlib import Path

import pytest

INVENTORIES = Path(__file__).parent / "api"
PARTS = sorted(
    f.parent.name
    for f in (Path(__file__).parent.parent / "course_pkg").glob("[!_]*/__init__.py")
    if "__all__" in f.read_text(encoding="utf8")
)


def surface(part: str) -> list[str]:
    """`name(argument, argument)` for every public callable of a sub-package, `name` otherwise."""
    module = import_module(f"course_pkg.{part}")
    lines = []
    for name in sorted(module.__all__):
        thing = getattr(module, name)
        try:
            arguments = "(" + ", ".join(inspect.signature(thing).parameters) + ")"
        except (TypeError, ValueError):  # a constant
            arguments = ""
        lines.append(name + arguments)
    return lines


@pytest.mark.parametrize("part", PARTS)
def test_the_public_names_are_the_ones_of_the_inventory(part: str):
    listed = (INVENTORIES / f"{part}.txt").read_text(encoding="utf8").splitlines()
    assert surface(part) == listed


def test_every_inventory_has_its_sub_package():
    assert [f.stem for f in sorted(INVENTORIES.glob("*.txt"))] == PARTS


if __name__ == "__main__":
    INVENTORIES.mkdir(exist_ok=True)
    for part_name in PARTS:
        text = "\n".join(surface(part_name)) + "\n"
        (INVENTORIES / f"{part_name}.txt").write_text(text, encoding="utf8")
