"""What the settings show, and which are refused."""

import pytest
import torch
from tiny_training import Pixels, cross_entropy, make_model
from torch.utils.data import DataLoader

from course_pkg.engine import TrainConfig, fit, seed_everything

QUIET = TrainConfig(device="cpu", progress=False)


def plain_fit(model, loader, config=QUIET, **options):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    return fit(model, loader, loss_fn=cross_entropy, optimizer=optimizer, config=config, **options)


def test_progress_bar_shows_loss_and_metric_or_nothing(capsys):
    loader = DataLoader(Pixels(), batch_size=5)
    for progress in (True, False):
        config = TrainConfig(device="cpu", progress=progress)
        plain_fit(make_model(), loader, epochs=2, config=config, evaluate=lambda _: {"miou": 0.5})
        shown = capsys.readouterr()
        assert shown.out == ""
        assert ("4/4" in shown.err and "loss=" in shown.err and "miou=0.5" in shown.err) == progress
        assert (shown.err == "") != progress


def test_deterministic_kernels_can_be_asked_for(monkeypatch):
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    assert not torch.are_deterministic_algorithms_enabled()
    try:
        seed_everything(0, deterministic=True)
        assert torch.are_deterministic_algorithms_enabled()
        assert torch.is_deterministic_algorithms_warn_only_enabled()
    finally:
        torch.use_deterministic_algorithms(False)


def test_bad_settings_are_refused():
    loader = DataLoader(Pixels(), batch_size=5)
    for options in ({}, {"steps": 1, "epochs": 1}):
        with pytest.raises(ValueError, match="give steps or epochs, one of them"):
            plain_fit(make_model(), loader, **options)
    with pytest.raises(ValueError, match="there must be a step to train"):
        plain_fit(make_model(), loader, epochs=0)
    config = TrainConfig(device="cpu", monitor="miou", progress=False)
    with pytest.raises(ValueError, match="nothing measures 'miou'"):
        plain_fit(make_model(), loader, steps=1, config=config)
    scores = {"accuracy": 1.0}
    with pytest.raises(ValueError, match="no metric 'miou' at step 1, there is: accuracy"):
        plain_fit(make_model(), loader, steps=1, config=config, evaluate=lambda _: scores)
    with pytest.raises(ValueError, match="patience needs a metric"):
        TrainConfig(patience=2)
    with pytest.raises(ValueError, match="resume needs checkpoint_dir"):
        TrainConfig(resume=True)
    with pytest.raises(ValueError, match="clip_norm must be positive"):
        TrainConfig(clip_norm=0.0)
    with pytest.raises(ValueError, match="accumulate must be at least 1, got 0"):
        TrainConfig(accumulate=0)
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="'fp16' needs a GPU"):
            plain_fit(make_model(), loader, steps=1, config=TrainConfig(precision="fp16"))
        with pytest.raises(ValueError, match="device 'cuda' needs an NVIDIA GPU"):
            plain_fit(make_model(), loader, steps=1, config=TrainConfig(device="cuda"))
