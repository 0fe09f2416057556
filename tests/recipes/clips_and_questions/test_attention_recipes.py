"""Speech, video and questions, shrunk: each trains, is measured, and measures what it says."""

import math
from dataclasses import replace

import pytest
import torch

from course_pkg.data import ANSWERS, sample_clip, sample_scene
from course_pkg.data.utterances import sample_utterance
from course_pkg.models import SpeechSize
from course_pkg.recipes import find_recipe, reproduce
from course_pkg.recipes._core import catalog
from course_pkg.recipes._core.training import Training
from course_pkg.recipes.clips_and_questions.questions.data import asked_scenes
from course_pkg.recipes.speech.data import collate_spoken, span_coverage
from course_pkg.recipes.speech.scores import edit_distance

FEW = Training(epochs=1, batch_size=4, rate=3e-3)
SMALL = {
    "spoken": {"counts": (8, 3), "epochs": 1, "batch_size": 4, "size": SpeechSize(listen=8)},
    "clips": {"counts": (8, 3), "stills": 8, "tagging": FEW, "telling": FEW},
    "questions": {"counts": (8, 3), "tagging": FEW, "answering": FEW},
}
NAMES = (
    "las-spoken",
    "las-averaged-spoken",
    "frames-clips",
    "frames-averaged-clips",
    "smem2-questions",
    "smem1-questions",
    "smem-averaged-questions",
)


@pytest.fixture
def shrunk(monkeypatch):
    recipes = {}
    for name in NAMES:
        recipe = find_recipe(name)
        tiny = replace(recipe.presets["tiny"], **SMALL[recipe.dataset])
        recipes[name] = replace(recipe, presets={"tiny": tiny})
    monkeypatch.setattr(catalog, "_by_name", lambda: recipes)


@pytest.mark.usefixtures("shrunk")
@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_trains_and_measures(name):
    run = reproduce(name, "tiny", seed=1, device="cpu", progress=False)
    assert all(math.isfinite(loss) for loss in run.history.loss)
    assert not run.model.training
    metrics = run.metrics
    fractions = [value for key, value in metrics.items() if "accuracy" in key or "inside" in key]
    assert all(value is None or 0 <= value <= 1 for value in fractions)
    assert any("pointing" in key for key in metrics) == ("averaged" not in name)
    assert metrics["parameters"] == sum(p.numel() for p in run.model.parameters())


@pytest.mark.usefixtures("shrunk")
@pytest.mark.parametrize("name", ["las-spoken", "frames-clips", "smem2-questions"])
def test_trains_on_another_device(name, trained_away):
    run = trained_away(name)
    if name == "smem2-questions":
        assert len(run.predict((sample_scene(1).image, ["how many cars are there"])))
    else:
        ask = [sample_utterance(1)] if name == "las-spoken" else sample_clip(1).images[None]
        assert len(run.predict(ask)) == 1


@pytest.mark.usefixtures("shrunk")
@pytest.mark.parametrize("pair", [NAMES[0:2], NAMES[2:4], (NAMES[4], NAMES[6])])
def test_twins_start_alike_and_see_the_same_data(pair):
    network, twin = (reproduce(name, "tiny", device="cpu", progress=False) for name in pair)
    assert network.metrics["parameters"] == twin.metrics["parameters"]
    assert network.data is twin.data
    assert network.history.steps == twin.history.steps


@pytest.mark.usefixtures("shrunk")
def test_the_same_seed_gives_the_same_numbers():
    first, again, other = (
        reproduce("las-spoken", "tiny", seed=seed, device="cpu", progress=False)
        for seed in (0, 0, 1)
    )
    assert first.history.loss == again.history.loss
    assert first.metrics == again.metrics
    assert first.history.loss != other.history.loss


@pytest.mark.usefixtures("shrunk")
def test_answers_in_words():
    spoken = reproduce("las-spoken", "tiny", device="cpu", progress=False)
    sentence = sample_utterance(5, (1, 1))
    [transcript] = spoken.predict([sentence])
    assert transcript.weights.shape[1] == -(-len(sentence.features) // 4)
    torch.testing.assert_close(
        transcript.weights.sum(1), torch.ones(len(transcript.weights)), atol=1e-5, rtol=0
    )
    clips = reproduce("frames-clips", "tiny", device="cpu", progress=False)
    [telling] = clips.predict(sample_clip(3, 8, 96).images[None])
    assert telling.weights.shape[1] == 8
    asked = reproduce("smem2-questions", "tiny", device="cpu", progress=False)
    image = sample_scene(0, 96).image
    one, other = asked.predict((image, ["what colour is the ball", "is there a car"]))
    assert one.answer in ANSWERS
    assert 0 < other.probability <= 1
    assert other.weights.shape == (2, 64)
    with pytest.raises(ValueError, match="nobody asked with the word 'why'"):
        asked.predict((image, ["why is there a car"]))


def test_questions_keep_their_answers_and_places():
    data = asked_scenes((4, 2), 96)
    asked, row = data.train, 0
    assert data.grid == (8, 8)
    from course_pkg.data import SceneDataset

    for i in range(4):
        for question in SceneDataset(4, 96, seed=3, target="scene").scene(i).questions:
            assert asked.picture[row] == i
            assert asked.kinds[row] == question.kind
            assert ANSWERS[asked.answers[row]] == question.answer
            share = question.region.float().unfold(0, 12, 12).unfold(1, 12, 12).mean((2, 3))
            torch.testing.assert_close(asked.coverage[row], share.flatten())
            row += 1
    assert row == len(asked.answers)
    with pytest.raises(ValueError, match="size must be a multiple of 12, got 64"):
        asked_scenes((1, 1), 64)


def test_edits_by_hand():
    assert edit_distance("", "mo") == 2
    assert edit_distance("masi", "masi") == 0
    assert edit_distance("asi fu", "masi fu") == 1
    assert edit_distance("kitten", "sitting") == 3


def test_coverage_of_spans_adds_up_to_their_length():
    spoken = sample_utterance(2)
    frames = len(spoken.features)
    coverage = span_coverage(spoken.spans, -(-frames // 4), 4)
    lengths = (spoken.spans[:, 1] - spoken.spans[:, 0]).float()
    torch.testing.assert_close(4 * coverage.sum(1), lengths)


def test_a_batch_of_sentences_is_scaled_and_padded():
    one, other = sample_utterance(0), sample_utterance(1)
    sound, lengths, letters = collate_spoken([one, other])
    assert lengths.tolist() == [len(one.features), len(other.features)]
    torch.testing.assert_close(sound[1, : lengths[1]] * 2 - 7, other.features)
    assert not sound[1, lengths[1] :].any()
    assert letters[1][letters[1] != 0].tolist() == other.tokens.tolist()
