"""What has to be the same for every student of a class, wherever they are graded."""

import hashlib
import hmac
from dataclasses import dataclass

from course_pkg.grading.process import ALL_MEASURES

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """How a class is graded; plain data, so that it can travel to another machine.

    Args:
        exercises: ids, in the order in which they are reported.
        secret: what the hidden inputs are drawn from.
        per_student_seed: whether every student gets other numbers.
        timeout: seconds that one case may take.
        memory_mb: megabytes that an answer may allocate.
        allow_weak: whether to go on where isolation is weaker than it should be.
        measures: protections to use where they exist.
        student_seconds: that one submission may take, all its exercises together.
    """

    exercises: tuple[str, ...]
    secret: bytes
    per_student_seed: bool = False
    timeout: float = 5.0
    memory_mb: int = 1024
    allow_weak: bool = False
    measures: tuple[str, ...] = ALL_MEASURES
    student_seconds: float = 900.0

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ValueError(
                f"the secret has {len(self.secret)} bytes, expected at least 16: make one with "
                "`openssl rand -hex 32 > secret`"
            )
        if not self.timeout > 0:
            raise ValueError(f"timeout must be positive, got {self.timeout}")
        if not self.student_seconds > 0:
            raise ValueError(f"student_seconds must be positive, got {self.student_seconds}")
        if self.memory_mb < 64:
            raise ValueError(f"memory must be at least 64 MB, got {self.memory_mb}")

    @property
    def seed_id(self) -> str:
        """A short name of the secret that does not betray it."""
        return self._digest("name")[:4].hex()

    def seed(self, exercise: str, student: str) -> int:
        """What an exercise's random inputs are drawn from.

        Args:
            exercise: its id.
            student: counts only with ``per_student_seed``.

        Returns:
            A number that nobody can guess without the secret.

        Example:
            >>> settings = Settings(("a.b",), b"0123456789abcdef")
            >>> settings.seed("a.b", "kim") == settings.seed("a.b", "lee")
            True
        """
        who = student if self.per_student_seed else ""
        return int.from_bytes(self._digest(f"seed/{exercise}/{who}")[:8], "big")

    def key(self, student: str, files: list[tuple[str, str]], versions: str, more: str) -> str:
        """What a mark depends on; an old result counts again only while this stays the same.

        Args:
            student: the id.
            files: path and SHA-256 of what was handed in.
            versions: of this package and of what computes.
            more: whatever else it depends on.

        Returns:
            A digest.

        Example:
            >>> settings = Settings(("a.b",), b"0123456789abcdef")
            >>> settings.key("kim", [], "1", "") != settings.key("lee", [], "1", "")
            True
        """
        seed, where = self.per_student_seed, (self.allow_weak, self.measures)
        limits = (self.timeout, self.memory_mb, self.student_seconds)
        how = (self.exercises, seed, limits, where)
        return self._digest(repr((student, files, versions, more, how))).hex()

    def _digest(self, text: str) -> bytes:
        return hmac.new(self.secret, text.encode(), hashlib.sha256).digest()
