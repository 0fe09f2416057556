"""How kernels and strides compose."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "receptive_field"]


def receptive_field(layers: np.ndarray) -> np.ndarray:
    """Pixels that one output cell sees, and pixels between two cells.

    Example:
        >>> receptive_field(np.array([[5, 1], [2, 2], [5, 1], [2, 2]]))
        array([16,  4])
    """
    size, stride = 1, 1
    for kernel_size, step in np.asarray(layers).tolist():
        size += (kernel_size - 1) * stride  # the taps lie `stride` pixels apart
        stride *= step
    return np.array([size, stride])


def _strides_ignored(layers: np.ndarray) -> np.ndarray:
    return np.array([1 + (layers[:, 0] - 1).sum(), receptive_field(layers)[1]])


def _stride_first(layers: np.ndarray) -> np.ndarray:
    size, stride = 1, 1
    for kernel_size, step in layers.tolist():
        stride *= step
        size += (kernel_size - 1) * stride
    return np.array([size, stride])


def _sum_of_kernels(layers: np.ndarray) -> np.ndarray:
    size, stride = 0, 1
    for kernel_size, step in layers.tolist():
        size += kernel_size * stride
        stride *= step
    return np.array([size, stride])


def _strides_added(layers: np.ndarray) -> np.ndarray:
    return np.array([receptive_field(layers)[0], layers[:, 1].sum()])


def _from_the_last(layers: np.ndarray) -> np.ndarray:
    return receptive_field(layers[::-1])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("one convolution", {"layers": np.array([[3, 1]])})
    yield Case("two 3 x 3 convolutions see 5", {"layers": np.array([[3, 1], [3, 1]])})
    yield Case("strides before a pool", {"layers": np.array([[3, 2], [5, 3], [2, 1]])})
    lenet = np.array([[5, 1], [2, 2], [5, 1], [2, 2], [5, 1]])
    yield Case("LeNet up to its first linear layer", {"layers": lenet})
    for _ in range(2):
        layers = rng.integers((1, 1), (8, 4), size=(5, 2))
        yield Case("any five layers", {"layers": layers})


EXERCISE = Exercise(
    id="patches.receptive_field",
    title="What one answer sees",
    chapter=2,
    points=3,
    statement=(
        "Each row of layers is a layer from first to last: kernel_size, stride (pools have them "
        "too). Return an array of two whole numbers, size and stride: how many pixels of the input "
        "one cell of the last layer sees along an axis, and how many pixels lie between two "
        "neighbouring cells."
    ),
    starter="def receptive_field(layers):\n    raise NotImplementedError",
    hints=(
        "Before the first layer a cell is a pixel: it sees 1 and the next one is 1 further.",
        "A kernel of k cells reaches over k - 1 steps. How many pixels is a step by now?",
        "size += (kernel_size - 1) * stride, and only then stride *= the layer's own stride.",
    ),
    reference=receptive_field,
    cases=_cases,
    mistakes=(
        Mistake(
            "Whole kernels were added. The field grows by kernel_size - 1 steps a layer: the first "
            "cell is there already.",
            _sum_of_kernels,
        ),
        Mistake("Strides multiply: every 2nd of every 2nd pixel is every 4th.", _strides_added),
        Mistake(
            "The strides of earlier layers are not used: after a pool, neighbouring cells lie two "
            "pixels apart, and a kernel reaches twice as far.",
            _strides_ignored,
        ),
        Mistake(
            "A layer's own stride spreads its outputs, not its inputs: multiply it in after the "
            "size has grown.",
            _stride_first,
        ),
        Mistake("The layers were composed from last to first.", _from_the_last),
    ),
)
