"""The density that explains the images best: conjugate gradients on the normal equations, within a support.

To insert a slice into the transform and to take it out again is a convolution of the density, whose kernel is the
transform of the weights W = Σ CTF²: one pair of transforms an iteration, however many images there are (Wajer &
Pruessmann 2001, Proc. ISMRM, 767; Wang, Shkolnisky & Singer 2013, arXiv:1307.5824). Minimised is

    Σ |F − CTF · slice(m x)|²/σ² + Σ_k τ(k) |x̂(k)|²,

with m the support, σ²/|S|² = τ the prior, and a density of the truth's scale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base.parallel import cores
from ..maths import fourier
from ..maths.kernels.grid import cropped_inverse, padded_transform
from .restore import FLOOR, Summed, density

Real = np.ndarray[Any, Any]
#: Iterations from the direct inverse after which no more was gained, in the sets we looked at.
ITERATIONS = 6


@dataclass(frozen=True)
class NormalEquations:
    """A x = b of one set: ``kernel`` (N, N, N//2+1) is the transform of A's convolution kernel, ``right`` (n, n, n) b.

    The kernel has the prior in it; see the module for what is minimised. ``kept`` (n//2+1,) is the part of a shell's
    amplitude that the prior leaves.
    """

    kernel: Real
    right: Real
    kept: Real

    @property
    def n(self) -> int:
        """Voxels a side of the density."""
        return len(self.right)

    @property
    def largest(self) -> float:
        """An upper bound of A's eigenvalues: the kernel's largest value."""
        return float(self.kernel.max())

    def __call__(self, x: Real) -> Real:
        """A x (n, n, n): the density's convolution with the kernel, cropped to its box."""
        spread = padded_transform(x, self.kernel.shape[0])
        spread *= self.kernel
        return cropped_inverse(spread, self.n).astype(np.float32, copy=False)


def normal_equations(summed: Summed, prior: Real) -> NormalEquations:
    """Those of a set's sums; ``prior`` (n//2+3,) over shells, in units of the weight."""
    data, weight = summed.sums.totals()
    right = density(data, summed.sums)
    kernel = _freed_kernel(weight, summed.sums)
    penalty = _penalty(summed, prior)
    along = np.abs(np.fft.fftfreq(summed.sums.size)) * summed.sums.n
    plane = along[:, None] ** 2 + along[: summed.sums.size // 2 + 1] ** 2
    sums, counts = np.zeros(len(penalty) + 1), np.zeros(len(penalty) + 1)
    for z, own in enumerate(along):
        rho = np.sqrt(own**2 + plane)
        added = np.interp(rho, np.arange(len(penalty)), penalty).astype(np.float32)
        shell = (rho + 0.5).astype(int).ravel()
        sums += np.bincount(shell, (kernel[z] / np.maximum(kernel[z] + added, 1e-30)).ravel(), len(sums))
        counts += np.bincount(shell, minlength=len(sums))
        kernel[z] += added
    return NormalEquations(kernel, right, (sums / np.maximum(counts, 1))[: summed.sums.n // 2 + 1])


def rescaled(x: Real, equations: NormalEquations, radius: float) -> Real:
    """The density with the amplitude back that the prior took from each shell, up to the radius in image pixels."""
    n = len(x)
    curve = np.where(np.arange(n // 2 + 1) <= radius, 1 / np.maximum(equations.kept, 1e-3), 0.0)
    gain = np.interp(fourier.radius3(n, 1 / n), np.arange(len(curve)), curve, right=0.0).astype(np.float32)
    return np.asarray(fourier.ifft3(fourier.fft3(x, cores()) * gain, n, cores()), np.float32)


def _penalty(summed: Summed, prior: Real) -> Real:
    """τ over shells up to the corners; beyond the radius, where nothing was measured, as much as a typical weight."""
    radius = summed.sums.radius
    samples = summed.samples
    curve = np.full(int(np.sqrt(3) * summed.sums.n / 2) + 3, samples[int(radius)])
    within = int(radius) + 1
    curve[:within] = (prior + FLOOR * samples)[:within]
    return curve


def _freed_kernel(weight: Real, sums: Any) -> Real:
    """The transform of the weights' inverse transform, freed from the interpolation; its values are at least 0."""
    from scipy import fft

    size = sums.size
    box = fft.irfftn(weight, (size,) * 3, workers=cores())
    factor = sums.correction(size)[(np.arange(size) + size // 2) % size].astype(np.float32)
    for shape in ((-1, 1, 1), (1, -1, 1), (1, 1, -1)):
        box *= factor.reshape(shape)
    return np.asarray(np.maximum(fft.rfftn(box, workers=cores(), overwrite_x=True).real, 0), np.float32)


def conjugate_gradients(
    equations: NormalEquations,
    support: Real,
    start: Real,
    iterations: int = ITERATIONS,
    each: Callable[[int, Real], None] | None = None,
) -> Real:
    """The density m y (n, n, n), y having gone down m A m y = m b by conjugate gradients from ``start``.

    Few iterations regularise by themselves: what many slices agree upon comes first. ``each`` is told the number and
    the density after every one. Hestenes & Stiefel 1952 (J. Res. NBS 49, 409).
    """
    mask = np.asarray(support, np.float32)
    y = np.where(mask > 0, start, 0).astype(np.float32)
    residual = mask * (equations.right - equations(mask * y))
    direction = residual.copy()
    power = _dot(residual, residual)
    for number in range(iterations):
        if power == 0:
            break
        image = mask * equations(mask * direction)
        step = power / _dot(direction, image)
        y += np.float32(step) * direction
        residual -= np.float32(step) * image
        previous, power = power, _dot(residual, residual)
        direction = residual + np.float32(power / previous) * direction
        if each is not None:
            each(number + 1, mask * y)
    return mask * y


def landweber(
    equations: NormalEquations,
    support: Real,
    iterations: int,
    positive: bool = False,
    each: Callable[[int, Real], None] | None = None,
) -> Real:
    """x + (b − A x)/λ again and again from nothing: the iteration behind SIRT, shown for how it converges.

    Frequencies that many slices cross arrive first, thinly sampled ones late, and noise last of all. ``positive`` sets
    negative densities to zero after each step, as SIRT does. λ is an upper bound of A's eigenvalues. Landweber 1951
    (Am. J. Math. 73, 615); Gilbert 1972 (J. Theor. Biol. 36, 105).
    """
    mask = np.asarray(support, np.float32)
    x = np.zeros_like(equations.right)
    for number in range(iterations):
        x += mask * (equations.right - equations(x)) * np.float32(1 / equations.largest)
        if positive:
            np.maximum(x, 0, out=x)
        if each is not None:
            each(number + 1, x)
    return x


def _dot(a: Real, b: Real) -> float:
    """Sums of products in float64."""
    return float(np.einsum("zyx,zyx->", a, b, dtype=np.float64))
