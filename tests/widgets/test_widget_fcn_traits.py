"""The receptive-field and skip widgets from Python: settings, numbers, refusals."""

import numpy as np
import pytest
import torch
from fcn_widgets import skip_example, skip_explorer, stack_by_torch, summed_scores
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import vgg16
from traitlets import TraitError

from course_pkg.models import receptive_field, windows_of
from course_pkg.widgets import ReceptiveField
from course_pkg.widgets.score_maps import (
    bilinear_matrix,
    decode_map,
    encode_map,
    near_borders,
    shrink_scores,
)


def test_three_by_three_layers_see_two_pixels_more_each():
    w = ReceptiveField([(3,)] * 9)
    assert [cost.field for cost in w.costs] == [3, 5, 7, 9, 11, 13, 15, 17, 19]
    assert (w.field, w.step) == (19, 1)
    w.layers = [(3, 2)] * 3
    assert (w.field, w.step) == (15, 8)


@pytest.mark.parametrize("name", list(ReceptiveField().starts))
def test_every_start_equals_torch(name):
    w = ReceptiveField(ReceptiveField().starts[name], image_size=96)
    assert [cost._asdict() for cost in w.costs] == stack_by_torch(w.layers, 96)
    assert len(w.profile) == w.field


def test_vgg16_equals_torchvisions_and_the_counter():
    w = ReceptiveField(ReceptiveField().starts["VGG-16 to pool5"], image_size=224)
    with torch.device("meta"):
        features = vgg16().features
        counter = FlopCounterMode(display=False)
        with counter:
            features(torch.zeros(1, 3, 224, 224))
    assert w.multiplications == counter.get_total_flops() // 2
    assert (w.field, w.step) == tuple(receptive_field(windows_of(features)))
    assert (w.field, w.costs[-1].cells) == (212, 7)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("layers", [], "list of 1 to 20 layers"),
        ("layers", [(3,)] * 21, "list of 1 to 20 layers"),
        ("layers", [()], "one to four whole numbers"),
        ("layers", [(3, 1, 1, 1, 1)], "one to four whole numbers"),
        ("layers", [(3.5,)], "one to four whole numbers"),
        ("layers", [(True,)], "one to four whole numbers"),
        ("layers", [(16,)], "kernel_size of a layer must be from 1 to 15, but 16 came"),
        ("layers", [(3, 0)], "stride of a layer must be from 1 to 4, but 0 came"),
        ("layers", [(3, 1, 1, -1)], "channels of a layer must be from 0 to 4096"),
        ("layers", [(2, 2)] * 10, "Layer 8 has a window of 2 cells, but the map before it has"),
        ("layers", [(15, 4)] * 7, r"Layer 5 would see 4775 pixels; at most 4000"),
        ("image_size", 7, "whole number from 8 to 1024"),
    ],
)
def test_a_stack_that_cannot_be_is_refused_and_the_old_one_kept(name, value, message):
    w = ReceptiveField()
    before = repr(w)
    with pytest.raises(TraitError, match=message):
        setattr(w, name, value)
    assert repr(w) == before


def test_the_sum_of_all_heads_gives_the_networks_labels():
    example, w = skip_example(), skip_explorer()
    logits = example["logits"].double().numpy()
    np.testing.assert_allclose(w.scores, logits, rtol=0, atol=2e-4 * np.abs(logits).max())
    top = np.sort(logits, axis=0)
    clear = top[-1] - top[-2] > 1e-3 * np.abs(logits).max()
    assert clear.mean() > 0.9
    assert (w.prediction == logits.argmax(0))[clear].all()


@pytest.mark.parametrize("heads", [[True, False, False], [False, True, True], [False] * 3])
def test_chosen_heads_are_summed_as_torch_enlarges_them(heads):
    w = skip_explorer()
    w.heads = heads
    expected = summed_scores(w.maps, heads, 8, (64, 96))
    np.testing.assert_allclose(w.scores, expected, rtol=0, atol=1e-9)
    truth = skip_example()["truth"].numpy()
    known = truth != 255
    assert w.pixel_accuracy == pytest.approx((w.prediction == truth)[known].mean())
    near = near_borders(truth, 3) & known
    assert w.border_accuracy == pytest.approx((w.prediction == truth)[near].mean())


def test_maps_survive_the_page_to_four_digits():
    scores = np.random.default_rng(0).normal(size=(3, 4, 5))
    packed = encode_map(scores)
    assert np.abs(decode_map(packed) - scores).max() <= np.abs(scores).max() / 32767
    assert not decode_map(encode_map(np.zeros((1, 2, 2)))).any()


@pytest.mark.parametrize("size", [(64, 96), (61, 90), (8, 9)])
def test_a_small_map_is_found_again(size):
    small = np.random.default_rng(1).normal(size=(2, -(-size[0] // 8), -(-size[1] // 8)))
    rows, columns = (bilinear_matrix(-(-n // 8), 8, n) for n in size)
    np.testing.assert_allclose(shrink_scores(rows @ small @ columns.T, 8), small, atol=1e-6)


def test_scores_of_another_kind_are_refused():
    noise = np.random.default_rng(2).normal(size=(2, 16, 16))
    with pytest.raises(ValueError, match="not a bilinear enlargement by 8: they differ"):
        shrink_scores(noise, 8)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"image": np.zeros((64, 96))}, r"shape is \(64, 96\): make it smaller"),
        ({"truth": np.zeros((64, 95), int)}, r"for each of the picture's \(64, 96\) pixels"),
        ({"truth": np.zeros((64, 96))}, "its type float64"),
        ({"truth": np.full((64, 96), 4)}, "labels from 0 to 3, or 255"),
        ({"names": ["one"]}, "3 heads and 1 names"),
        ({"classes": ["sky"]}, r"scores of shape \(1, 64, 96\)"),
        ({"palette": [(0, 0, 0)]}, "1 colours came"),
    ],
)
def test_what_does_not_go_together_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        skip_explorer(**settings)


@pytest.mark.parametrize("heads", [[True], [1, 0, 1], "all", None])
def test_heads_are_switches(heads):
    w = skip_explorer()
    with pytest.raises(TraitError, match="heads must hold True or False for each"):
        w.heads = heads
    assert w.heads == [True] * 3
