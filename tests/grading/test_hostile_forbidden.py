"""Group 8: operations that an exercise forbids, by every road, and the reference as an answer."""

# ruff: noqa: E501 - programs stand on lines as long as their authors made them

import inspect

import pytest

from course_pkg.checkers import exercise
from course_pkg.checkers.definition import reference
from course_pkg.grading.flags import flags

TORCH = "conv_transpose.conv_transpose2d"
DEF = "import torch\nimport torch.nn.functional as F\ndef conv_transpose2d(x, weight, stride, padding):\n    "
CALL = "F.conv_transpose2d(x, weight, stride=stride, padding=padding)"
ROADS = {
    "banned_direct": f"return {CALL}",
    "banned_torch_name": "return torch.conv_transpose2d(x, weight, None, stride, padding)",
    "banned_alias": f"g = getattr(F, 'conv_' + 'transpose2d')\n    return g{CALL[18:]}",
    "banned_module": (
        "m = torch.nn.ConvTranspose2d(*weight.shape[:2], weight.shape[2:], stride, padding, "
        "bias=False).double()\n    m.weight = torch.nn.Parameter(weight)\n    return m(x)"
    ),
    "banned_aten": (
        "return torch.ops.aten.convolution.default(x, weight, None, [stride] * 2, [padding] * 2, "
        "[1, 1], True, [0, 0], 1)"
    ),
    "banned_thread": (
        f"import threading\n    out = []\n    t = threading.Thread(target=lambda: out.append({CALL}))\n"
        "    t.start(); t.join()\n    return out[0]"
    ),
    "banned_mode_off": f"with torch._C._DisableTorchDispatch():\n        return {CALL}",
    "banned_autograd": (
        "h = (x.shape[2] - 1) * stride + weight.shape[2] - 2 * padding\n"
        "    w = (x.shape[3] - 1) * stride + weight.shape[3] - 2 * padding\n"
        "    y = torch.zeros(x.shape[0], weight.shape[1], h, w, dtype=x.dtype, requires_grad=True)\n"
        "    out = F.conv2d(y, weight, stride=stride, padding=padding)\n"
        "    return torch.autograd.grad(out, y, x, create_graph=True)[0]"
    ),
    "banned_nn_grad": (
        "h = (x.shape[2] - 1) * stride + weight.shape[2] - 2 * padding\n"
        "    w = (x.shape[3] - 1) * stride + weight.shape[3] - 2 * padding\n"
        "    size = (x.shape[0], weight.shape[1], h, w)\n"
        "    return torch.nn.grad.conv2d_input(size, weight, x, stride, padding)"
    ),
    "banned_jit": (
        "f = torch.jit.trace(lambda a, b: F.conv_transpose2d(a, b), (x, weight))\n"
        "    return f(x, weight)"
    ),
    "banned_fold": (
        "n, c, h, w = x.shape\n    k = weight.shape[2:]\n"
        "    cols = torch.einsum('nchw,cokl->noklhw', x, weight).reshape(n, -1, h * w)\n"
        "    size = [(s - 1) * stride + q - 2 * padding for s, q in zip((h, w), k)]\n"
        "    return F.fold(cols, size, k, stride=stride, padding=padding)"
    ),
    "banned_exec_string": f"space = dict(globals(), **locals())\n    exec('y = ' + {CALL!r}, space)\n"
    "    return space['y'] if F else 0",
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", ROADS)
def test_a_forbidden_operation_is_refused_by_every_road(attack, name):
    mark = attack(DEF + ROADS[name], id=TORCH, memory=1024)
    assert mark.hundredths == 0
    assert mark.status == "raised"
    if name != "banned_jit":
        assert "an operation that this exercise forbids" in mark.message


def test_the_reference_imported_as_an_answer_is_not_there(attack):
    mark = attack("from course_pkg.ops.conv_transpose import conv_transpose2d", id=TORCH)
    assert (mark.hundredths, mark.status) == (0, "raised")
    assert "course_pkg cannot be used in an answer" in mark.cases[0].message


def pasted(id, **names):
    source = inspect.getsource(inspect.unwrap(reference(exercise(id).definition)))
    for old, new in names.items():
        source = source.replace(old, new)
    return source


def test_a_pasted_and_a_renamed_solution_count_and_are_flagged(grade):
    id = "upsampling.max_pool_with_indices"
    plain = grade("import numpy as np", pasted(id), exercises=(id,))
    renamed = grade(
        "import numpy as np",
        pasted(id, values="best", window="cut", row="r", column="c"),
        exercises=(id,),
    )
    own = grade(
        "import numpy as np",
        "def max_pool_with_indices(x, kernel_size):\n    k = kernel_size\n"
        "    h, w = x.shape[0] // k, x.shape[1] // k\n"
        "    v = x[: h * k, : w * k].reshape(h, k, w, k).swapaxes(1, 2).reshape(h, w, -1)\n"
        "    p = v.argmax(-1)\n    rows = np.arange(h)[:, None] * k + p // k\n"
        "    return v.max(-1), rows * x.shape[1] + np.arange(w) * k + p % k",
        exercises=(id,),
    )
    for record in (plain, renamed):
        assert record.exercises[0].status == "correct"
        assert flags([record]) == {"kim": [f"built like the published solution: {id}"]}
    assert own.exercises[0].status == "correct"
    assert flags([own]) == {}


def test_two_students_of_one_structure_are_flagged_with_each_others_name(grade):
    from dataclasses import replace

    body = (
        "def nearest({0}, {1}):\n    h, w = {0}.shape\n    out = np.zeros((h * {1}, w * {1}))\n"
        "    for i in range(h * {1}):\n        for j in range(w * {1}):\n"
        "            out[i, j] = {0}[i // {1}, j // {1}]\n    return out"
    )
    one = replace(grade("import numpy as np", body.format("x", "s")), student="one")
    two = replace(grade("import numpy as np", body.format("picture", "k")), student="two")
    assert flags([one, two]) == {
        "one": ["built like two: upsampling.nearest"],
        "two": ["built like one: upsampling.nearest"],
    }
