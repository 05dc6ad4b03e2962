"""Small kernels of image processing, what they do to each frequency, and which of them fall apart into axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError
from . import fourier

Real = np.ndarray[Any, Any]


def _outer(factor: Real, dims: int) -> Real:
    if dims not in (1, 2, 3):
        raise InputError(f"kernels have one to three axes, and {dims} were asked for")
    out = factor
    for _ in range(dims - 1):
        out = np.multiply.outer(out, factor)
    return out


def identity(k: int = 3, dims: int = 2) -> Real:
    """The kernel (k, …) that changes nothing: 1 at k // 2."""
    out = np.zeros((k,) * dims)
    out[(k // 2,) * dims] = 1
    return out


def box(k: int, dims: int = 2) -> Real:
    """The mean over k samples an axis."""
    if k < 1:
        raise InputError(f"a box holds at least one sample, and {k} were asked for")
    return _outer(np.full(k, 1 / k), dims)


def gaussian(sigma: float, dims: int = 2, half: int | None = None) -> Real:
    """A Gaussian of ``sigma`` samples, cut off ``half`` samples from its centre (4 σ by default), of sum 1."""
    if not sigma > 0:
        raise InputError(f"sigma must be positive, and {sigma} was given")
    reach = max(1, int(np.ceil(4 * sigma))) if half is None else half
    factor = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    return _outer(factor / factor.sum(), dims)


def sobel(axis: int = -1) -> Real:
    """Sobel's derivative (3, 3) along an axis, smoothed along the other; positive where values rise along it."""
    along, across = np.array([1.0, 0.0, -1.0]) / 2, np.array([1.0, 2.0, 1.0]) / 4
    return np.outer(across, along) if axis in (1, -1) else np.outer(along, across)


def laplacian() -> Real:
    """The five-point Laplacian (3, 3)."""
    return np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


def sharpen() -> Real:
    """The picture less its Laplacian (3, 3): gain 1 for what is even, 9 at the corner of the transform."""
    return identity(3) - laplacian()


def transfer(kernel: Real, n: int) -> Real:
    """What a kernel about its sample k // 2 does to every frequency of n samples: (n//2+1,) or (n, n//2+1), complex.

    Real for a symmetric kernel of odd size. Raises InputError where it does not fit into n samples.
    """
    kernel = np.asarray(kernel, float)
    if kernel.ndim not in (1, 2) or max(kernel.shape) > n:
        raise InputError(f"a kernel of shape {kernel.shape} does not fit into {n} samples on one or two axes")
    wide = np.zeros((n,) * kernel.ndim)
    wide[tuple(slice(n // 2 - k // 2, n // 2 - k // 2 + k) for k in kernel.shape)] = kernel
    if kernel.ndim == 1:
        return np.asarray(fourier.fft1(wide)[: n // 2 + 1])
    return np.asarray(fourier.fft2(wide))


def separable(kernel: Real) -> tuple[Real, ...] | None:
    """One factor (k,) an axis whose outer product is the kernel, to its rounding; None where there are none."""
    kernel = np.asarray(kernel)
    kernel = kernel if kernel.dtype.kind in "fc" else kernel.astype(float)
    tolerance = 16 * float(np.finfo(kernel.dtype).eps)
    largest = float(np.abs(kernel).max())
    if largest == 0:
        return tuple(np.zeros(k) for k in kernel.shape)
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(kernel))), kernel.shape))
    lines = [_line(kernel, axis, at) for axis in range(kernel.ndim)]
    factors = [lines[0], *(line / kernel[at] for line in lines[1:])]
    product = factors[0]
    for factor in factors[1:]:
        product = np.multiply.outer(product, factor)
    if np.abs(product - kernel).max() > tolerance * largest:
        return None
    return tuple(np.ascontiguousarray(f) for f in factors)


def _line(kernel: Real, axis: int, at: tuple[int, ...]) -> Real:
    """The samples along an axis through a place."""
    along: Any = (*at[:axis], slice(None), *at[axis + 1 :])
    return np.asarray(kernel[along])
