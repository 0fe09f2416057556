"""Which beginnings of sentences stay in the race."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "beam_step"]


def _best(table: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-table, axis=None, kind="stable")[:k]
    return order // table.shape[1], order % table.shape[1]


def beam_step(scores: np.ndarray, log_probs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The k best of all beginnings that are one word longer: which parent, which word.

    Example:
        >>> beam_step(np.array([-1.0, -1.5]), np.array([[-0.1, -2.4], [-0.5, -0.9]]))
        (array([0, 1]), array([0, 0]))
    """
    sums = scores[:, None] + log_probs
    best = np.argsort(-sums, axis=None)[: len(scores)]
    return best // log_probs.shape[1], best % log_probs.shape[1]


def _best_word_of_each(scores: np.ndarray, log_probs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = scores + log_probs.max(axis=1)
    order = np.argsort(-total, kind="stable")
    return order, log_probs.argmax(axis=1)[order]


def _past_forgotten(scores: np.ndarray, log_probs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _best(log_probs, len(scores))


def _multiplied(scores: np.ndarray, log_probs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return _best(scores[:, None] * log_probs, len(scores))


def _best_parent_only(scores: np.ndarray, log_probs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    parent = int(scores.argmax())
    words = np.argsort(-log_probs[parent], kind="stable")[: len(scores)]
    return np.full(len(words), parent), words


def _divided_by_beams(scores: np.ndarray, log_probs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(-(scores[:, None] + log_probs), axis=None, kind="stable")[: len(scores)]
    return order // len(scores), order % len(scores)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    first = np.array([-1.0, -1.2, -3.0])
    table = np.log([[0.5, 0.2, 0.2, 0.1], [0.1, 0.4, 0.4, 0.1], [0.97, 0.01, 0.01, 0.01]])
    table[1, 2] -= 0.01  # no ties: the order would be a matter of taste
    table[0, 2] -= 0.02
    yield Case("three beginnings, four words", {"scores": first, "log_probs": table})
    for k, v in ((2, 5), (4, 6), (5, 9)):
        logits = rng.normal(size=(k, v)) * 1.5
        log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        scores = -np.sort(rng.uniform(0.5, 2.5, k))
        yield Case(f"{k} beginnings, {v} words", {"scores": scores, "log_probs": log_probs})


EXERCISE = Exercise(
    id="translation.beam_step",
    title="One step of the beam",
    chapter=12,
    points=4,
    statement=(
        "scores holds the log-probabilities of k beginnings of a sentence. log_probs (k x v) holds "
        "the log-probability of each of v words as the next one, given each beginning. Of all "
        "k * v beginnings that are one word longer find the k most probable ones, the best first. "
        "Return two arrays of k whole numbers: which beginning each goes on from, and which word "
        "it adds."
    ),
    starter="def beam_step(scores, log_probs):\n    raise NotImplementedError",
    hints=(
        "Log-probabilities add: scores[:, None] + log_probs holds all k * v sums.",
        "np.argsort(-sums, axis=None)[:k] gives places in the flattened table, the best first.",
        "Place p lies in row p // v and column p % v.",
    ),
    reference=beam_step,
    cases=_cases,
    outputs=("parents", "words"),
    mistakes=(
        Mistake(
            "Every beginning was given one place. A good one may keep several, and a poor one "
            "none.",
            _best_word_of_each,
        ),
        Mistake(
            "Only the new word counts here; add what the beginning has cost so far.",
            _past_forgotten,
        ),
        Mistake(
            "Probabilities multiply, log-probabilities add. The product of two negative numbers is "
            "largest for the worst pair.",
            _multiplied,
        ),
        Mistake(
            "All places went to the best beginning, as greedy search would have it.",
            _best_parent_only,
        ),
        Mistake(
            "The table has v columns: a place is row * v + column, so divide by v, not by k.",
            _divided_by_beams,
        ),
    ),
)
