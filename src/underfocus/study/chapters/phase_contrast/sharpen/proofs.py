"""The living derivations of the chapter: from a defocus of each place to two bent spectra, and from layers to a sinc."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.optics import Astigmatism, Defocus, Optics
from underfocus.maths import fourier
from underfocus.physics import ctf, thickness, tilt_bands, tilt_plain
from underfocus.physics.tilt import Tilt, TiltAngle, TiltAxis, defocus_changes
from underfocus.study.derivations import Derivation, Line

from .. import tilting

Real = np.ndarray[Any, Any]
SIDE, PIXEL = 24, 4.0
Layers = Annotated[int, knob("", 2, 200, "how many layers the slab is cut into", valid=(1, 10_000), step=1)]
Slab = Annotated[float, knob("Å", 50, 2_000, "thickness of the specimen", valid=(1, 20_000), step=10, label="thickness")]  # fmt: skip


@dataclass(frozen=True)
class Tilted:
    """A specimen (n, n) of white noise, the lens, and the tilt."""

    specimen: Real
    optics: Optics
    tilt: Tilt

    @property
    def gamma(self) -> Real:
        """γ + asin w on the half plane, at the origin."""
        return tilt_plain.phases(SIDE, PIXEL, self.optics)[0]

    @property
    def an_angstrom(self) -> Real:
        """πλ s²."""
        return tilt_plain.phases(SIDE, PIXEL, self.optics)[1]

    @property
    def changes(self) -> Real:
        """a·r for every pixel."""
        return defocus_changes(SIDE, PIXEL, self.tilt)

    def bands(self) -> tuple[Real, Real]:
        """k − σ and k + σ in cycles a pixel, (n·(n//2+1), 2) each."""
        ky, kx = fourier.frequencies2(SIDE)
        centre = np.stack(np.broadcast_arrays(kx, ky), axis=-1)
        moved = tilt_bands.shifts(self.an_angstrom, self.tilt, PIXEL)
        return (centre - moved).reshape(-1, 2), (centre + moved).reshape(-1, 2)

    def summed(self, of_place: Any) -> Real:
        """Σ_r o(r) f(k, r) e^{−2πik·r} as an image, f being given row by row of pixels."""
        down, across = tilt_plain.waves(SIDE)
        total = sum(
            down[row][:, None] * np.einsum("x,xkl,xl->kl", self.specimen[row], of_place(row), across)
            for row in range(SIDE)
        )
        return np.asarray(fourier.ifft2(total, SIDE))


def tilted(
    tilt: TiltAngle = 45.0, axis: TiltAxis = 60.0, defocus: Defocus = 8_000.0, astigmatism: Astigmatism = 400.0
) -> Tilted:
    """A small tilted field, seen by an astigmatic lens."""
    lens = Optics(defocus=defocus, astigmatism=astigmatism, astigmatism_angle=20.0)
    return Tilted(tilting.white(SIDE, 11), lens, Tilt(tilt, axis))


def _each_place(t: Tilted) -> Real:
    return tilt_plain.imaged_plain(t.specimen, PIXEL, t.optics, t.tilt)


def _transform(t: Tilted) -> Real:
    return t.summed(lambda row: -np.sin(t.gamma + t.an_angstrom * t.changes[row][:, None, None]))


def _two_exponentials(t: Tilted) -> Real:
    def of(row: int) -> Real:
        up = np.exp(1j * (t.gamma + t.an_angstrom * t.changes[row][:, None, None]))
        return np.asarray(-(up - up.conj()) / 2j)

    return t.summed(of)


def _phase_ramp(t: Tilted) -> Real:
    """The phase of a place as a plane wave of frequency σ."""
    lower, upper = t.bands()
    sigma = ((upper - lower) / 2).reshape(SIDE, SIDE // 2 + 1, 2)
    along = np.arange(SIDE) - SIDE // 2

    def of(row: int) -> Real:
        turn = along[:, None, None] * sigma[..., 0] + along[row] * sigma[..., 1]
        up = np.exp(1j * t.gamma) * np.exp(2j * np.pi * turn)
        return np.asarray(-(up - up.conj()) / 2j)

    return t.summed(of)


def _two_spectra(read: Any) -> Any:
    def image(t: Tilted) -> Real:
        lower, upper = (read(t.specimen, at - np.round(at)).reshape(t.gamma.shape) for at in t.bands())
        wave = np.exp(1j * t.gamma)
        return np.asarray(fourier.ifft2(-(wave * lower - wave.conj() * upper) / 2j, SIDE))

    return image


def _exact_read(specimen: Real, at: Real) -> Real:
    from underfocus.maths import nonuniform

    return nonuniform.type2_plain(specimen, at)


def _fast_read(specimen: Real, at: Real) -> Real:
    from underfocus.maths import nonuniform

    return nonuniform.type2(specimen, at, 1e-4)


def _level(t: Tilted) -> Real:
    return np.asarray(fourier.ifft2(fourier.fft2(t.specimen) * -np.sin(t.gamma), SIDE))


BANDS = Derivation(
    id="from-places-to-bands",
    title="From the defocus of each place to two bent spectra",
    state=tilted,
    lines=(
        Line(
            "i(\\mathbf x)=\\sum_{\\mathbf r} o(\\mathbf r)\\,h\\left(\\mathbf x-\\mathbf r;\\,\\Delta f+\\mathbf a\\cdot\\mathbf r\\right)",
            "Every point of the specimen is spread by the lens with its own defocus. Nothing else is assumed; it is summed pixel by pixel.",
            _each_place,
        ),
        Line(
            "I(\\mathbf k)=-\\sum_{\\mathbf r} o(\\mathbf r)\\,\\sin\\left(\\gamma'(\\mathbf k)+\\pi\\lambda s^2\\,\\mathbf a\\cdot\\mathbf r\\right)e^{-2\\pi i\\mathbf k\\cdot\\mathbf r}",
            "Transformed over x: each point contributes a plane wave times its own CTF. Defocus enters γ linearly, times πλs². Cs, astigmatism and amplitude contrast stay in γ′.",
            _transform,
        ),
        Line(
            "=-\\frac{1}{2i}\\sum_{\\mathbf r} o(\\mathbf r)\\left[e^{i\\gamma'}e^{i\\pi\\lambda s^2\\mathbf a\\cdot\\mathbf r}-e^{-i\\gamma'}e^{-i\\pi\\lambda s^2\\mathbf a\\cdot\\mathbf r}\\right]e^{-2\\pi i\\mathbf k\\cdot\\mathbf r}",
            "A sine is two exponentials.",
            _two_exponentials,
        ),
        Line(
            "=-\\frac{1}{2i}\\sum_{\\mathbf r} o(\\mathbf r)\\left[e^{i\\gamma'}e^{2\\pi i\\boldsymbol\\sigma\\cdot\\mathbf r}-e^{-i\\gamma'}e^{-2\\pi i\\boldsymbol\\sigma\\cdot\\mathbf r}\\right]e^{-2\\pi i\\mathbf k\\cdot\\mathbf r}",
            "A phase that is linear in r is a plane wave, and its frequency is σ = ½λs²a. This is the whole trick.",
            _phase_ramp,
        ),
        Line(
            "=-\\frac{1}{2i}\\left[e^{i\\gamma'}\\,O(\\mathbf k-\\boldsymbol\\sigma)-e^{-i\\gamma'}\\,O(\\mathbf k+\\boldsymbol\\sigma)\\right]",
            "A plane wave on the specimen shifts its spectrum: the tilted contrast imaging function. O is read between its samples, by the textbook sum.",
            _two_spectra(_exact_read),
        ),
        Line(
            "\\approx-\\frac{1}{2i}\\left[e^{i\\gamma'}\\,\\widetilde O(\\mathbf k-\\boldsymbol\\sigma)-e^{-i\\gamma'}\\,\\widetilde O(\\mathbf k+\\boldsymbol\\sigma)\\right]",
            "The same, O read by a non-uniform FFT that was asked for four digits. This is what makes it fast.",
            _two_spectra(_fast_read),
            approximates=True,
        ),
        Line(
            "\\approx-\\sin\\gamma'(\\mathbf k)\\,O(\\mathbf k)",
            "And with σ set to zero: the CTF of a specimen that is not tilted.",
            _level,
            approximates=True,
        ),
    ),
    explanation="The first five lines are one number written five ways, at any tilt, axis and astigmatism. The non-uniform FFT costs the fourth digit and saves "
    "weeks. The last line is what a program does that knows no tilt, and its residual grows with the angle.",
    serves=("M7.r1", "M7.r2"),
)


@dataclass(frozen=True)
class Thick:
    """Frequencies, the lens, and the heights of the layers."""

    s: Real
    optics: Optics
    heights: Real
    thickness: float


def thick(layers: Layers = 20, thickness: Slab = 500.0, defocus: Defocus = 10_000.0) -> Thick:
    """A slab cut into layers, each as the others."""
    heights = ((np.arange(layers) + 0.5) / layers - 0.5) * thickness
    return Thick(np.linspace(0.01, 0.35, 200), Optics(defocus=defocus), heights, thickness)


def _layer_by_layer(t: Thick) -> Real:
    """Each layer with an Optics of its own."""
    return np.asarray(ctf.ctf1(t.s, Optics(defocus=t.optics.defocus - t.heights)).mean(0))


def _u(t: Thick) -> Real:
    from underfocus.base import units

    return np.asarray(np.pi * units.wavelength(300.0) * t.s**2)


def _sine_and_cosine(t: Thick) -> Real:
    turned = np.outer(t.heights, _u(t))
    here, aside = ctf.ctf1(t.s, t.optics), ctf.ctf1(t.s, Optics(defocus=t.optics.defocus, phase_shift=90.0))
    return np.asarray(here * np.cos(turned).mean(0) - aside * np.sin(turned).mean(0))


def _even(t: Thick) -> Real:
    return np.asarray(ctf.ctf1(t.s, t.optics) * np.cos(np.outer(t.heights, _u(t))).mean(0))


LAYERS = Derivation(
    id="from-layers-to-sinc",
    title="From layers to a sinc",
    state=thick,
    lines=(
        Line(
            "c(s)=-\\frac1M\\sum_z\\sin\\left(\\gamma'-\\pi\\lambda s^2 z\\right)",
            "Layers at heights z, all alike, each with the defocus Δf − z: the mean of their CTFs.",
            _layer_by_layer,
        ),
        Line(
            "=-\\sin\\gamma'\\;\\frac1M\\sum_z\\cos(\\pi\\lambda s^2z)+\\cos\\gamma'\\;\\frac1M\\sum_z\\sin(\\pi\\lambda s^2z)",
            "The sine of a difference.",
            _sine_and_cosine,
        ),
        Line(
            "=-\\sin\\gamma'\\;\\frac1M\\sum_z\\cos(\\pi\\lambda s^2z)",
            "As many layers lie above the middle as below it, and sines cancel in pairs. So the defocus to use is that of the middle.",
            _even,
        ),
        Line(
            "\\approx-\\sin\\gamma'\\;\\frac1t\\int_{-t/2}^{t/2}\\cos(\\pi\\lambda s^2z)\\,dz=-\\sin\\gamma'\\;\\mathrm{sinc}\\left(\\tfrac12\\lambda t s^2\\right)",
            "The sum becomes an integral, and that is a sinc.",
            lambda t: ctf.ctf1(t.s, t.optics) * thickness.damping(t.s, t.thickness, 300.0),
            approximates=True,
        ),
    ),
    explanation="Only the integral leaves anything out, and less with every layer more. Read t as the defocus spread of a tilted patch instead of a thickness, and "
    "the same line says what happens if a patch is given one defocus: on average its fine detail is damped.",
    serves=("M7.r2",),
)

DERIVATIONS = (BANDS, LAYERS)
