"""The patch around a pixel, also at the border."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "extract"]


def extract(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    """Cut the patch centred on a pixel; beyond the border the picture is mirrored.

    Example:
        >>> extract(np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]]), 0, 1, 3)
        array([[4, 5, 6],
               [1, 2, 3],
               [4, 5, 6]])
    """
    padded = np.pad(image, size // 2, mode="reflect")
    # The border moved every pixel by size // 2, which is also where its patch begins.
    return padded[row : row + size, column : column + size]


def _zeros(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    padded = np.pad(image, size // 2)
    return padded[row : row + size, column : column + size]


def _edge_repeated(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    padded = np.pad(image, size // 2, mode="edge")
    return padded[row : row + size, column : column + size]


def _edge_twice(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    padded = np.pad(image, size // 2, mode="symmetric")
    return padded[row : row + size, column : column + size]


def _corner_instead_of_centre(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    padded = np.pad(image, ((0, size), (0, size)), mode="reflect")
    return padded[row : row + size, column : column + size]


def _row_and_column_swapped(image: np.ndarray, row: int, column: int, size: int) -> np.ndarray:
    return extract(image, column, row, size)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, h: int, w: int, row: int, column: int, size: int) -> Case:
        image = rng.normal(size=(h, w))
        return Case(name, {"image": image, "row": row, "column": column, "size": size})

    yield case("in the middle", 9, 9, 4, 5, 3)
    yield case("the top left corner", 9, 9, 0, 0, 5)
    yield case("the last row", 9, 12, 8, 6, 7)
    yield case("the bottom right corner", 7, 8, 6, 7, 5)
    yield case("a patch of one pixel", 4, 4, 1, 3, 1)


EXERCISE = Exercise(
    id="patches.extract",
    title="Cut a patch",
    chapter=2,
    points=1,
    statement=(
        "Return the patch of size x size pixels (size is odd) that has the pixel at row, column of "
        "image (h, w) in its middle. Where the patch reaches beyond the border, continue the "
        "picture as in a mirror that stands on the last pixel: 3 2 | 1 2 3, the 1 does not appear "
        "twice."
    ),
    starter="def extract(image, row, column, size):\n    raise NotImplementedError",
    hints=(
        "Make the picture larger first: np.pad(image, ..., mode=...) adds a border on all sides.",
        "The patch needs size // 2 pixels on each side. Which mode of np.pad mirrors?",
        "After padding, the pixel stands at row + size // 2. So where does its patch begin?",
    ),
    reference=extract,
    cases=_cases,
    mistakes=(
        Mistake("Row and column are swapped: image[row, column].", _row_and_column_swapped),
        Mistake(
            "The pixel stands in the corner of its patch. It belongs in the middle: begin "
            "size // 2 earlier.",
            _corner_instead_of_centre,
        ),
        Mistake(
            "Beyond the border there are zeros. To a network that is a black wall: mirror the "
            "picture.",
            _zeros,
        ),
        Mistake(
            "Beyond the border the last pixel is repeated. Mirror the picture.", _edge_repeated
        ),
        Mistake(
            "The mirror stands beside the last pixel, which then appears twice. Let it stand on "
            "the pixel: mode='reflect'.",
            _edge_twice,
        ),
    ),
)
