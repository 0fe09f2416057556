"""The loop: it learns, clips, accumulates, stops, and leaves the model as it was wrapped."""

import copy
import math
import pickle

import pytest
import torch
from tiny_training import Pixels, cross_entropy, make_model, train
from torch import nn
from torch.utils.data import DataLoader

from course_pkg.engine import (
    LossSum,
    TrainConfig,
    constant_schedule,
    evaluate,
    fit,
    load_weights,
    supervised,
)
from course_pkg.metrics import ConfusionMatrix

QUIET = TrainConfig(device="cpu", progress=False)


def plain_fit(model, loader, lr=0.1, config=QUIET, loss_fn=cross_entropy, **options):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    return fit(model, loader, loss_fn=loss_fn, optimizer=optimizer, config=config, **options)


def test_equals_a_loop_written_by_hand():
    loader = DataLoader(Pixels(augment=False), batch_size=4)
    model, by_hand = make_model(dropout=0.0), make_model(dropout=0.0)
    history = plain_fit(model, loader, epochs=2)
    losses = []
    optimizer = torch.optim.SGD(by_hand.parameters(), lr=0.1)
    for _ in range(2):
        for images, target in loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(by_hand(images), target, ignore_index=255)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert history.loss == pytest.approx(losses, rel=1e-6)
    assert history.learning_rate == [0.1] * 6
    for ours, theirs in zip(model.parameters(), by_hand.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_overfits_a_tiny_problem():
    dataset = Pixels(augment=False)
    model = make_model(dropout=0.0)
    loader = DataLoader(dataset, batch_size=5, shuffle=True)
    history = plain_fit(model, loader, lr=1.0, epochs=60)
    assert history.loss[-1] < 0.05 < history.loss[0]
    scores = evaluate(model, DataLoader(dataset, batch_size=5), ConfusionMatrix(2))
    assert scores["miou"] > 0.97


def test_same_seed_same_numbers_other_seed_other_numbers(tmp_path):
    _, one = train(tmp_path / "a", steps=6)
    _, two = train(tmp_path / "b", steps=6)
    _, other = train(tmp_path / "c", steps=6, seed=6)
    assert one == two
    assert one.loss != other.loss


def test_dropout_follows_the_seed_not_what_was_drawn_before():
    losses = []
    for drawn in (3, 4):
        model = make_model(dropout=0.5)
        torch.manual_seed(drawn)
        loader = DataLoader(Pixels(), batch_size=5)
        losses.append(plain_fit(model, loader, steps=3).loss)
    assert losses[0] == losses[1]


def test_accumulated_batches_are_one_large_batch():
    # Ignored pixels differ from image to image: a mean of batch means would be another number.
    dataset = Pixels(augment=False, dtype=torch.float64)
    models = [make_model(dropout=0.0, dtype=torch.float64) for _ in range(2)]
    small, large = (DataLoader(dataset, batch_size=size) for size in (2, 6))
    accumulating = TrainConfig(device="cpu", progress=False, accumulate=3)
    one = plain_fit(models[0], small, lr=0.5, steps=4, config=accumulating)
    two = plain_fit(models[1], large, lr=0.5, steps=4)
    assert one.loss == pytest.approx(two.loss, rel=1e-12)
    assert one.grad_norm == pytest.approx(two.grad_norm, rel=1e-12)
    for ours, theirs in zip(models[0].parameters(), models[1].parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_clipping_shortens_the_step_and_nothing_else():
    loader = DataLoader(Pixels(augment=False), batch_size=10)
    start = make_model(dropout=0.0)
    moved = {}
    for clip_norm in (None, 1e-3, 1e6):
        model = copy.deepcopy(start)
        config = TrainConfig(device="cpu", progress=False, clip_norm=clip_norm)
        history = plain_fit(model, loader, lr=1.0, steps=1, config=config)
        pairs = zip(model.parameters(), start.parameters(), strict=True)
        moved[clip_norm] = torch.cat([(a - b).detach().flatten() for a, b in pairs])
    assert history.grad_norm[0] == pytest.approx(float(moved[None].norm()), rel=1e-5)
    assert float(moved[1e-3].norm()) == pytest.approx(1e-3, rel=1e-3)
    cosine = nn.functional.cosine_similarity(moved[None], moved[1e-3], dim=0)
    assert float(cosine) == pytest.approx(1.0, abs=1e-3)
    assert torch.equal(moved[1e6], moved[None])


def test_nan_loss_stops_and_names_step_and_rate():
    model = make_model()
    calls = 0

    def poisoned(model, batch):
        nonlocal calls
        calls += 1
        loss = cross_entropy(model, batch)
        return LossSum(loss.total * math.nan, loss.count) if calls == 7 else loss

    loader = DataLoader(Pixels(), batch_size=3)
    message = r"the loss is nan at step 7 \(epoch 2\), learning rate 0.25: lower the rate"
    with pytest.raises(FloatingPointError, match=message):
        plain_fit(model, loader, lr=0.25, epochs=3, loss_fn=poisoned)
    assert all(p.isfinite().all() for p in model.parameters())


def test_infinite_gradient_stops_before_it_spoils_the_weights():
    model = nn.Linear(1, 1, bias=False)

    def root(model, batch):
        return (model(batch) * 0.0).sqrt().mean()  # 0 is fine, its slope is not

    loader = DataLoader(torch.ones(2, 1), batch_size=2)
    with pytest.raises(FloatingPointError, match=r"gradient's norm is (nan|inf) at step 1"):
        plain_fit(model, loader, steps=1, loss_fn=root)
    assert model.weight.isfinite().all()


def test_a_batch_without_a_labelled_pixel_moves_nothing():
    dataset = [(torch.ones(2, 4, 4), torch.full((4, 4), 255))]
    model = make_model(dropout=0.0)
    before = copy.deepcopy(model.state_dict())
    history = plain_fit(model, DataLoader(dataset), steps=1)
    assert history.loss == [0.0]
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_early_stop_counts_evaluations_without_a_new_best(tmp_path):
    values = iter([0.1, 0.3, math.nan, 0.3, 0.2, 0.9])
    model = make_model()
    settings = {"evaluate_every": 2, "monitor": "miou", "patience": 3, "progress": False}
    config = TrainConfig(device="cpu", checkpoint_dir=tmp_path, **settings)
    loader = DataLoader(Pixels(), batch_size=3)
    weights = {}

    def scores(model):
        weights[len(weights)] = copy.deepcopy(model.state_dict())
        return {"miou": next(values)}

    history = plain_fit(model, loader, epochs=10, config=config, evaluate=scores)
    # 0.3 at step 4 was the best; then NaN, an equal one and a worse one: stop after step 10.
    assert history.steps == 10
    assert history.stop_reason == "no better miou in 3 evaluations"
    assert history.best("miou").step == 4
    best = make_model()
    load_weights(best, tmp_path / "best.safetensors")
    assert all(torch.equal(weights[1][k], v) for k, v in best.state_dict().items())
    # Resumed, it knows that it is over.
    config = TrainConfig(device="cpu", checkpoint_dir=tmp_path, resume=True, **settings)
    again = plain_fit(make_model(), loader, epochs=10, config=config, evaluate=scores)
    assert again.steps == 10


def test_evaluation_leaves_no_trace_in_training():
    def noisy(model):
        assert not model.training
        torch.rand(5)
        return {"miou": 0.5}

    losses = []
    for every in (1, 100):
        config = TrainConfig(device="cpu", progress=False, evaluate_every=every)
        loader = DataLoader(Pixels(), batch_size=3, shuffle=True)
        model = make_model()
        history = plain_fit(model, loader, steps=5, config=config, evaluate=noisy)
        losses.append(history.loss)
        assert model.training
    assert losses[0] == losses[1]


def test_frozen_modules_get_their_own_mode_back():
    model = make_model()
    model[2].train = lambda mode=True: model[2]  # a part that stays in eval mode, as frozen BN does
    model[2].training = False
    plain_fit(model, DataLoader(Pixels(), batch_size=5), steps=2, evaluate=lambda _: {"a": 1.0})
    assert [m.training for m in model] == [True, True, False, True]


def test_schedule_is_stepped_once_a_step():
    model = make_model()
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    schedule = constant_schedule(optimizer, warmup=3)
    config = TrainConfig(device="cpu", progress=False, accumulate=2)
    loader = DataLoader(Pixels(), batch_size=3)
    options = {"optimizer": optimizer, "scheduler": schedule, "config": config}
    history = fit(model, loader, loss_fn=cross_entropy, steps=5, **options)
    assert history.learning_rate == [0.25, 0.5, 0.75, 1.0, 1.0]


def test_bf16_runs_and_is_taken_off_again():
    seen = []

    class Watched(nn.Conv2d):
        def forward(self, x):
            y = super().forward(x)
            seen.append((self.training, y.dtype))
            return y

    model = nn.Sequential(Watched(2, 2, 1))
    keys = set(model.__dict__)
    config = TrainConfig(device="cpu", precision="bf16", progress=False)

    def scores(model):
        return evaluate(model, DataLoader(Pixels(), batch_size=5), ConfusionMatrix(2))

    loader = DataLoader(Pixels(), batch_size=5)
    history = plain_fit(model, loader, lr=0.5, epochs=20, config=config, evaluate=scores)
    assert set(seen) == {(True, torch.bfloat16), (False, torch.bfloat16)}
    assert model[0].weight.dtype == torch.float32
    assert history.loss[-1] < history.loss[0]
    # The model is plain again: no wrapper, float32 arithmetic, can be pickled.
    assert set(model.__dict__) == keys
    model(torch.zeros(1, 2, 3, 3))
    assert seen[-1][1] == torch.float32
    pickle.dumps(nn.Sequential(*make_model()))
    plain_fit(model, loader, steps=1)  # and another precision may follow
    assert seen[-1] == (True, torch.float32)


def test_plain_mean_losses_work():
    x = torch.linspace(-1, 1, 8, dtype=torch.float64)[:, None]
    model = nn.Linear(1, 1).double()
    loader = DataLoader(list(zip(x, 3 * x + 1, strict=True)), batch_size=4)
    plain_fit(model, loader, lr=0.5, epochs=60, loss_fn=supervised(nn.functional.mse_loss))
    assert float(model.weight.detach()) == pytest.approx(3, abs=1e-3)
    assert float(model.bias.detach()) == pytest.approx(1, abs=1e-3)
