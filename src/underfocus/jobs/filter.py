"""``underfocus filter``: low, high and band pass, a Gaussian blur or a B-factor, on a map, a micrograph or a stack."""

from __future__ import annotations

from typing import Annotated, Any

from ..base.errors import InputError
from ..base.knobs import Knobs, knob
from ..data.dials import Pixel
from . import dense, verbs
from .folder import JobFolder
from .job import Job, Outcome


class FilterKnobs(Knobs):
    """What is filtered, and by what; several filters are multiplied."""

    file: dense.Source
    low_pass: Annotated[
        float | None,
        knob("Å", 2.0, 100.0, "Keep what is coarser than this; half the amplitude is left at it.", valid=(0.01, 1e6)),
    ] = None
    high_pass: Annotated[
        float | None, knob("Å", 20.0, 2000.0, "Keep what is finer than this; the mean goes.", valid=(0.01, 1e6))
    ] = None
    edge: Annotated[
        float,
        knob(
            "",
            0.0,
            1.0,
            "Softness of the pass filters, as a part of their frequency; 0 cuts sharply.",
            valid=(0.0, 2.0),
        ),
    ] = 0.1
    butterworth: Annotated[
        int | None, knob("", 1, 16, "Use Butterworth's form of this order in place of a soft edge.", valid=(1, 64))
    ] = None
    gaussian: Annotated[float | None, knob("Å", 0.5, 50.0, "Blur by a Gaussian of this σ.", valid=(1e-3, 1e6))] = None
    bfactor: Annotated[
        float | None,
        knob("Å²", -300.0, 300.0, "Multiply by exp(−B s²/4): positive damps, negative sharpens.", flag="--b-factor"),
    ] = None
    pixel: Pixel | None = None


def transfers(knobs: FilterKnobs) -> list[str]:
    """The chosen filters as lines of Python in k (1/Å): what `work` computes and `python` prints."""
    found = []
    for length, low in ((knobs.low_pass, True), (knobs.high_pass, False)):
        if length is None:
            continue
        if knobs.butterworth is not None:
            line = f"filters.butterworth(k, {length!r}, {knobs.butterworth})"
        else:
            line = f"filters.low_pass(k, {length!r}, {knobs.edge!r})"
        found.append(line if low else f"1 - {line}")
    if knobs.gaussian is not None:
        found.append(f"filters.gaussian(k, {knobs.gaussian!r})")
    if knobs.bfactor is not None:
        found.append(f"filters.bfactor(k, {knobs.bfactor!r})")
    return found


def transfer(knobs: FilterKnobs, k: Any) -> Any:
    """The product of the chosen filters at |k| in 1/Å."""
    from ..maths import filters

    gain: Any = k * 0 + 1
    for length, low in ((knobs.low_pass, True), (knobs.high_pass, False)):
        if length is None:
            continue
        form = (
            filters.low_pass(k, length, knobs.edge)
            if knobs.butterworth is None
            else filters.butterworth(k, length, knobs.butterworth)
        )
        gain = gain * (form if low else 1 - form)
    if knobs.gaussian is not None:
        gain = gain * filters.gaussian(k, knobs.gaussian)
    return gain if knobs.bfactor is None else gain * filters.bfactor(k, knobs.bfactor)


def check(knobs: FilterKnobs, nyquist: float) -> None:
    """InputError where nothing was asked for, a band is empty, or a cut-off lies beyond Nyquist."""
    if not transfers(knobs):
        raise InputError("no filter was asked for; give --low-pass, --high-pass, --gaussian or --b-factor")
    if knobs.low_pass is not None and knobs.high_pass is not None and knobs.low_pass >= knobs.high_pass:
        raise InputError(
            f"--low-pass {knobs.low_pass:g} and --high-pass {knobs.high_pass:g} Å leave nothing: the low pass must be "
            "the finer length"
        )
    for name, length in (("--low-pass", knobs.low_pass), ("--high-pass", knobs.high_pass)):
        if length is not None and length < nyquist:
            raise InputError(
                f"{name} {length:g} Å is finer than these pixels carry: their finest length is {nyquist:g} Å"
            )


def work(knobs: FilterKnobs, folder: JobFolder | None) -> Outcome:
    """Filter into the folder."""
    from ..maths import filters

    assert folder is not None
    found = dense.read(knobs.file, knobs.pixel)
    check(knobs, 2 * found.pixel)

    def filtered(part: Any, dims: int) -> Any:
        return filters.apply(part, lambda k: transfer(knobs, k), found.pixel, dims)

    file = dense.write(folder, "filtered", found, filtered, found.pixel)
    results = {
        "size": list(found.data.shape),
        "pixel_A": found.pixel,
        "filters": transfers(knobs),
        "files": [file],
    }
    return Outcome(results, (f"Filtered {dense.size(found)}: {file}",), _report(knobs, found, folder, file))


def _report(knobs: FilterKnobs, found: Any, folder: JobFolder, file: str) -> Any:
    import numpy as np

    from ..show import report as reports
    from ..show.specs import Line, curve

    s = np.linspace(0, 0.5 / found.pixel, 400)
    drawn = curve(s, Line(transfer(knobs, s), "amplitude kept"), x="spatial frequency, 1/Å", y="amplitude kept")
    after = dense.read(folder.path(file), found.pixel)
    sections = (
        reports.Section("The filter", "What is left of each spatial frequency.", panels=_alone(drawn)),
        reports.Section("Before", panels=dense.shown(found, "Before", knobs.file.name)),
        reports.Section("After", panels=dense.shown(after, "After", file)),
    )
    return reports.Report(title=f"Filter of {knobs.file.name}", opening=" · ".join(transfers(knobs)), sections=sections)


def _alone(drawn: Any) -> Any:
    from ..show.specs import beside

    return beside(drawn)


def python(knobs: FilterKnobs) -> str:
    """The same in the library."""
    pixel = "" if knobs.pixel is None else f", pixel={knobs.pixel!r}"
    gain = " * ".join(f"({line})" if line.startswith("1 - ") else line for line in transfers(knobs))
    return "\n".join(
        [
            "from underfocus.maths import filters",
            f"found = uf.open({str(knobs.file)!r}{pixel})",
            "dims = 3 if isinstance(found, uf.Volume) else 2",
            f"filtered = filters.apply(found.data, lambda k: {gain}, found.pixel, dims)",
        ]
    )


JOB = Job("filter", verbs.VERBS["filter"], FilterKnobs, work, python)
