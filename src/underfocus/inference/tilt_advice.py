"""Whether to tilt the stage, and how far: what a tilt adds to the directions sampled against what it costs in signal.

Of each Fourier shell the SSNR in direction d is taken as S(s)·Sp(d)·x: S is what even views of an untilted film would
give, Sp the sampling of `validation.orientation`, x the signal that is left at that tilt (`physics.tilt_cost`). The
measure of information is Shannon's: log₂(1 + SSNR) bits a Fourier voxel, so that a second look at a direction is worth
less than a first look at an empty one. A tilt is judged by the mean over all directions plus that over the quarter of
them that is served worst, because a map is read in all directions and believed no further than its worst ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..base.arrays import generator
from ..base.errors import InputError
from ..data.pose import Pose
from ..maths import sphere, symmetry
from ..physics import tilt_cost
from ..samples import views
from ..validation import directional, orientation

Real = np.ndarray[Any, np.dtype[np.float64]]
Scheme = float | Sequence[float]
#: Tilts that are compared: what stages and grids allow without much shadow.
TILTS = (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0)
#: SSNR of a half map where its FSC with the other is 0.143.
AT_LIMIT = 0.143 / (1 - 0.143)
#: Shells up to this many times the limit's frequency are looked at.
BEYOND = 1.5
SHELLS = 40
#: One in so many directions is looked at apart: those served worst.
WORST = 4
#: Slices (symmetry mates counted) whose sampling is counted; of more particles that many are drawn.
MOST = 200_000
#: A tilt has to gain this much information over a gentler one, for what the model leaves out (drift, crowding, CTF).
WORTH = 0.02


@dataclass(frozen=True)
class Limit:
    """The map that even, untilted views would give: half maps reach FSC 0.143 at ``resolution`` Å, SSNR falling with B.

    S(s) = 1/6 · (s₀/s) · exp(−B(s² − s₀²)/2) for s₀ = 1/resolution: B of amplitudes, and slices per voxel as 1/s.
    """

    resolution: float = 4.0
    bfactor: float = 100.0

    def __post_init__(self) -> None:
        if not self.resolution > 0 or self.bfactor < 0:
            raise InputError(
                "a limit needs a resolution above 0 Å and a B-factor of at least 0 Å², "
                f"and {self.resolution:g} and {self.bfactor:g} were given"
            )

    @property
    def shells(self) -> Real:
        """Frequencies (s,) in 1/Å that are looked at."""
        return np.asarray((np.arange(SHELLS) + 1) * BEYOND / self.resolution / SHELLS)

    def ssnr(self, s: Real) -> Real:
        """S(s): the SSNR of half maps from even, untilted views."""
        at = 1 / self.resolution
        return np.asarray(AT_LIMIT * at / s * np.exp(-self.bfactor * (s**2 - at**2) / 2))


@dataclass(frozen=True)
class Tilting:
    """One line of the table: a tilt, or several that share the particles equally, and what it would give.

    SCF, SCF* and the ``empty`` part of directions; the predicted cFAR; ``snr`` of an image over an untilted one;
    bits of information a Fourier voxel, over all directions and over the quarter of them served worst.
    """

    tilts: tuple[float, ...]
    scf: float
    scf_star: float
    empty: float
    cfar: float
    snr: float
    bits: float
    worst_bits: float

    @property
    def score(self) -> float:
        """What tilts are compared by: mean bits over all directions plus those of the quarter that is served worst."""
        return self.bits + self.worst_bits

    @property
    def name(self) -> str:
        """The tilts in words: 0°, 40°, 0° + 40°."""
        return " + ".join(f"{t:g}°" for t in self.tilts)


@dataclass(frozen=True)
class Advice:
    """The table, which line of it is advised, and the even views that it is measured against."""

    table: tuple[Tilting, ...]
    chosen: Tilting
    untilted: Tilting
    thickness_nm: float

    @property
    def sentence(self) -> str:
        """The advice and its reason."""
        best, now = self.chosen, self.untilted
        if best.tilts == now.tilts:
            return f"Do not tilt: no tilt tried adds {WORTH:.0%} of information to a cFAR predicted at {now.cfar:.2f}."
        lost = f"{1 - best.snr:.0%} of the signal to noise in {self.thickness_nm:g} nm of ice"
        return (
            f"Tilt to {best.name}: cFAR is predicted to go from {now.cfar:.2f} to {best.cfar:.2f} and SCF* from "
            f"{now.scf_star:.2f} to {best.scf_star:.2f}, for {lost}."
        )


def predicted_curves(x: Real, directions: Real, axes: Real, half_angle: float = directional.HALF_ANGLE) -> Real:
    """FSC (a, s) of half maps in cones about ``axes`` (a, 3), where their SSNR is ``x`` (d, s) along ``directions``.

    A Wiener filter weights a voxel by w = x/(1 + x), so that of a cone Σw² is signal and Σw signal and noise:
    FSC = Σw²/Σw over its directions; 0 where none is sampled.
    """
    w = x / (1 + x)
    cone = _cones(np.asarray(axes, float).tobytes(), np.asarray(directions, float).tobytes(), half_angle)
    whole, signal = np.hsplit(np.asarray(cone @ np.hstack([w, w**2])), 2)
    return np.asarray(np.divide(signal, whole, out=np.zeros_like(whole), where=whole > 0))


@lru_cache(maxsize=4)
def _cones(axes: bytes, directions: bytes, half_angle: float) -> Any:
    """A sparse matrix (a, d) of ones where a direction (d, 3) lies in the double cone about an axis (a, 3)."""
    from scipy.sparse import csr_array

    a, d = (np.frombuffer(v).reshape(-1, 3) for v in (axes, directions))
    return csr_array((np.abs(a @ d.T) >= np.cos(np.radians(half_angle))).astype(np.float64))


def predicted_cfar(x: Real, s: Real, directions: Real, half_angle: float = directional.HALF_ANGLE) -> float:
    """The least over the largest area under `predicted_curves`, shells (s,) weighted by their voxels s²."""
    areas = predicted_curves(x, directions, sphere.half_spiral(directional.DIRECTIONS), half_angle) @ s**2
    return float(areas.min() / areas.max()) if areas.max() > 0 else 0.0


def _scheme(tilts: Scheme) -> tuple[float, ...]:
    found = tuple(float(t) for t in (tilts if isinstance(tilts, Sequence) else (tilts,)))
    if not found:
        raise InputError("a scheme of tilts needs at least one")
    return found


@dataclass(frozen=True)
class _Film:
    """What all lines of the table share."""

    thickness_nm: float
    mean_free_path_nm: float
    filtered: bool
    motion_b: float
    limit: Limit
    group: str
    radius: float
    seed: int

    def left(self, tilt: float) -> Real:
        """x (s,): SNR over that of the untilted film."""
        ice = tilt_cost.snr_factor(self.thickness_nm, tilt, self.mean_free_path_nm, filtered=self.filtered)
        return np.asarray(ice * tilt_cost.motion_factor(self.limit.shells, tilt, self.motion_b))

    def line(self, pose: Pose, tilts: tuple[float, ...]) -> Tilting:
        """The line of one scheme: each of its tilts has an equal share of the particles."""
        d, s = orientation.fourier_directions(group="C1"), self.limit.shells
        parts = [
            orientation.sampling(
                views.tilted(pose, t, self.seed + i) if t else pose, d, radius=self.radius, group=self.group
            )
            for i, t in enumerate(tilts)
        ]
        left = np.array([self.left(t) for t in tilts])
        sp = np.mean(parts, axis=0)
        x = self.limit.ssnr(s) * np.einsum("td,ts->ds", np.array(parts), left) / len(tilts)
        weights = s**2 / np.sum(s**2)
        bits = np.log2(1 + x) @ weights
        return Tilting(
            tilts=tilts,
            scf=orientation.scf_of(sp),
            scf_star=orientation.scf_star_of(sp, self.per_direction(len(pose))),
            empty=float((sp == 0).mean()),
            cfar=predicted_cfar(x, s, d),
            snr=float(left.mean(axis=0) @ (self.limit.ssnr(s) * weights) / (self.limit.ssnr(s) @ weights)),
            bits=float(bits.mean()),
            worst_bits=float(np.sort(bits)[: len(bits) // WORST].mean()),
        )

    def per_direction(self, particles: int) -> float:
        """Slices per voxel, symmetry mates counted."""
        return orientation.slices_per_voxel(particles * len(symmetry.operators(self.group)), self.radius)

    def drawn(self, pose: Pose) -> Pose:
        """The particles, or as many of them, drawn by chance, as are worth counting."""
        most = max(1, MOST // len(symmetry.operators(self.group)))
        return pose if len(pose) <= most else pose[generator(self.seed).permutation(len(pose))[:most]]


def advise(
    poses: Pose,
    thickness_nm: float,
    mean_free_path_nm: float = tilt_cost.MEAN_FREE_PATH,
    tilts: Sequence[Scheme] = TILTS,
    *,
    filtered: bool = True,
    motion_b: float = 0.0,
    limit: Limit | None = None,
    group: str = "C1",
    radius: float = orientation.RADIUS,
    seed: int = 0,
) -> Advice:
    """Which tilt of the stage serves particles that lie as ``poses`` do on an untilted film, as an `Advice`.

    ``tilts`` are angles in degrees, or sequences of angles that share the particles equally, such as (0, 40).
    ``thickness_nm`` of ice and its mean free path set the signal that is lost, ``filtered`` says whether an energy
    filter takes what lost energy, ``motion_b`` in Å² is the extra B-factor of drift at 45°. ``limit`` says what even
    views would give; ``group`` is the particles' symmetry. A steeper tilt is advised over a gentler one where it adds
    2 % of information. The numbers of particles stay; the same ``seed`` gives the same table. InputError for films
    without sense, no tilts, and tilts beyond 85°.
    """
    schemes = tuple(dict.fromkeys((_scheme(0.0), *(_scheme(t) for t in tilts))))
    if not tilts:
        raise InputError("advice needs tilts to choose from, and none was given")
    film = _Film(thickness_nm, mean_free_path_nm, filtered, motion_b, limit or Limit(), group, radius, seed)
    seen = film.drawn(poses)
    table = tuple(film.line(seen, scheme) for scheme in sorted(schemes, key=lambda c: (max(map(abs, c)), len(c))))
    chosen = table[0]
    for line in table[1:]:
        if line.score > (1 + WORTH) * chosen.score:
            chosen = line
    return Advice(table, chosen, table[0], float(thickness_nm))
