"""Every network says what it does otherwise than its paper, and the page can say it, too."""

import inspect
import re
from collections import Counter
from pathlib import Path
from typing import get_type_hints

import pytest
from torch import nn

from course_pkg import models
from course_pkg.models import Departures, declared_departures

ROOT = Path(__file__).resolve().parents[2]
# Rooms whose declarations are still to be written: none.
UNDECLARED: set[str] = set()
DECLARED = declared_departures()
IDS = [declared.networks[0] for declared in DECLARED]


def room(name: str) -> str:
    return getattr(models, name).__module__.split(".")[2]


def is_network(name: str) -> bool:
    """Whether a public name is a network, or a function that builds one."""
    thing = getattr(models, name)
    made = thing
    if inspect.isfunction(thing):
        made = get_type_hints(thing).get("return")
    return inspect.isclass(made) and issubclass(made, nn.Module)


def test_every_network_has_exactly_one_declaration() -> None:
    times = Counter(name for declared in DECLARED for name in declared.networks)
    networks = {name for name in models.__all__ if is_network(name)}
    without = {name for name in networks if times[name] == 0}
    assert not {name for name in without if room(name) not in UNDECLARED}
    assert {room(name) for name in without} == UNDECLARED, (
        "a room is declared: take it off the list"
    )
    assert max(times.values()) == 1
    assert set(times) <= set(models.__all__)


@pytest.mark.parametrize("declared", DECLARED, ids=IDS)
def test_a_declaration_is_complete(declared: Departures) -> None:
    keys = set(re.findall(r"@\w+\{(\w+),", (ROOT / "book" / "references.bib").read_text("utf8")))
    assert set(declared.papers) <= keys
    assert list((ROOT / "lectures").glob(f"{declared.chapter:02d}_*.ipynb"))
    assert declared.papers or (declared.note and not declared.differences)
    for found in declared.differences:
        assert all((found.theirs, found.ours, found.why, found.read_in))
        assert found.tag in ("V", "R", "M")
        assert not re.search(r"[.!?]$", found.read_in)


@pytest.mark.parametrize("declared", DECLARED, ids=IDS)
def test_a_declaration_lies_beside_its_network(declared: Departures) -> None:
    assert len({room(name) for name in declared.networks}) == 1


def test_of_two_rooms_with_declarations_both_are_found() -> None:
    rooms = {path.parent.name for path in ROOT.glob("course_pkg/models/**/departures.py")}
    homes = {inspect.getmodule(getattr(models, name)) for name in IDS}
    found = {part for home in homes if home for part in home.__name__.split(".")}
    assert rooms
    assert rooms <= found
