"""What a network says about a clip, how right that is, and whether it read the right frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from course_pkg.data import SCENE_VOCABULARY
from course_pkg.engine import eval_mode
from course_pkg.metrics import PointingAccuracy
from course_pkg.models import VideoDescriber
from course_pkg.recipes.clips_and_questions.clips.data import ClipData

__all__ = ["Telling", "measure_clips", "tell"]


@dataclass(frozen=True)
class Telling:
    """What the network says about a clip, and which frames it read for every word.

    Attributes:
        words: the sentence.
        weights: a row for every word and one for the end mark.
    """

    words: tuple[str, ...]
    weights: Float[Tensor, "t frames"]


@torch.inference_mode()
def tell(model: VideoDescriber, clips: Float[Tensor, "n frames 3 h w"]) -> list[Telling]:
    """Tell what passes in clips.

    Args:
        model: trained, in evaluation mode.
        clips: pictures in [0, 1].

    Returns:
        One sentence each.
    """
    found = model.write(model.watch(clips.to(model.v.device)))
    said = [tuple(SCENE_VOCABULARY.decode(row)) for row in found.tokens.cpu()]
    return [
        Telling(words, weights[: len(words) + 1])
        for words, weights in zip(said, found.weights.cpu(), strict=True)
    ]


@torch.inference_mode()
def measure_clips(model: VideoDescriber, data: ClipData) -> Mapping[str, Any]:
    """Score free sentences; look at the frames that are read while the truth is being said."""
    pointing, device = PointingAccuracy(), model.v.device
    seen, tokens = data.val.seen.to(device), data.val.tokens.to(device)
    with eval_mode(model):
        written = model.write(seen).tokens
        said = model(seen, tokens[:, :-1])
    target = tokens[:, 1:]
    # As long as the truth, cut or padded: a longer sentence has a word where its end should be.
    same = F.pad(written, (0, max(0, target.shape[1] - written.shape[1])))[:, : target.shape[1]]
    named = torch.zeros_like(target, dtype=torch.bool)
    for row, frames in zip(named, data.val.frames, strict=True):
        # Articles have frames too, but follow from the word after them: colours and things count.
        row[: len(frames)] = frames.any(1).to(device)
    articles = [SCENE_VOCABULARY.encode([word], ends=False) for word in ("a", "an")]
    named &= ~torch.isin(target, torch.cat(articles).to(device))
    metrics: dict[str, Any] = {
        "exact_match": float((same == target).all(1).double().mean()),
        "naming_accuracy": float((same == target)[named].double().mean()),
    }
    if not model.averaged:
        for weights, frames in zip(said.weights.cpu(), data.val.frames, strict=True):
            pointing.update(weights[: len(frames)], frames.float())
        metrics |= pointing.compute()
    metrics["clips"] = len(target)
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    return metrics
