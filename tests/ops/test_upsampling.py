"""The upsampling family against hand numbers, torch, and the laws that tie the members together."""

import itertools

import pytest
import torch
import torch.nn.functional as F

from course_pkg.ops import upsampling as up

NOTES_POOL_INPUT = [[1, 2, 6, 3], [3, 5, 2, 1], [1, 2, 2, 1], [7, 3, 4, 8]]


def randn(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


# --- by hand ---------------------------------------------------------------------------------


def test_the_notes_example_of_pooling_and_unpooling():
    values, indices = up.max_pool_with_indices(torch.tensor(NOTES_POOL_INPUT).float(), 2)
    assert values.tolist() == [[5, 6], [7, 8]]
    assert indices.tolist() == [[5, 2], [12, 15]]
    unpooled = up.max_unpool(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), indices, 2)
    assert unpooled.tolist() == [[0, 0, 2, 0], [0, 1, 0, 0], [0, 0, 0, 0], [3, 0, 0, 4]]


def test_bed_of_nails_of_four_numbers():
    nails = up.bed_of_nails(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert nails.tolist() == [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]


def test_bilinear_kernel_of_fcn_by_hand():
    row = torch.tensor([0.25, 0.75, 0.75, 0.25])
    torch.testing.assert_close(up.bilinear_kernel(4), torch.outer(row, row))
    tent = torch.tensor([1, 2, 3, 2, 1]) / 3
    torch.testing.assert_close(up.bilinear_kernel(5), torch.outer(tent, tent))
    assert up.bilinear_kernel(1).tolist() == [[1.0]]


# --- against torch ---------------------------------------------------------------------------

SHAPES = [(1, 1, 1, 1), (2, 3, 5, 4), (1, 2, 7, 1), (0, 2, 3, 3), (3, 4, 6)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("factor", [1, 2, 3, 5])
def test_nearest_and_bilinear_equal_interpolate(shape: tuple[int, ...], factor: int):
    x = randn(*shape, seed=factor)
    batch = x if x.ndim == 4 else x[None]
    kw = {"scale_factor": factor}

    def torch_says(mode: str, **more: bool) -> torch.Tensor:
        if not batch.numel():  # interpolate refuses an empty batch; ours returns an empty one
            return batch.new_zeros(*shape[:-2], shape[-2] * factor, shape[-1] * factor)
        return F.interpolate(batch, mode=mode, **kw, **more).view(
            *shape[:-2], shape[-2] * factor, shape[-1] * factor
        )

    torch.testing.assert_close(up.nearest_upsample(x, factor), torch_says("nearest"))
    for corners in (False, True):
        torch.testing.assert_close(
            up.bilinear_upsample(x, factor, align_corners=corners),
            torch_says("bilinear", align_corners=corners),
        )


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_every_member_keeps_the_dtype(dtype: torch.dtype):
    x = randn(2, 4, 4, 6, dtype=torch.float32).to(dtype)
    values, indices = up.max_pool_with_indices(x, 2)
    results = [
        up.nearest_upsample(x),
        up.sum_pool(x),
        up.bed_of_nails(x),
        up.subsample(x),
        up.pixel_shuffle(x, 2),
        up.pixel_unshuffle(x, 2),
        up.bilinear_upsample(x, 2),
        up.bilinear_adjoint(x, 2),
        values,
        up.max_unpool(values, indices, 2),
        up.max_unpool_adjoint(x, indices),
    ]
    assert {r.dtype for r in results} == {dtype}


@pytest.mark.parametrize("shape", [(4, 1, 1), (2, 18, 3, 5), (2, 3, 36, 2, 1), (0, 9, 2, 2)])
@pytest.mark.parametrize("r", [1, 2, 3])
def test_pixel_shuffle_equals_torch(shape: tuple[int, ...], r: int):
    if shape[-3] % (r * r):
        with pytest.raises(ValueError, match=f"multiple of upscale_factor squared = {r * r}"):
            up.pixel_shuffle(randn(*shape), r)
        return
    x = randn(*shape, seed=r)
    shuffled = up.pixel_shuffle(x, r)
    assert torch.equal(shuffled, F.pixel_shuffle(x, r))
    assert torch.equal(up.pixel_unshuffle(shuffled, r), x)


def pool_settings(count: int = 400) -> list[dict[str, object]]:
    """Random pools that torch accepts: sizes, windows, steps, padding, dilation, ceil mode."""
    g = torch.Generator().manual_seed(4)

    def draw(low: int, high: int) -> int:
        return int(torch.randint(low, high + 1, (1,), generator=g))

    settings: list[dict[str, object]] = []
    while len(settings) < count:
        kernel = (draw(1, 4), draw(1, 4))
        setting = {
            "shape": (draw(0, 2), draw(1, 3), draw(1, 9), draw(1, 9))[draw(0, 1) :],
            "kernel_size": kernel if draw(0, 1) else kernel[0],
            "stride": [None, draw(1, 4), (draw(1, 4), draw(1, 4))][draw(0, 2)],
            "padding": (draw(0, kernel[0] // 2), draw(0, kernel[1] // 2)),
            "dilation": draw(1, 2),
            "ceil_mode": bool(draw(0, 1)),
        }
        if isinstance(setting["kernel_size"], int):
            setting["padding"] = draw(0, kernel[0] // 2)
        try:
            x = torch.zeros([max(1, n) for n in setting["shape"]])
            values = F.max_pool2d(x, **{k: v for k, v in setting.items() if k != "shape"})
        except RuntimeError:
            continue
        if not bool((values == -torch.inf).any()):  # a window of padding alone: refused, see below
            settings.append(setting)
    return settings


def test_pool_and_unpool_equal_torch_on_400_random_settings():
    compared = 0
    for i, setting in enumerate(pool_settings()):
        kw = {k: v for k, v in setting.items() if k != "shape"}
        # whole numbers, so that equal values (ties) are common
        x = randn(*setting["shape"], seed=i).mul(2).round().requires_grad_()
        values, indices = up.max_pool_with_indices(x, **kw)
        torch_values, torch_indices = F.max_pool2d(x, **kw, return_indices=True)
        assert torch.equal(values, torch_values), setting
        assert torch.equal(indices, torch_indices), setting
        if not x.numel():
            continue
        weight = randn(*values.shape, seed=i + 1)
        ours, theirs = (
            torch.autograd.grad((v * weight).sum(), x)[0] for v in (values, torch_values)
        )
        torch.testing.assert_close(ours, theirs)
        if (
            kw["dilation"] == 1
            and not kw["ceil_mode"]
            and indices.unique().numel() == indices[0].numel()
        ):
            size = x.shape[-2:]
            args = (kw["kernel_size"], kw["stride"], kw["padding"], size)
            assert torch.equal(
                up.max_unpool(values, indices, *args), F.max_unpool2d(values, indices, *args)
            ), setting
            compared += 1
    assert compared > 20


@pytest.mark.parametrize("size", [(8, 8), (9, 8), (9, 9), (7, 10)])
@pytest.mark.parametrize("setting", [(2, None, 0), (3, 2, 1), (2, 3, 0), ((2, 3), (2, 2), (1, 0))])
def test_unpool_equals_torch_at_every_size_that_pools_to_it(size, setting):
    kernel, stride, padding = setting
    x = randn(2, 3, *size, seed=7)
    values, indices = F.max_pool2d(x, kernel, stride, padding, return_indices=True)
    # unpooling duplicates is undefined in torch, so let each repeated index carry one value
    values = x.flatten(-2).gather(-1, indices.flatten(-2)).view_as(values)
    for output_size in (size, list(size), (2, 3, *size)):
        ours = up.max_unpool(values, indices, kernel, stride, padding, output_size)
        theirs = F.max_unpool2d(values, indices, kernel, stride, padding, output_size[-2:])
        assert torch.equal(ours, theirs)


def test_padding_never_wins_not_even_over_minus_infinity():
    x = torch.full((1, 1, 2, 2), -torch.inf)
    values, indices = up.max_pool_with_indices(x, 2, 2, 1)
    assert torch.equal(indices, F.max_pool2d(x, 2, 2, 1, return_indices=True)[1])
    assert bool((values == -torch.inf).all())


def test_non_contiguous_input_gives_the_same():
    x = randn(2, 6, 4, 4).transpose(-1, -2)[:, ::2]
    y = x.contiguous()
    assert not x.is_contiguous()
    assert torch.equal(up.nearest_upsample(x), up.nearest_upsample(y))
    assert torch.equal(up.max_pool_with_indices(x, 2)[1], up.max_pool_with_indices(y, 2)[1])
    assert torch.equal(up.bilinear_upsample(x, 3), up.bilinear_upsample(y, 3))


# --- laws ------------------------------------------------------------------------------------


def pairs(factor: int, h: int, w: int):
    """(name, forward, its adjoint, shape of x) for every linear member at one size."""
    _, indices = up.max_pool_with_indices(randn(2, 4, factor * h, factor * w, seed=3), factor)
    return [
        ("nearest", lambda x: up.nearest_upsample(x, factor), lambda y: up.sum_pool(y, factor)),
        ("nails", lambda x: up.bed_of_nails(x, factor), lambda y: up.subsample(y, factor)),
        (
            "unpool",
            lambda x: up.max_unpool(x, indices, factor),
            lambda y: up.max_unpool_adjoint(y, indices),
        ),
        *(
            (
                f"bilinear {corners}",
                lambda x, c=corners: up.bilinear_upsample(x, factor, c),
                lambda y, c=corners: up.bilinear_adjoint(y, factor, c),
            )
            for corners in (False, True)
        ),
    ]


@pytest.mark.parametrize(("factor", "h", "w"), list(itertools.product([1, 2, 3], [1, 4], [2, 3])))
def test_adjoints(factor: int, h: int, w: int):
    x = randn(2, 4, h, w, seed=1)
    for name, forward, adjoint in pairs(factor, h, w):
        image = forward(x)
        y = randn(*image.shape, seed=2)
        torch.testing.assert_close((image * y).sum(), (x * adjoint(y)).sum(), msg=name)
    channels = randn(2, 4 * factor * factor, h, w, seed=1)
    y = randn(2, 4, factor * h, factor * w, seed=2)
    torch.testing.assert_close(
        (up.pixel_shuffle(channels, factor) * y).sum(),
        (channels * up.pixel_unshuffle(y, factor)).sum(),
    )


@pytest.mark.parametrize("stride", [2, 4, 8])
def test_bilinear_kernel_in_a_transposed_convolution_interpolates_inside(stride: int):
    x = randn(1, 1, 6, 7)
    kernel = up.bilinear_kernel(2 * stride).double()[None, None]
    stamped = F.conv_transpose2d(x, kernel, stride=stride, padding=stride // 2)
    wanted = F.interpolate(x, scale_factor=stride, mode="bilinear")
    inside = (..., slice(stride, -stride), slice(stride, -stride))
    torch.testing.assert_close(stamped[inside], wanted[inside])
    assert not torch.allclose(stamped[..., 0, :], wanted[..., 0, :])  # the border differs


def test_bilinear_rows_add_up_to_one():
    for size, factor, corners in itertools.product([1, 2, 5], [1, 2, 3, 4], [False, True]):
        rows = up.bilinear_matrix(size, factor, corners).sum(1)
        torch.testing.assert_close(rows, torch.ones_like(rows))


def test_gradients():
    x = randn(1, 4, 2, 3).requires_grad_()
    for name, forward, adjoint in pairs(2, 2, 3):
        one = x.detach().repeat(2, 1, 1, 1)
        assert torch.autograd.gradcheck(forward, one.clone().requires_grad_()), name
        y = forward(one).detach().requires_grad_()
        assert torch.autograd.gradcheck(adjoint, y), name
    assert torch.autograd.gradcheck(lambda t: up.pixel_shuffle(t, 2), x)
    distinct = torch.arange(24.0, dtype=torch.float64).view(1, 1, 4, 6).requires_grad_()
    assert torch.autograd.gradcheck(lambda t: up.max_pool_with_indices(t, 3, 2, 1)[0], distinct)


# --- bad input -------------------------------------------------------------------------------

IMAGE = torch.zeros(1, 4, 4)
INDICES = torch.zeros(1, 2, 2, dtype=torch.int64)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: up.nearest_upsample(IMAGE, 0), "scale_factor must be at least 1, got 0"),
        (lambda: up.bed_of_nails(IMAGE, -1), "stride must be at least 1, got -1"),
        (lambda: up.subsample(IMAGE, 0), "stride must be at least 1"),
        (lambda: up.sum_pool(IMAGE, 3), "multiples of 3, got 4x4"),
        (lambda: up.pixel_unshuffle(IMAGE, 3), "multiples of 3, got 4x4"),
        (lambda: up.pixel_shuffle(IMAGE, 0), "upscale_factor must be at least 1"),
        (lambda: up.bilinear_upsample(IMAGE, 0), "scale_factor must be at least 1"),
        (lambda: up.bilinear_adjoint(IMAGE, 3), "multiples of scale_factor=3, got 4x4"),
        (lambda: up.bilinear_kernel(0), "kernel_size must be at least 1, got 0"),
        (lambda: up.max_pool_with_indices(IMAGE, 0), "kernel_size must be at least 1"),
        (lambda: up.max_pool_with_indices(IMAGE, 2, 0), "stride must be at least 1"),
        (lambda: up.max_pool_with_indices(IMAGE, 2, 2, 2), "at most half of kernel_size 2, got 2"),
        (lambda: up.max_pool_with_indices(IMAGE, 5), "window of 5 cells does not fit into 4"),
        (
            lambda: up.max_pool_with_indices(IMAGE[:, :2, :2], 2, 1, 1, 3),
            "some window of this 2x2 map holds nothing but padding",
        ),
        (lambda: up.max_unpool(IMAGE[:, :2, :2], INDICES - 1, 2), r"\[0, 16\).*got -1"),
        (lambda: up.max_unpool(IMAGE[:, :2, :2], INDICES + 16, 2), r"\[0, 16\).*16\.\.16"),
        (
            lambda: up.max_unpool(IMAGE[:, :2, :2], INDICES, 2, output_size=(4, 6)),
            r"output_size\[1\] must lie between 3 and 5 to pool to 2, got 6",
        ),
        (
            lambda: up.max_unpool(IMAGE[:, :2, :2], INDICES, 2, output_size=(4, 4, 4, 4)),
            "must be .h, w. or all 3 sizes",
        ),
    ],
)
def test_bad_arguments_are_named(call, message: str):
    with pytest.raises(ValueError, match=message):
        call()


def test_indices_of_another_shape_are_refused():
    with pytest.raises(Exception, match="indices"):
        up.max_unpool(IMAGE[:, :2, :2], INDICES[:, :1], 2)
