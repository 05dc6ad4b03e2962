"""One optics in the numbers of other programs, and theirs as one optics: names with units, no bare positions.

Every program keeps the same lens with its own signs, units and halves. `to` gives its numbers by name; `optics_from`
takes them. `PROGRAMS` says what else differs: the sign of the CTF at the origin (protein white is +w, dark −w), the
constants of the wavelength, and what a program does not know, which is refused rather than dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..base import units
from ..base.errors import InputError
from .optics import Optics

Numbers = dict[str, Any]
#: Å² of our B (exp(−B s²/4), s in 1/Å) in one of exp(−B s²) with s in 1/nm.
B_PER_NM2 = 400.0


@dataclass(frozen=True)
class Program:
    """How a program writes a CTF: the names of its numbers, both ways, its sign at the origin, and what it lacks.

    ``sign`` +1 is a CTF that begins at +w, the negative of ours. ``wavelength`` names its constants: "codata", "relion"
    or "12.2639". ``lacks`` are fields of Optics that it cannot hold.
    """

    name: str
    to: Callable[[Optics], Numbers]
    back: Callable[[Numbers], Numbers]
    names: tuple[str, ...]
    sign: int
    wavelength: str = "codata"
    lacks: tuple[str, ...] = ()
    note: str = ""


def _axes(o: Optics) -> tuple[Any, Any]:
    """Largest and smallest defocus in Å."""
    return o.defocus + o.astigmatism / 2, o.defocus - o.astigmatism / 2


def _lens(o: Optics) -> Numbers:
    return {"voltage_kv": o.voltage_kv, "cs_mm": o.cs_mm}


def _from_axes(u: Any, v: Any) -> Numbers:
    return {"defocus": (u + v) / 2, "astigmatism": u - v}


def _relion(o: Optics) -> Numbers:
    u, v = _axes(o)
    return {
        "rlnDefocusU": u, "rlnDefocusV": v, "rlnDefocusAngle": o.astigmatism_angle, "rlnVoltage": o.voltage_kv,
        "rlnSphericalAberration": o.cs_mm, "rlnAmplitudeContrast": o.amplitude_contrast, "rlnPhaseShift": o.phase_shift,
        "rlnCtfBfactor": o.bfactor,
    }  # fmt: skip


def _relion_back(n: Numbers) -> Numbers:
    return {
        **_from_axes(n["rlnDefocusU"], n["rlnDefocusV"]), "astigmatism_angle": n["rlnDefocusAngle"],
        "voltage_kv": n["rlnVoltage"], "cs_mm": n["rlnSphericalAberration"], "bfactor": n["rlnCtfBfactor"],
        "amplitude_contrast": n["rlnAmplitudeContrast"], "phase_shift": n["rlnPhaseShift"],
    }  # fmt: skip


def _ctffind(o: Optics) -> Numbers:
    u, v = _axes(o)
    return {
        "defocus_1_A": u, "defocus_2_A": v, "astigmatism_azimuth_deg": o.astigmatism_angle, **_lens(o),
        "amplitude_contrast": o.amplitude_contrast, "phase_shift_rad": np.deg2rad(o.phase_shift),
    }  # fmt: skip


def _ctffind_back(n: Numbers) -> Numbers:
    return {
        **_from_axes(n["defocus_1_A"], n["defocus_2_A"]), "astigmatism_angle": n["astigmatism_azimuth_deg"],
        "voltage_kv": n["voltage_kv"], "cs_mm": n["cs_mm"], "amplitude_contrast": n["amplitude_contrast"],
        "phase_shift": np.rad2deg(n["phase_shift_rad"]),
    }  # fmt: skip


def _eman2(o: Optics) -> Numbers:
    return {
        "defocus_um": o.defocus / units.MICROMETRE, "dfdiff_um": o.astigmatism / units.MICROMETRE,
        "dfang_deg": o.astigmatism_angle, **_lens(o), "ampcont_percent": 100 * o.amplitude_contrast,
        "bfactor_A2": o.bfactor,
    }  # fmt: skip


def _eman2_back(n: Numbers) -> Numbers:
    return {
        "defocus": n["defocus_um"] * units.MICROMETRE, "astigmatism": n["dfdiff_um"] * units.MICROMETRE,
        "astigmatism_angle": n["dfang_deg"], "voltage_kv": n["voltage_kv"], "cs_mm": n["cs_mm"],
        "amplitude_contrast": n["ampcont_percent"] / 100, "bfactor": n["bfactor_A2"],
    }  # fmt: skip


def _cryosparc(o: Optics) -> Numbers:
    u, v = _axes(o)
    return {
        "ctf/df1_A": u, "ctf/df2_A": v, "ctf/df_angle_rad": np.deg2rad(o.astigmatism_angle),
        "ctf/accel_kv": o.voltage_kv, "ctf/cs_mm": o.cs_mm, "ctf/amp_contrast": o.amplitude_contrast,
        "ctf/phase_shift_rad": np.deg2rad(o.phase_shift), "ctf/bfactor": o.bfactor,
    }  # fmt: skip


def _cryosparc_back(n: Numbers) -> Numbers:
    return {
        **_from_axes(n["ctf/df1_A"], n["ctf/df2_A"]), "astigmatism_angle": np.rad2deg(n["ctf/df_angle_rad"]),
        "voltage_kv": n["ctf/accel_kv"], "cs_mm": n["ctf/cs_mm"], "amplitude_contrast": n["ctf/amp_contrast"],
        "phase_shift": np.rad2deg(n["ctf/phase_shift_rad"]), "bfactor": n["ctf/bfactor"],
    }  # fmt: skip


def _cryodrgn(o: Optics) -> Numbers:
    u, v = _axes(o)
    return {
        "dfu_A": u, "dfv_A": v, "dfang_deg": o.astigmatism_angle, "volt_kv": o.voltage_kv, "cs_mm": o.cs_mm,
        "w": o.amplitude_contrast, "phase_shift_deg": o.phase_shift, "bfactor_A2": o.bfactor,
    }  # fmt: skip


def _cryodrgn_back(n: Numbers) -> Numbers:
    return {
        **_from_axes(n["dfu_A"], n["dfv_A"]), "astigmatism_angle": n["dfang_deg"], "voltage_kv": n["volt_kv"],
        "cs_mm": n["cs_mm"], "amplitude_contrast": n["w"], "phase_shift": n["phase_shift_deg"],
        "bfactor": n["bfactor_A2"],
    }  # fmt: skip


def _aspire(o: Optics) -> Numbers:
    u, v = _axes(o)
    return {
        "defocus_u_A": u, "defocus_v_A": v, "defocus_ang_rad": np.deg2rad(o.astigmatism_angle), **_lens(o),
        "alpha": o.amplitude_contrast, "B_nm2": o.bfactor / B_PER_NM2,
    }  # fmt: skip


def _aspire_back(n: Numbers) -> Numbers:
    return {
        **_from_axes(n["defocus_u_A"], n["defocus_v_A"]), "astigmatism_angle": np.rad2deg(n["defocus_ang_rad"]),
        "voltage_kv": n["voltage_kv"], "cs_mm": n["cs_mm"], "amplitude_contrast": n["alpha"],
        "bfactor": n["B_nm2"] * B_PER_NM2,
    }  # fmt: skip


def _cryojax(o: Optics) -> Numbers:
    return {
        "defocus_in_angstroms": o.defocus, "astigmatism_in_angstroms": o.astigmatism,
        "astigmatism_angle_deg": o.astigmatism_angle, "voltage_in_kilovolts": o.voltage_kv,
        "spherical_aberration_in_mm": o.cs_mm, "amplitude_contrast_ratio": o.amplitude_contrast,
        "phase_shift_deg": o.phase_shift,
    }  # fmt: skip


def _cryojax_back(n: Numbers) -> Numbers:
    return {
        "defocus": n["defocus_in_angstroms"], "astigmatism": n["astigmatism_in_angstroms"],
        "astigmatism_angle": n["astigmatism_angle_deg"], "voltage_kv": n["voltage_in_kilovolts"],
        "cs_mm": n["spherical_aberration_in_mm"], "amplitude_contrast": n["amplitude_contrast_ratio"],
        "phase_shift": n["phase_shift_deg"],
    }  # fmt: skip


def _torch_ctf(o: Optics) -> Numbers:
    return {
        "defocus_um": o.defocus / units.MICROMETRE, "astigmatism_um": o.astigmatism / 2 / units.MICROMETRE,
        "astigmatism_angle_deg": o.astigmatism_angle, **_lens(o), "amplitude_contrast": o.amplitude_contrast,
        "phase_shift_deg": o.phase_shift,
    }  # fmt: skip


def _torch_ctf_back(n: Numbers) -> Numbers:
    return {
        "defocus": n["defocus_um"] * units.MICROMETRE, "astigmatism": 2 * n["astigmatism_um"] * units.MICROMETRE,
        "astigmatism_angle": n["astigmatism_angle_deg"], "voltage_kv": n["voltage_kv"], "cs_mm": n["cs_mm"],
        "amplitude_contrast": n["amplitude_contrast"], "phase_shift": n["phase_shift_deg"],
    }  # fmt: skip


def _abtem(o: Optics) -> Numbers:
    # χ grows with C12 cos 2(φ − φ12) where our defocus falls: the axis of least defocus is its axis
    return {
        "energy_eV": 1e3 * o.voltage_kv, "C10_A": -o.defocus, "C12_A": o.astigmatism / 2,
        "phi12_rad": np.deg2rad(o.astigmatism_angle + 90.0), "C30_A": o.cs_mm * units.MM,
    }  # fmt: skip


def _abtem_back(n: Numbers) -> Numbers:
    return {
        "defocus": -n["C10_A"], "astigmatism": 2 * n["C12_A"], "cs_mm": n["C30_A"] / units.MM,
        "astigmatism_angle": np.rad2deg(n["phi12_rad"]) - 90.0, "voltage_kv": n["energy_eV"] / 1e3,
        "amplitude_contrast": 0.0,
    }  # fmt: skip


def _made() -> dict[str, Program]:
    rows = (
        ("relion", _relion, _relion_back, 1, "relion", (), "protein white"),
        ("ctffind", _ctffind, _ctffind_back, -1, "codata", ("bfactor",), "the phase shift in radians"),
        ("eman2", _eman2, _eman2_back, 1, "12.2639", ("phase_shift",), "µm and percent; astigmatism is U − V"),
        ("cryosparc", _cryosparc, _cryosparc_back, -1, "codata", (), "angles in radians; see blob/sign"),
        ("cryodrgn", _cryodrgn, _cryodrgn_back, -1, "12.2639", (), "protein dark"),
        ("aspire", _aspire, _aspire_back, -1, "12.2639", ("phase_shift",), "angle in radians; B for s in 1/nm"),
        ("cryojax", _cryojax, _cryojax_back, -1, "12.2639", ("bfactor",), "astigmatism is U − V"),
        ("torch-ctf", _torch_ctf, _torch_ctf_back, 1, "codata", ("bfactor",), "µm; astigmatism is half of U − V"),
        ("abtem", _abtem, _abtem_back, -1, "codata", ("phase_shift", "bfactor"),
         "a wave's aberrations: C10 negative is underfocus; amplitude contrast belongs to its potential"),
    )  # fmt: skip
    return {
        name: Program(name, to, back, tuple(to(Optics())), sign, wavelength, lacks, note)
        for name, to, back, sign, wavelength, lacks, note in rows
    }


PROGRAMS: dict[str, Program] = _made()


def program(name: str) -> Program:
    """A program by name. InputError lists the names."""
    if name not in PROGRAMS:
        raise InputError(f"{name!r} is no program that is known here; there are {', '.join(PROGRAMS)}")
    return PROGRAMS[name]


def to(name: str, optics: Optics) -> Numbers:
    """The numbers of an optics by a program's names, which carry their units; scalars or one value a particle.

    InputError where the optics hold something that the program has no number for.
    """
    found = program(name)
    for field in found.lacks:
        if np.any(np.asarray(getattr(optics, field)) != 0):
            raise InputError(f"{name} has no number for {field}, which is not 0 here; leave it out on purpose first")
    if optics.aberrations is not None or optics.coherence is not None:
        raise InputError(
            f"aberrations and coherence have no numbers in this translation to {name}; leave them out first"
        )
    return found.to(optics)


def optics_from(name: str, numbers: Mapping[str, Any]) -> Optics:
    """The optics of a program's numbers by name. What is missing is 0 where that is harmless; else InputError.

    Unknown names are refused: they are a misspelling, or another unit.
    """
    found = program(name)
    unknown = set(numbers) - set(found.names)
    if unknown:
        raise InputError(f"{name} has no {sorted(unknown)[0]!r} here; its numbers are {', '.join(found.names)}")
    standard = found.to(Optics(defocus=0.0, amplitude_contrast=0.0, cs_mm=0.0))
    needed = [
        n for n in found.names if any(w in n.lower() for w in ("volt", "kv", "energy", "defocus", "df1", "dfu", "c10"))
    ]
    missing = [n for n in needed if n not in numbers and "angle" not in n.lower()]
    if missing:
        raise InputError(f"{name} needs {', '.join(missing)} for an optics")
    values = found.back({**standard, **{k: np.asarray(v, float)[()] for k, v in numbers.items()}})
    angle = np.mod(values.pop("astigmatism_angle"), 180.0)
    return Optics(astigmatism_angle=angle, **values)


def wavelength(name: str, voltage_kv: float) -> float:
    """The wavelength in Å that a program uses: CODATA 2018's, RELION's, or 12.2639/√(V + 0.97845e-6 V²)."""
    volts = voltage_kv * 1e3
    kind = program(name).wavelength
    if kind == "relion":
        return float(12.2643247 / np.sqrt(volts * (1 + volts * 0.978466e-6)))
    if kind == "12.2639":
        return float(12.2639 / np.sqrt(volts + 0.97845e-6 * volts**2))
    return float(units.wavelength(voltage_kv))
