"""The orders that the papers of this book report, each asked of our own results.

Written as the papers have them; `judge` says which show here. The chapters and the results page
print the verdicts.
"""

from collections.abc import Iterable

from course_pkg.engine import Result
from course_pkg.recipes._core.claim import Claim, Number, Verdict, judge

__all__ = ["CLAIMS", "check_claims"]


def _better(worse: str, better: str, metric: str) -> tuple[Number, Number]:
    return Number(worse, metric), Number(better, metric)


def _lower(better: str, worse: str, metric: str) -> tuple[Number, Number]:
    return Number(better, metric), Number(worse, metric)


def _errors(task: str, better: str, worse: str) -> tuple[Number, Number]:
    return _lower(f"{better}-{task}-mnist", f"{worse}-{task}-mnist", "error")


def _gain(worse: str, better: str, metric: str, at: int | None = None) -> Number:
    return Number(better, metric, at, above=Number(worse, metric, at))


_HYPERCOLUMNS = "Hariharan et al. 2015, system 2: AP at 0.5 .440 and .491, at 0.7 .163 and .291"
_ABLATION = (
    "Dai et al. 2016, ablation, AP at 0.5: step by step .605, end to end .626, 5 stages .635"
)
_JADERBERG = "Jaderberg et al. 2015, table 1, error"
_ST_FCN, _ST_CNN = "st-fcn-affine", "st-cnn-affine"
_HELPS = "a transformer in front of a {} net lowers its error on {} digits"
_BEATS = "a convolutional net beats a fully connected one{} on {} digits"
_RTS, _BEHIND = "turned, scaled and moved", " behind a transformer"
_CLUTTER = "in clutter a fully connected net behind a transformer beats a plain convolutional one"

#: Every claim of this book, in the order of the chapters.
CLAIMS = (
    Claim(
        6,
        "every skip raises the mIoU",
        "Long et al. 2015, table 2: .594, .624, .627",
        "V",
        tuple(Number(f"fcn{stride}s-camvid", "miou") for stride in (32, 16, 8)),
    ),
    Claim(
        7,
        "unpooling by saved indices finds borders better than bilinear upsampling",
        "Badrinarayanan et al. 2017, table 1, boundary F1: .208 and .358",
        "V",
        _better("segnet-bilinear-camvid", "segnet-camvid", "boundary_f1"),
    ),
    Claim(
        8,
        "a network that is fed its own scores gets better with every pass",
        "Pinheiro and Collobert 2014, pixel accuracy of two and three passes: .762 and .802",
        "M",
        tuple(Number("refinement-camvid", f"miou_pass{n}") for n in (1, 2, 3)),
    ),
    Claim(
        8,
        "a vote of each superpixel's pixels improves the labels",
        "Farabet et al. 2013, pixel accuracy: .788 and .804",
        "M",
        (Number("multiscale-camvid", "miou"), Number("multiscale-camvid", "miou_superpixels")),
    ),
    *(
        Claim(
            9,
            f"with lower layers in the hypercolumns, AP at {at / 100} is higher than with fc7 only",
            _HYPERCOLUMNS,
            "R",
            _better("only-fc7-nuclei", "hypercolumns-nuclei", f"apr{at}"),
        )
        for at in (50, 70)
    ),
    Claim(
        9,
        "the lower layers add more at 0.7 than at 0.5",
        _HYPERCOLUMNS,
        "R",
        tuple(_gain("only-fc7-nuclei", "hypercolumns-nuclei", f"apr{at}") for at in (50, 70)),
    ),
    *(
        Claim(
            9,
            f"SDS: {what}, AP at {at / 100}",
            f"Hariharan et al. 2014, {where}",
            "R",
            (Number("sds-nuclei", f"apr{at}_{before}"), Number("sds-nuclei", f"apr{at}")),
        )
        for before, what, where in (
            (
                "region",
                "a refined mask is better than the proposed region",
                "AP at 0.5 of C without and with refinement: .477 and .497",
            ),
            (
                "coarse",
                "joined with superpixels a mask is better than the coarse one",
                "second step of the refinement; no number of its own",
            ),
        )
        for at in (50, 70)
    ),
    Claim(
        10,
        "gradients through boxes and masks, whole as in the paper's text, help the cascade",
        _ABLATION,
        "R",
        _better("mnc3-stepwise-nuclei", "mnc3-whole-nuclei", "apr50"),
    ),
    Claim(
        10,
        "gradients through boxes and masks, clamped as in the paper's code, help the cascade",
        _ABLATION,
        "R",
        _better("mnc3-stepwise-nuclei", "mnc3-nuclei", "apr50"),
    ),
    Claim(
        10,
        "five stages are better than three",
        _ABLATION,
        "R",
        _better("mnc3-nuclei", "mnc5-nuclei", "apr50"),
    ),
    Claim(
        10,
        "Mask R-CNN is better than the cascade",
        "He et al. 2017, mask AP on COCO with a ResNet-101: MNC .246, Mask R-CNN .331",
        "R",
        _better("mnc5-nuclei", "mask-rcnn-nuclei", "apr_vol"),
    ),
    Claim(
        11,
        "captions of hard attention are better than those of soft attention",
        "Xu et al. 2015, table 1, COCO, BLEU-4: soft 24.3, hard 25.0",
        "R",
        _better("captioning-soft-scenes", "captioning-hard-scenes", "bleu"),
    ),
    Claim(
        12,
        "attention raises BLEU",
        "Bahdanau et al. 2015, table 1, sentences of up to 50 words: 17.82 and 26.75",
        "R",
        _better("rnnencdec-multi30k", "rnnsearch-multi30k", "bleu"),
    ),
    Claim(
        12,
        "attention raises BLEU more for the longest sentences than for the shortest",
        "Bahdanau et al. 2015, figure 2",
        "V",
        tuple(
            _gain("rnnencdec-multi30k", "rnnsearch-multi30k", "bleu_by_length", at)
            for at in (0, -1)
        ),
    ),
    Claim(
        13,
        "attention answers more questions than the mean of all cells",
        "Xu and Saenko 2016, abstract: better than a network on features of the whole picture",
        "V",
        _better("smem-averaged-questions", "smem1-questions", "accuracy"),
    ),
    Claim(
        13,
        "a second look answers more questions than one",
        "Xu and Saenko 2016, abstract: better results by adding a second hop",
        "V",
        _better("smem1-questions", "smem2-questions", "accuracy"),
    ),
    Claim(
        13,
        "a second look helps with what stands beside something",
        "Xu and Saenko 2016, abstract: questions made to need spatial inference; no number read",
        "V",
        _better("smem1-questions", "smem2-questions", "accuracy_beside"),
    ),
    Claim(
        14,
        "DRAW needs fewer nats with windows than without",
        "Gregor et al. 2015, table 1, 64 steps: 80.97 and 87.40 (the second unverified)",
        "R",
        _lower("draw-mnist", "draw-whole-mnist", "bound_nats"),
    ),
    *(
        Claim(15, says, f"{_JADERBERG} on {task.upper()}: {theirs}", "R", _errors(task, *nets))
        for says, task, theirs, *nets in (
            (_HELPS.format("fully connected", "turned"), "r", ".012 and .021", _ST_FCN, "fcn"),
            (_HELPS.format("fully connected", _RTS), "rts", ".008 and .052", _ST_FCN, "fcn"),
            (_HELPS.format("convolutional", "turned"), "r", ".007 and .012", _ST_CNN, "cnn"),
            (_HELPS.format("convolutional", _RTS), "rts", ".005 and .008", _ST_CNN, "cnn"),
            (_BEATS.format("", "turned"), "r", ".012 and .021", "cnn", "fcn"),
            (_BEATS.format("", _RTS), "rts", ".008 and .052", "cnn", "fcn"),
            (_BEATS.format(_BEHIND, "turned"), "r", ".007 and .012", _ST_CNN, _ST_FCN),
            (_BEATS.format(_BEHIND, _RTS), "rts", ".005 and .008", _ST_CNN, _ST_FCN),
            (_CLUTTER, "tc", ".020 and .035", _ST_FCN, "cnn"),
        )
    ),
)


def check_claims(results: Iterable[Result], chapter: int | None = None) -> list[Verdict]:
    """Ask the papers' claims of measured results.

    Args:
        results: as from `course_pkg.engine.stored_results`.
        chapter: only that lecture's claims; None = all.

    Returns:
        One verdict a claim.

    Example:
        >>> {verdict.outcome for verdict in check_claims([])}
        {'not measured'}
    """
    known = list(results)
    return [judge(claim, known) for claim in CLAIMS if chapter in (None, claim.chapter)]
