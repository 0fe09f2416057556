"""Lines of English that people wrote on a whiteboard, as the movements of their pens.

Source: Liwicki and Bunke 2005, IAM-OnDB: an on-line English sentence database acquired from
handwritten text on a whiteboard (ICDAR); what Graves 2013 trained on. Lecture 14.
"""

import re
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import torch
from torch import Tensor
from torch.utils.data import Dataset

from course_pkg.data._files import (
    Root,
    check_choice,
    data_root,
    existing,
    find_folder,
    refuse_download,
)
from course_pkg.data.pen_strokes import Writing

__all__ = ["IAM_ALPHABET", "IAMOnDB"]

#: The letters and signs that transcriptions are read with; the first stands for whatever is not
#: among the rest.
IAM_ALPHABET = "\ufffd " + string.ascii_letters + string.digits + "!\"#&'()*+,-./:;?[]"
_LISTS = {
    "train": "trainset.txt",
    "val": "testset_v.txt",
    "val2": "testset_t.txt",
    "test": "testset_f.txt",
}
_SOURCE = (
    "https://fki.tic.heia-fr.ch/databases/iam-on-line-handwriting-database (free for research "
    "after registration: lineStrokes-all, ascii-all and the lists of task 1)"
)
_FORM = re.compile(r"((\w+)-\d+)\w?")


class IAMOnDB(Dataset[Any]):
    """Handwritten lines, as `PenStrokes` gives words: movements of the pen, and letters.

    Items are `Writing`, or what ``transforms`` makes of them. Movements are divided by a line's
    median movement, and y points up. Nobody knows which letter a point belongs to: ``owner`` is -1.

    Layout, as published: ``iam-ondb/lineStrokes/a01/a01-000/a01-000u-01.xml`` for every line,
    ``iam-ondb/ascii/a01/a01-000/a01-000u.txt`` for every form, and the lists of task 1,
    ``iam-ondb/trainset.txt``, ``testset_v.txt``, ``testset_t.txt`` and ``testset_f.txt``.

    Args:
        root: the folder that holds ``iam-ondb``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"``, ``"val"`` and ``"val2"`` (the two validation sets), or ``"test"``.
        download: not possible for this set.
        transforms: called with the writing.

    Raises:
        FileNotFoundError: if files are missing; the message says where to get them.
        ValueError: if the split is unknown, a download is asked for, or a form has another number
            of written than of printed lines.
    """

    alphabet = IAM_ALPHABET

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: Callable[[Writing], Any] | None = None,
    ) -> None:
        check_choice("IAMOnDB", "split", split, list(_LISTS))
        refuse_download("IAMOnDB", download, _SOURCE)
        folder = find_folder(
            "IAMOnDB", data_root("IAMOnDB", root), ("iam-ondb",), "lineStrokes", _SOURCE
        )
        self.split, self.transforms = split, transforms
        listed = existing("IAMOnDB", folder / _LISTS[split], _SOURCE).read_text("utf8").split()
        self.lines: list[tuple[Path, str]] = []
        for form in listed:
            self.lines += _lines_of(folder, form)

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def __getitem__(self, index: int) -> Any:
        """The line at a place in the data set."""
        path, text = self.lines[index]
        points = _points(path)
        numbers = torch.tensor([max(self.alphabet.find(letter), 0) for letter in text])
        item = Writing(points, numbers, torch.full((len(points),), -1))
        return item if self.transforms is None else self.transforms(item)


def _lines_of(folder: Path, form: str) -> list[tuple[Path, str]]:
    """The files of a form's lines, each with its text."""
    parts = _FORM.fullmatch(form)
    if parts is None:
        raise ValueError(
            f"IAMOnDB: {form!r} in a list of forms is no form's name, such as a01-000u"
        )
    place = Path(parts[2], parts[1])
    strokes = existing("IAMOnDB", folder / "lineStrokes" / place, _SOURCE)
    files = sorted(strokes.glob(f"{form}-*.xml"))
    printed = existing("IAMOnDB", folder / "ascii" / place / f"{form}.txt", _SOURCE)
    # Two versions of the text; the second, "corrected segmentation result", is line by line.
    _, found, text = printed.read_text("latin1").partition("CSR:")
    texts = [line.strip() for line in text.splitlines() if line.strip()]
    if not found or len(texts) != len(files):
        raise ValueError(
            f"IAMOnDB: form {form} has {len(files)} written lines in {strokes} but {len(texts)} "
            f"lines of text after 'CSR:' in {printed}; fetch the damaged part anew"
        )
    return list(zip(files, texts, strict=True))


def _points(path: Path) -> Tensor:
    """Movements of the pen, the median one of length 1, and 1 where it leaves the board."""
    places, lifts = [], []
    for stroke in ElementTree.parse(path).getroot().iterfind("StrokeSet/Stroke"):
        dots = [(float(dot.attrib["x"]), -float(dot.attrib["y"])) for dot in stroke.iter("Point")]
        places += dots
        lifts += [0.0] * (len(dots) - 1) + [1.0] * bool(dots)
    if not places:
        raise ValueError(f"IAMOnDB: {path} holds no stroke; fetch the damaged part anew")
    path_ = torch.tensor(places)
    moves = torch.diff(path_, dim=0, prepend=path_[:1])
    lengths = moves.norm(dim=1)
    moved = lengths[lengths > 0]
    scale = float(moved.median()) if len(moved) else 1.0
    return torch.cat([moves / scale, torch.tensor(lifts)[:, None]], dim=1)
