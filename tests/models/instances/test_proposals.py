"""Contour trees against a slow tree made from pixels; proposals hold what is plain to see."""

import math

import pytest
import torch
from jaxtyping import TypeCheckError

from course_pkg import metrics, models, ops
from course_pkg.data import SceneDataset


def pairs_across(segments, strength, one, two):
    """Strengths of all neighbouring pixels of which one is in region one, the other in two."""
    found = []
    h, w = segments.shape
    for i in range(h):
        for j in range(w):
            for di, dj in ((0, 1), (1, 0)):
                a, b = i + di, j + dj
                if a < h and b < w:
                    x, y = int(segments[i, j]), int(segments[a, b])
                    if (x in one and y in two) or (x in two and y in one):
                        found.append(max(float(strength[i, j]), float(strength[a, b])))
    return found


def mean(values):
    return sum(values) / len(values)


def slow_tree(segments, strength):
    """Parents, and the leaves of every node, by looking at all pixels before each merge."""
    regions = {i: {i} for i in range(int(segments.max()) + 1)}
    alive, parents = set(regions), dict.fromkeys(regions, -1)
    while len(alive) > 1:
        costs = []
        for a in alive:
            for b in alive:
                across = pairs_across(segments, strength, regions[a], regions[b])
                if a < b and across:
                    costs.append((mean(across), a, b))
        _, a, b = min(costs)
        node = len(regions)
        regions[node] = regions[a] | regions[b]
        parents[a] = parents[b] = node
        parents[node] = -1
        alive = (alive - {a, b}) | {node}
    return [parents[i] for i in range(len(parents))], regions


def blocks(seed, side=9):
    g = torch.Generator().manual_seed(seed)
    rough = torch.randint(0, 6, (side // 3, side // 3), generator=g)
    _, segments = rough.repeat_interleave(3, 0).repeat_interleave(3, 1).unique(return_inverse=True)
    return segments, torch.rand(side, side, generator=g)


@pytest.mark.parametrize("seed", range(6))
def test_contour_tree_is_the_slow_one(seed):
    segments, strength = blocks(seed)
    parents, regions = slow_tree(segments, strength)
    assert models.contour_tree(segments, strength) == parents
    leaves = int(segments.max()) + 1
    members = models.node_leaves(parents, leaves)
    assert [set(m) for m in members] == [regions[i] for i in range(len(parents))]


@pytest.mark.parametrize("seed", range(6))
def test_node_contrast_counted_on_pixels(seed):
    segments, strength = blocks(seed)
    parents, regions = slow_tree(segments, strength)
    everything = set(range(int(segments.max()) + 1))
    contrasts = models.node_contrast(segments, strength, parents)
    for node, leaves in regions.items():
        outline = pairs_across(segments, strength, leaves, everything - leaves)
        if not outline:
            assert contrasts[node] == -math.inf
            continue
        inside = []
        for a in leaves:
            for b in leaves:
                if a < b:
                    inside += pairs_across(segments, strength, {a}, {b})
        expected = mean(outline) - (mean(inside) if inside else 0.0)
        assert contrasts[node] == pytest.approx(expected, abs=1e-6)


def test_a_line_parts_what_has_one_colour():
    """Two leaves of one colour with a strong border, beside a third of another with a weak one."""
    segments = torch.tensor([[0, 0, 1, 1, 2, 2]]).expand(3, 6)
    colours = torch.tensor([0.5, 0.5, 0.5, 0.5, 0.9, 0.9]).expand(1, 3, 6)
    line = torch.tensor([0.0, 0.9, 0.9, 0.0, 0.1, 0.0]).expand(3, 6)
    assert models.merge_tree(segments, colours) == [3, 3, 4, 4, -1]
    assert models.contour_tree(segments, line) == [4, 3, 3, 4, -1]


@pytest.mark.parametrize("call", [models.contour_tree, lambda s, g: models.node_contrast(s, g, [])])
def test_trees_refuse_gaps_and_other_sizes(call):
    with pytest.raises(ValueError, match=r"of 0 to 2 number 1 is missing"):
        call(torch.tensor([[0, 2]]), torch.zeros(1, 2))
    with pytest.raises(TypeCheckError, match="strength"):
        call(torch.tensor([[0, 1]]), torch.zeros(1, 3))


def test_node_contrast_refuses_a_short_tree():
    with pytest.raises(ValueError, match="2 nodes, but there are 3 superpixels"):
        models.node_contrast(torch.tensor([[0, 1, 2]]), torch.zeros(1, 3), [-1, -1])


def test_gradient_of_a_ramp():
    ramp = torch.arange(5.0).expand(2, 4, 5)
    torch.testing.assert_close(models.colour_gradient(ramp), torch.full((4, 5), 2**0.5))


def two_discs(gap):
    rows, columns = torch.meshgrid(torch.arange(48.0), torch.arange(64.0), indexing="ij")
    centres = ((24.0, 20.0), (24.0, 40.0 + gap))
    discs = torch.stack([(rows - y) ** 2 + (columns - x) ** 2 < 100 for y, x in centres])
    noise = 0.02 * torch.randn(3, 48, 64, generator=torch.Generator().manual_seed(0))
    return (0.2 + 0.6 * discs.any(0) + noise).clamp(0, 1), discs


def test_proposals_hold_two_discs_that_nearly_touch():
    image, discs = two_discs(gap=2)
    proposals = models.region_proposals(image, most=40)
    assert proposals.dtype == torch.bool
    assert len(proposals) <= 40
    assert (ops.mask_iou(discs, proposals).amax(1) > 0.8).all()
    # Well outlined ones come first.
    assert (ops.mask_iou(discs, proposals[:6]).amax(1) > 0.8).all()


def test_proposals_keep_their_limits_and_repeat_themselves():
    image, _ = SceneDataset(1, 64, 3, target="instance")[0]
    image = image.as_subclass(torch.Tensor)
    proposals = models.region_proposals(image, most=1000, min_area=30, max_share=0.25)
    areas = proposals.flatten(1).sum(1)
    assert int(areas.min()) >= 30
    assert int(areas.max()) <= 0.25 * 64 * 64
    assert torch.equal(proposals[:5], models.region_proposals(image, 5, 30, 0.25))


def test_a_blank_image_has_no_proposal():
    assert models.region_proposals(torch.full((3, 32, 40), 0.5)).shape == (0, 32, 40)


@pytest.mark.parametrize("arguments", [{"most": 0}, {"min_area": 5}])
def test_proposals_refuse_what_makes_no_sense(arguments):
    with pytest.raises(ValueError, match="most must be 1 or more and min_area 6 or more"):
        models.region_proposals(torch.zeros(3, 32, 32), **arguments)


def test_recall_by_hand():
    strip = torch.zeros(3, 1, 10, dtype=torch.bool)
    strip[0, :, :4] = strip[1, :, :3] = strip[2, :, 5:] = True
    metric = metrics.ProposalRecall()
    # First image: the thing of 4 pixels is overlapped by 3/4, the one of 5 not at all.
    metric.update([strip[1:2]], [{"masks": strip[[0, 2]]}])
    # Second: three proposals, nothing to find. Third: nothing proposed, one thing.
    metric.update([strip, strip[:0]], [{"masks": strip[:0]}, {"masks": strip[:1]}])
    found = metric.compute()
    assert found["recall50"] == found["recall70"] == pytest.approx(1 / 3)
    assert found["proposals"] == pytest.approx(4 / 3)
    metric.reset()
    # An IoU of exactly one half does not count: larger is asked for.
    half = torch.tensor([[[True, True, False, False]]])
    metric.update([half], [{"masks": torch.ones(1, 1, 4, dtype=torch.bool)}])
    assert metric.compute()["recall50"] == 0
    with pytest.raises(ValueError, match="got 1 and 0"):
        metric.update([half], [])
