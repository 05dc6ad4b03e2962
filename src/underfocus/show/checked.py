"""What every figure specification checks of what it is given: real arrays of the right shape, words from a list."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from ..base.arrays import Array, is_torch
from ..base.errors import InputError


def real(values: Array, what: str, ndim: int, dtype: type) -> np.ndarray[Any, Any]:
    """A contiguous real numpy array of the wanted number of axes, or InputError."""
    found = np.asarray(values.detach().cpu() if is_torch(values) else values)
    if np.iscomplexobj(found):
        raise InputError(f"{what} must be real, and complex values were given; show their modulus, phase or real part")
    if found.ndim != ndim:
        raise InputError(f"{what} must have {ndim} axes, and an array of shape {found.shape} was given")
    return np.ascontiguousarray(found, dtype=dtype)


def vectors(values: Array, what: str, ndim: int = 2) -> np.ndarray[Any, Any]:
    """A float32 array of finite vectors (…, 3) with the wanted number of axes, or InputError."""
    found = real(values, what, ndim, np.float32)
    if found.shape[-1] != 3 or not np.isfinite(found).all():
        raise InputError(f"{what} must be finite vectors (x, y, z), and an array of shape {found.shape} was given")
    return found


def known(value: str, choices: Any, what: str) -> None:
    """InputError where a word is none of a Literal's."""
    if value not in get_args(choices):
        raise InputError(f"{what} must be one of {', '.join(get_args(choices))}, and {value!r} was given")
