"""Where a box of any size is looked at when it is to become a fixed number of bins."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "sample_places"]


def sample_places(start: float, end: float, bins: int) -> np.ndarray:
    """The middle of each bin.

    Example:
        >>> sample_places(2.0, 10.0, 4)
        array([3., 5., 7., 9.])
    """
    return start + (np.arange(bins) + 0.5) / bins * (end - start)


def _ends(start: float, end: float, bins: int) -> np.ndarray:
    return np.linspace(start, end, bins)


def _corners(start: float, end: float, bins: int) -> np.ndarray:
    return start + np.arange(bins) / bins * (end - start)


def _from_zero(start: float, end: float, bins: int) -> np.ndarray:
    return (np.arange(bins) + 0.5) / bins * (end - start)


def _end_is_a_length(start: float, end: float, bins: int) -> np.ndarray:
    return start + (np.arange(bins) + 0.5) / bins * end


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("four bins", {"start": 2.0, "end": 10.0, "bins": 4})
    yield Case("one bin", {"start": 1.0, "end": 4.0, "bins": 1})
    for bins in (3, 7):
        start = float(rng.uniform(0.5, 9))
        inputs = {"start": start, "end": start + float(rng.uniform(0.3, 12)), "bins": bins}
        yield Case(f"{bins} bins somewhere", inputs)


EXERCISE = Exercise(
    id="cascades.sample_places",
    title="One sample a bin",
    chapter=10,
    points=1,
    statement=(
        "Along one axis a box reaches from start to end. Cut it into bins of equal width and "
        "return the middle of each bin. That is where RoI warping reads the features, and where "
        "RoI align does with one sample a bin."
    ),
    starter="def sample_places(start, end, bins):\n    raise NotImplementedError",
    hints=(
        "Each bin is (end - start) / bins wide.",
        "Bin 0 begins at start; its middle is half a bin further.",
    ),
    reference=sample_places,
    cases=_cases,
    mistakes=(
        Mistake(
            "The first and the last sample sit on the edges of the box. They belong in the "
            "middle of the outermost bins, half a bin inside.",
            _ends,
        ),
        Mistake(
            "Each sample sits at the beginning of its bin: everything is read half a bin too "
            "early.",
            _corners,
        ),
        Mistake("The box begins at start, not at 0.", _from_zero),
        Mistake("end is a place, not a length: the box is end - start wide.", _end_is_a_length),
    ),
)
