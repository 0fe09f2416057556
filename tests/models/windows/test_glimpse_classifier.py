"""The classifier that looks through windows: shapes, gradients, and that it can find things."""

import pytest
import torch
import torch.nn.functional as F

from course_pkg import ops
from course_pkg.models import GlimpseClassifier


def test_shapes_and_what_it_saw():
    torch.manual_seed(0)
    model = GlimpseClassifier((20, 24), num_classes=3, glimpses=2, patch_size=4, hidden=16)
    images = torch.rand(5, 1, 20, 24)
    answer = model(images)
    assert answer.logits.shape == (5, 3)
    assert answer.patches.shape == (2, 5, 1, 4, 4)
    for window, patch in zip(answer.windows, answer.patches, strict=True):
        rows, columns = ops.window_filters(window, 4, (20, 24))
        torch.testing.assert_close(ops.read_window(images, rows, columns, window.intensity), patch)


def test_the_first_glimpse_is_the_whole_picture_and_the_same_for_all():
    model = GlimpseClassifier((60, 60), hidden=16, glimpses=1)
    [window] = model(torch.rand(2, 1, 60, 60)).windows
    torch.testing.assert_close(window.centre_x, torch.tensor([30.0, 30.0]))
    torch.testing.assert_close(window.stride * 11, torch.tensor([59.0, 59.0]))


def test_every_parameter_learns():
    torch.manual_seed(1)
    model = GlimpseClassifier((20, 20), num_classes=3, glimpses=3, patch_size=4, hidden=8)
    F.cross_entropy(model(torch.rand(4, 1, 20, 20)).logits, torch.tensor([0, 1, 2, 0])).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.abs().sum() > 0, name


def test_it_learns_where_a_dot_is():
    torch.manual_seed(2)
    model = GlimpseClassifier((16, 16), num_classes=2, glimpses=2, patch_size=3, hidden=16)
    images = torch.zeros(8, 1, 16, 16)
    images[:4, 0, 3:6, 3:6] = 1
    images[4:, 0, 10:13, 10:13] = 1
    labels = torch.tensor([0] * 4 + [1] * 4)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(60):
        loss = F.cross_entropy(model(images).logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert (model(images).logits.argmax(1) == labels).all()


def test_errors():
    with pytest.raises(ValueError, match="at least 1, got 10, 0 and 256"):
        GlimpseClassifier((60, 60), glimpses=0)
    with pytest.raises(ValueError, match=r"pictures of \(60, 60\) pixels, got \(28, 28\)"):
        GlimpseClassifier((60, 60))(torch.zeros(1, 1, 28, 28))
