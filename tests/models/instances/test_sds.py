"""SDS piece by piece: crops, samples, classifiers, competition, refinement."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from jaxtyping import TypeCheckError
from scipy import ndimage
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from course_pkg import models
from course_pkg.data import LITE, instance_target, normalize

GREY = LITE.mean[0]


def rand(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("seed", range(4))
def test_box_crops_of_twice_the_size_are_average_pools(seed):
    """Two samples a bin and side then fall on pixel centres."""
    image = rand(3, 40, 30, seed=seed)
    box = torch.tensor([[3.0, 5.0, 19.0, 21.0]])
    expected = F.avg_pool2d(image[None, :, 5:21, 3:19], 2)
    torch.testing.assert_close(models.box_crops(image, box, 8), expected)


def test_outside_of_the_image_is_mean_grey():
    crops = models.box_crops(torch.ones(3, 8, 8), torch.tensor([[-16.0, 0.0, 0.0, 8.0]]), 4)
    torch.testing.assert_close(crops[..., :-1], torch.full((1, 3, 4, 3), GREY))


def test_the_region_path_sees_zero_around_the_region():
    image, mask = rand(3, 16, 16), torch.zeros(1, 16, 16, dtype=torch.bool)
    mask[:, 4:12, 4:10] = True
    box = torch.tensor([[0.0, 0.0, 16.0, 16.0]])
    crops = models.box_crops(image, box, 16)
    alone = models.region_crops(crops, mask, box)
    seen = normalize(alone, LITE)
    inside = mask[0, 4:5, 4:5].expand(1, 1)
    assert inside.all()
    torch.testing.assert_close(alone[0][:, 5:11, 5:9], crops[0][:, 5:11, 5:9])
    assert seen[0][:, ~ndimage.binary_dilation(mask[0].numpy(), iterations=1)].abs().max() < 1e-6


def test_expand_boxes_is_sixteen_of_227():
    """A box of 195 pixels grows to the network's 227."""
    wide = models.expand_boxes(torch.tensor([[0.0, 0.0, 195.0, 195.0]]))
    torch.testing.assert_close(wide, torch.tensor([[-16.0, -16.0, 211.0, 211.0]]))


@pytest.mark.parametrize("seed", range(3))
def test_logistic_regression_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 4))
    y = np.stack((x[:, 0] + rng.normal(size=60) > 0, x[:, 1] > 0.5), axis=1)
    layer = models.fit_linear(torch.tensor(x), torch.tensor(y), C=0.7)
    for m in range(2):
        theirs = LogisticRegression(C=0.7, tol=1e-10, max_iter=1000).fit(x, y[:, m])
        np.testing.assert_allclose(layer.weight[m], theirs.coef_[0], atol=1e-4)
        np.testing.assert_allclose(layer.bias[m], theirs.intercept_[0], atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_the_machine_is_scikit_learns(seed):
    """Its bias is held small too, unless intercept_scaling is large."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 3))
    y = x[:, 0] - 0.5 * x[:, 2] + rng.normal(size=80) > 0.3
    layer = models.fit_linear(
        torch.tensor(x), torch.tensor(y)[:, None], "squared_hinge", 0.2, positive_weight=2.0
    )
    theirs = LinearSVC(
        C=0.2, class_weight={True: 2.0}, dual=False, tol=1e-10, intercept_scaling=1e3
    ).fit(x, y)
    np.testing.assert_allclose(layer.weight[0], theirs.coef_[0], atol=1e-3)
    np.testing.assert_allclose(layer.bias[0], theirs.intercept_[0], atol=1e-3)


def test_samples_that_do_not_count_change_nothing():
    x = rand(30, 3).double()
    y = x[:, :1] > 0.5
    counted = torch.ones(30, 1, dtype=torch.bool)
    counted[20:] = False
    part = models.fit_linear(x[:20], y[:20])
    whole = models.fit_linear(x, y, counted=counted)
    torch.testing.assert_close(part.weight, whole.weight, atol=1e-4, rtol=0)
    with pytest.raises(TypeCheckError, match="targets"):
        models.fit_linear(x, y[:20])
    with pytest.raises(ValueError, match="C must be above 0, got 0"):
        models.fit_linear(x, y, C=0)


def test_labels_come_from_the_overlap_of_regions_not_of_boxes():
    """A frame around a disc has its box and hardly a pixel of it."""
    true = torch.zeros(1, 20, 20, dtype=torch.bool)
    true[0, 5:15, 5:15] = True
    frame = true[0].clone()
    frame[6:14, 6:14] = False
    good = true[0].clone()
    good[5:7] = False
    target = instance_target(true, torch.tensor([4]))
    torch.manual_seed(0)
    drawn = models.sample_regions(torch.stack((frame, good)), target, most=8, foreground=1.0)
    by_mask = {
        int(m.sum()): (int(c), round(float(i), 2)) for m, c, _, i in zip(*drawn, strict=True)
    }
    assert by_mask == {100: (4, 1.0), 80: (4, 0.8), 36: (0, 0.36)}


def test_a_quarter_of_the_sample_are_things():
    masks = torch.eye(40, dtype=torch.bool)[:, None]
    target = instance_target(masks[:20], torch.ones(20).long())
    drawn = models.sample_regions(masks[20:], target, most=16)
    assert (drawn.labels > 0).sum() == 4
    assert len(drawn.labels) == 16


def squares():
    image = torch.full((3, 64, 64), 0.2)
    masks = torch.zeros(2, 64, 64, dtype=torch.bool)
    masks[0, 10:30, 10:30] = masks[1, 10:30, 30:50] = True
    image[0][masks[0]] = image[2][masks[1]] = 0.9
    return image, instance_target(masks, torch.tensor([1, 2]))


def proposer(image):
    """Regions a little too small, both as one, and some of nothing."""
    _, target = squares()
    true = target["masks"].as_subclass(torch.Tensor)
    small = true.clone()
    small[:, 10:13] = False
    wrong = torch.zeros(6, 64, 64, dtype=torch.bool)
    for i in range(6):
        wrong[i, 34 + 2 * i : 60, 8 * i : 8 * i + 14] = True
    both = true.any(0, keepdim=True)
    both[:, 30:33, 10:50] = True  # less than half of either
    return torch.cat((small, both, wrong))


def trained():
    image, target = squares()
    torch.manual_seed(0)
    system = models.sds_lite(3, crop_size=32, hidden=16, propose=proposer, samples=12)
    fresh = [p for n, p in system.named_parameters() if ".body." not in n]
    optimizer = torch.optim.Adam(fresh, lr=5e-3)
    for _ in range(25):
        optimizer.zero_grad()
        loss = models.total_loss(system, ([image], [target]))
        loss.backward()
        optimizer.step()
    return system.eval(), float(loss.detach()), image, target


def test_sds_from_joint_training_to_mended_masks():
    system, loss, image, target = trained()
    assert isinstance(system, models.InstanceSystem)
    assert loss < 0.3
    assert all(p.grad is not None for p in system.parameters())  # both paths learn
    models.fit_region_scores(system, [(image, target)])
    models.fit_refinement(system, [(image, target)])
    with torch.inference_mode():
        found = system.detect(image)
        by_stage = {
            how: system.with_masks(image, found, how) for how in ("region", "coarse", "refined")
        }
    true = target["masks"].as_subclass(torch.Tensor)
    for c in (1, 2):
        best = {}
        for how, stage in by_stage.items():
            first = stage["labels"].tolist().index(c)  # best first
            mask = stage["masks"][first]
            best[how] = float((mask & true[c - 1]).sum() / (mask | true[c - 1]).sum())
        assert best["region"] == pytest.approx(0.85)
        assert best["refined"] > best["region"] + 0.05  # of the missing stripe much is back
    # Regions of one class that survive share no pixel.
    for c in (1, 2):
        assert int(found.masks[found.labels == c].sum(0).max()) <= 1


def test_unfitted_refinement_keeps_the_region():
    refinement = models.RegionRefinement(num_features=4, num_classes=3)
    mask = torch.zeros(1, 40, 40, dtype=torch.bool)
    mask[0, 10:30, 5:35] = True
    box = torch.tensor([[5.0, 10.0, 35.0, 30.0]])
    coarse = refinement.coarse_masks(rand(1, 4), mask, box, torch.tensor([2])) > 0.5
    assert float((coarse & mask).sum() / (coarse | mask).sum()) > 0.8  # cells of 2 and 3 pixels


@pytest.mark.parametrize("seed", range(4))
def test_superpixel_inputs_are_scipys_means(seed):
    coarse, segments = rand(3, 8, 9, seed=seed), torch.randint(0, 5, (8, 9))
    segments[0, :5] = torch.arange(5)
    masks = rand(3, 8, 9, seed=seed + 9) > 0.4
    told = models.superpixel_inputs(coarse, masks, segments)
    for k in range(3):
        index = range(5)
        means = ndimage.mean(coarse[k].numpy(), segments.numpy(), index)
        share = ndimage.mean(masks[k].numpy().astype(float), segments.numpy(), index)
        np.testing.assert_allclose(told[k, :, 0], means, atol=1e-6)
        np.testing.assert_array_equal(told[k, :, 1], (np.asarray(share) > 0.5).astype(float))


def test_nothing_proposed_nothing_found():
    def none(image):
        return torch.zeros(0, *image.shape[1:], dtype=torch.bool)

    system = models.sds_lite(3, crop_size=32, hidden=4, propose=none)
    system.refinement = models.RegionRefinement(8, 3)
    (found,) = system([torch.zeros(3, 20, 30)])
    assert found["masks"].shape == (0, 20, 30)
    with pytest.raises(ValueError, match="multiple of 32, got 40"):
        models.CropPath(models.EfficientNetLite0(), crop_size=40)


@pytest.mark.parametrize("seed", range(4))
def test_components_are_scipys(seed):
    probs = torch.softmax(4 * rand(3, 12, 14, seed=seed), 0)
    found = models.instances_from_semantic(probs, min_area=1)
    labels = probs.argmax(0).numpy()
    expected = sum(ndimage.label(labels == c)[1] for c in (1, 2))
    assert len(found["labels"]) == expected
    for mask, c in zip(found["masks"].numpy(), found["labels"].tolist(), strict=True):
        assert ndimage.label(mask)[1] == 1
        grown = ndimage.binary_dilation(mask) & (labels == c)
        assert (grown == mask).all()  # nothing of the class is left beside it


def test_touching_squares_are_one_component_and_learn_as_pixels():
    image, target = squares()
    same = instance_target(target["masks"].as_subclass(torch.Tensor), torch.tensor([1, 1]))
    probs = torch.stack((~same["masks"].any(0), same["masks"].any(0))).float()
    assert len(models.instances_from_semantic(probs.as_subclass(torch.Tensor))["labels"]) == 1
    torch.manual_seed(0)
    system = models.components_lite(3)
    assert isinstance(system, models.InstanceSystem)
    loss = models.total_loss(system, ([image[:, :50]], [_cut(target)]))
    assert float(loss.detach()) == pytest.approx(np.log(3), abs=1e-4)  # score layers start at zero
    loss.backward()
    # Rows that were filled up to a multiple of 32 count nowhere.
    for p in system.parameters():
        if not p.any():
            torch.nn.init.normal_(p)
    system.eval()
    logits = system.network(models.pad_to_batch([image[:, :50]]))[:, :, :50]
    painted = (target["masks"][:, :50].int() * target["labels"][:, None, None]).sum(0)[None]
    expected = F.cross_entropy(logits, painted.as_subclass(torch.Tensor).long())
    loss = models.total_loss(system, ([image[:, :50]], [_cut(target)]))
    torch.testing.assert_close(loss, expected)


def _cut(target):
    masks = target["masks"].as_subclass(torch.Tensor)[:, :50]
    return instance_target(masks, target["labels"])


def test_latent_positives_are_the_best_proposal_of_each_true_mask():
    scores = torch.tensor([[0.1, 9.0], [0.7, 9.0], [0.2, 9.0], [0.9, 0.3]])
    candidates = torch.tensor([[True, False], [True, False], [True, False], [False, True]])
    chosen = models.best_of_each(scores, candidates, torch.tensor([0, 0, 1, 2]))
    assert chosen.tolist() == [[False, False], [True, False], [True, False], [False, True]]


def test_the_second_fit_of_the_svms_learns_from_proposals_and_not_from_the_truth(monkeypatch):
    from course_pkg.models.instances.sds import fitting

    torch.manual_seed(0)
    image, masks = rand(3, 64, 64), torch.zeros(1, 64, 64, dtype=torch.bool)
    masks[0, 10:30, 10:30] = True
    near = masks.clone()
    near[0, 28:] = False
    worse = masks.clone()
    worse[0, 22:] = False
    far = torch.zeros(1, 64, 64, dtype=torch.bool)
    far[0, 40:60, 40:60] = True
    regions = torch.cat((near, worse, far))
    system = models.sds_lite(2, crop_size=32, hidden=8, propose=lambda image: regions)
    fits = []

    def record(x, positives, negatives, C):
        fits.append((int(positives.sum()), int(negatives.sum())))
        return models.fit_linear(x, positives, "squared_hinge", C, 2.0, positives | negatives)

    monkeypatch.setattr(fitting, "_fit_svms", record)
    samples = [(image, instance_target(masks, torch.tensor([1])))]
    models.fit_region_scores(system, samples)
    assert fits == [(3, 1)]  # the true mask and both proposals that overlap it by half
    fits.clear()
    models.fit_region_scores(system, samples, latent=True)
    assert fits == [(1, 1), (1, 1)]


def test_the_superpixel_decision_learns_where_the_coarse_mask_or_the_region_is():
    told = torch.tensor([[[0.19, 0.0], [0.21, 0.0], [0.0, 1.0], [0.9, 1.0]]])
    areas = torch.tensor([500, 500, 500, 100])
    taken = models.superpixels_to_learn_from(told, areas, least=0.2)
    assert taken.tolist() == [[False, True, True, True]]
    taken = models.superpixels_to_learn_from(told, areas, smallest=100, least=0.2)
    assert taken.tolist() == [[False, True, True, False]]
