"""DRAW: its bound against torch's distributions, its steps against the paper, its windows."""

import pytest
import torch
from torch.distributions import Bernoulli, Normal, kl_divergence

from course_pkg.models import (
    DRAW,
    DrawSteps,
    WholeRead,
    WholeWrite,
    WindowRead,
    WindowWrite,
    draw_bound,
    draw_with_windows,
    draw_without_windows,
    gaussian_kl,
)

SIZE = (9, 7)


def small(kind):
    torch.manual_seed(0)
    if kind == "windows":
        return draw_with_windows(SIZE, 2, 3, hidden=12, latent=4, steps=3)
    return draw_without_windows(SIZE, hidden=12, latent=4, steps=3)


def pictures(n=2, seed=1):
    return torch.rand(n, 1, *SIZE, generator=torch.Generator().manual_seed(seed)).round()


def test_kl_equals_torch_distributions():
    g = torch.Generator().manual_seed(2)
    mean, log_sigma = torch.randn(2, 5, 7, generator=g, dtype=torch.float64)
    expected = kl_divergence(Normal(mean, log_sigma.exp()), Normal(0.0, 1.0)).sum(-1)
    torch.testing.assert_close(gaussian_kl(mean, log_sigma), expected)
    # One mean at 2 and nothing else: half of two squared.
    assert float(gaussian_kl(torch.tensor([2.0]), torch.tensor([0.0]))) == 2
    assert float(gaussian_kl(torch.zeros(100), torch.zeros(100))) == 0


def test_kl_as_printed_has_the_same_gradient_and_another_value():
    g = torch.Generator().manual_seed(3)
    mean, log_sigma = torch.randn(2, 10, generator=g, dtype=torch.float64).requires_grad_()
    squares = mean**2 + torch.exp(2 * log_sigma) - 2 * log_sigma
    printed = 0.5 * squares.sum() - 0.5
    right = gaussian_kl(mean, log_sigma)
    assert float((printed - right).detach()) == pytest.approx(0.5 * (10 - 1))
    for value in (mean, log_sigma):
        ours, theirs = (
            torch.autograd.grad(x, value, retain_graph=True)[0] for x in (right, printed)
        )
        torch.testing.assert_close(ours, theirs)


def test_bound_equals_torch_distributions():
    model, images = small("windows"), pictures()
    steps = model(images, torch.Generator().manual_seed(4))
    likelihood = Bernoulli(logits=steps.canvases[-1]).log_prob(images).sum((1, 2, 3))
    torch.testing.assert_close(draw_bound(steps, images), -likelihood + steps.kl.sum(0))
    assert (steps.kl >= 0).all()


def test_the_bound_misses_the_truth_by_what_the_encoder_gets_wrong():
    """One random number, one step, one pixel: everything can be integrated over a fine grid of z.

    bound = -log p(x) + KL(encoder's Gaussian || true posterior of z), to the last nat.
    """
    torch.manual_seed(5)
    model = DRAW(WholeRead((1, 1)), WholeWrite((1, 1), 6), hidden=6, latent=1, steps=1).double()
    said = []
    model.latent.register_forward_hook(lambda module, inputs, output: said.append(output))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)
        z = torch.linspace(-12, 12, 6001, dtype=torch.float64)[:, None]
        canvas, decoder = model._start(len(z))
        chance = model._paint(canvas, z, decoder)[0].flatten().sigmoid()
        images = torch.ones(40_000, 1, 1, 1, dtype=torch.float64)
        bound = draw_bound(model(images, torch.Generator().manual_seed(6)), images).mean()
    mean, log_sigma = said[0][0]
    z, cell = z.flatten(), 24 / 6000
    joint = chance * Normal(0.0, 1.0).log_prob(z).exp()  # p(x = 1, z)
    evidence = joint.sum() * cell
    encoder = Normal(mean, log_sigma.exp()).log_prob(z)
    gap = (encoder.exp() * (encoder - (joint / evidence).log())).sum() * cell
    assert float(gap) > 0.01
    assert float(bound) == pytest.approx(float(-evidence.log() + gap), abs=0.01)


@pytest.mark.parametrize("kind", ["windows", "whole"])
@pytest.mark.parametrize("n", [1, 3])
def test_shapes_and_windows(kind, n):
    model = small(kind)
    steps = model(pictures(n))
    assert steps.canvases.shape == (3, n, 1, *SIZE)
    assert steps.kl.shape == (3, n)
    assert len(steps.read) == len(steps.written) == 3
    for window in (*steps.read, *steps.written):
        assert (window is None) == (kind == "whole")
    sample = model.sample(n)
    assert sample.canvases.shape == (3, n, 1, *SIZE)
    assert len(sample.written) == 3


@pytest.mark.parametrize("kind", ["windows", "whole"])
def test_every_parameter_learns(kind):
    model = small(kind)
    images = pictures()
    draw_bound(model(images), images).mean().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_noise_is_fresh_at_every_step(monkeypatch):
    drawn = []
    original = torch.randn

    def recorded(*args, **kwargs):
        drawn.append(original(*args, **kwargs))
        return drawn[-1]

    monkeypatch.setattr(torch, "randn", recorded)
    small("windows")(pictures(), torch.Generator().manual_seed(7))
    assert len(drawn) == 3
    assert not torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[1], drawn[2])


def test_the_generator_decides():
    model, images = small("windows"), pictures()
    runs = [model(images, torch.Generator().manual_seed(s)).canvases for s in (8, 8, 9)]
    assert torch.equal(runs[0], runs[1])
    assert not torch.equal(runs[0], runs[2])
    samples = [model.sample(2, torch.Generator().manual_seed(s)).canvases for s in (8, 8, 9)]
    assert torch.equal(samples[0], samples[1])
    assert not torch.equal(samples[0], samples[2])


def test_the_canvas_grows_by_what_is_written():
    model, images = small("windows"), pictures(1)
    added = []
    model.write.register_forward_hook(lambda module, inputs, output: added.append(output[0]))
    canvases = model(images).canvases
    before = model.canvas_start[None].detach()
    for canvas, written in zip(canvases, added, strict=True):
        torch.testing.assert_close(canvas, before + written)
        before = canvas


def test_the_encoder_sees_the_error_of_the_canvas_so_far():
    model, images = small("whole"), pictures(1)
    errors = []
    model.read.register_forward_hook(lambda module, inputs, output: errors.append(inputs[1]))
    canvases = model(images).canvases
    torch.testing.assert_close(errors[0], images - model.canvas_start[None].sigmoid())
    torch.testing.assert_close(errors[2], images - canvases[1].sigmoid())


def test_sampling_needs_no_picture_and_follows_the_decoder():
    """With an encoder that says N(0, 1) whatever it sees, drawing is sampling."""
    model = small("windows")
    with torch.no_grad():
        model.latent.weight.zero_()
        model.latent.bias.zero_()
    drawn = model(pictures(), torch.Generator().manual_seed(10))
    sampled = model.sample(2, torch.Generator().manual_seed(10))
    torch.testing.assert_close(drawn.canvases, sampled.canvases)
    assert float(drawn.kl.detach().abs().max()) == 0


def test_a_reading_window_sees_picture_and_error_in_one_place():
    read = WindowRead((8, 8), 3, hidden=4)
    image = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(11))
    numbers, window = read(image, 2 * image, torch.zeros(1, 4))
    torch.testing.assert_close(numbers[:, 9:], 2 * numbers[:, :9])
    assert window.centre_x.shape == (1,)


def test_a_written_patch_stays_near_its_window():
    write = WindowWrite((20, 20), 2, hidden=4)
    with torch.no_grad():
        write.where.weight.zero_()
        write.where.bias.copy_(torch.tensor([-0.5, 0.5, -4.0, -3.0, 0.0]))
    with torch.no_grad():
        picture, window = write(torch.ones(1, 4))
    x, y = float(window.centre_x), float(window.centre_y)
    assert (x, y) == pytest.approx((21 / 4 - 0.5, 21 * 3 / 4 - 0.5))
    rows, columns = picture[0, 0].abs().gt(1e-6).nonzero().unbind(1)
    assert float((rows + 0.5 - y).abs().max()) < 2.5
    assert float((columns + 0.5 - x).abs().max()) < 2.5


@pytest.mark.parametrize(("size", "cells"), [((28, 28), 5), ((28, 28), 12), ((40, 40), 2)])
def test_windows_start_as_tiles_that_leave_no_gap(size, cells):
    """Cells half a stride wide add up evenly: 1 / stride in each axis, by the paper's weights."""
    read, write = WindowRead(size, cells, hidden=4), WindowWrite(size, cells, hidden=4)
    with torch.no_grad():
        write.what.weight.zero_()
        write.what.bias.fill_(1)
        picture, written = write(torch.zeros(1, 4))
        seen, window = read(torch.ones(1, 1, *size), torch.zeros(1, 1, *size), torch.zeros(1, 4))
    stride = (size[0] - 1) / (cells - 1)
    for each in (window, written):
        assert (float(each.centre_x), float(each.centre_y)) == (size[1] / 2, size[0] / 2)
        assert float(each.stride) == pytest.approx(stride)
        assert float(each.sigma) == pytest.approx(stride / 2)
    torch.testing.assert_close(seen, torch.tensor([[1.0] * cells**2 + [0.0] * cells**2]))
    assert float(picture.mean()) == pytest.approx(cells**2 * stride**2 / size[0] ** 2)
    if cells > 2:
        middle = picture[0, 0, 12:16, 12:16]
        torch.testing.assert_close(middle, torch.ones(4, 4), atol=0.05, rtol=0)


def test_paper_sizes():
    model = draw_with_windows()
    # Encoder: 4 gates of 256 from 2*2*2 cells, the decoder's 256 and its own 256; two biases.
    lstm = 4 * 256 * (8 + 256 + 256 + 2) + 4 * 256 * (100 + 256 + 2)
    heads = 257 * 200 + 257 * 5 + 257 * 25 + 257 * 5
    starts = 4 * 256 + 784
    assert sum(p.numel() for p in model.parameters()) == lstm + heads + starts
    assert model.steps == 64


def test_it_learns_two_pictures():
    torch.manual_seed(12)
    model = draw_with_windows((8, 8), 3, 3, hidden=32, latent=4, steps=4)
    images = pictures(2)[:, :, :8].new_zeros(2, 1, 8, 8)
    images[0, 0, :, :4] = 1
    images[1, 0, :4] = 1
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(250):
        loss = draw_bound(model(images.repeat(8, 1, 1, 1)), images.repeat(8, 1, 1, 1)).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
    # Two equally likely pictures are worth log 2 = 0.7 nats; not knowing which is 32 log 2 = 22.
    assert loss.item() < 8


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw_without_windows(steps=0), "at least 1, got 256, 100 and 0"),
        (lambda: small("whole")(torch.zeros(1, 1, 8, 8)), r"pictures of \(9, 7\) pixels, got"),
        (
            lambda: draw_bound(
                DrawSteps(torch.zeros(1, 1, 1, 2, 2), torch.zeros(1, 1), (), ()),
                torch.full((1, 1, 2, 2), 255.0),
            ),
            "pixels must be from 0 to 1",
        ),
        (lambda: draw_with_windows(read_size=1)(torch.zeros(1, 1, 28, 28)), "patch_size must be"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
