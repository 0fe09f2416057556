"""What a network writes down of what it hears, and how far that is from what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from course_pkg.data.utterances import SPOKEN_VOCABULARY, Utterance
from course_pkg.engine import eval_mode
from course_pkg.metrics import PointingAccuracy
from course_pkg.models import ListenAttendSpell
from course_pkg.recipes.speech.data import (
    SpokenData,
    collate_spoken,
    span_coverage,
)

__all__ = ["Transcript", "edit_distance", "measure_speller", "transcribe"]

_AT_ONCE = 100  # sentences


@dataclass(frozen=True)
class Transcript:
    """What the network wrote, and where it listened for every letter.

    Attributes:
        text: the letters.
        weights: a row for every letter and one for the end mark, over the sentence's own cells.
    """

    text: str
    weights: Float[Tensor, "t cells"]


def edit_distance(written: str, said: str) -> int:
    """Count the letters to insert, drop or replace to get from one text to the other.

    Args:
        written: any text.
        said: another.

    Source: Wagner and Fischer 1974, The String-to-String Correction Problem.

    Example:
        >>> edit_distance("sazi", "sasi mo")
        4
    """
    row = list(range(len(said) + 1))
    for i, letter in enumerate(written, start=1):
        above, row = row, [i]
        for j, other in enumerate(said, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != other)))
    return row[-1]


def transcribe(
    model: ListenAttendSpell, spoken: list[Utterance], beam_size: int = 1
) -> list[Transcript]:
    """Write down what is said.

    Args:
        model: trained, in evaluation mode.
        spoken: sentences.
        beam_size: beginnings kept; 1 = greedy.

    Returns:
        One transcript each.
    """
    device = next(model.parameters()).device
    done = []
    for start in range(0, len(spoken), _AT_ONCE):
        sound, lengths, letters = collate_spoken(spoken[start : start + _AT_ONCE])
        longest = letters.shape[1] + 5
        found = model.write(sound.to(device), lengths, longest, beam_size)
        cells = _cells(model, lengths)
        for tokens, weights, own in zip(
            found.tokens.cpu(), found.weights.cpu(), cells, strict=True
        ):
            text = "".join(SPOKEN_VOCABULARY.decode(tokens))
            done.append(Transcript(text, weights[: len(text) + 1, :own]))
    return done


def _cells(model: ListenAttendSpell, lengths: Tensor) -> list[int]:
    """How many cells each sentence has; the twin has two, the mean and nothing."""
    if model.averaged:
        return [2] * len(lengths)
    return (-(-lengths // model.frames_per_cell)).tolist()


def _errors(written: list[str], said: list[str]) -> dict[str, float]:
    pairs = list(zip(written, said, strict=True))
    return {
        "letter_error_rate": sum(edit_distance(*pair) for pair in pairs) / sum(map(len, said)),
        "exact_match": sum(a == b for a, b in pairs) / len(pairs),
    }


@torch.inference_mode()
def measure_speller(
    model: ListenAttendSpell, data: SpokenData, beam_size: int = 1
) -> Mapping[str, Any]:
    """Score what is written freely; look at where the network listens while it reads the truth."""
    device = next(model.parameters()).device
    pointing, right, letters_said = PointingAccuracy(), 0, 0
    with eval_mode(model):
        texts = [found.text for found in transcribe(model, list(data.val))]
        for start in range(0, len(data.val), _AT_ONCE):
            part = data.val[start : start + _AT_ONCE]
            sound, lengths, letters = collate_spoken(part)
            letters = letters.to(device)
            said = model(sound.to(device), lengths, letters[:, :-1])
            target = letters[:, 1:]
            right += int((said.logits.argmax(-1) == target)[target != 0].sum())
            letters_said += int((target != 0).sum())
            cells = _cells(model, lengths)
            for spoken, weights, own in zip(part, said.weights.cpu(), cells, strict=True):
                if not model.averaged:
                    truth = span_coverage(spoken.spans, own, model.frames_per_cell)
                    pointing.update(weights[: len(truth), :own], truth)
    truth = [spoken.text for spoken in data.val]
    metrics: dict[str, Any] = {
        **_errors(texts, truth),
        "letter_accuracy": right / letters_said,
    }
    if beam_size > 1:
        with eval_mode(model):
            wider = [found.text for found in transcribe(model, list(data.val), beam_size)]
        metrics |= {f"{key}_beam": value for key, value in _errors(wider, truth).items()}
    if not model.averaged:
        metrics |= pointing.compute()
    metrics["parameters"] = sum(p.numel() for p in model.parameters())
    return metrics
