"""What the FCNs do otherwise than the paper and its released nets."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        (
            "FCN",
            "FCNHead",
            "VGG16Body",
            "BilinearUpsampling",
            "bilinear_conv_transpose",
            "fcn32s",
            "fcn16s",
            "fcn8s",
            "fcn8s_at_once",
            "init_from_coarser",
            "load_torchvision_vgg16",
        ),
        chapter=6,
        papers=("long2015", "shelhamer2017"),
        code="shelhamer/fcn.berkeleyvision.org",
        differences=(
            Departure(
                theirs="the paper's text learns the enlargements between levels and fixes the "
                "last one; in the released nets every deconvolution has a rate of 0",
                ours='as the text; `learn_upsampling` takes "none" for the released nets, and '
                '"all"',
                why="both readings can be compared",
                read_in="section 4.3, and every net.py of the code",
            ),
            Departure(
                theirs="BGR bytes minus their mean",
                ours="images in [0, 1], shifted and scaled by torchvision's ImageNet numbers",
                why="torchvision's weights expect them; it only changes the first layer's weights",
                read_in="net.py",
            ),
            Departure(
                theirs="SGD, one image a step, momentum 0.99, a loss summed over all pixels",
                ours="AdamW, several images a step, a mean loss",
                why="minutes instead of days; the solver is the recipes', not the network's",
                read_in="each net's solver.prototxt",
            ),
        ),
    ),
    Departures(
        ("Lite0Body", "fcn32s_lite", "fcn16s_lite", "fcn8s_lite"),
        chapter=6,
        papers=("long2015",),
        differences=(
            Departure(
                theirs="VGG-16, whose first layer pads by 100 pixels",
                ours="EfficientNet-Lite0, the image filled up to whole blocks of 32, one cell "
                "repeated around each map",
                why="pretrained weights that a package carries, and a fortieth of the parameters",
                read_in="net.py of shelhamer/fcn.berkeleyvision.org",
            ),
        ),
        note="A light form of our own: heads, sums and staged training are the paper's, the "
        "body is not.",
    ),
)
