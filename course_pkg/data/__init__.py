"""Data: synthetic scenes that need no download, loaders of real sets, transforms, batches."""

from .binary_digits import BinaryDigits as BinaryDigits
from .camvid import CamVid as CamVid
from .clip_captions import ClipCaption as ClipCaption
from .clip_captions import clip_caption as clip_caption
from .clips import MOVERS as MOVERS
from .clips import Clip as Clip
from .clips import ClipQuestion as ClipQuestion
from .clips import sample_clip as sample_clip
from .digit_tensors import DigitSource as DigitSource
from .digit_tensors import binarize as binarize
from .digit_tensors import digit_tensors as digit_tensors
from .digits import MNIST as MNIST
from .digits import Digits as Digits
from .distorted_digits import DISTORTIONS as DISTORTIONS
from .distorted_digits import Distortion as Distortion
from .distorted_digits import cluttered as cluttered
from .distorted_digits import digit_sums as digit_sums
from .distorted_digits import distorted as distorted
from .length_batches import LengthBatches as LengthBatches
from .log_mel import log_mel as log_mel
from .log_mel import mel_filters as mel_filters
from .multi30k import Multi30k as Multi30k
from .multi30k import tokenize as tokenize
from .nuclei import Nuclei as Nuclei
from .pen_letters import LETTERS as LETTERS
from .pen_letters import letter_strokes as letter_strokes
from .pen_strokes import PenBatch as PenBatch
from .pen_strokes import PenStrokes as PenStrokes
from .pen_strokes import Writing as Writing
from .pen_strokes import collate_writings as collate_writings
from .pen_strokes import pen_positions as pen_positions
from .pen_strokes import write_text as write_text
from .pets import Pets as Pets
from .photos import PHOTOS as PHOTOS
from .photos import photo as photo
from .photos import random_crops as random_crops
from .phrases import SentencePair as SentencePair
from .phrases import sample_sentence_pair as sample_sentence_pair
from .phrases import sample_sentence_pairs as sample_sentence_pairs
from .placed_digits import placed_digits as placed_digits
from .scene_dataset import SCENE_TARGETS as SCENE_TARGETS
from .scene_dataset import SceneDataset as SceneDataset
from .scenes import ANSWERS as ANSWERS
from .scenes import CLASSES as CLASSES
from .scenes import COLOURS as COLOURS
from .scenes import PALETTE as PALETTE
from .scenes import QUESTION_KINDS as QUESTION_KINDS
from .scenes import SCENE_VOCABULARY as SCENE_VOCABULARY
from .scenes import STUFF as STUFF
from .scenes import THINGS as THINGS
from .scenes import Caption as Caption
from .scenes import Question as Question
from .scenes import Scene as Scene
from .scenes import sample_scene as sample_scene
from .scenes import touching_pairs as touching_pairs
from .stanford_background import StanfordBackground as StanfordBackground
from .targets import InstanceTarget as InstanceTarget
from .targets import boxes_from_masks as boxes_from_masks
from .targets import collate_instances as collate_instances
from .targets import collate_regions as collate_regions
from .targets import instance_target as instance_target
from .transforms import IMAGENET as IMAGENET
from .transforms import LITE as LITE
from .transforms import Normalization as Normalization
from .transforms import denormalize as denormalize
from .transforms import eval_transforms as eval_transforms
from .transforms import normalize as normalize
from .transforms import train_transforms as train_transforms
from .utterances import SAMPLE_RATE as SAMPLE_RATE
from .utterances import SPOKEN_LETTERS as SPOKEN_LETTERS
from .utterances import SPOKEN_VOCABULARY as SPOKEN_VOCABULARY
from .utterances import Utterance as Utterance
from .utterances import sample_utterance as sample_utterance
from .voc import SBD as SBD
from .voc import VOC as VOC
from .voc import voc_palette as voc_palette
from .vocabulary import Vocabulary as Vocabulary
from .vocabulary import pad_sequences as pad_sequences

__all__ = [
    "ANSWERS",
    "CLASSES",
    "COLOURS",
    "DISTORTIONS",
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
    "BinaryDigits",
    "CamVid",
    "Caption",
    "Clip",
    "ClipCaption",
    "ClipQuestion",
    "DigitSource",
    "Digits",
    "Distortion",
    "InstanceTarget",
    "LengthBatches",
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
