"""The array namespace of an input: numpy in, numpy out; torch in, torch out. No global device and no global dtype."""

from __future__ import annotations

import sys
from typing import Any, TypeAlias

import numpy as np

from .errors import InputError

#: A numpy array or a torch tensor, as the caller brought it. Typed loosely so that torch need not be installed.
Array: TypeAlias = Any


def is_torch(x: object) -> bool:
    """Whether x is a torch tensor. torch is not imported for this: a tensor can only exist where the caller did."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(x, torch.Tensor)


def namespace(*arrays: object) -> Any:
    """The array-API namespace (``array_api_compat``) shared by the arrays; Python scalars and None are ignored.

    Raises InputError where numpy arrays and torch tensors are mixed.
    """
    tensors = [is_torch(a) for a in arrays if hasattr(a, "ndim")]
    if any(tensors):
        if not all(tensors):
            raise InputError(
                "numpy arrays and torch tensors were given together; "
                "convert them to one kind first (torch.from_numpy, tensor.numpy())"
            )
        import array_api_compat.torch as xp
    else:
        import array_api_compat.numpy as xp
    return xp


def like(x: object, reference: Array) -> Array:
    """x as an array of the kind, precision (real or its complex partner stays as it is) and device of the reference."""
    if is_torch(reference):
        import torch

        real = torch.empty(0, dtype=reference.dtype).real.dtype if reference.is_complex() else reference.dtype
        if is_torch(x):
            assert isinstance(x, torch.Tensor)
            return x.to(device=reference.device)
        tensor = torch.as_tensor(np.asarray(x), device=reference.device)
        return tensor.to(real) if tensor.is_floating_point() and real.is_floating_point else tensor
    return np.asarray(x)


def to_numpy(x: Array) -> np.ndarray[Any, Any]:
    """A numpy view or copy of x, detached from any gradient and brought to the host."""
    if is_torch(x):
        return np.asarray(x.detach().cpu().numpy())
    return np.asarray(x)


def generator(seed: int | np.random.Generator | None) -> np.random.Generator:
    """A numpy generator from a seed; a generator is handed through, so that one stream can serve several calls."""
    return seed if isinstance(seed, np.random.Generator) else np.random.default_rng(seed)
