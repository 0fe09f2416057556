"""How deep a stack at full resolution has to be."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake, call_each

__all__ = ["EXERCISE", "layers_needed"]


def layers_needed(field: int, kernel_size: int) -> int:
    """The fewest layers of stride 1 that see at least this many pixels along an axis.

    Example:
        >>> layers_needed(7, 3)
        3
    """
    # The first pixel is there for nothing; every layer brings kernel_size - 1 more.
    return -(-(field - 1) // (kernel_size - 1))


def _rounded_down(field: int, kernel_size: int) -> int:
    return (field - 1) // (kernel_size - 1)


def _without_the_first_pixel(field: int, kernel_size: int) -> int:
    return -(-field // (kernel_size - 1))


def _whole_kernels(field: int, kernel_size: int) -> int:
    return -(-field // kernel_size)


def _two_per_layer(field: int, kernel_size: int) -> int:
    return -(-(field - 1) // 2)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("9 pixels with 3 x 3", {"field": 9, "kernel_size": 3})
    yield Case("8 pixels with 3 x 3: not a whole number", {"field": 8, "kernel_size": 3})
    yield Case("9 pixels with 5 x 5", {"field": 9, "kernel_size": 5})
    yield Case("one pixel needs no layer", {"field": 1, "kernel_size": 3})
    many = int(rng.integers(50, 50_000))
    yield Case("a large field with 3 x 3", {"field": many, "kernel_size": 3})
    yield Case("a large field with 7 x 7", {"field": many, "kernel_size": 7})
    rows = rng.integers((10, 2), (4000, 16), size=(3, 2))
    several = {"field": rows[:, 0], "kernel_size": rows[:, 1]}
    yield Case("several settings, one call each", several)


EXERCISE = Exercise(
    id="receptive_field.layers_needed",
    title="How many layers for a view this wide?",
    chapter=3,
    points=1,
    statement=(
        "Layers of kernel kernel_size x kernel_size and stride 1, one after another, nothing "
        "between them. Return the smallest number of layers with which an output cell sees at "
        "least field pixels along an axis. A field of 1 needs no layer."
    ),
    starter="def layers_needed(field, kernel_size):\n    raise NotImplementedError",
    hints=(
        "No layer at all: a cell sees itself, 1 pixel. One 3 x 3 layer: 3. Two: 5.",
        "L layers see 1 + L * (kernel_size - 1) pixels. Solve for L, and round up.",
        "Rounding up without floats: -(-a // b).",
    ),
    reference=layers_needed,
    cases=_cases,
    mistakes=(
        Mistake(
            "One layer short: with this many the field is still smaller than asked. Round up.",
            _rounded_down,
        ),
        Mistake(
            "The first pixel is free: with no layer at all a cell sees itself. Take it off before "
            "you divide.",
            _without_the_first_pixel,
        ),
        Mistake(
            "The windows of two layers overlap: the second one brings kernel_size - 1 new pixels, "
            "not kernel_size.",
            _whole_kernels,
        ),
        Mistake(
            "Two pixels a layer is the gain of a 3 x 3 kernel only; kernel_size brings "
            "kernel_size - 1.",
            _two_per_layer,
        ),
    ),
    drive=call_each,
)
