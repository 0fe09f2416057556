"""Chapter 12: translation that learns to align (Bahdanau et al. 2015, appendix A).

Read `bahdanau_attention` (the alignment model, and the fixed vector that stands in its place),
`translator` (encoder and decoder around either), `decoding` (the search for a sentence).
"""

from course_pkg.models.translation.bahdanau_attention import (
    AlignmentModel,
    FixedVector,
    SourceReading,
)
from course_pkg.models.translation.decoding import (
    decoder_step,
    translate,
)
from course_pkg.models.translation.translator import (
    RNNSEARCH_PAPER,
    Translation,
    Translator,
    TranslatorSize,
    rnn_encoder_decoder,
    rnnsearch,
)

__all__ = [
    "RNNSEARCH_PAPER",
    "AlignmentModel",
    "FixedVector",
    "SourceReading",
    "Translation",
    "Translator",
    "TranslatorSize",
    "decoder_step",
    "rnn_encoder_decoder",
    "rnnsearch",
    "translate",
]
