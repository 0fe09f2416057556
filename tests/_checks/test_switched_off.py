"""With the checks off no wrong shape gives a result: the functions refuse it by themselves.

The calls are those of the docstrings' examples, found by running them; each tensor in turn gets an
axis more, an axis less, or one cell more along an axis. What the checks refuse must not return.
"""

import copy
import doctest
import importlib
import inspect
from functools import cache

import pytest
import torch

from course_pkg import ArgumentError, set_checks

# What may return: the result has the right size, and why.
HARMLESS: dict[tuple[str, str], str] = {}


@cache
def calls(part):
    """(name, function, args, kwargs) of every call in the examples of a sub-package."""
    package = importlib.import_module(f"course_pkg.{part}")
    found = []
    for name in package.__all__:
        function = getattr(package, name)
        if inspect.isfunction(function):
            _run_example(name, function, found)
    return found


def _run_example(name, function, found):
    module = importlib.import_module(function.__module__)

    def recorder(*args, **kwargs):
        found.append((name, function, copy.deepcopy(args), copy.deepcopy(kwargs)))
        return function(*args, **kwargs)

    globs = {**vars(module), "torch": torch, name: recorder}
    finder = doctest.DocTestFinder(recurse=False)
    for test in finder.find(function, name, module=module, globs=globs):
        doctest.DocTestRunner(verbose=False).run(test, out=lambda text: None)


def changed(tensor):
    """The tensor with other axes."""
    yield "an axis more", tensor[None]
    if tensor.ndim:
        yield "an axis less", tensor[0] if tensor.shape[0] else tensor.new_zeros(tensor.shape[1:])
        for axis in range(tensor.ndim):
            last = tensor.narrow(axis, max(tensor.shape[axis] - 1, 0), min(1, tensor.shape[axis]))
            more = torch.cat([tensor, last], axis)
            yield f"one more along axis {axis}", more if last.numel() else torch.zeros_like(more)


def outcome(function, args, kwargs):
    """The error, or None if there was a result."""
    try:
        function(*copy.deepcopy(args), **copy.deepcopy(kwargs))
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("part", ["ops", "metrics", "engine"])
def test_no_wrong_shape_gives_a_result(part):
    silent, refused = [], 0
    for name, function, args, kwargs in calls(part):
        names = list(inspect.signature(function).parameters)
        places = [*range(len(args)), *kwargs]
        for place in places:
            value = args[place] if isinstance(place, int) else kwargs[place]
            if not isinstance(value, torch.Tensor):
                continue
            argument = names[min(place, len(names) - 1)] if isinstance(place, int) else place
            for change, other in changed(value):
                wrong_args, wrong_kwargs = list(args), dict(kwargs)
                (wrong_args if isinstance(place, int) else wrong_kwargs)[place] = other
                error = outcome(function, wrong_args, wrong_kwargs)
                if not isinstance(error, ArgumentError):
                    continue  # it fits as well, or the function said more than the check
                refused += 1
                before = set_checks(False)
                try:
                    error = outcome(function, wrong_args, wrong_kwargs)
                finally:
                    set_checks(before)
                if error is None and (name, argument) not in HARMLESS:
                    silent.append(f"{name}: {argument} with {change} ({tuple(other.shape)})")
    assert not silent, "\n" + "\n".join(silent)
    assert refused > 5, refused
