"""The theta that a spatial transformer has to find: the inverse of what was done."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "undo_theta"]


def undo_theta(theta: np.ndarray) -> np.ndarray:
    """Find the affine map (2, 3) that undoes another.

    Example:
        >>> undo_theta(np.array([[2.0, 0.0, 1.0], [0.0, 2.0, 0.0]]))
        array([[ 0.5,  0. , -0.5],
               [ 0. ,  0.5,  0. ]])
    """
    linear = np.linalg.inv(theta[:, :2])
    return np.concatenate([linear, -linear @ theta[:, 2:]], axis=1) + 0.0


def _transposes(theta: np.ndarray) -> np.ndarray:
    linear = theta[:, :2].T
    return np.concatenate([linear, -linear @ theta[:, 2:]], axis=1)


def _shift_only_negated(theta: np.ndarray) -> np.ndarray:
    return np.concatenate([np.linalg.inv(theta[:, :2]), -theta[:, 2:]], axis=1)


def _shift_kept(theta: np.ndarray) -> np.ndarray:
    return np.concatenate([np.linalg.inv(theta[:, :2]), theta[:, 2:]], axis=1)


def _entry_by_entry(theta: np.ndarray) -> np.ndarray:
    return np.divide(1.0, theta, out=np.zeros_like(theta), where=theta != 0)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("half as large", {"theta": np.array([[2.0, 0, 0], [0, 2, 0]])})
    yield Case("a step aside", {"theta": np.array([[1.0, 0, 0.5], [0, 1, -0.25]])})
    yield Case("smaller and aside", {"theta": np.array([[2.0, 0, 0.5], [0, 4, 1]])})
    angle = rng.uniform(0.2, 1.2)
    cos, sin = np.cos(angle), np.sin(angle)
    yield Case("a turn", {"theta": np.array([[cos, -sin, 0], [sin, cos, 0]])})
    anything = np.array([[1.2, -0.4, 0.0], [0.3, 0.8, 0.0]]) + 0.1 * rng.normal(size=(2, 3))
    yield Case("anything", {"theta": anything})


EXERCISE = Exercise(
    id="sampling.undo_theta",
    title="Undo it",
    chapter=15,
    points=4,
    statement=(
        "A digit was spoiled with theta (2, 3): each spoiled pixel p was read at A p + t, where A "
        "holds the first two columns and t the third. Give the (2, 3) matrix with which a spatial "
        "transformer puts the digit back."
    ),
    starter="def undo_theta(theta):\n    raise NotImplementedError",
    hints=(
        "Read after reading: q -> B q + s, and then A (B q + s) + t. That has to be q.",
        "So A B is the identity; and what must A s + t be?",
        "s = -B t.",
    ),
    reference=undo_theta,
    cases=_cases,
    mistakes=(
        Mistake(
            "The transpose undoes a turn and nothing else; scales and shears need np.linalg.inv.",
            _transposes,
        ),
        Mistake(
            "The shift happens in another scale now: A s + t = 0, so s = -B t and not -t.",
            _shift_only_negated,
        ),
        Mistake("The shift goes on in the same direction: A s + t has to vanish.", _shift_kept),
        Mistake(
            "A matrix is not undone entry by entry: A B must be the identity.", _entry_by_entry
        ),
    ),
)
