"""Moving scenes with what passes in them, painted once: the data of the video recipes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from course_pkg.data import clip_caption, pad_sequences, sample_clip
from course_pkg.models import describe_frames
from course_pkg.recipes.scene_cells.encoder import cells_of

__all__ = ["ClipData", "DescribedClips", "described_clips"]

# The data sets take their clips from ranges of seeds that do not meet.
_TRAIN_SEED, _VAL_SEED = 0, 1 << 32


@dataclass(frozen=True)
class DescribedClips:
    """Clips as an encoder saw them, and what is to be said about them.

    Attributes:
        seeds: of `sample_clip`, for whoever wants to see the pictures again.
        seen: each frame in numbers, by `describe_frames`.
        tokens: captions with start and end marks, padded.
        frames: for every clip a row for each token after the start mark: the frames that show
            what the word means.
    """

    seeds: range
    seen: Float[Tensor, "n frames f"]
    tokens: Int[Tensor, "n t"]
    frames: Sequence[Bool[Tensor, "words frames"]]


@dataclass(frozen=True)
class ClipData:
    """What a video recipe trains and measures on.

    Attributes:
        train: clips to learn from.
        val: others.
        frames: of a clip.
        size: side of a frame in pixels.
    """

    train: DescribedClips
    val: DescribedClips
    frames: int
    size: int


@cache
def described_clips(
    encoder: nn.Module, counts: tuple[int, int], frames: int, size: int
) -> ClipData:
    """Watch clips, always the same ones.

    Args:
        encoder: images to cells; a fixed one.
        counts: how many to train and to measure on.
        frames: of a clip.
        size: side of a frame in pixels.
    """
    train, val = (
        _described(encoder, range(first, first + count), frames, size)
        for first, count in zip((_TRAIN_SEED, _VAL_SEED), counts, strict=True)
    )
    return ClipData(train, val, frames, size)


def _described(encoder: nn.Module, seeds: range, frames: int, size: int) -> DescribedClips:
    captions, seen = [], []
    with torch.inference_mode():
        for seed in seeds:
            clip = sample_clip(seed, frames, size)
            captions.append(clip_caption(clip))
            cells = cells_of(encoder, (clip.images * 255).byte())
            seen.append(describe_frames(cells[None])[0])
    return DescribedClips(
        seeds=seeds,
        seen=torch.stack(seen),
        tokens=pad_sequences([caption.tokens for caption in captions]),
        frames=[caption.frames for caption in captions],
    )
