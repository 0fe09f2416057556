"""Where a network of this course differs from its paper: one declaration a network.

A room of `course_pkg.models` keeps its declarations in a file `departures.py`, in a tuple
`DEPARTURES`. Nothing lists these files: `declared_departures` finds them, and the book makes a page
of what they say. Whoever changes a network changes its declaration with it.
"""

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

__all__ = ["Departure", "Departures", "declared_departures"]

FILE = "departures"


@dataclass(frozen=True)
class Departure:
    """One thing that a paper or its released code does, and that is done otherwise here.

    All texts are Markdown, without a full stop where they are no sentence.

    Attributes:
        theirs: what the paper does; where its code does something else, both.
        ours: what is done here.
        why: the reason for it.
        read_in: where ``theirs`` was read: the file of the code, or the section of the paper.
        tag: how sure that is: "V" = read there, "R" = read in another's report of it, "M" = from
            memory, unverified.
    """

    theirs: str
    ours: str
    why: str
    read_in: str
    tag: Literal["V", "R", "M"] = "V"


@dataclass(frozen=True)
class Departures:
    """All departures of one network, its parts and its builders.

    Attributes:
        networks: public names of `course_pkg.models`; the first gives the section its title.
        chapter: that speaks of it.
        papers: keys of the bibliography; none for a network of our own.
        code: the authors' released code, where there is some: what it was compared with.
        differences: in the order of the network; none means that none is known.
        note: what else a reader with the paper open should know, for instance why a network of our
            own is there.
    """

    networks: tuple[str, ...]
    chapter: int
    papers: tuple[str, ...] = ()
    code: str = ""
    differences: tuple[Departure, ...] = ()
    note: str = ""


def declared_departures() -> list[Departures]:
    """Find the declarations of all rooms.

    Returns:
        By chapter, within it by room and in the order of the room's file.

    Example:
        >>> [found.chapter for found in declared_departures() if "Captioner" in found.networks]
        [11]
    """
    package = import_module("course_pkg.models")
    names = [found.name for found in pkgutil.walk_packages(package.__path__, "course_pkg.models.")]
    files = [name for name in sorted(names) if name.endswith(f".{FILE}")]
    found = [declared for name in files for declared in import_module(name).DEPARTURES]
    return sorted(found, key=lambda declared: declared.chapter)
