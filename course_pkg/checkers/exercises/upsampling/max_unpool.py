"""Max unpooling: every value goes back to where its maximum stood."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "max_unpool"]


def max_unpool(values: np.ndarray, indices: np.ndarray, output_size: tuple[int, int]) -> np.ndarray:
    """Put every value at its remembered flat position; zeros elsewhere.

    Example:
        >>> max_unpool(np.array([[5.0]]), np.array([[2]]), (2, 2))
        array([[0., 0.],
               [5., 0.]])
    """
    flat = np.zeros(output_size[0] * output_size[1])
    flat[indices.ravel()] = values.ravel()
    return flat.reshape(output_size)


def _twice_as_large(
    values: np.ndarray, indices: np.ndarray, output_size: tuple[int, int]
) -> np.ndarray:
    return max_unpool(values, indices, (2 * values.shape[0], 2 * values.shape[1]))


def _top_left(values: np.ndarray, indices: np.ndarray, output_size: tuple[int, int]) -> np.ndarray:
    board = np.zeros(output_size)
    step_down, step_right = (n // m for n, m in zip(output_size, values.shape, strict=True))
    rows, columns = np.indices(values.shape)
    board[rows * step_down, columns * step_right] = values
    return board


def _column_first(
    values: np.ndarray, indices: np.ndarray, output_size: tuple[int, int]
) -> np.ndarray:
    flat = np.zeros(output_size[0] * output_size[1])
    flat[indices.ravel()] = values.ravel()
    return flat.reshape(output_size, order="F")


def _in_reading_order(
    values: np.ndarray, indices: np.ndarray, output_size: tuple[int, int]
) -> np.ndarray:
    flat = np.zeros(output_size)
    flat.flat[np.sort(indices.ravel())] = values.ravel()
    return flat


def _positions(rng: np.random.Generator, h: int, w: int, k: int, width: int) -> np.ndarray:
    """One random cell of every k x k window, as a flat position in rows of ``width`` cells."""
    rows, columns = np.indices((h, w)) * k + rng.integers(0, k, size=(2, h, w))
    return rows * width + columns


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "2 x 2 back to 4 x 4",
        {
            "values": np.array([[1.0, 2.0], [3.0, 4.0]]),
            "indices": np.array([[5, 2], [12, 15]]),
            "output_size": (4, 4),
        },
    )
    yield Case(
        "an odd size, 5 x 5",
        {
            "values": rng.normal(size=(2, 2)),
            "indices": np.array([[6, 2], [10, 13]]),
            "output_size": (5, 5),
        },
    )
    for name, h, w, k, extra in (("wider than high", 2, 4, 2, 0), ("windows of 3", 3, 2, 3, 1)):
        size = (h * k, w * k + extra)
        yield Case(
            name,
            {
                "values": rng.normal(size=(h, w)),
                "indices": _positions(rng, h, w, k, size[1]),
                "output_size": size,
            },
        )


EXERCISE = Exercise(
    id="upsampling.max_unpool",
    title="Max unpooling",
    chapter=4,
    points=2,
    statement=(
        "A max pool left values (h, w) and, for each, the flat position (row * width + column) of "
        "its maximum in the larger picture. Put every value back there, zeros elsewhere. "
        "output_size = (H, W) is the larger picture's size."
    ),
    starter="def max_unpool(values, indices, output_size):\n    raise NotImplementedError",
    hints=(
        "In a picture 4 wide, which row and column is flat position 5? What number is 4 good for?",
        "Positions are flat, so work flat: zeros of length H*W, and reshape at the very end.",
        "flat[indices.ravel()] = values.ravel() writes all values at once.",
    ),
    reference=max_unpool,
    cases=_cases,
    mistakes=(
        Mistake(
            "This is what you get when the output is always twice as large as the values. Several "
            "sizes pool to the same one, so output_size has to say which it was.",
            _twice_as_large,
        ),
        Mistake(
            "This is a bed of nails: the values stand top-left in their windows. The indices say "
            "where each one belongs.",
            _top_left,
        ),
        Mistake(
            "This is what you get when flat positions are counted down the columns. They run along "
            "the rows: position = row * width + column.",
            _column_first,
        ),
        Mistake(
            "This is what you get when the positions are put in order first: values and positions "
            "belong together in pairs.",
            _in_reading_order,
        ),
    ),
)
