"""Synthetic scenes: pictures that are hard enough to learn from, with everything known about them.

A scene has stuff (sky, grass, road, water, wall) and things (trees, houses, cars, balls, boxes,
people, animals) in perspective, lit, textured, shadowed and hiding one another; half of all scenes
and more hold things of one class that touch, which a semantic map cannot tell apart. Colours are
shared between the classes, so that a lone pixel says little. Because the scene is made, its truth
is exact: which pixel is what, what is hidden behind what, and which pixels each word of the caption
and each question speaks of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from course_pkg.data._background import paint_background
from course_pkg.data._classes import CLASSES, COLOURS, PALETTE, STUFF, THINGS
from course_pkg.data._compose import Truth, blend, collect, expose, visible_enough
from course_pkg.data._language import ANSWERS, QUESTION_KINDS, WORDS, ask, describe
from course_pkg.data._layout import place_things
from course_pkg.data.vocabulary import Vocabulary

__all__ = [
    "ANSWERS",
    "CLASSES",
    "COLOURS",
    "PALETTE",
    "QUESTION_KINDS",
    "SCENE_VOCABULARY",
    "STUFF",
    "THINGS",
    "Caption",
    "Question",
    "Scene",
    "sample_scene",
    "touching_pairs",
]

#: Every word of the scenes' captions and questions, numbered.
SCENE_VOCABULARY = Vocabulary(WORDS)


@dataclass(frozen=True)
class Caption:
    """A sentence about a scene, and where in the picture each of its words is.

    Attributes:
        words: the sentence.
        regions: for each word the pixels it means; empty for words like "and".
    """

    words: tuple[str, ...]
    regions: Bool[Tensor, "t h w"]

    @property
    def text(self) -> str:
        """The sentence as one string."""
        return " ".join(self.words)

    @property
    def tokens(self) -> Int[Tensor, " tokens"]:
        """The sentence in numbers of `SCENE_VOCABULARY`, with start and end marks."""
        return SCENE_VOCABULARY.encode(self.words)


@dataclass(frozen=True)
class Question:
    """A question about a scene, its answer, and the pixels that hold the answer.

    Attributes:
        kind: one of `QUESTION_KINDS`.
        words: the question.
        answer: one of `ANSWERS`.
        region: where to look; empty when the answer is "no", for then there is nothing to see.
    """

    kind: str
    words: tuple[str, ...]
    answer: str
    region: Bool[Tensor, "h w"]

    @property
    def text(self) -> str:
        """The question as one string."""
        return " ".join(self.words)

    @property
    def tokens(self) -> Int[Tensor, " tokens"]:
        """The question in numbers of `SCENE_VOCABULARY`, without start and end marks."""
        return SCENE_VOCABULARY.encode(self.words, ends=False)

    @property
    def answer_index(self) -> int:
        """The answer's place in `ANSWERS`."""
        return ANSWERS.index(self.answer)


@dataclass(frozen=True)
class Scene:
    """A picture and the whole truth about it.

    Instances are numbered from left to right. Boxes are (x0, y0, x1, y1) in pixels, where pixel j
    covers [j, j + 1).

    Attributes:
        image: RGB in [0, 1].
        semantic: for each pixel an index into `CLASSES`; no pixel is to be ignored.
        masks: the visible pixels of each instance; they do not overlap.
        amodal: the pixels of each instance inside the picture, the hidden ones included.
        boxes: the smallest box around each visible mask.
        labels: class of each instance, an index into `CLASSES`.
        colours: main colour of each instance, an index into `COLOURS`.
        depth: 0 for the nearest instance, 1 for the next, ...
        caption: a sentence that names everything in the picture.
        questions: all questions of `QUESTION_KINDS` that have one clear answer here.
        seed: what `sample_scene` made it from.
    """

    image: Float[Tensor, "3 h w"]
    semantic: Int[Tensor, "h w"]
    masks: Bool[Tensor, "k h w"]
    amodal: Bool[Tensor, "k h w"]
    boxes: Float[Tensor, "k 4"]
    labels: Int[Tensor, " k"]
    colours: Int[Tensor, " k"]
    depth: Int[Tensor, " k"]
    caption: Caption
    questions: tuple[Question, ...]
    seed: int


def sample_scene(seed: int, size: int = 128) -> Scene:
    """Make the scene that belongs to a number.

    The same seed gives the same scene on every run. At another size it gives the same things at
    the same places, drawn with more or fewer pixels (the grain of the textures stays one pixel
    fine, and what is too small to see is left out).

    Args:
        seed: any whole number from 0 on.
        size: side of the square picture in pixels, at least 32.

    Returns:
        The picture with its labels, caption and questions.

    Raises:
        ValueError: if the seed is negative or the size too small.

    Example:
        >>> scene = sample_scene(0, size=64)
        >>> scene.image.shape, scene.masks.shape[1:]
        (torch.Size([3, 64, 64]), torch.Size([64, 64]))
    """
    check_scene_arguments("sample_scene", seed, size)
    rng = np.random.default_rng(seed)
    ground = paint_background(rng, size)
    things = place_things(rng, ground)
    sun = rng.uniform(-0.35, 0.35)
    absent = int(rng.integers(1 << 16))
    patches = [thing.paint(size, -sun) for thing in things]
    keep = [i for i, kept in enumerate(visible_enough(patches, size)) if kept]
    things, patches = [things[i] for i in keep], [patches[i] for i in keep]
    blend(ground.image, things, patches, sun)
    expose(rng, ground.image)
    truth = collect(ground.stuff, things, patches)
    questions = tuple(
        Question(kind, words, answer, torch.from_numpy(region))
        for kind, words, answer, region in ask(truth, absent)
    )
    tensors = {name: torch.from_numpy(array) for name, array in vars(truth).items()}
    image, caption = torch.from_numpy(ground.image), _caption(truth)
    return Scene(image, **tensors, caption=caption, questions=questions, seed=seed)


def _caption(truth: Truth) -> Caption:
    said = describe(truth)
    regions = np.zeros((len(said), *truth.semantic.shape), bool)
    for row, (_, region) in zip(regions, said, strict=True):
        if region is not None:
            row[:] = region
    return Caption(tuple(word for word, _ in said), torch.from_numpy(regions))


def check_scene_arguments(function: str, seed: int, size: int) -> None:
    """Refuse seeds and sizes that no scene can be made from."""
    if seed < 0:
        raise ValueError(f"{function}: seed must be a whole number from 0 on, got {seed}")
    if size < 32:
        raise ValueError(
            f"{function}: size must be at least 32 pixels, or things become specks; got {size}"
        )


def touching_pairs(
    masks: Bool[Tensor, "k h w"], labels: Int[Tensor, " k"] | Sequence[int]
) -> list[tuple[int, int]]:
    """Pairs of instances of one class whose masks touch: a semantic map melts them into one.

    Args:
        masks: visible pixels of each instance.
        labels: class of each instance.

    Returns:
        Pairs (i, j), i < j, that have pixels side by side or one above the other.

    Raises:
        ValueError: if there is not one label for each mask.

    Example:
        >>> masks = torch.tensor([[[True, False, False]], [[False, True, False]]])
        >>> touching_pairs(masks, torch.tensor([7, 7])), touching_pairs(masks, torch.tensor([7, 8]))
        ([(0, 1)], [])
    """
    kinds = [int(label) for label in labels]
    if len(kinds) != len(masks):
        raise ValueError(
            f"touching_pairs: expected one label a mask, got {len(kinds)} for {len(masks)} masks"
        )
    pairs = []
    for i, j in combinations(range(len(kinds)), 2):
        if kinds[i] == kinds[j]:
            a, b = masks[i], masks[j]
            beside = (a[:, 1:] & b[:, :-1]).any() or (a[:, :-1] & b[:, 1:]).any()
            above = (a[1:] & b[:-1]).any() or (a[:-1] & b[1:]).any()
            if beside or above:
                pairs.append((i, j))
    return pairs
