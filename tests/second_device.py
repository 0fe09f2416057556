"""A second device where there is none: its tensors refuse to meet those in the CPU's memory.

Most machines that run these tests have no GPU, and the commonest slip on one needs none to be seen:
a network here, a picture there. On this stand-in every tensor holds its numbers in the CPU's memory
and says that it is on ``cuda:0``; operations take tensors of one device and raise otherwise, as
CUDA does. Speed, kernels and half precision stay for a real GPU to test.

The rules are torch's: single numbers (no dimensions) may come from the CPU in pointwise operations,
an index may be on the CPU, copies may cross, a generator draws only on its own device.
"""

import sys
from contextlib import ExitStack, contextmanager
from unittest import mock

import accelerate
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map
from torchvision.tv_tensors import TVTensor

SECOND = torch.device("cuda", 0)
_CPU = torch.device("cpu")
_INSIDE = torch.device("meta", 1)
_CROSSING = (torch.ops.aten.copy_.default, torch.ops.aten._to_copy.default)
_INDEXING = (
    torch.ops.aten.index.Tensor,
    torch.ops.aten.index_put.default,
    torch.ops.aten.index_put_.default,
    torch.ops.aten._index_put_impl_.default,
)
_generators: dict[int, torch.Generator] = {}  # kept, so that no other comes to stand in their place


class OnSecond(torch.Tensor):
    """A tensor that says it is on the second device; ``inner`` holds its numbers."""

    __torch_function__ = torch._C._disabled_torch_function_impl

    @staticmethod
    def __new__(cls, inner):
        # Autograd asks C++ for the device and would start CUDA; "meta" is one without a driver. Its
        # number tells it from the true one, on which chapters count without computing.
        return torch.Tensor._make_wrapper_subclass(
            cls,
            inner.size(),
            strides=inner.stride(),
            storage_offset=inner.storage_offset(),
            dtype=inner.dtype,
            layout=inner.layout,
            device=_INSIDE,
        )

    def __init__(self, inner):
        self.inner = inner

    @property
    def device(self):
        return SECOND

    def tolist(self):  # a copy to the CPU, on a GPU too
        return self.detach().cpu().tolist()

    def __format__(self, spec):
        return format(self.item(), spec) if self.dim() == 0 else object.__format__(self, spec)

    def __repr__(self):
        return f"OnSecond({self.inner})"

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return _compute(func, args, kwargs or {})


def _compute(func, args, kwargs):
    """Do an operation on the numbers, if a GPU would."""
    wanted = kwargs.get("device")
    tensors = [x for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)]
    there = [x for x in tensors if isinstance(x, OnSecond)]
    wanted = None if wanted is None else torch.device(wanted)
    second = bool(there) if wanted is None else wanted in (SECOND, _INSIDE)
    if 0 < len(there) < len(tensors) and not _may_meet(func, args, tensors):
        raise RuntimeError(f"{func}: expected all tensors on one device, got {SECOND} and cpu")
    generator = kwargs.get("generator")
    if generator is not None and (generator._cdata in _generators) != second:
        raise RuntimeError(f"{func}: the generator is not on the device of the numbers it draws")
    inner_args, inner_kwargs = tree_map(
        lambda x: x.inner if isinstance(x, OnSecond) else x, (args, kwargs)
    )
    if second and wanted is not None:
        inner_kwargs["device"] = _CPU
    out = func(*inner_args, **inner_kwargs)
    if func is torch.ops.aten.copy_.default:
        return args[0]
    if not second:
        return out
    out = tree_map(lambda x: OnSecond(x) if isinstance(x, torch.Tensor) else x, out)
    return return_and_correct_aliasing(func, args, kwargs, out) if there else out


def _may_meet(func, args, tensors):
    if func in _CROSSING:
        return True
    if func in _INDEXING and isinstance(args[0], OnSecond):
        indices = [x for x in tree_leaves(args[1]) if isinstance(x, torch.Tensor)]
        tensors = [x for x in tensors if all(x is not index for index in indices)]
        return all(isinstance(x, OnSecond) or x.dim() == 0 for x in tensors)
    numbers = all(isinstance(x, OnSecond) or x.dim() == 0 for x in tensors)
    return torch.Tag.pointwise in func.tags and numbers


class _Dispatch(TorchDispatchMode):
    """Reaches operations without a tensor to start from: zeros, arange, randn."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return _compute(func, args, kwargs or {})


class _Function(TorchFunctionMode):
    """Mends what torch decides in C++ before an operation is dispatched."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        args, kwargs = list(map(_numbered, args)), kwargs or {}
        kwargs = {name: _numbered(value) for name, value in kwargs.items()}
        if func is torch.Tensor.to and isinstance(args[0], TVTensor):
            args[0] = args[0].as_subclass(torch.Tensor)  # boxes cannot be two subclasses at once
        if func is torch.Tensor.cuda:
            return args[0].to(SECOND)
        if func is torch.Tensor.new_tensor and isinstance(args[0], OnSecond):
            return torch.tensor(args[1], **{"dtype": args[0].dtype, "device": SECOND} | kwargs)
        return func(*args, **kwargs)


def _numbered(value):
    """Turn cuda into cuda:0; without a number torch would ask the driver."""
    if isinstance(value, (str, torch.device)) and str(value) == "cuda":
        return SECOND
    return value


_RealGenerator = torch.Generator


class _AnyGenerator(type(torch.Generator)):
    def __instancecheck__(cls, instance):  # for signatures that are read after the exchange
        return type.__instancecheck__(_RealGenerator, instance)


class _Generator(torch.Generator, metaclass=_AnyGenerator):
    def __new__(cls, device="cpu"):
        made = _RealGenerator.__new__(_RealGenerator, "cpu")
        if torch.device(device).type != "cpu":
            _generators[made._cdata] = made
        return made


class _NoGrad(torch.inference_mode):
    """Inference mode keeps operations whole that the stand-in must see in parts."""

    def __enter__(self):
        self._quiet = torch.no_grad()
        self._quiet.__enter__()

    def __exit__(self, *problem):
        self._quiet.__exit__(*problem)


@contextmanager
def second_device():
    """Give the package a device beside the CPU; whatever asks for "cuda" or "auto" gets it."""
    from course_pkg.recipes._core import reproduce as running

    runtime, fit = (sys.modules[f"course_pkg.engine.{name}"] for name in ("runtime", "fit"))
    real_accelerator = runtime.make_accelerator

    def pick(device="auto"):
        return _CPU if device == "cpu" else SECOND

    def accelerator(device="auto", precision="no"):
        made = real_accelerator("cpu", precision)
        made.chosen = pick(device)
        return made

    patches = [
        mock.patch("torch.cuda._lazy_init", return_value=None),
        mock.patch("torch.cuda.reset_peak_memory_stats", return_value=None),
        mock.patch("torch.cuda.max_memory_allocated", return_value=0),
        mock.patch("torch.Generator", _Generator),
        mock.patch.object(torch.inference_mode, "__enter__", _NoGrad.__enter__),
        mock.patch.object(torch.inference_mode, "__exit__", _NoGrad.__exit__),
        mock.patch.object(accelerate.Accelerator, "device", property(lambda self: self.chosen)),
        mock.patch.object(fit, "make_accelerator", accelerator),
        *(mock.patch.object(module, "pick_device", pick) for module in (runtime, running)),
    ]
    swaps = torch.__future__.get_swap_module_params_on_conversion()
    lifts = torch._C._only_lift_cpu_tensors()
    with ExitStack() as stack:
        # A layer's weights stay the same objects when they move, as between CPU and GPU.
        stack.callback(torch.__future__.set_swap_module_params_on_conversion, swaps)
        torch.__future__.set_swap_module_params_on_conversion(True)
        stack.callback(torch._C._set_only_lift_cpu_tensors, lifts)
        torch._C._set_only_lift_cpu_tensors(True)
        for patch in patches:
            stack.enter_context(patch)
        stack.enter_context(_Dispatch())
        stack.enter_context(_Function())
        yield SECOND
