"""Shapes in signatures are checked at every call, and whole numbers are numbers."""

import pytest
import torch
from jaxtyping import TypeCheckError

import course_pkg


def test_a_wrong_shape_is_refused_with_the_argument_named():
    from course_pkg.ops import max_unpool

    values, indices = torch.zeros(1, 2, 2), torch.zeros(1, 2, 3, dtype=torch.int64)
    with pytest.raises(Exception, match="indices") as caught:
        max_unpool(values, indices, 2)
    assert isinstance(caught.value, TypeCheckError)
    assert isinstance(caught.value, ValueError)


def test_a_wrong_dtype_is_refused():
    from course_pkg.ops import nearest_upsample

    with pytest.raises(Exception, match="input"):
        nearest_upsample(torch.zeros(1, 2, 2, dtype=torch.int64))


def test_parts_are_found_and_strangers_are_not():
    assert "ops" in dir(course_pkg)
    assert course_pkg.ops.__name__ == "course_pkg.ops"
    with pytest.raises(AttributeError, match="no attribute 'opps'"):
        _ = course_pkg.opps
