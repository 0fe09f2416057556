"""The stand-in for a GPU: what a GPU refuses, it refuses; numbers are the CPU's."""

import numpy as np
import pytest
import torch
from second_device import SECOND, second_device
from torch import nn


@pytest.fixture(autouse=True)
def device():
    with second_device() as device:
        yield device


HERE = torch.arange(3.0)
REFUSED = {
    "a picture here, weights there": lambda there: nn.functional.conv1d(
        HERE.view(1, 1, 3), there.view(1, 1, 3)
    ),
    "a sum": lambda there: there + HERE,
    "a mask of another device": lambda there: torch.where(HERE > 1, there, there),
    "joined": lambda there: torch.cat([there, HERE]),
    "numbers stacked": lambda there: torch.stack([there.sum(), HERE.sum()]),
    "looked up in the CPU's memory": lambda there: HERE[there.long()],
    "written into it in place": lambda there: HERE.clone().add_(there),
    "as an array": lambda there: there.numpy(),
    "a generator of the CPU": lambda there: torch.randn(
        3, generator=torch.Generator(), device=there.device
    ),
    "a generator of the GPU": lambda there: torch.randn(3, generator=torch.Generator(there.device)),
    "constants made on the CPU": lambda there: there * torch.tensor([1.0, 2.0, 3.0]),
}


@pytest.mark.parametrize("slip", REFUSED)
def test_what_a_gpu_refuses_is_refused(slip, device):
    there = torch.arange(3.0, device=device)
    with pytest.raises((RuntimeError, TypeError), match=r"device|numpy|generator"):
        REFUSED[slip](there)


def test_what_a_gpu_allows_is_allowed(device):
    there = torch.arange(3.0, device=device)
    assert (there * torch.tensor(2.0)).tolist() == [0, 2, 4]
    assert there[torch.tensor([2, 0])].tolist() == [2, 0]
    assert (there.cpu() + HERE).tolist() == [0, 2, 4]
    assert torch.empty(3).copy_(there).tolist() == [0, 1, 2]
    assert np.asarray(there.cpu()).sum() == 3
    assert f"{there.sum():.1f}" == "3.0"


@pytest.mark.parametrize(
    "make",
    [
        lambda d: torch.tensor([1.0, 2.0], device=d),
        lambda d: torch.as_tensor(np.array([1.0, 2.0]), device=d),
        lambda d: torch.arange(1.0, 3.0, device=d),
        lambda d: torch.ones(1, device=d).new_tensor([1.0, 2.0]),
        lambda d: torch.ones(2, device=d).cumsum(0),
        lambda d: torch.arange(1.0, 3.0).to(torch.ones(1, device=d)),
        lambda d: torch.arange(1.0, 3.0).to("cuda"),
        lambda d: torch.arange(1.0, 3.0).cuda(),
    ],
)
def test_ways_to_get_there(make, device):
    made = make(device)
    assert made.device == SECOND
    assert made.tolist() == [1, 2]


def test_training_there_gives_the_numbers_of_the_cpu(device):
    def trained(where):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 2))
        optimizer = torch.optim.Adam(net.parameters(), 0.1)  # before the move: it must follow
        x, y = torch.rand(8, 1, 6, 6), torch.arange(8) % 2
        net.to(where)
        for _ in range(3):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x.to(where)), y.to(where))
            loss.backward()
            optimizer.step()
        assert all(p.device.type == torch.device(where).type for p in net.parameters())
        return loss.item()

    assert trained(device) == pytest.approx(trained("cpu"), rel=1e-6)


def test_a_layer_left_behind_is_found(device):
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[0].to(device)
    with pytest.raises(RuntimeError, match="one device"):
        net(torch.ones(1, 2, device=device))
