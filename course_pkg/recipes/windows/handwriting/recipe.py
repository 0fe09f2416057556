"""Handwriting: a pen that learns to write from words that the package writes itself.

Beside the nats a point stands how often the letter with the largest weight is the one that is being
written. The network is never told; that the synthesised pen knows its letter lets us ask.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.data import LETTERS, PenBatch, PenStrokes, collate_writings, pen_positions
from course_pkg.engine import LossSum, eval_mode, isolated_rng
from course_pkg.models import Handwriting, Written, pen_nll
from course_pkg.recipes._core.optimisation import learn
from course_pkg.recipes._core.recipe import Job, Outcome, Recipe

__all__ = ["RECIPES", "HandwritingSettings", "WritingSplit", "written_nll"]


@dataclass(frozen=True)
class HandwritingSettings:
    """One preset of the handwriting recipe.

    Attributes:
        steps: optimizer steps.
        alphabet: letters that occur.
        letters: fewest and most letters of a word.
        hidden: numbers in the state of each layer.
        bumps: Gaussians of the window.
        components: Gaussians of the next point.
        layers: LSTM layers above the first.
        batch_size: words per step.
    """

    steps: int
    alphabet: str = LETTERS
    letters: tuple[int, int] = (3, 6)
    hidden: int = 400
    bumps: int = 10
    components: int = 20
    layers: int = 2
    batch_size: int = 32


@dataclass(frozen=True)
class WritingSplit:
    """What was trained on, and what was measured on: words of different seeds.

    Attributes:
        train: words.
        val: other words in other hands.
    """

    train: PenStrokes
    val: PenStrokes


def written_nll(model: nn.Module, batch: PenBatch) -> tuple[LossSum, Written]:
    """Measure how surprising every point is, given the text and the points before it.

    Args:
        model: a `Handwriting`.
        batch: of writings.

    Returns:
        Sum of nats and number of points, and what the model said.
    """
    # The first point has none before it: the pen starts at rest.
    before = torch.cat([torch.zeros_like(batch.points[:, :1]), batch.points[:, :-1]], dim=1)
    written = model(before, batch.text, batch.text_mask)
    nll = pen_nll(written.mixture, batch.points)
    count = batch.mask.sum().to(nll.dtype)
    return LossSum((nll * batch.mask).sum(), count), written


def _train(settings: HandwritingSettings, job: Job) -> Outcome:
    words = partial(PenStrokes, alphabet=settings.alphabet, letters=settings.letters)
    data = WritingSplit(words(settings.steps * settings.batch_size, seed=1), words(300, seed=2))
    with isolated_rng(job.seed):
        model = Handwriting(
            len(settings.alphabet),
            settings.hidden,
            settings.bumps,
            settings.components,
            settings.layers,
        )
    history = learn(
        model,
        DataLoader(data.train, settings.batch_size, shuffle=True, collate_fn=collate_writings),
        lambda model, batch: written_nll(model, batch)[0],
        rate=3e-3,
        steps=settings.steps,
        warmup=10,
        final=0.05,
        config=job.train_config("handwriting-strokes", clip_norm=1.0),
    )

    def predict(words: list[str]) -> list[tuple[Tensor, Tensor]]:
        generator = torch.Generator(model.say.weight.device).manual_seed(job.seed)
        texts = [[settings.alphabet.index(letter) for letter in word] for word in words]
        device = model.say.weight.device
        return [
            model.write(torch.tensor(text, device=device), generator, bias=1.0) for text in texts
        ]

    return Outcome(
        model=model,
        history=history,
        measure=partial(_measure, model, data.val),
        predict=predict,
        data=data,
        seconds=history.seconds,
        draw=lambda: _picture([predict([w])[0][0] for w in _words(settings)]),
    )


@torch.inference_mode()
def _measure(model: Handwriting, data: PenStrokes) -> dict[str, Any]:
    device = model.say.weight.device
    total = count = found = 0.0
    with eval_mode(model):
        for batch in DataLoader(data, 50, collate_fn=collate_writings):
            batch = PenBatch(*(part.to(device) for part in batch))
            loss, written = written_nll(model, batch)
            total, count = total + float(loss.total), count + float(loss.count)
            visible = written.window.masked_fill(~batch.text_mask[:, None], -1)
            found += float(((visible.argmax(2) == batch.owner) & batch.mask).sum())
    return {
        "nats_per_point": total / count,
        "window_on_letter": found / count,
        "test_words": len(data),
        "parameters": sum(p.numel() for p in model.parameters()),
    }


def _words(settings: HandwritingSettings) -> list[str]:
    rng = np.random.default_rng(5)
    known = [
        w for w in ("attention", "window", "stroke", "letter") if set(w) <= set(settings.alphabet)
    ]
    more = ["".join(rng.choice(list(settings.alphabet), settings.letters[1])) for _ in range(4)]
    return (known + more)[:4]


def _picture(writings: list[Tensor]) -> Image.Image:
    """Lines on white paper, one word below the other, each as large as its row allows."""
    fine = 3  # drawn larger and shrunk: soft edges
    width, height, margin = 320 * fine, 80 * fine, 10 * fine
    sheet = Image.new("L", (width, height * len(writings)), 255)
    pen = ImageDraw.Draw(sheet)
    for row, points in enumerate(writings):
        lines = pen_positions(points.cpu())
        places = torch.cat(lines)
        low, high = places.amin(0), places.amax(0)
        room = torch.tensor([width, height]) - 2.0 * margin
        scale = min(6.0 * fine, float((room / (high - low).clamp(min=1e-6)).min()))
        middle = height * (row + 0.5) + scale * float(low[1] + high[1]) / 2
        for line in lines:
            x, y = margin + scale * (line[:, 0] - low[0]), middle - scale * line[:, 1]
            dots = list(zip(x.tolist(), y.tolist(), strict=True))
            if len(dots) == 1:  # as above an i
                pen.circle(dots[0], 1.5 * fine, fill=0)
            pen.line(dots, fill=0, width=2 * fine, joint="curve")
    return sheet.resize((width // fine, sheet.height // fine), Image.Resampling.LANCZOS)


RECIPES = (
    Recipe(
        "handwriting-strokes",
        "Graves' handwriting network on words that the package writes",
        "pen-strokes",
        {
            "tiny": HandwritingSettings(
                steps=300,
                alphabet="aceinotu",
                letters=(2, 4),
                hidden=96,
                bumps=3,
                components=6,
                layers=1,
                batch_size=24,
            ),
            "small": HandwritingSettings(
                steps=1500,
                letters=(2, 5),
                hidden=128,
                bumps=4,
                components=10,
                layers=1,
            ),
            "full": HandwritingSettings(steps=30_000, letters=(3, 12), batch_size=64),
        },
        _train,
        split="test",
    ),
)
