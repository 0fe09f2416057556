"""What the loss of a crop says about the edges of its box."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "box_gradient"]


def box_gradient(slopes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Share out what each sample wants among the two edges that move it.

    Example:
        >>> box_gradient(np.array([1.0, 1.0]), np.array([0.0, 4.0]))
        array([1., 3.])
    """
    share = (np.arange(len(slopes)) + 0.5) / len(slopes)
    wanted = gradient * slopes
    return np.array([((1 - share) * wanted).sum(), (share * wanted).sum()])


def _whole_to_both(slopes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    wanted = (gradient * slopes).sum()
    return np.array([wanted, wanted])


def _swapped(slopes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    return box_gradient(slopes, gradient)[::-1].copy()


def _without_slopes(slopes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    return box_gradient(np.ones_like(slopes), gradient)


def _start_pulls_back(slopes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    return box_gradient(slopes, gradient) * np.array([-1.0, 1.0])


def _ends(slopes: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    share = np.linspace(0, 1, len(slopes))
    wanted = gradient * slopes
    return np.array([((1 - share) * wanted).sum(), (share * wanted).sum()])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    by_hand = {"slopes": np.array([1.0, 1.0]), "gradient": np.array([0.0, 4.0])}
    yield Case("by hand", by_hand)
    yield Case("flat features", {"slopes": np.zeros(4), "gradient": rng.normal(size=4)})
    for bins in (3, 7):
        inputs = {"slopes": rng.normal(size=bins), "gradient": rng.normal(size=bins)}
        yield Case(f"{bins} bins", inputs)


EXERCISE = Exercise(
    id="cascades.box_gradient",
    title="Which way should the edges move?",
    chapter=10,
    points=3,
    statement=(
        "Along one axis sample i of a box stands at start + s (end - start), where "
        "s = (i + 0.5) / bins. slopes[i] says how fast the features rise at that place, "
        "gradient[i] how the loss depends on the value that was read there. Return the gradient of "
        "the loss with respect to start and to end, as an array of two numbers."
    ),
    starter="def box_gradient(slopes, gradient):\n    raise NotImplementedError",
    hints=(
        "Chain rule: loss <- value <- place <- edge. The first two links are gradient[i] and "
        "slopes[i].",
        "Write the place as (1 - s) start + s end. What is its derivative by start, and by end?",
        "A sample near the left edge hardly notices the right one. Add up over all samples.",
    ),
    reference=box_gradient,
    cases=_cases,
    mistakes=(
        Mistake(
            "You let both edges move every sample by as much as they move. A sample at s follows "
            "the start by 1 - s and the end by s.",
            _whole_to_both,
        ),
        Mistake("start and end are swapped.", _swapped),
        Mistake(
            "The slopes are missing: where the features are flat, moving a sample changes nothing.",
            _without_slopes,
        ),
        Mistake(
            "If start moves to the right, every sample moves to the right, by 1 - s: there is no "
            "minus sign.",
            _start_pulls_back,
        ),
        Mistake(
            "The first sample is not on the edge: s is (i + 0.5) / bins, not from 0 to 1.", _ends
        ),
    ),
)
