"""The translator: round trips, each program's own formula on its own numbers, refusals, files, the command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from underfocus.base.errors import InputError, UnsupportedFileError
from underfocus.cli import main
from underfocus.data import translate
from underfocus.data.optics import Optics
from underfocus.maths import fourier
from underfocus.physics import ctf

N, PIXEL = 40, 1.9
KY, KX = fourier.frequencies2(N, PIXEL)
S2, AZIMUTH = KX**2 + KY**2, np.arctan2(KY, KX)
FULL = Optics(
    defocus=13_400.0, astigmatism=900.0, astigmatism_angle=33.0, voltage_kv=200.0, cs_mm=1.4,
    amplitude_contrast=0.08, phase_shift=21.0, bfactor=70.0,
)  # fmt: skip
#: λ at 200 kV from the relativistic formula with CODATA, typed.
L = 0.025079340


def held(name: str) -> Optics:
    """The optics without what the program cannot hold."""
    from dataclasses import replace

    more = {"amplitude_contrast": 0.0} if name == "abtem" else {}
    return replace(FULL, **dict.fromkeys(translate.program(name).lacks, 0.0), **more)


def sine(u: float, v: float, degrees: float, cs_mm: float, w: float, shift: float, b: float) -> np.ndarray:
    local = (u + v) / 2 + (u - v) / 2 * np.cos(2 * (AZIMUTH - np.deg2rad(degrees)))
    gamma = np.pi * L * local * S2 - np.pi / 2 * cs_mm * 1e7 * L**3 * S2**2 + shift
    return np.sin(gamma + np.arcsin(w)) * np.exp(-b * S2 / 4)


def by_mean(mean: float, difference: float, *rest: float) -> np.ndarray:
    return sine(mean + difference / 2, mean - difference / 2, *rest)


def take(*names: str) -> Callable[[dict[str, float]], list[float]]:
    return lambda numbers: [numbers[name] for name in names]


RELION = take(
    *[
        "rlnDefocusU",
        "rlnDefocusV",
        "rlnDefocusAngle",
        "rlnSphericalAberration",
        "rlnAmplitudeContrast",
        "rlnPhaseShift",
    ]
)
CTFFIND = take(
    "defocus_1_A", "defocus_2_A", "astigmatism_azimuth_deg", "cs_mm", "amplitude_contrast", "phase_shift_rad"
)
SPARC = take("ctf/df1_A", "ctf/df2_A", "ctf/df_angle_rad", "ctf/cs_mm", "ctf/amp_contrast", "ctf/phase_shift_rad")
DRGN = take("dfu_A", "dfv_A", "dfang_deg", "cs_mm", "w", "phase_shift_deg")
ASPIRE = take("defocus_u_A", "defocus_v_A", "defocus_ang_rad", "cs_mm", "alpha")
EMAN = take("defocus_um", "dfdiff_um", "dfang_deg", "cs_mm", "ampcont_percent")
JAX = take(
    "defocus_in_angstroms", "astigmatism_in_angstroms", "astigmatism_angle_deg", "spherical_aberration_in_mm",
    "amplitude_contrast_ratio", "phase_shift_deg",
)  # fmt: skip
TORCH = take("defocus_um", "astigmatism_um", "astigmatism_angle_deg", "cs_mm", "amplitude_contrast", "phase_shift_deg")


def degrees_last(values: list[float]) -> list[float]:
    return [*values[:-1], np.deg2rad(values[-1])]


def radians_third(values: list[float]) -> list[float]:
    return [*values[:2], np.rad2deg(values[2]), *values[3:]]


def eman2(n: dict[str, float]) -> np.ndarray:
    mean, difference, degrees, cs, percent = EMAN(n)
    return by_mean(1e4 * mean, 1e4 * difference, degrees, cs, percent / 100, 0.0, n["bfactor_A2"])


def torch_ctf(n: dict[str, float]) -> np.ndarray:
    mean, half, *rest = degrees_last(TORCH(n))
    return by_mean(1e4 * mean, 2e4 * half, *rest, 0.0)


#: Each program's CTF as a function of its own numbers by name, as that program computes it.
FORMULAS: dict[str, Callable[[dict[str, float]], np.ndarray]] = {
    "relion": lambda n: sine(*degrees_last(RELION(n)), n["rlnCtfBfactor"]),
    "ctffind": lambda n: -sine(*CTFFIND(n), 0.0),
    "eman2": eman2,
    "cryosparc": lambda n: -sine(*radians_third(SPARC(n)), n["ctf/bfactor"]),
    "cryodrgn": lambda n: -sine(*degrees_last(DRGN(n)), n["bfactor_A2"]),
    "aspire": lambda n: -sine(*radians_third(ASPIRE(n)), 0.0, 0.0) * np.exp(-n["B_nm2"] * 100 * S2),
    "cryojax": lambda n: -by_mean(*degrees_last(JAX(n)), 0.0),
    "torch-ctf": torch_ctf,
}
FIELDS = [
    "defocus",
    "astigmatism",
    "astigmatism_angle",
    "voltage_kv",
    "cs_mm",
    "amplitude_contrast",
    "phase_shift",
    "bfactor",
]


@pytest.mark.parametrize("name", translate.PROGRAMS)
def test_there_and_back(name: str) -> None:
    optics = held(name)
    again = translate.optics_from(name, translate.to(name, optics))
    for field in FIELDS:
        assert getattr(again, field) == pytest.approx(getattr(optics, field), rel=1e-12, abs=1e-12), field


@pytest.mark.parametrize("name", FORMULAS)
def test_a_program_s_formula_on_its_numbers_is_our_ctf(name: str) -> None:
    optics = held(name)
    found = FORMULAS[name](translate.to(name, optics))
    ours = ctf.ctf2_plain(N, PIXEL, optics)
    assert np.abs(found + translate.program(name).sign * ours).max() < 3e-5


def test_abtem_s_wave_is_our_transfer() -> None:
    """Its CTF is exp(−iχ), χ = 2π/λ (C10 α²/2 + C12 α² cos 2(φ − φ12)/2 + C30 α⁴/4) with α = λs."""
    n = translate.to("abtem", held("abtem"))
    alpha2 = L**2 * S2
    chi = 2 * np.pi / L * ((n["C10_A"] + n["C12_A"] * np.cos(2 * (AZIMUTH - n["phi12_rad"]))) * alpha2 / 2 + n["C30_A"] * alpha2**2 / 4)  # fmt: skip  # noqa: E501
    assert np.abs(np.exp(-1j * chi) - ctf.transfer(KY, KX, held("abtem"))).max() < 3e-5


@pytest.mark.parametrize(("name", "value"), [("relion", 0.019687615), ("cryodrgn", 0.019686970), ("torch-ctf", 0.019687489)])  # fmt: skip  # noqa: E501
def test_wavelengths_of_other_programs(name: str, value: float) -> None:
    assert translate.wavelength(name, 300.0) == pytest.approx(value, abs=1.5e-9)


@pytest.mark.parametrize(("kv", "relion", "short"), [(80, 0.041757397, 0.041755976), (100, 0.037014579, 0.037013324), (120, 0.033492348, 0.033491217), (200, 0.025079494, 0.025078659)])  # fmt: skip  # noqa: E501
def test_wavelengths_at_other_voltages(kv: float, relion: float, short: float) -> None:
    assert translate.wavelength("relion", kv) == pytest.approx(relion, abs=2e-9)
    assert translate.wavelength("aspire", kv) == pytest.approx(short, abs=2e-9)


def test_what_would_be_lost_or_misread_is_refused() -> None:
    with pytest.raises(InputError, match="phase_shift"):
        translate.to("aspire", FULL)
    with pytest.raises(InputError, match="no 'defocus'"):
        translate.optics_from("eman2", {"defocus": 1.5})
    with pytest.raises(InputError, match="needs"):
        translate.optics_from("cryodrgn", {"dfu_A": 15_000.0})
    with pytest.raises(InputError, match="there are relion"):
        translate.program("gctf2")


def test_one_value_a_particle(tmp_path: Path) -> None:
    many = Optics(defocus=np.array([1e4, 2e4]), astigmatism=300.0)
    numbers = translate.to("eman2", many)
    assert numbers["defocus_um"].tolist() == [1.0, 2.0]
    assert np.allclose(translate.optics_from("eman2", numbers).defocus, many.defocus)


def test_the_command_with_numbers_and_with_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "rlnDefocusU=15500",
        "rlnDefocusV=14500",
        "rlnDefocusAngle=30",
        "rlnVoltage=300",
        "rlnAmplitudeContrast=0.1",
    ]
    assert main(["translate-ctf", *words, "--from", "relion", "--to", "eman2"]) == 0
    said = capsys.readouterr().out
    assert "defocus_um = 1.5" in said
    assert "ampcont_percent = 10" in said
    text = "# acceleration voltage: 300.0 keV ; spherical aberration: 2.70 mm ; amplitude contrast: 0.07\n"
    (tmp_path / "a.txt").write_text(
        text + "1.0 14477.87 13500.0 75.0 0.5 0.001 12.1\n2.0 18332.7 17896.3 -84.1 0.0 0.006 14.6\n"
    )
    out = tmp_path / "Out"
    assert main(["translate-ctf", str(tmp_path / "a.txt"), "--to", "cryosparc", "-o", str(out)]) == 0
    rows = (out / "ctf.csv").read_text().splitlines()
    assert rows[0].startswith("ctf/df1_A,")
    assert float(rows[1].split(",")[0]) == pytest.approx(14477.87)
    assert float(rows[1].split(",")[6]) == pytest.approx(0.5)
    assert len(rows) == 3


def test_the_command_refuses_what_it_cannot_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from underfocus.jobs.translate_ctf import read

    assert main(["translate-ctf", "defocus_um=1.5", "--to", "relion"]) != 0
    assert "--from" in capsys.readouterr().err
    (tmp_path / "a.pkl").write_bytes(b"")
    with pytest.raises(UnsupportedFileError, match="pickle"):
        read(tmp_path / "a.pkl")
