"""From details and a rest back to the line."""

from collections.abc import Callable, Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "rebuild"]


def rebuild(fine: np.ndarray, middle: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Enlarge the rest, add the middle details, enlarge that, add the fine ones.

    Example:
        >>> rebuild(np.zeros(8), np.zeros(4), np.array([0.0, 4.0]))
        array([0.  , 0.25, 0.75, 1.5 , 2.5 , 3.25, 3.75, 4.  ])
    """
    line = rest
    for details in (middle, fine):
        places = (np.arange(len(details)) + 0.5) / 2 - 0.5
        line = np.interp(places, np.arange(len(line)), line) + details
    return line


def _with(
    enlarge: Callable[[np.ndarray], np.ndarray],
    fine: np.ndarray,
    middle: np.ndarray,
    rest: np.ndarray,
) -> np.ndarray:
    return enlarge(enlarge(rest) + middle) + fine


def _copies(fine: np.ndarray, middle: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return _with(lambda x: x.repeat(2), fine, middle, rest)


def _corners(fine: np.ndarray, middle: np.ndarray, rest: np.ndarray) -> np.ndarray:
    def enlarge(x: np.ndarray) -> np.ndarray:
        return np.interp(np.linspace(0, len(x) - 1, 2 * len(x)), np.arange(len(x)), x)

    return _with(enlarge, fine, middle, rest)


def _no_fine(fine: np.ndarray, middle: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return rebuild(np.zeros_like(fine), middle, rest)


def _no_rest(fine: np.ndarray, middle: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return rebuild(fine, middle, np.zeros_like(rest))


def _no_middle(fine: np.ndarray, middle: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return rebuild(fine, np.zeros_like(middle), rest)


def _minus(fine: np.ndarray, middle: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return rebuild(-fine, -middle, rest)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    fine = np.array([1.0, -1.0, 0.0, 2.0, 0.0, 0.0, -3.0, 1.0])
    middle, rest = np.array([0.0, 4.0, -2.0, 1.0]), np.array([8.0, 0.0])
    names = ("fine", "middle", "rest")
    yield Case("8, 4 and 2 values", dict(zip(names, (fine, middle, rest), strict=True)))
    zeros = (np.zeros(8), np.zeros(4), rest)
    yield Case("no details at all", dict(zip(names, zeros, strict=True)))
    single = (rng.normal(size=4), rng.normal(size=2), rng.normal(size=1))
    yield Case("a rest of one value", dict(zip(names, single, strict=True)))
    drawn = (rng.normal(size=16), rng.normal(size=8), rng.normal(size=4))
    yield Case("any pyramid", dict(zip(names, drawn, strict=True)))


EXERCISE = Exercise(
    id="multiscale.rebuild",
    title="Put the line together again",
    chapter=8,
    points=2,
    statement=(
        "A Laplacian pyramid of a line has three levels: fine (4n,) and middle (2n,) hold details, "
        "rest (n,) is the small line that was left. Enlarging doubles a line bilinearly, pixels "
        "seen as squares (0 4 becomes 0 1 3 4). Return the line from which the pyramid was made."
    ),
    starter="def rebuild(fine, middle, rest):\n    raise NotImplementedError",
    hints=(
        "A level's details are line - enlarge(smaller line). So line = details + ...?",
        "Begin at the small end: enlarge the rest, add the middle details, and do it once more.",
        "Enlarging: np.interp((np.arange(2 * n) + 0.5) / 2 - 0.5, np.arange(n), x).",
    ),
    reference=rebuild,
    cases=_cases,
    mistakes=(
        Mistake(
            "The levels were enlarged by copying. The details were measured against a bilinear "
            "enlargement, so only that gives the line back.",
            _copies,
        ),
        Mistake(
            "This is bilinear with the outermost centres pinned (align_corners=True). Here the "
            "squares' edges coincide: 0 4 becomes 0 1 3 4.",
            _corners,
        ),
        Mistake(
            "The fine details are missing.",
            _no_fine,
        ),
        Mistake(
            "The middle details are missing: add them to the enlarged rest before the next step.",
            _no_middle,
        ),
        Mistake(
            "The rest is missing. It is no detail, but it carries all the brightness.",
            _no_rest,
        ),
        Mistake(
            "The details were subtracted. They are what the enlarged line lacks: add them.",
            _minus,
        ),
    ),
)
