"""Training, evaluating, and writing down what came out; knows no model and no data set."""

from .checkpoint import latest_checkpoint as latest_checkpoint
from .checkpoint import load_checkpoint as load_checkpoint
from .checkpoint import load_weights as load_weights
from .checkpoint import save_checkpoint as save_checkpoint
from .checkpoint import save_weights as save_weights
from .config import TrainConfig as TrainConfig
from .evaluate import Metric as Metric
from .evaluate import argmax_labels as argmax_labels
from .evaluate import eval_mode as eval_mode
from .evaluate import evaluate as evaluate
from .fit import fit as fit
from .history import Evaluation as Evaluation
from .history import History as History
from .loader import ResumableLoader as ResumableLoader
from .losses import LossSum as LossSum
from .losses import median_frequency_weights as median_frequency_weights
from .losses import pixel_cross_entropy as pixel_cross_entropy
from .losses import supervised as supervised
from .results import Result as Result
from .results import read_results as read_results
from .results import stored_picture as stored_picture
from .results import stored_results as stored_results
from .results import write_result as write_result
from .runtime import Timer as Timer
from .runtime import hardware as hardware
from .runtime import make_accelerator as make_accelerator
from .runtime import peak_memory_mb as peak_memory_mb
from .runtime import pick_device as pick_device
from .runtime import versions as versions
from .schedules import constant_factor as constant_factor
from .schedules import constant_schedule as constant_schedule
from .schedules import cosine_factor as cosine_factor
from .schedules import cosine_schedule as cosine_schedule
from .schedules import poly_factor as poly_factor
from .schedules import poly_schedule as poly_schedule
from .seeds import isolated_rng as isolated_rng
from .seeds import preserved_rng as preserved_rng
from .seeds import rng_state as rng_state
from .seeds import seed_everything as seed_everything
from .seeds import set_rng_state as set_rng_state
from .update import optimizer_step as optimizer_step

__all__ = [
    "Evaluation",
    "History",
    "LossSum",
    "Metric",
    "Result",
    "ResumableLoader",
    "Timer",
    "TrainConfig",
    "argmax_labels",
    "constant_factor",
    "constant_schedule",
    "cosine_factor",
    "cosine_schedule",
    "eval_mode",
    "evaluate",
    "fit",
    "hardware",
    "isolated_rng",
    "latest_checkpoint",
    "load_checkpoint",
    "load_weights",
    "make_accelerator",
    "median_frequency_weights",
    "optimizer_step",
    "peak_memory_mb",
    "pick_device",
    "pixel_cross_entropy",
    "poly_factor",
    "poly_schedule",
    "preserved_rng",
    "read_results",
    "rng_state",
    "save_checkpoint",
    "save_weights",
    "seed_everything",
    "set_rng_state",
    "stored_picture",
    "stored_results",
    "supervised",
    "versions",
    "write_result",
]
