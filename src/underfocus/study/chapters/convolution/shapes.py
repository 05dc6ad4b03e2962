"""Lines and pictures of the chapters on convolution: what slides, what is sampled, what a kernel makes of a picture."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from underfocus.maths import continuous, stencils

Real = np.ndarray[Any, Any]
Shape = Literal["box", "ramp", "Gaussian", "two peaks", "edge"]
Kernel = Literal["Gaussian", "box", "Sobel, along x", "Sobel, along y", "Laplacian", "sharpen"]
SHAPES: tuple[Shape, ...] = ("box", "ramp", "Gaussian", "two peaks", "edge")


def shape(name: Shape, x: Real) -> Real:
    """A function of about four units' width, at places x (…)."""
    inside = np.abs(x) <= 2
    values = {
        "box": np.where(inside, 1.0, 0.0),
        "ramp": np.where(inside, (x + 2) / 4, 0.0),
        "Gaussian": np.exp(-np.pi * x**2 / 4),
        "two peaks": np.exp(-np.pi * (x - 2.5) ** 2) + np.exp(-np.pi * (x + 2.5) ** 2),
        "edge": np.where(x > 0, 1.0, 0.0) * np.where(x < 6, 1.0, 0.0),
    }
    return np.asarray(values[name])


def snapshot(g: Shape, h: Shape, at: float, t: Real) -> tuple[Real, Real]:
    """g(t) and h(at − t): the two factors under the integral."""
    return shape(g, t), shape(h, at - t)


def slid(g: Shape, h: Shape, places: Real, step: float = 0.01) -> Real:
    """(g * h)(x₀) at places x₀ (m,): the area under the product, summed in steps."""
    t = np.arange(-12, 12, step)
    return np.array([step * float(np.sum(np.prod(snapshot(g, h, float(x0), t), axis=0))) for x0 in places])


def homework(x: Any) -> Any:
    """The function of the lecture's homework: a Gaussian at 2 less one at −2."""
    return np.exp(-np.pi * (x - 2) ** 2) - np.exp(-np.pi * (x + 2) ** 2)


def homework_transform(u: Any) -> Real:
    """Its transform, by quadrature."""
    return continuous.transform(homework, u, (-8.0, 8.0))[0]


def gaussians_convolved(rates: tuple[Any, ...], x: Any) -> Real:
    """e^{−a x²} * e^{−b x²} * … at x, summed on a grid fine enough for Gaussians to be exact.

    ``rates`` and x are numbers or arrays of one shape.
    """
    t = np.arange(-2000, 2001) * 0.0125
    found = []
    rows = np.broadcast_arrays(np.asarray(x, float), *(np.asarray(r, float) for r in rates))
    for place, *own in zip(*(r.ravel() for r in rows), strict=True):
        line = np.exp(-own[0] * t**2)
        for rate in own[1:-1]:
            line = 0.0125 * np.convolve(line, np.exp(-rate * t**2), "same")
        found.append(0.0125 * float(np.sum(line * np.exp(-own[-1] * (place - t) ** 2))))
    return np.array(found).reshape(rows[0].shape)


def kernel(name: Kernel, size: float) -> Real:
    """A kernel of image processing; ``size`` in pixels is σ of the Gaussian and half the side of the box."""
    if name == "Gaussian":
        return stencils.gaussian(size)
    if name == "box":
        return stencils.box(2 * round(size) + 1)
    if name.startswith("Sobel"):
        return stencils.sobel(1 if name.endswith("x") else 0)
    return stencils.laplacian() if name == "Laplacian" else stencils.sharpen()
