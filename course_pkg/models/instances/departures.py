"""What the instance systems do otherwise than their papers, and than the authors' code."""

from course_pkg.models.departure import Departure, Departures

__all__ = ["DEPARTURES"]

_SMALL = "small things, on a computer without a GPU, want the finer map and the smaller body"

DEPARTURES = (
    Departures(
        ("SDS", "sds_lite", "CropPath", "RegionRefinement", "fit_linear"),
        chapter=9,
        papers=("hariharan2014",),
        code="bharath272/sds_eccv2014",
        differences=(
            Departure(
                theirs="some 2,000 MCG regions an image",
                ours="300 regions of three trees, or as many as one asks for; nothing is learnt",
                why="MCG's learnt parts are not released in a form that runs here",
                read_in="README.md",
            ),
            Departure(
                theirs="two AlexNets on crops of 227 x 227, fc7 of 4096",
                ours="two EfficientNet-Lite0 on smaller crops",
                why=_SMALL,
                read_in="prototxts/piwindow_train.prototxt",
            ),
            Departure(
                theirs="positives of the SVMs: the true masks, then the best proposal of each",
                ours="every region with an IoU of 0.5 or more; `latent=True` is theirs",
                why="with few images there are few true masks",
                read_in="region_classification/train_svms.m",
            ),
            Departure(
                theirs="negatives are searched for and added in rounds",
                ours="all of an image's are looked at at once",
                why="they fit in memory; the search ends at the same set",
                read_in="region_classification/train_svms.m",
            ),
            Departure(
                theirs="the superpixel decision learns from superpixels of more than 100 pixels "
                "where the coarse mask is above 0.2 or the region was",
                ours="from all in the box; `smallest=100, least=0.2` are theirs",
                why="a nucleus has fewer pixels, and few pictures leave too few that say no",
                read_in="refinement/train_refiner.m",
            ),
            Departure(
                theirs="one superpixel decision for each class",
                ours="one for all classes",
                why="it has two inputs, and our rare classes would have a handful of examples",
                read_in="refinement/train_refiner.m",
            ),
        ),
    ),
    Departures(
        ("HypercolumnSystem", "HypercolumnHead", "HypercolumnRefinement", "hypercolumns_lite"),
        chapter=9,
        papers=("hariharan2015",),
        code="bharath272/sds",
        differences=(
            Departure(
                theirs="boxes of MCG, seen by AlexNet or VGG-16",
                ours="boxes around our own regions, seen by EfficientNet-Lite0",
                why=_SMALL,
                read_in="a review of the paper",
                tag="R",
            ),
            Departure(
                theirs="the network is shared by all boxes of an image (Fast R-CNN) and frozen",
                ours="every box is a crop of its own, and the network learns",
                why="it is the paper's first version, and the one that the chapter explains",
                read_in="model_defs/hypercolumn_train.prototxt",
            ),
            Departure(
                theirs="pool3 is read by 3 x 3 classifiers, the other layers by 1 x 1",
                ours="all by 1 x 1; `released=True` is theirs",
                why="our numbers were measured so",
                read_in="model_defs/hypercolumn_train.prototxt",
            ),
            Departure(
                theirs="a box counts for the mask loss by its area, up to 224 x 224",
                ours="all count alike; `released=True` is theirs, with the crop's size for 224",
                why="most nuclei are far smaller than any crop and would hardly count",
                read_in="prepare_blobs.py",
            ),
            Departure(
                theirs="masks are projected onto superpixels and cut at 0.4",
                ours="pixels are cut at 0.5; `released=True` is theirs",
                why="on our small pictures SDS's superpixels do not improve a mask",
                read_in="test_hypercolumns.py",
            ),
            Departure(
                theirs="boxes are scored a second time, from the mask (+ 3.5 AP at 0.5)",
                ours="they are not",
                why="it is not what the comparison of the chapter is about",
                read_in="a review of the paper",
                tag="R",
            ),
        ),
    ),
    Departures(
        ("SemanticComponents", "components_lite"),
        chapter=9,
        note="The cheapest way to instances, ours, and there to be beaten.",
    ),
    Departures(
        ("MultitaskCascade", "MaskStage", "ClassStage", "RegionProposalNetwork"),
        chapter=10,
        papers=("dai2016", "ren2015"),
        code="daijifeng001/MNC and daijifeng001/caffe-mnc",
        differences=(
            Departure(
                theirs="VGG-16's conv5 at stride 16, pictures enlarged to 600 pixels",
                ours="one map at stride 4 that has heard of coarser ones, pictures as they are",
                why=_SMALL,
                read_in="train.prototxt",
            ),
            Departure(
                theirs="anchors stand on the corner of their cell; those that reach out of the "
                "image do not learn",
                ours="in its middle; they do learn",
                why="everything in this book has its cell centres half a cell in; small images "
                "have few other anchors",
                read_in="anchor_target_layer.py",
            ),
            Departure(
                theirs="RoI warping: in the paper's equations one bilinear sample a bin; in the "
                "code edges rounded to whole cells and the maximum of several samples",
                ours="the equations; `ops.roi_warp_released` is the code's",
                why="the code's crop jumps where the equations glide, and its gradient is that of "
                "a box that was not read",
                read_in="roi_warping_layer.cu",
            ),
            Departure(
                theirs="in the paper 28 x 28 bins max-pooled to 14 x 14, in the code 14 x 14",
                ours="14 x 14 (`samples=1`); `MNC_FULL` has the paper's",
                why="half as much to compute in each of four directions",
                read_in="train.prototxt",
            ),
            Departure(
                theirs="masks of 28 x 28 in the paper, 21 x 21 in the code",
                ours="28 x 28",
                why="the paper's",
                read_in="train.prototxt",
            ),
            Departure(
                theirs="in the paper all gradients pass to boxes and masks; in the code they are "
                "cut to 1/512 on each number of a move, and stop at boxes outside the image and "
                "at masks that miss their thing",
                ours="`gradients` chooses: the code's, the paper's, or none; the code's cut is "
                "divided by the number of images, whose losses are averaged here",
                why="so that they can be compared",
                read_in="proposal_layer.py, stage_bridge_layer.py, mask_layer.py",
            ),
            Departure(
                theirs="the gradient from a moved box to the old one is written by hand: a change "
                "of the width counts for dx + exp(dw) of itself, and moves no centre",
                ours="the derivative of the move",
                why="theirs is not the derivative of what they compute",
                read_in="stage_bridge_layer.py",
            ),
            Departure(
                theirs="while it trains, stage 3's moves are applied as they are learnt, ten and "
                "five times too large; only the stored weights are brought back to scale",
                ours="they are brought to scale before they move a box",
                why="stages 4 and 5 should learn from the boxes that they will meet",
                read_in="stage_bridge_layer.py and SolverWrapper.py",
            ),
            Departure(
                theirs="in use, a box that is most probably background is moved by the "
                "background's regressor",
                ours="by its most probable thing's, as in training",
                why="the background's regressor has learnt nothing",
                read_in="stage_bridge_layer.py",
            ),
            Departure(
                theirs="the mask is shrunk to 14 x 14 by single bilinear samples, corner on corner",
                ours="by averaging, centre on centre",
                why="a cell that lies between two samples counts as well",
                read_in="mask_resize_layer.cu",
            ),
            Departure(
                theirs="a cell belongs to the mask to be learnt if 0.4 of it do",
                ours="if half of it does",
                why="0.4 draws every thing a little too large",
                read_in="mask_transform.py",
            ),
        ),
    ),
    Departures(
        ("MaskRCNNReference", "mask_rcnn", "mask_rcnn_coco"),
        chapter=10,
        papers=("he2017",),
        code="torchvision, of which it is made",
        differences=(
            Departure(
                theirs="a ResNet and a feature pyramid of 256 channels, pictures of 800 pixels",
                ours="the cascade's body and map, or a pyramid of 64 channels; `mask_rcnn_coco` "
                "is the real one",
                why="it is compared with cascades on the same body",
                read_in="a review of the paper",
                tag="R",
            ),
            Departure(
                theirs="512 boxes of an image, a quarter of them things, thinned out at an IoU of "
                "0.5",
                ours="64, three in ten, 0.3: as the cascades",
                why="what is compared is the order of the questions, not these numbers",
                read_in="torchvision's faster_rcnn.py",
            ),
            Departure(
                theirs="the mask of each box that is left, cut at 0.5",
                ours="a vote of all boxes around it, cut at 0.4; `voting=False` is theirs",
                why="the cascades vote",
                read_in="torchvision's roi_heads.py",
            ),
        ),
    ),
    Departures(
        ("LiteFeatures", "lite_features", "PyramidFeatures", "pyramid_features"),
        chapter=10,
        papers=("lin2017",),
        code="torchvision",
        differences=(
            Departure(
                theirs="256 channels, a map at stride 64 more, every map is read",
                ours="64, none; `LiteFeatures` keeps the finest map alone",
                why="our pictures are small, and single-map systems are to read it",
                read_in="torchvision's feature_pyramid_network.py",
            ),
        ),
    ),
)
