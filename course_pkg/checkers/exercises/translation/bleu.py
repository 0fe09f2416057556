"""From four counts to one score."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "bleu"]


def bleu(matches: np.ndarray, totals: np.ndarray, written: int, wanted: int) -> float:
    """Geometric mean of four precisions, times what missing words cost, in per cent.

    Example:
        >>> round(bleu(np.array([4, 3, 2, 1]), np.array([5, 4, 3, 2]), 5, 5), 2)
        66.87
    """
    brevity = min(1.0, float(np.exp(1 - wanted / written)))
    return 100 * brevity * float(np.prod(matches / totals) ** 0.25)


def _brevity(written: int, wanted: int) -> float:
    return min(1.0, float(np.exp(1 - wanted / written)))


def _arithmetic_mean(matches: np.ndarray, totals: np.ndarray, written: int, wanted: int) -> float:
    return 100 * _brevity(written, wanted) * float(np.mean(matches / totals))


def _no_brevity(matches: np.ndarray, totals: np.ndarray, written: int, wanted: int) -> float:
    return 100 * float(np.prod(matches / totals) ** 0.25)


def _long_is_punished_too(
    matches: np.ndarray, totals: np.ndarray, written: int, wanted: int
) -> float:
    longer, shorter = max(written, wanted), min(written, wanted)
    return bleu(matches, totals, shorter, longer)


def _plain_ratio(matches: np.ndarray, totals: np.ndarray, written: int, wanted: int) -> float:
    return 100 * min(1.0, written / wanted) * float(np.prod(matches / totals) ** 0.25)


def _counts_pooled(matches: np.ndarray, totals: np.ndarray, written: int, wanted: int) -> float:
    return 100 * _brevity(written, wanted) * float(matches.sum() / totals.sum())


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(name: str, matches: list[int], totals: list[int], written: int, wanted: int) -> Case:
        counts = {"matches": np.array(matches), "totals": np.array(totals)}
        return Case(name, {**counts, "written": written, "wanted": wanted})

    yield case("as long as the reference", [4, 3, 2, 1], [5, 4, 3, 2], 5, 5)
    yield case("two words short", [8, 6, 5, 4], [8, 7, 6, 5], 8, 10)
    yield case("three words too long", [7, 4, 3, 1], [13, 12, 11, 10], 13, 10)
    yield case("a corpus with a run of four nowhere", [60, 20, 4, 0], [90, 80, 70, 60], 90, 95)
    totals = np.sort(rng.integers(50, 99, 4))[::-1]
    matches = (totals * rng.uniform(0.2, 0.9, 4)).astype(int)
    wanted = int(totals[0] + rng.integers(5, 30))
    yield case("another corpus", matches.tolist(), totals.tolist(), int(totals[0]), wanted)


EXERCISE = Exercise(
    id="translation.bleu",
    title="BLEU from its counts",
    chapter=12,
    points=3,
    statement=(
        "For runs of 1, 2, 3 and 4 words, matches holds the clipped matches of a whole corpus and "
        "totals how many runs were written. written and wanted are the numbers of words of all "
        "hypotheses and of all references. Return BLEU from 0 to 100: the geometric mean of the "
        "four shares, times exp(1 - wanted / written) if fewer words were written than wanted, "
        "times 100. Nothing is smoothed."
    ),
    starter="def bleu(matches, totals, written, wanted):\n    raise NotImplementedError",
    hints=(
        "matches / totals are the four shares. A geometric mean of four numbers is the fourth root "
        "of their product; one zero makes it zero.",
        "The factor for missing words is min(1, exp(1 - wanted / written)).",
        "100 * min(1, np.exp(1 - wanted / written)) * np.prod(matches / totals) ** 0.25.",
    ),
    reference=bleu,
    cases=_cases,
    mistakes=(
        Mistake(
            "The four shares were averaged. BLEU takes the geometric mean: the fourth root of "
            "their product.",
            _arithmetic_mean,
        ),
        Mistake(
            "Missing words cost nothing here; then a translation of one safe word would win.",
            _no_brevity,
        ),
        Mistake(
            "Words too many are punished already: they make totals larger. The factor is for "
            "words too few only.",
            _long_is_punished_too,
        ),
        Mistake("The factor is exp(1 - wanted / written), not written / wanted.", _plain_ratio),
        Mistake(
            "The counts of all four lengths were thrown together. Each length has its own share.",
            _counts_pooled,
        ),
    ),
)
