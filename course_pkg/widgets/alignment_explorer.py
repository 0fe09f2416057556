"""Touch a word of a translation and see where the network looked to write it."""

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float, Int

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.values import WholeNumber, html_table

__all__ = ["AlignmentExplorer", "read_alignments", "write_alignments"]

_FILE = Path(__file__).parent / "static" / "alignments.json"
_MOST_WORDS = 40


def read_alignments(path: Path | str = _FILE) -> dict[str, Any]:
    """Read sentences with their translations and weights, and what made them.

    Args:
        path: a file of `write_alignments`; if left out, the book's own sentences as the network
            of the book's result file translated them.

    Returns:
        ``sentences``, and ``recipe``, ``preset`` and ``seed`` of the network.

    Example:
        >>> sorted(read_alignments())
        ['preset', 'recipe', 'seed', 'sentences']
    """
    return json.loads(Path(path).read_text("utf8"))


def write_alignments(
    path: Path | str,
    sentences: Sequence[tuple[Sequence[str], Sequence[str], Float[np.ndarray, "_ _"]]],
    recipe: str,
    preset: str,
    seed: int,
) -> None:
    """Write sentences for the figure, weights in thousandths.

    Args:
        path: of the file.
        sentences: words read, words written, and a weight for each of the one and the other.
        recipe: what trained the network.
        preset: likewise.
        seed: likewise.

    Raises:
        ValueError: if there are not as many weights as words.
    """
    kept = [
        {
            "source": list(source),
            "words": list(words),
            "weights": (1000 * np.asarray(weights)).round().astype(int).tolist(),
        }
        for source, words, weights in sentences
    ]
    _check(kept)
    # One sentence a line: a change of one is a change of one line.
    lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in kept)
    head = json.dumps({"recipe": recipe, "preset": preset, "seed": seed})[1:-1]
    Path(path).write_text(f'{{{head}, "sentences": [\n{lines}\n]}}\n', "utf8")


class AlignmentExplorer(BookWidget):
    """Choose a sentence, touch a word, and see its attention weights in the other language.

    Args:
        sentences: mappings with ``source`` and ``words`` (lists of words) and ``weights`` (for
            every written word one number in thousandths for each word read); None = the book's.
        sentence: which one is shown first.
        side: "written" or "read": where the touched word stands.
        word: the touched word's place.
        title: the figure's heading.

    Raises:
        ValueError: if there is no sentence, or weights and words do not go together.
        traitlets.TraitError: if sentence, side or word is none that exists.

    Example:
        >>> one = {"source": ["rot", "<end>"], "words": ["red", "<end>"],
        ...        "weights": [[900, 100], [200, 800]]}
        >>> w = AlignmentExplorer([one])
        >>> w.shares.tolist(), w.most_read.tolist(), w.crossings
        ([0.9, 0.1], [0, 1], 0)
    """

    _tag = "course-alignment-explorer"
    _esm = module_source("alignment_explorer.js")
    _shown = ("sentence", "side", "word")

    sentences = traitlets.List(read_only=True).tag(sync=True)
    sentence = WholeNumber(0, 999, 0).tag(sync=True)
    side = traitlets.Enum(["written", "read"], "written").tag(sync=True)
    word = WholeNumber(0, _MOST_WORDS - 1, 0).tag(sync=True)

    def __init__(
        self,
        sentences: Sequence[Mapping[str, Any]] | None = None,
        sentence: int = 0,
        side: str = "written",
        word: int = 0,
        title: str = "Where did it look?",
    ) -> None:
        made = read_alignments()["sentences"] if sentences is None else list(map(dict, sentences))
        _check(made)
        self.set_trait("sentences", made)
        super().__init__(sentence=sentence, side=side, word=word, title=title)

    @traitlets.validate("sentence")
    def _validate_sentence(self, proposal: Any) -> int:
        if proposal.value >= len(self.sentences):
            raise traitlets.TraitError(
                f"sentence must be from 0 to {len(self.sentences) - 1}, but {proposal.value} came"
            )
        return proposal.value

    @traitlets.validate("word", "side")
    def _validate_word(self, proposal: Any) -> Any:
        both = {"word": self.word, "side": self.side, proposal.trait.name: proposal.value}
        words = self._chosen["words" if both["side"] == "written" else "source"]
        # The other side of a sentence may be shorter: only a word that is asked for is refused.
        if proposal.trait.name == "word" and both["word"] >= len(words):
            raise traitlets.TraitError(
                f"word must be from 0 to {len(words) - 1} on the {both['side']} side, "
                f"but {proposal.value} came"
            )
        return proposal.value

    @traitlets.observe("sentence", "side")
    def _stay_in_the_sentence(self, change: Any) -> None:
        words = self._chosen["words" if self.side == "written" else "source"]
        self.word = min(self.word, len(words) - 1)

    @property
    def _chosen(self) -> Mapping[str, Any]:
        return self.sentences[self.sentence]

    @property
    def weights(self) -> Float[np.ndarray, "t s"]:
        """Shares of the sentence: a row for each written word, a column for each read one."""
        return np.array(self._chosen["weights"], float) / 1000

    @property
    def shares(self) -> Float[np.ndarray, " words"]:
        """The touched word's weights over the words of the other side."""
        return self.weights[self.word] if self.side == "written" else self.weights[:, self.word]

    @property
    def most_read(self) -> Int[np.ndarray, " t"]:
        """For each written word the place of the word with the largest weight."""
        return self.weights.argmax(axis=1)

    @property
    def crossings(self) -> int:
        """Pairs of written words whose most-read words stand in the opposite order."""
        places = self.most_read
        return int(sum((places[i + 1 :] < place).sum() for i, place in enumerate(places)))

    def fallback(self) -> str:
        """The sentence, its translation and the whole table of weights in per cent."""
        source, words = (" ".join(self._chosen[side]) for side in ("source", "words"))
        caption = f"Weights in per cent, columns: {source}"
        return f"<p>{html.escape(source)} → {html.escape(words)}</p>" + html_table(
            caption, np.round(np.array(self._chosen["weights"]) / 10), self._chosen["words"]
        )


def _check(sentences: Sequence[Mapping[str, Any]]) -> None:
    if not sentences:
        raise ValueError("expected at least one sentence, got none")
    for each in sentences:
        shape = (len(each["words"]), len(each["source"]))
        weights = np.asarray(each["weights"], float)
        if weights.shape != shape or not 0 < min(shape) <= max(shape) <= _MOST_WORDS:
            raise ValueError(
                f"a sentence with {shape[1]} words read and {shape[0]} written needs weights of "
                f"shape {shape}, at most {_MOST_WORDS} a side, but {weights.shape} came"
            )
        if not (weights >= 0).all() or np.abs(weights.sum(axis=1) - 1000).max() > 25:
            raise ValueError(
                "weights must be thousandths from 0 on, and those of each written word add up to "
                f"1000, but sums from {weights.sum(1).min():g} to {weights.sum(1).max():g} came"
            )
