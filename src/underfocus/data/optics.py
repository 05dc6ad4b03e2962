"""Optics: what the microscope did to an image, as numbers; every field a knob, a scalar or one value a particle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np

from ..base.arrays import Array, generator, is_torch, to_numpy
from ..base.errors import InputError, KnobError
from ..base.knobs import knob, knobs_of
from .aberrations import Aberrations, Coherence
from .groups import AberrationGroups

CHAPTER = "phase-contrast"
Index = np.ndarray[Any, Any]

Defocus = Annotated[
    float,
    knob(
        "Å",
        5_000,
        40_000,
        "How far the objective lens is focused below the specimen (positive is underfocus): more gives contrast at low "
        "resolution, oscillates faster, and spreads fine detail further.",
        step=50,
        chapter=CHAPTER,
    ),
]
Astigmatism = Annotated[
    float,
    knob("Å", 0, 2_000, "Largest less smallest defocus over all directions, U − V.", step=10, chapter=CHAPTER),
]
AstigmatismAngle = Annotated[
    float,
    knob("°", 0, 180, "Direction of the largest defocus, from +x towards +y.", step=1, chapter=CHAPTER),
]
Voltage = Annotated[
    float,
    knob(
        "kV",
        80,
        300,
        "Acceleration voltage; it sets the wavelength, and with it how strongly defocus and aberration act.",
        valid=(1, 3_000),
        flag="--voltage",
        label="voltage",
        step=10,
        chapter=CHAPTER,
    ),
]
SphericalAberration = Annotated[
    float,
    knob(
        "mm",
        0,
        5,
        "Spherical aberration Cs of the objective lens; it bends rays at high angles and matters at high resolution.",
        valid=(-10, 20),
        flag="--cs",
        label="Cs",
        step=0.1,
        chapter=CHAPTER,
    ),
]
AmplitudeContrast = Annotated[
    float,
    knob(
        "",
        0,
        1,
        "Part of the contrast that comes from lost electrons rather than shifted phase; the CTF starts at minus it.",
        valid=(0, 1),
        step=0.01,
        chapter=CHAPTER,
    ),
]
PhaseShift = Annotated[
    float,
    knob("°", 0, 180, "Phase added by a phase plate; 90° turns the sine into a cosine.", step=1, chapter=CHAPTER),
]
BFactor = Annotated[
    float,
    knob(
        "Å²",
        0,
        300,
        "Damping exp(−B s²/4) of amplitudes with frequency s; positive blurs, negative sharpens.",
        flag="--bfactor",
        label="B-factor",
        step=1,
        chapter=CHAPTER,
    ),
]


@dataclass(frozen=True)
class Optics:
    """What the CTF needs: each field a scalar or one value a particle ``(n,)``; numpy or torch.

    Å for defocus (underfocus positive) and astigmatism (U − V), degrees for angles, kV, mm, Å² for B. Raises KnobError
    for a value that is not finite or not valid, InputError for lengths that disagree. Its knobs check it and not
    pydantic, which would make a float of a tensor that carries a gradient. ``aberrations`` beyond these are one for all
    images or an `AberrationGroups`, the ``coherence`` of the beam is one for all; None where they are perfect.
    """

    defocus: Defocus | Array = 15_000.0
    astigmatism: Astigmatism | Array = 0.0
    astigmatism_angle: AstigmatismAngle | Array = 0.0
    voltage_kv: Voltage | Array = 300.0
    cs_mm: SphericalAberration | Array = 2.7
    amplitude_contrast: AmplitudeContrast | Array = 0.1
    phase_shift: PhaseShift | Array = 0.0
    bfactor: BFactor | Array = 0.0
    aberrations: Aberrations | AberrationGroups | None = None
    coherence: Coherence | None = None

    def __post_init__(self) -> None:
        for bound in _BOUNDS:
            value = getattr(self, bound.name)
            if not is_torch(value):
                value = _as_numbers(bound.name, value)
                object.__setattr__(self, bound.name, value)
            for extreme in _extremes(to_numpy(value)):
                bound.knob.check(bound.name, extreme)
        lengths = {b.name: len(v) for b in _BOUNDS if np.ndim(v := getattr(self, b.name)) == 1}
        if isinstance(self.aberrations, AberrationGroups):
            lengths["aberrations"] = self.aberrations.n
        if len(set(lengths.values())) > 1:
            raise InputError(
                f"every field of Optics needs a scalar or one value a particle, and lengths were {lengths}"
            )

    @property
    def n(self) -> int | None:
        """How many particles the fields describe; None where all are scalars."""
        lengths = (len(v) for b in _BOUNDS if np.ndim(v := getattr(self, b.name)) == 1)
        return next(lengths, self.aberrations.n if isinstance(self.aberrations, AberrationGroups) else None)

    def __getitem__(self, index: Any) -> Optics:
        """The optics of some particles; scalars stay scalars."""
        picked = {b.name: v[index] if np.ndim(v := getattr(self, b.name)) == 1 else v for b in _BOUNDS}
        if isinstance(self.aberrations, AberrationGroups):
            picked["aberrations"] = self.aberrations.picked(index)
        return replace(self, **picked)

    def by_aberrations(self) -> Iterator[tuple[Index, Optics]]:
        """Rows of particles that share their aberrations, and their optics; all of them at once where none differ."""
        if not isinstance(self.aberrations, AberrationGroups):
            yield np.arange(self.n or 1), self
            return
        for rows, _ in self.aberrations.rows():
            yield rows, self[rows]

    def spread_to(self, n: int) -> Optics:
        """The same with every field as one value a particle, (n,)."""
        if self.n not in (None, n):
            raise InputError(f"these optics describe {self.n} particles, and {n} were asked for")
        spread: dict[str, Any] = {
            b.name: np.broadcast_to(to_numpy(getattr(self, b.name)), (n,)).copy() for b in _BOUNDS
        }
        return replace(self, **spread)


_BOUNDS = knobs_of(Optics)


def _as_numbers(name: str, value: Any) -> Any:
    """A Python float, or a float64 array of one axis."""
    try:
        array = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        raise KnobError(f"{name} must be a number or one number a particle, and {value!r} was given") from None
    if array.ndim > 1:
        raise InputError(
            f"{name} must be a scalar or one value a particle, and an array of shape {array.shape} was given"
        )
    return float(array) if array.ndim == 0 else array


def _extremes(values: Any) -> tuple[float, ...]:
    """Least and largest value, which pass a range check for all; nothing for an empty array."""
    return (float(np.min(values)), float(np.max(values))) if np.size(values) else ()


#: Images that no CTF modulated: the CTF is −1 at every frequency, which is 1 for protein that is white.
NO_CTF = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0)


def spread(low: float, high: float, n: int, seed: int | np.random.Generator | None = 0) -> np.ndarray[Any, Any]:
    """n values drawn uniformly between low and high, for fields of Optics such as defocus in Å."""
    if low > high:
        raise InputError(f"spread needs low at most high, and {low:g} and {high:g} were given")
    return generator(seed).uniform(low, high, n)
