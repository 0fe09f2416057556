"""Evaluation: the right numbers, and nothing left changed."""

import pytest
from tiny_training import Pixels, make_model
from torch import nn
from torch.utils.data import DataLoader

from course_pkg.engine import eval_mode, evaluate
from course_pkg.metrics import BoundaryF1, ConfusionMatrix, boundary_f1, confusion_matrix


def test_equals_the_metrics_of_everything_at_once():
    dataset = Pixels(augment=False)
    model = make_model()
    loader = DataLoader(dataset, batch_size=3)
    scores = evaluate(model, loader, [ConfusionMatrix(2), BoundaryF1(2)])
    model.eval()
    preds = model(dataset.images).argmax(1)
    by_hand = ConfusionMatrix(2)
    by_hand.matrix = confusion_matrix(preds, dataset.targets, 2)
    bf = boundary_f1(preds, dataset.targets, 2).nanmean(dim=1).nanmean()
    expected = {**by_hand.compute(), "boundary_f1": float(bf)}
    assert scores == pytest.approx(expected, rel=1e-12)


def test_modes_and_gradients_are_left_as_they_were():
    model = make_model()
    model[1].eval()
    before = [module.training for module in model.modules()]
    seen = []

    def predict(model, batch):
        images, target = batch
        logits = model(images)
        seen.append((any(m.training for m in model.modules()), logits.requires_grad))
        return logits.argmax(1), target

    evaluate(model, DataLoader(Pixels(), batch_size=5), ConfusionMatrix(2), predict=predict)
    assert seen == [(False, False)] * 2
    assert [module.training for module in model.modules()] == before
    with pytest.raises(KeyError), eval_mode(model):
        raise KeyError
    assert [module.training for module in model.modules()] == before


def test_a_model_without_parameters_and_any_prediction():
    class Brightness(nn.Module):
        def forward(self, x):
            return x[:, 0]

    loader = DataLoader(Pixels(augment=False), batch_size=4)
    scores = evaluate(
        Brightness(), loader, ConfusionMatrix(2), predict=lambda m, b: ((m(b[0]) > 0).long(), b[1])
    )
    assert set(scores.values()) == {1.0}


def test_names_may_not_collide():
    loader = DataLoader(Pixels(augment=False), batch_size=4)
    with pytest.raises(ValueError, match="two metrics report 'pixel_accuracy'"):
        evaluate(make_model(), loader, [ConfusionMatrix(2), ConfusionMatrix(2)])


def test_batches_follow_the_model_to_the_gpu(gpu):
    model = make_model()
    loader = DataLoader(Pixels(augment=False), batch_size=4)
    on_cpu = evaluate(model, loader, ConfusionMatrix(2))
    assert evaluate(model.to(gpu), loader, ConfusionMatrix(2)) == pytest.approx(on_cpu, abs=0.02)
