"""One public name, one meaning: no two sub-packages define the same name for different things."""

import pkgutil
from collections import defaultdict
from importlib import import_module

import course_pkg

# Arithmetic of the page's widgets in numpy, of the same name and meaning as the operation in torch.
TWINS = {
    "bilinear_matrix",
    "bilinear_upsample",
    "conv_matrix",
    "conv_output_size",
    "pixel_shuffle",
}
# An exercise is called what its operation is called; the worker is a program of its own.
APART = ("course_pkg.checkers.exercises.", "course_pkg.grading.worker", "course_pkg.__main__")


def definitions() -> dict[str, dict[str, object]]:
    """The thing that each sub-package calls by a public name, from the modules that define it."""
    found: dict[str, dict[str, object]] = defaultdict(dict)
    for info in pkgutil.walk_packages(course_pkg.__path__, "course_pkg."):
        private = info.name.rpartition(".")[2].startswith("_") and not info.ispkg
        if private or info.name.startswith(APART):
            continue
        module = import_module(info.name)
        part = info.name.split(".")[1]
        for name in getattr(module, "__all__", ()):
            # What is passed on was defined elsewhere, perhaps in a private module.
            home = getattr(getattr(module, name), "__module__", info.name)
            if home.startswith("course_pkg."):
                part = home.split(".")[1]
            found[name][part] = getattr(module, name)
            part = info.name.split(".")[1]
    return found


def test_no_name_has_two_meanings() -> None:
    twice = {
        name: sorted(parts)
        for name, parts in definitions().items()
        if len({id(thing) for thing in parts.values()}) > 1
        and name not in TWINS | {"RECIPES", "EXERCISE", "DEPARTURES"}
    }
    assert twice == {}, "rename the one that is used less"


def test_twins_are_twins() -> None:
    found = definitions()
    assert all({"ops", "widgets"} == found[name].keys() for name in TWINS)
