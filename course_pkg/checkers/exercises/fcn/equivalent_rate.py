"""What a learning rate of 1e-10 means."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "equivalent_rate"]


def equivalent_rate(rate: float, height: int, width: int, momentum: float) -> float:
    """The rate that does the same with a mean loss and without momentum.

    Example:
        >>> equivalent_rate(1e-10, 500, 375, 0.99)
        0.0018749999999999984
    """
    # A sum over pixels has height * width times the gradient of the mean; a constant gradient
    # builds up to 1 + m + m**2 + ... = 1 / (1 - m) times itself.
    return rate * height * width / (1 - momentum)


def _no_momentum(rate: float, height: int, width: int, momentum: float) -> float:
    return rate * height * width


def _divided_by_pixels(rate: float, height: int, width: int, momentum: float) -> float:
    return rate / (height * width) / (1 - momentum)


def _times_what_is_left(rate: float, height: int, width: int, momentum: float) -> float:
    return rate * height * width * (1 - momentum)


def _pixels_of_one_side(rate: float, height: int, width: int, momentum: float) -> float:
    return rate * (height + width) / (1 - momentum)


def _pixels_forgotten(rate: float, height: int, width: int, momentum: float) -> float:
    return rate / (1 - momentum)


def _case(name: str, rate: float, height: int, width: int, momentum: float) -> Case:
    sizes = {"rate": rate, "height": height, "width": width, "momentum": momentum}
    return Case(name, sizes)


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield _case("the released FCN-32s", 1e-10, 500, 375, 0.99)
    yield _case("half of the steps' memory", 1e-6, 100, 200, 0.5)
    yield _case("no momentum", 1e-5, 40, 60, 0.0)
    h, w = (int(n) for n in rng.integers(100, 900, 2))
    yield _case("another picture", 1e-8, h, w, 0.9)


EXERCISE = Exercise(
    id="fcn.equivalent_rate",
    title="Is 1e-10 a small learning rate?",
    chapter=6,
    points=2,
    statement=(
        "The released FCN trains on one picture at a time with the sum of the cross-entropies of "
        "its height x width pixels, a learning rate of rate and momentum: the step is v = momentum "
        "* v + gradient, w = w - rate * v. Return the rate that moves w as fast in the long run "
        "if the loss is the mean over the pixels and there is no momentum."
    ),
    starter="def equivalent_rate(rate, height, width, momentum):\n    raise NotImplementedError",
    hints=(
        "How many times larger is the gradient of a sum over n pixels than that of their mean?",
        "Let the gradient be 1 at every step. v goes 1, 1 + m, 1 + m + m * m, ... Where does it "
        "end? At 1 / (1 - m).",
        "rate * height * width / (1 - momentum).",
    ),
    reference=equivalent_rate,
    cases=_cases,
    tolerance=1e-7,
    mistakes=(
        Mistake(
            "Momentum is missing: a push that stays the same builds up, by 0.99 to a hundredfold.",
            _no_momentum,
        ),
        Mistake(
            "The other way round: the sum has the larger gradient, so that the mean needs the "
            "larger rate.",
            _divided_by_pixels,
        ),
        Mistake(
            "Momentum makes steps longer, not shorter: divide by 1 - momentum.",
            _times_what_is_left,
        ),
        Mistake("A picture has height x width pixels, not height + width.", _pixels_of_one_side),
        Mistake(
            "The pixels are missing: a sum has as many times the mean's gradient as it has terms.",
            _pixels_forgotten,
        ),
    ),
)
