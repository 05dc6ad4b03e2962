"""A specimen cut into slices across the beam, each as its projected potential in V Å, made when it is asked for.

Atoms belong to the slice in which their centre lies, with the whole of their projected potential, as in Kirkland 2020,
section 6.4 and in abTEM's infinite projection; or each is shared linearly between the two nearest slices, which makes
the slices continuous in z. A map is cut by adding whole voxels. The potential of atoms is exact below the band limit of
`multislice`, two thirds of Nyquist, and empty beyond: a multislice calculation can use no more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np

from ..base import units
from ..base.arrays import Array, is_torch
from ..base.errors import InputError
from ..data.atoms import Atoms
from ..data.volume import Volume, checked_pixel
from ..maths import fourier
from .factors import Table
from .potential import singular

Real = np.ndarray[Any, Any]
#: Waves and potentials are kept below this part of Nyquist, so that their products do not alias. Kirkland 2020, 6.8.
BAND = 2 / 3
#: Over this part of 1/pixel the edge of the band falls to zero as half a cosine.
TAPER = 0.01
#: Relative size of what the singular functions of the scattering factors leave out: a part in a thousand of the wave.
TOLERANCE = 1e-3
#: Å³ of solvent that a heavy atom of protein and its hydrogens displace: 14.2 Da at 1.21 Å³ a dalton; Harpaz, Gerstein
#: & Chothia 1994 (Structure 2, 641). Its edge is that of a Gaussian of 1.5 Å, as a B-factor.
DISPLACED = 17.2
SMEARED = 8 * np.pi**2 * 1.5**2
Sharing = Literal["whole", "linear"]


class Slices(Protocol):
    """Slices in the order in which the beam meets them, towards larger z."""

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx) of the field."""

    @property
    def pixel(self) -> float:
        """Å."""

    @property
    def thickness(self) -> float:
        """Å of each slice."""

    @property
    def exit_z(self) -> float:
        """z in Å of the plane that the wave has reached: slices act at their middles, and propagation follows each."""

    @property
    def tensor(self) -> bool:
        """Whether the slices are torch tensors, with gradients."""

    def __len__(self) -> int:
        """How many there are."""

    def __getitem__(self, index: int) -> Array:
        """The projected potential (ny, nx) of one, in V Å."""


def projected(slices: Slices) -> Array:
    """The sum of all slices (ny, nx) in V Å: what is left where the specimen is taken to be thin."""
    total = slices[0]
    for index in range(1, len(slices)):
        total = total + slices[index]
    return total


def cut(
    specimen: Atoms | Volume,
    shape: int | tuple[int, int] | None = None,
    pixel: float | None = None,
    thickness: float = 2.0,
    *,
    table: Table = "peng",
    bfactor: float | None = None,
    scale: float = 1.0,
    solvent: float = 0.0,
    sharing: Sharing = "whole",
    extent: tuple[float, float] | None = None,
) -> Slices:
    """Slices of about ``thickness`` Å of a structure or of a potential in V.

    A structure needs ``shape`` (n or (ny, nx)) and ``pixel`` in Å; its coordinates are relative to the centre n // 2,
    and wrap where they leave the field. ``extent`` (z from, z to) in Å defaults to its own. ``solvent`` is the
    potential in V of what the atoms displace (4.5 V for ice of isolated atoms): each heavy atom takes the place of
    DISPLACED Å³ of it, smeared as a Gaussian. A Volume is cut at whole voxels, and its own centre is z = 0;
    neighbouring voxels make a slice, for adding every n-th would be another specimen. Raises InputError.
    """
    if not thickness > 0:
        raise InputError(f"a slice needs a thickness above 0 Å, and {thickness:g} was given")
    if isinstance(specimen, Volume):
        return VolumeSlices(specimen, max(1, round(thickness / specimen.pixel)), scale)
    if shape is None or pixel is None:
        raise InputError("slices of a structure need the shape of the field in pixels and the pixel in Å")
    if not len(specimen):
        raise InputError("slices need atoms, and the structure has none")
    ny, nx = (shape, shape) if isinstance(shape, int) else shape
    z = specimen.positions[:, 2]
    low, high = (float(z.min()), float(z.max())) if extent is None else extent
    if not low <= z.min() or not z.max() <= high:
        raise InputError(
            f"the structure reaches from {z.min():.1f} to {z.max():.1f} Å along the beam, beyond {low:g} to {high:g}"
        )
    count = max(1, int(np.ceil((high - low) / thickness - 1e-9)))
    field = (ny, nx), checked_pixel(pixel)
    return AtomSlices(*field, thickness, specimen, low, count, table, bfactor, scale, solvent, sharing)


@dataclass(frozen=True)
class VolumeSlices:
    """A map of potential in V, added up ``voxels`` at a time along z."""

    volume: Volume
    voxels: int
    scale: float = 1.0

    @property
    def tensor(self) -> bool:
        """Whether the map is a torch tensor."""
        return is_torch(self.volume.data)

    @property
    def shape(self) -> tuple[int, int]:
        """(ny, nx) of the field."""
        _, ny, nx = self.volume.data.shape
        return ny, nx

    @property
    def pixel(self) -> float:
        """Å."""
        return self.volume.pixel

    @property
    def thickness(self) -> float:
        """Å of each slice; the last may hold fewer voxels and is as thick as the others."""
        return float(self.voxels * self.volume.pixel)

    def __len__(self) -> int:
        return -(-int(self.volume.data.shape[0]) // self.voxels)

    def __getitem__(self, index: int) -> Array:
        part = self.volume.data[index * self.voxels : (index + 1) * self.voxels]
        return part.sum(0) * (self.pixel * self.scale)

    @property
    def exit_z(self) -> float:
        """Å above the voxel n // 2."""
        nz = self.volume.data.shape[0]
        return float(((len(self) + 0.5) * self.voxels - nz // 2 - 0.5) * self.pixel)


@dataclass(frozen=True)
class AtomSlices:
    """Slices of atoms; see `cut`. Each is made of a few transforms whatever the number of elements and B-factors."""

    shape: tuple[int, int]
    pixel: float
    thickness: float
    atoms: Atoms
    low: float
    count: int
    table: Table
    bfactor: float | None
    scale: float
    solvent: float
    sharing: Sharing

    def turned(self, atoms: Atoms, low: float, count: int) -> AtomSlices:
        """The same atoms in other places, in ``count`` slices from z = ``low`` on; what is kept of them is shared."""
        other = replace(self, atoms=atoms, low=low, count=count)
        other.__dict__["_spectral"] = self._spectral
        return other

    def __len__(self) -> int:
        return self.count

    @property
    def tensor(self) -> bool:
        """Never; see `differentiable` for atoms with gradients."""
        return False

    @property
    def exit_z(self) -> float:
        """Å."""
        return self.low + (self.count + 0.5) * self.thickness

    @cached_property
    def _places(self) -> tuple[Real, Real]:
        ny, nx = self.shape
        x, y = self.atoms.positions[:, 0] / self.pixel + nx // 2, self.atoms.positions[:, 1] / self.pixel + ny // 2
        return y.astype(np.float32), x.astype(np.float32)

    @cached_property
    def _members(self) -> list[tuple[Real, Real | None]]:
        """The atoms of each slice, and their shares in it."""
        height = (self.atoms.positions[:, 2] - self.low) / self.thickness
        if self.sharing == "whole":
            own = np.clip(height.astype(int), 0, self.count - 1)
            order = np.argsort(own, kind="stable")
            edges = np.searchsorted(own[order], np.arange(self.count + 1))
            return [(order[a:b], None) for a, b in pairwise(edges)]
        height = np.clip(height - 0.5, 0, self.count - 1)
        near = [np.flatnonzero(np.abs(height - i) < 1) for i in range(self.count)]
        return [(which, 1 - np.abs(height[which] - i)) for i, which in enumerate(near)]

    @cached_property
    def _spectral(self) -> tuple[Real, Real]:
        """Weights (r, atoms) complex64 in pairs, and their factors (2r, ny, m) float32 on the m columns of the band."""
        from ..maths.kernels.splat import kernel_transform

        ny, nx = self.shape
        limit = aperture(self.shape, self.pixel)
        ky, kx = fourier.frequencies1(ny, self.pixel)[:, None], fourier.half_frequencies1(nx, self.pixel)[None]
        kx = kx[:, : limit.shape[1]]
        radii = np.linspace(0, BAND / (2 * self.pixel), 1024)
        weights, functions = singular(self.atoms, radii, self.bfactor, self.table, TOLERANCE, by_count=True)
        if self.solvent:
            heavy = np.asarray(self.atoms.occupancies) * (np.asarray(self.atoms.elements) != "H")
            volume = -self.solvent * DISPLACED / units.POTENTIAL_PER_SCATTERING_LENGTH / self.scale
            weights = np.concatenate([weights, heavy[None]])
            functions = np.concatenate([functions, volume * np.exp(-SMEARED * radii[None] ** 2 / 4)])
        if len(weights) % 2:
            weights, functions = (np.concatenate([v, 0 * v[:1]]) for v in (weights, functions))
        window = kernel_transform(ky * self.pixel) * kernel_transform(kx * self.pixel)
        constant = self.scale * units.POTENTIAL_PER_SCATTERING_LENGTH / self.pixel**2 / 2
        s, shape = np.hypot(ky, kx), limit * constant / window
        factors = np.stack([np.interp(s, radii, f) * shape for f in functions]).astype(np.float32)
        return np.ascontiguousarray(weights[::2] + 1j * weights[1::2], np.complex64), factors

    def __getitem__(self, index: int) -> Real:
        from scipy import fft

        from ..maths.kernels import splat

        weights, factors = self._spectral
        ny, nx = self.shape
        which, shares = self._members[index]
        if shares is not None:
            weights = weights.copy()
            weights[:, which] *= shares.astype(np.float32)
        planes = np.zeros((len(weights), ny, nx), np.complex64)
        splat.spread(*self._places, weights, which, planes)
        columns = np.empty((len(weights), ny, 2 * factors.shape[2] - 1), np.complex64)
        for plane, kept in zip(fft.fft(planes, axis=2, overwrite_x=True), columns, strict=True):
            splat.gather(plane, kept)
        half = np.empty(factors.shape[1:], np.complex64)
        splat.combine(fft.fft(columns, axis=1, overwrite_x=True), factors, half)
        return np.asarray(fft.irfft(fft.ifft(half, axis=0, overwrite_x=True), nx, axis=1))


def aperture(shape: tuple[int, int], pixel: float) -> Real:
    """The band limit on the columns 0 … m−1 of a half plane, (ny, m): 1 inside of BAND of Nyquist, 0 beyond.

    Its edge is soft over TAPER. Columns from m on, and their mates, are 0 in every row, so that they can be left out.
    """
    ny, nx = shape
    s = np.hypot(fourier.frequencies1(ny, pixel)[:, None], fourier.half_frequencies1(nx, pixel)[None])
    edge = (s - BAND / (2 * pixel)) * (pixel / TAPER) + 1
    limit = np.where(edge >= 1, 0, np.cos(np.pi / 2 * np.clip(edge, 0, 1)) ** 2)
    return np.asarray(limit[:, : int((limit[0] > 0).sum())], np.float32)


def whole_plane(half: Real, nx: int | None = None) -> Real:
    """An even function on columns 0 … m−1 of a half plane, on the 2m−1 columns of both signs, or on all nx of them."""
    mates = half[-np.arange(len(half)) % len(half), :0:-1]
    between = () if nx is None else (np.zeros((len(half), nx - 2 * half.shape[1] + 1), half.dtype),)
    return np.concatenate([half, *between, mates], axis=1)
