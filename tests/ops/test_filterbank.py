"""DRAW's filterbank against the paper's formula, counted from 1, and against hand numbers."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch.autograd import gradcheck

from course_pkg.ops import filterbank as fb


def paper_filters(centre, stride, sigma, patch_size, size):
    """Equations 19, 20, 25 and 26 with their loops: i from 1 to N, pixels a from 1 to A."""
    rows = []
    for i in range(1, patch_size + 1):
        mean = centre + (i - patch_size / 2 - 0.5) * stride
        row = [math.exp(-((a - mean) ** 2) / (2 * sigma**2)) for a in range(1, size + 1)]
        rows.append([value / sum(row) for value in row])
    return torch.tensor(rows, dtype=torch.float64)


def one(*values):
    return [torch.tensor([value], dtype=torch.float64) for value in values]


def random_window(seed, n=3, dtype=torch.float64):
    g = torch.Generator().manual_seed(seed)
    centre = 4 + 3 * torch.rand(n, generator=g, dtype=dtype)
    stride = 0.5 + torch.rand(n, generator=g, dtype=dtype)
    sigma = 0.4 + torch.rand(n, generator=g, dtype=dtype)
    return centre, stride, sigma


def test_hand():
    # Four cells, one pixel apart, in the middle of four pixels: each looks at its own pixel.
    eye = fb.gaussian_filterbank(*one(2.0, 1.0, 0.01), 4, 4)
    torch.testing.assert_close(eye[0], torch.eye(4, dtype=torch.float64))
    # One cell between two pixels, sigma so wide that both weigh the same.
    [[row]] = fb.gaussian_filterbank(*one(1.0, 1.0, 0.5), 1, 2).tolist()
    assert row == pytest.approx([0.5, 0.5])
    # At 0.5 with sigma 1: pixels at distance 0, 1 and 2, so 1 : exp(-1/2) : exp(-2).
    [[row]] = fb.gaussian_filterbank(*one(0.5, 1.0, 1.0), 1, 3).tolist()
    total = 1 + math.exp(-0.5) + math.exp(-2)
    assert row == pytest.approx([1 / total, math.exp(-0.5) / total, math.exp(-2) / total])


@pytest.mark.parametrize("seed", range(20))
def test_equals_the_papers_formula_counted_from_one(seed):
    g = torch.Generator().manual_seed(seed)
    patch_size, size = (int(torch.randint(1, 13, (), generator=g)) for _ in range(2))
    centre = float(torch.rand((), generator=g) * size)
    stride = float(torch.rand((), generator=g) * 2)
    sigma = float(0.7 + torch.rand((), generator=g) * 3)
    ours = fb.gaussian_filterbank(*one(centre - 0.5, stride, sigma), patch_size, size)
    expected = paper_filters(centre, stride, sigma, patch_size, size)
    # The paper's rows far outside are not zero but the edge pixel: compare those that see.
    seen = ours[0].sum(1) > 0
    torch.testing.assert_close(ours[0][seen], expected[seen], atol=1e-12, rtol=1e-9)
    assert seen.any()


def test_decoded_window_is_the_papers():
    g = torch.Generator().manual_seed(1)
    raw = torch.randn(5, 5, generator=g, dtype=torch.float64)
    window = fb.decode_window(raw, (20, 30), patch_size=6)
    x, y, variance, stride, intensity = raw.T
    torch.testing.assert_close(window.centre_x + 0.5, 31 / 2 * (x + 1))
    torch.testing.assert_close(window.centre_y + 0.5, 21 / 2 * (y + 1))
    torch.testing.assert_close(window.sigma**2, variance.exp())
    torch.testing.assert_close(window.stride, 29 / 5 * stride.exp())
    torch.testing.assert_close(window.intensity, intensity.exp())


def test_the_grid_is_centred_and_the_popular_one_is_a_stride_off():
    patch_size, size, stride = 5, 28, 3.0
    bank = fb.gaussian_filterbank(*one(14.0, stride, 0.3), patch_size, size)[0]
    places = bank @ (torch.arange(size, dtype=torch.float64) + 0.5)
    torch.testing.assert_close(places, 14.0 + stride * torch.arange(-2.0, 3).double())
    # Zero-based i in the paper's one-based formula: everything moves by one stride.
    popular = torch.tensor([14.0 + (i - patch_size / 2 - 0.5) * stride for i in range(patch_size)])
    assert float(popular.mean()) == pytest.approx(14.0 - stride)


def test_rows_add_up_to_one_or_are_exactly_zero():
    g = torch.Generator().manual_seed(2)
    n = 400
    centre = torch.rand(n, generator=g) * 400 - 200
    stride = torch.rand(n, generator=g) * 20
    sigma = 10 ** (torch.rand(n, generator=g) * 6 - 4)
    bank = fb.gaussian_filterbank(centre, stride, sigma, 7, 28)
    sums = bank.sum(-1)
    zero = (bank == 0).all(-1)
    assert bank.isfinite().all()
    assert 200 < int(zero.sum()) < 2700
    torch.testing.assert_close(sums[~zero], torch.ones_like(sums[~zero]), atol=1e-5, rtol=0)
    means = centre[:, None] + (torch.arange(7) - 3) * stride[:, None]
    inside = (means >= 0) & (means <= 28)
    assert not zero[inside].any()  # however narrow: a sharp cell between two pixels sees one
    far = (means < -8.01 * sigma[:, None] - 0.01) | (means > 28 + 8.01 * sigma[:, None] + 0.01)
    assert zero[far].all()


def test_a_window_outside_reads_nothing_writes_nothing_and_trains_without_nan():
    centre = torch.tensor([-50.0], requires_grad=True)
    sigma = torch.tensor([1e-12], requires_grad=True)
    stride = torch.tensor([1.0], requires_grad=True)
    bank = fb.gaussian_filterbank(centre, stride, sigma, 4, 9)
    seen = fb.read_window(torch.ones(1, 2, 9, 9), bank, bank)
    put = fb.write_window(torch.ones(1, 2, 4, 4), bank, bank)
    assert (seen == 0).all()
    assert (put == 0).all()
    (seen.sum() + put.sum()).backward()
    for value in (centre, sigma, stride):
        assert value.grad is not None
        assert value.grad.isfinite().all()


def test_reading_equals_a_strided_convolution():
    # Whole pixels apart, a read is a convolution with the Gaussian, stride 2, away from borders.
    g = torch.Generator().manual_seed(3)
    image = torch.rand(1, 2, 31, 31, generator=g, dtype=torch.float64)
    bank = fb.gaussian_filterbank(*one(15.5, 2.0, 0.8), 5, 31)
    kernel = torch.exp(-(torch.arange(-8.0, 9, dtype=torch.float64) ** 2) / (2 * 0.8**2))
    kernel = torch.outer(kernel, kernel) / kernel.sum() ** 2
    # Cells at 11.5, 13.5, ..., 19.5: pixels 11 to 19; the kernel reaches 8 further.
    crop = image[:, :, 3:28, 3:28]
    expected = F.conv2d(crop, kernel.expand(2, 1, -1, -1), stride=2, groups=2)
    torch.testing.assert_close(fb.read_window(image, bank, bank), expected, atol=1e-9, rtol=0)


def test_write_is_the_adjoint_of_read():
    filter_y = fb.gaussian_filterbank(*random_window(4), 4, 9)
    filter_x = fb.gaussian_filterbank(*random_window(5), 6, 12)
    g = torch.Generator().manual_seed(6)
    image = torch.randn(3, 2, 9, 12, generator=g, dtype=torch.float64)
    patch = torch.randn(3, 2, 4, 6, generator=g, dtype=torch.float64)
    left = (fb.read_window(image, filter_y, filter_x) * patch).sum()
    right = (image * fb.write_window(patch, filter_y, filter_x)).sum()
    torch.testing.assert_close(left, right)
    image.requires_grad_()
    (gradient,) = torch.autograd.grad(
        (fb.read_window(image, filter_y, filter_x) * patch).sum(), image
    )
    torch.testing.assert_close(gradient, fb.write_window(patch, filter_y, filter_x))


def test_rows_go_with_y_and_columns_with_x():
    image = torch.zeros(1, 1, 6, 9, dtype=torch.float64)
    image[..., 1, 7] = 1  # x = 7.5, y = 1.5
    raw = torch.zeros(1, 5, dtype=torch.float64)
    window = fb.decode_window(raw, (6, 9), 2)._replace(
        centre_x=torch.tensor([7.5]).double(),
        centre_y=torch.tensor([1.5]).double(),
        stride=torch.tensor([1.0]).double(),
        sigma=torch.tensor([0.01]).double(),
    )
    rows, columns = fb.window_filters(window, 3, (6, 9))
    patch = fb.read_window(image, rows, columns)
    assert patch[0, 0].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    torch.testing.assert_close(fb.write_window(patch, rows, columns), image)


def test_read_of_what_was_written_is_the_patch_when_cells_do_not_overlap():
    bank = fb.gaussian_filterbank(*one(10.5, 4.0, 0.05), 3, 20)
    patch = torch.arange(9.0, dtype=torch.float64).reshape(1, 1, 3, 3)
    there = fb.write_window(patch, bank, bank)
    torch.testing.assert_close(fb.read_window(there, bank, bank), patch)
    # Intensity: reading multiplies, writing divides.
    three = torch.tensor([3.0], dtype=torch.float64)
    torch.testing.assert_close(fb.read_window(there, bank, bank, three), 3 * patch)
    torch.testing.assert_close(fb.write_window(patch, bank, bank, three), there / 3)


def test_gradients():
    centre, stride, sigma = (value.requires_grad_() for value in random_window(7))
    assert gradcheck(lambda *a: fb.gaussian_filterbank(*a, 3, 8), (centre, stride, sigma))
    g = torch.Generator().manual_seed(8)
    image = torch.randn(3, 2, 8, 8, generator=g, dtype=torch.float64, requires_grad=True)
    patch = torch.randn(3, 2, 3, 3, generator=g, dtype=torch.float64, requires_grad=True)
    strength = (1 + torch.rand(3, generator=g, dtype=torch.float64)).requires_grad_()

    def both(image, patch, strength, *window):
        bank = fb.gaussian_filterbank(*window, 3, 8)
        read = fb.read_window(image, bank, bank, strength)
        return read, fb.write_window(patch, bank, bank, strength)

    assert gradcheck(both, (image, patch, strength, centre, stride, sigma))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fb.gaussian_filterbank(*one(0.0, 1.0, 1.0), 0, 4), "at least 1, got 0 and 4"),
        (lambda: fb.gaussian_filterbank(*one(0.0, 1.0, 1.0), 4, 0), "at least 1, got 4 and 0"),
        (lambda: fb.gaussian_filterbank(*one(0.0, 1.0, 0.0), 2, 4), "sigma must be positive"),
        (lambda: fb.gaussian_filterbank(*one(0.0, 1.0, math.nan), 2, 4), "sigma must be positive"),
        (lambda: fb.decode_window(torch.zeros(1, 5), (8, 8), 1), "patch_size must be at least 2"),
        (lambda: fb.decode_window(torch.zeros(1, 5), (0, 8), 2), "at least 1x1, got 2 and 0x8"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
