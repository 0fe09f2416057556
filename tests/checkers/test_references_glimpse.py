"""The references of lecture 14 equal the package's ops and models."""

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from course_pkg import models, ops
from course_pkg.checkers import exercises_of, make_cases
from course_pkg.checkers.definition import reference

EXERCISES = {e.id: e for e in exercises_of(14)}


def column(*values):
    return [torch.tensor([float(value)], dtype=torch.float64) for value in values]


def by_ops_filter_centres(centre, stride, patch_size):
    # Where narrow filters look on a long line: far enough from both ends.
    bank = ops.gaussian_filterbank(*column(centre + 500, stride, 2.0), patch_size, 1000)[0]
    return bank @ (torch.arange(1000).double() + 0.5) - 500


def by_ops_filter_rows(centres, sigma, size):
    banks = [ops.gaussian_filterbank(*column(c, 1.0, sigma), 1, size)[0] for c in centres]
    return torch.cat(banks)


def tensors(*arrays):
    return [torch.as_tensor(np.ascontiguousarray(array)).double()[None] for array in arrays]


def by_ops_read_patch(image, rows, columns):
    image, rows, columns = tensors(image, rows, columns)
    return ops.read_window(image[None], rows, columns)[0, 0]


def by_ops_write_patch(patch, rows, columns, intensity):
    patch, rows, columns = tensors(patch, rows, columns)
    return ops.write_window(patch[None], rows, columns, *column(intensity))[0, 0]


def by_torch_drawing_nats(mean, log_sigma):
    said = Normal(torch.as_tensor(mean), torch.as_tensor(log_sigma).exp())
    return kl_divergence(said, Normal(0.0, 1.0)).sum()


def by_model_letter_window(height, sharpness, position, letters):
    return models.text_window(*tensors(height, sharpness, position), letters)[0]


OTHER = {
    "glimpse.filter_centres": by_ops_filter_centres,
    "glimpse.filter_rows": by_ops_filter_rows,
    "glimpse.read_patch": by_ops_read_patch,
    "glimpse.write_patch": by_ops_write_patch,
    "glimpse.drawing_nats": by_torch_drawing_nats,
    "glimpse.letter_window": by_model_letter_window,
}


def test_every_exercise_is_compared():
    assert set(OTHER) == set(EXERCISES)


@pytest.mark.parametrize("name", sorted(OTHER))
@pytest.mark.parametrize("seed", range(5))
def test_reference_equals_the_package(name, seed):
    exercise = EXERCISES[name]
    for case in make_cases(exercise, seed):
        ours = reference(exercise)(**case.inputs)
        theirs = OTHER[name](**case.inputs)
        np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-9, atol=1e-9)
