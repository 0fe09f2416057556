"""The accumulator: parts add up to the whole."""

import pytest
import torch

from course_pkg.metrics import ConfusionMatrix, confusion_matrix


def batches(count=4):
    generator = torch.Generator().manual_seed(7)
    for _ in range(count):
        preds = torch.randint(3, (2, 5, 4), generator=generator)
        target = torch.randint(4, (2, 5, 4), generator=generator)
        yield preds, torch.where(target == 3, 255, target)


def test_several_updates_are_one_update():
    parts = ConfusionMatrix(num_classes=3)
    for preds, target in batches():
        parts.update(preds, target)
    everything = [torch.cat(maps) for maps in zip(*batches(), strict=True)]
    assert torch.equal(parts.matrix, confusion_matrix(*everything, num_classes=3))
    assert parts.matrix.sum() > 0


def test_empty_updates_change_nothing():
    confusion = ConfusionMatrix(num_classes=3)
    preds, target = next(batches())
    confusion.update(preds, target)
    before = confusion.matrix.clone()
    confusion.update(preds[:0], target[:0])
    confusion.update(preds, torch.full_like(target, 255))
    assert torch.equal(confusion.matrix, before)


def test_addition_merges_and_leaves_the_parts():
    one, two, both = (ConfusionMatrix(num_classes=3) for _ in range(3))
    (first, second) = batches(2)
    one.update(*first)
    two.update(*second)
    both.update(*first)
    both.update(*second)
    before = one.matrix.clone()
    merged = one + two
    assert torch.equal(merged.matrix, both.matrix)
    assert torch.equal(one.matrix, before)
    assert merged.compute() == both.compute()
    assert merged.per_class_iou() == both.per_class_iou()


def test_tables_of_other_classes_do_not_add_up():
    with pytest.raises(ValueError, match=r"num_classes=3.*num_classes=4"):
        ConfusionMatrix(num_classes=3) + ConfusionMatrix(num_classes=4)
    with pytest.raises(ValueError, match="ignore_index=None"):
        ConfusionMatrix(num_classes=3) + ConfusionMatrix(num_classes=3, ignore_index=None)


def test_reset_and_reduce_alone():
    confusion = ConfusionMatrix(num_classes=3)
    confusion.update(*next(batches()))
    before = confusion.matrix.clone()
    confusion.reduce_from_all_processes()  # one process: nothing to add
    assert torch.equal(confusion.matrix, before)
    confusion.reset()
    assert confusion.matrix.sum() == 0


def test_gpu_labels_give_the_same_table(gpu):
    on_cpu, on_gpu = ConfusionMatrix(num_classes=3), ConfusionMatrix(num_classes=3)
    for preds, target in batches():
        on_cpu.update(preds, target)
        on_gpu.update(preds.to(gpu), target.to(gpu))
    assert on_gpu.matrix.device.type == "cuda"
    assert on_gpu.compute() == on_cpu.compute()
    assert torch.equal((on_cpu + on_gpu).matrix, 2 * on_cpu.matrix)
