"""Let a linear layer slide over a map that is larger than it was made for."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "dense_fc"]


def dense_fc(x: np.ndarray, weight: np.ndarray, height: int, width: int) -> np.ndarray:
    """Apply a linear layer at every place of a larger map.

    Example:
        >>> dense_fc(np.arange(6.0).reshape(1, 2, 3), np.array([[1.0, 1.0, 1.0, 1.0]]), 2, 2)
        array([[[ 8., 12.]]])
    """
    rows, columns = x.shape[1] - height + 1, x.shape[2] - width + 1
    out = np.zeros((len(weight), rows, columns))
    for r in range(rows):
        for c in range(columns):
            out[:, r, c] = weight @ x[:, r : r + height, c : c + width].ravel()
    return out


def _outputs_last(x: np.ndarray, weight: np.ndarray, height: int, width: int) -> np.ndarray:
    return dense_fc(x, weight, height, width).transpose(1, 2, 0).copy()


def _edge_to_edge(x: np.ndarray, weight: np.ndarray, height: int, width: int) -> np.ndarray:
    return dense_fc(x, weight, height, width)[:, ::height, ::width].copy()


def _one_short(x: np.ndarray, weight: np.ndarray, height: int, width: int) -> np.ndarray:
    return dense_fc(x, weight, height, width)[:, :-1, :-1].copy()


def _channels_last(x: np.ndarray, weight: np.ndarray, height: int, width: int) -> np.ndarray:
    folded = weight.reshape(len(weight), height, width, len(x)).transpose(0, 3, 1, 2)
    return dense_fc(x, folded.reshape(len(weight), -1), height, width)


def _turned_round(x: np.ndarray, weight: np.ndarray, height: int, width: int) -> np.ndarray:
    folded = weight.reshape(len(weight), len(x), height, width)[:, :, ::-1, ::-1]
    return dense_fc(x, folded.reshape(len(weight), -1), height, width)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, size: tuple[int, int, int], outputs: int, height: int, width: int) -> Case:
        x = rng.normal(size=size)
        weight = rng.normal(size=(outputs, size[0] * height * width))
        return Case(name, {"x": x, "weight": weight, "height": height, "width": width})

    yield case("one channel, one output", (1, 4, 5), 1, 2, 2)
    yield case("two channels", (2, 4, 5), 1, 2, 3)
    yield case("three outputs", (2, 5, 6), 3, 2, 2)
    yield case("a map of the native size", (3, 2, 4), 5, 2, 4)
    yield case("a 1 x 1 kernel", (4, 3, 3), 2, 1, 1)


EXERCISE = Exercise(
    id="patches.dense_fc",
    title="A linear layer that slides",
    chapter=2,
    points=3,
    statement=(
        "weight (outputs, channels * height * width) belongs to a linear layer for maps of "
        "(channels, height, width), flattened as torch does. x (channels, H, W) is at least as "
        "large. Return (outputs, H - height + 1, W - width + 1): at each place the layer's answer "
        "to the window that begins there."
    ),
    starter="def dense_fc(x, weight, height, width):\n    raise NotImplementedError",
    hints=(
        "Two loops over the places where a window can begin. What does the layer do with one "
        "window?",
        "Cut the window out of all channels, flatten it with ravel(), multiply: weight @ window.",
        "out[:, r, c] = weight @ x[:, r : r + height, c : c + width].ravel() is the whole step.",
    ),
    reference=dense_fc,
    cases=_cases,
    mistakes=(
        Mistake("The outputs are the first axis of the result, not the last.", _outputs_last),
        Mistake(
            "Your windows stand edge to edge. There is one at every place, each a single cell "
            "further.",
            _edge_to_edge,
        ),
        Mistake(
            "The last row and column of windows are missing: n cells have n - k + 1 places.",
            _one_short,
        ),
        Mistake(
            "The window was flattened with the channels last. Torch flattens channel after "
            "channel, which is what ravel() does on (channels, height, width).",
            _channels_last,
        ),
        Mistake("The kernel is turned round. The layer multiplies place by place.", _turned_round),
    ),
)
