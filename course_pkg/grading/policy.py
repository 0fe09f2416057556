"""A class's own rules in one small file: what counts how much, and what being late costs.

[late]
due = 2026-03-20 23:59:00
per_day = 10

[weights]
"upsampling.max_unpool" = 2

[drop]
exercises = ["upsampling.sum_pool"]
lowest = 1

[not_found]
mark = "zero"
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from course_pkg.checkers import exercise

__all__ = ["Policy", "read_policy"]

_KNOWN = {
    "late": {"due", "grace_minutes", "per_day", "most", "free_days", "times"},
    "weights": None,
    "drop": {"exercises", "lowest"},
    "not_found": {"mark"},
}


@dataclass(frozen=True)
class Policy:
    """What counts how much.

    Args:
        weights: by exercise id; 1 where there is none.
        dropped: exercises that do not count at all.
        lowest: how many of each student's lowest exercises do not count.
        due: when work had to be in.
        grace: after that, without any cost.
        per_day: percent of the total that every started day costs.
        most: percent that being late costs at the most.
        free_days: days late that cost nothing.
        not_found: what an exercise counts of which nothing was handed in: ``"unknown"`` waits for
            a person to look, ``"zero"`` does not.
        times: ``"platform"`` believes only what a platform says, ``"files"`` also files' times.
    """

    weights: Mapping[str, Fraction] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    lowest: int = 0
    due: datetime | None = None
    grace: timedelta = timedelta()
    per_day: Fraction = Fraction(0)
    most: Fraction = Fraction(100)
    free_days: int = 0
    times: Literal["platform", "files"] = "platform"
    not_found: Literal["unknown", "zero"] = "unknown"

    def days_late(self, time: datetime | None, is_late: bool) -> int:
        """Started days between the deadline and the moment of handing in.

        Args:
            time: of handing in, or nothing.
            is_late: whether the platform says so, which without a time counts as one day.

        Returns:
            0 for in time.

        Example:
            >>> policy = Policy(due=datetime(2026, 3, 20, 23, 59))
            >>> policy.days_late(datetime(2026, 3, 22, 8), False), policy.days_late(None, True)
            (2, 1)
        """
        if time is None or self.due is None:
            return int(is_late)
        over = _with_zone(time) - _with_zone(self.due) - self.grace
        return max(0, math.ceil(over / timedelta(days=1)))

    def penalty(self, total: int, days: int) -> int:
        """What being late costs.

        Args:
            total: in hundredths of a point.
            days: late.

        Returns:
            Hundredths of a point.

        Example:
            >>> Policy(per_day=Fraction(10), most=Fraction(25)).penalty(1000, 3)
            250
        """
        percent = min(self.most, self.per_day * max(0, days - self.free_days))
        return round(total * percent / 100)


def read_policy(path: Path) -> Policy:
    r"""Read the rules from a TOML file.

    Args:
        path: the file.

    Returns:
        The rules.

    Raises:
        ValueError: if it cannot be read or holds something that is no rule.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "policy.toml"
        >>> _ = path.write_text("[late]\nper_day = 10\n[drop]\nlowest = 1")
        >>> read_policy(path).lowest
        1
    """
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"the policy {path} cannot be read: {error}") from error
    for section, content in data.items():
        if section not in _KNOWN or not isinstance(content, dict):
            known = ", ".join(f"[{name}]" for name in _KNOWN)
            raise ValueError(f"the policy {path} holds {section!r}, expected {known}")
        allowed = _KNOWN[section]
        for name in content:
            if allowed is not None and name not in allowed:
                expected = ", ".join(sorted(allowed))
                raise ValueError(f"[{section}] in {path} holds {name!r}, expected {expected}")
    late, drop = data.get("late", {}), data.get("drop", {})
    due, times = late.get("due"), late.get("times", "platform")
    if due is not None and not isinstance(due, datetime):
        raise ValueError(f"due in {path} must be a moment such as 2026-03-20 23:59:00, got {due!r}")
    if times not in ("platform", "files"):
        raise ValueError(f"times in {path} must be 'platform' or 'files', got {times!r}")
    not_found = data.get("not_found", {}).get("mark", "unknown")
    if not_found not in ("unknown", "zero"):
        raise ValueError(
            f"mark under [not_found] in {path} must be 'unknown' or 'zero', got {not_found!r}"
        )
    weights = {id: _number(value, id, path) for id, value in data.get("weights", {}).items()}
    dropped = drop.get("exercises", [])
    if not isinstance(dropped, list) or not all(isinstance(id, str) for id in dropped):
        raise ValueError(
            f"exercises under [drop] in {path} must be a list of ids, such as "
            f'["upsampling.nearest"], got {dropped!r}'
        )
    most = _number(late.get("most", 100), "most", path)
    if most > 100:
        raise ValueError(f"most in {path} must be at most 100 percent, got {late['most']}")
    for id in (*weights, *dropped):
        try:
            exercise(id)
        except ValueError as error:
            raise ValueError(f"the policy {path}: {error}") from error
    return Policy(
        weights=weights,
        dropped=tuple(dropped),
        lowest=_whole(drop.get("lowest", 0), "lowest", path),
        due=due,
        grace=timedelta(minutes=float(_number(late.get("grace_minutes", 0), "grace", path))),
        per_day=_number(late.get("per_day", 0), "per_day", path),
        most=most,
        free_days=_whole(late.get("free_days", 0), "free_days", path),
        times=times,
        not_found=not_found,
    )


def _number(value: Any, name: str, path: Path) -> Fraction:
    """A number exactly as it is written: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise ValueError(f"{name} in {path} must be a number and not negative, got {value!r}")
    return Fraction(str(value))


def _whole(value: Any, name: str, path: Path) -> int:
    number = _number(value, name, path)
    if number.denominator != 1:
        raise ValueError(f"{name} in {path} must be a whole number, got {value!r}")
    return int(number)


def _with_zone(time: datetime) -> datetime:
    """A time without a zone is one of this machine's."""
    return time if time.tzinfo else time.astimezone()
