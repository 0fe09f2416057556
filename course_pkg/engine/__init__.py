"""Training, evaluating, and writing down what came out; knows no model and no data set."""

from course_pkg._extras import need

need("train", "accelerate", "safetensors", "tqdm")

from course_pkg.engine.checkpoint import latest_checkpoint as latest_checkpoint
from course_pkg.engine.checkpoint import load_checkpoint as load_checkpoint
from course_pkg.engine.checkpoint import load_weights as load_weights
from course_pkg.engine.checkpoint import save_checkpoint as save_checkpoint
from course_pkg.engine.checkpoint import save_weights as save_weights
from course_pkg.engine.config import TrainConfig as TrainConfig
from course_pkg.engine.evaluate import Metric as Metric
from course_pkg.engine.evaluate import argmax_labels as argmax_labels
from course_pkg.engine.evaluate import eval_mode as eval_mode
from course_pkg.engine.evaluate import evaluate as evaluate
from course_pkg.engine.fit import fit as fit
from course_pkg.engine.history import Evaluation as Evaluation
from course_pkg.engine.history import History as History
from course_pkg.engine.loader import ResumableLoader as ResumableLoader
from course_pkg.engine.losses import LossSum as LossSum
from course_pkg.engine.losses import median_frequency_weights as median_frequency_weights
from course_pkg.engine.losses import pixel_cross_entropy as pixel_cross_entropy
from course_pkg.engine.losses import supervised as supervised
from course_pkg.engine.results import Result as Result
from course_pkg.engine.results import read_results as read_results
from course_pkg.engine.results import stored_picture as stored_picture
from course_pkg.engine.results import stored_results as stored_results
from course_pkg.engine.results import write_result as write_result
from course_pkg.engine.runtime import Timer as Timer
from course_pkg.engine.runtime import hardware as hardware
from course_pkg.engine.runtime import make_accelerator as make_accelerator
from course_pkg.engine.runtime import peak_memory_mb as peak_memory_mb
from course_pkg.engine.runtime import pick_device as pick_device
from course_pkg.engine.runtime import versions as versions
from course_pkg.engine.schedules import constant_factor as constant_factor
from course_pkg.engine.schedules import constant_schedule as constant_schedule
from course_pkg.engine.schedules import cosine_factor as cosine_factor
from course_pkg.engine.schedules import cosine_schedule as cosine_schedule
from course_pkg.engine.schedules import poly_factor as poly_factor
from course_pkg.engine.schedules import poly_schedule as poly_schedule
from course_pkg.engine.seeds import isolated_rng as isolated_rng
from course_pkg.engine.seeds import preserved_rng as preserved_rng
from course_pkg.engine.seeds import rng_state as rng_state
from course_pkg.engine.seeds import seed_everything as seed_everything
from course_pkg.engine.seeds import set_rng_state as set_rng_state
from course_pkg.engine.update import optimizer_step as optimizer_step

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
