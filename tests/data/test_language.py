"""Captions and questions, checked against the masks by rules written down a second time."""

from itertools import pairwise

import pytest
import torch

from course_pkg.data import (
    ANSWERS,
    CLASSES,
    COLOURS,
    QUESTION_KINDS,
    SCENE_VOCABULARY,
    STUFF,
    THINGS,
    Scene,
    sample_scene,
)

SINGULAR = {
    "trees": "tree",
    "houses": "house",
    "cars": "car",
    "balls": "ball",
    "boxes": "box",
    "people": "person",
    "animals": "animal",
}
COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
SILENT = {"and", ",", "on", "by", "before", "under", "the"}


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    return [sample_scene(seed, 96) for seed in range(80)]


def of_class(scene: Scene, name: str) -> list[int]:
    return [i for i, label in enumerate(scene.labels.tolist()) if CLASSES[label] == name]


def union(scene: Scene, members: list[int]) -> torch.Tensor:
    return scene.masks[members].any(0)


def test_a_caption_names_exactly_what_is_there(scenes: list[Scene]):
    for scene in scenes:
        counts: dict[str, int] = {}
        stuff = set()
        pending = 0
        for word in scene.caption.words:
            pending = COUNTS.get(word, pending)
            if word in STUFF:
                stuff.add(word)
            elif SINGULAR.get(word, word) in THINGS:
                assert (pending > 1) == (word in SINGULAR)
                counts[SINGULAR.get(word, word)] = pending
        there = {name: len(of_class(scene, name)) for name in THINGS}
        assert counts == {name: count for name, count in there.items() if count}
        share = scene.semantic.flatten().bincount(minlength=len(CLASSES)) / 96**2
        assert stuff == {name for i, name in enumerate(STUFF) if share[i] >= 1 / 200}


def test_every_word_of_a_caption_has_its_region(scenes: list[Scene]):
    for scene in scenes:
        words, regions = scene.caption.words, scene.caption.regions
        assert len(words) == len(regions)
        noun = None
        for word, region in reversed(list(zip(words, regions, strict=True))):
            if word in STUFF:
                assert torch.equal(region, scene.semantic == CLASSES.index(word))
                noun = None
            elif SINGULAR.get(word, word) in THINGS:
                noun = SINGULAR.get(word, word)
                assert torch.equal(region, union(scene, of_class(scene, noun)))
            elif noun is not None and (word in COLOURS or word in COUNTS):
                members = of_class(scene, noun)
                assert torch.equal(region, union(scene, members))
                if word in COLOURS:
                    assert {COLOURS[scene.colours[i]] for i in members} == {word}
            else:
                # "a" before "wall" is the only article that means nothing to point at
                assert word in SILENT | {"a"}
                assert not region.any()
                noun = None


def test_things_are_named_from_left_to_right(scenes: list[Scene]):
    for scene in scenes:
        named = [w for w in (SINGULAR.get(w, w) for w in scene.caption.words) if w in THINGS]
        middles = scene.boxes[:, [0, 2]].mean(1)
        places = [middles[of_class(scene, name)].mean() for name in named]
        assert all(a <= b + 1e-3 for a, b in pairwise(places))


def answer_again(scene: Scene, kind: str, words: tuple[str, ...]) -> tuple[str, torch.Tensor]:
    """Work out answer and region from labels, masks, boxes and depth alone."""
    nothing = torch.zeros_like(scene.masks[0])
    if kind == "count":
        members = of_class(scene, SINGULAR[words[2]])
        return ["zero", "one", "two", "three", "four"][len(members)], union(scene, members)
    if kind == "exists":
        members = of_class(scene, words[3])
        return ("yes", union(scene, members)) if members else ("no", nothing)
    name = next(w for w in words if w in THINGS)
    (i,) = of_class(scene, name)  # "the car" needs a single car
    if kind == "colour":
        return COLOURS[scene.colours[i]], scene.masks[i]
    if kind == "covers":
        hidden = scene.amodal[i] & ~scene.masks[i]
        first = [
            j
            for j in range(len(scene.labels))
            if j != i and (scene.masks[j] & hidden).any() and scene.depth[j] < scene.depth[i]
        ]
        assert len(first) == 1
        return CLASSES[scene.labels[first[0]]], scene.masks[first[0]]
    if kind == "stands":
        x0, _, x1, y1 = (int(v) for v in scene.boxes[i])
        region = nothing.clone()
        region[y1 : y1 + 3, x0:x1] = True
        (stuff,) = scene.semantic[region].unique().tolist()
        return STUFF[stuff], region
    middles = scene.boxes[:, [0, 2]].mean(1)
    sign = 1 if "right" in words else -1
    gaps = [(float(sign * (m - middles[i])), j) for j, m in enumerate(middles) if j != i]
    j = min((gap, j) for gap, j in gaps if gap > 0)[1]
    if kind == "beside":
        return CLASSES[scene.labels[j]], scene.masks[j]
    return COLOURS[scene.colours[j]], scene.masks[j]


def test_answers_and_regions_follow_from_the_masks(scenes: list[Scene]):
    for scene in scenes:
        for question in scene.questions:
            answer, region = answer_again(scene, question.kind, question.words)
            assert question.answer == answer, (scene.seed, question.text)
            assert torch.equal(question.region, region), (scene.seed, question.text)


def test_every_kind_is_asked_and_only_no_has_nowhere_to_look(scenes: list[Scene]):
    questions = [question for scene in scenes for question in scene.questions]
    assert {question.kind for question in questions} == set(QUESTION_KINDS)
    assert all(bool(q.region.any()) == (q.answer != "no") for q in questions)
    exists = [q.answer for q in questions if q.kind == "exists"]
    assert exists.count("yes") == exists.count("no") > 50


def test_no_question_is_asked_twice(scenes: list[Scene]):
    for scene in scenes:
        texts = [question.text for question in scene.questions]
        assert len(texts) == len(set(texts))


def test_words_and_answers_have_numbers(scenes: list[Scene]):
    for scene in scenes:
        tokens = scene.caption.tokens
        assert SCENE_VOCABULARY.decode(tokens) == list(scene.caption.words)
        assert len(tokens) == len(scene.caption.words) + 2
        for question in scene.questions:
            assert SCENE_VOCABULARY.unknown not in question.tokens
            assert SCENE_VOCABULARY.decode(question.tokens) == list(question.words)
            assert ANSWERS[question.answer_index] == question.answer
    assert len(set(ANSWERS)) == len(ANSWERS)


def test_text_reads_as_a_sentence():
    scene = sample_scene(0)
    assert scene.caption.text == " ".join(scene.caption.words)
    assert scene.caption.text.endswith("under the sky")
    assert scene.questions[0].text.startswith("how many")
