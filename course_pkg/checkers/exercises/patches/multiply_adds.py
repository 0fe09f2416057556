"""What a chain of convolutions costs."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "multiply_adds"]


def multiply_adds(input_size: int, layers: np.ndarray) -> int:
    """Products that a chain of unpadded convolutions adds up on a square picture.

    Example:
        >>> multiply_adds(5, np.array([[1, 2, 3, 1], [2, 1, 3, 1]]))
        180
    """
    total, size = 0, input_size
    for c_in, c_out, kernel_size, stride in np.asarray(layers).tolist():
        size = (size - kernel_size) // stride + 1
        total += size * size * c_out * c_in * kernel_size * kernel_size
    return total


def _input_places(input_size: int, layers: np.ndarray) -> int:
    total, size = 0, input_size
    for c_in, c_out, kernel_size, stride in layers.tolist():
        total += size * size * c_out * c_in * kernel_size**2
        size = (size - kernel_size) // stride + 1
    return total


def _padded(input_size: int, layers: np.ndarray) -> int:
    total, size = 0, input_size
    for c_in, c_out, kernel_size, stride in layers.tolist():
        size = (size - 1) // stride + 1
        total += size * size * c_out * c_in * kernel_size**2
    return total


def _one_input_channel(input_size: int, layers: np.ndarray) -> int:
    single = layers.copy()
    single[:, 0] = 1
    return multiply_adds(input_size, single)


def _kernel_not_squared(input_size: int, layers: np.ndarray) -> int:
    total, size = 0, input_size
    for c_in, c_out, kernel_size, stride in layers.tolist():
        size = (size - kernel_size) // stride + 1
        total += size * size * c_out * c_in * kernel_size
    return total


def _parameters(input_size: int, layers: np.ndarray) -> int:
    del input_size
    return int((layers[:, 0] * layers[:, 1] * layers[:, 2] ** 2).sum())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, input_size: int, *layers: tuple[int, int, int, int]) -> Case:
        return Case(name, {"input_size": input_size, "layers": np.array(layers)})

    yield case("one 3 x 3 convolution, stride 2", 7, (2, 4, 3, 2))
    yield case("two of them", 9, (3, 8, 3, 1), (8, 5, 3, 1))
    yield case("a stride in the middle", 11, (3, 4, 3, 1), (4, 5, 3, 2), (5, 6, 2, 1))
    yield case("down to one cell, then 1 x 1", 7, (3, 4, 7, 1), (4, 9, 1, 1))
    for _ in range(3):
        c = rng.integers(1, 9, size=4).tolist()
        k = rng.integers(1, 5, size=3).tolist()
        s = rng.integers(1, 3, size=2).tolist()
        yield case("any three", 40, *zip(c[:3], c[1:], k, [*s, 1], strict=True))


EXERCISE = Exercise(
    id="patches.multiply_adds",
    title="The price of one pass",
    chapter=2,
    points=2,
    statement=(
        "Each row of layers is a convolution without padding: in_channels, out_channels, "
        "kernel_size, stride. Return how many multiplications the chain does on a square picture "
        "of input_size x input_size pixels. Each output number of a layer costs in_channels * "
        "kernel_size * kernel_size of them."
    ),
    starter="def multiply_adds(input_size, layers):\n    raise NotImplementedError",
    hints=(
        "How many output numbers has the first layer? out_channels maps, each as large as there "
        "are places for the kernel.",
        "Without padding a side of n becomes (n - kernel_size) // stride + 1.",
        "Carry the side from layer to layer, and add the cost of each.",
    ),
    reference=multiply_adds,
    cases=_cases,
    mistakes=(
        Mistake(
            "The places were counted before the layer made the map smaller. Each output number "
            "costs, not each input.",
            _input_places,
        ),
        Mistake(
            "The maps were taken as large as with padding. Without it a side loses "
            "kernel_size - 1 cells.",
            _padded,
        ),
        Mistake(
            "The input channels are not counted: a kernel looks at all of them.", _one_input_channel
        ),
        Mistake("A kernel has kernel_size * kernel_size weights a channel.", _kernel_not_squared),
        Mistake(
            "This is the number of weights. Each weight is used at every place of the map.",
            _parameters,
        ),
    ),
)
