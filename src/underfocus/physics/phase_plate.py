"""Phase plates: one phase for all that is scattered, or that of a focused laser, which the straight beam meets whole.

A constant plate is `Optics.phase_shift`. A laser plate is a standing light wave through the back focal plane, along an
axis of the aperture, with its antinode at the straight beam: by the ponderomotive force it delays electrons by

    η(x, y) = ½ η₀ (w₀/w(x)) e^{−2y²/w(x)²} [1 + cos(4πx/λ_L)],   w(x) = w₀ √(1 + (x λ_L/πw₀²)²),  w₀ = λ_L/(π NA),

x along the light, in the plane where a wave scattered by frequency k lies at λ f k from the axis. Scattered waves are
ahead of the straight one by η(0) − η(k): nothing near the origin, η₀ beyond the light. The curvature of the light's
fronts is left out. Schwartz et al. 2019 (Nat. Methods 16, 1016).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from ..base import units
from ..base.arrays import Array, namespace
from ..base.knobs import knob, knobs_of

CHAPTER = "phase-contrast"


@dataclass(frozen=True)
class LaserPlate:
    """A laser phase plate: peak phase in degrees, the light's wavelength in µm, its aperture, focal length in mm.

    ``angle`` is the direction of the light in the aperture, from +x towards +y. KnobError for what cannot be.
    """

    peak: Annotated[
        float, knob("°", 0, 180, "Phase at the middle of the light.", valid=(-360, 360), step=1, chapter=CHAPTER)
    ] = 90.0
    wavelength_um: Annotated[
        float, knob("µm", 0.5, 2.0, "Wavelength of the light.", valid=(0.1, 20.0), step=0.001, chapter=CHAPTER)
    ] = 1.064
    aperture: Annotated[
        float,
        knob("", 0.01, 0.1, "Numerical aperture of the light's focus.", valid=(1e-3, 0.9), step=0.005, chapter=CHAPTER),
    ] = 0.05
    focal_length_mm: Annotated[
        float,
        knob(
            "mm",
            2,
            40,
            "Focal length of the objective: longer spreads the spectrum over the light.",
            valid=(0.1, 1000),
            step=0.5,
            chapter=CHAPTER,
        ),
    ] = 20.0
    angle: Annotated[
        float, knob("°", 0, 180, "Direction of the light in the aperture.", valid=(-360, 360), step=1, chapter=CHAPTER)
    ] = 0.0

    def __post_init__(self) -> None:
        for bound in knobs_of(LaserPlate):
            bound.knob.check(bound.name, getattr(self, bound.name))

    def phase_shift(self, ky: Array, kx: Array, voltage_kv: Any) -> Array:
        """η(0) − η(k) in rad at frequencies (ky, kx) in 1/Å: what is added to γ. 0 at the origin."""
        xp = namespace(kx)
        light = self.wavelength_um * units.MICROMETRE
        waist = light / (np.pi * self.aperture)
        scale = units.wavelength(voltage_kv) * self.focal_length_mm * units.MM
        c, s = float(np.cos(np.deg2rad(self.angle))), float(np.sin(np.deg2rad(self.angle)))
        along, across = scale * (c * kx + s * ky), scale * (c * ky - s * kx)
        width2 = waist**2 * (1 + (along * light / (np.pi * waist**2)) ** 2)
        wave = 1 + xp.cos(4 * np.pi * along / light)
        delay = 0.5 * (waist**2 / width2) ** 0.5 * xp.exp(-2 * across**2 / width2) * wave
        return np.deg2rad(self.peak) * (1 - delay)

    def cut_on(self, voltage_kv: float) -> float:
        """The length in Å at which the phase across the light has reached half of its peak: how far it helps."""
        light = self.wavelength_um * units.MICROMETRE
        half = light / (np.pi * self.aperture) * np.sqrt(np.log(2) / 2)
        return float(units.wavelength(voltage_kv) * self.focal_length_mm * units.MM / half)
