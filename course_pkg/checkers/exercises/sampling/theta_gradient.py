"""From the pull at every place to the pull on six numbers."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "theta_gradient"]


def theta_gradient(pull: np.ndarray) -> np.ndarray:
    """Collect the gradient by theta (2, 3) from the gradient by the grid (h, w, 2).

    Example:
        >>> theta_gradient(np.ones((1, 2, 2)))
        array([[0., 0., 2.],
               [0., 0., 2.]])
    """
    h, w, _ = pull.shape
    centres = [(2 * np.arange(n) + 1) / n - 1 for n in (h, w)]
    y, x = np.meshgrid(*centres, indexing="ij")
    target = np.stack([x, y, np.ones_like(x)], axis=-1)
    return np.einsum("hwi,hwj->ij", pull, target)


def _averaged(pull: np.ndarray) -> np.ndarray:
    return theta_gradient(pull) / (pull.shape[0] * pull.shape[1])


def _transposed(pull: np.ndarray) -> np.ndarray:
    return theta_gradient(pull[..., ::-1])[::-1][:, [1, 0, 2]].copy()


def _corners(pull: np.ndarray) -> np.ndarray:
    h, w, _ = pull.shape
    y, x = np.meshgrid(np.linspace(-1, 1, h), np.linspace(-1, 1, w), indexing="ij")
    target = np.stack([x, y, np.ones_like(x)], axis=-1)
    return np.einsum("hwi,hwj->ij", pull, target)


def _in_pixels(pull: np.ndarray) -> np.ndarray:
    h, w, _ = pull.shape
    y, x = np.indices((h, w)).astype(float)
    target = np.stack([x, y, np.ones_like(x)], axis=-1)
    return np.einsum("hwi,hwj->ij", pull, target)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("one pixel pulls to the right", {"pull": np.array([[[0.0, 0], [1, 0]]])})
    yield Case("everything pulls down", {"pull": np.tile([0.0, 1.0], (3, 4, 1))})
    yield Case("any pulls", {"pull": rng.normal(size=(4, 4, 2))})
    yield Case("in a wide output", {"pull": rng.normal(size=(2, 5, 2))})
    yield Case("a single pixel", {"pull": rng.normal(size=(1, 1, 2))})


EXERCISE = Exercise(
    id="sampling.theta_gradient",
    title="Six numbers pulled by all pixels",
    chapter=15,
    points=5,
    statement=(
        "The sampler says how the loss changes with every place of the grid: pull (h, w, 2), by x "
        "and by y. The grid is theta (2, 3) times (x, y, 1) of the target's pixel centres "
        "(align_corners=False). Give the gradient of the loss by theta, (2, 3)."
    ),
    starter="def theta_gradient(pull):\n    raise NotImplementedError",
    hints=(
        "One place is u = a x + b y + c. How does the loss change with a, if it changes with u by "
        "pull[..., 0]?",
        "All pixels share the six numbers, so their pulls add up.",
        "The centres of n pixels are (2 * np.arange(n) + 1) / n - 1.",
        'np.einsum("hwi,hwj->ij", pull, target), with target holding (x, y, 1) of each pixel.',
    ),
    reference=theta_gradient,
    cases=_cases,
    mistakes=(
        Mistake(
            "You average. Gradients of a shared number add up; divide only if the loss is a mean.",
            _averaged,
        ),
        Mistake(
            "x and y are exchanged in the target: the first axis of pull is the row, y; the "
            "second the column, x.",
            _transposed,
        ),
        Mistake(
            "These centres are align_corners=True: with False the outermost ones lie half a pixel "
            "inside.",
            _corners,
        ),
        Mistake("The target's places count from -1 to 1, not in pixels.", _in_pixels),
    ),
)
