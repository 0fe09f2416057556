"""What a newcomer looks for by its name lies where the name says."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest

import course_pkg

ROOT = Path(course_pkg.__file__).parent

# Concept: the public name that defines it, and the file where it lives.
PLACES = {
    "SDS": ("models.SDS", "models/instances/sds/network.py"),
    "hypercolumns": ("models.HypercolumnHead", "models/instances/hypercolumns/head.py"),
    "cascade, MNC": ("models.MultitaskCascade", "models/instances/cascade/network.py"),
    "FCN": ("models.fcn8s", "models/fcn/vgg16.py"),
    "REINFORCE": ("ops.reinforce_loss", "ops/reinforce.py"),
    "beam search": ("models.beam_search", "models/sequences/beam_search.py"),
    "mIoU": ("metrics.mean_iou", "metrics/mean_iou.py"),
    "shift-and-stitch": ("models.shift_and_stitch", "models/patches/shift_and_stitch.py"),
    "superpixels": ("models.superpixels", "models/multiscale/superpixels.py"),
    "NMS": ("ops.nms", "ops/nms.py"),
    "average precision": ("metrics.average_precision", "metrics/average_precision.py"),
    "Bahdanau's attention": ("models.AlignmentModel", "models/translation/bahdanau_attention.py"),
    "transposed convolution": ("ops.conv_transpose2d", "ops/conv_transpose.py"),
    "spatial transformer": (
        "models.SpatialTransformer",
        "models/spatial_transformer/transformer.py",
    ),
    "DRAW": ("models.DRAW", "models/windows/draw/network.py"),
}


@pytest.mark.parametrize("concept", PLACES)
def test_a_concept_is_where_its_name_says(concept: str) -> None:
    public, path = PLACES[concept]
    part, name = public.split(".")
    thing = inspect.unwrap(getattr(import_module(f"course_pkg.{part}"), name))
    assert Path(inspect.getfile(thing)).relative_to(ROOT).as_posix() == path


def test_a_concept_is_written_in_its_path() -> None:
    guesses = {
        "cascade, MNC": "cascade",
        "mIoU": "mean_iou",
        "Bahdanau's attention": "bahdanau_attention",
        "transposed convolution": "conv_transpose",
    }
    for concept, (_, path) in PLACES.items():
        guess = guesses.get(concept, concept.lower().replace(" ", "_").replace("-", "_"))
        assert guess in path, concept
