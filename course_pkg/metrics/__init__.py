"""How good is a labelling? Region counts and contours, summed over a whole data set.

Each measure comes twice: as a function of one array, to be read, and as an accumulator
(`update` per batch, `compute` once at the end), to be used. Accumulators add up with ``+`` and
across processes.
"""

from course_pkg.metrics.average_precision import InstanceAP as InstanceAP
from course_pkg.metrics.average_precision import average_precision as average_precision
from course_pkg.metrics.average_precision import match_detections as match_detections
from course_pkg.metrics.bleu import bleu_by_length as bleu_by_length
from course_pkg.metrics.bleu import corpus_bleu as corpus_bleu
from course_pkg.metrics.boundary_f1 import BoundaryF1 as BoundaryF1
from course_pkg.metrics.boundary_f1 import boundary_f1 as boundary_f1
from course_pkg.metrics.boundary_f1 import label_edges as label_edges
from course_pkg.metrics.confusion import ConfusionMatrix as ConfusionMatrix
from course_pkg.metrics.mean_iou import class_accuracy as class_accuracy
from course_pkg.metrics.mean_iou import class_iou as class_iou
from course_pkg.metrics.mean_iou import confusion_matrix as confusion_matrix
from course_pkg.metrics.mean_iou import frequency_weighted_iou as frequency_weighted_iou
from course_pkg.metrics.mean_iou import mean_accuracy as mean_accuracy
from course_pkg.metrics.mean_iou import mean_iou as mean_iou
from course_pkg.metrics.mean_iou import pixel_accuracy as pixel_accuracy
from course_pkg.metrics.pointing import PointingAccuracy as PointingAccuracy
from course_pkg.metrics.pointing import attention_inside as attention_inside
from course_pkg.metrics.pointing import cell_coverage as cell_coverage
from course_pkg.metrics.pointing import pointing_hits as pointing_hits
from course_pkg.metrics.processes import sum_over_processes as sum_over_processes
from course_pkg.metrics.proposal_recall import ProposalRecall as ProposalRecall

__all__ = [
    "BoundaryF1",
    "ConfusionMatrix",
    "InstanceAP",
    "PointingAccuracy",
    "ProposalRecall",
    "attention_inside",
    "average_precision",
    "bleu_by_length",
    "boundary_f1",
    "cell_coverage",
    "class_accuracy",
    "class_iou",
    "confusion_matrix",
    "corpus_bleu",
    "frequency_weighted_iou",
    "label_edges",
    "match_detections",
    "mean_accuracy",
    "mean_iou",
    "pixel_accuracy",
    "pointing_hits",
    "sum_over_processes",
]
