"""Counting runs of words, each at most as often as the reference has it."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "clipped_matches"]


def _runs(words: np.ndarray, n: int) -> Counter[tuple[int, ...]]:
    return Counter(tuple(words[i : i + n].tolist()) for i in range(len(words) - n + 1))


def clipped_matches(hypothesis: np.ndarray, reference: np.ndarray, n: int) -> int:
    """Runs of n words of the hypothesis that the reference has too, none counted too often.

    Example:
        >>> clipped_matches(np.array([7, 7, 7, 8]), np.array([7, 8, 9]), 1)
        2
    """
    left = [tuple(reference[i : i + n].tolist()) for i in range(len(reference) - n + 1)]
    matches = 0
    for i in range(len(hypothesis) - n + 1):
        run = tuple(hypothesis[i : i + n].tolist())
        if run in left:  # each run of the reference can be used up once
            left.remove(run)
            matches += 1
    return matches


def _without_clipping(hypothesis: np.ndarray, reference: np.ndarray, n: int) -> int:
    wanted = _runs(reference, n)
    return sum(count for run, count in _runs(hypothesis, n).items() if run in wanted)


def _different_runs_only(hypothesis: np.ndarray, reference: np.ndarray, n: int) -> int:
    return len(set(_runs(hypothesis, n)) & set(_runs(reference, n)))


def _runs_up_to_n(hypothesis: np.ndarray, reference: np.ndarray, n: int) -> int:
    return sum(clipped_matches(hypothesis, reference, m) for m in range(1, n + 1))


def _same_place(hypothesis: np.ndarray, reference: np.ndarray, n: int) -> int:
    shorter = min(len(hypothesis), len(reference))
    return sum(
        bool((hypothesis[i : i + n] == reference[i : i + n]).all()) for i in range(shorter - n + 1)
    )


def _single_words(hypothesis: np.ndarray, reference: np.ndarray, n: int) -> int:
    return clipped_matches(hypothesis, reference, 1)


def _share(hypothesis: np.ndarray, reference: np.ndarray, n: int) -> float:
    total = len(hypothesis) - n + 1
    return clipped_matches(hypothesis, reference, n) / total if total > 0 else 0.0


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, hypothesis: list[int], reference: list[int], n: int) -> Case:
        words = {"hypothesis": np.array(hypothesis), "reference": np.array(reference)}
        return Case(name, {**words, "n": n})

    yield case("the the the the", [8, 7, 7, 7, 7], [7, 8, 9, 7], 1)
    yield case("pairs, one of them twice", [4, 5, 4, 5, 6], [9, 4, 5, 6, 4, 5], 2)
    yield case("four words, shifted by one", [3, 4, 5, 6, 7], [8, 3, 4, 5, 6], 4)
    yield case("shorter than the run", [4, 5], [4, 5, 6], 3)
    for n in (1, 2, 3):
        yield case(
            f"runs of {n}", rng.integers(0, 3, 12).tolist(), rng.integers(0, 3, 9).tolist(), n
        )


EXERCISE = Exercise(
    id="translation.clipped_matches",
    title="Matches, clipped",
    chapter=12,
    points=3,
    statement=(
        "hypothesis and reference are arrays of word numbers. Return how many of the hypothesis' "
        "runs of n neighbouring words the reference has too, wherever it has them. A run counts "
        "at most as often as it stands in the reference."
    ),
    starter="def clipped_matches(hypothesis, reference, n):\n    raise NotImplementedError",
    hints=(
        "There are len(words) - n + 1 runs; tuple(words[i : i + n].tolist()) can be counted.",
        "collections.Counter counts both sides. For each run take the smaller count.",
        "Counter & Counter keeps the smaller counts; sum its values.",
    ),
    reference=clipped_matches,
    cases=_cases,
    mistakes=(
        Mistake(
            'Not clipped: a sentence of nothing but "the" would score full marks. A run counts '
            "at most as often as the reference has it.",
            _without_clipping,
        ),
        Mistake(
            "Each different run was counted once. A run that stands twice on both sides is two "
            "matches.",
            _different_runs_only,
        ),
        Mistake("Runs of fewer than n words were counted along.", _runs_up_to_n),
        Mistake(
            "The runs were compared place by place; one missing word at the front would cost "
            "everything. The place does not matter.",
            _same_place,
        ),
        Mistake("Single words were counted: take runs of n.", _single_words),
        Mistake("That is a share; here the count itself is asked for.", _share),
    ),
)
