"""How good is a labelling? Region counts and contours, summed over a whole data set.

Each measure comes twice: as a function of one array, to be read, and as an accumulator
(`update` per batch, `compute` once at the end), to be used. Accumulators add up with ``+`` and
across processes.
"""

from .bleu import bleu_by_length as bleu_by_length
from .bleu import corpus_bleu as corpus_bleu
from .boundary import BoundaryF1 as BoundaryF1
from .boundary import boundary_f1 as boundary_f1
from .boundary import label_edges as label_edges
from .confusion import ConfusionMatrix as ConfusionMatrix
from .instances import InstanceAP as InstanceAP
from .instances import average_precision as average_precision
from .instances import match_detections as match_detections
from .pointing import PointingAccuracy as PointingAccuracy
from .pointing import attention_inside as attention_inside
from .pointing import cell_coverage as cell_coverage
from .pointing import pointing_hits as pointing_hits
from .processes import sum_over_processes as sum_over_processes
from .proposal_recall import ProposalRecall as ProposalRecall
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
