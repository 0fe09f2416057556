"""The widgets' numpy arithmetic against torch."""

import numpy as np
import pytest
import torch
from widget_reference import Random, overlap_counts, stamped_photo, tensor, upsampled

from course_pkg.widgets import arithmetic, stamping
from course_pkg.widgets.upsampling_family import UpsamplingFamily


def assert_close(ours, expected):
    np.testing.assert_allclose(ours, np.asarray(expected), rtol=0, atol=1e-12, strict=True)


def test_the_stamp_sum_done_by_hand():
    # 3 3 3 . .
    # . . 9 9 9
    assert_close(
        arithmetic.conv_transpose(np.array([3.0, 9.0]), np.ones(3), stride=2),
        np.array([3.0, 3.0, 12.0, 9.0, 9.0]),
    )


def test_conv_transpose_equals_torch():
    for case in Random(seed=1).conv_transpose(300):
        output = case.pop("output")
        x, kernel = np.array(case.pop("input")), np.array(case.pop("kernel"))
        assert_close(arithmetic.conv_transpose(x, kernel, **case), output)


def test_conv_matrix_equals_torch_and_is_the_adjoint():
    for case in Random(seed=2).conv_matrix(80):
        x, kernel = np.array(case["x"]), np.array(case["kernel"])
        settings = {name: case[name] for name in ("stride", "padding", "dilation")}
        matrix = arithmetic.conv_matrix(kernel, x.shape, **settings)
        assert_close(matrix, case["matrix"])
        y = np.array(case["y"])
        np.testing.assert_allclose(y @ (matrix @ x.ravel()), (matrix.T @ y) @ x.ravel())


def test_pooling_and_bilinear_equal_torch_also_with_ties():
    generator = torch.Generator().manual_seed(3)
    for rows, columns in ((2, 2), (4, 6), (8, 2)):
        x = torch.randint(0, 3, (rows, columns), generator=generator).double()
        values, indices = torch.nn.functional.max_pool2d(x[None], 2, return_indices=True)
        ours = arithmetic.max_pool(x.numpy())
        assert_close(ours[0], values[0])
        assert_close(ours[1], indices[0])
        wide = torch.nn.functional.interpolate(
            x[None, None], scale_factor=2, mode="bilinear", align_corners=False
        )
        assert_close(arithmetic.bilinear_upsample(x.numpy()), wide[0, 0])


def test_pixel_shuffle_equals_torch():
    x = torch.arange(4 * 2 * 3, dtype=torch.float64).reshape(4, 2, 3)
    assert_close(arithmetic.pixel_shuffle(x.numpy()), torch.pixel_shuffle(x, 2)[0])


def test_the_family_equals_torch():
    random = Random(seed=4)
    for _ in range(20):
        case = {
            "input": random.numbers(4, 4),
            "kernel": random.numbers(3, 3),
            "channel_weights": random.numbers(4),
        }
        outputs = UpsamplingFamily(**case).outputs
        for method, expected in upsampled(**case).items():
            assert_close(outputs[method], expected)


@pytest.mark.parametrize("kernel_size", range(1, 9))
@pytest.mark.parametrize("stride", range(1, 5))
def test_overlaps_and_the_stamped_photo_equal_torch(kernel_size, stride):
    counts = stamping.overlap_counts(5, kernel_size, stride)
    assert_close(counts.astype(float), overlap_counts(5, kernel_size, stride))
    photo = torch.rand(4, 6, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    for shape in ("equal", "triangle"):
        weights = stamping.stamp_weights(shape, kernel_size, stride)
        assert weights.sum() == pytest.approx(stride)
        stamped = stamping.stamp_photo(photo.numpy(), weights, stride)
        assert_close(stamped, stamped_photo(photo, weights, stride))


def test_overlap_counts_known_from_the_paper():
    assert stamping.overlap_counts(6, 3, 2)[4:-4].tolist() == [2, 1, 2, 1, 2]
    assert set(stamping.overlap_counts(6, 4, 2)[4:-4]) == {2}
    assert stamping.overlap_counts(6, 5, 2)[4:-4].tolist() == [3, 2, 3, 2, 3, 2, 3]
    assert stamping.overlap_counts(6, 4, 3)[3:-3].tolist() == [2, 1, 1] * 4 + [2]


def test_a_triangle_is_bilinear_where_the_kernel_has_2_stride_minus_1_cells():
    x = tensor([[1.0, 4.0, 2.0]])
    weights = stamping.stamp_weights("triangle", 3, 2)
    assert stamping.stamp_photo(x.numpy(), weights, 2)[1].tolist() == [0.5, 1, 2.5, 4, 3, 2, 1]


def test_errors_say_what_came():
    with pytest.raises(ValueError, match="have 1 and 2"):
        arithmetic.conv_transpose(np.ones(3), np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"size would be \[0\]"):
        arithmetic.conv_transpose(np.ones(2), np.ones(1), padding=1)
    with pytest.raises(ValueError, match=r"but \[4, 4\] came"):
        arithmetic.conv_matrix(np.ones(3), [4, 4])
    with pytest.raises(ValueError, match="does not fit"):
        arithmetic.conv_matrix(np.ones(3), [2])
    with pytest.raises(ValueError, match="even sides, but 3 x 2 came"):
        arithmetic.max_pool(np.ones((3, 2)))
