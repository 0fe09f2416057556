"""The recurrence itself: the same f, again and again, on the image and its own scores."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "passes_of_f"]


def passes_of_f(image: np.ndarray, weight: np.ndarray, bias: np.ndarray, passes: int) -> np.ndarray:
    """Score the image, then score it again together with the scores.

    Example:
        >>> passes_of_f(np.ones((3, 1, 1)), np.ones((1, 4)), np.zeros(1), 2)
        array([[[6.]]])
    """
    k = len(bias)
    scores = np.zeros((k, *image.shape[1:]))
    for _ in range(passes):
        planes = np.concatenate((image, scores))  # 3 + k planes, colours first
        scores = np.einsum("kp,phw->khw", weight, planes) + bias[:, None, None]
    return scores


def _f(planes: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return np.einsum("kp,phw->khw", weight, planes) + bias[:, None, None]


def _nothing(image: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return np.zeros((len(bias), *image.shape[1:]))


def _scores_first(
    image: np.ndarray, weight: np.ndarray, bias: np.ndarray, passes: int
) -> np.ndarray:
    scores = _nothing(image, bias)
    for _ in range(passes):
        scores = _f(np.concatenate((scores, image)), weight, bias)
    return scores


def _feeds_labels(
    image: np.ndarray, weight: np.ndarray, bias: np.ndarray, passes: int
) -> np.ndarray:
    scores = fed = _nothing(image, bias)
    for _ in range(passes):
        scores = _f(np.concatenate((image, fed)), weight, bias)
        fed = np.eye(len(bias))[scores.argmax(axis=0)].transpose(2, 0, 1)
    return scores


def _forgets_the_image(
    image: np.ndarray, weight: np.ndarray, bias: np.ndarray, passes: int
) -> np.ndarray:
    scores = _nothing(image, bias)
    for p in range(passes):
        scores = _f(np.concatenate((image * (p == 0), scores)), weight, bias)
    return scores


def _one_pass_more(
    image: np.ndarray, weight: np.ndarray, bias: np.ndarray, passes: int
) -> np.ndarray:
    return passes_of_f(image, weight, bias, passes + 1)


def _one_pass(image: np.ndarray, weight: np.ndarray, bias: np.ndarray, passes: int) -> np.ndarray:
    return passes_of_f(image, weight, bias, 1)


def _adds_up(image: np.ndarray, weight: np.ndarray, bias: np.ndarray, passes: int) -> np.ndarray:
    scores = _nothing(image, bias)
    for _ in range(passes):
        scores = scores + _f(np.concatenate((image, scores)), weight, bias)
    return scores


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    names = ("image", "weight", "bias", "passes")
    image = np.array([[[0.2, 0.8]], [[0.5, 0.1]], [[0.9, 0.4]]])
    weight = np.array([[1.0, 0.0, 2.0, 0.5, -1.0], [0.0, 3.0, 0.0, 0.25, 0.5]])
    bias = np.array([0.1, -0.2])
    yield Case("two pixels, two passes", dict(zip(names, (image, weight, bias, 2), strict=True)))
    yield Case("one pass", dict(zip(names, (image, weight, bias, 1), strict=True)))
    yield Case("three passes", dict(zip(names, (image, weight, bias, 3), strict=True)))
    drawn = (rng.random((3, 3, 4)), rng.normal(size=(5, 8)), rng.normal(size=5), 3)
    yield Case("any image", dict(zip(names, drawn, strict=True)))


EXERCISE = Exercise(
    id="refinement.passes_of_f",
    title="Read your own answer",
    chapter=8,
    points=3,
    statement=(
        "f is a 1x1 convolution: at each pixel, weight (k, 3 + k) times the pixel's 3 + k planes, "
        "plus bias (k,). The planes are the image (3, h, w) and behind it the k scores of the pass "
        "before, all zeros before the first. Apply f passes times, at least once, and return the "
        "last scores (k, h, w)."
    ),
    starter="def passes_of_f(image, weight, bias, passes):\n    raise NotImplementedError",
    hints=(
        "Before the first pass: np.zeros((k, h, w)). Then the same three lines, passes times.",
        "np.concatenate((image, scores)) puts the score planes behind the colours.",
        "np.einsum('kp,phw->khw', weight, planes) multiplies at every pixel; so does "
        "np.tensordot(weight, planes, 1). Then add bias[:, None, None].",
    ),
    reference=passes_of_f,
    cases=_cases,
    mistakes=(
        Mistake(
            "The scores stand before the colours. The weights expect the colours first.",
            _scores_first,
        ),
        Mistake(
            "The labels were fed back, not the scores. A label does not say how sure the net was, "
            "and no gradient passes it.",
            _feeds_labels,
        ),
        Mistake(
            "From the second pass on the image is missing. Every pass sees it.",
            _forgets_the_image,
        ),
        Mistake(
            "This is one pass too many.",
            _one_pass_more,
        ),
        Mistake(
            "This is the first pass. Its scores go back in.",
            _one_pass,
        ),
        Mistake(
            "The scores of the passes were added up. Each pass replaces what came before.",
            _adds_up,
        ),
    ),
)
