"""Small ones of the public networks: how to make each, and what to ask it.

Which networks there are is not listed here but found in `course_pkg.models`: one that no case
makes, as itself or as a part, makes `test_citizens.py` fail. A case says what it cannot do and
why: the reason stands in the table.
"""

import torch
from citizen_case import Case, fixed, numbers, pictures, words
from citizens_instances import INSTANCE_CASES
from torch import nn

from course_pkg import models
from course_pkg.models import CaptionerSize, TranslatorSize, VideoSize

EMPTY = "torch's own affine_grid and interpolate refuse a batch of none"
VGG = models.VGG16Size(widths=(4, 4, 8, 8, 8), hidden=8)
DRAWN = "draws random numbers inside; a page brings its own: `test_onnx.py` exports the step"
HEARD = "packed sequences: torch sorts them by length on the CPU"


def body() -> models.EfficientNetLite0:
    return models.EfficientNetLite0()


CASES: dict[str, Case] = {
    "efficientnet_lite0": pictures(lambda: models.EfficientNetLite0Classifier(3), 64, deep=True),
    "resnet18_pyramid": pictures(models.resnet18_pyramid, 64, deep=True),
    "VGG16Trunk": pictures(lambda: models.VGG16Trunk(VGG.widths), 64),
    "lenet_patch": fixed(lambda: models.lenet_patch(3), 32),
    "ciresan_n4": fixed(models.ciresan_n4, 95, 1),
    "to_fully_convolutional": pictures(
        lambda: models.to_fully_convolutional(models.lenet_patch(3), 32), 48
    ),
    "full_resolution_net": pictures(lambda: models.full_resolution_net(3, 4, 3)),
    "downsampled_net": pictures(lambda: models.downsampled_net(3, 4, 4)),
    "skip_net": pictures(lambda: models.skip_net(3, 4, 4)),
    "fcn8s": pictures(lambda: models.fcn8s(3, VGG)),
    "fcn8s_at_once": pictures(lambda: models.fcn8s_at_once(3, VGG)),
    "fcn8s_lite": pictures(lambda: models.fcn8s_lite(3, body()), deep=True),
    "BilinearUpsampling": Case(
        lambda: models.BilinearUpsampling(4, 2), lambda n: (numbers(n, 2, 4, 4),)
    ),
    "bilinear_conv_transpose": pictures(lambda: models.bilinear_conv_transpose(3, 4, 2)),
    "segnet": pictures(lambda: models.segnet(3, (4, 4, 4, 8, 8))),
    "segnet_bilinear": pictures(lambda: models.segnet_bilinear(3, (4, 4, 4, 8, 8))),
    "segnet_basic": pictures(lambda: models.segnet_basic(3, 4)),
    "segnet_basic_bilinear": pictures(lambda: models.segnet_basic_bilinear(3, 4)),
    "deconvnet_light": pictures(lambda: models.deconvnet_light(3), 96),
    "multiscale_net": pictures(
        lambda: models.multiscale_net(3, models.MultiScaleSize((4, 8, 8), (2, 4), 3))
    ),
    "PartialConv2d": Case(
        lambda: models.PartialConv2d(torch.ones(2, 3) > 0, 3), lambda n: (numbers(n, 3, 8, 8),)
    ),
    "SegmentClassifier": Case(
        lambda: models.SegmentClassifier(6, 3, 4), lambda n: (numbers(n, 6),)
    ),
    "plain_cnn1": pictures(lambda: models.plain_cnn1(3, 4), 133),
    "rcnn2": pictures(lambda: models.rcnn2(3, (4, 5)), 125),
    "same_size_refinement": pictures(lambda: models.same_size_refinement(3, 8)),
    "CellTagger": pictures(lambda: models.CellTagger(models.cell_encoder(8), 8, 3)),
    "GRU": Case(lambda: models.GRU(3, 4), lambda n: (numbers(n, 5, 3), torch.ones(n, 5) > 0)),
    "BidirectionalGRU": Case(
        lambda: models.BidirectionalGRU(3, 4), lambda n: (numbers(n, 5, 3), torch.ones(n, 5) > 0)
    ),
    "Captioner": Case(
        lambda: models.Captioner(
            nn.Identity(), 9, CaptionerSize(features=6, embed=4, hidden=8, attention=4)
        ),
        lambda n: (numbers(n, 4, 6), words(n)),
    ),
    "rnnsearch": Case(
        lambda: models.rnnsearch(9, 9, TranslatorSize(4, 8, 6, 5, 0.0)),
        lambda n: (words(n), words(n, 3)),
    ),
    "rnn_encoder_decoder": Case(
        lambda: models.rnn_encoder_decoder(9, 9, TranslatorSize(4, 8, 6, 5, 0.0)),
        lambda n: (words(n), words(n, 3)),
    ),
    "ListenAttendSpell": Case(
        lambda: models.ListenAttendSpell(9, models.SpeechSize(6, 8, 1, 8, 4, 8)),
        lambda n: (numbers(n, 8, 6), torch.full((n,), 8), words(n, 3, 0, 9)),
        {"compile": HEARD, "export": HEARD, "onnx": HEARD, "batches": HEARD},
    ),
    "VideoDescriber": Case(
        lambda: models.VideoDescriber(nn.Identity(), 9, 5, VideoSize(6, 4, 4, 8, 4)),
        lambda n: (numbers(n, 5, 18), words(n)),
    ),
    "SpatialMemoryNet": Case(
        lambda: models.SpatialMemoryNet(nn.Identity(), 6, 9, 4, 8),
        lambda n: (numbers(n, 4, 8), words(n)),  # two coordinates beside the features
    ),
    "draw_with_windows": Case(
        lambda: models.draw_with_windows((8, 8), 2, 3, 8, 4, 2),
        lambda n: (numbers(n, 1, 8, 8).sigmoid(),),
        {"onnx": DRAWN},
    ),
    "draw_without_windows": Case(
        lambda: models.draw_without_windows((8, 8), 8, 4, 2),
        lambda n: (numbers(n, 1, 8, 8).sigmoid(),),
        {"onnx": DRAWN},
    ),
    "GlimpseClassifier": Case(
        lambda: models.GlimpseClassifier((12, 12), 3, 2, 4, 8),
        lambda n: (numbers(n, 1, 12, 12),),
    ),
    "Handwriting": Case(
        lambda: models.Handwriting(9, 8, 3, 2, 1),
        lambda n: (numbers(n, 5, 3), words(n, 4, 0, 9), torch.ones(n, 4) > 0),
    ),
    "PenPredictor": Case(lambda: models.PenPredictor(8, 2, 1), lambda n: (numbers(n, 5, 3),)),
    "digit_net": fixed(lambda: models.digit_net("cnn", 28, budget=20000), 28, 1),
    "localisation_cnn": fixed(lambda: models.localisation_cnn(28), 28, 1),
    "localisation_fcn": fixed(lambda: models.localisation_fcn(28), 28, 1),
    **{
        f"spatial_transformer_net({kind})": fixed(
            lambda kind=kind: models.spatial_transformer_net("cnn", kind, 28, budget=20000),
            28,
            1,
            **({"batches": EMPTY} if kind in ("attention", "affine") else {}),
        )
        for kind in ("attention", "affine", "projective", "tps")
    },
    "spatial_transformer_net(2 of them)": fixed(
        lambda: models.spatial_transformer_net("cnn", "affine", 28, budget=40000, transformers=2),
        28,
        1,
        batches=EMPTY,
    ),
    "ActivationEncoder": fixed(
        lambda: models.ActivationEncoder(models.digit_net("cnn", 28, budget=20000)), 28, 1
    ),
    "Colocaliser": fixed(lambda: models.Colocaliser(84), 84, 1, batches=EMPTY),
    **INSTANCE_CASES,
}
