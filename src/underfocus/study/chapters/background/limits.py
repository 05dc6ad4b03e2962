"""Where small angles, weak phases and a slow wave along the beam stop being small: sizes of what is dropped."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.base import units
from underfocus.data.optics import Optics
from underfocus.physics import ctf, ice, slicing, thickness
from underfocus.physics.factors import scattering_factor
from underfocus.physics.multislice import multislice
from underfocus.samples import protein

Real = np.ndarray[Any, Any]
#: Elements along the table: symbol and atomic number.
ELEMENTS = (
    ("H", 1),
    ("C", 6),
    ("N", 7),
    ("O", 8),
    ("P", 15),
    ("S", 16),
    ("Fe", 26),
    ("Mo", 42),
    ("I", 53),
    ("W", 74),
    ("Au", 79),
    ("U", 92),
)
#: B-factor in Å² by which an atom is blurred before its highest phase is read: about 1 Å wide.
ATOM_B = 30.0


def paraxial(defocus: Any, s: Any, wavelength: Any) -> Any:
    """πλΔf s² in rad."""
    return np.pi * wavelength * defocus * np.asarray(s) ** 2


def whole(defocus: Any, s: Any, wavelength: Any) -> Any:
    """2πΔf (1 − √(1 − λ²s²))/λ in rad: the same without small angles, up to a right angle at s = 1/λ."""
    sine2 = np.minimum((wavelength * np.asarray(s)) ** 2, 1.0)
    return 2 * np.pi * defocus / wavelength * sine2 / (1 + np.sqrt(1 - sine2))


def angle_error(defocus: float, length: float, voltage_kv: float) -> float:
    """The phase in rad that the paraxial formula misses at a length in Å."""
    wavelength = float(units.wavelength(voltage_kv))
    return float(whole(defocus, 1 / length, wavelength) - paraxial(defocus, 1 / length, wavelength))


def dropped(length: float, voltage_kv: float) -> float:
    """|∂²ψ/∂z²| over |4πi/λ ∂ψ/∂z| of a wave scattered by detail of ``length`` Å: (λ/d)²/4."""
    turns = np.pi * units.wavelength(voltage_kv) / length**2  # rad an Å along the beam
    return float(turns**2 / (4 * np.pi / units.wavelength(voltage_kv) * turns))


@lru_cache(maxsize=8)
def dropped_in_protein(voltage_kv: float) -> tuple[float, float, float]:
    """The same for the whole wave in adenylate kinase, slice by slice: the ratio, its largest, and the largest phase.

    Differences of multislice waves 1 Å apart stand for the derivatives; the medium ratio is of their norms.
    """
    cut = slicing.cut(protein("1ake"), 96, 1.0, 1.0, bfactor=ATOM_B)

    class Part:
        """The first slices of the specimen."""

        shape, pixel, thickness, tensor, exit_z = cut.shape, cut.pixel, cut.thickness, False, 0.0

        def __init__(self, first: int, last: int) -> None:
            self.first, self.last = first, last

        def __len__(self) -> int:
            return self.last - self.first

        def __getitem__(self, index: int) -> Real:
            return np.asarray(cut[self.first + index])

    middle = len(cut) // 2
    waves = [multislice(Part(0, middle), voltage_kv).astype(complex)]
    for step in range(2):
        waves.append(multislice(Part(middle + step, middle + step + 1), voltage_kv, wave=waves[-1]).astype(complex))
    first, second = (waves[2] - waves[0]) / 2, waves[2] - 2 * waves[1] + waves[0]
    scale = 4 * np.pi / float(units.wavelength(voltage_kv))
    largest = float(np.abs(second).max() / (scale * np.abs(first).max()))
    phase = float(units.interaction(voltage_kv) * np.abs(slicing.projected(cut)).max())
    return float(np.linalg.norm(second) / (scale * np.linalg.norm(first))), largest, phase


def thickness_for(phase: float, volts: float, voltage_kv: float = 300.0) -> float:
    """Å of a material of ``volts`` V that shift the phase by so many rad."""
    return float(phase / (units.interaction(voltage_kv) * volts))


def depths() -> dict[str, float]:
    """Mean inner potentials in V, of isolated atoms, from density and composition."""
    body = {"H": 0.498, "C": 0.315, "N": 0.0875, "O": 0.0947, "S": 0.0022}
    found: dict[str, tuple[dict[str, float], float]] = {
        "ice": ({"H": 2, "O": 1}, 0.93),
        "protein": (body, 1.36),
        "carbon film": ({"C": 1}, 2.0),
        "gold": ({"Au": 1}, 19.3),
    }
    return {name: ice.mean_inner_potential(what, density) for name, (what, density) in found.items()}


def forward(element: str) -> float:
    """f_e(0) in Å."""
    return float(scattering_factor(element, 0.0))


def growth(light: str = "C", heavy: str = "Au") -> float:
    """The power p of Z with which f_e(0) grows between two elements."""
    z = dict(ELEMENTS)
    return float(np.log(forward(heavy) / forward(light)) / np.log(z[heavy] / z[light]))


def atom_phase(element: str, voltage_kv: float = 300.0) -> float:
    """The phase in rad at the middle of one atom blurred by ATOM_B: σ ∫ K f e^{−Bs²/4} 2πs ds."""
    s = np.linspace(0, 4, 4000)
    values = scattering_factor(element, s, ATOM_B) * 2 * np.pi * s
    volts = units.POTENTIAL_PER_SCATTERING_LENGTH * float(np.trapezoid(values, s))
    return float(units.interaction(voltage_kv) * volts)


def seen_power(
    s: Real, optics: Optics, *, floor: float, inelastic: float, depth: float, slope: float, bins: int
) -> tuple[Real, Real]:
    """CTF² as in theory, and as a spectrum shows it: through envelope, thickness, a spread of defocus, bins and noise.

    ``slope`` is the defocus from one end of the field to the other in Å; ``inelastic`` a background that falls with s.
    """
    bare = ctf.ctf1(s, optics, envelope=False) ** 2
    spread = np.linspace(-slope / 2, slope / 2, 15) if slope else np.zeros(1)
    each = [thickness.power1(s, _moved(optics, float(d)), depth) for d in spread]
    rings = np.mean(each, axis=0)
    kernel = np.ones(max(1, bins)) / max(1, bins)
    smooth = np.convolve(np.pad(rings, max(1, bins), mode="edge"), kernel, mode="same")[max(1, bins) : -max(1, bins)]
    return bare, np.asarray(smooth + floor + inelastic * np.exp(-((s / 0.08) ** 2)))


def _moved(optics: Optics, change: float) -> Optics:
    from dataclasses import replace

    return replace(optics, defocus=optics.defocus + change)
