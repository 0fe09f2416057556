"""The first look of the spatial memory network: a cell listens to the word that fits it best."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "word_guided_weights"]


def word_guided_weights(words: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Weigh the cells by the best dot product that each has with a word.

    Example:
        >>> word_guided_weights(np.eye(3)[:2], np.eye(3)).round(2)
        array([0.42, 0.42, 0.16])
    """
    scores = (words @ keys.T).max(axis=0)
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def _softmax(scores: np.ndarray) -> np.ndarray:
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def _mean_over_words(words: np.ndarray, keys: np.ndarray) -> np.ndarray:
    return _softmax((words @ keys.T).mean(axis=0))


def _sum_over_words(words: np.ndarray, keys: np.ndarray) -> np.ndarray:
    return _softmax((words @ keys.T).sum(axis=0))


def _scores_only(words: np.ndarray, keys: np.ndarray) -> np.ndarray:
    return (words @ keys.T).max(axis=0)


def _softmax_first(words: np.ndarray, keys: np.ndarray) -> np.ndarray:
    return np.array([_softmax(row) for row in words @ keys.T]).max(axis=0)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    words = np.array([[2.0, 0.0], [0.0, 1.0]])
    yield Case(
        "two words, three cells",
        {"words": words, "keys": np.array([[1.0, 0.0], [0.0, 3.0], [-1.0, -1.0]])},
    )
    yield Case("one word", {"words": rng.normal(size=(1, 4)), "keys": rng.normal(size=(5, 4))})
    yield Case(
        "a question", {"words": rng.normal(size=(6, 4)), "keys": 2 * rng.normal(size=(9, 4))}
    )
    negative = -np.abs(rng.normal(size=(4, 3)))
    yield Case("no word fits", {"words": np.abs(rng.normal(size=(3, 3))), "keys": negative})


EXERCISE = Exercise(
    id="looking.word_guided_weights",
    title="The word that fits best",
    chapter=13,
    points=2,
    statement=(
        "words (t, d) are the vectors of a question's words, keys (cells, d) those of a picture's "
        "cells. A cell's score is its largest dot product with a word. Return the softmax of the "
        "scores over the cells."
    ),
    starter="def word_guided_weights(words, keys):\n    raise NotImplementedError",
    hints=(
        "All dot products at once: words @ keys.T, one row a word, one column a cell.",
        "The best word of each cell: the maximum down the columns.",
        "One softmax at the very end, over the cells.",
    ),
    reference=word_guided_weights,
    cases=_cases,
    mistakes=(
        Mistake(
            'This takes the mean over words. In it "is" and "the" drown the one word that '
            "says where to look: take the maximum.",
            _mean_over_words,
        ),
        Mistake("This adds the words up. Take the maximum over words.", _sum_over_words),
        Mistake("These are the scores. Weights come from their softmax.", _scores_only),
        Mistake(
            "Here each word has its own softmax and the maximum comes after: the result no longer "
            "adds up to 1. First the maximum, then one softmax.",
            _softmax_first,
        ),
    ),
)
