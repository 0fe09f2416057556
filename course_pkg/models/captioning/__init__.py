"""Chapter 11: Show, Attend and Tell (Xu et al. 2015, sections 3 and 4).

`captioner` is the LSTM that looks at the cells anew before every word, softly or hard; `loss` what
it is trained by, REINFORCE included (the estimator itself is `ops.reinforce_loss`).
"""

from course_pkg.models.captioning.captioner import (
    CAPTIONER_PAPER,
    Captioner,
    CaptionerSize,
    Looks,
)
from course_pkg.models.captioning.loss import (
    CaptionLoss,
    caption_loss,
    doubly_stochastic,
    sentence_reward,
)

__all__ = [
    "CAPTIONER_PAPER",
    "CaptionLoss",
    "Captioner",
    "CaptionerSize",
    "Looks",
    "caption_loss",
    "doubly_stochastic",
    "sentence_reward",
]
