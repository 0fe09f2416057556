"""A stand-in for CamVid, written once."""

import pytest
from shrunk import write_camvid


@pytest.fixture(scope="session")
def fake_camvid(tmp_path_factory):
    return write_camvid(tmp_path_factory.mktemp("data"))
