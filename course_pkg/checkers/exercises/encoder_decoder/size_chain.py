"""The sizes that a map goes through on its way down and up again."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake, call_each

__all__ = ["EXERCISE", "size_chain"]


def size_chain(size: int, pools: int) -> list[int]:
    """All sides from the image through the bottom and back, each unpool undoing its own pool.

    Example:
        >>> size_chain(45, 2)
        [45, 22, 11, 22, 45]
    """
    down = [size // 2**p for p in range(pools + 1)]
    return down + down[-2::-1]


def _doubles(size: int, pools: int) -> list[int]:
    down = [size // 2**p for p in range(pools + 1)]
    return down + [down[-1] * 2**p for p in range(1, pools + 1)]


def _rounds_up(size: int, pools: int) -> list[int]:
    down = [-(-size // 2**p) for p in range(pools + 1)]
    return down + down[-2::-1]


def _bottom_twice(size: int, pools: int) -> list[int]:
    down = [size // 2**p for p in range(pools + 1)]
    return down + down[::-1]


def _only_down(size: int, pools: int) -> list[int]:
    return [size // 2**p for p in range(pools + 1)]


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("45 pixels, two pools", {"size": 45, "pools": 2})
    yield Case("224 pixels, five pools", {"size": 224, "pools": 5})
    yield Case("one pool of an odd side", {"size": 7, "pools": 1})
    yield Case("no pool at all", {"size": 9, "pools": 0})
    yield Case("any numbers", {"size": int(rng.integers(64, 200_000)), "pools": 5})
    rows = rng.integers((64, 1), (100_000, 7), size=(3, 2))
    yield Case("several settings, one call each", {"size": rows[:, 0], "pools": rows[:, 1]})


EXERCISE = Exercise(
    id="encoder_decoder.size_chain",
    title="Down and up again",
    chapter=7,
    points=1,
    statement=(
        "An image has a side of size pixels. It passes pools 2x2 max pools, which drop an odd last "
        "row, and then as many unpools, each of which restores the side from before its own pool. "
        "Return all sides in order, the image's first: 2 * pools + 1 integers."
    ),
    starter="def size_chain(size, pools):\n    raise NotImplementedError",
    hints=(
        "By hand: 45 becomes 22, because 22 windows of two fit. What does 22 become?",
        "The way up holds the same numbers as the way down, without the bottom, turned round.",
        "down[-2::-1] is a list from its last but one entry back to its first.",
    ),
    reference=size_chain,
    cases=_cases,
    mistakes=(
        Mistake(
            "On the way up every side was doubled. That is what an unpool does when nobody tells "
            "it the size: 22 has become 44, and the 45 is lost. Take the sides of the way down.",
            _doubles,
        ),
        Mistake(
            "On the way down the odd sides were rounded up. A 2x2 pool needs whole windows, so it "
            "rounds down: use //.",
            _rounds_up,
        ),
        Mistake(
            "The bottom stands in the list twice. The last pool and the first unpool share it.",
            _bottom_twice,
        ),
        Mistake(
            "This is the way down only. Every pool has an unpool on the other side.",
            _only_down,
        ),
    ),
    drive=call_each,
)
