"""The pictures of the reports: mosaics, sections, FSC and Guinier plots, view directions and defoci."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.arrays import to_numpy
from ..maths import fourier, sampling
from ..show import report as reports
from ..show.specs import Image, Line, Mark, Panels, bars, beside, curve, image, readout

Real = np.ndarray[Any, Any]
HONEST = (
    "The particles are simulated: real structure, real optics, random poses, white noise; no ice, damage or motion."
)
#: Percentiles between which a micrograph-like picture is drawn, so that a few outliers do not flatten it.
CONTRAST = (0.5, 99.5)
#: Powers of ten between the ends of the colour map of a spectrum.
DECADES = 4


def grey(data: Real, pixel: float, title: str, caption: str) -> Image:
    """A picture whose few outliers do not flatten it."""
    low, high = np.percentile(data, CONTRAST)
    limits = (float(low), float(high)) if high > low else None
    return image(data, pixel, title=title, caption=caption, limits=limits)


def mosaic(images: Real, rows: int = 4, columns: int = 4) -> Real:
    """The first images (m, n, n) in rows and columns, each scaled alike."""
    n = images.shape[-1]
    tiles = np.zeros((rows * columns, n, n), np.float32)
    tiles[: min(len(images), len(tiles))] = images[: len(tiles)]
    return tiles.reshape(rows, columns, n, n).swapaxes(1, 2).reshape(rows * n, columns * n)


def central_slices(volume: Any, what: str) -> Panels:
    """The three central sections of a map."""
    data, n = to_numpy(volume.data), volume.n
    middle = n // 2
    sections = (
        ("z", data[middle], "y down, x right"),
        ("y", data[:, middle], "z down, x right"),
        ("x", data[:, :, middle], "z down, y right"),
    )
    limits = (float(min(0.0, np.percentile(data, 1))), float(np.percentile(data, 99.9)))
    return beside(
        *(
            image(
                d,
                volume.pixel,
                title=f"Section across {axis}",
                caption=f"{what}, through the centre; {words}.",
                limits=limits,
            )
            for axis, d, words in sections
        )
    )


def fsc_curve(curves: dict[str, Any], title: str = "Fourier shell correlation", band: Any = None) -> Any:
    """Curves by name: an Fsc with a mask shows its parts; ``band`` is that of the first."""
    first = next(iter(curves.values()))
    lines = [Line(c.best, name, "solid" if i == 0 else "dashed") for i, (name, c) in enumerate(curves.items())]
    if band is not None:
        (label, found), *_ = curves.items()
        lines[0] = Line(found.best, f"{label}, {100 * band.level:g} % band", band=(band.low, band.high))
    if first.masked is not None:
        lines += [
            Line(first.unmasked, "unmasked", "faint"),
            Line(first.randomised, "phases randomised, masked", "dotted"),
        ]
    lines += [Line(np.full(len(first.frequency), t), "", "faint") for t in (0.5, 0.143)]
    marks = tuple(Mark(1 / c.resolution(0.143), f"{c.resolution(0.143):.2f} Å") for c in list(curves.values())[:1])
    caption = (
        "Correlation of two maps' Fourier coefficients, shell by shell, with the thresholds 0.5 and 0.143. Look for a "
        "smooth fall to 0 and no rise after it; 0.143 between half maps corresponds to 0.5 between the whole map and "
        "the truth."
    )
    if first.masked is not None:
        caption += " Where the phases were random, only the mask correlates: that much is taken off."
    return curve(
        first.frequency,
        *lines,
        x="spatial frequency, 1/Å",
        y="FSC",
        title=title,
        caption=caption,
        y_limits=(-0.1, 1.05),
        marks=marks,
    )


def guinier_plot(plot: Any, truth: Any = None) -> Any:
    """ln F against s² of a map (and of its truth), with the fitted line, a little beyond the fit on either side."""
    chosen = (plot.s2 > 0.25 / plot.fit_from**2) & (plot.s2 < 1.25 / plot.fit_to**2) & (plot.log_amplitude != 0)
    lines = [
        Line(plot.log_amplitude[chosen], "map, weighted by its FSC"),
        Line(plot.intercept + plot.slope * plot.s2[chosen], f"fit, B = {plot.bfactor:.0f} Å²", "dashed"),
    ]
    if truth is not None:
        moved = truth.log_amplitude - truth.intercept + plot.intercept
        lines.append(Line(moved[chosen], "truth, moved to meet it", "faint"))
    caption = (
        f"Natural logarithm of the mean amplitude in a shell. The slope beyond {plot.fit_from:g} Å is −B/4. "
        "Look for a straight stretch to fit, and for where noise bends it."
    )
    if truth is not None:
        caption += " The map falls faster than the truth by the B that damped the images."
    return curve(
        plot.s2[chosen],
        *lines,
        x="s², 1/Å²",
        y="ln F",
        title="Guinier plot",
        caption=caption,
        marks=(Mark(1 / plot.fit_from**2, f"{plot.fit_from:g} Å"), Mark(1 / plot.fit_to**2, f"{plot.fit_to:.1f} Å")),
    )


def views(pose: Any) -> Image:
    """How often each view direction occurs, in equal-area bins of azimuth and cosine of tilt, over the mean.

    Bins are made so wide that an even coverage puts some sixteen particles into each: fewer would show chance alone.
    """
    view = to_numpy(pose.rotation)[..., 2, :].reshape(-1, 3)
    cells = 2 * int(np.clip(np.sqrt(len(view) / 32), 3, 18))
    azimuth, height = np.arctan2(view[:, 1], view[:, 0]), view[:, 2]
    counts, _, _ = np.histogram2d(height, azimuth, bins=(cells // 2, cells), range=((-1, 1), (-np.pi, np.pi)))
    caption = (
        "Particles a bin over the mean: azimuth from −180° to 180° across, cosine of tilt from 1 at the top to −1. "
        "Bins have equal area: one colour all over is even coverage, and dark bins are views that are missing."
    )
    shares = counts[::-1] / max(counts.mean(), 1e-12)
    return image(
        shares, title="View directions", caption=caption, colour="viridis", limits=(0.0, max(2.0, shares.max()))
    )


def defoci(optics: Any) -> Any:
    """A histogram of defocus in µm."""
    values = np.atleast_1d(to_numpy(optics.defocus)) / 1e4
    heights, edges = np.histogram(values, bins=min(30, max(5, len(values) // 20)))
    middles = (edges[1:] + edges[:-1]) / 2
    caption = "A spread of defocus fills the zeros of any single CTF."
    return bars(middles, heights, x="defocus, µm", y="particles", title="Defocus", caption=caption)


def spectrum(imaging: Any, count: int = 64) -> Image:
    """Mean power of noiseless images of about one defocus, logarithmic, to half of Nyquist, origin in the middle."""
    defocus = np.broadcast_to(to_numpy(imaging.optics.defocus), (len(imaging),))
    middle = float(np.median(defocus))
    images, pixel = imaging.signal(np.argsort(np.abs(defocus - middle))[:count]), imaging.volume.pixel
    power = fourier.power2(images - images.mean(axis=(1, 2), keepdims=True)).mean(axis=0)
    inner = np.log10(sampling.crop(power, max(8, images.shape[-1] // 4 * 2)) + 1e-30)
    high = float(np.percentile(inner, 99.8))
    caption = (
        f"Mean of the squared transforms, over {DECADES} powers of ten, of noiseless particles near "
        f"{middle / 1e4:.2f} µm of defocus. Look for dark rings: what they cover is lost at this defocus, and must "
        "come from others."
    )
    step, limits = 1 / (images.shape[-1] * pixel), (high - DECADES, high)
    return image(inner, step, title="Power spectrum", caption=caption, space="fourier", colour="viridis", limits=limits)


def particle_panels(imaging: Any) -> Panels:
    """Noiseless and noisy particles, and the spectrum of the former."""
    count = min(16, len(imaging))
    clean, noisy = imaging.signal(slice(0, count)), imaging.images(0, count)
    pixel = imaging.volume.pixel
    return beside(
        grey(
            mosaic(clean),
            pixel,
            "Without noise",
            "The first particles as the CTF leaves them. Look for halos: defocus spreads the signal.",
        ),
        grey(mosaic(noisy), pixel, "With noise", "The same, as a detector would have them. Could you pick them?"),
        spectrum(imaging),
        columns=3,
    )


def simulation_report(imaging: Any, name: str) -> reports.Report:
    """The report of a simulation."""
    return reports.Report(
        title=f"Simulated particles of {name}",
        opening=HONEST,
        sections=(
            reports.Section("Particles", panels=particle_panels(imaging)),
            reports.Section("How they were seen", panels=coverage(imaging)),
            reports.Section(
                "The truth",
                "The density that every particle is a projection of.",
                central_slices(imaging.volume, "Truth"),
            ),
        ),
    )


def coverage(imaging: Any) -> Panels:
    """View directions and defoci side by side."""
    return beside(views(imaging.pose), defoci(imaging.optics))


def resolution_readouts(fsc: Any, band: Any = None) -> tuple[Any, ...]:
    """The two thresholds as numbers, with their intervals where a band is given, and whether sampling is the limit."""
    notes: dict[float, list[str]] = {0.143: [], 0.5: []}
    for threshold, words in notes.items():
        fine, coarse = (0.0, 0.0) if band is None else band.interval(threshold)
        if f"{fine:.2f}" != f"{coarse:.2f}":
            words.append(f"{fine:.2f}–{coarse:.2f}, {100 * band.level:g} %")
    if fsc.reaches_nyquist(0.143):
        notes[0.143].append("limited by the pixel")
    return (
        readout("FSC 0.143", fsc.resolution(0.143), "Å", "; ".join(notes[0.143])),
        readout("FSC 0.5", fsc.resolution(0.5), "Å", "; ".join(notes[0.5])),
        readout("Nyquist", 2 * fsc.pixel, "Å"),
    )
