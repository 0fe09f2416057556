"""What a captioner is measured by: its sentences, and whether its looks are at the right place."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.data import SCENE_VOCABULARY
from course_pkg.engine import eval_mode
from course_pkg.metrics import PointingAccuracy
from course_pkg.metrics.bleu import corpus_bleu
from course_pkg.models import Captioner, Decoded
from course_pkg.recipes.captioning.data import CaptionData
from course_pkg.recipes.scene_cells.data import CaptionedScenes

__all__ = ["captioner_cells", "measure_captioner", "sentences_of"]

_BATCH = 100


@torch.no_grad()
def captioner_cells(model: Captioner, scenes: CaptionedScenes) -> Float[Tensor, "n cells d"]:
    """Cut all pictures into cells, once.

    Args:
        model: its encoder does it, in evaluation mode.
        scenes: the pictures.

    Returns:
        Cells, in the memory of the CPU.
    """
    device = model.baseline.device
    with eval_mode(model):
        return torch.cat(
            [
                model.look_at(images.to(device).float() / 255).cpu()
                for images in scenes.images.split(_BATCH)
            ]
        )


def sentences_of(decoded: Decoded) -> list[str]:
    """Put decoded captions into words.

    Args:
        decoded: numbers of `SCENE_VOCABULARY`.

    Returns:
        One sentence each.

    Example:
        >>> tokens = SCENE_VOCABULARY.encode(["a", "car"], ends=False)[None]
        >>> sentences_of(Decoded(tokens, torch.zeros(1), torch.zeros(1, 2, 0)))
        ['a car']
    """
    return [" ".join(SCENE_VOCABULARY.decode(row.cpu())) for row in decoded.tokens]


@torch.no_grad()
def measure_captioner(model: Captioner, data: CaptionData, beam: int) -> dict[str, Any]:
    """Measure sentences and looks on the validation scenes.

    Sentences are written freely. Looks are taken while the network reads the true caption, for
    there every word's region is known; each map is the one that led to the word.

    Args:
        model: trained.
        data: its validation scenes are used.
        beam: size of the beam that is reported beside the greedy search.

    Returns:
        Fractions, except BLEU (0 to 100).
    """
    truth, device = data.val.sentences(), model.baseline.device
    written: dict[str, list[str]] = {"": [], "_best": [], "_beam": []}
    pointing = PointingAccuracy()
    right = words = 0
    with eval_mode(model):
        for rows in torch.arange(len(data.val)).split(_BATCH):
            cells = model.look_at(data.val.images[rows].to(device).float() / 255)
            written[""] += sentences_of(model.write(cells))
            written["_beam"] += sentences_of(model.write(cells, beam_size=beam))
            if model.reading == "hard":
                written["_best"] += sentences_of(model.write(cells, how="best"))
            tokens = data.val.tokens[rows].to(device)
            looks = model(cells, tokens[:, :-1])
            said = tokens[:, 1:] != SCENE_VOCABULARY.pad
            right += int((looks.log_probs.argmax(-1) == tokens[:, 1:])[said].sum())
            words += int(said.sum())
            for weights, row in zip(looks.weights.cpu(), rows.tolist(), strict=True):
                coverage = data.val.coverage[row]
                pointing.update(weights[: len(coverage)], coverage)
    metrics: dict[str, Any] = {}
    for suffix, sentences in written.items():
        if sentences:
            same = sum(a == b for a, b in zip(sentences, truth, strict=True))
            metrics[f"exact_match{suffix}"] = same / len(truth)
            metrics[f"bleu{suffix}"] = corpus_bleu(sentences, truth)
    metrics["word_accuracy"] = right / words
    metrics |= pointing.compute()
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    return metrics
