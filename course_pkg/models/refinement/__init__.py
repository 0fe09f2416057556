"""Chapter 8, second half: a network that reads its own previous answer.

Pinheiro and Collobert 2014, figure 1: `rcnn` is the paper's recurrent network; `same_size` is a
form of our own that trains on whole images.
"""

from course_pkg.models.refinement.rcnn import (
    RecurrentCNN,
    full_resolution_scores,
    plain_cnn1,
    rcnn2,
    rcnn3,
    refinement_loss,
)
from course_pkg.models.refinement.same_size import (
    SameSizeRefinement,
    same_size_refinement,
)

__all__ = [
    "RecurrentCNN",
    "SameSizeRefinement",
    "full_resolution_scores",
    "plain_cnn1",
    "rcnn2",
    "rcnn3",
    "refinement_loss",
    "same_size_refinement",
]
