"""The torch exercise: values and both gradients are judged, and nothing else gets through."""

import pytest
import torch
import torch.nn.functional as F

from course_pkg.checkers import Checker
from course_pkg.checkers.registry import find

TASK = find("conv_transpose.conv_transpose2d")
CUT = next(m.message for m in TASK.mistakes if m.name == "detached")


def right(x, weight, stride, padding):
    """Every cell of the kernel lands on every stride-th row and column."""
    (n, _, h, w), (_, channels, kh, kw) = x.shape, weight.shape
    out = x.new_zeros(n, channels, (h - 1) * stride + kh, (w - 1) * stride + kw)
    for i in range(kh):
        for j in range(kw):
            stamp = torch.einsum("nchw,co->nohw", x, weight[:, :, i, j])
            out[:, :, i : i + h * stride : stride, j : j + w * stride : stride] += stamp
    return out[:, :, padding : out.shape[2] - padding, padding : out.shape[3] - padding]


def check(function):
    return Checker(TASK).check(function)


def test_a_result_of_ones_own_passes_and_is_torchs():
    assert check(right).outcome == "correct"
    x, weight = torch.randn(2, 3, 4, 3), torch.randn(3, 2, 3, 2)
    torch.testing.assert_close(
        right(x, weight, 2, 1), F.conv_transpose2d(x, weight, stride=2, padding=1)
    )


@pytest.mark.parametrize(
    "leave_the_graph",
    [
        lambda y: y.detach(),
        lambda y: y.detach().numpy(),
        lambda y: y.tolist(),
        lambda y: y.detach().requires_grad_(),
    ],
)
def test_right_values_without_gradients_are_refused(leave_the_graph):
    report = check(lambda *a, **k: leave_the_graph(right(*a, **k)))
    assert report.outcome == "wrong"
    assert report.message == CUT


def test_a_gradient_that_reaches_only_one_input_is_refused_by_name():
    report = check(lambda x, weight, stride, padding: right(x, weight.detach(), stride, padding))
    assert report.failure.difference.output == "gradient of weight"
    report = check(lambda x, weight, stride, padding: right(x.detach(), weight, stride, padding))
    assert report.failure.difference.output == "gradient of x"


def test_a_scaled_gradient_is_refused():
    def doubled(x, weight, stride, padding):
        y = right(x, weight, stride, padding)
        return 2 * y - y.detach()

    assert check(doubled).failure.difference.output == "gradient of x"


def test_values_in_another_precision_carry_no_gradient_of_the_inputs_precision():
    assert check(lambda *a, **k: right(*a, **k).float()).message == CUT
    assert "float16" in check(lambda *a, **k: right(*a, **k).half()).message


def test_complex_values_are_refused():
    report = check(lambda *a, **k: right(*a, **k).to(torch.complex128))
    assert report.message == "Expected `result` to hold real numbers, got dtype complex128."


def test_a_subclass_of_tensor_is_refused():
    class Liar(torch.Tensor):
        pass

    assert "Liar" in check(lambda *a, **k: right(*a, **k).as_subclass(Liar)).message


def test_a_wrong_shape_is_said_before_any_gradient():
    report = check(lambda x, weight, stride, padding: right(x, weight, stride, padding)[..., :-1])
    assert report.message == "The shape is (1, 1, 5, 4), expected (1, 1, 5, 5)."
