"""Scenes behind torchvision's dataset interface: as many as one asks for, never stored."""

from typing import Any

import torch
from torch.utils.data import Dataset
from torchvision import tv_tensors

from course_pkg.data._classes import CLASSES, PALETTE, STUFF, THINGS
from course_pkg.data._files import IGNORE_INDEX, JointTransform, check_choice
from course_pkg.data.scenes import Question, Scene, check_scene_arguments, sample_scene
from course_pkg.data.targets import instance_target

__all__ = ["SCENE_TARGETS", "SceneDataset"]

#: What `SceneDataset` may return beside the picture.
SCENE_TARGETS = ("semantic", "instance", "caption", "question", "scene")
# Two data sets with neighbouring seeds share no scene as long as they are shorter than this.
_LONGEST = 1 << 32


class SceneDataset(Dataset[tuple[Any, Any]]):
    """Synthetic scenes as (image, target) pairs.

    What the target is:

    - ``"semantic"``: a mask of indices into ``classes``;
    - ``"instance"``: ``boxes``, ``labels`` (1 for the first of `THINGS`), ``masks``, ``image_id``;
    - ``"caption"``: ``tokens`` with start and end marks, and ``regions``, a mask for each token
      (empty for marks and for words like "and");
    - ``"question"``: ``tokens``, ``answer`` (an index into `ANSWERS`), ``region``: one of the
      scene's questions, its kind drawn evenly among those that the scene allows;
    - ``"scene"``: the whole `Scene`.

    Captions and questions speak of left and right: mirror pictures only for the other targets.

    Args:
        length: how many scenes.
        size: side of the picture in pixels, at least 32.
        seed: data sets with different seeds share no scene; use one for training, one for testing.
        transforms: called with (image, target) as `course_pkg.data.transforms` are.
        target: what to return beside the image.

    Raises:
        ValueError: if an argument is out of range or the target unknown.

    Example:
        >>> image, semantic = SceneDataset(10, size=64)[3]
        >>> image.shape, semantic.shape
        (torch.Size([3, 64, 64]), torch.Size([64, 64]))
    """

    ignore_index = IGNORE_INDEX

    def __init__(
        self,
        length: int,
        size: int = 128,
        seed: int = 0,
        transforms: JointTransform | None = None,
        target: str = "semantic",
    ) -> None:
        check_scene_arguments("SceneDataset", seed, size)
        if not 0 <= length < _LONGEST:
            raise ValueError(f"SceneDataset: length must be 0 to {_LONGEST - 1}, got {length}")
        check_choice("SceneDataset", "target", target, SCENE_TARGETS)
        self.length, self.size, self.seed = length, size, seed
        self.transforms = transforms
        self.target = target
        instances = target == "instance"
        self.classes: tuple[str, ...] = ("background", *THINGS) if instances else CLASSES
        self.palette = ((0, 0, 0), *PALETTE[len(STUFF) :]) if instances else PALETTE

    def __len__(self) -> int:
        """How many scenes there are."""
        return self.length

    def scene(self, index: int) -> Scene:
        """The scene at a place in the data set, with everything known about it."""
        if not -self.length <= index < self.length:
            # IndexError, not ValueError: it is what ends a loop over a data set.
            raise IndexError(f"SceneDataset: index {index} is outside its {self.length} scenes")
        return sample_scene(self.seed * _LONGEST + index % self.length, self.size)

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        """The image and the target at a place in the data set."""
        scene = self.scene(index)
        image = tv_tensors.Image(scene.image)
        target = self._target(scene, index % self.length)
        return (image, target) if self.transforms is None else self.transforms(image, target)

    def _target(self, scene: Scene, index: int) -> Any:
        if self.target == "semantic":
            return tv_tensors.Mask(scene.semantic)
        if self.target == "instance":
            return instance_target(scene.masks, scene.labels - len(STUFF) + 1, index)
        if self.target == "caption":
            mark = torch.zeros_like(scene.caption.regions[:1])
            regions = torch.cat([mark, scene.caption.regions, mark])
            return {"tokens": scene.caption.tokens, "regions": tv_tensors.Mask(regions)}
        if self.target == "question":
            question = choose_question(scene)
            return {
                "tokens": question.tokens,
                "answer": torch.tensor(question.answer_index),
                "region": tv_tensors.Mask(question.region),
            }
        return scene


def choose_question(scene: Scene) -> Question:
    """One question of a scene, always the same one: first the kind is drawn, then the question.

    Drawn among all of them, two in three would be about counts and colours.
    """
    generator = torch.Generator().manual_seed(scene.seed % (1 << 63))
    kinds = sorted({question.kind for question in scene.questions})
    kind = kinds[int(torch.randint(len(kinds), (), generator=generator))]
    asked = [question for question in scene.questions if question.kind == kind]
    return asked[int(torch.randint(len(asked), (), generator=generator))]
