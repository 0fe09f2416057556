"""What the recipes' tests share: a stand-in for CamVid, and training away from the CPU."""

import pytest
from shrunk import write_camvid

from course_pkg.recipes import reproduce


@pytest.fixture(scope="session")
def fake_camvid(tmp_path_factory):
    return write_camvid(tmp_path_factory.mktemp("data"))


@pytest.fixture
def trained_away(gpu):
    """Train on a GPU or its stand-in, and look at what comes home."""

    def train(name, **settings):
        run = reproduce(name, "tiny", seed=3, device="cuda", progress=False, **settings)
        assert run.device == "cuda"
        assert run.history.stop_reason == "finished"
        models = [run.model, *(stage.model for stage in run.stages.values())]
        assert {t.device.type for m in models for t in m.state_dict().values()} == {"cpu"}
        if run.draw is not None:
            run.picture()
        return run

    return train
