"""From instances with a depth order to a semantic map: information that is lost on the way."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "paint_semantic"]


def paint_semantic(
    background: np.ndarray, masks: np.ndarray, labels: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    """Paint every instance's class over the background, the farthest first.

    Example:
        >>> masks = np.array([[[True, True, False]], [[False, True, True]]])
        >>> paint_semantic(np.zeros((1, 3), int), masks, np.array([7, 8]), np.array([0, 1]))
        array([[7, 7, 8]])
    """
    semantic = background.copy()
    for i in np.argsort(-depth):  # depth 0 is nearest and has to come last
        semantic[masks[i]] = labels[i]
    return semantic


def _nearest_first(
    background: np.ndarray, masks: np.ndarray, labels: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    return paint_semantic(background, masks, labels, -depth)


def _listed_order(
    background: np.ndarray, masks: np.ndarray, labels: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    return paint_semantic(background, masks, labels, -np.arange(len(depth)))


def _numbers(
    background: np.ndarray, masks: np.ndarray, labels: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    return paint_semantic(background, masks, np.arange(len(labels)), depth)


def _no_background(
    background: np.ndarray, masks: np.ndarray, labels: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    return paint_semantic(np.zeros_like(background), masks, labels, depth)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, masks: np.ndarray, labels: list[int], depth: list[int]) -> Case:
        ground = np.ones(masks.shape[1:], dtype=int)
        ground[: len(ground) // 2] = 2
        inputs = {"background": ground, "masks": masks, "labels": np.array(labels)}
        return Case(name, inputs | {"depth": np.array(depth)})

    one = np.zeros((1, 4, 6), dtype=bool)
    one[0, 1:3, 2:5] = True
    yield case("one thing", one, [6], [0])
    two = np.zeros((2, 5, 8), dtype=bool)
    two[0, 1:4, 1:5], two[1, 2:5, 3:7] = True, True
    yield case("two things, the second in front", two, [6, 9], [1, 0])
    yield case("two things, the first in front", two, [6, 9], [0, 1])
    yield case("two of one class", two, [6, 6], [1, 0])
    many = rng.random((5, 7, 9)) < 0.5
    yield case("five things", many, [5, 6, 7, 8, 9], rng.permutation(5).tolist())


EXERCISE = Exercise(
    id="vision_tasks.paint_semantic",
    title="From instances to a label map",
    chapter=1,
    points=2,
    statement=(
        "background (h, w) holds the label of everything that is no thing. masks (k, h, w) are the "
        "things' full shapes, hidden parts included, labels their classes, and depth their order: "
        "0 is nearest. Return the label map (h, w) that one sees."
    ),
    starter=(
        "def paint_semantic(background, masks, labels, depth):\n    raise NotImplementedError"
    ),
    hints=(
        "Do as a painter does: the background first, then thing over thing, the nearest last.",
        "np.argsort(-depth) lists the things from the farthest to the nearest.",
        "semantic[masks[i]] = labels[i] paints one thing. Start from a copy of the background.",
    ),
    reference=paint_semantic,
    cases=_cases,
    mistakes=(
        Mistake(
            "The things are painted in the order in which they are listed. Use depth.",
            _listed_order,
        ),
        Mistake(
            "The farthest thing is painted last and covers the nearest. Depth 0 is nearest.",
            _nearest_first,
        ),
        Mistake(
            "The map holds the things' numbers. A semantic map holds their classes: labels[i].",
            _numbers,
        ),
        Mistake("Where no thing is, the background has to stay.", _no_background),
    ),
)
