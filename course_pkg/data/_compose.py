"""From patches to a picture and its ground truth, both read off the same soft masks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from course_pkg.data._classes import CLASSES
from course_pkg.data._drawing import Patch
from course_pkg.data._layout import Thing
from course_pkg.data._textures import noise_tile, window
from course_pkg.data._things import HALF_WIDTH

# A thing is kept when it shows this share of the picture, and this share of itself.
MIN_AREA = 1 / 800
MIN_VISIBLE = 0.2


@dataclass(frozen=True)
class Truth:
    """What is in a picture; instances are numbered from left to right."""

    semantic: Int[np.ndarray, "h w"]
    masks: Bool[np.ndarray, "k h w"]
    amodal: Bool[np.ndarray, "k h w"]
    boxes: Float[np.ndarray, "k 4"]
    labels: Int[np.ndarray, " k"]
    colours: Int[np.ndarray, " k"]
    depth: Int[np.ndarray, " k"]


def owners(patches: Sequence[Patch], size: int) -> np.ndarray:
    """Which patch each pixel shows, the last one winning; -1 where none does."""
    owner = np.full((size, size), -1, np.int64)
    for i, patch in enumerate(patches):
        owner[patch.area][patch.alpha > 0.5] = i
    return owner


def visible_enough(patches: Sequence[Patch], size: int) -> list[bool]:
    """Which things to keep: no specks, and nothing almost hidden; at least one stays."""
    owner = owners(patches, size)
    visible = np.bincount(owner.ravel() + 1, minlength=len(patches) + 1)[1:]
    whole = np.array([np.count_nonzero(patch.alpha > 0.5) for patch in patches])
    keep = (visible >= MIN_AREA * size**2) & (visible >= MIN_VISIBLE * whole)
    if not keep.any():
        keep[np.argmax(visible)] = True
    return keep.tolist()


def blend(
    image: Float[np.ndarray, "3 h w"], things: Sequence[Thing], patches: Sequence[Patch], sun: float
) -> None:
    """Paint the patches into the picture from far to near, each over its shadow on the ground."""
    size = image.shape[1]
    for thing, patch in zip(things, patches, strict=True):
        area = patch.area
        below = slice(area[0].start + (area[0].stop - area[0].start) * 2 // 3, area[0].stop + 2)
        ground = image[:, below, area[1]]
        # An ellipse on the ground, drawn out away from the sun, darkest under the thing.
        v = (np.arange(below.start, below.start + ground.shape[1]) + 0.5) / size - thing.foot
        u = -patch.u if thing.flip else patch.u
        reach = 0.85 * HALF_WIDTH[thing.name]
        out = (v[:, None] / (0.09 * thing.height)) ** 2 + ((u + sun) / reach) ** 2
        ground *= (1 - 0.5 * np.clip(1.4 * (1 - out), 0, 1)).astype(np.float32)
        image[:, area[0], area[1]] += patch.alpha * (patch.rgb - image[:, area[0], area[1]])


def expose(
    rng: np.random.Generator,
    image: Float[np.ndarray, "3 h w"],
    grain: np.random.Generator | None = None,
) -> None:
    """Light the whole picture and take it with an imperfect sensor, in place.

    ``rng`` decides about the light and ``grain``, where it is given, about the noise.
    """
    size = image.shape[1]
    gain, warmth, ramp, dusk = rng.uniform((0.78, -0.1, -0.3, 0), (1.2, 0.1, 0.3, 0.25))
    x = (np.arange(size, dtype=np.float32) + 0.5) / size - 0.5
    light = gain * (1 + ramp * x[None]) * (1 - dusk * 2 * x[:, None] ** 2)
    offset = rng.random(2)
    clouds = window(noise_tile(1.7), (offset[0], offset[1]), size, size)
    image *= (light * (1 + 0.06 * clouds)).astype(np.float32)
    image *= np.array([1 + warmth, 1, 1 - warmth], np.float32)[:, None, None]
    sigma = rng.uniform(0.008, 0.025)
    for channel, (top, left) in zip(image, (grain or rng).random((3, 2)), strict=True):
        channel += sigma * window(noise_tile(0.0), (top, left), size, size)
    np.clip(image, 0, 1, out=image)


def collect(stuff: np.ndarray, things: Sequence[Thing], patches: Sequence[Patch]) -> Truth:
    """Read the ground truth off the patches, given from far to near."""
    size = stuff.shape[0]
    owner = owners(patches, size)
    whole = np.zeros((len(patches), size, size), bool)
    for mask, patch in zip(whole, patches, strict=True):
        mask[patch.area] = patch.alpha > 0.5
    seen = owner[None] == np.arange(len(patches))[:, None, None]
    boxes = tight_boxes(seen)
    labels = np.array([CLASSES.index(thing.name) for thing in things], np.int64)
    semantic = np.append(labels, 0)[owner]
    semantic = np.where(owner < 0, stuff, semantic)
    order = np.argsort(boxes[:, 0] + boxes[:, 2], kind="stable")
    colours = np.array([thing.colour for thing in things], np.int64)
    depth = np.arange(len(patches))[::-1]
    return Truth(
        semantic,
        seen[order],
        whole[order],
        boxes[order],
        labels[order],
        colours[order],
        depth[order],
    )


def tight_boxes(masks: Bool[np.ndarray, "k h w"]) -> Float[np.ndarray, "k 4"]:
    """The smallest (x0, y0, x1, y1) around each mask; zeros for an empty one."""
    rows, columns = np.any(masks, axis=2), np.any(masks, axis=1)
    x0, y0 = columns.argmax(1), rows.argmax(1)
    x1 = columns.shape[1] - columns[:, ::-1].argmax(1)
    y1 = rows.shape[1] - rows[:, ::-1].argmax(1)
    boxes = np.stack([x0, y0, x1, y1], 1).astype(np.float32)
    boxes[~np.any(rows, axis=1)] = 0
    return boxes
