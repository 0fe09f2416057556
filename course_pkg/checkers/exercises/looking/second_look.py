"""Two looks: what the first one saw leads the second."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "second_look"]


def second_look(
    first: np.ndarray, evidence: np.ndarray, told: np.ndarray, question: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Read with the first weights, add the question, look again, and add what is seen.

    Example:
        >>> cells = 9 * np.eye(2)
        >>> known, weights = second_look(np.array([1.0, 0.0]), cells, cells, np.zeros(2))
        >>> weights.round(3)
        array([1., 0.])
    """
    known = first @ evidence + question
    scores = evidence @ known
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return known + weights @ told, weights


def _softmax(scores: np.ndarray) -> np.ndarray:
    weights = np.exp(scores - scores.max())
    return weights / weights.sum()


def _without_the_question(
    first: np.ndarray, evidence: np.ndarray, told: np.ndarray, question: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return second_look(first, evidence, told, np.zeros_like(question))


def _question_alone(
    first: np.ndarray, evidence: np.ndarray, told: np.ndarray, question: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    weights = _softmax(evidence @ question)
    return first @ evidence + question + weights @ told, weights


def _forgets_the_first(
    first: np.ndarray, evidence: np.ndarray, told: np.ndarray, question: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    weights = second_look(first, evidence, told, question)[1]
    return weights @ told, weights


def _reads_the_same_again(
    first: np.ndarray, evidence: np.ndarray, told: np.ndarray, question: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return second_look(first, evidence, evidence, question)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    inputs = {
        "first": np.array([0.5, 0.5, 0.0]),
        "evidence": np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
        "told": np.array([[0.0, 2.0], [4.0, 0.0], [6.0, 6.0]]),
        "question": np.array([1.0, -1.0]),
    }
    yield Case("three cells of two numbers", inputs)
    for name, cells in (("eight cells", 8), ("four cells", 4), ("a single cell", 1)):
        inputs = {
            "first": _softmax(rng.normal(size=cells)),
            "evidence": rng.normal(size=(cells, 5)),
            "told": rng.normal(size=(cells, 5)),
            "question": rng.normal(size=5),
        }
        yield Case(name, inputs)


EXERCISE = Exercise(
    id="looking.second_look",
    title="Look again",
    chapter=13,
    points=3,
    statement=(
        "first (cells) are the weights of a first look. What it saw is evidence (cells, d) under "
        "these weights; add question (d), and call the sum known. Now look again: score every "
        "cell by the dot product of its evidence with known, take the softmax, and read told "
        "(cells, d) under the new weights. Return known plus what was read, and the new weights."
    ),
    starter="def second_look(first, evidence, told, question):\n    raise NotImplementedError",
    hints=(
        "A read is weights @ cells, each time.",
        "evidence @ known gives one score a cell.",
        "The first look's evidence leads, the second's (told) is read. The result keeps both.",
    ),
    reference=second_look,
    cases=_cases,
    mistakes=(
        Mistake(
            "The question is missing. Add it to what the first look saw, before looking again.",
            _without_the_question,
        ),
        Mistake(
            "Here the question alone leads the second look. What the first look saw has to lead "
            "it too: that is what the first look was for.",
            _question_alone,
        ),
        Mistake(
            "The new weights are right, but the result forgets what was known: add it.",
            _forgets_the_first,
        ),
        Mistake(
            "The second look reads evidence again. It has to read told.", _reads_the_same_again
        ),
    ),
    outputs=("result", "weights"),
)
