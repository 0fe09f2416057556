"""Multi30k: sentences about photographs, in English, German and French.

Source: Elliott et al. 2016, Multi30K: multilingual English-German image descriptions.
"""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch.utils.data import Dataset

from course_pkg.data._files import (
    Root,
    check_choice,
    data_root,
    existing,
    find_folder,
    refuse_download,
)

__all__ = ["Multi30k", "tokenize"]

_SOURCE = "GitHub, multi30k/dataset (its folder data/task1/raw)"
_LANGUAGES = ("en", "de", "fr")
_WORD = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")


def tokenize(sentence: str) -> list[str]:
    """Cut a sentence into words and punctuation marks, in small letters.

    Args:
        sentence: plain text.

    Returns:
        Words, with hyphens and apostrophes inside them kept, and marks on their own.

    Example:
        >>> tokenize("Two men aren't in the T-shirt.")
        ['two', 'men', "aren't", 'in', 'the', 't-shirt', '.']
    """
    return _WORD.findall(sentence.lower())


class Multi30k(Dataset[tuple[Any, Any]]):
    """Pairs of sentences that say the same in two languages.

    Layout: ``multi30k/train.en.gz`` and so on, one sentence a line, lines of all languages
    aligned; without ``.gz`` they are read as well.

    Args:
        root: the folder that holds ``multi30k``; ``None`` takes it from ``COURSE_DATA``.
        split: ``"train"`` (29,000), ``"val"`` (1,014) or ``"test_2016_flickr"`` (1,000).
        download: not possible for this set.
        transforms: called with (source sentence, target sentence).
        source: language to translate from: ``"en"``, ``"de"`` or ``"fr"``.
        target: language to translate to.

    Raises:
        FileNotFoundError: if the files are missing; the message says where to get them.
        ValueError: if an argument is unknown, or the files of the two languages are not aligned.
    """

    def __init__(
        self,
        root: Root = None,
        split: str = "train",
        download: bool = False,
        transforms: Callable[[str, str], tuple[Any, Any]] | None = None,
        source: str = "de",
        target: str = "en",
    ) -> None:
        check_choice("Multi30k", "split", split, ("train", "val", "test_2016_flickr"))
        check_choice("Multi30k", "source", source, _LANGUAGES)
        check_choice("Multi30k", "target", target, _LANGUAGES)
        refuse_download("Multi30k", download, _SOURCE)
        base = data_root("Multi30k", root)
        places = ("multi30k", "multi30k/data/task1/raw", "data/task1/raw")
        there = [place for place in places if _file(base / place, split, source).exists()]
        inside = f"{split}.{source}.gz"
        folder = (
            base / there[0] if there else find_folder("Multi30k", base, places, inside, _SOURCE)
        )
        left, right = (
            _lines(existing("Multi30k", _file(folder, split, language), _SOURCE))
            for language in (source, target)
        )
        if len(left) != len(right):
            raise ValueError(
                f"Multi30k: {split} has {len(left)} sentences in {source} but {len(right)} in "
                f"{target}; the files do not belong together, get them again from {_SOURCE}"
            )
        self.pairs = list(zip(left, right, strict=True))
        self.transforms = transforms

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.pairs)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The (source, target) sentences at a place in the data set."""
        pair = self.pairs[index]
        return pair if self.transforms is None else self.transforms(*pair)


def _file(folder: Path, split: str, language: str) -> Path:
    plain = folder / f"{split}.{language}"
    return plain if plain.exists() else folder / f"{split}.{language}.gz"


def _lines(path: Path) -> list[str]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    # Not splitlines(), which also cuts at separators that may stand inside a sentence.
    return [line.strip() for line in raw.decode("utf-8").rstrip("\n").split("\n")]
