"""The loaders on the real files, where COURSE_DATA names a folder that has them."""

import numpy as np
import pytest

from course_pkg.data import MNIST, CamVid, Multi30k, Nuclei, touching_pairs


@pytest.mark.realdata("camvid")
class TestCamVid:
    @pytest.mark.parametrize(("split", "count"), [("train", 367), ("val", 101)])
    def test_split(self, split: str, count: int):
        camvid = CamVid(split=split)
        assert len(camvid) == count
        seen = set()
        for index in range(0, count, 20):
            image, mask = camvid[index]
            assert image.size == (480, 360)
            assert mask.shape == (360, 480)
            seen |= set(mask.unique().tolist())
        assert seen <= {*range(11), 255}
        assert {0, 1, 3, 8, 255} <= seen  # sky, building, road, car and unlabelled are everywhere

    def test_road_lies_below_sky(self):
        road, sky = [], []
        for index in range(0, 367, 40):
            _, mask = CamVid()[index]
            road.append((mask == CamVid.classes.index("road")).nonzero()[:, 0].double().mean())
            sky.append((mask == CamVid.classes.index("sky")).nonzero()[:, 0].double().mean())
        assert np.mean(road) > np.mean(sky) + 100


@pytest.mark.realdata("nuclei")
class TestNuclei:
    def test_splits(self):
        train, val = Nuclei(), Nuclei(split="val")
        assert (len(train), len(val)) == (454, 116)
        assert not set(train.ids) & set(val.ids)

    def test_masks(self):
        val = Nuclei(split="val")
        touching = 0
        for index in range(0, 116, 12):
            image, target = val[index]
            assert target["masks"].shape[1:] == (image.height, image.width)
            assert target["masks"].sum(0).max() == 1
            assert len(target["labels"]) == len(target["boxes"]) >= 1
            if len(target["labels"]) < 60:
                touching += len(touching_pairs(target["masks"], target["labels"]))
        assert touching > 0


@pytest.mark.realdata("mnist")
class TestMNIST:
    def test_first_digits_and_counts(self):
        train, test = MNIST(), MNIST(split="test")
        assert (len(train), len(test)) == (60_000, 10_000)
        # the best known order of digits there is
        assert [train[i][1] for i in range(10)] == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
        assert [test[i][1] for i in range(5)] == [7, 2, 1, 0, 4]
        assert train[0][0].size == (28, 28)


@pytest.mark.realdata("multi30k")
class TestMulti30k:
    @pytest.mark.parametrize(("split", "count"), [("train", 29_000), ("val", 1_014)])
    def test_pairs(self, split: str, count: int):
        pairs = Multi30k(split=split)
        assert len(pairs) == count
        lengths = np.array([(len(de.split()), len(en.split())) for de, en in pairs.pairs])
        assert lengths.min() > 0
        # aligned sentences are long together
        assert np.corrcoef(lengths.T)[0, 1] > 0.7

    def test_first_pair(self):
        german, english = Multi30k()[0]
        assert german.startswith("Zwei junge weiße Männer")
        assert english.startswith("Two young, White males")
