"""Slices as planes: where a view's image stands around a specimen, and where its transform lies in the Fourier cube."""

from __future__ import annotations

from typing import Any

import numpy as np

from underfocus.maths import fourier
from underfocus.show.scene import Arrow, Item, Path, Plane, Tint, cube

Real = np.ndarray[Any, Any]
#: Decades of modulus that a slice is painted with, from the strongest downwards.
DECADES = 3.0


def axes(rotation: Any) -> tuple[Real, Real, Real]:
    """The image's x, its y and the view direction as vectors in the specimen: the rows of a rotation (3, 3)."""
    x, y, view = np.asarray(rotation, float)
    return x, y, view


def spectrum(picture: Any) -> Real:
    """log₁₀ of a picture's modulus over its largest, (n − 1, n − 1) with the origin in the middle; n is even.

    The row and the column at −n/2, which have no partner at +n/2, are left out, so that the plane is the same on both
    sides of the origin.
    """
    found = np.abs(fourier.display(fourier.fft2(np.asarray(picture, float)), len(picture)))[1:, 1:]
    return np.asarray(np.log10(np.maximum(found / max(found.max(), 1e-30), 10**-DECADES)))


def slice_plane(rotation: Any, picture: Any, half: float, opacity: float = 0.85) -> Plane:
    """The central plane of a view in the Fourier cube of half width ``half``, painted with the picture's modulus."""
    x, y, _ = axes(rotation)
    data = spectrum(picture)
    return Plane((0, 0, 0), half * x, half * y, data, opacity=opacity, colour="viridis", limits=(-DECADES, 0.0))


def image_plane(rotation: Any, picture: Any, half: float, distance: float, limits: tuple[float, float]) -> Plane:
    """A picture where the beam leaves it: across the view direction, ``distance`` behind the specimen."""
    x, y, view = axes(rotation)
    return Plane(distance * view, half * x, half * y, np.asarray(picture), opacity=0.95, limits=limits)


def rim(rotation: Any, radius: float, tint: Tint = "faint", label: str = "", width: float = 1.5) -> Path:
    """The circle of a radius in the plane of a view: the edge of what a round slice holds."""
    x, y, _ = axes(rotation)
    turn = np.linspace(0, 2 * np.pi, 49)[:, None]
    return Path(radius * (np.cos(turn) * x + np.sin(turn) * y), label=label, tint=tint, width=width)


def beam(rotation: Any, length: float, label: str = "") -> Arrow:
    """The way of the beam through the specimen in a view."""
    _, _, view = axes(rotation)
    return Arrow(-length * view, length * view, label)


def fourier_cube(rotations: Any, pictures: Any, half: float, painted: int = 8) -> tuple[Item, ...]:
    """The cube with a slice for each of the rotations (m, 3, 3) and pictures (m, n, n).

    The first ``painted`` are planes, the later ones their rims alone: more planes would hide each other. The latest
    slice has a rim in the accent colour.
    """
    items: list[Item] = [cube(half)]
    for i, (rotation, picture) in enumerate(zip(np.asarray(rotations), pictures, strict=True)):
        if i < painted:
            items.append(slice_plane(rotation, picture, half))
        if i < len(rotations) - 1:
            items.append(rim(rotation, half))
    items.append(rim(rotations[-1], half, "accent", "the latest slice", 2.5))
    return tuple(items)
