"""The size formulas against the shapes that torch's own convolutions return."""

import random
from itertools import product

import pytest
import torch
from torch.nn import functional as F

from course_pkg import ops

COMBINATIONS = list(product(range(1, 9), range(1, 6), range(1, 4), range(3), range(1, 4)))


def test_sizes_that_can_be_counted_on_paper() -> None:
    assert ops.conv_output_size(6, 3) == 4
    assert ops.conv_output_size(6, 3, stride=2) == 2
    assert ops.conv_output_size(5, 3, stride=2) == 2
    assert ops.conv_transpose_output_size(2, 3, stride=2) == 5
    assert ops.conv_transpose_output_size(2, 3, stride=2, padding=1) == 3
    assert ops.conv_transpose_output_size(2, 3, stride=2, padding=1, output_padding=1) == 4


def test_convolution_size_over_all_combinations() -> None:
    fits = 0
    for n, k, s, p, d in COMBINATIONS:
        signal, kernel = torch.empty(1, 1, n, device="meta"), torch.empty(1, 1, k, device="meta")
        if d * (k - 1) + 1 > n + 2 * p:
            with pytest.raises(ValueError, match="kernel_size"):
                ops.conv_output_size(n, k, s, p, d)
            continue
        fits += 1
        assert ops.conv_output_size(n, k, s, p, d) == len(
            F.conv1d(signal, kernel, None, s, p, d)[0, 0]
        )
    assert fits > 700


def test_transposed_size_over_all_combinations() -> None:
    fits = 0
    for (n, k, s, p, d), extra in product(COMBINATIONS, range(3)):
        if extra >= max(s, d) or (n - 1) * s + d * (k - 1) + 1 + extra <= 2 * p:
            with pytest.raises(ValueError, match=r"output_padding|padding"):
                ops.conv_transpose_output_size(n, k, s, p, extra, d)
            continue
        fits += 1
        signal, kernel = torch.empty(1, 1, n, device="meta"), torch.empty(1, 1, k, device="meta")
        output = F.conv_transpose1d(signal, kernel, None, s, p, extra, 1, d)
        assert ops.conv_transpose_output_size(n, k, s, p, extra, d) == output.shape[-1]
    assert fits > 1500


def test_output_padding_restores_every_size() -> None:
    restored = 0
    for n, k, s, p, d in COMBINATIONS:
        if d * (k - 1) + 1 <= n + 2 * p:
            extra = ops.output_padding_for(n, k, s, p, d)
            windows = ops.conv_output_size(n, k, s, p, d)
            assert ops.conv_transpose_output_size(windows, k, s, p, extra, d) == n
            restored += 1
    assert restored > 700


@pytest.mark.parametrize("seed", range(300))
def test_two_axes_with_settings_of_their_own(seed: int) -> None:
    rng = random.Random(seed)
    h, w, kh, kw, sh, sw, dh, dw = (rng.randint(1, 9 if i < 2 else 3) for i in range(8))
    ph, pw = rng.randint(3, 4), rng.randint(3, 4)
    arguments = {"stride": (sh, sw), "padding": (ph, pw), "dilation": (dh, dw)}
    image, kernel = torch.empty(1, h, w, device="meta"), torch.empty(1, 1, kh, kw, device="meta")
    expected = F.conv2d(image, kernel, None, **arguments).shape[1:]
    assert ops.conv_output_size((h, w), (kh, kw), **arguments) == expected
    extra = ops.output_padding_for((h, w), (kh, kw), **arguments)
    back = ops.conv_transpose_output_size(expected, (kh, kw), output_padding=extra, **arguments)
    assert back == (h, w)


def test_same_and_valid() -> None:
    assert ops.conv_output_size((5, 8), (4, 3), padding="same", dilation=(1, 2)) == (5, 8)
    assert ops.conv_output_size((5, 8), (4, 3), padding="valid") == (2, 6)


def test_ints_give_an_int_and_any_sequence_a_tuple() -> None:
    assert ops.conv_output_size(6, 3) == 4
    assert ops.conv_output_size(6, 3, padding="valid") == 4
    assert ops.conv_output_size(6, [3]) == (4,)
    assert ops.conv_output_size(6, 3, stride=(2, 1)) == (2, 4)
    assert ops.conv_transpose_output_size((2, 3), 3) == (4, 5)
    assert ops.conv_transpose_output_size(2, 3, 2, 1, (0, 1)) == (3, 4)
    assert ops.output_padding_for(6, 3, stride=(2, 1)) == (1, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_size": 0}, "input_size must be an int, at least 1; got 0"),
        ({"kernel_size": 0}, "kernel_size must be an int, at least 1; got 0"),
        ({"stride": 0}, "stride must be an int, at least 1; got 0"),
        ({"stride": (2, 0)}, r"stride must be an int or 2 ints, at least 1; got \(2, 0\)"),
        ({"padding": -1}, "padding must be an int, at least 0; got -1"),
        ({"dilation": 0}, "dilation must be an int, at least 1; got 0"),
        ({"stride": True}, "stride must be an int, at least 1; got True"),
        ({"stride": (1, 2), "padding": (1, 1, 1)}, r"stride must be an int or 3 ints"),
        ({"stride": ()}, r"stride must be an int, at least 1; got \(\)"),
    ],
)
def test_both_formulas_name_the_argument_that_is_wrong(arguments: dict, message: str) -> None:
    for measure in (ops.conv_output_size, ops.conv_transpose_output_size):
        with pytest.raises(ValueError, match=f"^{message}"):
            measure(**{"input_size": 6, "kernel_size": 3, **arguments})


def test_errors_of_one_formula_only() -> None:
    with pytest.raises(ValueError, match=r"kernel_size 3 with dilation 3 covers 7 cells, .* has 6"):
        ops.conv_output_size(6, 3, dilation=3)
    with pytest.raises(ValueError, match="padding must be ints, 'same' or 'valid'; got 'full'"):
        ops.conv_output_size(6, 3, padding="full")
    with pytest.raises(ValueError, match="padding='same' keeps the size only at stride 1"):
        ops.conv_output_size(6, 3, stride=2, padding="same")
    with pytest.raises(ValueError, match=r"output_padding must be smaller .* 2 with stride 2"):
        ops.conv_transpose_output_size(6, 3, stride=2, output_padding=2)
    with pytest.raises(ValueError, match="output_padding must be an int, at least 0; got -1"):
        ops.conv_transpose_output_size(6, 3, output_padding=-1)
    with pytest.raises(ValueError, match="padding 2 crops 4 cells, but the stamps cover 4"):
        ops.conv_transpose_output_size(2, 3, padding=2)
    with pytest.raises(ValueError, match="output_size must be an int, at least 1; got 0"):
        ops.output_padding_for(0, 3)
    with pytest.raises(ValueError, match="kernel_size 3 with dilation 1 covers 3"):
        ops.output_padding_for(2, 3)
