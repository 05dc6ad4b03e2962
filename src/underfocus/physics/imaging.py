"""Image formation in one line: project, apply the CTF, add noise. The linear (weak-phase, projection) model.

Frank 2006, *Three-Dimensional Electron Microscopy of Macromolecular Assemblies*, chapter 2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from ..base.arrays import Array, is_torch, like, to_numpy
from ..base.errors import InputError
from ..base.parallel import cores
from ..base.progress import track
from ..data.optics import Optics
from ..data.particles import Particles
from ..data.pose import Pose
from ..data.volume import Volume
from ..maths import fourier
from . import noise, passage, projection
from .aberrations import magnifications
from .ctf import ctf2

Real = np.ndarray[Any, Any]
Contrast = Literal["white", "dark"]
#: Images made at a time: 256 of 256² with their transforms are 0.3 GB.
CHUNK = 256
#: On how many images the variance of the signal is measured, spread over the set.
SIGNAL_SAMPLE = 1000
#: Signals that were made for it are kept for the images up to so much memory.
KEPT_BYTES = 1 << 28


@dataclass(frozen=True)
class Imaging:
    """A simulation laid out and not yet run: any image can be made on its own, and always comes out the same."""

    volume: Volume
    pose: Pose
    optics: Optics
    sigma: float
    seed: int | None
    contrast: Contrast

    def __len__(self) -> int:
        return len(self.pose)

    def images(self, start: int, stop: int) -> Real:
        """Images ``start`` to ``stop`` (m, n, n), float32.

        They are made in blocks of CHUNK that begin at multiples of it, whatever is asked for: rounding depends on the
        block, and the same image must come out to the last bit when a killed run goes on.
        """
        blocks = range(start - start % CHUNK, stop, CHUNK)
        parts = [self._block(b)[max(0, start - b) : stop - b] for b in blocks]
        return np.concatenate(parts) if len(parts) != 1 else parts[0]

    def _block(self, first: int) -> Real:
        """The images of one block, noise included; a block whose signal was made for the noise level uses it up."""
        kept = self.__dict__.get("_signals", {}).pop(first, None)
        signal: Real = self.signal(slice(first, min(first + CHUNK, len(self)))) if kept is None else kept
        if not self.sigma:
            return signal
        noise.add_white(signal, self.sigma, self.seed, first)
        return signal

    def signal(self, index: Any) -> Any:
        """The noiseless images (m, n, n) of some particles."""
        optics, pose = self.optics[index], self.pose[index]
        if self.tensor is None and passage.separable(optics):
            return self._signal_at_once(pose, optics)
        stretch = magnifications(optics, len(pose))
        planes = projection.slices(self._transform, pose, self.volume.n, self.volume.pixel, magnification=stretch)
        contrast = like(ctf2(self.volume.n, self.volume.pixel, optics), planes)
        sign = 1.0 if self.contrast == "dark" else -1.0
        return fourier.ifft2(planes * (sign * contrast), self.volume.n)

    def _signal_at_once(self, pose: Pose, optics: Optics) -> Real:
        """The same by compiled code, CTF and shift in one pass over the slices."""
        from scipy import fft

        n, pixel = self.volume.n, self.volume.pixel
        planes = np.asarray(projection.central(self._transform, pose, n), np.complex64)
        sign = 1.0 if self.contrast == "dark" else -1.0
        passage.forward(planes, pixel, optics.spread_to(len(planes)), to_numpy(pose.shift).reshape(-1, 2), sign)
        return np.asarray(fft.irfft2(planes, (n, n), workers=cores(), overwrite_x=True))

    @property
    def tensor(self) -> Array | None:
        """The first of density, pose and optics that is a torch tensor, which makes the images tensors."""
        values = (self.volume.data, self.pose.rotation, self.pose.shift, *vars(self.optics).values())
        return next((v for v in values if is_torch(v)), None)

    @cached_property
    def _transform(self) -> Any:
        density = self.volume.data if self.tensor is None else like(self.volume.data, self.tensor)
        return projection.transform(density)

    def particles(self, images: Any) -> Particles:
        """Particles of these images with everything that is known of them."""
        half = np.arange(len(self)) % 2 + 1
        return Particles(images, self.volume.pixel, self.optics, self.pose, self.contrast, half=half)


def layout(
    volume: Volume,
    pose: Pose,
    optics: Optics,
    *,
    snr: float | None = None,
    seed: int | None = None,
    contrast: Contrast = "white",
) -> Imaging:
    """Everything of a simulation but its images; the noise level is found from a sample of the signal.

    SNR is the variance of the CTF-modulated signal over the whole box, averaged over images, over that of the noise;
    None leaves the noise out. Raises InputError where pose and optics disagree in number, or noise is asked for where
    density, pose or optics are torch tensors.
    """
    pose = pose[None] if pose.rotation.ndim == 2 else pose
    if contrast not in ("white", "dark"):
        raise InputError(f"contrast is white or dark, and {contrast!r} was given")
    if optics.n not in (None, len(pose)):
        raise InputError(f"{len(pose)} poses need as many optics or one for all, and {optics.n} were given")
    seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    plan = Imaging(volume, pose, optics, 0.0, seed, contrast)
    if snr is None:
        return plan
    if plan.tensor is not None:
        raise InputError("noise is drawn for numpy arrays alone; leave snr out, and add noise to the images yourself")
    chosen = np.unique(np.linspace(0, len(pose) - 1, min(len(pose), SIGNAL_SAMPLE)).astype(int))
    parts = [plan.signal(chosen[i : i + CHUNK]) for i in range(0, len(chosen), CHUNK)]
    variance = float(np.mean(np.concatenate([p.var(axis=(1, 2)) for p in parts])))
    made = replace(plan, sigma=noise.sigma_for_snr(variance, snr))
    made.__dict__["_transform"] = plan._transform
    if len(chosen) == len(pose) and sum(p.nbytes for p in parts) <= KEPT_BYTES:
        made.__dict__["_signals"] = dict(zip(range(0, len(pose), CHUNK), parts, strict=True))
    return made


def simulate_chunks(plan: Imaging, start: int = 0) -> Iterator[Real]:
    """The images of a plan from ``start`` on, CHUNK at a time, for sets that do not fit in memory."""
    edges = [start, *range(start - start % CHUNK + CHUNK, len(plan), CHUNK), len(plan)]
    pairs = ((first, last) for first, last in pairwise(edges) if last > first)
    for first, last in track(pairs, "imaging particles", len(plan) - start, size=lambda p: p[1] - p[0]):
        yield plan.images(first, last)


def simulate(
    volume: Volume,
    pose: Pose,
    optics: Optics,
    *,
    snr: float | None = None,
    seed: int | None = None,
    contrast: Contrast = "white",
) -> Particles:
    """Particles of a density: projected, CTF-modulated, with white noise; protein white as RELION wants it, or dark.

    A torch density, pose or optics gives noiseless torch images with gradients to all of them (``snr`` must then be
    None). A single pose gives one particle. See `layout` for SNR.
    """
    plan = layout(volume, pose, optics, snr=snr, seed=seed, contrast=contrast)
    if plan.tensor is not None:
        return plan.particles(plan.signal(slice(None)))
    images = np.empty((len(plan), volume.n, volume.n), np.float32)
    first = 0
    for chunk in simulate_chunks(plan):
        images[first : first + len(chunk)] = chunk
        first += len(chunk)
    return plan.particles(images)
