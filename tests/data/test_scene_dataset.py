from dataclasses import replace

import pytest
import torch
from torchvision import tv_tensors

from course_pkg.data import (
    ANSWERS,
    CLASSES,
    SCENE_VOCABULARY,
    STUFF,
    THINGS,
    Scene,
    SceneDataset,
    boxes_from_masks,
)
from course_pkg.data.scene_dataset import choose_question


def test_semantic_items_are_the_scenes():
    scenes = SceneDataset(5, 64)
    image, semantic = scenes[2]
    assert isinstance(image, tv_tensors.Image)
    assert isinstance(semantic, tv_tensors.Mask)
    assert torch.equal(image, scenes.scene(2).image)
    assert torch.equal(semantic, scenes.scene(2).semantic)
    assert scenes.classes == CLASSES
    assert len(scenes.palette) == len(CLASSES)
    assert scenes.ignore_index == 255


def test_instance_items_are_what_torchvisions_detectors_want():
    scenes = SceneDataset(3, 64, target="instance")
    for index in range(3):
        _, target = scenes[index]
        scene = scenes.scene(index)
        assert torch.equal(target["masks"], scene.masks)
        assert torch.equal(target["boxes"], boxes_from_masks(scene.masks))
        assert target["boxes"].canvas_size == (64, 64)
        names = [scenes.classes[label] for label in target["labels"]]
        assert names == [CLASSES[label] for label in scene.labels]
        assert target["image_id"] == index
    assert scenes.classes == ("background", *THINGS)
    assert len(scenes.palette) == len(scenes.classes)


def test_caption_items_have_a_region_for_each_token():
    scenes = SceneDataset(3, 64, target="caption")
    _, target = scenes[1]
    caption = scenes.scene(1).caption
    assert SCENE_VOCABULARY.decode(target["tokens"]) == list(caption.words)
    assert len(target["regions"]) == len(target["tokens"])
    assert torch.equal(target["regions"][1:-1], caption.regions)
    assert not target["regions"][[0, -1]].any()


def test_question_items_are_one_of_the_scenes_questions():
    scenes = SceneDataset(20, 32, target="question")
    for index in range(20):
        _, target = scenes[index]
        words = SCENE_VOCABULARY.decode(target["tokens"])
        asked = [q for q in scenes.scene(index).questions if list(q.words) == words]
        assert len(asked) == 1
        assert ANSWERS[target["answer"]] == asked[0].answer
        assert torch.equal(target["region"], asked[0].region)
    assert torch.equal(scenes[5][1]["tokens"], scenes[5][1]["tokens"])


def test_a_rare_kind_is_asked_as_often_as_a_frequent_one():
    scene = SceneDataset(1, 32).scene(0)
    count = next(question for question in scene.questions if question.kind == "count")
    colour = next(question for question in scene.questions if question.kind == "colour")
    scene = replace(scene, questions=(*[count] * 9, colour))
    kinds = [choose_question(replace(scene, seed=seed)).kind for seed in range(100)]
    # A half each, five standard deviations wide; drawn among all ten it would be one in ten.
    assert 25 < kinds.count("colour") < 75


def test_the_whole_scene():
    _, scene = SceneDataset(1, 32, target="scene")[0]
    assert isinstance(scene, Scene)
    assert (scene.semantic < len(STUFF)).any()


def test_seeds_share_no_scene_and_order_does_not_matter():
    train, val = SceneDataset(4, 32, seed=0), SceneDataset(4, 32, seed=1)
    seeds = [train.scene(i).seed for i in range(4)] + [val.scene(i).seed for i in range(4)]
    assert len(set(seeds)) == 8
    assert torch.equal(train[3][0], train[-1][0])
    assert not torch.equal(train[0][0], val[0][0])


def test_a_loop_ends_and_a_loader_batches():
    scenes = SceneDataset(3, 32)
    assert len([image for image, _ in scenes]) == len(scenes) == 3
    images, masks = next(iter(torch.utils.data.DataLoader(scenes, batch_size=3)))
    assert images.shape == (3, 3, 32, 32)
    assert masks.shape == (3, 32, 32)
    with pytest.raises(IndexError, match="index 3 is outside its 3 scenes"):
        scenes[3]


def test_transforms_get_image_and_target():
    scenes = SceneDataset(1, 32, transforms=lambda image, target: (image.shape, target.shape))
    assert scenes[0] == ((3, 32, 32), (32, 32))


def test_bad_arguments():
    with pytest.raises(ValueError, match=r"target must be one of semantic, .*got 'boxes'"):
        SceneDataset(1, target="boxes")
    with pytest.raises(ValueError, match="length must be 0 to"):
        SceneDataset(-1)
    with pytest.raises(ValueError, match="SceneDataset: size must be at least 32"):
        SceneDataset(1, 16)
