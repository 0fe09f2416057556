"""What papers claim about order, and what the measured results say to it.

A short run on other data cannot reproduce a paper's numbers, but it can be asked whether the
paper's *order* shows: is the deeper cascade the better one here, too? A claim is written down
before anything is measured, and its verdict is computed, so that "does not hold" is printed as
readily as "holds".
"""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from course_pkg.engine import Result

__all__ = ["Claim", "Number", "Verdict", "judge"]

Group = tuple[str, str, int]  # preset, device, seed
_PRESETS = ("full", "long", "small", "tiny")
_DEVICES = ("cuda", "cpu")
_WIDTH = 78  # what a page shows without a scroll bar


@dataclass(frozen=True)
class Number:
    """One number of a result, or how far it lies above another.

    Attributes:
        recipe: whose result.
        metric: its name there.
        at: place in the list, for a metric that is one; negative from the end.
        above: what is subtracted, if this is a difference.
    """

    recipe: str
    metric: str
    at: int | None = None
    above: "Number | None" = None

    def __str__(self) -> str:
        place = "" if self.at is None else f"[{self.at}]"
        name = f"{self.recipe} {self.metric}{place}"
        return name if self.above is None else f"{name} over {self.above.recipe}"

    def of(self, found: Mapping[str, Result]) -> float | None:
        """Look the number up.

        Args:
            found: results by recipe.

        Returns:
            The number, or None where it was not measured.

        Example:
            >>> Number("draw-mnist", "bound_nats").of({}) is None
            True
        """
        result = found.get(self.recipe)
        value = None if result is None else result.metrics.get(self.metric)
        if value is None:
            return None
        number = float(value if self.at is None else value[self.at])
        if self.above is None:
            return number
        less = self.above.of(found)
        return None if less is None else number - less


@dataclass(frozen=True)
class Claim:
    """An order that a paper reports.

    Attributes:
        chapter: the lecture that speaks of it.
        says: the claim in a sentence.
        source: the paper with its own numbers.
        tag: how sure these are, as in `Paper`.
        rising: what is smaller comes first.

    Raises:
        ValueError: if there is nothing to compare.
    """

    chapter: int
    says: str
    source: str
    tag: Literal["V", "R", "C", "M"]
    rising: tuple[Number, ...]

    def __post_init__(self) -> None:
        if len(self.rising) < 2:
            raise ValueError(f"claim {self.says!r}: give at least two numbers to compare")


@dataclass(frozen=True)
class Verdict:
    """What came out; as text, the chapter, the outcome and the claim.

    Attributes:
        claim: what was asked.
        outcome: "holds" if every number is larger than the one before it.
        values: the numbers, in the claim's order; empty where one is missing.
        preset: of the runs.
        device: they ran on.
        seed: of the runs.
    """

    claim: Claim
    outcome: Literal["holds", "does not hold", "not measured"]
    values: tuple[float, ...] = ()
    preset: str = ""
    device: str = ""
    seed: int = 0

    def __str__(self) -> str:
        line = f"{self.claim.chapter:2d}  {self.outcome:13s}  {self.claim.says}"
        return textwrap.fill(line, _WIDTH, subsequent_indent=" " * 19)

    @property
    def numbers(self) -> str:
        """The numbers with their names, in one line."""
        named = zip(self.claim.rising, self.values, strict=False)
        return ", ".join(f"{number} {value:.3f}" for number, value in named)


def judge(claim: Claim, results: Iterable[Result]) -> Verdict:
    """Compare runs of the same preset, device and seed: the longest preset that has them all.

    Args:
        claim: what to ask.
        results: measured ones, of any recipe.

    Returns:
        The verdict. A single seed, so a small difference says little either way.

    Example:
        >>> claim = Claim(14, "windows help", "a paper", "M",
        ...               (Number("draw-mnist", "bound_nats"), Number("draw-whole-mnist", "nats")))
        >>> judge(claim, []).outcome
        'not measured'
    """
    groups: dict[Group, dict[str, Result]] = {}
    for result in results:
        key = (result.preset, result.device, result.seed)
        groups.setdefault(key, {})[result.recipe] = result
    for key in sorted(groups, key=_best_first):
        found = [number.of(groups[key]) for number in claim.rising]
        values = tuple(value for value in found if value is not None)
        if len(values) < len(found):
            continue
        rises = all(a < b for a, b in pairwise(values))
        return Verdict(claim, "holds" if rises else "does not hold", values, *key)
    return Verdict(claim, "not measured")


def _best_first(key: Group) -> tuple[int, int, int]:
    preset, device, seed = key
    return _PRESETS.index(preset), _DEVICES.index(device), seed
