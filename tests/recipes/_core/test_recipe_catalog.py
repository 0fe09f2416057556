"""Recipes are found, not listed; names say what they are; a wrong name meets its neighbours."""

import pytest
import torch
from shrunk import shrink

from course_pkg.recipes import all_recipes, find_recipe, recipe_names
from course_pkg.recipes._core import catalog

EXPECTED = {
    *(f"fcn{s}s-{data}" for s in (32, 16, 8) for data in ("camvid", "scenes")),
    *(f"{name}-camvid" for name in ("multiscale", "segnet-basic")),
    *(f"multiscale{scales}-scenes" for scales in (1, 2, 3)),
    *(
        f"{name}-{data}"
        for name in ("segnet", "segnet-bilinear", "deconvnet", "refinement")
        for data in ("camvid", "scenes")
    ),
    "patch-scenes",
    "full-resolution-scenes",
}


def test_every_segmentation_recipe_is_there():
    assert set(recipe_names()) >= EXPECTED
    assert recipe_names() == sorted(recipe_names())
    assert [recipe.name for recipe in all_recipes()] == recipe_names()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_recipe_says_what_it_is(name):
    recipe = find_recipe(name)
    assert recipe.name == name
    assert name.endswith(recipe.dataset)
    assert list(recipe.presets) == ["tiny", "small", "full"]
    assert recipe.gpu_presets == ("full",)
    assert recipe.what
    assert "\n" not in recipe.what
    # Numbers of papers belong to real data; each says where it stands.
    assert (recipe.paper is None) == (recipe.dataset == "scenes")
    if recipe.paper is not None:
        assert all(0 < value < 1 for value in recipe.paper.value.values())
        assert recipe.paper.tag in "VRCM"
        assert "20" in recipe.paper.source


def test_the_fcn_rows_of_the_paper():
    rows = {name: find_recipe(f"{name}-camvid").paper for name in ("fcn32s", "fcn16s", "fcn8s")}
    assert {n: p.value["miou"] for n, p in rows.items() if p} == {
        "fcn32s": 0.594,
        "fcn16s": 0.624,
        "fcn8s": 0.627,
    }


@pytest.mark.parametrize("preset", ["small", "full"])
@pytest.mark.parametrize("name", sorted(n for n in EXPECTED if not n.startswith("fcn")))
def test_networks_of_the_larger_presets_can_be_built(name, preset):
    _, stages = find_recipe(name).presets[preset]
    with torch.device("meta"):
        model = None
        for stage in stages:
            model = stage.build(11, model)
    assert model is not None
    assert sum(p.numel() for p in model.parameters()) > 10_000


def test_published_sizes_on_the_gpu():
    """SegNet and DeconvNet as published, for 11 classes; hand counts are in the models' tests."""
    counts = {}
    for name in ("segnet", "segnet-bilinear", "deconvnet"):
        _, stages = find_recipe(f"{name}-camvid").presets["full"]
        with torch.device("meta"):
            model = stages[0].build(11, None)
        counts[name] = sum(p.numel() for p in model.parameters())
    assert counts["segnet"] == counts["segnet-bilinear"]
    assert 29e6 < counts["segnet"] < 30e6
    assert 251e6 < counts["deconvnet"] < 252e6


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fcn8-camvid", "no recipe 'fcn8-camvid': did you mean fcn8s-camvid, "),
        ("xyz", r"no recipe 'xyz': `course list` names them all"),
    ],
)
def test_an_unknown_name_meets_its_neighbours(name, message):
    with pytest.raises(ValueError, match=message):
        find_recipe(name)


def test_two_recipes_of_one_name_are_refused(monkeypatch):
    from course_pkg.recipes.segmentation import patches as patch

    monkeypatch.setattr(patch, "RECIPES", (*patch.RECIPES, shrink(patch.RECIPES[0])))
    catalog._by_name.cache_clear()
    try:
        with pytest.raises(ValueError, match="two recipes are called 'patch-scenes'"):
            recipe_names()
    finally:
        catalog._by_name.cache_clear()
