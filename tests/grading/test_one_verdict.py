"""Forty honest answers, each written another way: the notebook's check and the grader agree.

Every text is run as a notebook would run it and checked there, and graded as a notebook.
"""

# ruff: noqa: E501 - programs stand on lines as long as their authors made them

import pytest

from course_pkg.checkers import Checker, exercise
from course_pkg.checkers.registry import find

NEAREST = "upsampling.nearest"
TORCH = "conv_transpose.conv_transpose2d"
HEAD = "import numpy as np\n"
LOOPS = """def nearest(x, s):
    h, w = x.shape
    out = np.zeros((h * s, w * s))
    for i in range(h * s):
        for j in range(w * s):
            out[i, j] = x[i // s, j // s]
    return out
"""
STAMPS = """import torch
def conv_transpose2d(x, weight, stride, padding):
    (n, c, h, w), (_, o, kh, kw) = x.shape, weight.shape
    out = x.new_zeros(n, o, (h - 1) * stride + kh, (w - 1) * stride + kw)
    for i in range(kh):
        for j in range(kw):
            out[:, :, i:i + h * stride:stride, j:j + w * stride:stride] += MIX
    return out[:, :, padding:out.shape[2] - padding, padding:out.shape[3] - padding]
"""
ONE = "x.repeat(s, 0).repeat(s, 1)"
HONEST = {
    "repeat": f"def nearest(x, s):\n    return {ONE}",
    "kron": "def nearest(x, s):\n    return np.kron(x, np.ones((s, s)))",
    "loops": LOOPS,
    "lists": "def nearest(x, s):\n    return [[v for v in row for _ in range(s)] for row in x.tolist() for _ in range(s)]",
    "tuples_of_numpy_numbers": "def nearest(x, s):\n    return tuple(tuple(v for v in row for _ in range(s)) for row in x for _ in range(s))",
    "float32": f"def nearest(x, s):\n    return ({ONE}).astype(np.float32)",
    "longdouble": f"def nearest(x, s):\n    return ({ONE}).astype(np.longdouble)",
    "fortran_order": f"def nearest(x, s):\n    return np.asfortranarray({ONE})",
    "negative_strides": f"def nearest(x, s):\n    return np.ascontiguousarray(({ONE})[::-1])[::-1]",
    "broadcast_view": "def nearest(x, s):\n    h, w = x.shape\n    return np.broadcast_to(x[:, None, :, None], (h, s, w, s)).reshape(h * s, w * s)",
    "class_with_call": f"class Up:\n    def __call__(self, x, s):\n        return {ONE}\nnearest = Up()",
    "method": f"class Up:\n    def up(self, x, s):\n        return {ONE}\nnearest = Up().up",
    "static_method": f"class Up:\n    @staticmethod\n    def up(x, s):\n        return {ONE}\nnearest = Up.up",
    "class_method": "class Up:\n    AXES = (0, 1)\n    @classmethod\n    def up(cls, x, s):\n        for axis in cls.AXES:\n            x = x.repeat(s, axis)\n        return x\nnearest = Up.up",
    "inherited": f"class A:\n    def up(self, x, s):\n        return {ONE}\nclass B(A):\n    pass\ndef nearest(x, s):\n    return B().up(x, s)",
    "closure": "def make():\n    axes = [0, 1]\n    def up(x, s):\n        for a in axes:\n            x = x.repeat(s, a)\n        return x\n    return up\nnearest = make()",
    "lambda": f"nearest = lambda x, s: {ONE}",
    "partial": f"import functools\ndef up(k, x, s):\n    return {ONE} + k\nnearest = functools.partial(up, 0)",
    "decorator": f"import functools\ndef loud(f):\n    @functools.wraps(f)\n    def g(*a, **k):\n        return f(*a, **k)\n    return g\n@loud\ndef nearest(x, s):\n    return {ONE}",
    "registering_decorator": f"STEPS = {{}}\ndef step(f):\n    STEPS[f.__name__] = f\n    return f\n@step\ndef up(x, s):\n    return {ONE}\ndef nearest(x, s):\n    return STEPS['up'](x, s)",
    "state_in_a_loop": "AXES = []\nfor axis in range(2):\n    AXES.append(axis)\ndef nearest(x, s):\n    for a in AXES:\n        x = x.repeat(s, a)\n    return x",
    "fill_diagonal": "EYE = np.zeros((2, 2))\nnp.fill_diagonal(EYE, 1)\ndef nearest(x, s):\n    return np.kron(x, np.ones((s, s))) * EYE[0, 0] * EYE[1, 1]",
    "out_argument": "ONE = np.zeros(1)\nnp.add(ONE, 1, out=ONE)\ndef nearest(x, s):\n    return np.kron(x, np.ones((s, s))) * ONE",
    "heapq": "import heapq\nH = []\nfor v in (3, 1, 2):\n    heapq.heappush(H, v)\ndef nearest(x, s):\n    return np.kron(x, np.ones((s, s))) * H[0]",
    "setattr": f"def nearest(x, s):\n    return {ONE} * nearest.one\nsetattr(nearest, 'one', 1)",
    "attribute": f"def nearest(x, s):\n    return {ONE} * nearest.one\nnearest.one = 1",
    "filled_by_a_function": "T = {}\ndef fill(k):\n    T[k] = k\nfill(0)\nfill(1)\ndef nearest(x, s):\n    for a in T:\n        x = x.repeat(s, a)\n    return x",
    "another_name_for_it": "A = [0]\nB = A\nB.append(1)\ndef nearest(x, s):\n    for a in A:\n        x = x.repeat(s, a)\n    return x",
    "comprehension_for_its_effect": "A = []\n[A.append(a) for a in (0, 1)]\ndef nearest(x, s):\n    for a in A:\n        x = x.repeat(s, a)\n    return x",
    "global_counter": f"N = 0\ndef nearest(x, s):\n    global N\n    N += 1\n    return {ONE}",
    "cache": "import functools\n@functools.lru_cache\ndef rows(n, s):\n    return np.repeat(np.arange(n), s)\ndef nearest(x, s):\n    return x[rows(len(x), s)][:, rows(x.shape[1], s)]",
    "recursion": "def up(rows, s):\n    return [] if not len(rows) else [rows[0]] * s + up(rows[1:], s)\ndef nearest(x, s):\n    return np.array(up(np.array(up(x.T, s)).T, s))",
    "dataclass": f"import dataclasses\n@dataclasses.dataclass\nclass Up:\n    s: int\n    def up(self, x):\n        s = self.s\n        return {ONE}\ndef nearest(x, s):\n    return Up(s).up(x)",
    "annotations": f"from typing import Any\nArray = np.ndarray\ndef nearest(x: Array, s: int = 2) -> 'Array[Any]':\n    return {ONE}",
    "walrus_and_match": f"def nearest(x, s):\n    match s:\n        case 1:\n            return x\n        case k if (y := {ONE}) is not None:\n            return y",
    "prints_and_warns": f"import warnings\ndef nearest(x, s):\n    print(x)\n    warnings.warn('careful')\n    return {ONE}",
    "displays": f"from IPython.display import display\ndef nearest(x, s):\n    display(x)\n    return {ONE}",
    "generator_inside": "def rows(x, s):\n    for row in x:\n        for _ in range(s):\n            yield row.repeat(s)\ndef nearest(x, s):\n    return np.stack(list(rows(x, s)))",
    "optional_package": f"try:\n    import cupy_that_nobody_has as xp\nexcept ImportError:\n    import numpy as xp\ndef nearest(x, s):\n    return xp.asarray({ONE})",
    "asks_for_a_tensor": f"import torch\ndef nearest(x, s):\n    return {ONE} if not isinstance(x, torch.Tensor) else None",
    "fft": "def nearest(x, s):\n    return np.real(np.fft.ifft2(np.fft.fft2(np.kron(x, np.ones((s, s))))))",
    "einsum": STAMPS.replace("MIX", "torch.einsum('nchw,co->nohw', x, weight[:, :, i, j])"),
    "tensordot": STAMPS.replace("MIX", "torch.tensordot(x, weight[:, :, i, j], ([1], [0])).movedim(-1, 1)"),
    "matmul": STAMPS.replace("MIX", "(weight[:, :, i, j].T @ x.reshape(n, c, h * w)).reshape(n, o, h, w)"),
    "torch_and_numpy_sizes": STAMPS.replace("MIX", "(x[:, :, None] * weight[None, :, :, i, j, None, None]).sum(1)").replace("import torch\n", "import torch\nimport numpy\n"),
}  # fmt: skip
REFUSED = {
    "torch": "import torch\ndef nearest(x, s):\n    return torch.tensor(x).repeat_interleave(s, 0).repeat_interleave(s, 1)",
    "scipy": "def nearest(x, s):\n    from scipy import ndimage\n    return ndimage.zoom(x, s, order=0)",
    "several_on_one_line": "import numpy as np, scipy.ndimage as nd\ndef nearest(x, s):\n    return nd.zoom(x, s, order=0)",
    "star": f"from scipy.special import *\ndef nearest(x, s):\n    return {ONE} + expit(0.0) * 0",
    "matplotlib": f"import matplotlib.pyplot as plt\ndef nearest(x, s):\n    plt.figure()\n    return {ONE}",
    "decorator": f"import torch\n@torch.no_grad()\ndef nearest(x, s):\n    return {ONE}",
    "behind_a_helper": f"import torch\ndef help(x):\n    return torch.tensor(x).numpy()\ndef nearest(x, s):\n    return help({ONE})",
    "in_a_list": f"import torch\nT = [torch.ones(1)]\ndef nearest(x, s):\n    return {ONE} * T[0].numpy()",
    "the_package": "from course_pkg.ops.upsampling import nearest_upsample as nearest",
    "solution": "from course_pkg.checkers.exercises.upsampling.nearest import nearest",
}  # fmt: skip


def checked_in_a_notebook(text, id):
    space = {"__name__": "__main__"}
    try:
        exec(compile(HEAD + text, "<cell 1>", "exec"), space)
    except ImportError:
        return None
    return Checker(find(id)).check(space[find(id).name])


@pytest.mark.filterwarnings("ignore:careful")
@pytest.mark.parametrize("name", HONEST)
def test_an_honest_answer_is_right_in_both(grade, name):
    id = TORCH if "conv_transpose2d" in HONEST[name] else NEAREST
    report = checked_in_a_notebook(HONEST[name], id)
    assert report is not None
    assert report.outcome == "correct", report
    (mark,) = grade(HEAD, HONEST[name], exercises=(id,), memory=1024).exercises
    assert mark.status == "correct", mark
    assert mark.hundredths == mark.maximum


def test_there_are_forty_of_them():
    assert len(HONEST) >= 40


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_refused_by_both_in_the_same_words(grade, name):
    report = checked_in_a_notebook(REFUSED[name], NEAREST)
    (mark,) = grade(HEAD, REFUSED[name]).exercises
    assert mark.hundredths == 0
    said = "cannot be used in an answer. This exercise is graded with numpy and Python's own"
    told = " ".join([mark.message, *(case.message for case in mark.cases)])
    assert said in told
    assert "site-packages" not in told
    if report is not None:  # a name that the installed package does not have
        assert report.outcome == "raised"
        assert said in report.message


def test_a_forbidden_operation_is_refused_by_both(grade):
    text = "import torch.nn.functional as F\ndef conv_transpose2d(x, weight, stride, padding):\n    return F.conv_transpose2d(x, weight, stride=stride, padding=padding)"
    (mark,) = grade(text, exercises=(TORCH,), memory=1024).exercises
    assert mark.hundredths == 0
    assert "an operation that this exercise forbids: F.conv_transpose2d" in mark.message
    report = checked_in_a_notebook(text, TORCH)
    assert report is not None
    assert report.outcome == "raised"
    import torch.nn.functional as F

    assert "forbids: torch's convolution" in exercise(TORCH).check(F.conv_transpose2d).message
