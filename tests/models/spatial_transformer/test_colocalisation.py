"""Co-localisation: the loss by hand, windows in pixels, and windows that walk onto the object."""

import pytest
import torch
from model_checks import assert_all_parameters_learn, assert_state_dict_round_trip, count
from torch import nn

from course_pkg.data import placed_digits
from course_pkg.models import (
    ActivationEncoder,
    Colocaliser,
    colocalisation_loss,
    digit_net,
    random_windows,
    window_boxes,
)
from course_pkg.ops import box_iou


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_loss_by_hand():
    found = torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 1.0]])
    random = torch.tensor([[0.0, 2.0], [3.0, 1.0], [4.0, 1.0]])
    # Squared distances 0-1: 9, 0-2: 1, 1-2: 10; to one's own random window: 4, 1, 16.
    hinges = {(0, 1): 9 - 4, (0, 2): 1 - 4, (1, 0): 9 - 1, (1, 2): 10 - 1}
    hinges |= {(2, 0): 1 - 16, (2, 1): 10 - 16}
    for margin in (0.0, 1.0, 7.0):
        expected = sum(max(0.0, value + margin) for value in hinges.values()) / 6
        assert colocalisation_loss(found, random, margin).item() == pytest.approx(expected)
    assert colocalisation_loss(found, random) == colocalisation_loss(found, random, 1.0)


def test_the_losss_gradient():
    found, random = (
        torch.randn(4, 3, dtype=torch.float64, generator=generator(s)).requires_grad_()
        for s in (0, 1)
    )
    assert torch.autograd.gradcheck(lambda f, r: colocalisation_loss(f, r, 2.0), (found, random))


def test_a_window_never_meets_itself():
    """A found window is no nearer to itself than the margin asks: its own pair would cost 0.98."""
    found = torch.eye(2) * 10
    loss = colocalisation_loss(found, found + 0.1, 1.0)
    assert loss.item() == pytest.approx(200 - 0.02 + 1)


def test_the_descriptor_is_both_hidden_layers_and_the_logits():
    torch.manual_seed(0)
    net = digit_net("cnn", 28, budget=6_000)
    images = torch.rand(3, 1, 28, 28, generator=generator())
    first = net[2](net[1](net[0](images)))
    second = net[5](net[4](net[3](first)))
    logits = net[7](net[6](second))
    expected = torch.cat([first.flatten(1), second.flatten(1), logits], dim=1)
    expected = expected / expected.norm(dim=1, keepdim=True)
    encoder = ActivationEncoder(net)
    torch.testing.assert_close(encoder(images), expected)
    assert not any(p.requires_grad for p in encoder.parameters())
    encoder.train()
    assert not encoder.training
    assert not encoder.classifier.training
    seen = images.clone().requires_grad_()
    encoder(seen)[:, 0].sum().backward()
    assert seen.grad is not None
    assert seen.grad.any()


def test_at_first_all_windows_are_in_the_middle_and_wide():
    finder = Colocaliser(84, smallest=0.2, largest=0.4)
    images = torch.rand(2, 1, 84, 84, generator=generator())
    # Half-way between the bounds; at first both are 1 / 0.4 times as large.
    torch.testing.assert_close(finder.theta(images), torch.tensor([[0.75, 0, 0]] * 2))
    finder.advance(0.5)  # half of the cosine: the reach is (1 + 0.4) / 2
    torch.testing.assert_close(finder.theta(images)[:, 0], torch.full((2,), 0.7 * 0.75))
    finder.advance(0.5)
    finder.advance(0.5)  # further than the end it does not go
    torch.testing.assert_close(finder.theta(images)[:, 0], torch.full((2,), 0.3))
    assert finder.progress.item() == 1
    assert count(finder) == 8 * 82 + 8 * (8 * 81 + 1) + 72 + 27 == 5947  # 84 -> 19 -> 9


def test_windows_stay_inside_whatever_the_weights():
    finder = Colocaliser(40)
    with torch.no_grad():
        finder.to_theta.weight.normal_(std=50, generator=generator())
        finder.to_theta.bias.normal_(std=50, generator=generator(1))
    images = torch.rand(30, 1, 40, 40, generator=generator(2))
    for progress in (0.0, 0.5, 0.5):
        finder.advance(progress)
        boxes = window_boxes(finder.theta(images), 40)
        assert boxes.min() >= -1e-4
        assert boxes.max() <= 40 + 1e-4
    sides = (boxes[:, 2] - boxes[:, 0]) / 40
    assert sides.min() >= 0.25 - 1e-5
    assert sides.max() <= 0.45 + 1e-5


def test_a_window_reads_the_averaged_pixels_of_its_box():
    finder = Colocaliser(16, size=4)
    images = torch.rand(1, 1, 16, 16, generator=generator())
    theta = torch.tensor([[0.25, 0.25, -0.5]])  # a quarter of the side: 4 pixels, read as 4
    assert window_boxes(theta, 16).tolist() == [[8.0, 2.0, 12.0, 6.0]]
    by_hand = torch.stack(
        [
            images[0, 0, y - 1 : y + 2, x - 1 : x + 2].mean()
            for y in range(2, 6)
            for x in range(8, 12)
        ]
    )
    torch.testing.assert_close(finder.read(images, theta), by_hand.reshape(1, 1, 4, 4))
    sharp = Colocaliser(16, size=4, blur=1)
    torch.testing.assert_close(sharp.read(images, theta), images[..., 2:6, 8:12])


def test_random_windows_are_of_all_sizes_and_inside():
    theta = random_windows(2000, 0.25, 0.5, generator())
    assert torch.equal(theta, random_windows(2000, 0.25, 0.5, generator()))
    boxes = window_boxes(theta, 100)
    assert boxes.min() >= -1e-4
    assert boxes.max() <= 100 + 1e-4
    assert boxes.min() < 1
    assert boxes.max() > 99
    assert theta[:, 0].min().item() == pytest.approx(0.25, abs=1e-3)
    assert theta[:, 0].max().item() == pytest.approx(0.5, abs=1e-3)
    assert theta[:, 1:].mean(dim=0).abs().max() < 0.05


def letter() -> torch.Tensor:
    """A barred T: a shape that is itself in one place only."""
    picture = torch.zeros(1, 1, 12, 12)
    picture[..., 2:10, 5:7] = 1
    picture[..., 5:7, 2:10] = 1
    picture[..., 2:4, 2:10] = 1
    return picture


def pixel_encoder() -> ActivationEncoder:
    """Distances of turned pixels are those of the pixels themselves."""
    torch.manual_seed(0)
    turn = nn.Linear(144, 144)
    nn.init.orthogonal_(turn.weight)
    nn.init.zeros_(turn.bias)
    return ActivationEncoder(nn.Sequential(nn.Flatten(), turn))


def test_every_weight_learns_and_round_trips():
    torch.manual_seed(1)
    images = torch.rand(4, 1, 32, 32)
    finder, encoder = Colocaliser(32, size=12), pixel_encoder()
    with torch.no_grad():  # behind zero weights no gradient reaches the layers before
        finder.to_theta.weight.normal_(std=0.1)
    theta = finder.theta(images)
    theta.retain_grad()
    found = encoder(finder.read(images, theta))
    loss = colocalisation_loss(found, encoder(finder.read(images, random_windows(4))), 2.0)
    assert_all_parameters_learn(finder, loss)
    assert theta.grad is not None
    assert (theta.grad != 0).all()

    def make() -> Colocaliser:
        made = Colocaliser(32, size=12)
        made.advance(float(torch.rand(())))
        return made

    assert_state_dict_round_trip(make, lambda net: net(images))


def test_windows_walk_onto_the_object():
    """One shape at many places, nothing said about it: the start with the lowest loss finds it."""
    pictures, boxes = placed_digits(
        letter().expand(24, 1, 12, 12), letter(), 24, 0, generator=generator(1)
    )
    encoder, ends = pixel_encoder(), []

    def share_found(finder: Colocaliser) -> float:
        with torch.no_grad():
            iou = box_iou(window_boxes(finder.theta(pictures), 24), boxes).diagonal()
        return (iou > 0.5).float().mean().item()

    for start in range(4):
        torch.manual_seed(start)
        finder = Colocaliser(24, smallest=0.4, largest=0.6, size=12)
        assert share_found(finder) == 0
        optimizer, losses = torch.optim.Adam(finder.parameters(), lr=0.01), []
        for _ in range(150):
            found = finder(pictures)
            finder.advance(1 / 90)
            chance = finder.read(pictures, random_windows(24, 0.2, 0.6))
            loss = colocalisation_loss(encoder(found), encoder(chance))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        ends.append((sum(losses[-15:]), share_found(finder)))
    assert min(ends)[1] > 0.9, ends


def test_errors():
    with pytest.raises(ValueError, match=r"two pictures or more .* shape \(1, 3\) and \(1, 3\)"):
        colocalisation_loss(torch.zeros(1, 3), torch.zeros(1, 3))
    with pytest.raises(ValueError, match="the classifier has no layer with weights"):
        ActivationEncoder(nn.Sequential(nn.Flatten()))
    with pytest.raises(ValueError, match="pictures need at least 13 pixels a side, got 12"):
        Colocaliser(12)
    with pytest.raises(ValueError, match=r"smallest <= largest <= 1, got 0\.5 and 0\.4"):
        Colocaliser(84, 0.5, 0.4)
    with pytest.raises(ValueError, match="blur must be odd and at least 1, got 2"):
        Colocaliser(84, blur=2)
    with pytest.raises(ValueError, match=r"smallest <= largest <= 1, got 0\.0 and 0\.4"):
        random_windows(3, 0.0, 0.4)
