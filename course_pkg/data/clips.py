"""Moving scenes: two things pass one after the other, the rest stands still.

The question is about one passage, and only the frames in which it happens hold the answer: a
network that averages over time drowns it, one that attends has to find it. Because the clip is
made, the right frames and pixels are known.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from course_pkg.data._background import paint_background
from course_pkg.data._classes import CLASSES, COLOURS
from course_pkg.data._compose import blend, collect, expose, visible_enough
from course_pkg.data._layout import Thing, make_thing, place_things
from course_pkg.data._things import HALF_WIDTH
from course_pkg.data.scenes import ANSWERS, SCENE_VOCABULARY, check_scene_arguments

__all__ = ["MOVERS", "Clip", "ClipQuestion", "sample_clip"]

#: The classes that may move through a clip.
MOVERS = ("car", "ball", "person", "animal")


@dataclass(frozen=True)
class ClipQuestion:
    """A question about a clip, its answer, and when and where the answer is to be seen.

    Attributes:
        words: the question.
        answer: one of `ANSWERS`.
        frames: the frames in which the thing asked about is passing.
        regions: its pixels in each frame, empty in the other frames.
    """

    words: tuple[str, ...]
    answer: str
    frames: Bool[Tensor, " t"]
    regions: Bool[Tensor, "t h w"]

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
class Clip:
    """A moving scene and the truth about it.

    Attributes:
        images: RGB in [0, 1], one picture a frame.
        semantic: for each pixel of each frame an index into `CLASSES`.
        movers: visible pixels of the first and of the second thing that passes.
        labels: their classes, indices into `CLASSES`.
        colours: their colours, indices into `COLOURS`.
        directions: -1 for a thing that passes to the left, 1 to the right.
        questions: what passes first and last, and in which colour.
        seed: what `sample_clip` made it from.
    """

    images: Float[Tensor, "t 3 h w"]
    semantic: Int[Tensor, "t h w"]
    movers: Bool[Tensor, "t 2 h w"]
    labels: Int[Tensor, "2"]
    colours: Int[Tensor, "2"]
    directions: Int[Tensor, "2"]
    questions: tuple[ClipQuestion, ...]
    seed: int


def sample_clip(seed: int, frames: int = 8, size: int = 64) -> Clip:
    """Make the clip that belongs to a number.

    In the first half of the clip one thing enters at one side, crosses and leaves, in the second
    half another; in between, and before and after, only what stands still is to be seen.

    Args:
        seed: any whole number from 0 on; the same one gives the same clip.
        frames: how many pictures, at least 6.
        size: side of a picture in pixels, at least 32.

    Returns:
        The pictures with their labels and questions.

    Raises:
        ValueError: if an argument is out of its range.

    Example:
        >>> clip = sample_clip(0)
        >>> clip.images.shape, clip.questions[0].text
        (torch.Size([8, 3, 64, 64]), 'what passes first')
    """
    check_scene_arguments("sample_clip", seed, size)
    if frames < 6:
        raise ValueError(f"sample_clip: two things need at least 6 frames to pass, got {frames}")
    rng = np.random.default_rng([seed, 1])  # not the stream of the scene with this seed
    ground = paint_background(rng, size)
    sun = rng.uniform(-0.35, 0.35)
    standing = _standing(place_things(rng, ground), size, sun)
    still = [thing.paint(size, -sun) for thing in standing]
    names = rng.choice(np.array(MOVERS), 2, replace=False)
    colours = rng.choice(len(COLOURS), 2, replace=False)
    # Movers pass in front of everything: hidden ones could not be asked about.
    passages = [
        _passage(rng, str(name), int(colour), ground.horizon, frames, half)
        for half, (name, colour) in enumerate(zip(names, colours, strict=True))
    ]
    light = int(rng.integers(1 << 32))

    images = np.empty((frames, 3, size, size), np.float32)
    semantic = np.empty((frames, size, size), np.int64)
    movers = np.zeros((frames, 2, size, size), bool)
    for t in range(frames):
        now = [(p.thing, p.shifts[t], i) for i, p in enumerate(passages) if p.shifts[t] is not None]
        things = standing + [thing for thing, _, _ in now]
        patches = still + [thing.paint(size, -sun, s) for thing, s, _ in now if s is not None]
        images[t] = ground.image
        blend(images[t], things, patches, sun)
        # A camera at rest: one light throughout, new noise in each picture.
        expose(np.random.default_rng(light), images[t], grain=rng)
        semantic[t] = collect(ground.stuff, things, patches).semantic
        for patch, (_, _, i) in zip(patches[len(still) :], now, strict=True):
            movers[t, i][patch.area] = patch.alpha > 0.5
    return Clip(
        images=torch.from_numpy(images),
        semantic=torch.from_numpy(semantic),
        movers=torch.from_numpy(movers),
        labels=torch.tensor([CLASSES.index(p.thing.name) for p in passages]),
        colours=torch.tensor([p.thing.colour for p in passages]),
        directions=torch.tensor([p.direction for p in passages]),
        questions=_questions(passages, torch.from_numpy(movers)),
        seed=seed,
    )


@dataclass(frozen=True)
class _Passage:
    thing: Thing
    direction: int
    shifts: list[float | None]  # sideways from the thing's place; None while it is not there


def _standing(things: list[Thing], size: int, sun: float) -> list[Thing]:
    """At most four things, far ones first, small enough to leave the front free."""
    things = things[:4]
    patches = [thing.paint(size, -sun) for thing in things]
    return [t for t, kept in zip(things, visible_enough(patches, size), strict=True) if kept]


def _passage(
    rng: np.random.Generator, name: str, colour: int, horizon: float, frames: int, half: int
) -> _Passage:
    """One crossing inside its half of the clip, two frames long or longer."""
    first, last = (0, frames // 2) if half == 0 else (frames // 2, frames)
    length = int(rng.integers(2, max(3, last - first)))
    start = int(rng.integers(first, last - length + 1))
    direction = int(rng.choice((-1, 1)))
    foot = rng.uniform(0.85, 0.97)
    thing = make_thing(rng, name, 0.5, foot, horizon, colour)
    # Things that have a front face the way they go.
    thing = Thing(**{**vars(thing), "flip": direction < 0})
    reach = 0.5 - 0.9 * HALF_WIDTH[name] * thing.height
    shifts: list[float | None] = [None] * frames
    for t, shift in zip(
        range(start, start + length), np.linspace(-reach, reach, length), strict=True
    ):
        shifts[t] = float(direction * shift)
    return _Passage(thing, direction, shifts)


def _questions(
    passages: list[_Passage], movers: Bool[Tensor, "t 2 h w"]
) -> tuple[ClipQuestion, ...]:
    questions = []
    for i, (passage, when) in enumerate(zip(passages, ("first", "last"), strict=True)):
        frames = torch.tensor([shift is not None for shift in passage.shifts])
        colour = COLOURS[passage.thing.colour]
        for words, answer in (
            (("what", "passes", when), passage.thing.name),
            (("what", "colour", "is", "the", "thing", "that", "passes", when), colour),
        ):
            questions.append(ClipQuestion(words, answer, frames, movers[:, i]))
    return tuple(questions)
