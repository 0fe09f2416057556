"""Softmax over the cells that are there."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "masked_softmax"]


def masked_softmax(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Turn each row of scores into weights over its unmasked cells.

    Example:
        >>> masked_softmax(np.zeros((1, 3)), np.array([[True, False, True]]))
        array([[0.5, 0. , 0.5]])
    """
    highest = np.where(mask, scores, -np.inf).max(-1, keepdims=True)
    powers = np.where(mask, np.exp(np.where(mask, scores - np.maximum(highest, -1e300), 0.0)), 0.0)
    total = powers.sum(-1, keepdims=True)
    return np.divide(powers, total, out=np.zeros_like(powers), where=total > 0)


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _cuts_afterwards(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return _softmax(scores) * mask


def _zero_scores(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return _softmax(scores * mask)


def _ignores_the_mask(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return _softmax(scores)


def _whole_array(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    powers = np.where(mask, np.exp(scores), 0.0)
    return powers / max(powers.sum(), 1e-300)


def _alike_when_blind(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    weights = masked_softmax(scores, mask)
    weights[~mask.any(-1)] = 1 / scores.shape[-1]
    return weights


def _minus_infinity(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return _softmax(np.where(mask, scores, -np.inf))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "one row, last cell hidden",
        {"scores": np.array([[0.0, 1.0, 2.0]]), "mask": np.array([[True, True, False]])},
    )
    mask = rng.random((3, 5)) < 0.6
    mask[:, 0] = True
    yield Case("three rows", {"scores": rng.normal(size=(3, 5)), "mask": mask})
    yield Case("nothing hidden", {"scores": rng.normal(size=(2, 4)), "mask": np.ones((2, 4), bool)})
    blind = np.array([[True, False], [False, False]])
    yield Case("a row with nothing to look at", {"scores": rng.normal(size=(2, 2)), "mask": blind})


EXERCISE = Exercise(
    id="attention.masked_softmax",
    title="Never look at padding",
    chapter=11,
    points=1,
    statement=(
        "scores and mask are (rows, cells); mask is True where a cell may be looked at. Return "
        "weights that are 0 on hidden cells and add up to 1 along every row. A row in which "
        "everything is hidden gets zeros."
    ),
    starter="def masked_softmax(scores, mask):\n    raise NotImplementedError",
    hints=(
        "With scores 0, 0, 0 and the last cell hidden, what are the three weights?",
        "Take np.exp of the scores first, then set the hidden ones to 0, then divide by the sum.",
        "keepdims=True in the sum keeps rows apart. Where the sum is 0, leave zeros.",
    ),
    reference=masked_softmax,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is what you get when the softmax sees the hidden cells and they are cut off "
            "afterwards: the rest adds up to less than 1. Hide first, divide after.",
            _cuts_afterwards,
        ),
        Mistake(
            "This is what you get when hidden scores become 0. A score of 0 is a score like any "
            "other and gets weight; the power has to be 0, not the score.",
            _zero_scores,
        ),
        Mistake("This is a softmax without the mask: padding is being read.", _ignores_the_mask),
        Mistake(
            "This adds up to 1 over the whole array. Every row has to add up to 1 by itself.",
            _whole_array,
        ),
        Mistake(
            "Right, but a row with nothing to look at gets equal weights: padding is read there. "
            "Return zeros.",
            _alike_when_blind,
        ),
        Mistake(
            "Minus infinity hides a cell well, but where every cell is hidden the softmax divides "
            "0 by 0 and the row becomes nan. Give such a row zeros.",
            _minus_infinity,
        ),
    ),
)
