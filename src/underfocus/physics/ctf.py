"""The contrast transfer function of a microscope: phase γ, sine, envelope, zeros.

γ(k) = πλ Δf(α) s² − ½π Cs λ³ s⁴ + phase shift, with positive Δf for underfocus, and CTF = −sin(γ + asin w) for protein
that is dark on a bright ground. Wade 1992 (Ultramicroscopy 46, 145);
Rohou & Grigorieff 2015 (J. Struct. Biol. 192, 216).

The fields of an `Optics` are scalars or one value a particle ``(m,)``: the results then carry the particles as their
first axis. Where a field is a torch tensor the result is one
too, of its precision (double inside, because γ reaches hundreds of radians), and gradients flow.

Aberrations and coherence that the optics carry are honoured: even aberrations in γ, the coherence in the envelope, and
odd aberrations as a factor exp(i odd), which makes the transfer of an image complex.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..base import units
from ..base.arrays import Array, is_torch, namespace
from ..base.errors import InputError
from ..data.aberrations import Aberrations, tensor_of
from ..data.groups import AberrationGroups
from ..data.optics import Optics
from ..maths import fourier
from . import aberrations, envelopes
from .phase_plate import LaserPlate

#: CTF = GAMMA_SIGN · sin(γ + asin w): protein dark. A program with protein white has the opposite sign.
GAMMA_SIGN = -1.0
#: The envelope is exp(−B s² / B_DIVISOR), as the B-factor of crystallography acts on amplitudes.
B_DIVISOR = 4.0
#: From this many values on the compiled kernel is worth loading.
FAST_FROM = 1 << 19


class Coefficients(NamedTuple):
    """γ(k) = xx kx² + xy kx ky + yy ky² + quartic s⁴ + constant, in radians with k in 1/Å; ``amplitude`` is asin w."""

    xx: Array
    xy: Array
    yy: Array
    quartic: Array
    constant: Array
    amplitude: Array

    def reshaped(self, ndim: int) -> Coefficients:
        """The same with ``ndim`` axes of length one behind the particles', ready to meet a grid of that many axes."""
        return Coefficients(*(c[(...,) + (None,) * ndim] for c in self))

    def isotropic(self) -> Coefficients:
        """The same without astigmatism: the mean over all azimuths of the quadratic term."""
        mean = (self.xx + self.yy) / 2
        return self._replace(xx=mean, xy=0 * mean, yy=mean)


def tensor_in(optics: Optics) -> Array | None:
    """The first field that is a torch tensor, which decides kind, device and precision of the result."""
    fields = (optics.defocus, optics.astigmatism, optics.astigmatism_angle, optics.voltage_kv, optics.cs_mm)
    rest = (optics.amplitude_contrast, optics.phase_shift, optics.bfactor)
    lens = None if isinstance(optics.aberrations, AberrationGroups) else optics.aberrations
    nested = (tensor_of(lens), tensor_of(optics.coherence))
    return next((f for f in (*fields, *rest, *nested) if is_torch(f)), None)


def double(value: Any, reference: Array | None) -> Array:
    """A value as a double array of the reference's kind; a tensor keeps its place in the graph of gradients."""
    if reference is None:
        return np.asarray(value, np.float64)
    import torch

    if is_torch(value):
        return value.to(torch.float64)
    return torch.as_tensor(value, dtype=torch.float64, device=reference.device)


def coefficients(optics: Optics) -> Coefficients:
    """The coefficients of γ, each of the shape of the optics: scalar or ``(m,)``.

    Δf(α) = defocus + ½ astigmatism cos 2(α − angle), α from +x to +y, multiplied out so that it is a quadratic form.
    """
    reference = tensor_in(optics)
    defocus, astigmatism, angle, voltage, cs, w, shift = (
        double(f, reference)
        for f in (
            optics.defocus,
            optics.astigmatism,
            optics.astigmatism_angle,
            optics.voltage_kv,
            optics.cs_mm,
            optics.amplitude_contrast,
            optics.phase_shift,
        )
    )
    xp = namespace(defocus)
    wavelength = units.wavelength(voltage)
    double_angle = 2 * angle * (np.pi / 180)
    along, across = astigmatism / 2 * xp.cos(double_angle), astigmatism * xp.sin(double_angle)
    scale = np.pi * wavelength
    return Coefficients(
        xx=scale * (defocus + along),
        xy=scale * across,
        yy=scale * (defocus - along),
        quartic=-np.pi / 2 * cs * units.MM * wavelength**3,
        constant=shift * (np.pi / 180),
        amplitude=xp.asin(w),
    )


def _gamma(ky: Array, kx: Array, c: Coefficients) -> Array:
    """γ on a grid whose axes the coefficients already leave room for."""
    xx, yy = kx * kx, ky * ky
    s2 = xx + yy
    return c.xx * xx + c.xy * (kx * ky) + c.yy * yy + c.quartic * (s2 * s2) + c.constant


def phase(ky: Array, kx: Array, optics: Optics) -> Array:
    """γ in radians at the frequencies (ky, kx) in 1/Å, which broadcast to the grid; shape (particles…, grid…).

    Positive for underfocus at low frequency; amplitude contrast is not in it (see `ctf2`), nor are odd aberrations.
    """
    return _whole_gamma(ky, kx, optics, coefficients(optics).reshaped(max(np.ndim(ky), np.ndim(kx))))


def _whole_gamma(ky: Array, kx: Array, optics: Optics, c: Coefficients) -> Array:
    """γ with what even aberrations and an uneven magnification add."""
    if optics.aberrations is None:
        return _gamma(ky, kx, c)
    own = single(optics)
    ky, kx = aberrations.stretched(ky, kx, own)
    return _gamma(ky, kx, c) + aberrations.even(ky, kx, own)


def single(optics: Optics) -> Aberrations:
    """The aberrations that all particles share. InputError where groups differ: their optics are then indexed first."""
    if isinstance(optics.aberrations, AberrationGroups):
        raise InputError(
            f"{len(optics.aberrations.members)} groups differ in their aberrations, and those of one are needed here; "
            "take the particles group by group (Optics.by_aberrations)"
        )
    return optics.aberrations or Aberrations()


def envelope(s: Array, bfactor: Array) -> Array:
    """exp(−B s²/4) for frequencies s in 1/Å and B in Å²; at B = 100 Å² it is 1/e at 5 Å. Shape (particles…, s…)."""
    if is_torch(s) or is_torch(bfactor):
        reference = bfactor if is_torch(bfactor) else s
        s, bfactor = double(s, reference), double(bfactor, reference)
    else:
        s, bfactor = np.asarray(s, np.float64), np.asarray(bfactor, np.float64)
    b = bfactor[(...,) + (None,) * s.ndim]
    return namespace(b).exp(-b * (s * s) / B_DIVISOR)


def _damped(values: Array, s: Array, bfactor: Array) -> Array:
    """Values times the envelope, which is left out where no particle has one."""
    if not is_torch(bfactor) and np.ndim(bfactor) == 0 and bfactor == 0:
        return values
    return values * envelope(s, bfactor)


def ctf1(s: Array, optics: Optics, *, azimuth: float | None = None, envelope: bool = True) -> Array:
    """The CTF along one direction, at frequencies s in 1/Å: shape (particles…, s…), float64 for numpy optics.

    ``azimuth`` in degrees from +x towards +y; None takes the mean defocus, leaving astigmatism out, and other
    aberrations with it. Odd aberrations, which move waves and leave their amplitude, are never in it.
    """
    reference = tensor_in(optics)
    s = double(s, reference)
    c = coefficients(optics)
    if azimuth is None:
        c, angle = c.isotropic(), 0.0
        optics = replace(optics, aberrations=None, astigmatism=0.0)
    else:
        angle = float(np.deg2rad(azimuth))
    c = c.reshaped(s.ndim)
    ky, kx = s * np.sin(angle), s * np.cos(angle)
    curve = GAMMA_SIGN * namespace(s).sin(_whole_gamma(ky, kx, optics, c) + c.amplitude)
    if envelope:
        curve = _blurred(_damped(curve, s, optics.bfactor), ky, kx, optics)
    return curve if reference is None else curve.to(reference.dtype)


def ctf2(n: int, pixel: float, optics: Optics, *, envelope: bool = True) -> Array:
    """CTF = −sin(γ + asin w) · exp(−B s²/4) on the half plane of an n × n image: shape (particles…, n, n//2+1).

    pixel in Å. numpy optics give float32, right to 1e-6; torch optics give a tensor of their precision, with gradients.
    ``envelope=False`` leaves the B-factor and the coherence out. With odd aberrations the result is complex.
    """
    if n < 1 or pixel <= 0:
        raise InputError(f"a CTF needs a box of at least 1 and a pixel above 0 Å, and {n} and {pixel} Å were given")
    reference = tensor_in(optics)
    if reference is not None:
        values = ctf2_plain(n, pixel, optics, envelope=envelope)
        return values.to(values.real.to(reference.dtype).dtype) if not values.is_complex() else values
    c, bfactor = coefficients(optics), optics.bfactor if envelope else 0 * optics.bfactor
    special = optics.aberrations is not None or (envelope and optics.coherence is not None)
    if special or np.broadcast(*c, bfactor).size * n * (n // 2 + 1) < FAST_FROM:
        values = ctf2_plain(n, pixel, optics, envelope=envelope)
        return values.astype(np.complex64 if np.iscomplexobj(values) else np.float32)
    return _fast(n, pixel, c, bfactor)


def ctf2_plain(n: int, pixel: float, optics: Optics, *, envelope: bool = True) -> Array:
    """The textbook twin of `ctf2`: every value in double precision, written as the formula stands."""
    ky, kx = (double(k, tensor_in(optics)) for k in fourier.frequencies2(n, pixel))
    return image_transfer(ky, kx, optics, envelope=envelope)


def image_transfer(
    ky: Array, kx: Array, optics: Optics, *, envelope: bool = True, plate: LaserPlate | None = None
) -> Array:
    """The CTF at any frequencies (ky, kx) in 1/Å, which broadcast: shape (particles…, grid…), double precision.

    ``plate`` adds a laser's phase to that of the optics.
    """
    if isinstance(optics.aberrations, AberrationGroups):
        return _group_by_group(ky, kx, optics, envelope, plate)
    c = coefficients(optics).reshaped(max(np.ndim(ky), np.ndim(kx)))
    gamma = _whole_gamma(ky, kx, optics, c)
    if plate is not None:
        gamma = gamma + plate.phase_shift(ky, kx, optics.voltage_kv)
    values = GAMMA_SIGN * namespace(kx).sin(gamma + c.amplitude)
    if envelope:
        values = _blurred(_damped(values, (kx * kx + ky * ky) ** 0.5, optics.bfactor), ky, kx, optics)
    if optics.aberrations is None or not optics.aberrations.odd:
        return values
    return values * _moved(ky, kx, optics)


def _group_by_group(ky: Array, kx: Array, optics: Optics, envelope: bool, plate: LaserPlate | None) -> Array:
    """`image_transfer` of particles whose groups differ in their aberrations; numpy."""
    assert isinstance(optics.aberrations, AberrationGroups)
    count = optics.aberrations.n
    shape = (count, *np.broadcast_shapes(np.shape(ky), np.shape(kx)))
    found = np.empty(shape, np.complex128 if optics.aberrations.odd else np.float64)
    for rows, own in optics.spread_to(count).by_aberrations():
        found[rows] = image_transfer(ky, kx, own, envelope=envelope, plate=plate)
    return found


def _blurred(values: Array, ky: Array, kx: Array, optics: Optics) -> Array:
    """Values times what the beam's coherence leaves."""
    return values if optics.coherence is None else values * envelopes.coherent(ky, kx, optics, optics.coherence)


def _moved(ky: Array, kx: Array, optics: Optics) -> Array:
    """exp(i odd): what odd aberrations do to each wave of the image."""
    own = single(optics)
    phase = aberrations.odd(*aberrations.stretched(ky, kx, own), own, optics)
    return namespace(phase).exp(1j * phase)


def forms(c: Coefficients, bfactor: Array) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The coefficients of γ + asin w in turns, as the compiled kernels take them: (m, 5) float64 for m particles."""
    *quadratic, quartic, constant, amplitude, _ = np.broadcast_arrays(*c, np.asarray(bfactor))
    table = np.stack([np.ravel(v) for v in (*quadratic, quartic, constant + amplitude)], axis=-1)
    return np.ascontiguousarray(table / (2 * np.pi))


def gains(n: int, pixel: float, bfactor: Array) -> tuple[Array, Array]:
    """The envelope and the sign of the CTF as factors along ky (·, n) and along kx (·, n//2+1), float64.

    A Gaussian envelope is a product of two; one row serves all particles where they share their B-factor.
    """
    ky, kx = (np.ravel(k) for k in fourier.frequencies2(n, pixel))
    b = np.unique(bfactor) if np.ptp(bfactor) == 0 else np.ravel(bfactor)
    return GAMMA_SIGN * envelope(ky, b), np.ascontiguousarray(envelope(kx, b))


def _fast(n: int, pixel: float, c: Coefficients, bfactor: Array) -> Array:
    """The compiled twin of `_plain`, in float32."""
    from ..maths.kernels.sine import sines

    ky, kx = (np.ascontiguousarray(np.ravel(k), np.float64) for k in fourier.frequencies2(n, pixel))
    images = sines(forms(c, bfactor), ky, kx, *gains(n, pixel, bfactor))
    return images.reshape(*np.broadcast(*c, np.asarray(bfactor)).shape, n, n // 2 + 1)


def transfer(ky: Array, kx: Array, optics: Optics) -> Array:
    """The complex transfer of the scattered wave, exp(iγ + i odd), at the frequencies (ky, kx) in 1/Å; no envelope.

    With an exit wave 1 + iφ the image is 1 − 2 sin γ · φ to first order, which is the sign of `ctf2`.
    """
    gamma = phase(ky, kx, optics)
    wave = namespace(gamma).exp(1j * gamma)
    odd = optics.aberrations is not None and optics.aberrations.odd
    return wave * _moved(ky, kx, optics) if odd else wave


def zeros(optics: Optics, count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The first ``count`` frequencies s > 0 in 1/Å at which the CTF of one (scalar) optics vanishes, astigmatism aside.

    Roots of γ(s) + asin w = jπ, a quadratic in s² for each whole j. Raises InputError where there are fewer.
    """
    c = Coefficients(*(np.asarray(v, np.float64) for v in coefficients(optics).isotropic()))
    if np.ndim(c.xx):
        raise InputError(f"zeros takes the optics of one image, and {np.size(c.xx)} were given; index them first")
    a, b, at_zero = float(c.quartic), float(c.xx), float(c.constant + c.amplitude)
    first = int(np.floor(at_zero / np.pi))
    # Between two zeros the whole number changes by one at most, so none beyond ``count`` steps can come earlier.
    squares = [x for j in range(first - count, first + count + 2) for x in _positive_roots(a, b, at_zero - j * np.pi)]
    if len(squares) < count:
        raise InputError(f"the CTF has {len(squares)} zeros, and {count} were asked for; give a defocus or a Cs")
    return np.asarray(np.sqrt(sorted(squares)[:count]))


def _positive_roots(a: float, b: float, c: float) -> list[float]:
    """The roots x > 0 of a x² + b x + c = 0, without cancellation; a tiny a leaves the linear root."""
    if a == 0:
        roots = [] if b == 0 else [-c / b]
    elif (discriminant := b * b - 4 * a * c) < 0:
        roots = []
    else:
        q = -0.5 * (b + np.copysign(np.sqrt(discriminant), b))
        roots = [q / a] + ([c / q] if q != 0 else [])
    return [float(x) for x in roots if x > 1e-14]


def delocalisation(s: Array, optics: Optics) -> Array:
    """How far the image at frequency s (1/Å) is displaced from its source, in Å: λΔf s − Csλ³s³ = γ′(s)/2π."""
    s = double(s, tensor_in(optics))
    c = coefficients(optics).isotropic().reshaped(s.ndim)
    return (2 * c.xx * s + 4 * c.quartic * s**3) / (2 * np.pi)
