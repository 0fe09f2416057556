"""Settings from Python: read, assigned, refused with a sentence, and computed with."""

import numpy as np
import pytest
import torch
from traitlets import TraitError
from widget_pages import bars
from widget_reference import conv_matrix, conv_transpose, stamped_photo

from course_pkg.widgets import Checkerboard, ConvMatrix, Frames, TransposedConv, UpsamplingFamily
from course_pkg.widgets.stamping import stamp_weights


def test_output_follows_the_settings():
    w = TransposedConv(input=[3, 9], kernel=[1, 1, 1], stride=2)
    assert w.output.tolist() == [3, 3, 12, 9, 9]
    w.stride = 3
    w.kernel = torch.tensor([1.0, -2.5, 2.0, 4.0])
    w.dilation = np.int64(2)
    w.padding = 2
    expected = conv_transpose([3, 9], [1, -2.5, 2, 4], stride=3, dilation=2, padding=2)
    assert w.output.tolist() == expected
    assert w.kernel == [1, -2.5, 2, 4]
    w.input = [1, 2, 3]
    assert len(w.output) == len(expected) + 3


def test_two_dimensions():
    w = TransposedConv(input=[[1, 2], [3, 4]], kernel=np.ones((3, 2)), stride=2, output_padding=1)
    expected = conv_transpose([[1, 2], [3, 4]], np.ones((3, 2)), stride=2, output_padding=1)
    assert w.output.tolist() == expected
    assert w.limits["input"] == 5


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("stride", 0, "stride must be a whole number from 1 to 4, but 0 came"),
        ("stride", 1.5, "stride must be a whole number from 1 to 4, but 1.5 came"),
        ("stride", True, "but True came"),
        ("padding", "1", "padding must be a whole number from 0 to 4, but '1' came"),
        ("padding", 4, r"crops everything away.*= −3\. Use less padding"),
        ("output_padding", 2, r"Output padding 2 is too large.*stride \(2\).*Use at most 1"),
        ("input", ["a"], "input must be a list of numbers or rows of numbers"),
        ("input", [], "input must be a list of numbers"),
        ("input", [[1, 2], [3]], "rows of numbers of equal length"),
        ("input", [float("nan")], "input must hold numbers from -1000000 to 1000000"),
        ("input", [1e9], "input must hold numbers from"),
        ("input", list(range(9)), "input has size 9, but the figure shows at most 8"),
        ("input", [[1, 2]], "must both be rows or both be grids, but input has 2"),
        ("kernel", [[1]], "kernel has 2"),
        ("kernel", None, "kernel must be a list of numbers"),
    ],
)
def test_a_bad_setting_is_refused_and_the_old_one_kept(name, value, message):
    w = TransposedConv(input=[3, 9], kernel=[1, 1, 1], stride=2)
    before = repr(w)
    with pytest.raises(TraitError, match=message):
        setattr(w, name, value)
    assert repr(w) == before
    assert w.output.tolist() == [3, 3, 12, 9, 9]


def test_the_constructor_refuses_too():
    with pytest.raises(TraitError, match="Output padding 1 is too large"):
        TransposedConv(input=[1, 2], kernel=[1], stride=1, output_padding=1)
    with pytest.raises(TraitError, match="stride must be at most 3 for a 2-D input, but 4 came"):
        TransposedConv(input=[[1]], kernel=[[1]], stride=4)


def test_settings_that_need_each_other_arrive_together():
    w = TransposedConv(input=[3, 9], kernel=[1, 1, 1], stride=2, output_padding=1)
    # as a front end sends them: neither alone would be possible
    w.set_state({"stride": 1, "dilation": 2, "padding": 1})
    expected = conv_transpose([3, 9], [1, 1, 1], dilation=2, padding=1, output_padding=1)
    assert w.output.tolist() == expected
    with pytest.raises(TraitError, match="Output padding 1 is too large"):
        w.set_state({"stride": 1, "dilation": 1})
    assert (w.stride, w.dilation) == (1, 2)


def test_the_matrices_of_the_notes():
    w = ConvMatrix(kernel=[1, 2, 3], input_size=6)
    assert w.matrix.tolist() == [
        [1, 2, 3, 0, 0, 0],
        [0, 1, 2, 3, 0, 0],
        [0, 0, 1, 2, 3, 0],
        [0, 0, 0, 1, 2, 3],
    ]
    w.stride = 2
    assert w.matrix.tolist() == [[1, 2, 3, 0, 0, 0], [0, 0, 1, 2, 3, 0]]
    w.x = [0, 1, 2, 3, 4, 0]
    assert w.output.tolist() == [8, 20]
    w.y = [1, 10]
    # (ax, ay, az + bx, by, bz, 0)
    assert w.transposed.tolist() == [1, 2, 13, 20, 30, 0]
    assert ConvMatrix().letters == list("0abcd0")


def test_conv_matrix_equals_torch_and_forgets_what_no_longer_fits():
    w = ConvMatrix([[1, 2], [3, 4]], input_size=(3, 4), y=range(6))
    expected = conv_matrix((3, 4), [[1, 2], [3, 4]])
    assert w.matrix.tolist() == expected.tolist()
    assert w.transposed.tolist() == (expected.T @ torch.arange(6.0, dtype=torch.float64)).tolist()
    w.stride = 2
    assert w.y is None
    w.padding = 1
    assert w.matrix.tolist() == conv_matrix((3, 4), [[1, 2], [3, 4]], stride=2, padding=1).tolist()
    assert w.transposed.tolist() == (w.matrix.T @ w.output).tolist()
    named = ConvMatrix()
    named.x = [1, 2, 3]
    assert named.letters == []
    assert named.input_size == (3,)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x", [1, 2], "kernel reaches over 3 cells, but input and padding together have only 2"),
        ("y", [1, 2], "y must have one value for each of X's 4 rows, but 2 came"),
        ("kernel", [[1]], "must both be rows or both be grids, but they have 2 and 1"),
        ("stride", 4, "stride must be a whole number from 1 to 3"),
    ],
)
def test_conv_matrix_refuses(name, value, message):
    w = ConvMatrix()
    with pytest.raises(TraitError, match=message):
        setattr(w, name, value)
    assert w.matrix.shape == (4, 6)


def test_a_matrix_too_tall_for_the_figure_is_refused():
    with pytest.raises(TraitError, match="X would have 36 rows; at most 16 fit here"):
        ConvMatrix([[1]], input_size=(4, 4), padding=1)


def test_the_pooling_example_of_the_lecture():
    w = UpsamplingFamily()
    assert w.pooled.tolist() == [[5, 6], [7, 8]]
    assert w.indices.tolist() == [[5, 2], [12, 15]]
    assert w.outputs["max_unpool"].tolist() == [[0, 0, 6, 0], [0, 5, 0, 0], [0] * 4, [7, 0, 0, 8]]
    with pytest.raises(TraitError, match="kernel must have size 3 x 3, but 2 x 2 came"):
        w.kernel = [[1, 2], [3, 4]]
    with pytest.raises(TraitError, match="channel_weights must have size 4, but 3 came"):
        w.channel_weights = [1, 2, 3]


def test_checkerboard_stamps_the_photo():
    w = Checkerboard(photo=np.arange(12).reshape(3, 4) * 20)
    expected = stamped_photo(np.arange(12).reshape(3, 4) * 20.0, stamp_weights("equal", 3, 2), 2)
    np.testing.assert_allclose(w.output, expected)
    w.kernel_size, w.stride = 4, 2
    assert w.counts_2d[3, 3] == 4
    with pytest.raises(TraitError, match="kernel_size must be a whole number from 1 to 8"):
        w.kernel_size = 9
    with pytest.raises(TraitError, match="weights"):
        w.weights = "round"


@pytest.mark.parametrize(
    ("photo", "message"),
    [
        (np.zeros((65, 4)), r"at most 64 x 64 pixels, but its shape is \(65, 4\)"),
        (np.zeros((4, 4, 3)), r"shape is \(4, 4, 3\)"),
        (np.zeros((0, 4)), r"shape is \(0, 4\)"),
        (np.full((4, 4), 256), "from 0 to 255"),
        (np.full((4, 4), np.nan), "from 0 to 255"),
    ],
)
def test_checkerboard_refuses_a_photo(photo, message):
    with pytest.raises(ValueError, match=message):
        Checkerboard(photo=photo)


def test_frames_draws_every_combination():
    w = Frames(bars, "Bars", stride=[1, 2], kernel_size=[2, 3, 4])
    assert [frame["alt"] for frame in w.frames] == [
        f"six bars for stride {s} and kernel {k}" for s in (1, 2) for k in (2, 3, 4)
    ]
    w.chosen = [1, 2]
    assert w.alt == "six bars for stride 2 and kernel 4"
    assert w.settings[1] == {"label": "kernel size", "values": ["2", "3", "4"]}
    with pytest.raises(TraitError, match=r"below \[2, 3\], but \[0, 3\] came"):
        w.chosen = [0, 3]
    with pytest.raises(TraitError, match=r"but \[0\] came"):
        w.chosen = [0]


def test_frames_refuses_nothing_and_too_much():
    with pytest.raises(ValueError, match="needs at least one value"):
        Frames(bars, "Bars", stride=[], kernel_size=[1])
    with pytest.raises(ValueError, match="needs at least one value"):
        Frames(bars, "Bars")
    with pytest.raises(ValueError, match="81 pictures would make the page heavy, at most 64"):
        Frames(bars, "Bars", stride=range(9), kernel_size=range(9))
