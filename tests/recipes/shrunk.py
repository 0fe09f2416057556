"""Recipes made so small that two steps and one image to measure on are all they do."""

from dataclasses import replace

import numpy as np
from PIL import Image

from course_pkg.recipes import find_recipe
from course_pkg.recipes._core import catalog
from course_pkg.recipes.instances.recipe import InstanceSettings
from course_pkg.recipes.segmentation.settings import SegmentationSettings

SIDE = 96  # the least that the light DeconvNet takes


def shrink(recipe, steps=2):
    """The recipe with a tiny preset of a few steps; everything else as it is."""
    pixels, stages = recipe.presets["tiny"]
    small = replace(pixels, crop=(SIDE, SIDE), train=2 * steps, val=1, size=SIDE)
    few = [replace(s, training=replace(s.training, epochs=1, batch_size=2)) for s in stages]
    return replace(recipe, presets={**recipe.presets, "tiny": SegmentationSettings(small, few)})


def only_shrunk(monkeypatch, *names, steps=2):
    """Let the catalog know the named recipes alone, shrunk."""
    small = {name: shrink(find_recipe(name), steps) for name in names}
    monkeypatch.setattr(catalog, "_by_name", lambda: small)


def only_shrunk_system(monkeypatch, name, **budget):
    """Let the catalog know one instance recipe alone: two steps on four images, two to measure."""
    recipe = find_recipe(name)
    tiny, build = recipe.presets["tiny"]
    few = replace(tiny, crop=(64, 64), train=4, val=2, steps=2, **budget)
    small = replace(recipe, presets={"tiny": InstanceSettings(few, build)})
    monkeypatch.setattr(catalog, "_by_name", lambda: {name: small})


def write_camvid(root, counts=(("train", 4), ("val", 2)), size=(SIDE, 128)):
    """A folder laid out as CamVid, with noise for photographs and stripes for labels."""
    rng = np.random.default_rng(0)
    for split, count in counts:
        for folder in (split, f"{split}annot"):
            (root / "camvid" / folder).mkdir(parents=True)
        names = [f"{split}_{i}" for i in range(count)]
        (root / "camvid" / f"{split}.txt").write_text("\n".join(names) + "\n")
        for name in names:
            photo = rng.integers(0, 256, (*size, 3), dtype=np.uint8)
            labels = np.repeat(np.arange(12, dtype=np.uint8), size[0] // 12)[:, None]
            Image.fromarray(photo).save(root / "camvid" / split / f"{name}.png")
            labels = np.ascontiguousarray(np.broadcast_to(labels, size))
            Image.fromarray(labels).save(root / "camvid" / f"{split}annot" / f"{name}.png")
    return root
