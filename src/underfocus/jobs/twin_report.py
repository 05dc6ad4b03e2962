"""What ``underfocus twin`` shows: three curves, the gap with its line, noise, and images beside their twins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..inference.imagenoise import outside
from ..maths import fourier, masks
from ..show import report as reports
from ..show.specs import Line, Mark, Panels, beside, curve, readout
from ..validation.limits import HAND, MORE
from . import pictures

Real = np.ndarray[Any, Any]
#: Images in a mosaic, and the length in Å to which they are blurred for the eye.
ROWS, COLUMNS, BLUR = 3, 4, 25.0
TAKEN = (
    "The twin is simulated: the map is projected in each particle's pose, moved by its shift, given its CTF, "
    "aberrations, scale and dose, and noise of the measured spectrum is added. Both sets were reconstructed by the "
    "same code in the same half sets. What the data lack beside the twin is therefore not optics, noise or number: it "
    "is poses, particles that show something else, motion or damage."
)


def write_curves(path: Path, found: Any) -> Path:
    """The three FSCs, the powers and the gap as a STAR table."""
    from ..data.files import star

    n = len(found.data.fsc)
    gap = found.gap
    columns = {
        "rlnSpectralIndex": np.arange(n).astype(str),
        "rlnResolution": _text(found.data.frequency),
        "ufFscData": _text(found.data.fsc),
        "ufFscTwin": _text(found.made.fsc),
        "ufFscExpected": _text(found.expected.best),
        "ufFscExpectedUnmasked": _text(found.expected.fsc),
        "ufSignalData": _text(found.data.signal),
        "ufSignalTwin": _text(found.made.signal),
        "ufNoiseData": _text(found.data.noise),
        "ufNoiseTwin": _text(found.made.noise),
    }
    if gap is not None:
        columns |= {
            "ufLogSignalRatio": _text(np.nan_to_num(gap.log_ratio)),
            "ufLogSignalRatioError": _text(np.nan_to_num(gap.error)),
            "ufFitted": gap.chosen.astype(int).astype(str),
        }
    return star.write(path, [star.Block("expected", columns=columns)])


def _text(values: Real) -> Real:
    return np.array([f"{v:.6g}" for v in values])


def report(knobs: Any, particles: Any, found: Any) -> reports.Report:
    """The whole page."""
    words = "Too few shells have signal to say why data and twin differ." if found.verdict is None else ""
    said = words or "\n\n".join(found.verdict.sentences)
    sections = [reports.Section("What limits this map", said, fsc(found))]
    if found.gap is not None:
        sections.append(reports.Section("The gap", GAP, gap(found)))
    sections += [
        reports.Section("Noise", NOISE, noise(particles, found)),
        reports.Section("Image by image", IMAGES, images(particles, found)),
        reports.Section("The map that the twin shows", _about(found), pictures.central_slices(found.map, "Map")),
        reports.Section("What the twin is", f"{TAKEN}\n\n{HAND}"),
    ]
    return reports.Report(
        title=f"What limits {knobs.map.name}",
        opening=f"{len(particles):,} particles of {knobs.particles.name} beside a twin that was simulated from the map "
        "in their poses, with their CTFs and their noise.",
        sections=tuple(sections),
    )


def fsc(found: Any) -> Panels:
    """Data, twin and expectation on one plot, with resolutions."""
    where = "within the mask" if found.mask is not None else "over the whole box"
    drawn = curve(
        found.data.frequency,
        Line(found.data.fsc, "data"),
        Line(found.made.fsc, "twin", "dashed"),
        Line(found.expected.best, "expected", "dotted"),
        Line(np.full(len(found.data.fsc), 0.143), "", "faint"),
        x="spatial frequency, 1/Å",
        y="FSC",
        title="Data, twin and expectation",
        caption=f"Half maps' correlation {where}, the mask's own not taken off. The expectation is reckoned from "
        "ΣCTF², the noise and the map, without an image; the twin is one draw of it. Look for where the data leave the "
        "other two.",
        y_limits=(-0.1, 1.05),
        marks=(Mark(1 / found.data.resolution, f"{found.data.resolution:.2f} Å"),),
    )
    outs = [
        readout("data", round(found.data.resolution, 2), "Å", "at FSC 0.143"),
        readout("twin", round(found.made.resolution, 2), "Å"),
        readout("expected", round(found.expected.resolution(), 2), "Å"),
        readout(
            f"expected of {MORE} times as many",
            round(found.expected.resolution(times=MORE), 2),
            "Å",
            "of perfect particles",
        ),
        readout("Nyquist", 2 * found.data.pixel, "Å"),
    ]
    if found.verdict is not None and found.verdict.more is not None:
        outs.insert(
            4, readout(f"{MORE} times as many", round(found.verdict.more, 2), "Å", "by the data's own fall-off")
        )
    return beside(drawn, tuple(outs))


GAP = (
    "The ratio of the signal powers that the half maps share, data over twin, against s², as in a Guinier plot. A "
    "straight line falls by B/2: centres, motion, disorder. A line that is low from the start is a part of the "
    "particles alone. Errors of angles bend it, for the middle of a particle moves less than its rim."
)


def gap(found: Any) -> Panels:
    """The logarithm of the ratio of signals with its fits, and that of the noise."""
    from ..validation import pose_error
    from ..validation.gap import radii_of

    g = found.gap
    shown = slice(1, min(len(g.s2) - 1, int(np.flatnonzero(g.chosen)[-1]) + 2))
    s2, chosen = g.s2[shown], g.chosen[shown]
    ratio, error = np.nan_to_num(g.log_ratio[shown]), np.nan_to_num(g.error[shown], nan=9.0)
    low = float(min((ratio - error)[chosen].min() - 0.1, -0.5))
    high = float(max((ratio + error)[chosen].max() + 0.1, 0.5))
    noises = np.log(np.maximum(found.data.noise, 1e-30) / np.maximum(found.made.noise, 1e-30))[shown]
    line = f"line, B = {g.line.amount:.0f} Å²"
    drawn = {"signal": ratio, line: g.fitted()[shown], "noise": noises, "": ratio + error, " ": ratio - error}
    styles = {"signal": "points", line: "solid", "noise": "dotted", "": "faint", " ": "faint"}
    if g.turned is not None:
        left = pose_error.power_left(np.sqrt(s2), g.turned.amount, *radii_of(found.map, found.mask))
        name = f"angles, {g.turned.amount:.1f}°"
        drawn[name] = 2 * np.log(g.turned.fraction) + np.log(np.maximum(left, 1e-6))
        styles[name] = "dashed"
    lines: list[Any] = [Line(np.clip(v, low, high), k.strip(), styles[k]) for k, v in drawn.items()]  # type: ignore[arg-type]
    picture = curve(
        s2,
        *lines,
        x="s², 1/Å²",
        y="ln of the ratio",
        title="Data over twin",
        caption="Points: the signal's ratio, with thin lines one error off; 0 is no gap. Dotted: the same ratio of the "
        "noise in the half maps, which is 0 where the twin has the data's noise, and above it where particles that "
        "differ make noise of their own.",
        y_limits=(low, high),
        marks=(Mark(float(g.s2[g.chosen].max()), "end of the fit"),),
    )
    moved = float(np.sqrt(max(g.line.amount, 0.0) / pose_error.bfactor(1.0)))
    outs = [
        readout("extra B", round(g.line.amount), "Å²", f"± {g.line.amount_error:.0f}"),
        readout("as centres", round(moved, 2), "Å", "rms along each axis"),
        readout("fraction of amplitude", round(g.line.fraction, 3), "", f"± {g.line.fraction_error:.3f}"),
        readout("misfit of the line", round(g.line.chi2, 1), "", "χ² a shell"),
    ]
    if g.turned is not None:
        note = f"± {g.turned.amount_error:.1f}, rms about each axis"
        outs.insert(2, readout("as angles", round(g.turned.amount, 1), "°", note))
        outs.append(readout("misfit of angles", round(g.turned.chi2, 1), "", "χ² a shell"))
    return beside(picture, tuple(outs))


NOISE = (
    "The twin's noise has the spectrum that was measured on the data. What the map leaves unexplained in the images is "
    "noise too, and what lies above the corners' noise is signal that the map does not have, or that lies elsewhere "
    "than the poses say."
)


def noise(particles: Any, found: Any) -> Panels:
    """Spectra of the corners of data and twin, and of what the map leaves unexplained."""
    frequency = found.data.frequency
    made = outside(found.twin.imitation()[found.rows]).mean()
    seen = outside(particles[found.rows]).mean()
    both, left = (np.log10(np.maximum(v, 1e-12)) for v in (np.stack([seen, made]), found.seen.residual.mean()))
    drawn = [
        Line(both[0, 1:-1], "data, corners"),
        Line(both[1, 1:-1], "twin, corners", "dashed"),
        Line(left[1:-1], "data less map", "dotted"),
    ]
    groups = len(found.twin.noise.power)
    return beside(
        curve(
            frequency[1:-1],
            *drawn,
            x="spatial frequency, 1/Å",
            y="log₁₀ variance a pixel",
            title="Spectra of the noise",
            caption="Mean over images, outside the inscribed circle or over all of the image. Look for the twin upon "
            "the data.",
        ),
        (readout("optics groups", groups, "", "with a spectrum each"),),
    )


IMAGES = (
    f"Particles and their twins in the same poses and order, blurred to {BLUR:g} Å for the eye. Below, how strongly "
    "each image shows the map, by least squares: 1 is the map as it is, 0 is nothing. Twins scatter by noise alone; a "
    "second heap of data at 0 is junk."
)


def images(particles: Any, found: Any) -> tuple[Panels, Panels]:
    """Mosaics of both, and the two distributions of strength."""
    rows = found.rows[np.unique(np.linspace(0, len(found.rows) - 1, ROWS * COLUMNS).astype(int))]
    both = [np.asarray(to_numpy(p[rows].images().data)) for p in (particles, found.twin.imitation())]
    pixel = particles.pixel
    mosaics = [pictures.mosaic(_blurred(x, pixel), ROWS, COLUMNS) for x in both]
    limits = tuple(float(v) for v in np.percentile(mosaics[0], (0.5, 99.5)))
    names = (("Data", "Look for what stands out: ice, neighbours, junk."), ("Twins", "The map in the same poses."))
    from ..show.specs import image

    drawn = [
        image(m, pixel, title=t, caption=c, limits=limits if limits[1] > limits[0] else None)
        for m, (t, c) in zip(mosaics, names, strict=True)
    ]
    return beside(*drawn), beside(_strengths(found), _facts(found))


def _blurred(stack: Real, pixel: float) -> Real:
    """Images (m, n, n) without what is finer than BLUR."""
    n = stack.shape[-1]
    place = fourier.radius2(n, pixel) * n * pixel - n * pixel / max(BLUR, 2 * pixel)
    return np.asarray(fourier.ifft2(fourier.fft2(stack) * masks.falloff(place, 4.0).astype(np.float32), n))


def _strengths(found: Any) -> Any:
    """Distributions of strength of data and twins."""
    ends = np.percentile(np.concatenate([found.seen.strength, found.seen_twin.strength]), (0.2, 99.8))
    edges = np.linspace(min(0.0, float(ends[0])), float(ends[1]) + 1e-9, 41)
    heights = [np.histogram(a.strength, edges)[0] for a in (found.seen, found.seen_twin)]
    return curve(
        (edges[1:] + edges[:-1]) / 2,
        Line(heights[0], "data"),
        Line(heights[1], "twins", "dashed"),
        x="strength of the map in an image",
        y="images",
        title="How strongly images show the map",
        caption=f"Of {len(found.rows)} images, spread over the set.",
    )


def _facts(found: Any) -> tuple[Any, ...]:
    return (
        readout("mean strength", round(found.seen.mean, 3), "", f"± {found.seen.mean_error:.3f}"),
        readout("by noise alone", round(float(np.mean(found.seen.error)), 3), "", "scatter of one image"),
        readout("as if showing nothing", round(100 * found.seen.absent, 1), "%", "by the scatter beyond noise"),
    )


def _about(found: Any) -> str:
    """What was done to the map."""
    said = []
    if found.judged.own:
        said.append("It was made from these particles: their noise is in it, and was weighed down by their FSC.")
    if found.undone:
        said.append(f"A B-factor of {found.undone:.0f} Å² was undone in it.")
    if found.scaled != 1:
        said.append(
            f"It is on another grey scale than the images and was multiplied by {found.scaled:.3g}, so that a fraction "
            "of particles cannot be read."
        )
    return " ".join(said) or "As it was given."
