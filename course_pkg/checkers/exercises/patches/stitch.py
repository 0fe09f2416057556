"""Put the answers of shifted runs back where they belong."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "stitch"]


def stitch(answers: np.ndarray) -> np.ndarray:
    """Interleave the answers of a coarse network to shifted pictures.

    Example:
        >>> stitch(np.array([[[[1]], [[2]]], [[[3]], [[4]]]]))
        array([[1, 2],
               [3, 4]])
    """
    stride, _, h, w = answers.shape
    out = np.zeros((stride * h, stride * w), dtype=answers.dtype)
    for y in range(stride):
        for x in range(stride):
            out[y::stride, x::stride] = answers[y, x]
    return out


def _tiles(answers: np.ndarray) -> np.ndarray:
    stride, _, h, w = answers.shape
    return answers.transpose(0, 2, 1, 3).reshape(stride * h, stride * w)


def _shifts_swapped(answers: np.ndarray) -> np.ndarray:
    return stitch(answers.transpose(1, 0, 2, 3))


def _shifted_the_other_way(answers: np.ndarray) -> np.ndarray:
    return stitch(answers[::-1, ::-1])


def _first_run_only(answers: np.ndarray) -> np.ndarray:
    return stitch(np.broadcast_to(answers[:1, :1], answers.shape))


def _plain_reshape(answers: np.ndarray) -> np.ndarray:
    stride, _, h, w = answers.shape
    return answers.reshape(stride * h, stride * w)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("stride 2", {"answers": rng.normal(size=(2, 2, 3, 3))})
    yield Case("wider than high", {"answers": rng.normal(size=(2, 2, 2, 5))})
    yield Case("stride 3", {"answers": rng.normal(size=(3, 3, 2, 4))})
    yield Case("stride 1: nothing to do", {"answers": rng.normal(size=(1, 1, 4, 3))})


EXERCISE = Exercise(
    id="patches.stitch",
    title="Shift and stitch",
    chapter=2,
    points=3,
    statement=(
        "A network answers at every stride-th pixel. It was run on stride x stride pictures: "
        "answers[y, x] (h, w) are its answers after the picture was moved y pixels up and x to the "
        "left, so that its first cell looks at row y, column x. Return the answers (stride * h, "
        "stride * w) in the order of the pixels."
    ),
    starter="def stitch(answers):\n    raise NotImplementedError",
    hints=(
        "Which pixels did the run with y = 0, x = 1 look at? Write down the first three.",
        "Run (y, x) belongs to the rows y, y + stride, ... and the columns x, x + stride, ...",
        "Strided slices do it at once: out[y::stride, x::stride] = answers[y, x].",
    ),
    reference=stitch,
    cases=_cases,
    mistakes=(
        Mistake(
            "The runs lie side by side like tiles. Their pixels interleave: every run supplies "
            "each stride-th row and column.",
            _tiles,
        ),
        Mistake(
            "The two shifts are swapped: the first axis is the one of the rows.", _shifts_swapped
        ),
        Mistake(
            "The runs are in reverse order: the picture that was moved up by y begins at row y.",
            _shifted_the_other_way,
        ),
        Mistake(
            "Only the first run was used, each answer copied into its whole square. The others "
            "know better.",
            _first_run_only,
        ),
        Mistake(
            "A reshape alone keeps every run in one piece. Its answers have to be spread out.",
            _plain_reshape,
        ),
    ),
)
