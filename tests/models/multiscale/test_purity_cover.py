"""Regions and trees on numbers small enough to draw, and once on a photograph."""

import math
import os
import subprocess
import sys

import pytest
import scipy.stats
import skimage.data
import torch
import torch.nn.functional as F
from model_checks import assert_all_parameters_learn

from course_pkg.models import (
    SegmentClassifier,
    class_entropy,
    distribution_loss,
    label_by_cover,
    merge_tree,
    node_distributions,
    optimal_cover,
    segment_descriptor,
    superpixel_vote,
    superpixels,
)

#       6
#     /   \
#    4     5
#   / \   / \
#  0   1 2   3
SEVEN = [4, 4, 5, 5, 6, 6, -1]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_cover_of_the_seven_node_tree_by_hand() -> None:
    # 0 and 1 are mixed but their union is pure: both take 4. Leaf 2 is pure. Leaf 3 takes 5.
    impurity = [0.5, 0.4, 0.1, 0.9, 0.2, 0.3, 0.6]
    assert optimal_cover(SEVEN, impurity)[:4] == [4, 4, 2, 5]


def test_ties_go_to_the_larger_region() -> None:
    assert optimal_cover(SEVEN, [0.3] * 7) == [6] * 7
    assert optimal_cover(SEVEN, [0.1, 0.3, 0.3, 0.3, 0.1, 0.3, 0.3])[:4] == [4, 4, 6, 6]


def test_cover_of_several_trees_and_of_none() -> None:
    assert optimal_cover([2, -1, -1], [1.0, 0.5, 0.7]) == [2, 1, 2]
    assert optimal_cover([], []) == []


def test_cover_equals_walking_every_path() -> None:
    generator = torch.Generator().manual_seed(0)
    n = 60
    parents = [int(torch.randint(i + 1, n, (), generator=generator)) for i in range(n - 1)] + [-1]
    impurity = torch.rand(n, generator=generator).tolist()

    def path(node: int) -> list[int]:
        return [node] if parents[node] == -1 else [node, *path(parents[node])]

    expected = [min(path(i), key=lambda node: impurity[node]) for i in range(n)]
    assert optimal_cover(parents, impurity) == expected


def test_entropy_equals_scipy() -> None:
    shares = torch.rand(5, 4, dtype=torch.double)
    shares /= shares.sum(1, keepdim=True)
    shares[0] = torch.eye(4)[2]
    expected = torch.from_numpy(scipy.stats.entropy(shares.numpy(), axis=1))
    torch.testing.assert_close(class_entropy(shares), expected)
    assert class_entropy(torch.full((1, 8), 1 / 8)).item() == pytest.approx(math.log(8))


def test_merge_tree_by_hand() -> None:
    #  0 0 1      colours 0, 5 / 1, 9: 0 and 2 differ least (1), then 1 and 3 (4), then all
    #  2 2 3
    segments = torch.tensor([[0, 0, 1], [2, 2, 3]])
    image = torch.tensor([[[0.0, 0.0, 5.0], [1.0, 1.0, 9.0]]])
    assert merge_tree(segments, image) == [4, 5, 4, 5, 6, 6, -1]


def test_merge_tree_never_joins_what_does_not_touch() -> None:
    # 0 and 2 have one colour but 1 lies between them.
    tree = merge_tree(torch.tensor([[0, 1, 2]]), torch.tensor([[[0.0, 0.9, 0.0]]]))
    assert tree in ([3, 3, 4, 4, -1], [4, 3, 3, 4, -1])


def test_merge_tree_weighs_colours_by_size() -> None:
    # Union of 0 (3 pixels of 0) and 1 (1 pixel of 4) has colour 1, so 2 (colour 1) is at distance
    # 0 from it and 3 (colour 7) merges last.
    segments = torch.tensor([[0, 0, 0, 1, 2, 3]])
    image = torch.tensor([[[0.0, 0.0, 0.0, 4.0, 9.0, 30.0]]])
    assert merge_tree(segments, image) == [4, 4, 5, 6, 5, 6, -1]


def test_merge_tree_of_one_region() -> None:
    assert merge_tree(torch.zeros(2, 2, dtype=torch.long), torch.rand(3, 2, 2)) == [-1]


def test_node_distributions_by_hand() -> None:
    probs = torch.tensor([[[1.0, 1.0, 0.0, 0.5]], [[0.0, 0.0, 1.0, 0.5]]])
    got = node_distributions(probs, torch.tensor([[0, 0, 1, 1]]), [2, 2, -1])
    expected = torch.tensor([[1.0, 0.0], [0.25, 0.75], [0.625, 0.375]])
    torch.testing.assert_close(got, expected)


def test_label_by_cover_trusts_the_purest_ancestor() -> None:
    segments = torch.tensor([[0, 1], [2, 3]])
    shares = torch.tensor(
        [[0.6, 0.4], [0.4, 0.6], [0.0, 1.0], [0.5, 0.5], [0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]
    )
    # 0, 1 -> node 4 (class 0); 2 is pure (class 1); 3 -> node 5 (class 1)
    assert label_by_cover(segments, SEVEN, shares).tolist() == [[0, 0], [1, 1]]


def test_vote_by_hand_and_against_a_loop() -> None:
    generator = torch.Generator().manual_seed(0)
    probs = torch.rand(4, 6, 7, generator=generator).softmax(0)
    segments = torch.randint(0, 5, (6, 7), generator=generator)
    got = superpixel_vote(probs, segments)
    for s in range(5):
        mean = probs[:, segments == s].mean(1)
        assert (got[segments == s] == mean.argmax()).all()


def test_vote_removes_a_lonely_pixel() -> None:
    probs = torch.full((2, 3, 3), 0.1)
    probs[0] = 0.9
    probs[:, 1, 1] = torch.tensor([0.2, 0.8])
    assert not superpixel_vote(probs, torch.zeros(3, 3, dtype=torch.long)).any()


def test_descriptor_by_hand() -> None:
    features = torch.arange(2 * 5 * 5.0).reshape(2, 5, 5)
    mask = torch.zeros(5, 5, dtype=torch.bool)
    mask[1:4, 2:5] = True
    mask[1, 2] = False  # outside the region, inside its box
    box = features[:, 1:4, 2:5].clone()
    box[:, 0, 0] = 0
    assert torch.equal(segment_descriptor(features, mask), box.flatten())
    assert segment_descriptor(features, mask, grid=1).tolist() == [19.0, 44.0]
    single = torch.zeros(5, 5, dtype=torch.bool)
    single[2, 3] = True
    assert segment_descriptor(features, single).tolist() == [13.0] * 9 + [38.0] * 9


def test_segment_classifier_learns_class_shares() -> None:
    model = SegmentClassifier(descriptor_size=6, num_classes=3, hidden=16)
    descriptors = torch.rand(5, 6)
    shares = torch.rand(5, 3).softmax(1)
    log_shares = model(descriptors)
    torch.testing.assert_close(log_shares.exp().sum(1), torch.ones(5))
    assert_all_parameters_learn(model, distribution_loss(log_shares, shares))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(150):
        optimizer.zero_grad()
        distribution_loss(model(descriptors), shares).backward()
        optimizer.step()
    torch.testing.assert_close(model(descriptors).exp(), shares, atol=0.02, rtol=0)


def test_distribution_loss_by_hand() -> None:
    p, q = torch.tensor([[0.25, 0.75]]), torch.tensor([[0.5, 0.5]])
    by_hand = 0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5)
    assert distribution_loss(q.log(), p).item() == pytest.approx(by_hand)
    assert abs(distribution_loss(p.log(), p).item()) < 1e-6


def test_whole_chain_on_a_photograph() -> None:
    photo = torch.from_numpy(skimage.data.coffee()).movedim(-1, 0)[:, 100:196, 200:296] / 255
    segments = superpixels(photo, scale=50)
    m = int(segments.max()) + 1
    assert 5 < m < 400
    assert segments.unique().tolist() == list(range(m))
    parents = merge_tree(segments, photo)
    assert len(parents) == 2 * m - 1
    assert parents.count(-1) == 1
    children = [[c for c, p in enumerate(parents) if p == node] for node in range(m, 2 * m - 1)]
    assert all(len(c) == 2 for c in children)
    # Ground truth that follows the regions, scores that do so noisily.
    truth = (photo.mean(0) > 0.4).long()
    noise = torch.rand(2, 96, 96, generator=torch.Generator().manual_seed(0))
    probs = (F.one_hot(truth).movedim(-1, 0) + 1.6 * noise).softmax(0)
    shares = node_distributions(probs, segments, parents)
    torch.testing.assert_close(shares[-1], probs.mean((1, 2)), atol=1e-4, rtol=1e-4)
    raw = (probs.argmax(0) == truth).float().mean()
    voted = (superpixel_vote(probs, segments) == truth).float().mean()
    covered = (label_by_cover(segments, parents, shares) == truth).float().mean()
    assert voted > raw
    assert covered > raw


def test_errors() -> None:
    for parents, node in (([1, 0], 1), ([5, -1], 0), ([-2], 0)):
        with pytest.raises(ValueError, match=f"node {node} has parent"):
            optimal_cover(parents, [0.0] * len(parents))
    with pytest.raises(ValueError, match="the tree has 7 nodes, but 2 numbers came"):
        optimal_cover(SEVEN, [0.1, 0.2])
    with pytest.raises(ValueError, match="of 0 to 2 number 1 is missing"):
        merge_tree(torch.tensor([[0, 2]]), torch.zeros(1, 1, 2))
    with pytest.raises(ValueError, match="node 1 of the tree has no pixel"):
        node_distributions(torch.ones(1, 1, 1), torch.tensor([[0]]), [2, 2, -1])
    with pytest.raises(ValueError, match="region numbers count from 0, but -1"):
        superpixel_vote(torch.ones(1, 1, 2), torch.tensor([[0, -1]]))
    with pytest.raises(ValueError, match="cannot describe an empty region"):
        segment_descriptor(torch.ones(1, 2, 2), torch.zeros(2, 2, dtype=torch.bool))
    with pytest.raises(ValueError, match="the tree has"):
        label_by_cover(torch.tensor([[0]]), SEVEN, torch.ones(2, 2))


# The shape hook refuses these before the functions do; without it (JAXTYPING_DISABLE) they must.
_UNHOOKED = """
import torch
from course_pkg.models import (
    distribution_loss, merge_tree, node_distributions, superpixel_vote
)
planes, segments = torch.rand(3, 4, 5), torch.zeros(5, 4, dtype=torch.long)
for call in (
    lambda: superpixel_vote(planes, segments),
    lambda: merge_tree(segments, planes),
    lambda: node_distributions(planes, segments, [-1]),
    lambda: distribution_loss(torch.zeros(2, 3), torch.ones(1, 3)),
):
    try:
        call()
    except ValueError as error:
        print(error)
"""


def test_sizes_are_refused_without_the_shape_hook_too() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _UNHOOKED],
        env={**os.environ, "JAXTYPING_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.count("(4, 5) pixels do not fit regions of (5, 4)") == 3
    assert "(2, 3) predicted and (1, 3) true shares came" in run.stdout
