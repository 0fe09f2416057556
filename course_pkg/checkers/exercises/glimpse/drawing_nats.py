"""What the random numbers of a drawing cost, in nats."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "drawing_nats"]


def drawing_nats(mean: np.ndarray, log_sigma: np.ndarray) -> float:
    """Kullback-Leibler divergence from N(0, 1), summed over steps and coordinates.

    Example:
        >>> drawing_nats(np.array([[2.0, 0.0]]), np.zeros((1, 2)))
        2.0
    """
    return float(0.5 * np.sum(mean**2 + np.exp(2 * log_sigma) - 2 * log_sigma - 1))


def _one_constant_a_step(mean: np.ndarray, log_sigma: np.ndarray) -> float:
    terms = mean**2 + np.exp(2 * log_sigma) - 2 * log_sigma
    return float(0.5 * np.sum(terms) - 0.5 * len(mean))


def _averaged(mean: np.ndarray, log_sigma: np.ndarray) -> float:
    return drawing_nats(mean, log_sigma) / mean.shape[1]


def _averaged_over_all(mean: np.ndarray, log_sigma: np.ndarray) -> float:
    return drawing_nats(mean, log_sigma) / mean.size


def _last_step_only(mean: np.ndarray, log_sigma: np.ndarray) -> float:
    return drawing_nats(mean[-1:], log_sigma[-1:])


def _log_variance(mean: np.ndarray, log_sigma: np.ndarray) -> float:
    return drawing_nats(mean, log_sigma / 2)


def _without_half(mean: np.ndarray, log_sigma: np.ndarray) -> float:
    return 2 * drawing_nats(mean, log_sigma)


def _wrong_sign(mean: np.ndarray, log_sigma: np.ndarray) -> float:
    return -drawing_nats(mean, log_sigma)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(
        "two steps, one mean is 2, the rest says nothing",
        {"mean": np.array([[2.0, 0.0], [0.0, 0.0]]), "log_sigma": np.zeros((2, 2))},
    )
    yield Case(
        "nothing was said: means 0, sigma 1",
        {"mean": np.zeros((3, 4)), "log_sigma": np.zeros((3, 4))},
    )
    yield Case(
        "two steps with small sigmas",
        {"mean": np.array([[1.0, -1.0], [0.5, 0.0]]), "log_sigma": np.full((2, 2), -1.5)},
    )
    steps, latent = (int(n) for n in rng.integers(2, 8, 2))
    mean, log_sigma = rng.normal(size=(2, steps, latent))
    yield Case("any drawing", {"mean": mean, "log_sigma": log_sigma})


EXERCISE = Exercise(
    id="glimpse.drawing_nats",
    title="What a drawing costs",
    chapter=14,
    points=3,
    statement=(
        "At each of t steps DRAW sends z numbers, drawn from Gaussians with mean[t, z] and "
        "standard deviation exp(log_sigma[t, z]). Return what they cost in all: the "
        "Kullback-Leibler divergence from N(0, 1), one half of "
        "mean^2 + sigma^2 - log sigma^2 - 1, added up over "
        "every number of every step."
    ),
    starter="def drawing_nats(mean, log_sigma):\n    raise NotImplementedError",
    hints=(
        "What should it cost to send means of 0 and sigmas of 1, which say nothing?",
        "sigma^2 is exp(2 * log_sigma), and log sigma^2 is 2 * log_sigma.",
        "The 1 is taken off once for every number, so it belongs inside the sum.",
    ),
    reference=drawing_nats,
    cases=_cases,
    mistakes=(
        Mistake(
            "You take off one half a step, as it is printed in the paper, not one half for every "
            "number. Saying nothing would cost something: a bound reported this way is too high.",
            _one_constant_a_step,
        ),
        Mistake(
            "You averaged over a step's numbers. A model trained on that finds sending too cheap: "
            "add them up.",
            _averaged,
        ),
        Mistake("You averaged over everything: nats add up.", _averaged_over_all),
        Mistake("Only the last step was counted: every step sends something.", _last_step_only),
        Mistake(
            "You read log_sigma as the logarithm of the variance: sigma^2 is exp(2 * log_sigma).",
            _log_variance,
        ),
        Mistake("The one half is missing.", _without_half),
        Mistake("The sign is wrong: it can never be negative.", _wrong_sign),
    ),
)
