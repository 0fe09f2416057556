"""The pieces under the recipes: data in memory, sampled windows, weights, pictures."""

import math

import numpy as np
import pytest
import torch
from shrunk import SIDE
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from course_pkg.data import SceneDataset
from course_pkg.engine import TrainConfig
from course_pkg.models import label_every_pixel, lenet_patch
from course_pkg.recipes._core.training import Training, learn
from course_pkg.recipes.segmentation.data import Pictures, camvid, scenes
from course_pkg.recipes.segmentation.patches import _labels, _loss_on_sampled_windows
from course_pkg.recipes.segmentation.picture import label_colours, picture_of_predictions
from course_pkg.recipes.segmentation.settings import cross_entropy


def test_scenes_in_memory_are_the_scenes():
    data = scenes(SIDE, (SIDE, SIDE), (0.3, 1.0), (2, 2))
    for index in range(2):
        image, mask = data.val[index]
        scene_image, semantic = SceneDataset(2, SIDE, seed=2)[index]
        assert (image - scene_image).abs().max() <= 0.5 / 255 + 1e-6
        assert torch.equal(mask, semantic)
        assert mask.dtype == torch.int64
    for train_image, _ in data.train.samples:
        assert not any(torch.equal(train_image, image) for image, _ in data.val.samples)
    assert [m.shape for m in data.train_targets()] == [(SIDE, SIDE)] * 2


def test_camvid_in_memory_keeps_bytes_and_ignored_pixels(fake_camvid):
    data = camvid(fake_camvid, (48, 64), (0.5, 1.0))
    assert (len(data.train), len(data.val)) == (4, 2)
    image, mask = data.val[0]
    assert image.shape == (3, 96, 128)
    assert sorted(mask.unique().tolist()) == [*range(11), 255]
    assert (mask == 255).double().mean() == pytest.approx(1 / 12)
    cut, cut_mask = data.train[0]
    assert (cut.shape, cut_mask.shape) == ((3, 48, 64), (48, 64))
    assert set(cut_mask.unique().tolist()) <= {*range(11), 255}
    with pytest.raises(FileNotFoundError, match="nowhere"):
        camvid("nowhere", (48, 64), (0.5, 1.0))


def test_training_cuts_change_and_measuring_does_not():
    data = scenes(SIDE, (64, 64), (0.3, 1.0), (1, 1))
    torch.manual_seed(0)
    assert not torch.equal(data.train[0][0], data.train[0][0])
    assert torch.equal(data.val[0][0], data.val[0][0])


def test_limits_are_spread_over_the_part(fake_camvid):
    every = camvid(fake_camvid, (48, 64), (0.5, 1.0))
    two = camvid(fake_camvid, (48, 64), (0.5, 1.0), (2, 1))
    for got, index in zip(two.train.samples, (0, 2), strict=True):
        assert torch.equal(got[0], every.train.samples[index][0])


class _Centre(nn.Module):
    """Says that a window's class is the red value of its centre pixel."""

    def forward(self, windows):
        red = (windows[:, 0, 16, 16] * 255).round().long()
        return 20 * nn.functional.one_hot(red, 5).float()


def test_sampled_windows_are_centred_on_their_labels():
    generator = torch.Generator().manual_seed(0)
    target = torch.randint(0, 5, (2, 40, 50), generator=generator)
    images = (target[:, None].float() / 255).expand(2, 3, 40, 50)
    loss = _loss_on_sampled_windows(60, _Centre(), images, target, None)
    assert float(loss.count) == 120
    assert float(loss.total / loss.count) < 1e-6
    # Shifted by one pixel the labels no longer fit.
    wrong = _loss_on_sampled_windows(60, _Centre(), images, target.roll(1, 2), None)
    assert float(wrong.total / wrong.count) > 5
    ignored = _loss_on_sampled_windows(60, _Centre(), images, torch.full_like(target, 255), None)
    assert (float(ignored.total), float(ignored.count)) == (0, 0)


def test_dense_labels_are_those_of_the_loop_over_windows():
    torch.manual_seed(0)
    model = lenet_patch(4).eval()
    images = torch.rand(1, 3, 20, 23)
    with torch.no_grad():
        loop = label_every_pixel(model, images, 32)
        assert torch.equal(_labels(model, images), loop.argmax(1))


def test_class_weights_reach_the_loss():
    logits = torch.tensor([[[[2.0, 0.0]], [[0.0, 1.0]]]])
    target = torch.tensor([[[0, 0]]])
    weight = torch.tensor([3.0, 1.0])
    loss = cross_entropy(nn.Identity(), logits.expand(1, 2, 1, 2), target, weight)
    hand = 3 * (np.log1p(np.exp(-2.0)) + np.log1p(np.exp(1.0)))
    assert float(loss.total) == pytest.approx(hand, rel=1e-6)
    assert float(loss.count) == 6
    assert Training(epochs=1).body_rate is None


def test_picture_by_hand():
    palette = [(10, 20, 30), (200, 100, 50)]
    assert label_colours(torch.tensor([[0, 1, 255]]), palette).tolist() == [
        [[10, 20, 30], [200, 100, 50], [0, 0, 0]]
    ]
    white = torch.full((3, 88, 176), 255, dtype=torch.uint8)
    truth = torch.zeros(88, 176, dtype=torch.uint8)
    pictures = Pictures([(white, truth)] * 5, lambda image, mask: (image / 255, mask))
    sheet = np.array(
        picture_of_predictions(lambda x: torch.ones(1, 88, 176).long(), pictures, palette)
    )
    assert sheet.shape == (2 * 88 + 4, 3 * 176 + 2 * 4, 3)
    for column, colour in ((0, (255, 255, 255)), (1, palette[0]), (2, palette[1])):
        left = column * 180
        assert (sheet[:88, left : left + 176] == colour).all()
        assert (sheet[92:, left : left + 176] == colour).all()
    assert (sheet[88:92] == 255).all()


def test_learning_without_decay_is_adam_with_a_cosine_and_spares_what_is_fixed():
    """Against torch's own Adam, stepped by hand on the same batches in the same order."""
    x = torch.linspace(-1, 1, 6)[:, None]
    ours, theirs = nn.Linear(1, 1), nn.Linear(1, 1)
    theirs.load_state_dict(ours.state_dict())
    for net in (ours, theirs):
        net.bias.requires_grad_(False)
    fixed = ours.bias.clone()

    def loss(model: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        return (model(batch[0]) - batch[1]).square().mean()

    loader = DataLoader(TensorDataset(x, 3 * x), batch_size=6)
    quiet = TrainConfig(progress=False, device="cpu")
    learn(ours, loader, loss, rate=0.1, steps=20, warmup=50, final=0.1, config=quiet)
    adam = torch.optim.Adam([theirs.weight], lr=0.1)
    for step in range(20):  # the warm-up is cut to a tenth of the steps
        falling = 0.1 + 0.9 * (1 + math.cos(math.pi * max(0, step - 2) / 18)) / 2
        adam.param_groups[0]["lr"] = 0.1 * (falling if step >= 2 else (step + 1) / 3)
        adam.zero_grad()
        loss(theirs, (x, 3 * x)).backward()
        adam.step()
    assert not ours.training
    assert torch.equal(ours.bias, fixed)
    torch.testing.assert_close(ours.weight, theirs.weight)
