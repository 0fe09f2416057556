"""What SegNet and DeconvNet do otherwise than their papers and released definitions."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        ("SegNet", "segnet", "VGG16IndexEncoder"),
        chapter=7,
        papers=("badrinarayanan2017",),
        code="alexgkendall/SegNet-Tutorial",
        differences=(
            Departure(
                theirs="SGD with a rate of 0.1 and momentum 0.9, twelve images a step, from "
                "VGG-16's ImageNet weights",
                ours="AdamW; in the recipes from nothing",
                why="no package carries VGG's weights; `load_vgg16_convolutions` reads "
                "torchvision's for whoever has the network",
                read_in="section 3 of the paper",
            ),
        ),
    ),
    Departures(
        ("segnet_basic", "SegNetBasicEncoder"),
        chapter=7,
        papers=("badrinarayanan2017", "badrinarayanan2015"),
        code="alexgkendall/SegNet-Tutorial",
        differences=(
            Departure(
                theirs="the paper says that no layer has a bias; the released definition gives "
                "every convolution one, in front of its batch normalisation",
                ours="none but the classifier's",
                why="in front of batch normalisation a bias changes nothing",
                read_in="section 3.1, and Models/segnet_basic_train.prototxt",
            ),
            Departure(
                theirs="the paper normalises local contrast; the released definition has LRN "
                "over 5 channels in that place",
                ours="local contrast (`local_normalize`), in the recipe",
                why="the paper's words",
                read_in="section 3 of the paper, and Models/segnet_basic_train.prototxt",
            ),
        ),
        note="Four 7 x 7 layers down and four up without ReLU, and a 1 x 1 classifier with a "
        "bias, are the released definition's.",
    ),
    Departures(
        ("segnet_bilinear", "segnet_basic_bilinear"),
        chapter=7,
        papers=("badrinarayanan2017",),
        differences=(
            Departure(
                theirs="a decoder that is bilinear and fixed, in a smaller net",
                ours="the same layers and parameters as SegNet, bilinear in place of the indices",
                why="only then the difference is what the indices are worth",
                read_in="table 1",
            ),
        ),
        note="Twins of our own for the paper's question.",
    ),
    Departures(
        ("DeconvNet", "deconvnet"),
        chapter=7,
        papers=("noh2015",),
        code="HyeonwooNoh/DeconvNet",
        differences=(
            Departure(
                theirs="two stages of training, on crops around true objects and then on crops "
                "of proposals",
                ours="the recipes train on crops of whole images",
                why="street scenes have no proposals here; inference over proposals is "
                "`deconvnet_inference`",
                read_in="training/001_stage_1 and 002_stage_2",
            ),
            Departure(
                theirs="labels come from fifty proposals, the product with FCN-8s, and a dense CRF",
                ours="`deconvnet_inference` and `ensemble_scores`; no CRF",
                why="no kept library offers one",
                read_in="inference/generate_EDeconvNet_CRF_results.m",
            ),
        ),
    ),
    Departures(
        ("deconvnet_light",),
        chapter=7,
        papers=("noh2015",),
        differences=(
            Departure(
                theirs="a bottleneck that reads 7 x 7 cells, 4096 channels wide",
                ours="3 x 3 cells, 128 wide",
                why="a laptop, and crops of 96 pixels",
                read_in="model/DeconvNet/DeconvNet_inference_deploy.prototxt of "
                "HyeonwooNoh/DeconvNet",
            ),
        ),
    ),
)
