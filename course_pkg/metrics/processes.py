"""Adding up counts that several processes hold, each for its own share of the data."""

import torch
import torch.distributed as dist
from jaxtyping import Num
from torch import Tensor

__all__ = ["sum_over_processes"]


def sum_over_processes(values: Num[Tensor, "*s"]) -> Num[Tensor, "*s"]:
    """Add a tensor over all processes of a distributed run; alone, return it as it is.

    Every process has to call it, with the same shape: the sum waits for all of them.

    Args:
        values: counts of this process.

    Returns:
        The same on every process: the sum over all of them, on the device ``values`` came from.

    Example:
        >>> sum_over_processes(torch.tensor([3, 4]))
        tensor([3, 4])
    """
    if not (dist.is_available() and dist.is_initialized()):
        return values
    # NCCL knows only GPU memory, and a process whose share was empty may still hold its zeros
    # on the CPU.
    on_gpu = dist.get_backend() == "nccl"
    total = values.to(torch.device("cuda", torch.cuda.current_device())) if on_gpu else values.cpu()
    total = total.clone()
    dist.all_reduce(total)
    return total.to(values.device)
