"""How good is a labelling? Region counts and contours, summed over a whole data set.

Each measure comes twice: as a function of one array, to be read, and as an accumulator
(`update` per batch, `compute` once at the end), to be used. Accumulators add up with ``+`` and
across processes.
"""

from .boundary import BoundaryF1 as BoundaryF1
from .boundary import boundary_f1 as boundary_f1
from .boundary import label_edges as label_edges
from .confusion import ConfusionMatrix as ConfusionMatrix
from .processes import sum_over_processes as sum_over_processes
from .regions import class_accuracy as class_accuracy
from .regions import class_iou as class_iou
from .regions import confusion_matrix as confusion_matrix
from .regions import frequency_weighted_iou as frequency_weighted_iou
from .regions import mean_accuracy as mean_accuracy
from .regions import mean_iou as mean_iou
from .regions import pixel_accuracy as pixel_accuracy

__all__ = [
    "BoundaryF1",
    "ConfusionMatrix",
    "boundary_f1",
    "class_accuracy",
    "class_iou",
    "confusion_matrix",
    "frequency_weighted_iou",
    "label_edges",
    "mean_accuracy",
    "mean_iou",
    "pixel_accuracy",
    "sum_over_processes",
]
