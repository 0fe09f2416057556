"""Chapter 13: the same op on sound, on frames and on the cells of a picture.

`speech` is Listen, Attend and Spell (Chan et al. 2015), `video` chooses among frames (Yao et al.
2015), `vqa` is the spatial memory network (Xu and Saenko 2016), and `without_attention` what their
twins get to see.
"""

from course_pkg.models.attention_everywhere.speech import (
    LAS_PAPER,
    ListenAttendSpell,
    Listener,
    SpeechSize,
    Spelled,
    join_pairs,
)
from course_pkg.models.attention_everywhere.video import (
    Told,
    VideoDescriber,
    VideoSize,
    describe_frames,
)
from course_pkg.models.attention_everywhere.vqa import (
    Answered,
    SpatialMemoryNet,
    word_guided_scores,
)
from course_pkg.models.attention_everywhere.without_attention import (
    averaged_cells,
)

__all__ = [
    "LAS_PAPER",
    "Answered",
    "ListenAttendSpell",
    "Listener",
    "SpatialMemoryNet",
    "SpeechSize",
    "Spelled",
    "Told",
    "VideoDescriber",
    "VideoSize",
    "averaged_cells",
    "describe_frames",
    "join_pairs",
    "word_guided_scores",
]
