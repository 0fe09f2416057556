"""Temporal attention, all three steps: score the frames, soften, read."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "read_frames"]


def read_frames(
    query: np.ndarray, keys: np.ndarray, frames: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Read the weighted mean of the frames, and say with which weights.

    Example:
        >>> frames = np.array([[1.0], [5.0]])
        >>> read_frames(np.zeros(1), np.zeros((2, 1)), frames, np.ones(1))
        (array([3.]), array([0.5, 0.5]))
    """
    scores = np.tanh(query + keys) @ v
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return weights @ frames, weights


def _no_tanh(
    query: np.ndarray, keys: np.ndarray, frames: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    scores = (query + keys) @ v
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    return weights @ frames, weights


def _reads_the_best(
    query: np.ndarray, keys: np.ndarray, frames: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    weights = read_frames(query, keys, frames, v)[1]
    return frames[weights.argmax()], weights


def _reads_the_keys(
    query: np.ndarray, keys: np.ndarray, frames: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    weights = read_frames(query, keys, frames, v)[1]
    return weights @ keys, weights


def _not_normalised(
    query: np.ndarray, keys: np.ndarray, frames: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    weights = np.exp(np.tanh(query + keys) @ v)
    return weights @ frames, weights


def _plain_mean(
    query: np.ndarray, keys: np.ndarray, frames: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return frames.mean(axis=0), np.full(len(frames), 1 / len(frames))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "three frames of one number",
        {
            "query": np.array([0.5]),
            "keys": np.array([[0.0], [2.0], [-1.0]]),
            "frames": np.array([[1.0], [2.0], [9.0]]),
            "v": np.array([3.0]),
        },
    )
    for name, frames, d, c in (
        ("eight frames", 8, 4, 6),
        ("as wide as the keys", 5, 3, 3),
        ("two frames", 2, 5, 4),
    ):
        inputs = {
            "query": rng.normal(size=d),
            "keys": rng.normal(size=(frames, d)) * 2,
            "frames": rng.normal(size=(frames, c)),
            "v": rng.normal(size=d) * 2,
        }
        yield Case(name, inputs)


EXERCISE = Exercise(
    id="looking.read_frames",
    title="Which frame?",
    chapter=13,
    points=2,
    statement=(
        "Score every frame by v · tanh(query + key), turn the scores into weights with a softmax, "
        "and return two things: the weighted mean of the frames, and the weights. query (d), keys "
        "(t, d), frames (t, c), v (d). Query and keys are already projected."
    ),
    starter="def read_frames(query, keys, frames, v):\n    raise NotImplementedError",
    hints=(
        "query + keys adds the query to every row: numpy stretches it.",
        "One score a frame: the hidden vectors (t, d) times v (d).",
        "Softmax: exponentials, divided by their sum. weights @ frames is the weighted mean.",
    ),
    reference=read_frames,
    cases=_cases,
    mistakes=(
        Mistake("The tanh is missing between the sum and v.", _no_tanh),
        Mistake(
            "The weights are right, but this reads the best frame alone. Soft attention reads "
            "the mean under the weights.",
            _reads_the_best,
        ),
        Mistake(
            "The weights are right, but this reads the keys. Keys say where to look; what is read "
            "are the frames.",
            _reads_the_keys,
        ),
        Mistake("These weights do not add up to 1: divide by their sum.", _not_normalised),
        Mistake(
            "This is the plain mean, which the twin without attention gets. Use the scores.",
            _plain_mean,
        ),
    ),
    outputs=("context", "weights"),
)
