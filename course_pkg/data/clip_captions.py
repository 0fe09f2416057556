"""A sentence about a moving scene, and the frames in which each of its words is to be seen."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from course_pkg.data._classes import CLASSES, COLOURS, article
from course_pkg.data.clips import Clip
from course_pkg.data.scenes import SCENE_VOCABULARY

__all__ = ["ClipCaption", "clip_caption"]


@dataclass(frozen=True)
class ClipCaption:
    """What passes in a clip, and when each word happens.

    Attributes:
        words: such as "first a red car , last an orange ball".
        frames: for each word the frames that show what it means; none for words like "first".
    """

    words: tuple[str, ...]
    frames: Bool[Tensor, "words t"]

    @property
    def text(self) -> str:
        """The sentence as one string."""
        return " ".join(self.words)

    @property
    def tokens(self) -> Int[Tensor, " tokens"]:
        """The sentence in numbers of `SCENE_VOCABULARY`, with start and end marks."""
        return SCENE_VOCABULARY.encode(self.words)


def clip_caption(clip: Clip) -> ClipCaption:
    """Tell what passes first in a clip and what passes last.

    Which comes first is to be seen in no single frame: whoever tells it has to know when a frame
    was.

    Args:
        clip: from `sample_clip`.

    Example:
        >>> from course_pkg.data.clips import sample_clip
        >>> caption = clip_caption(sample_clip(0))
        >>> caption.text
        'first a red car , last a blue ball'
        >>> caption.frames.shape
        torch.Size([9, 8])
    """
    words: list[str] = []
    frames: list[Tensor] = []
    nowhere = torch.zeros(len(clip.images), dtype=torch.bool)
    seen = clip.movers.flatten(2).any(2)
    for i, when in enumerate(("first", "last")):
        colour, name = COLOURS[int(clip.colours[i])], CLASSES[int(clip.labels[i])]
        said = [",", when] if i else [when]
        words += [*said, article(colour), colour, name]
        frames += [nowhere] * len(said) + [seen[:, i]] * 3
    return ClipCaption(tuple(words), torch.stack(frames))
