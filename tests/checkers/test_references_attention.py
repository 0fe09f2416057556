"""Chapter 11's references equal the package's attention operations and torch's gradients."""

import numpy as np
import pytest
import torch

from course_pkg import models, ops
from course_pkg.checkers import exercise, make_cases
from course_pkg.checkers.definition import reference

SEEDS = pytest.mark.parametrize("seed", range(5))


def answers(name, seed=0):
    """Every case's inputs as tensors, with the reference's answer."""
    task = exercise(f"attention.{name}").definition
    return [
        (
            {
                key: torch.from_numpy(value) if isinstance(value, np.ndarray) else value
                for key, value in case.inputs.items()
            },
            torch.as_tensor(reference(task)(*case.inputs.values()), dtype=torch.float64),
        )
        for case in make_cases(task, seed)
    ]


@SEEDS
def test_masked_softmax(seed):
    for inputs, answer in answers("masked_softmax", seed):
        torch.testing.assert_close(answer, ops.masked_softmax(inputs["scores"], inputs["mask"]))


@SEEDS
def test_expectation(seed):
    for inputs, answer in answers("expectation", seed):
        torch.testing.assert_close(answer, ops.soft_attend(inputs["weights"], inputs["values"]))


@SEEDS
def test_additive_scores(seed):
    for inputs, answer in answers("additive_scores", seed):
        torch.testing.assert_close(
            answer, ops.additive_scores(inputs["query"], inputs["keys"], inputs["v"])
        )


@SEEDS
def test_entropy(seed):
    for inputs, answer in answers("entropy", seed):
        torch.testing.assert_close(answer, ops.entropy(inputs["weights"]))


@SEEDS
def test_exact_gradient(seed):
    for inputs, answer in answers("exact_gradient", seed):
        scores = inputs["scores"].clone().requires_grad_()
        (scores.softmax(-1) * inputs["rewards"]).sum().backward()
        torch.testing.assert_close(answer, scores.grad)


@SEEDS
def test_reinforce_gradient(seed):
    for inputs, answer in answers("reinforce_gradient", seed):
        scores = inputs["scores"].clone().requires_grad_()
        log_prob = scores.log_softmax(-1)[inputs["cells"]]
        ops.reinforce_loss(log_prob, inputs["rewards"], inputs["baseline"]).mean().backward()
        assert scores.grad is not None
        torch.testing.assert_close(answer, -scores.grad)


@SEEDS
def test_moving_baseline_is_the_captioners(seed):
    for inputs, answer in answers("moving_baseline", seed):
        baseline, used = torch.zeros((), dtype=torch.float64), []
        for reward in inputs["rewards"]:
            used.append(baseline.clone())
            baseline.lerp_(reward, 1.0 - inputs["memory"])
        torch.testing.assert_close(answer, torch.stack(used))


@SEEDS
def test_doubly_stochastic(seed):
    for inputs, answer in answers("doubly_stochastic", seed):
        weights = inputs["weights"][None]
        said = torch.ones(weights.shape[:2], dtype=torch.float64)
        torch.testing.assert_close(answer, models.doubly_stochastic(weights, said)[0])
