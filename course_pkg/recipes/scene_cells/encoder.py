"""Cells of scenes and of clips, from one encoder that learned from still pictures what things are.

Questions and clips are answered from the features of a network that was trained before, for
another task, and is kept as it is: as the papers keep a network that named photographs. So a
recipe and its twin without attention look at the same cells, and a step of training costs little.
"""

from collections.abc import Sequence
from functools import cache

import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_pkg.engine import isolated_rng
from course_pkg.models import CellTagger, cell_encoder
from course_pkg.recipes._core.recipe import Job
from course_pkg.recipes._core.training import Training, learn
from course_pkg.recipes.scene_cells.data import CELL_TAGS, paint_scenes

__all__ = ["cells_of", "scene_encoder"]

_AT_ONCE = 64  # pictures


def scene_encoder(
    scenes: int, size: int, features: int, training: Training, job: Job
) -> nn.Sequential:
    """Teach an encoder what every cell of a scene holds, and fix it.

    Asked for the same again, it gives the same network without training another.

    Args:
        scenes: how many to learn from.
        size: side of a scene in pixels.
        features: numbers that describe a cell.
        training: how.
        job: how the run was asked for.

    Returns:
        Images to cells, in evaluation mode, without gradients.
    """
    return _scene_encoder(scenes, size, features, training, job)


@cache
def _scene_encoder(
    scenes: int, size: int, features: int, training: Training, job: Job
) -> nn.Sequential:
    data = paint_scenes(scenes, "train", size)
    with isolated_rng(job.seed):
        # Channels last: a seventh less time a step on a CPU, and what a GPU's matrix units want.
        encoder = cell_encoder(features).to(memory_format=torch.channels_last)
        tagger = CellTagger(encoder, features, len(CELL_TAGS))
    loader = DataLoader(
        [(image, tags) for image, tags in zip(data.images, data.tags, strict=True)],  # pyright: ignore[reportArgumentType] - a list is a dataset
        training.batch_size,
        shuffle=True,
        drop_last=True,
    )
    learn(
        tagger,
        loader,
        _tag_loss,
        rate=training.rate,
        steps=training.epochs * len(loader),
        warmup=50,
        weight_decay=1e-4,
        config=job.train_config("scene-cells"),
    )
    return encoder.eval().requires_grad_(False)


def _tag_loss(model: nn.Module, batch: Sequence[Tensor]) -> Tensor:
    images, tags = batch
    return F.binary_cross_entropy_with_logits(model(images.float() / 255), tags)


@torch.inference_mode()
def cells_of(
    encoder: nn.Module, images: UInt8[Tensor, "n 3 h w"]
) -> Float[Tensor, "n c rows columns"]:
    """Cut many pictures into cells, a few at a time.

    Args:
        encoder: images in [0, 1] to features, in evaluation mode.
        images: as bytes.

    Returns:
        Features, in the memory of the CPU.

    Example:
        >>> cells_of(nn.AvgPool2d(2), torch.full((1, 3, 4, 4), 255, dtype=torch.uint8))[0, 0]
        tensor([[1., 1.],
                [1., 1.]])
    """
    device = next((p.device for p in encoder.parameters()), torch.device("cpu"))
    return torch.cat(
        [encoder(part.to(device).float() / 255).cpu() for part in images.split(_AT_ONCE)]
    )
