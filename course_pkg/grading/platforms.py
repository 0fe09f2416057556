"""What learning platforms write into the names of a class's files when a teacher downloads them.

Canvas (`lib/content_zipper.rb` of canvas-lms): ``name_LATE_user_file_theirs.ipynb``, the name in
lower case without blanks; anonymous, ``LATE_anon_x1Y2z_file_theirs.ipynb``.
Moodle (`mod/assign`): a folder ``Full Name_participant_assignsubmission_file_``, or the same before
the file's name; with blind marking ``Participant_participant_…``.
Gradescope: folders ``submission_number`` and a `submission_metadata.yml` with who and when.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from course_pkg._extras import need

__all__ = ["MODES", "Tag", "gradescope_tags", "platform_of", "tag_of"]

MODES = ("auto", "canvas", "moodle", "gradescope", "plain")
_CANVAS = re.compile(
    r"(?P<name>(?!anon_|late_)[^_/][^/]*?)(?P<late>_late)?_(?P<user>\d+)"
    r"_(?:(?P<file>\d+)_(?P<rest>[^/]+)|(?:text|link)\.html)",
    re.IGNORECASE,
)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>late_)?(?P<name>anon_[^_/]+)_(?:(?P<file>\d+)_(?P<rest>[^/]+)|(?:text|link)\.html)",
    re.IGNORECASE,
)
_MOODLE = re.compile(r"(?P<name>[^/]+)_(?P<user>\d+)_assignsubmission_[a-z]+_?(?P<rest>[^/]*)")


@dataclass(frozen=True)
class Tag:
    """What a platform says of a file.

    Args:
        mode: which platform.
        name: of the student, as the platform spells it.
        user: the platform's own number of the student, or an address.
        late: whether it says that the file came late.
        order: grows with every upload.
        time: when it was handed in.
        others: the student's further ids.
    """

    mode: str
    name: str
    user: str = ""
    late: bool = False
    order: int = 0
    time: datetime | None = None
    others: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What tells two students apart."""
        return (self.user or self.name, self.mode)


def tag_of(path: str, mode: str) -> Tag | None:
    """What one platform's names say of a path.

    Args:
        path: with ``/``; the first part that fits counts.
        mode: ``"canvas"`` or ``"moodle"``.

    Returns:
        The tag, or None where the path is not named in that way.

    Example:
        >>> tag = tag_of("kimminsu_LATE_1234_5678_ch04-1.ipynb", "canvas")
        >>> tag.name, tag.user, tag.late, tag.order
        ('kimminsu', '1234', True, 5678)
        >>> tag_of("Kim Minsu_77_assignsubmission_file_/ch04.ipynb", "moodle").name
        'Kim Minsu'
    """
    for part in path.split("/"):
        if mode == "moodle" and (found := _MOODLE.fullmatch(part)):
            return Tag("moodle", found["name"], found["user"])
        if mode != "canvas":
            continue
        if found := _CANVAS.fullmatch(part):
            late, order = bool(found["late"]), int((found["file"] or "0")[:30])
            return Tag("canvas", found["name"], found["user"], late, order)
        if found := _CANVAS_ANONYMOUS.fullmatch(part):
            late, order = bool(found["late"]), int((found["file"] or "0")[:30])
            return Tag("canvas", found["name"], "", late, order)
    return None


def platform_of(paths: Iterable[str]) -> str:
    """Which platform has named a class's files, judged by all of them together.

    A single name may look like a platform's by chance; so at least half of them have to, and one
    number may not stand for two names.

    Args:
        paths: of everything that was handed in.

    Returns:
        ``"canvas"``, ``"moodle"`` or ``"plain"``.

    Example:
        >>> platform_of(["kim_12_34_a.ipynb", "lee_13_35_a.ipynb"])
        'canvas'
        >>> platform_of(["kim_2026_04_a.ipynb", "lee_2026_04_a.ipynb"])
        'plain'
    """
    paths = list(paths)
    for mode in ("moodle", "canvas"):
        tags = [tag for path in paths if (tag := tag_of(path, mode))]
        people = {tag.key: tag.name for tag in tags}
        names_by_user = {(tag.user, tag.name) for tag in tags if tag.user}
        is_steady = len({user for user, _ in names_by_user}) == len(names_by_user)
        if people and is_steady and 2 * len(tags) >= len(paths):
            return mode
    return "plain"


def gradescope_tags(metadata: bytes) -> dict[str, tuple[Tag, ...]]:
    r"""Who handed in which folder of an export, and when.

    Args:
        metadata: the text of `submission_metadata.yml`.

    Returns:
        By the folder's name, a tag for every member of the group.

    Raises:
        ValueError: if it has another form.

    Example:
        >>> text = b"submission_1:\n  :submitters:\n  - :name: Kim\n    :sid: '07'"
        >>> tags = gradescope_tags(text)
        >>> [(tag.name, tag.user) for tag in tags["submission_1"]]
        [('Kim', '07')]
    """
    yaml = need("grading", "yaml")  # only such an export needs it

    # Every value stays the text that it is: as a number, 0123 would be another id.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        data = yaml.load(metadata, loader)
        found = {}
        for folder, about in data.items():
            submitters = about.get(":submitters") or [{}]
            time = _time(str(about.get(":created_at", "")))
            found[str(folder)] = tuple(_gradescope(who, folder, time) for who in submitters)
    except (yaml.YAMLError, AttributeError, TypeError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"submission_metadata.yml cannot be read: {reason}") from error
    return found


def _gradescope(who: dict[str, str], folder: str, time: datetime | None) -> Tag:
    sid, address, name = (str(who.get(key) or "") for key in (":sid", ":email", ":name"))
    known = [text for text in (sid, address, name) if text and text != "null"] or [folder]
    shown = name if name and name != "null" else known[0]
    return Tag("gradescope", shown, known[0], time=time, others=tuple(known[1:]))


def _time(text: str) -> datetime | None:
    """A moment as YAML writes it: a fraction of nine digits, a blank before the zone."""
    fitting = re.match(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?", text)
    if fitting is None:
        return None
    try:
        return datetime.fromisoformat(fitting[1] + (fitting[2] or ""))
    except ValueError:
        return None
