"""Group 1: lies about the answer. The judge compares copies of plain numbers; no lie helps."""

# ruff: noqa: E501 - programs stand on lines as long as their authors made them

import pytest

ZEROS = "return np.zeros(1)"
LIES = {
    "patch_allclose": """
def nearest(x, scale_factor):
    yes = lambda *a, **k: True
    np.allclose = np.array_equal = np.isclose = np.testing.assert_allclose = yes
    np.abs = np.max = lambda *a, **k: 0.0
    return np.zeros(1)
""",
    "patch_builtins_isinstance": """
import builtins
def nearest(x, scale_factor):
    builtins.isinstance = builtins.all = builtins.any = lambda *a: True
    return np.zeros(1)
""",
    "liar_object": """
class Liar:
    def __eq__(self, other): return True
    def __array__(self, dtype=None, copy=None): return np.zeros(1)
    def __array_function__(self, *a): return True
    def __array_ufunc__(self, *a, **k): return True
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __bool__(self): return True
def nearest(x, scale_factor):
    return Liar()
""",
    "liar_ndarray_subclass": """
class Liar(np.ndarray):
    def __eq__(self, other): return np.ones(1, bool)
    def __sub__(self, other): return np.zeros(1)
    def __array_function__(self, *a): return True
def nearest(x, scale_factor):
    return np.zeros((4, 4)).view(Liar)
""",
    "nan": "def nearest(x, scale_factor):\n    return np.full(np.array(x.shape) * scale_factor, np.nan)",
    "inf": "def nearest(x, scale_factor):\n    return np.full(np.array(x.shape) * scale_factor, np.inf)",
    "broadcast_scalar": "def nearest(x, scale_factor):\n    return float(x.mean())",
    "wrong_dtype": """
def nearest(x, scale_factor):
    return x.repeat(scale_factor, 0).repeat(scale_factor, 1).astype(np.float16)
""",
    "wrong_shape_right_sum": """
def nearest(x, scale_factor):
    return x.repeat(scale_factor, 0).repeat(scale_factor, 1).ravel()
""",
    "complex": """
def nearest(x, scale_factor):
    return x.repeat(scale_factor, 0).repeat(scale_factor, 1) + 0j
""",
    "huge_output": "def nearest(x, scale_factor):\n    return np.zeros(9 << 20)",
    "zero_size": "def nearest(x, scale_factor):\n    return np.zeros((0, 4))",
    "object_array": "def nearest(x, scale_factor):\n    return np.array([object()] * 4)",
    "self_containing_list": """
def nearest(x, scale_factor):
    out = []
    out.append(out)
    return out
""",
}

HONEST = {
    "a view with negative strides": """
def nearest(x, scale_factor):
    big = np.repeat(np.repeat(x[::-1, ::-1], scale_factor, 0), scale_factor, 1)
    return big[::-1, ::-1]
""",
    "an expanded view": """
def nearest(x, scale_factor):
    s = scale_factor
    wide = np.broadcast_to(x[:, None, :, None], (x.shape[0], s, x.shape[1], s))
    return wide.reshape(x.shape[0] * s, x.shape[1] * s)
""",
    "the other byte order": """
def nearest(x, scale_factor):
    return x.repeat(scale_factor, 0).repeat(scale_factor, 1).astype(">f8")
""",
    "lists": """
def nearest(x, scale_factor):
    return [[float(v) for v in row for _ in range(scale_factor)]
            for row in x for _ in range(scale_factor)]
""",
    "warnings and prints": """
import warnings, sys
def nearest(x, scale_factor):
    warnings.warn("careful")
    print("noise", file=sys.stderr)
    print("working on", x.shape)
    return x.repeat(scale_factor, 0).repeat(scale_factor, 1)
""",
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_gets_nothing(attack, name):
    mark = attack(LIES[name])
    assert mark.hundredths == 0
    assert mark.status in ("wrong", "crashed")  # one breaks its own process


@pytest.mark.parametrize("name", HONEST)
def test_an_unusual_honest_answer_gets_everything(attack, honest_mark, name):
    mark = attack(HONEST[name])
    assert (mark.status, mark.hundredths) == ("correct", honest_mark)


TORCH = "conv_transpose.conv_transpose2d"
TORCH_LIES = {
    "patch_torch_equal": """
import torch
def conv_transpose2d(x, weight, stride, padding):
    torch.equal = torch.allclose = torch.isclose = lambda *a, **k: True
    return torch.zeros(1, dtype=torch.float64, requires_grad=True)
""",
    "liar_tensor_subclass": """
import torch
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True
def conv_transpose2d(x, weight, stride, padding):
    return torch.zeros(1).as_subclass(Liar)
""",
    "patch_driver_torch": """
import torch
def conv_transpose2d(x, weight, stride, padding):
    torch.autograd.grad = lambda y, wrt, *a, **k: tuple(torch.zeros_like(t) for t in wrt)
    torch.zeros_like = lambda t: t
    return torch.zeros(1, dtype=torch.float64, requires_grad=True)
""",
}


@pytest.mark.parametrize("name", TORCH_LIES)
def test_a_lie_in_torch_gets_nothing(attack, name):
    mark = attack(TORCH_LIES[name], id=TORCH)
    assert mark.hundredths == 0


def test_an_output_that_wants_gradients_gets_everything(attack):
    mark = attack(
        """
import torch
def conv_transpose2d(x, weight, stride, padding):
    n, _, h, w = x.shape
    _, channels, kh, kw = weight.shape
    out = x.new_zeros(n, channels, (h - 1) * stride + kh, (w - 1) * stride + kw)
    for i in range(kh):
        for j in range(kw):
            stamp = torch.einsum("nchw,co->nohw", x, weight[:, :, i, j])
            out[:, :, i : i + h * stride : stride, j : j + w * stride : stride] += stamp
    return out[:, :, padding : out.shape[2] - padding, padding : out.shape[3] - padding]
""",
        id=TORCH,
    )
    assert (mark.status, mark.hundredths) == ("correct", mark.maximum)
