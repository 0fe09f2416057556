"""Bilinear interpolation along one line, pixels seen as squares."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "bilinear_1d"]


def bilinear_1d(x: np.ndarray, scale_factor: int) -> np.ndarray:
    """Enlarge a line, mixing the two nearest values (``align_corners=False``).

    Example:
        >>> bilinear_1d(np.array([0.0, 4.0]), 2)
        array([0., 1., 3., 4.])
    """
    centres = np.arange(len(x) * scale_factor) + 0.5
    places = centres / scale_factor - 0.5
    return np.interp(places, np.arange(len(x)), x)  # beyond the ends it holds the edge value


def _corners_aligned(x: np.ndarray, scale_factor: int) -> np.ndarray:
    return np.interp(np.linspace(0, len(x) - 1, len(x) * scale_factor), np.arange(len(x)), x)


def _no_half_pixel(x: np.ndarray, scale_factor: int) -> np.ndarray:
    return np.interp(np.arange(len(x) * scale_factor) / scale_factor, np.arange(len(x)), x)


def _fades_at_the_ends(x: np.ndarray, scale_factor: int) -> np.ndarray:
    places = (np.arange(len(x) * scale_factor) + 0.5) / scale_factor - 0.5
    return np.interp(places, np.arange(-1, len(x) + 1), np.pad(x, 1))


def _nearest(x: np.ndarray, scale_factor: int) -> np.ndarray:
    return x.repeat(scale_factor)


def _extrapolates(x: np.ndarray, scale_factor: int) -> np.ndarray:
    places = (np.arange(len(x) * scale_factor) + 0.5) / scale_factor - 0.5
    left = np.clip(np.floor(places).astype(int), 0, max(len(x) - 2, 0))
    right = np.minimum(left + 1, len(x) - 1)
    return x[left] + (places - left) * (x[right] - x[left])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("two values, twice as long", {"x": np.array([4.0, 8.0]), "scale_factor": 2})
    yield Case("five values, twice as long", {"x": rng.normal(size=5), "scale_factor": 2})
    yield Case("three times as long", {"x": rng.normal(size=4), "scale_factor": 3})
    yield Case("a factor of 1 changes nothing", {"x": rng.normal(size=3), "scale_factor": 1})
    yield Case("a single value", {"x": rng.normal(size=1), "scale_factor": 4})


EXERCISE = Exercise(
    id="upsampling.bilinear_1d",
    title="Bilinear along a line",
    chapter=4,
    points=4,
    statement=(
        "Enlarge the line x (n,) to scale_factor*n values by mixing the two nearest ones. Pixels "
        "are little squares whose centres lie at 0.5, 1.5, ... and the long line covers the same "
        "length as the short one (align_corners=False). Outside the outermost centres the edge "
        "value is held."
    ),
    starter="def bilinear_1d(x, scale_factor):\n    raise NotImplementedError",
    hints=(
        "Draw 2 squares and, under them, 4 squares of half the width. Over which place of the "
        "upper line does the centre of the first lower square lie?",
        "Output j has its centre at (j + 0.5) / scale_factor in the upper line's length; counted "
        "from the first upper centre that is 0.5 less.",
        "np.interp(places, np.arange(n), x) mixes the neighbours, and holds the ends.",
    ),
    reference=bilinear_1d,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is align_corners=True: first and last centres were pinned to each other. Here "
            "the squares' outer edges coincide, so the centres do not.",
            _corners_aligned,
        ),
        Mistake(
            "The half pixel is missing: j / scale_factor measures from the left edges of the "
            "squares, and the whole line moves. Use (j + 0.5) / scale_factor - 0.5.",
            _no_half_pixel,
        ),
        Mistake(
            "The line fades at its ends: outside there were zeros to mix with. The edge value is "
            "held there.",
            _fades_at_the_ends,
        ),
        Mistake(
            "This is nearest neighbour: every value repeated. Between two centres their values "
            "have to be mixed.",
            _nearest,
        ),
        Mistake(
            "Beyond the outermost centres you go on along the slope. The edge value is held there.",
            _extrapolates,
        ),
    ),
)
