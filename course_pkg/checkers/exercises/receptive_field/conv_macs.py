"""What one convolution costs."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "conv_macs"]


def conv_macs(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, height: int, width: int
) -> int:
    """Multiplications of a padded convolution with an odd kernel.

    Example:
        >>> conv_macs(3, 8, 3, 1, 10, 20)
        43200
    """
    # With padding kernel_size // 2 there is one window for every stride-th pixel.
    cells = -(-height // stride) * -(-width // stride)
    return cells * out_channels * in_channels * kernel_size**2


def _one_input_channel(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, height: int, width: int
) -> int:
    return conv_macs(1, out_channels, kernel_size, stride, height, width)


def _kernel_along_one_axis(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, height: int, width: int
) -> int:
    return conv_macs(in_channels, out_channels, kernel_size, stride, height, width) // kernel_size


def _every_pixel(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, height: int, width: int
) -> int:
    return conv_macs(in_channels, out_channels, kernel_size, 1, height, width)


def _stride_once(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, height: int, width: int
) -> int:
    return conv_macs(in_channels, out_channels, kernel_size, 1, height, width) // stride


def _parameters(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, height: int, width: int
) -> int:
    return in_channels * out_channels * kernel_size**2


def _adds_the_channels(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, height: int, width: int
) -> int:
    one = conv_macs(1, 1, kernel_size, stride, height, width)
    return one * (in_channels + out_channels)


def _case(name: str, *numbers: int) -> Case:
    names = ("in_channels", "out_channels", "kernel_size", "stride", "height", "width")
    return Case(name, dict(zip(names, numbers, strict=True)))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("4 to 8 channels, 3 x 3", 4, 8, 3, 1, 10, 20)
    yield _case("stride 2 on an odd height", 4, 6, 3, 2, 9, 12)
    yield _case("a 1 x 1 layer", 16, 5, 1, 1, 7, 7)
    yield _case("a 7 x 7 layer with stride 3", 3, 4, 7, 3, 30, 20)
    c, d, h, w = (int(n) for n in rng.integers(2, 60, 4))
    yield _case("random sizes", c, d, 5, 2, h, w)


EXERCISE = Exercise(
    id="receptive_field.conv_macs",
    title="Multiplications of a layer",
    chapter=3,
    points=2,
    statement=(
        "A convolution from in_channels to out_channels with an odd kernel, padded by kernel_size "
        "// 2 zeros, moves by stride over a map of height x width. Return how many multiplications "
        "it takes, windows at the border counted in full. The bias adds, it does not multiply."
    ),
    starter=(
        "def conv_macs(in_channels, out_channels, kernel_size, stride, height, width):\n"
        "    raise NotImplementedError"
    ),
    hints=(
        "How many numbers does one output number look at? A window, in every input channel.",
        "How many output numbers are there? out_channels for every place of the window.",
        "With this padding there are height / stride places along an axis, rounded up.",
    ),
    reference=conv_macs,
    cases=_cases,
    mistakes=(
        Mistake(
            "An output number reads its window in every input channel, not in one.",
            _one_input_channel,
        ),
        Mistake(
            "A window has kernel_size x kernel_size places; the kernel's size came in once only.",
            _kernel_along_one_axis,
        ),
        Mistake("The stride saves work: the window stops at every stride-th pixel.", _every_pixel),
        Mistake(
            "The stride saves work along the height and along the width: divide twice.",
            _stride_once,
        ),
        Mistake(
            "These are the parameters. Each of them is used at every place of the map: that is why "
            "a layer with few parameters can be slow.",
            _parameters,
        ),
        Mistake(
            "Every output channel reads every input channel: multiply the two numbers.",
            _adds_the_channels,
        ),
    ),
)
