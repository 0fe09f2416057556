"""Losses against torch, class weights and learning rates by hand."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_pkg.engine import (
    constant_factor,
    constant_schedule,
    cosine_factor,
    cosine_schedule,
    median_frequency_weights,
    pixel_cross_entropy,
    poly_factor,
    poly_schedule,
)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("ignore_index", [255, -100])
def test_sum_over_count_is_torchs_mean(weighted, ignore_index):
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 4, 5, 6, generator=generator, dtype=torch.float64, requires_grad=True)
    target = torch.randint(5, (2, 5, 6), generator=generator)
    target[target == 4] = ignore_index
    weight = torch.tensor([0.5, 2.0, 1.0, 3.0], dtype=torch.float64) if weighted else None
    loss = pixel_cross_entropy(logits, target, weight, ignore_index)
    expected = F.cross_entropy(logits, target, weight, ignore_index=ignore_index)
    torch.testing.assert_close(loss.total / loss.count, expected)
    (ours,) = torch.autograd.grad(loss.total / loss.count, logits, retain_graph=True)
    (theirs,) = torch.autograd.grad(expected, logits)
    torch.testing.assert_close(ours, theirs)


def test_nothing_labelled_is_a_zero_not_nan():
    logits = torch.zeros(1, 2, 3, 3, requires_grad=True)
    loss = pixel_cross_entropy(logits, torch.full((1, 3, 3), 255))
    assert (loss.total.item(), loss.count.item()) == (0.0, 0.0)
    loss.total.backward()
    assert logits.grad is not None
    assert not logits.grad.any()


def test_size_mismatch_says_what_to_do():
    with pytest.raises((ValueError, TypeError)):  # the type check may be first
        pixel_cross_entropy(torch.zeros(1, 2, 3, 3), torch.zeros(1, 6, 6).long())


def test_median_frequency_by_hand():
    # Class 0: 6 of the 4 + 6 labelled pixels; class 1: 1 of 4; class 2: 3 of 6; class 3: absent.
    maps = [
        torch.tensor([[0, 0], [0, 1], [255, 255]]),
        torch.tensor([[0, 0], [0, 2], [2, 2]]),
    ]
    expected = [0.5 / 0.6, 0.5 / 0.25, 0.5 / 0.5, 0.0]
    assert median_frequency_weights(maps, num_classes=4).tolist() == pytest.approx(expected)
    # An even number of classes: the median is between the two in the middle.
    two = median_frequency_weights(maps[:1], num_classes=2)
    assert two.tolist() == pytest.approx([0.5 / 0.75, 0.5 / 0.25])
    with pytest.raises(ValueError, match="no labelled pixel"):
        median_frequency_weights([torch.full((2, 2), 255)], num_classes=2)
    with pytest.raises(ValueError, match="labels must be from 0 to 1 or 255, got 0 to 2"):
        median_frequency_weights(maps[1:], num_classes=2)


def test_factors_by_hand():
    assert [constant_factor(s, warmup=4) for s in range(6)] == [0.2, 0.4, 0.6, 0.8, 1.0, 1.0]
    assert poly_factor(0, 10) == 1.0
    assert poly_factor(4, 10, power=2.0) == pytest.approx(0.36)
    assert poly_factor(9, 10) == pytest.approx(0.1**0.9)
    assert poly_factor(10, 10) == poly_factor(99, 10) == 0.0
    # Warm-up of 2 out of 6: 1/3, 2/3, then the fall over the other four steps.
    factors = [poly_factor(s, 6, power=1.0, warmup=2) for s in range(7)]
    assert factors == pytest.approx([1 / 3, 2 / 3, 1, 0.75, 0.5, 0.25, 0])
    assert cosine_factor(5, 10) == pytest.approx(0.5)
    assert cosine_factor(2, 8) == pytest.approx(0.5 + math.sqrt(0.5) / 2)
    assert cosine_factor(8, 8, final=0.1) == pytest.approx(0.1)
    assert cosine_factor(1, 6, warmup=2) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("build", "factor"),
    [
        (lambda o: constant_schedule(o, warmup=3), lambda s: constant_factor(s, 3)),
        (lambda o: poly_schedule(o, 6, warmup=1), lambda s: poly_factor(s, 6, warmup=1)),
        (lambda o: cosine_schedule(o, 6, final=0.2), lambda s: cosine_factor(s, 6, final=0.2)),
    ],
)
def test_builders_scale_every_group(build, factor):
    layer = nn.Linear(1, 1)
    groups = [{"params": [layer.weight], "lr": 2.0}, {"params": [layer.bias], "lr": 4.0}]
    optimizer = torch.optim.SGD(groups)
    schedule = build(optimizer)
    for step in range(6):
        rates = [group["lr"] for group in optimizer.param_groups]
        assert rates == pytest.approx([2 * factor(step), 4 * factor(step)])
        optimizer.step()
        schedule.step()


def test_cosine_equals_torchs_own():
    optimizers = [torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.3) for _ in range(2)]
    ours = cosine_schedule(optimizers[0], 9)
    theirs = torch.optim.lr_scheduler.CosineAnnealingLR(optimizers[1], T_max=9)
    for _ in range(9):
        for optimizer, schedule in zip(optimizers, (ours, theirs), strict=True):
            optimizer.step()
            schedule.step()
        assert ours.get_last_lr() == pytest.approx(theirs.get_last_lr(), abs=1e-12)


def test_impossible_warm_up_is_refused():
    with pytest.raises(ValueError, match="warmup must be from 0 to steps - 1 = 4, got 5"):
        poly_factor(0, 5, warmup=5)
    with pytest.raises(ValueError, match="warmup must be at least 0"):
        constant_factor(0, warmup=-1)
