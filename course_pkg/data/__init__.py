"""Data: synthetic scenes that need no download, loaders of real sets, transforms, batches."""

from .camvid import CamVid as CamVid
from .clips import MOVERS as MOVERS
from .clips import Clip as Clip
from .clips import ClipQuestion as ClipQuestion
from .clips import sample_clip as sample_clip
from .digits import MNIST as MNIST
from .digits import Digits as Digits
from .multi30k import Multi30k as Multi30k
from .multi30k import tokenize as tokenize
from .nuclei import Nuclei as Nuclei
from .pets import Pets as Pets
from .photos import PHOTOS as PHOTOS
from .photos import photo as photo
from .photos import random_crops as random_crops
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
from .voc import SBD as SBD
from .voc import VOC as VOC
from .voc import voc_palette as voc_palette
from .vocabulary import Vocabulary as Vocabulary
from .vocabulary import pad_sequences as pad_sequences

__all__ = [
    "ANSWERS",
    "CLASSES",
    "COLOURS",
    "IMAGENET",
    "LITE",
    "MNIST",
    "MOVERS",
    "PALETTE",
    "PHOTOS",
    "QUESTION_KINDS",
    "SBD",
    "SCENE_TARGETS",
    "SCENE_VOCABULARY",
    "STUFF",
    "THINGS",
    "VOC",
    "CamVid",
    "Caption",
    "Clip",
    "ClipQuestion",
    "Digits",
    "InstanceTarget",
    "Multi30k",
    "Normalization",
    "Nuclei",
    "Pets",
    "Question",
    "Scene",
    "SceneDataset",
    "StanfordBackground",
    "Vocabulary",
    "boxes_from_masks",
    "collate_instances",
    "collate_regions",
    "denormalize",
    "eval_transforms",
    "instance_target",
    "normalize",
    "pad_sequences",
    "photo",
    "random_crops",
    "sample_clip",
    "sample_scene",
    "tokenize",
    "touching_pairs",
    "train_transforms",
    "voc_palette",
]
