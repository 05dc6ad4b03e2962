"""Projections of a density along the beam: central slices of its transform, and rays through the voxels as their twin.

A projection is the sum over voxels along z of V(Rᵀ(x, y, z)), so that its transform is the plane V̂(Rᵀ(kx, ky, 0)) as it
stands; a potential in V gives V·Å when multiplied by the pixel. De Rosier & Klug 1968 (Nature 217, 130).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from ..base.arrays import Array, is_torch, like, namespace, to_numpy
from ..base.errors import InputError
from ..data.images import Images
from ..data.pose import Pose
from ..data.volume import Volume
from ..maths import fourier, sampling
from ..maths.kernels import plain
from ..maths.kernels.grid import padded_transform, ungrid
from . import aberrations

#: From this many values on the compiled kernel is worth loading.
FAST_FROM = 1 << 18


def transform(volume: Array, pad: int = 2) -> Array:
    """The half transform (N, N, N//2+1), N = pad·n, of a density (n, n, n), ready for central slices.

    The density is divided beforehand by what linear interpolation between the samples will multiply it with.
    """
    n = volume.shape[0]
    if volume.shape != (n, n, n):
        raise InputError(f"a density must be a cube, and its shape is {tuple(volume.shape)}; pad or crop it first")
    if pad < 1:
        raise InputError(f"pad must be at least 1, and {pad} was given")
    density = ungrid(volume, pad * n)
    return fourier.fft3(sampling.pad(density, pad * n, 3)) if is_torch(volume) else padded_transform(density, pad * n)


def slices(
    volume_ft: Array,
    pose: Pose,
    n: int,
    pixel: float,
    radius: float | None = None,
    magnification: Array | None = None,
) -> Array:
    """Transforms (m, n, n//2+1) of the projections of a `transform` in the given poses, shifts included; its dtype.

    ``magnification`` (m, 2, 2) carries image frequencies to the specimen's: see `aberrations.magnifications`.
    """
    planes = central(volume_ft, pose, n, radius, magnification)
    return _shifted(planes, _views(pose, volume_ft)[1], pixel, volume_ft.dtype)


def central(
    volume_ft: Array, pose: Pose, n: int, radius: float | None = None, magnification: Array | None = None
) -> Array:
    """The same (m, n, n//2+1) without the poses' shifts: every projection lies in the middle."""
    rotations, reach = aberrations.carried(_views(pose, volume_ft)[0], magnification)
    if reach > 1:
        radius = plain.checked_radius(n, volume_ft.shape[0], radius) / reach
    if is_torch(volume_ft) or len(rotations) * n * (n // 2 + 1) < FAST_FROM:
        return plain.extract(volume_ft, rotations, n, radius)
    from ..maths.kernels import linear

    return linear.extract(volume_ft, rotations, n, radius)


def _shifted(planes: Array, shifts: Array, pixel: float, dtype: Any) -> Array:
    """Planes (m, n, n//2+1) moved by shifts (m, 2) in Å, in a complex dtype."""
    xp = namespace(planes)
    planes = xp.astype(planes, dtype, copy=False)
    for factor in fourier.shift_factors2(planes.shape[1], pixel, shifts):
        planes = planes * xp.astype(factor, dtype, copy=False)
    return planes


def slicer(
    volume: Volume | Array,
    *,
    pixel: float | None = None,
    pad: float | None = None,
    radius: float | None = None,
    tolerance: float | None = None,
) -> Callable[[Pose], Array]:
    """A function from poses to the transforms (m, n, n//2+1) of their projections; the density's is made once, here.

    The arguments are those of `project`, which is this and one transform back.
    """
    data, size = _density(volume, pixel)
    if tolerance is not None:
        return _exact_slicer(data, size, pad, radius, tolerance)
    grid, n = transform(data, _whole(pad)), data.shape[0]
    return lambda pose: slices(grid, pose, n, size, radius)


def _exact_slicer(
    data: Array, pixel: float, pad: float | None, radius: float | None, error: float
) -> Callable[[Pose], Array]:
    """Slices of a density to a relative error, by a kernel that is wide enough for it."""
    if is_torch(data):
        raise InputError("projections to a tolerance are made of numpy arrays, and a tensor was given; leave it out")
    if data.shape != (len(data),) * 3:
        raise InputError(f"a density must be a cube, and its shape is {tuple(data.shape)}; pad or crop it first")
    from ..maths.kernels import kaiser, window

    grid = kaiser.transform(data, window.design(len(data), error, pad))

    def planes(pose: Pose) -> Array:
        rotations, shifts = _views(pose, data)
        found = kaiser.extract(grid, rotations, radius)
        return _shifted(found, shifts, pixel, np.result_type(data.dtype, np.complex64))

    return planes


def _views(pose: Pose, reference: Array) -> tuple[Array, Array]:
    """Rotations (m, 3, 3) and shifts (m, 2) of the kind of the reference."""
    rotations = like(pose.rotation, reference).reshape(-1, 3, 3)
    shifts = like(pose.shift, reference).reshape(-1, 2)
    return rotations, shifts + 0 * rotations[:, 0, :2]


def project(
    volume: Volume | Array,
    pose: Pose,
    *,
    pixel: float | None = None,
    pad: float | None = None,
    radius: float | None = None,
    tolerance: float | None = None,
) -> Images:
    """Projections of a density in the given poses: Images (m, n, n), without CTF, shifted as the poses say.

    An array takes its ``pixel`` in Å (default 1). ``radius`` in image pixels cuts the transform; the default keeps all
    that lies within the sphere of Nyquist. Without a ``tolerance`` slices are interpolated linearly, in a transform of
    ``pad`` times the box (default 2, a whole number): an error of about 1 %. With one, 1e-5 to 0.5, the relative error
    is below it, by a wider kernel in a transform as large as it needs, or as ``pad`` says. A torch density, taken
    without a tolerance, gives torch images with gradients to it and to the pose.
    """
    data, size = _density(volume, pixel)
    planes = slicer(data, pixel=size, pad=pad, radius=radius, tolerance=tolerance)(pose)
    return Images(fourier.ifft2(planes, data.shape[0]), size)


def _whole(pad: float | None) -> int:
    if pad is not None and pad != int(pad):
        raise InputError(f"linear interpolation pads by a whole number, and {pad:g} was given; or give a tolerance")
    return 2 if pad is None else int(pad)


def _density(volume: Volume | Array, pixel: float | None) -> tuple[Array, float]:
    if isinstance(volume, Volume):
        return volume.data, volume.pixel if pixel is None else pixel
    return volume, 1.0 if pixel is None else pixel


def rays(
    volume: Volume | Array, pose: Pose, *, pixel: float | None = None, order: Literal[1, 2, 3, 4, 5] = 3
) -> Images:
    """The same projections as a textbook draws them: the density is sampled along every ray and summed. numpy only.

    ``order`` is that of the spline between voxels; outside of the box the density is zero.
    """
    from scipy.ndimage import map_coordinates

    data, pixel = _density(volume, pixel)
    data = to_numpy(data)
    n = data.shape[0]
    rotations, shifts = (to_numpy(v) for v in _views(pose, np.empty(0)))
    along = np.arange(n) - n // 2
    z, y, x = np.meshgrid(along, along, along, indexing="ij")
    images: list[np.ndarray[Any, Any]] = []
    for rotation, (shift_x, shift_y) in zip(rotations, shifts / pixel, strict=True):
        seen = np.stack([x - shift_x, y - shift_y, z], axis=-1) @ rotation  # rows times R are Rᵀ times columns
        places = np.moveaxis(seen[..., ::-1], -1, 0) + n // 2
        images.append(map_coordinates(data, places, order=order).sum(axis=0))
    return Images(np.stack(images), pixel)
