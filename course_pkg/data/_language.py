"""Captions and questions, read off the ground truth, each word with the pixels it speaks of."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool

from course_pkg.data._classes import CLASSES, COLOURS, NUMBERS, PLURAL, STUFF, THINGS, article
from course_pkg.data._compose import Truth

# Stuff is named in the caption when it covers at least this share of the picture.
MIN_STUFF = 1 / 200
#: The kinds of question that a scene may be asked.
QUESTION_KINDS = ("count", "exists", "colour", "covers", "stands", "beside", "beside_colour")
#: Every answer to a question about a scene; an answer is a place in this tuple.
ANSWERS = ("no", "yes", *NUMBERS, *COLOURS, *CLASSES)
# Every word that a caption or a question can hold.
_PLAIN = (
    *("a", "an", ",", "and", "on", "by", "before", "under", "the"),
    *("how", "many", "are", "there", "is", "what", "colour", "covers", "part", "of", "does"),
    *("stand", "left", "right", "thing", "passes", "first", "last", "that"),
)
WORDS = tuple(sorted({*_PLAIN, *NUMBERS, *COLOURS, *CLASSES, *PLURAL.values()}))
_PREPOSITION = {"water": "by", "wall": "before", "sky": "under"}

Said = tuple[str, np.ndarray | None]  # a word, and the mask of what it means
Asked = tuple[str, tuple[str, ...], str, np.ndarray]  # kind, question, answer, where to look


def describe(truth: Truth) -> list[Said]:
    """Name everything in the picture: things from left to right, then the stuff.

    A word that means something visible comes with the mask it means, the others with None.
    """
    middles = truth.boxes[:, 0] + truth.boxes[:, 2]
    present = sorted(
        np.unique(truth.labels).tolist(), key=lambda c: (middles[truth.labels == c].mean(), c)
    )
    said: list[Said] = []
    for place, label in enumerate(present):
        members = truth.labels == label
        name, count = CLASSES[label], int(members.sum())
        shades = np.unique(truth.colours[members])
        words = [COLOURS[shades[0]]] if len(shades) == 1 else []
        words.append(name if count == 1 else PLURAL[name])
        words.insert(0, article(words[0]) if count == 1 else NUMBERS[count - 1])
        if place:
            said.append(("and" if place == len(present) - 1 else ",", None))
        region = np.any(truth.masks[members], axis=0)
        said += [(word, region) for word in words]

    size = truth.semantic.size
    seen = [c for c in range(len(STUFF)) if (truth.semantic == c).sum() >= MIN_STUFF * size]
    # The ground comes first and shares one preposition; then water, wall, sky.
    order = [c for c in map(STUFF.index, ("grass", "road", "water", "wall", "sky")) if c in seen]
    previous = None
    for c in order:
        word = _PREPOSITION.get(STUFF[c], "on")
        said.append(("and" if word == previous else word, None))
        if STUFF[c] == "wall":
            said.append(("a", None))
        elif STUFF[c] == "sky":
            said.append(("the", None))
        said.append((STUFF[c], truth.semantic == c))
        previous = word
    return said


def ask(truth: Truth, absent: int) -> Iterator[Asked]:
    """Every question that has one clear answer in this picture.

    Args:
        truth: what is there.
        absent: any number; it chooses which missing class the question with answer "no" is about.
    """
    nowhere = np.zeros(truth.semantic.shape, bool)
    missing = [name for name in THINGS if CLASSES.index(name) not in truth.labels]
    present = np.unique(truth.labels).tolist()
    for label in present:
        members = truth.labels == label
        everywhere = np.any(truth.masks[members], axis=0)
        name, count = CLASSES[label], int(members.sum())
        words = ("how", "many", PLURAL[name], "are", "there")
        yield ("count", words, NUMBERS[count - 1], everywhere)
        # One yes for each no, so that the bare question does not give the answer away.
        if missing and label == present[absent % len(present)]:
            other = missing[absent % len(missing)]
            yield ("exists", _is_there(name), "yes", everywhere)
            yield ("exists", _is_there(other), "no", nowhere)
        if count == 1:
            yield from _about_one(truth, int(members.argmax()))


def _is_there(name: str) -> tuple[str, ...]:
    return ("is", "there", article(name), name)


def _about_one(truth: Truth, i: int) -> Iterator[Asked]:
    """Questions about the only instance of its class."""
    name = CLASSES[truth.labels[i]]
    colour = COLOURS[truth.colours[i]]
    yield ("colour", ("what", "colour", "is", "the", name), colour, truth.masks[i])

    # Another's visible pixel where this one reaches: there the other is in front.
    over = (truth.masks & truth.amodal[i]).any((1, 2))
    over[i] = False
    covering = np.flatnonzero(over)
    if len(covering) == 1:
        j = int(covering[0])
        words = ("what", "covers", "part", "of", "the", name)
        yield ("covers", words, CLASSES[truth.labels[j]], truth.masks[j])

    under = strip_below(truth, i)
    classes = np.unique(truth.semantic[under])
    foot_shows = truth.boxes[i, 3] == np.flatnonzero(truth.amodal[i].any(1))[-1] + 1
    if foot_shows and under.sum() >= 8 and len(classes) == 1 and classes[0] < len(STUFF):
        words = ("what", "does", "the", name, "stand", "on")
        yield ("stands", words, STUFF[classes[0]], under)

    middles = (truth.boxes[:, 0] + truth.boxes[:, 2]) / 2
    margin = truth.semantic.shape[1] / 32
    if (np.abs(np.delete(middles, i) - middles[i]) <= margin).any():
        return  # something stands straight before or behind: neither left nor right
    for side, sign in (("left", -1), ("right", 1)):
        away = sign * (middles - middles[i])
        beyond = np.flatnonzero(away > 0)
        if not len(beyond):
            continue
        ranked = beyond[np.argsort(away[beyond])]
        if len(ranked) > 1 and away[ranked[1]] - away[ranked[0]] < margin:
            continue  # two are about equally far: no clear answer
        j = int(ranked[0])
        place = (side, "of", "the", name)
        yield ("beside", ("what", "is", *place), CLASSES[truth.labels[j]], truth.masks[j])
        words = ("what", "colour", "is", "the", "thing", *place)
        yield ("beside_colour", words, COLOURS[truth.colours[j]], truth.masks[j])


def strip_below(truth: Truth, i: int) -> Bool[np.ndarray, "h w"]:
    """The pixels right under an instance: as wide as its box, a 32nd of the picture high."""
    height, width = truth.semantic.shape
    x0, _, x1, y1 = truth.boxes[i].astype(int)
    strip = np.zeros((height, width), bool)
    strip[y1 : y1 + max(height // 32, 2), x0:x1] = True
    return strip
