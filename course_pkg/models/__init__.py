"""The networks of the papers, one paper a file."""

from course_pkg.models.anchors import (
    BACKGROUND,
    UNSURE,
    anchor_grid,
    cell_anchors,
    match_boxes,
    sample_balanced,
)
from course_pkg.models.attention_windows import random_windows, window_boxes
from course_pkg.models.averaged import averaged_cells
from course_pkg.models.backbones import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    VGG16_FULL,
    VGG16IndexEncoder,
    VGG16Maps,
    VGG16Size,
    VGG16Trunk,
    load_vgg16_convolutions,
    normalize,
)
from course_pkg.models.cascade import (
    MNC_FULL,
    CascadeSize,
    MultitaskCascade,
)
from course_pkg.models.cascade_stages import (
    ClassStage,
    MaskStage,
    Stage,
    warp_boxes,
)
from course_pkg.models.cascade_voting import (
    vote_instances,
    vote_mask,
)
from course_pkg.models.colocalisation import (
    ActivationEncoder,
    Colocaliser,
    colocalisation_loss,
)
from course_pkg.models.contour_tree import (
    colour_gradient,
    contour_tree,
    draw_nodes,
    node_contrast,
    node_leaves,
)
from course_pkg.models.deconvnet import (
    DeconvNet,
    DeconvNetSize,
    deconvnet,
    deconvnet_light,
)
from course_pkg.models.draw import DRAW, DrawSample, draw_with_windows, draw_without_windows
from course_pkg.models.draw_bound import DrawSteps, draw_bound, gaussian_kl
from course_pkg.models.draw_windows import WholeRead, WholeWrite, WindowRead, WindowWrite
from course_pkg.models.efficientnet_lite0 import (
    LITE0_CHANNELS,
    LITE0_MEAN,
    LITE0_STD,
    EfficientNetLite0,
    EfficientNetLite0Classifier,
    FeaturePyramid,
    efficientnet_lite0_pretrained,
)
from course_pkg.models.fcn import (
    AT_ONCE_SCALES,
    VGG16Body,
    fcn8s,
    fcn8s_at_once,
    fcn16s,
    fcn32s,
    load_torchvision_vgg16,
    vgg16_levels,
)
from course_pkg.models.fcn_alignment import (
    BilinearUpsampling,
    Level,
    UpsamplingGeometry,
    bilinear_conv_transpose,
    upsampling_geometry,
)
from course_pkg.models.fcn_heads import (
    FCN,
    FCNHead,
    init_from_coarser,
)
from course_pkg.models.fcn_lite import (
    LITE0_LEVELS,
    Lite0Body,
    fcn8s_lite,
    fcn16s_lite,
    fcn32s_lite,
)
from course_pkg.models.full_resolution import (
    ConvStack,
    downsampled_net,
    full_resolution_net,
    skip_net,
)
from course_pkg.models.fully_convolutional import (
    shift_and_stitch,
    to_fully_convolutional,
)
from course_pkg.models.glimpse_classifier import GlimpseAnswer, GlimpseClassifier
from course_pkg.models.handwriting import Handwriting, TextWindow, Written, text_window
from course_pkg.models.hypercolumn_system import (
    BoxSamples,
    HypercolumnSystem,
    hypercolumns_lite,
    sample_boxes,
)
from course_pkg.models.hypercolumns import (
    ALL_LAYERS,
    HypercolumnHead,
    location_weights,
    paste_probabilities,
)
from course_pkg.models.instances import (
    InstancePrediction,
    InstanceSystem,
    LiteFeatures,
    instance_prediction,
    lite_features,
    pad_to_batch,
    total_loss,
)
from course_pkg.models.linear_fits import (
    fit_linear,
)
from course_pkg.models.mask_rcnn import (
    MaskRCNNReference,
    mask_rcnn,
)
from course_pkg.models.mixture_density import PenMixture, decode_mixture, pen_nll, sample_pen
from course_pkg.models.multiscale import (
    MULTISCALE_FULL,
    MultiScaleNet,
    MultiScaleSize,
    PartialConv2d,
    multiscale_net,
    random_connections,
    with_mlp,
)
from course_pkg.models.patch_classifier import (
    LENET_PATCH,
    N4_PATCH,
    ciresan_n4,
    label_every_pixel,
    lenet_patch,
    sliding_window_logits,
)
from course_pkg.models.proposals import (
    Proposer,
    fine_superpixels,
    gradient_basins,
    region_proposals,
)
from course_pkg.models.purity_cover import (
    class_entropy,
    label_by_cover,
    merge_tree,
    node_distributions,
    optimal_cover,
)
from course_pkg.models.pyramid import (
    laplacian_pyramid,
    local_normalize,
    pyramid_expand,
    pyramid_reduce,
    rgb_to_yuv,
)
from course_pkg.models.receptive_field import (
    ReceptiveField,
    Window,
    receptive_field,
    windows_of,
)
from course_pkg.models.refinement import (
    RecurrentCNN,
    full_resolution_scores,
    plain_cnn1,
    rcnn2,
    rcnn3,
    refinement_loss,
)
from course_pkg.models.refinement_same_size import (
    SameSizeRefinement,
    same_size_refinement,
)
from course_pkg.models.region_crops import (
    CONTEXT,
    CropPath,
    box_crops,
    expand_boxes,
    region_crops,
)
from course_pkg.models.region_samples import RegionSamples, sample_regions
from course_pkg.models.regions import (
    SegmentClassifier,
    distribution_loss,
    segment_descriptor,
    superpixel_vote,
    superpixels,
)
from course_pkg.models.rpn import (
    Proposals,
    RegionProposalNetwork,
    RPNSize,
)
from course_pkg.models.sds import SDS, RegionDetections, sds_lite
from course_pkg.models.sds_fitting import (
    fit_refinement,
    fit_region_scores,
)
from course_pkg.models.sds_refinement import (
    RegionRefinement,
    coarse_inputs,
    superpixel_inputs,
)
from course_pkg.models.segnet import (
    SegNet,
    SegNetBasicEncoder,
    segnet,
    segnet_basic,
    segnet_basic_bilinear,
    segnet_bilinear,
)
from course_pkg.models.semantic_components import (
    SemanticComponents,
    components_lite,
    instances_from_semantic,
)
from course_pkg.models.speech import (
    LAS_PAPER,
    ListenAttendSpell,
    Listener,
    SpeechSize,
    Spelled,
    join_pairs,
)
from course_pkg.models.unpooling import (
    Pooled,
    pool_with_indices,
    unpool_with_indices,
    upsample_bilinear,
)
from course_pkg.models.video import Told, VideoDescriber, VideoSize, describe_frames
from course_pkg.models.vqa import Answered, SpatialMemoryNet, word_guided_scores

from .captioning import CAPTIONER_PAPER as CAPTIONER_PAPER
from .captioning import Captioner as Captioner
from .captioning import CaptionerSize as CaptionerSize
from .captioning import Looks as Looks
from .captioning_loss import CaptionLoss as CaptionLoss
from .captioning_loss import caption_loss as caption_loss
from .captioning_loss import doubly_stochastic as doubly_stochastic
from .captioning_loss import sentence_reward as sentence_reward
from .cell_encoder import CELL_STRIDE as CELL_STRIDE
from .cell_encoder import CellTagger as CellTagger
from .cell_encoder import cell_coordinates as cell_coordinates
from .cell_encoder import cell_encoder as cell_encoder
from .cell_encoder import placed_cells as placed_cells
from .decoding import Decoded as Decoded
from .decoding import Step as Step
from .decoding import beam_search as beam_search
from .decoding import greedy_decode as greedy_decode
from .gru import GRU as GRU
from .gru import BidirectionalGRU as BidirectionalGRU
from .gru import gru_step as gru_step
from .source_readers import AlignmentModel as AlignmentModel
from .source_readers import FixedVector as FixedVector
from .source_readers import Reading as Reading
from .spatial_transformer import THETA_SIZES as THETA_SIZES
from .spatial_transformer import ParallelTransformers as ParallelTransformers
from .spatial_transformer import SpatialTransformer as SpatialTransformer
from .spatial_transformer import Transformed as Transformed
from .spatial_transformer import TransformKind as TransformKind
from .spatial_transformer import identity_theta as identity_theta
from .spatial_transformer import theta_grid as theta_grid
from .spatial_transformer_nets import NetFamily as NetFamily
from .spatial_transformer_nets import SpatialTransformerNet as SpatialTransformerNet
from .spatial_transformer_nets import digit_net as digit_net
from .spatial_transformer_nets import localisation_cnn as localisation_cnn
from .spatial_transformer_nets import localisation_fcn as localisation_fcn
from .spatial_transformer_nets import spatial_transformer_net as spatial_transformer_net
from .translation import RNNSEARCH_PAPER as RNNSEARCH_PAPER
from .translation import Translation as Translation
from .translation import Translator as Translator
from .translation import TranslatorSize as TranslatorSize
from .translation import rnn_encoder_decoder as rnn_encoder_decoder
from .translation import rnnsearch as rnnsearch
from .translation_decoding import decoder_step as decoder_step
from .translation_decoding import translate as translate

__all__ = [
    "ALL_LAYERS",
    "AT_ONCE_SCALES",
    "BACKGROUND",
    "CAPTIONER_PAPER",
    "CELL_STRIDE",
    "CONTEXT",
    "DRAW",
    "FCN",
    "GRU",
    "IMAGENET_MEAN",
    "IMAGENET_STD",
    "LAS_PAPER",
    "LENET_PATCH",
    "LITE0_CHANNELS",
    "LITE0_LEVELS",
    "LITE0_MEAN",
    "LITE0_STD",
    "MNC_FULL",
    "MULTISCALE_FULL",
    "N4_PATCH",
    "RNNSEARCH_PAPER",
    "SDS",
    "THETA_SIZES",
    "UNSURE",
    "VGG16_FULL",
    "ActivationEncoder",
    "AlignmentModel",
    "Answered",
    "BidirectionalGRU",
    "BilinearUpsampling",
    "BoxSamples",
    "CaptionLoss",
    "Captioner",
    "CaptionerSize",
    "CascadeSize",
    "CellTagger",
    "ClassStage",
    "Colocaliser",
    "ConvStack",
    "CropPath",
    "Decoded",
    "DeconvNet",
    "DeconvNetSize",
    "DrawSample",
    "DrawSteps",
    "EfficientNetLite0",
    "EfficientNetLite0Classifier",
    "FCNHead",
    "FeaturePyramid",
    "FixedVector",
    "GlimpseAnswer",
    "GlimpseClassifier",
    "Handwriting",
    "HypercolumnHead",
    "HypercolumnSystem",
    "InstancePrediction",
    "InstanceSystem",
    "Level",
    "ListenAttendSpell",
    "Listener",
    "Lite0Body",
    "LiteFeatures",
    "Looks",
    "MaskRCNNReference",
    "MaskStage",
    "MultiScaleNet",
    "MultiScaleSize",
    "MultitaskCascade",
    "NetFamily",
    "ParallelTransformers",
    "PartialConv2d",
    "PenMixture",
    "Pooled",
    "Proposals",
    "Proposer",
    "RPNSize",
    "Reading",
    "ReceptiveField",
    "RecurrentCNN",
    "RegionDetections",
    "RegionProposalNetwork",
    "RegionRefinement",
    "RegionSamples",
    "SameSizeRefinement",
    "SegNet",
    "SegNetBasicEncoder",
    "SegmentClassifier",
    "SemanticComponents",
    "SpatialMemoryNet",
    "SpatialTransformer",
    "SpatialTransformerNet",
    "SpeechSize",
    "Spelled",
    "Stage",
    "Step",
    "TextWindow",
    "Told",
    "TransformKind",
    "Transformed",
    "Translation",
    "Translator",
    "TranslatorSize",
    "UpsamplingGeometry",
    "VGG16Body",
    "VGG16IndexEncoder",
    "VGG16Maps",
    "VGG16Size",
    "VGG16Trunk",
    "VideoDescriber",
    "VideoSize",
    "WholeRead",
    "WholeWrite",
    "Window",
    "WindowRead",
    "WindowWrite",
    "Written",
    "anchor_grid",
    "averaged_cells",
    "beam_search",
    "bilinear_conv_transpose",
    "box_crops",
    "caption_loss",
    "cell_anchors",
    "cell_coordinates",
    "cell_encoder",
    "ciresan_n4",
    "class_entropy",
    "coarse_inputs",
    "colocalisation_loss",
    "colour_gradient",
    "components_lite",
    "contour_tree",
    "decode_mixture",
    "decoder_step",
    "deconvnet",
    "deconvnet_light",
    "describe_frames",
    "digit_net",
    "distribution_loss",
    "doubly_stochastic",
    "downsampled_net",
    "draw_bound",
    "draw_nodes",
    "draw_with_windows",
    "draw_without_windows",
    "efficientnet_lite0_pretrained",
    "expand_boxes",
    "fcn8s",
    "fcn8s_at_once",
    "fcn8s_lite",
    "fcn16s",
    "fcn16s_lite",
    "fcn32s",
    "fcn32s_lite",
    "fine_superpixels",
    "fit_linear",
    "fit_refinement",
    "fit_region_scores",
    "full_resolution_net",
    "full_resolution_scores",
    "gaussian_kl",
    "gradient_basins",
    "greedy_decode",
    "gru_step",
    "hypercolumns_lite",
    "identity_theta",
    "init_from_coarser",
    "instance_prediction",
    "instances_from_semantic",
    "join_pairs",
    "label_by_cover",
    "label_every_pixel",
    "laplacian_pyramid",
    "lenet_patch",
    "lite_features",
    "load_torchvision_vgg16",
    "load_vgg16_convolutions",
    "local_normalize",
    "localisation_cnn",
    "localisation_fcn",
    "location_weights",
    "mask_rcnn",
    "match_boxes",
    "merge_tree",
    "multiscale_net",
    "node_contrast",
    "node_distributions",
    "node_leaves",
    "normalize",
    "optimal_cover",
    "pad_to_batch",
    "paste_probabilities",
    "pen_nll",
    "placed_cells",
    "plain_cnn1",
    "pool_with_indices",
    "pyramid_expand",
    "pyramid_reduce",
    "random_connections",
    "random_windows",
    "rcnn2",
    "rcnn3",
    "receptive_field",
    "refinement_loss",
    "region_crops",
    "region_proposals",
    "rgb_to_yuv",
    "rnn_encoder_decoder",
    "rnnsearch",
    "same_size_refinement",
    "sample_balanced",
    "sample_boxes",
    "sample_pen",
    "sample_regions",
    "sds_lite",
    "segment_descriptor",
    "segnet",
    "segnet_basic",
    "segnet_basic_bilinear",
    "segnet_bilinear",
    "sentence_reward",
    "shift_and_stitch",
    "skip_net",
    "sliding_window_logits",
    "spatial_transformer_net",
    "superpixel_inputs",
    "superpixel_vote",
    "superpixels",
    "text_window",
    "theta_grid",
    "to_fully_convolutional",
    "total_loss",
    "translate",
    "unpool_with_indices",
    "upsample_bilinear",
    "upsampling_geometry",
    "vgg16_levels",
    "vote_instances",
    "vote_mask",
    "warp_boxes",
    "window_boxes",
    "windows_of",
    "with_mlp",
    "word_guided_scores",
]
