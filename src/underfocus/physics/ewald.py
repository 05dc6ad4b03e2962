"""The Ewald sphere: a thick specimen's linear image, in which each side of the spectrum sees another curved slice.

To first order in the potential an image is  i·σ[ e^{iγ'} V̂(k, −s_z) − e^{−iγ'} V̂(k, +s_z) ],  γ' = γ + asin w,
with s_z = λk²/2, since what lies at z has the defocus Δf + z: the two side bands, P and Q, lie on two spheres that
touch the central plane. Where the specimen is thin both are the central slice, and the bracket is 2i sin γ'. DeRosier
2000 (Ultramicroscopy 81, 83); Wolf, DeRosier & Grigorieff 2006 (Ultramicroscopy 106, 376); Russo & Henderson 2018
(Ultramicroscopy 187, 56).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base import units
from ..data.optics import Optics
from ..data.pose import Pose
from ..data.volume import Volume
from ..maths import fourier, nonuniform
from . import ctf

Real = np.ndarray[Any, Any]


def depth_of_field(length: float, voltage_kv: float) -> float:
    """The thickness in Å, d²/λ, at whose faces the defocus is wrong by π/2 of phase at a length of d Å."""
    return float(length**2 / units.wavelength(voltage_kv))


def resolution_limit(thickness: float, voltage_kv: float, factor: float = 1.4) -> float:
    """√(λt/factor) in Å: how fine a specimen of t Å can be seen with a flat Ewald sphere. DeRosier 2000 takes 0.7·2."""
    return float(np.sqrt(units.wavelength(voltage_kv) * thickness / factor))


def side_bands(ky: Real, kx: Real, optics: Optics) -> tuple[Real, Real]:
    """P and Q, i e^{iγ'} and −i e^{−iγ'} over 2, with the envelope: P + Q is the CTF where both see one slice.

    Shapes as `ctf.image_transfer`; complex128.
    """
    gamma = ctf.phase(ky, kx, optics) + np.arcsin(optics.amplitude_contrast)
    size = ctf.envelope(np.hypot(ky, kx), optics.bfactor) / 2
    return 1j * np.exp(1j * gamma) * size, -1j * np.exp(-1j * gamma) * size


def project(volume: Volume, pose: Pose, optics: Optics, *, sign: int = 1, tolerance: float = 1e-6) -> Real:
    """Linear images (m, n, n) of a density with the curvature of the Ewald sphere; `imaging.simulate` without it.

    ``sign`` −1 is the other hand: curvature tells a map from its mirror image, and projections do not. float64.
    """
    n, pixel = volume.n, volume.pixel
    ky, kx = (np.broadcast_to(k, (n, n // 2 + 1)) for k in fourier.frequencies2(n, pixel))
    height = sign * units.wavelength(float(np.mean(optics.voltage_kv))) * (kx**2 + ky**2) / 2
    rotations = np.asarray(pose.rotation).reshape(-1, 3, 3)
    shifts = np.broadcast_to(np.asarray(pose.shift).reshape(-1, 2), (len(rotations), 2))
    images = np.empty((len(rotations), n, n))
    grid = np.asarray(volume.data, np.complex128)
    for i, rotation in enumerate(rotations):
        own = optics[i] if optics.n is not None else optics
        total = np.zeros((n, n // 2 + 1), complex)
        for band, side in zip(side_bands(ky, kx, own), (-1, 1), strict=True):
            plane = np.stack([kx, ky, side * height], axis=-1).reshape(-1, 3) * pixel
            values = nonuniform.type2(grid, _folded(plane @ rotation), tolerance)
            total += band * values.reshape(total.shape)
        inside = np.hypot(kx, ky) < 0.5 / pixel
        images[i] = fourier.ifft2(total * inside * fourier.shift_phase2(n, pixel, shifts[i : i + 1])[0], n)
    return images


def _folded(frequencies: Real) -> Real:
    """Frequencies in cycles a sample within half a cycle of the origin: a transform repeats itself beyond."""
    return np.asarray(frequencies - np.rint(frequencies))
