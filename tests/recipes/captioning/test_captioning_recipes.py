"""The captioning recipes, shrunk: trained, measured and written down; their scores counted anew."""

from dataclasses import replace

import pytest
import torch

from course_pkg.data import SCENE_VOCABULARY, SceneDataset
from course_pkg.engine import read_results
from course_pkg.metrics import corpus_bleu
from course_pkg.models import CaptionLoss
from course_pkg.recipes import find_recipe, reproduce, write_run
from course_pkg.recipes._core import catalog
from course_pkg.recipes.captioning.data import captioned_scenes
from course_pkg.recipes.captioning.picture import paint_look
from course_pkg.recipes.captioning.recipe import RECIPES
from course_pkg.recipes.scene_cells.data import CELL_TAGS

NAMES = ("captioning-soft-scenes", "captioning-hard-scenes")


def shrunk(name):
    recipe = find_recipe(name)
    tiny = recipe.presets["tiny"]
    small = replace(
        tiny,
        counts=(8, 5),
        tagging=replace(tiny.tagging, epochs=1, batch_size=4),
        writing=replace(tiny.writing, epochs=2, batch_size=4),
    )
    return replace(recipe, presets={**recipe.presets, "tiny": small})


def test_a_recipe_weighs_rewards_as_the_authors_gradients_come_to():
    presets = next(recipe for recipe in RECIPES if "published" in recipe.name).presets
    # 32 sentences a step and 64 cells: a tenth of 32, two thousandths of 32, 32 / 64.
    assert presets["small"].loss == CaptionLoss(spread=0.5, reward=3.2, bonus=0.064)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    recipes = {name: shrunk(name) for name in NAMES}
    monkeypatch.setattr(catalog, "_by_name", lambda: recipes)


@pytest.mark.parametrize("name", NAMES)
def test_trains_measures_and_writes(name, tmp_path):
    run = reproduce(name, "tiny", seed=3, device="cpu", progress=False)
    assert run.history.steps == 4
    assert run.model.reading == name.split("-")[1]
    assert not run.model.training
    # The encoder stays as it was when the captioner began.
    assert not any(p.requires_grad for p in run.model.encoder.parameters())
    m = run.metrics
    keys = ("exact_match", "word_accuracy", "pointing_accuracy", "attention_inside")
    assert all(0 <= m[key] <= 1 for key in (*keys, "uniform_pointing", "uniform_inside"))
    assert ("bleu_best" in m) == ("hard" in name)

    # Sentences: written once more, and scored here.
    images = torch.stack([run.data.val[i][0] for i in range(5)])
    decoded = run.predict(images)
    written = [" ".join(SCENE_VOCABULARY.decode(row)) for row in decoded.tokens]
    truth = [SceneDataset(5, 96, seed=2).scene(i).caption.text for i in range(5)]
    assert m["bleu"] == pytest.approx(corpus_bleu(written, truth))
    pairs = zip(written, truth, strict=True)
    assert m["exact_match"] == sum(a == b for a, b in pairs) / 5

    numbers, picture = write_run(run, tmp_path)
    assert numbers.name == f"{name}.tiny.cpu.seed3.json"
    assert picture.exists()
    [result] = read_results(tmp_path)
    assert result.metrics == m


@pytest.mark.parametrize("name", NAMES)
def test_trains_on_another_device(name, trained_away):
    run = trained_away(name)
    picture, caption = run.data.val[0]
    looks = run.model(run.model.look_at(picture[None]), caption[None, :-1])
    assert looks.weights.shape[:2] == (1, len(caption) - 1)


def test_pointing_is_counted_over_words_that_mean_a_place():
    run = reproduce(NAMES[0], "tiny", seed=0, device="cpu", progress=False)
    hits = words = cells = 0
    for i in range(5):
        scene = SceneDataset(5, 96, seed=2).scene(i)
        with torch.no_grad():
            look = run.model.look_at(run.data.val[i][0][None])
            weights = run.model(look, scene.caption.tokens[None, :-1]).weights[0]
        for t, region in enumerate(scene.caption.regions):
            if not region.any():
                continue
            row, column = divmod(int(weights[t].argmax()), 8)
            hits += int(region[12 * row : 12 * row + 12, 12 * column : 12 * column + 12].any())
            cells += sum(
                int(region[12 * r : 12 * r + 12, 12 * c : 12 * c + 12].any())
                for r in range(8)
                for c in range(8)
            )
            words += 1
    assert run.metrics["pointing_accuracy"] == pytest.approx(hits / words)
    assert run.metrics["uniform_pointing"] == pytest.approx(cells / 64 / words)


def test_same_seed_same_numbers_other_seed_others():
    def losses(seed):
        torch.rand(seed + 5)  # what was drawn before must not matter
        return reproduce(NAMES[1], "tiny", seed=seed, device="cpu", progress=False).history.loss

    first = losses(0)
    assert losses(0) == first
    assert losses(1) != first


def test_scenes_keep_words_regions_and_tags_together():
    data = captioned_scenes((3, 2), 48)
    assert data.grid == (4, 4)
    scene = SceneDataset(2, 48, seed=2).scene(1)
    image, tokens = data.val[1]
    torch.testing.assert_close(image, scene.image, atol=0.5 / 255 + 1e-6, rtol=0)
    assert tokens[tokens != 0].tolist() == scene.caption.tokens.tolist()
    assert data.val.sentences()[1] == scene.caption.text
    coverage = data.val.coverage[1]
    assert len(coverage) == len(scene.caption.words) + 1
    assert not coverage[-1].any()  # the end mark means no place
    for row, region in zip(coverage, scene.caption.regions, strict=False):
        assert float(row.sum()) == pytest.approx(float(region.sum()) / 144)
    tags = data.val.tags[1]
    assert tags.shape == (len(CELL_TAGS), 4, 4)
    torch.testing.assert_close(tags[:12].sum(0), torch.ones(4, 4))
    grass = (scene.semantic == 1).float().mean()
    assert float(tags[1].mean()) == pytest.approx(float(grass), abs=1e-6)
    red = scene.masks[scene.colours == 0].any(0).float().mean()
    assert float(tags[12].mean()) == pytest.approx(float(red), abs=1e-6)


def test_a_size_that_cells_do_not_divide_is_refused():
    with pytest.raises(ValueError, match="must be a multiple of 12, got 50"):
        captioned_scenes((1, 1), 50)


def test_a_look_is_bright_where_the_weight_is():
    picture = paint_look(torch.ones(3, 8, 8), torch.tensor([[0.0, 1.0], [0.0, 0.0]]), 64)
    bright, dark = picture.getpixel((60, 4)), picture.getpixel((4, 60))
    assert bright == (255, 255, 255)
    assert max(dark) < 80
