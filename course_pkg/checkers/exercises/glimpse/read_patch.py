"""Reading a picture through a window."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "read_patch"]


def read_patch(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Blur and pick, down and across.

    Example:
        >>> pick = np.array([[0.0, 1.0, 0.0]])
        >>> read_patch(np.arange(9.0).reshape(3, 3), pick, pick).tolist()
        [[4.0]]
    """
    return rows @ image @ columns.T


def _axes_swapped(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return (columns @ image.T @ rows.T).copy()


def _filters_swapped(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    try:
        return columns @ image @ rows.T
    except ValueError:
        return np.zeros((len(rows), len(columns)))  # on other pictures numpy refuses


def _only_down(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return rows @ image


def _only_across(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return image @ columns.T


def _nearest(image: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    return image[np.ix_(rows.argmax(1), columns.argmax(1))]


def _rows(rng: np.random.Generator, cells: int, pixels: int) -> np.ndarray:
    weights = rng.random((cells, pixels))
    return weights / weights.sum(1, keepdims=True)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    image = np.arange(16.0).reshape(4, 4)
    rows = np.array([[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5]])
    columns = np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.25, 0.75]])
    yield Case("2 x 2 cells on 4 x 4 pixels", {"image": image, "rows": rows, "columns": columns})
    square = rng.normal(size=(5, 5))
    yield Case(
        "more cells down than across",
        {"image": square, "rows": _rows(rng, 3, 5), "columns": _rows(rng, 2, 5)},
    )
    yield Case(
        "a single cell", {"image": square, "rows": _rows(rng, 1, 5), "columns": _rows(rng, 1, 5)}
    )
    h, w = (int(side) for side in rng.integers(3, 9, 2))
    p, q = (int(side) for side in rng.integers(1, 5, 2))
    yield Case(
        "any size",
        {"image": rng.normal(size=(h, w)), "rows": _rows(rng, p, h), "columns": _rows(rng, q, w)},
    )


EXERCISE = Exercise(
    id="glimpse.read_patch",
    title="Read through the window",
    chapter=14,
    points=1,
    statement=(
        "image is (h, w). rows, (p, h), holds the weights of the p cells down over the picture's "
        "rows; columns, (q, w), those of the q cells across over its columns. Return the patch, "
        "(p, q): every cell is the sum of all pixels, each weighed by the one and by the other."
    ),
    starter="def read_patch(image, rows, columns):\n    raise NotImplementedError",
    hints=(
        "Two matrix products. Which sides have to fit: (p, h) with (h, w), then (p, w) with ...?",
        "rows @ image is (p, w). To reach (p, q) multiply with something that is (w, q).",
    ),
    reference=read_patch,
    cases=_cases,
    mistakes=(
        Mistake(
            "The patch is turned over: its rows have to go down the picture, (p, q), not (q, p).",
            _axes_swapped,
        ),
        Mistake(
            "rows and columns are exchanged. On a square picture nothing complains; it only looks "
            "in the wrong place.",
            _filters_swapped,
        ),
        Mistake("You read down; the columns still have to be read across.", _only_down),
        Mistake("You read across; the rows still have to be read down.", _only_across),
        Mistake(
            "You took the pixel with the largest weight. A cell sees a weighed sum, or nothing "
            "could be learned about where to look.",
            _nearest,
        ),
    ),
)
