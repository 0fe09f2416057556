"""What reads and writes sentences, for every attention chapter.

`gru` (Cho et al. 2014, appendix A), `bidirectional_lstm`, and `beam_search`: writing word by word,
greedily or with several candidates, for any network that can do one step.
"""

from course_pkg.models.sequences.beam_search import (
    Decoded,
    Step,
    beam_search,
    greedy_decode,
)
from course_pkg.models.sequences.gru import (
    GRU,
    BidirectionalGRU,
    gru_step,
)

__all__ = [
    "GRU",
    "BidirectionalGRU",
    "Decoded",
    "Step",
    "beam_search",
    "greedy_decode",
    "gru_step",
]
