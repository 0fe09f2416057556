"""SDS, hypercolumns, only fc7 and components: two steps of each, and what is measured."""

import math
from dataclasses import replace

import pytest
import torch
from shrunk import only_shrunk_system

from course_pkg.recipes import Job, find_recipe, reproduce
from course_pkg.recipes.instances.cascades import BUDGETS
from course_pkg.recipes.instances.region_systems import RECIPES

NAMES = sorted(recipe.name for recipe in RECIPES)


def test_names_and_papers():
    kinds = {"sds", "hypercolumns", "only-fc7", "components"}
    assert set(NAMES) == {f"{kind}-{data}" for kind in kinds for data in ("nuclei", "scenes")}
    values = {n: find_recipe(f"{n}-nuclei").paper.value for n in kinds - {"components"}}
    assert values["hypercolumns"]["apr70"] - values["only-fc7"]["apr70"] == pytest.approx(0.128)
    assert values["sds"]["apr_vol"] == 0.414


def test_the_budget_is_the_cascades_but_for_the_images_a_step():
    for recipe in RECIPES:
        for preset in ("small", "full"):
            budget, theirs = recipe.presets[preset][0], BUDGETS[recipe.dataset][preset]
            one = recipe.name.startswith("components") or preset == "full"
            assert budget == (theirs if one else replace(theirs, batch_size=1))


@pytest.mark.parametrize("name", ["sds-scenes", "hypercolumns-scenes", "components-scenes"])
def test_trains_on_another_device(name, trained_away, monkeypatch):
    only_shrunk_system(monkeypatch, name)
    run = trained_away(name)
    assert len(run.predict([run.data.val[0][0]])) == 1


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith("scenes")])
def test_two_steps_are_measured(name, monkeypatch):
    only_shrunk_system(monkeypatch, name)
    run = reproduce(name, "tiny", device="cpu", progress=False)
    assert run.history.steps == 2
    assert not run.model.training
    for key in ("apr50", "apr70", "apr_vol"):
        assert 0 <= run.metrics[key] <= 1
    assert run.metrics["seconds_per_image"] > 0
    assert run.metrics["val_images"] == 2
    assert run.metrics["parameters"] == sum(p.numel() for p in run.model.parameters())
    image, _ = run.data.val[0]
    (found,) = run.predict([image])
    assert found["masks"].shape[1:] == image.shape[1:]
    if name.startswith("sds"):
        assert run.model.region_scores is not None
        assert run.model.refinement is not None
        for key in ("apr50_region", "apr70_coarse", "recall50", "proposals"):
            assert math.isfinite(run.metrics[key])


def test_same_seed_same_numbers():
    recipe = find_recipe("only-fc7-scenes")
    budget, build = recipe.presets["tiny"]
    small = replace(budget, crop=(48, 48), train=3, val=1, steps=2)

    def losses(seed):
        torch.rand(seed + 5)  # what was drawn before must not matter
        return recipe.train(
            (small, build), Job(seed=seed, device="cpu", progress=False)
        ).history.loss

    first = losses(0)
    assert losses(0) == first
    assert losses(1) != first
