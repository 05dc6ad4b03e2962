"""What a lens and a beam do beyond defocus, Cs and one B: aberrations by name and by Zernike number, and coherence.

`Aberrations` and `Coherence` hang on `Optics` (``optics.aberrations``, ``optics.coherence``), one for all its images,
as an optics group of RELION has one. Numbers alone live here; `physics.aberrations` and `physics.envelopes` say what
they do.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any

import numpy as np

from ..base.arrays import Array, is_torch
from ..base.errors import InputError
from ..base.knobs import knob, knobs_of

CHAPTER = "phase-contrast"

BeamTilt = Annotated[
    float,
    knob(
        "mrad",
        -2,
        2,
        "Tilt of the beam against the axis, along x or y; with Cs it makes axial coma, a shift that grows as s².",
        valid=(-100, 100),
        step=0.05,
        chapter=CHAPTER,
    ),
]
Trefoil = Annotated[
    float,
    knob(
        "rad Å³",
        -200,
        200,
        "Threefold astigmatism: a phase c s³ cos 3α (x) or c s³ sin 3α (y), odd in s, which moves detail in three "
        "directions.",
        valid=(-1e6, 1e6),
        step=5,
        chapter=CHAPTER,
    ),
]
Aberration = Annotated[
    float,
    knob("mm", 0, 5, "Chromatic aberration Cc: how focus follows the energy.", valid=(0, 50), flag="--cc", label="Cc",
         step=0.1, chapter=CHAPTER),
]  # fmt: skip
EnergySpread = Annotated[
    float,
    knob("eV", 0, 3, "Full width at half maximum of the beam's energies.", valid=(0, 100), step=0.05, chapter=CHAPTER),
]
Ripple = Annotated[
    float,
    knob("ppm", 0, 5, "rms ripple of high voltage or lens current, in millionths.", valid=(0, 1000), step=0.1,
         chapter=CHAPTER),
]  # fmt: skip
Convergence = Annotated[
    float,
    knob(
        "mrad", 0, 0.2, "Half angle α under which the beam converges; the source is no point.", valid=(0, 5),
        step=0.005, chapter=CHAPTER,
    ),
]  # fmt: skip
Drift = Annotated[
    float,
    knob("Å", 0, 10, "Length of a straight drift during the exposure.", valid=(0, 1000), step=0.1, chapter=CHAPTER),
]
DriftAngle = Annotated[
    float, knob("°", 0, 180, "Direction of the drift, from +x towards +y.", valid=(-360, 360), step=1, chapter=CHAPTER)
]
Vibration = Annotated[
    float,
    knob("Å", 0, 3, "rms vibration along each axis of the image.", valid=(0, 100), step=0.05, chapter=CHAPTER),
]
FocusVibration = Annotated[
    float,
    knob("Å", 0, 300, "Amplitude of a sinusoidal vibration along the beam.", valid=(0, 1e5), step=5, chapter=CHAPTER),
]

Matrix = tuple[tuple[float, float], tuple[float, float]]
STRAIGHT: Matrix = ((1.0, 0.0), (0.0, 1.0))


@dataclass(frozen=True)
class Aberrations:
    """Beam tilt in mrad, trefoil in rad Å³, Zernike coefficients in RELION's order, and a magnification matrix.

    Odd aberrations multiply an image's transform by exp(+i odd): RELION's beam tilt is −2πCsλ²s²(s·t), and its
    ``rlnOddZernike`` are added to it. Its ``rlnEvenZernike`` are subtracted from γ, because γ here is the negative of
    its own. Zernike polynomials are of s in 1/Å, not of a normalised radius. ``magnification`` is the matrix M of
    ``rlnMagMat00 …``: the CTF at frequency s is that of M s. Raises KnobError and InputError.
    """

    beam_tilt_x: BeamTilt | Array = 0.0
    beam_tilt_y: BeamTilt | Array = 0.0
    trefoil_x: Trefoil | Array = 0.0
    trefoil_y: Trefoil | Array = 0.0
    even_zernike: tuple[float, ...] = ()
    odd_zernike: tuple[float, ...] = ()
    magnification: Matrix = STRAIGHT

    def __post_init__(self) -> None:
        _check_scalars(self)
        for name in ("even_zernike", "odd_zernike"):
            values = tuple(float(v) for v in getattr(self, name))
            if not np.all(np.isfinite(values)):
                raise InputError(f"{name} must be finite numbers, and {values} were given")
            object.__setattr__(self, name, values)
        matrix = np.asarray(self.magnification, float)
        if matrix.shape != (2, 2) or not np.all(np.isfinite(matrix)) or abs(np.linalg.det(matrix)) < 1e-6:
            raise InputError(
                f"a magnification is a matrix (2, 2) that can be inverted, and {matrix.tolist()} was given"
            )
        object.__setattr__(self, "magnification", tuple(tuple(float(v) for v in row) for row in matrix))

    @property
    def odd(self) -> bool:
        """Whether any aberration is odd in s, so that the transfer of an image is complex."""
        terms = (self.beam_tilt_x, self.beam_tilt_y, self.trefoil_x, self.trefoil_y)
        return any(is_torch(t) or t != 0 for t in terms) or any(self.odd_zernike)


@dataclass(frozen=True)
class Coherence:
    """What the beam and the stage blur: energies through Cc, the source's angle, drift and vibration.

    ``energy_spread_fwhm`` is a full width at half maximum in eV (a Schottky gun has about 0.7, a cold one 0.3); the
    ripples of voltage and lens current are rms, in ppm. Drift is a length in Å over the whole exposure. All zero is a
    perfect beam. Raises KnobError.
    """

    cc_mm: Aberration | Array = 2.7
    energy_spread_fwhm: EnergySpread | Array = 0.0
    voltage_ripple: Ripple | Array = 0.0
    current_ripple: Ripple | Array = 0.0
    convergence_mrad: Convergence | Array = 0.0
    drift: Drift | Array = 0.0
    drift_angle: DriftAngle | Array = 0.0
    vibration: Vibration | Array = 0.0
    focus_vibration: FocusVibration | Array = 0.0

    def __post_init__(self) -> None:
        _check_scalars(self)


def _check_scalars(owner: Any) -> None:
    """Each knob of a dataclass within its valid range; a tensor keeps its gradient."""
    for bound in knobs_of(type(owner)):
        value = getattr(owner, bound.name)
        if is_torch(value):
            value = float(value.detach())
        elif np.ndim(value):
            raise InputError(f"{bound.name} is one number for all images, and an array of {np.shape(value)} was given")
        bound.knob.check(bound.name, float(value))


def tensor_of(owner: Any) -> Array | None:
    """The first field that is a torch tensor, or None; for deciding kind and precision of a result."""
    return None if owner is None else next((v for f in fields(owner) if is_torch(v := getattr(owner, f.name))), None)
