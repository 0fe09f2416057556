"""DeconvNet's inference over proposals, against a plain loop and numbers by hand."""

import pytest
import torch
from torch import Tensor, nn
from torchvision.transforms.v2.functional import InterpolationMode, crop, resize

from course_pkg.models import deconvnet_inference, deconvnet_light, ensemble_scores


class _TwoClasses(nn.Module):
    """Scores that know the crop: its red, and red turned round."""

    def forward(self, crops: Tensor) -> Tensor:
        return torch.stack((crops[:, 0] - 0.5, 0.5 - crops[:, 0]), dim=1)


def by_hand(image: Tensor, boxes: Tensor, size: int) -> Tensor:
    """One box after the other with torchvision's crop and resize."""
    h, w = image.shape[-2:]
    best = torch.zeros(2, h, w)
    for x0, y0, x1, y1 in boxes.long().tolist():
        cut = crop(image, y0, x0, y1 - y0, x1 - x0)  # black outside
        scores = _TwoClasses()(resize(cut, [size, size], InterpolationMode.BILINEAR)[None])[0]
        back = resize(scores, [y1 - y0, x1 - x0], InterpolationMode.BILINEAR)
        for y in range(max(0, y0), min(h, y1)):
            for x in range(max(0, x0), min(w, x1)):
                best[:, y, x] = torch.maximum(best[:, y, x], back[:, y - y0, x - x0])
    return best


def test_every_pixel_keeps_its_largest_score():
    image = torch.rand(3, 11, 14, generator=torch.Generator().manual_seed(2))
    boxes = torch.tensor(
        [[0.0, 0, 8, 8], [3, 2, 14, 11], [-4, -3, 6, 7], [9, 4, 20, 15], [0, 0, 14, 11]]
    )
    found = deconvnet_inference(_TwoClasses(), image, boxes, size=8, min_side=6)
    torch.testing.assert_close(found, by_hand(image, boxes, 8))


def test_more_boxes_than_are_read_at_once():
    image = torch.rand(3, 20, 20, generator=torch.Generator().manual_seed(3))
    corners = torch.arange(12.0)
    boxes = torch.stack((corners, corners, corners + 6, corners + 7), dim=1)
    found = deconvnet_inference(_TwoClasses(), image, boxes, size=6, min_side=6)
    torch.testing.assert_close(found, by_hand(image, boxes, 6))


def test_small_boxes_are_left_out_before_they_are_counted():
    image = torch.ones(3, 8, 8)
    boxes = torch.tensor([[0.0, 0, 8, 2], [0, 0, 4, 4], [4, 4, 8, 8]])
    found = deconvnet_inference(_TwoClasses(), image, boxes, size=4, min_side=3, most=1)
    assert found[0, 0, 0] == 0.5  # the second box is the first that is read
    assert found[0, 7, 7] == 0.0  # and the last


def test_no_box_of_the_wanted_size_is_an_error():
    with pytest.raises(ValueError, match="none of 1 boxes has both sides of at least 112 pixels"):
        deconvnet_inference(_TwoClasses(), torch.ones(3, 8, 8), torch.tensor([[0.0, 0, 8, 8]]))
    with pytest.raises(ValueError, match="x0 < x1"):
        deconvnet_inference(_TwoClasses(), torch.ones(3, 8, 8), torch.tensor([[4.0, 0, 4, 8]]))


def test_with_the_network_itself():
    net = deconvnet_light(3).eval()
    image = torch.rand(3, 60, 90, generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        scores = deconvnet_inference(
            net, image, torch.tensor([[0.0, 0, 90, 60], [10, 5, 60, 55]]), size=96, min_side=40
        )
    assert scores.shape == (3, 60, 90)
    assert scores.min() >= 0


def test_the_ensemble_is_a_product_without_negative_votes():
    deconv = torch.tensor([2.0, 3.0, 4.0]).reshape(3, 1, 1)
    fcn = torch.tensor([5.0, -7.0, 0.5]).reshape(3, 1, 1)
    assert ensemble_scores(deconv, fcn).flatten().tolist() == [10.0, 0.0, 2.0]
    with pytest.raises(ValueError, match=r"\(3, 1, 1\) and \(3, 1, 2\)"):
        ensemble_scores(deconv, fcn.expand(3, 1, 2))
