"""``underfocus ctf``: defocus, astigmatism and more of micrographs, as a RELION micrographs STAR with pictures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.errors import InputError, UnderfocusError
from ..base.knobs import Knobs, knob, option
from ..base.progress import track
from ..data.dials import Pixel
from ..data.optics import AmplitudeContrast, PhaseShift, SphericalAberration, Voltage
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome

Bounds = Annotated[
    tuple[float, float],
    knob(
        "Å", 2_000, 60_000, "Defoci among which is searched, as LOW:HIGH.", flag="--defocus", chapter="phase-contrast"
    ),
]


class CtfKnobs(Knobs):
    """Which micrographs, through which microscope, and what is fitted."""

    files: Annotated[tuple[Path, ...], option("Micrographs (.mrc, .mrc.bz2, .mrc.gz, .tif).", flag="MIC")]
    pixel: Pixel | None = None
    voltage_kv: Voltage | None = None
    cs_mm: SphericalAberration = 2.7
    amplitude_contrast: AmplitudeContrast = 0.07
    defocus: Bounds = (2_000.0, 60_000.0)
    finest: Annotated[
        float | None,
        knob("Å", 3.0, 10.0, "Finest length of the fit; by default as far as rings are found.", valid=(0.5, 50.0)),
    ] = None
    phase_shift: PhaseShift = 0.0
    fit_phase: Annotated[bool, option("Fit the phase shift of a phase plate.", chapter="phase-contrast")] = False
    tilt: Annotated[bool, option("Fit the tilt of the specimen.", chapter="phase-contrast")] = False
    thickness: Annotated[
        bool, option("Fit the specimen's thickness, from the node of its rings.", chapter="phase-contrast")
    ] = False


def opened(path: Path, knobs: CtfKnobs) -> tuple[Any, float, float]:
    """The image (ny, nx), its pixel in Å and the voltage in kV, from the knobs or a microscope's header. InputError."""
    from ..data.files.fei import Microscope, microscope
    from ..data.images import Images
    from ..data.open import MAPS, open, suffix_of

    said = microscope(path) if suffix_of(path) in MAPS else Microscope()
    found = open(path, pixel=knobs.pixel or said.pixel)
    if not isinstance(found, Images) or len(found) != 1:
        kind = f"{len(found)} images" if isinstance(found, Images) else type(found).__name__
        raise InputError(f"{path} holds {kind}, and one micrograph is needed; average a movie's frames first")
    voltage = knobs.voltage_kv or said.voltage_kv
    if voltage is None:
        raise InputError(f"{path} does not say its voltage; give --voltage")
    return np.asarray(found.data[0]), found.pixel, float(voltage)


def fitted(path: Path, knobs: CtfKnobs) -> tuple[Any, Any, float]:
    """The fit of one micrograph, that of its tilt or None, and its pixel in Å."""
    from ..data.optics import Optics
    from ..inference import ctffit, ctftilt

    image, pixel, voltage = opened(path, knobs)
    optics = Optics(
        voltage_kv=voltage,
        cs_mm=knobs.cs_mm,
        amplitude_contrast=knobs.amplitude_contrast,
        phase_shift=knobs.phase_shift,
    )
    found = ctffit.fit(
        image,
        pixel,
        optics,
        defocus=knobs.defocus,
        finest=knobs.finest,
        phase_shift=knobs.fit_phase,
        thick=knobs.thickness,
    )
    tilt = ctftilt.fit_tilt(image, pixel, found) if knobs.tilt else None
    return found, tilt, pixel


def work(knobs: CtfKnobs, folder: JobFolder | None) -> Outcome:
    """Fit all; a file that cannot be fitted is named and left out, and the others are kept. A folder is needed."""
    assert folder is not None
    done, failed = [], []
    for path in track(list(knobs.files), "micrographs", total=len(knobs.files)):
        try:
            done.append((path, *fitted(path, knobs)))
        except UnderfocusError as error:
            failed.append(str(error))
            folder.log(f"left out: {error}")
    if not done:
        raise InputError(f"no micrograph could be fitted; the first said: {failed[0]}")
    _write(folder, done)
    rows = [_row(*one) for one in done]
    results = {"micrographs": rows, "left_out": failed, "files": ["micrographs.star"]}
    lines = [_line(row) for row in rows] + [f"left out: {words}" for words in failed]
    return Outcome(results, tuple(lines), _report(done, failed))


def _row(path: Path, found: Any, tilt: Any, pixel: float) -> dict[str, Any]:
    """The numbers of one micrograph by name and unit."""
    row = {
        "file": str(path),
        "pixel_A": pixel,
        "defocus_A": found.optics.defocus,
        "error_A": found.error,
        "astigmatism_A": found.optics.astigmatism,
        "astigmatism_angle_deg": found.optics.astigmatism_angle,
        "phase_shift_deg": found.optics.phase_shift,
        "score": found.score,
        "resolution_A": found.resolution,
        "trustworthy": found.trustworthy,
    }
    if found.thickness:
        row["thickness_A"] = found.thickness
    if tilt is not None:
        row |= {
            "tilt_deg": tilt.tilt.tilt,
            "tilt_axis_deg": tilt.tilt.axis,
            "tilt_score": tilt.score,
            "level_score": tilt.level,
        }
    return row


def _line(row: dict[str, Any]) -> str:
    said = f"{Path(row['file']).name}: defocus {row['defocus_A']:.0f} ± {row['error_A']:.0f} Å, astigmatism "
    said += f"{row['astigmatism_A']:.0f} Å at {row['astigmatism_angle_deg']:.0f}°, rings to {row['resolution_A']:.1f} Å"
    said += f", {row['thickness_A']:.0f} Å thick" if "thickness_A" in row else ""
    said += f", tilted {row['tilt_deg']:.1f}° about {row['tilt_axis_deg']:.0f}°" if "tilt_deg" in row else ""
    return said if row["trustworthy"] else said + " (few rings: look at the picture)"


def _write(folder: JobFolder, done: list[Any]) -> None:
    """``micrographs.star`` with an optics group for each voltage and pixel, as RELION 3.1 reads it."""
    from ..data.files import star

    def text(values: Any) -> Any:
        return np.array([f"{v:.6f}" for v in values])

    optics = [found.optics for _, found, _, _ in done]
    kinds = [(float(o.voltage_kv), pixel) for o, (*_, pixel) in zip(optics, done, strict=True)]
    groups = sorted(set(kinds))
    numbers = np.arange(1, len(groups) + 1).astype(str)
    table = {
        "rlnOpticsGroup": numbers,
        "rlnOpticsGroupName": np.array([f"opticsGroup{i}" for i in numbers]),
        "rlnVoltage": text(g[0] for g in groups),
        "rlnSphericalAberration": text(optics[0].cs_mm for _ in groups),
        "rlnAmplitudeContrast": text(optics[0].amplitude_contrast for _ in groups),
        "rlnMicrographPixelSize": text(g[1] for g in groups),
    }
    rows = {
        "rlnMicrographName": np.array([str(path) for path, *_ in done]),
        "rlnOpticsGroup": np.array([numbers[groups.index(k)] for k in kinds]),
        "rlnDefocusU": text(o.defocus + o.astigmatism / 2 for o in optics),
        "rlnDefocusV": text(o.defocus - o.astigmatism / 2 for o in optics),
        "rlnDefocusAngle": text(o.astigmatism_angle for o in optics),
        "rlnCtfAstigmatism": text(o.astigmatism for o in optics),
        "rlnPhaseShift": text(o.phase_shift for o in optics),
        "rlnCtfFigureOfMerit": text(found.score for _, found, _, _ in done),
        "rlnCtfMaxResolution": text(found.resolution for _, found, _, _ in done),
    }
    blocks = [star.Block("optics", columns=table), star.Block("micrographs", columns=rows)]
    star.write(folder.path("micrographs.star"), blocks)


def _report(done: list[Any], failed: list[str]) -> Any:
    from ..show import report as reports
    from ..show.specs import beside

    sections = [
        reports.Section(path.name, _line(_row(path, found, tilt, pixel)), beside(*pictures_of(path, found, pixel)))
        for path, found, tilt, pixel in done[:24]
    ]
    opening = f"{len(done)} micrographs fitted" + (f", {len(failed)} left out: {'; '.join(failed)}" if failed else "")
    if len(done) > 24:
        opening += "; the first 24 are shown"
    return reports.Report(title="CTF estimation", opening=opening, sections=tuple(sections))


def pictures_of(path: Path, found: Any, pixel: float) -> tuple[Any, Any]:
    """The spectrum (left) against the fit (right), and the profile along the ellipse with the fit."""
    from ..inference import ctffit, thon
    from ..show.specs import Line, Mark, curve
    from . import pictures

    knobs = CtfKnobs(files=(path,), pixel=pixel, voltage_kv=float(found.optics.voltage_kv))
    power = thon.rings(opened(path, knobs)[0], pixel, box=500.0)
    both = ctffit.beside(power, found)
    step = power.step
    shown = pictures.grey(both, step, "Spectrum | fit", "Left: the micrograph's rings. Right: those of the fit.")
    caption = "Rings along the ellipse, the fit, and their correlation over three rings; the mark is how far they go."
    drawn = curve(
        found.s,
        Line(found.measured, "measured"),
        Line(found.model / 2, "fit", "dashed"),
        Line(found.quality, "correlation", "faint"),
        x="spatial frequency, 1/Å",
        y="rings",
        title="Profile",
        caption=caption,
        y_limits=(-1.0, 1.1),
        marks=(Mark(1 / found.resolution, f"{found.resolution:.1f} Å"),),
    )
    return replace(shown, space="fourier"), drawn


def python(knobs: CtfKnobs) -> str:
    """The same in the library, for the first micrograph."""
    voltage = "" if knobs.voltage_kv is None else f"voltage_kv={knobs.voltage_kv!r}, "
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    given = {"defocus": knobs.defocus, "finest": knobs.finest, "phase_shift": knobs.fit_phase, "thick": knobs.thickness}
    standard = {"defocus": (2_000.0, 60_000.0), "finest": None, "phase_shift": False, "thick": False}
    said = "".join(f", {k}={v!r}" for k, v in given.items() if v != standard[k])
    optics = f"uf.Optics({voltage}cs_mm={knobs.cs_mm!r}, amplitude_contrast={knobs.amplitude_contrast!r}, "
    optics += f"phase_shift={knobs.phase_shift!r})"
    lines = [
        "from underfocus.inference import ctffit, ctftilt",
        f"found = uf.open({str(knobs.files[0])!r}{pixel})",
        f"fit = ctffit.fit(found.data[0], found.pixel, {optics}{said})",
    ]
    return "\n".join(lines + (["tilt = ctftilt.fit_tilt(found.data[0], found.pixel, fit)"] if knobs.tilt else []))


JOB = Job("ctf", verbs.VERBS["ctf"], CtfKnobs, work, python)
