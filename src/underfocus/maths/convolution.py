"""Convolution and cross-correlation in one to three dimensions: direct, through the transform, or axis by axis.

(f * g)(x) = Σ f(t) g(x − t), and the cross-correlation (f ⋆ g)(x) = Σ f*(t) g(x + t). A kernel's origin is its sample
k // 2. Beyond the edge lies zero, the other side of the box (wrap), or the mirror image with the edge sample once
(reflect). Precision follows the input; complex values are allowed. The three ways agree to rounding: see the twins.
"""

from __future__ import annotations

from itertools import product
from typing import Any, Literal

import numpy as np

from ..base.errors import InputError
from .stencils import separable

Real = np.ndarray[Any, Any]
Boundary = Literal["zero", "wrap", "reflect"]
Method = Literal["auto", "direct", "fft", "separable"]
_PADDING: dict[str, Any] = {"zero": "constant", "wrap": "wrap", "reflect": "reflect"}
#: Kernel samples up to which the direct sum is the faster one on two cores; bench/convolution.py measures it.
DIRECT_UP_TO = 169


def convolve(x: Real, kernel: Real, boundary: Boundary = "zero", method: Method = "auto") -> Real:
    """x (…) convolved with a kernel of as many axes, in x's shape. "auto" takes the quickest way that applies.

    Raises InputError for other axes, an unknown boundary or method, a kernel wider than an x that wraps or reflects,
    and for "separable" where the kernel is no product of one kernel an axis.
    """
    x, kernel = _checked(x, kernel, boundary)
    if method == "separable" or (method == "auto" and kernel.size > DIRECT_UP_TO):
        factors = separable(kernel)
        if factors is not None:
            return _axis_by_axis(x, factors, boundary)
        if method == "separable":
            raise InputError("this kernel is no product of one kernel an axis; use the method direct or fft")
        method = "fft"
    if method not in ("auto", "direct", "fft"):
        raise InputError(f"the method must be auto, direct, fft or separable, and {method!r} was given")
    padded = _padded(x, kernel.shape, boundary)
    return _through_transform(padded, kernel, x.shape) if method == "fft" else _direct(padded, kernel, x.shape)


def correlate(x: Real, kernel: Real, boundary: Boundary = "zero", method: Method = "auto") -> Real:
    """The cross-correlation of a kernel with x, in x's shape: Σ kernel*(t) x(· + t), t from the kernel's centre."""
    kernel = np.asarray(kernel)
    mirrored = np.conj(np.flip(kernel))
    # an even kernel has its origin right of the middle: mirrored, it needs an empty sample in front to keep it there
    lead = [(1 - n % 2, 0) for n in kernel.shape]
    return convolve(x, np.pad(mirrored, lead), boundary, method)


def convolve_plain(x: Real, kernel: Real, boundary: Boundary = "zero") -> Real:
    """The textbook twin of `convolve`: for every sample the sum over the kernel, written out."""
    x, kernel = _checked(x, kernel, boundary)
    out = np.zeros(x.shape, np.result_type(x, kernel))
    for place in product(*map(range, x.shape)):
        for tap in product(*map(range, kernel.shape)):
            at = tuple(p - (t - k // 2) for p, t, k in zip(place, tap, kernel.shape, strict=True))
            out[place] += kernel[tap] * _beyond(x, at, boundary)
    return out


def full(x: Real, kernel: Real) -> Real:
    """The whole linear convolution: n + k − 1 samples an axis, the first where both begin."""
    x, kernel = np.asarray(x), np.asarray(kernel)
    if x.ndim != kernel.ndim:
        raise InputError(f"both must have the same number of axes, and {x.ndim} and {kernel.ndim} were given")
    shape = tuple(padded_size(n, k) for n, k in zip(x.shape, kernel.shape, strict=True))
    padded = np.pad(x, [(k - 1, k - 1) for k in kernel.shape])
    return _through_transform(padded, kernel, shape) if kernel.size > DIRECT_UP_TO else _direct(padded, kernel, shape)


def full_correlation(x: Real, y: Real) -> Real:
    """Σ x(t + m) y*(t) for every lag m at which the two touch, from −(k − 1) to n − 1 an axis."""
    return full(x, np.conj(np.flip(np.asarray(y))))


def padded_size(n: int, k: int) -> int:
    """Samples that a circular convolution needs to return the linear one: n + k − 1."""
    return n + k - 1


def peak_shift(a: Real, b: Real) -> Real:
    """By how many samples an axis (in array order) b must move to lie on a, from the peak of their correlation.

    Circular, with a parabola through the peak's neighbours for the fraction. Raises InputError for other shapes.
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape:
        raise InputError(f"the two must have one shape, and {a.shape} and {b.shape} were given")
    import scipy.fft

    product_of_both = scipy.fft.rfftn(a) * np.conj(scipy.fft.rfftn(b))
    peaks = scipy.fft.irfftn(product_of_both, s=a.shape)
    at = np.unravel_index(int(np.argmax(peaks)), peaks.shape)
    found = []
    for axis, (place, n) in enumerate(zip(at, a.shape, strict=True)):
        near = [float(peaks[(*at[:axis], (place + step) % n, *at[axis + 1 :])]) for step in (-1, 0, 1)]
        bend = near[0] - 2 * near[1] + near[2]
        fraction = 0.5 * (near[0] - near[2]) / bend if bend < 0 else 0.0
        found.append((place + n // 2) % n - n // 2 + fraction)
    return np.array(found)


def normalised_correlation(image: Real, template: Real) -> Real:
    """Pearson's correlation (−1 to 1) of a template with the image about every sample; 0 where the image is flat.

    The template's centre k // 2 lies on the sample; beyond the edge the image is mirrored (Lewis 1995, Vision
    Interface, 120). Raises InputError for a template without contrast.
    """
    picture, pattern = np.asarray(image, float), np.asarray(template, float)
    pattern = pattern - pattern.mean()
    energy = float(np.sum(pattern**2))
    if energy == 0:
        raise InputError("the template has the same value everywhere; give one with some contrast")
    window = np.ones(pattern.shape)
    # about the mean, so that the variance is not the small difference of two large numbers
    centred = picture - picture.mean()
    sums = correlate(centred, window, "reflect", "auto")
    squares = correlate(centred**2, window, "reflect", "auto")
    spread = np.maximum(squares - sums**2 / window.size, 0)
    found = correlate(centred, pattern, "reflect", "fft")
    flat = spread <= 1e-12 * max(float(spread.max()), 1e-300)
    return np.where(flat, 0.0, found / np.sqrt(np.where(flat, 1.0, spread) * energy))


def _checked(x: Real, kernel: Real, boundary: str) -> tuple[Real, Real]:
    x, kernel = np.asarray(x), np.asarray(kernel)
    if x.ndim != kernel.ndim or x.ndim not in (1, 2, 3):
        raise InputError(
            f"array and kernel must have one number of axes, one to three, and {x.ndim} and {kernel.ndim} were given"
        )
    if boundary not in _PADDING:
        raise InputError(f"the boundary must be zero, wrap or reflect, and {boundary!r} was given")
    if boundary != "zero" and any(k > n for k, n in zip(kernel.shape, x.shape, strict=True)):
        raise InputError(
            f"a kernel of {kernel.shape} reaches beyond a {boundary}ped copy of {x.shape}; use the boundary zero, or a "
            "smaller kernel"
        )
    if np.result_type(x, kernel).kind not in "fc":
        x = x.astype(np.float64)
    return x, kernel.astype(np.result_type(x.dtype, np.float32 if kernel.dtype.kind != "c" else np.complex64))


def _padded(x: Real, shape: tuple[int, ...], boundary: str) -> Real:
    """x with the samples beyond its edges that a kernel of this shape reaches."""
    reach = [(k - 1 - k // 2, k // 2) for k in shape]
    return np.pad(x, reach, mode=_PADDING[boundary])


def _direct(padded: Real, kernel: Real, shape: tuple[int, ...]) -> Real:
    from .kernels.convolve import direct

    return direct(padded, kernel, shape)


def _through_transform(padded: Real, kernel: Real, shape: tuple[int, ...]) -> Real:
    """The same part of the convolution by the theorem: circular on ``padded``, whose margin takes what comes round."""
    import scipy.fft

    size = [scipy.fft.next_fast_len(n, real=True) for n in padded.shape]
    axes = tuple(range(padded.ndim))
    if np.iscomplexobj(padded) or np.iscomplexobj(kernel):
        whole: Real = scipy.fft.ifftn(
            scipy.fft.fftn(padded, size, axes) * scipy.fft.fftn(kernel, size, axes), axes=axes
        )
    else:
        both = scipy.fft.rfftn(padded, size, axes) * scipy.fft.rfftn(kernel, size, axes)
        whole = scipy.fft.irfftn(both, size, axes)
    part = tuple(slice(k - 1, k - 1 + n) for k, n in zip(kernel.shape, shape, strict=True))
    return np.ascontiguousarray(whole[part])


def _axis_by_axis(x: Real, factors: tuple[Real, ...], boundary: str) -> Real:
    for axis, factor in enumerate(factors):
        shape = [1] * x.ndim
        shape[axis] = len(factor)
        kernel = factor.reshape(shape).astype(np.result_type(x.dtype, factor.dtype) if x.dtype.kind == "c" else x.dtype)
        x = _direct(_padded(x, kernel.shape, boundary), kernel, x.shape)
    return x


def _beyond(x: Real, at: tuple[int, ...], boundary: str) -> Any:
    """The sample at a place that may lie beyond the edge."""
    inside = []
    for place, n in zip(at, x.shape, strict=True):
        if boundary == "zero" and not 0 <= place < n:
            return 0.0
        if boundary == "reflect":
            turn = place % max(1, 2 * n - 2)
            inside.append(min(turn, 2 * n - 2 - turn) if n > 1 else 0)
        else:
            inside.append(place % n)
    return x[tuple(inside)]
