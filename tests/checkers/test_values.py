"""Only exact arrays, tensors, lists and numbers get through to the judge."""

import numpy as np
import pytest
import torch

from course_pkg.checkers.values import Refused, collect, plain


class LyingArray(np.ndarray):
    """Claims to equal everything."""

    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)


class LyingObject:
    shape, dtype = (2, 2), np.dtype(float)

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("an object must not be asked to turn itself into an array")


class LyingFloat(np.float64):
    pass


class LyingTensor(torch.Tensor):
    pass


class LyingList(list):
    pass


@pytest.mark.parametrize(
    ("value", "shape", "kind"),
    [
        (np.ones((2, 3)), (2, 3), "f"),
        (torch.ones(2, 3, dtype=torch.float64), (2, 3), "f"),
        (torch.ones(2, requires_grad=True), (2,), "f"),
        (torch.nn.Parameter(torch.ones(2)), (2,), "f"),
        (torch.ones(3, 2).T, (2, 3), "f"),
        (np.ones(4)[::-1], (4,), "f"),
        ([[1, 2], [3, 4]], (2, 2), "i"),
        ((1.0, 2.0), (2,), "f"),
        ([np.ones(2), torch.ones(2)], (2, 2), "f"),
        ([], (0,), "f"),
        (3, (), "i"),
        (2.5, (), "f"),
        (True, (), "b"),
        (np.int64(3), (), "i"),
        (np.float64(3), (), "f"),
        (np.array(3), (), "i"),
    ],
)
def test_what_a_function_may_return(value, shape, kind):
    array = plain(value)
    assert type(array) is np.ndarray
    assert array.shape == shape
    assert array.dtype.kind == kind


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (np.ones((2, 2)).view(LyingArray), "LyingArray"),
        (LyingObject(), "LyingObject"),
        (LyingFloat(1.0), "LyingFloat"),
        (LyingTensor(torch.ones(2)), "LyingTensor"),
        (LyingList([1, 2]), "LyingList"),
        ([1.0, LyingFloat(1.0)], "LyingFloat"),
        (np.ma.masked_array([1.0, 2.0]), "MaskedArray"),
        ("1", "a str"),
        (iter([1, 2]), "list_iterator"),
        ({"a": 1}, "a dict"),
        ([1, None], "None"),
        (1j, "complex"),
        (np.array([1j]), "complex"),
        (np.array(["1"]), "<U1"),
        (np.array([None]), "object"),
        ([2**70], "object"),
        (torch.ones(2, dtype=torch.bfloat16), "bfloat16"),
        (torch.ones(2, 2).to_sparse(), "sparse"),
        ([[1, 2], [3]], "unequal length"),
        ([[1, 2], 3], "unequal length"),
    ],
)
def test_what_is_refused_by_name(value, named):
    with pytest.raises(Refused, match=named):
        plain(value)


def test_a_list_that_contains_itself_is_refused():
    endless = [1.0]
    endless.append(endless)
    with pytest.raises(Refused, match="nested too deeply"):
        plain(endless)


def test_the_result_is_a_copy():
    mine = np.zeros(2)
    array = plain(mine)
    mine[0] = 9
    assert array[0] == 0


def test_a_missing_return_is_said_in_words():
    with pytest.raises(Refused, match="returned None: is a `return` missing"):
        collect(None, ("result",))


@pytest.mark.parametrize("returned", [np.ones(2), (1, 2, 3), [1], {"values": 1, "indices": 2}])
def test_two_outputs_need_a_pair(returned):
    with pytest.raises(Refused, match=r"return 2 things \(values, indices\)"):
        collect(returned, ("values", "indices"))


def test_a_refused_output_is_named():
    with pytest.raises(Refused, match=r"Expected `indices` to be an array, .* got None"):
        collect((1, None), ("values", "indices"))
