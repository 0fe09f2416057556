"""A fully connected layer is a convolution with a kernel as large as its input."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "fc_to_conv"]


def fc_to_conv(weight: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
    """Fold the rows of a linear layer's weight back into kernels.

    Example:
        >>> fc_to_conv(np.array([[1, 2, 3, 4]]), 1, 2, 2)
        array([[[[1, 2],
                 [3, 4]]]])
    """
    return weight.reshape(len(weight), channels, height, width)


def _channels_last(weight: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
    folded = weight.reshape(len(weight), height, width, channels)
    return np.ascontiguousarray(folded.transpose(0, 3, 1, 2))


def _columns_first(weight: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
    folded = weight.reshape(len(weight), channels, width, height)
    return np.ascontiguousarray(folded.transpose(0, 1, 3, 2))


def _flipped(weight: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
    return fc_to_conv(weight, channels, height, width)[:, :, ::-1, ::-1].copy()


def _outputs_last(weight: np.ndarray, channels: int, height: int, width: int) -> np.ndarray:
    folded = np.ascontiguousarray(weight.T).reshape(len(weight), channels, height, width)
    return folded


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, outputs: int, channels: int, height: int, width: int) -> Case:
        weight = rng.normal(size=(outputs, channels * height * width))
        sizes = {"channels": channels, "height": height, "width": width}
        return Case(name, {"weight": weight} | sizes)

    yield case("one output, one channel", 1, 1, 2, 3)
    yield case("one output, two channels", 1, 2, 2, 3)
    yield case("three outputs, one channel", 3, 1, 2, 2)
    yield case("three outputs, four channels", 3, 4, 2, 3)
    yield case("a 1 x 1 kernel", 5, 6, 1, 1)


EXERCISE = Exercise(
    id="patches.fc_to_conv",
    title="A linear layer becomes a kernel",
    chapter=2,
    points=2,
    statement=(
        "A linear layer has weight (outputs, channels * height * width). Its input was a map "
        "(channels, height, width), flattened as torch does it: channel after channel, in each row "
        "after row. Return the kernels (outputs, channels, height, width) of the convolution that "
        "gives the same answers, in deep learning's sense: without turning the kernel round."
    ),
    starter="def fc_to_conv(weight, channels, height, width):\n    raise NotImplementedError",
    hints=(
        "The numbers are all there already, and in the right order: nothing has to be computed.",
        "In which order did flattening walk through the map? A reshape walks the same way back.",
        "The last axis of a reshape changes fastest: it has to be the one that flattening walked "
        "along first, the width.",
    ),
    reference=fc_to_conv,
    cases=_cases,
    mistakes=(
        Mistake(
            "The channels were taken to be the last axis, as in a picture file. Torch flattens "
            "channel after channel: (channels, height, width).",
            _channels_last,
        ),
        Mistake(
            "Rows and columns are swapped: within a channel the numbers run along the rows.",
            _columns_first,
        ),
        Mistake(
            "The kernel is turned round. Deep learning's convolution does not turn it, so neither "
            "may you.",
            _flipped,
        ),
        Mistake("The outputs are the first axis of the weight already.", _outputs_last),
    ),
)
