"""From soft masks to whole superpixels, which have sharper edges than 50 x 50 cells. Lecture 09."""

from jaxtyping import Bool, Float, Int
from torch import Tensor

from course_pkg.models.instances.sds.refinement import superpixel_inputs

__all__ = ["project_to_superpixels"]


def project_to_superpixels(
    probs: Float[Tensor, "k h w"], segments: Int[Tensor, "h w"], threshold: float = 0.4
) -> Bool[Tensor, "k h w"]:
    """Take or leave every superpixel as a whole.

    Args:
        probs: of each thing, in the whole image.
        segments: superpixel of each pixel, from 0 without gaps.
        threshold: the mean of a superpixel has to reach this.

    Returns:
        One mask a thing.

    Source: Hariharan et al. 2015, section 4; the threshold is the released
        ``test_hypercolumns.py``'s (read).

    Example:
        >>> probs, segments = torch.tensor([[[0.5, 0.4, 0.7, 0.0]]]), torch.tensor([[0, 0, 1, 1]])
        >>> project_to_superpixels(probs, segments).tolist()
        [[[True, True, False, False]]]
    """
    segments = segments.to(probs.device)
    means = superpixel_inputs(probs, probs >= threshold, segments)[..., 0]
    return (means >= threshold)[:, segments]
