"""Living derivations: from multislice to the linear image, each assumption in its place; the first order as projection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.optics import Defocus, Optics, Voltage
from underfocus.physics import lens, slicing
from underfocus.physics.exit_wave import ExitWave
from underfocus.physics.multislice import multislice_plain, propagator, strength
from underfocus.study.derivations import Derivation, Line

from .. import piles

Real = np.ndarray[Any, Any]
Scale = Annotated[
    float, knob("×", 0.05, 3.0, "the potential is multiplied by it", valid=(0.001, 10.0), step=0.05, label="V scale")
]
DZ = 10.0


@dataclass(frozen=True)
class Specimen:
    """A pile that was cut, its projected potential below the band limit, and the lens."""

    cut: slicing.Slices
    projection: Real
    optics: Optics

    @property
    def kv(self) -> float:
        """Voltage."""
        return float(self.optics.voltage_kv)

    def wave(self, data: Real, z: float = 0.0) -> ExitWave:
        """A wave in the plane z."""
        return ExitWave(data, piles.PIXEL, self.kv, z)

    def contrast(self, data: Real, z: float = 0.0) -> Real:
        """What the lens makes of a wave, less the empty beam."""
        return np.asarray(lens.image(self.wave(data, z), self.optics), float) - 1

    def behind(self, scattered: Real) -> Real:
        """A scattered wave behind the lens."""
        transfer = lens.wave_transfer(scattered.shape, piles.PIXEL, self.optics)
        return np.asarray(np.fft.ifft2(np.fft.fft2(scattered) * transfer))


def specimen(scale: Scale = 0.5, defocus: Defocus = 8_000.0, voltage_kv: Voltage = 300.0) -> Specimen:
    """One layer of the pile, about 60 Å."""
    cut = piles.slices(piles.LAYER, DZ, scale)
    optics = Optics(defocus=defocus, voltage_kv=voltage_kv, cs_mm=1.0, amplitude_contrast=0.0)
    return Specimen(cut, np.asarray(slicing.projected(cut), float), optics)


def _limit(s: Specimen) -> Real:
    """The band limit on the full plane; each slice applies it once more, which sharpens its soft edge."""
    return slicing.whole_plane(slicing.aperture(s.cut.shape, piles.PIXEL), s.cut.shape[1])


def _limited(values: Real) -> Real:
    limit = slicing.whole_plane(slicing.aperture(values.shape, piles.PIXEL), values.shape[1])
    return np.asarray(np.fft.ifft2(np.fft.fft2(values) * limit))


def _whole(s: Specimen) -> Real:
    return s.contrast(multislice_plain(s.cut, s.kv), s.cut.exit_z)


def _projected(s: Specimen) -> Real:
    return s.contrast(_limited(np.exp(strength(s.kv) * s.projection)))


def _scattered(s: Specimen) -> Real:
    return _limited(strength(s.kv) * s.projection)


def _squared(s: Specimen) -> Real:
    behind = s.behind(_scattered(s))
    return np.asarray(2 * behind.real + np.abs(behind) ** 2)


def _sine(s: Specimen) -> Real:
    return np.asarray(lens.linear(_limited(s.projection).real, piles.PIXEL, s.optics), float) - 1


APPROXIMATIONS = Derivation(
    id="weak-and-projection",
    title="Where weak enters, and where projection",
    state=specimen,
    lines=(
        Line(
            "c=\\left|\\mathcal{F}^{-1}T\\,\\mathcal{F}\\prod_j P\\ast e^{i\\sigma v_j}\\right|^2-1",
            "Multislice: every slice transmits, and free space of one slice follows it. The lens takes the wave back to the middle.",
            _whole,
        ),
        Line(
            "\\approx\\left|\\mathcal{F}^{-1}T\\,\\mathcal{F}\\,e^{\\,i\\sigma\\sum_j v_j}\\right|^2-1",
            "Propagation between slices is left out. Their exponents then add: a product of transmissions is one transmission, of the projected potential.",
            _projected,
            approximates=True,
        ),
        Line(
            "\\approx\\left|\\mathcal{F}^{-1}T\\,\\mathcal{F}\\left[1+i\\sigma v\\right]\\right|^2-1",
            "The exponential is cut after its linear term.",
            lambda s: s.contrast(1 + _scattered(s)),
            approximates=True,
        ),
        Line(
            "=2\\,\\mathrm{Re}\\,\\psi+|\\psi|^2,\\quad \\psi=\\mathcal{F}^{-1}T\\,\\mathcal{F}\\,i\\sigma v",
            "The lens leaves the straight beam as it is, and the square is multiplied out.",
            _squared,
        ),
        Line(
            "\\approx 2\\,\\mathrm{Re}\\,\\psi",
            "The scattered wave's interference with itself is dropped.",
            lambda s: 2 * s.behind(_scattered(s)).real,
            approximates=True,
        ),
        Line(
            "=2\\,\\mathcal{F}^{-1}\\left[-\\sin\\gamma\\,\\mathcal{F}\\sigma v\\right]",
            "v is real and γ even: one sine. This is the image in which reconstruction believes.",
            _sine,
        ),
    ),
    explanation="Three gaps, two assumptions. The first is the projection assumption: it is about depth, stays when the potential is made weak, and fades with the wavelength. "
    "The other two are one assumption, that the specimen is weak, and vanish with the scale of V. A thin heavy specimen obeys the first and breaks the second; a thick light one the reverse.",
    serves=("M9.q5", "M9.r1"),
)


def _first_order(s: Specimen) -> Real:
    """Σ of each slice's scattered wave, propagated to the exit plane."""
    total = np.zeros(s.cut.shape, complex)
    for index in range(len(s.cut)):
        distance = (len(s.cut) - index) * s.cut.thickness
        free = propagator(s.cut.shape, piles.PIXEL, distance, s.kv) * _limit(s) ** (len(s.cut) - index)
        total += np.fft.ifft2(np.fft.fft2(1j * np.asarray(s.cut[index], float)) * free)
    return np.asarray(total * abs(strength(s.kv)))


def _cosines(s: Specimen) -> Real:
    """The same, taken back to the middle, and its imaginary part."""
    back = propagator(s.cut.shape, piles.PIXEL, -s.cut.exit_z, s.kv)
    return np.asarray(np.fft.ifft2(np.fft.fft2(_first_order(s)) * back).imag)


def _exact_middle(s: Specimen) -> Real:
    back = propagator(s.cut.shape, piles.PIXEL, -s.cut.exit_z, s.kv)
    wave = multislice_plain(s.cut, s.kv)
    return np.asarray(np.fft.ifft2(np.fft.fft2(wave - 1) * back).imag)


def _weighted(s: Specimen) -> Real:
    total = np.zeros(s.cut.shape)
    for index in range(len(s.cut)):
        height = s.cut.exit_z - (len(s.cut) - index) * s.cut.thickness
        free = propagator(s.cut.shape, piles.PIXEL, height, s.kv).real * _limit(s) ** (len(s.cut) - index)
        total += np.fft.ifft2(np.fft.fft2(np.asarray(s.cut[index], float)) * free).real
    return np.asarray(total * abs(strength(s.kv)))


PURE = Derivation(
    id="first-order-projection",
    title="How much of a projection is the first order?",
    state=specimen,
    lines=(
        Line(
            "\\mathrm{Im}\\,(\\Psi-1)\\ \\text{in the middle}",
            "The multislice wave, taken back to the specimen's middle.",
            _exact_middle,
        ),
        Line(
            "\\approx\\mathrm{Im}\\sum_j P_{-z_j}\\ast i\\sigma v_j",
            "Electrons scatter once: each slice adds its own wave, propagated from its height.",
            _cosines,
            approximates=True,
        ),
        Line(
            "=\\sum_j\\mathcal{F}^{-1}\\left[\\cos(\\pi\\lambda z_j s^2)\\,\\mathcal{F}\\sigma v_j\\right]",
            "v is real, so the imaginary part takes the even part of the propagator: a cosine, flat at the middle.",
            _weighted,
        ),
        Line(
            "\\approx\\sigma\\sum_j v_j",
            "Within the depth of field the cosine is one. The imaginary part is a pure projection: its error is of second order in depth, the real part's of first.",
            lambda s: _limited(s.projection).real * abs(strength(s.kv)),
            approximates=True,
        ),
    ),
    explanation="At first order the phase of the exit wave is a projection to second order in depth (Koeck 2023, Microsc. Microanal. 29, asks what follows). The real part, which is nothing for a "
    "projection, grows with the first power of depth: it is the Ewald sphere's curvature seen in real space.",
    serves=("M9.q5", "M9.r1"),
)

DERIVATIONS = (APPROXIMATIONS, PURE)
