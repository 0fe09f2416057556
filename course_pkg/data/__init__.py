"""Data: synthetic scenes that need no download, loaders of real sets, transforms, batches."""

from course_pkg.data.binarized_mnist import BinarizedMNIST as BinarizedMNIST
from course_pkg.data.binary_digits import BinaryDigits as BinaryDigits
from course_pkg.data.camvid import CamVid as CamVid
from course_pkg.data.clip_captions import ClipCaption as ClipCaption
from course_pkg.data.clip_captions import clip_caption as clip_caption
from course_pkg.data.clips import MOVERS as MOVERS
from course_pkg.data.clips import Clip as Clip
from course_pkg.data.clips import ClipQuestion as ClipQuestion
from course_pkg.data.clips import sample_clip as sample_clip
from course_pkg.data.digit_tensors import DigitSource as DigitSource
from course_pkg.data.digit_tensors import binarize as binarize
from course_pkg.data.digit_tensors import digit_tensors as digit_tensors
from course_pkg.data.digits import MNIST as MNIST
from course_pkg.data.digits import Digits as Digits
from course_pkg.data.distorted_digits import DISTORTIONS as DISTORTIONS
from course_pkg.data.distorted_digits import Distortion as Distortion
from course_pkg.data.distorted_digits import cluttered as cluttered
from course_pkg.data.distorted_digits import digit_sums as digit_sums
from course_pkg.data.distorted_digits import distorted as distorted
from course_pkg.data.iam_ondb import IAM_ALPHABET as IAM_ALPHABET
from course_pkg.data.iam_ondb import IAMOnDB as IAMOnDB
from course_pkg.data.length_batches import LengthBatches as LengthBatches
from course_pkg.data.log_mel import log_mel as log_mel
from course_pkg.data.log_mel import mel_filters as mel_filters
from course_pkg.data.mask_folder import MaskFolder as MaskFolder
from course_pkg.data.multi30k import Multi30k as Multi30k
from course_pkg.data.multi30k import tokenize as tokenize
from course_pkg.data.nuclei import Nuclei as Nuclei
from course_pkg.data.pen_letters import LETTERS as LETTERS
from course_pkg.data.pen_letters import letter_strokes as letter_strokes
from course_pkg.data.pen_strokes import PenBatch as PenBatch
from course_pkg.data.pen_strokes import PenStrokes as PenStrokes
from course_pkg.data.pen_strokes import Writing as Writing
from course_pkg.data.pen_strokes import collate_writings as collate_writings
from course_pkg.data.pen_strokes import pen_positions as pen_positions
from course_pkg.data.pen_strokes import write_text as write_text
from course_pkg.data.pets import Pets as Pets
from course_pkg.data.photos import PHOTOS as PHOTOS
from course_pkg.data.photos import photo as photo
from course_pkg.data.photos import random_crops as random_crops
from course_pkg.data.phrases import SentencePair as SentencePair
from course_pkg.data.phrases import sample_sentence_pair as sample_sentence_pair
from course_pkg.data.phrases import sample_sentence_pairs as sample_sentence_pairs
from course_pkg.data.placed_digits import placed_digits as placed_digits
from course_pkg.data.scene_dataset import SCENE_TARGETS as SCENE_TARGETS
from course_pkg.data.scene_dataset import SceneDataset as SceneDataset
from course_pkg.data.scenes import ANSWERS as ANSWERS
from course_pkg.data.scenes import CLASSES as CLASSES
from course_pkg.data.scenes import COLOURS as COLOURS
from course_pkg.data.scenes import PALETTE as PALETTE
from course_pkg.data.scenes import QUESTION_KINDS as QUESTION_KINDS
from course_pkg.data.scenes import SCENE_VOCABULARY as SCENE_VOCABULARY
from course_pkg.data.scenes import STUFF as STUFF
from course_pkg.data.scenes import THINGS as THINGS
from course_pkg.data.scenes import Caption as Caption
from course_pkg.data.scenes import Question as Question
from course_pkg.data.scenes import Scene as Scene
from course_pkg.data.scenes import sample_scene as sample_scene
from course_pkg.data.scenes import touching_pairs as touching_pairs
from course_pkg.data.stanford_background import StanfordBackground as StanfordBackground
from course_pkg.data.targets import InstanceTarget as InstanceTarget
from course_pkg.data.targets import boxes_from_masks as boxes_from_masks
from course_pkg.data.targets import collate_instances as collate_instances
from course_pkg.data.targets import collate_regions as collate_regions
from course_pkg.data.targets import instance_target as instance_target
from course_pkg.data.transforms import IMAGENET as IMAGENET
from course_pkg.data.transforms import LITE as LITE
from course_pkg.data.transforms import Normalization as Normalization
from course_pkg.data.transforms import denormalize as denormalize
from course_pkg.data.transforms import eval_transforms as eval_transforms
from course_pkg.data.transforms import normalize as normalize
from course_pkg.data.transforms import train_transforms as train_transforms
from course_pkg.data.utterances import SAMPLE_RATE as SAMPLE_RATE
from course_pkg.data.utterances import SPOKEN_LETTERS as SPOKEN_LETTERS
from course_pkg.data.utterances import SPOKEN_VOCABULARY as SPOKEN_VOCABULARY
from course_pkg.data.utterances import Utterance as Utterance
from course_pkg.data.utterances import sample_utterance as sample_utterance
from course_pkg.data.voc import SBD as SBD
from course_pkg.data.voc import VOC as VOC
from course_pkg.data.voc import voc_palette as voc_palette
from course_pkg.data.vocabulary import Vocabulary as Vocabulary
from course_pkg.data.vocabulary import pad_sequences as pad_sequences

__all__ = [
    "ANSWERS",
    "CLASSES",
    "COLOURS",
    "DISTORTIONS",
    "IAM_ALPHABET",
    "IMAGENET",
    "LETTERS",
    "LITE",
    "MNIST",
    "MOVERS",
    "PALETTE",
    "PHOTOS",
    "QUESTION_KINDS",
    "SAMPLE_RATE",
    "SBD",
    "SCENE_TARGETS",
    "SCENE_VOCABULARY",
    "SPOKEN_LETTERS",
    "SPOKEN_VOCABULARY",
    "STUFF",
    "THINGS",
    "VOC",
    "BinarizedMNIST",
    "BinaryDigits",
    "CamVid",
    "Caption",
    "Clip",
    "ClipCaption",
    "ClipQuestion",
    "DigitSource",
    "Digits",
    "Distortion",
    "IAMOnDB",
    "InstanceTarget",
    "LengthBatches",
    "MaskFolder",
    "Multi30k",
    "Normalization",
    "Nuclei",
    "PenBatch",
    "PenStrokes",
    "Pets",
    "Question",
    "Scene",
    "SceneDataset",
    "SentencePair",
    "StanfordBackground",
    "Utterance",
    "Vocabulary",
    "Writing",
    "binarize",
    "boxes_from_masks",
    "clip_caption",
    "cluttered",
    "collate_instances",
    "collate_regions",
    "collate_writings",
    "denormalize",
    "digit_sums",
    "digit_tensors",
    "distorted",
    "eval_transforms",
    "instance_target",
    "letter_strokes",
    "log_mel",
    "mel_filters",
    "normalize",
    "pad_sequences",
    "pen_positions",
    "photo",
    "placed_digits",
    "random_crops",
    "sample_clip",
    "sample_scene",
    "sample_sentence_pair",
    "sample_sentence_pairs",
    "sample_utterance",
    "tokenize",
    "touching_pairs",
    "train_transforms",
    "voc_palette",
    "write_text",
]
