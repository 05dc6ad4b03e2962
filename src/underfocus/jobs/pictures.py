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


def _grey(data: Real, pixel: float, title: str, caption: str) -> Image:
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
        ("y", data[:, middle], "z down"),
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


def fsc_curve(curves: dict[str, Any], title: str = "Fourier shell correlation") -> Any:
    """Curves by name: an Fsc with a mask shows its parts."""
    first = next(iter(curves.values()))
    lines = [Line(c.best, name, "solid" if i == 0 else "dashed") for i, (name, c) in enumerate(curves.items())]
    if first.masked is not None:
        lines += [
            Line(first.unmasked, "unmasked", "faint"),
            Line(first.randomised, "phases randomised, masked", "dotted"),
        ]
    lines += [Line(np.full(len(first.frequency), t), "", "faint") for t in (0.5, 0.143)]
    marks = tuple(Mark(1 / c.resolution(0.143), f"{c.resolution(0.143):.2f} Å") for c in list(curves.values())[:1])
    caption = (
        "Correlation of the two maps' Fourier coefficients, shell by shell. Look for a smooth fall to 0 and no rise "
        "after; 0.143 between half maps corresponds to 0.5 between the whole map and the truth."
    )
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


def guinier_plot(plot: Any) -> Any:
    """ln F against s², with the fitted line."""
    chosen = (plot.s2 > 0) & (plot.log_amplitude > plot.log_amplitude.max() - 30)
    line = plot.intercept + plot.slope * plot.s2[chosen]
    caption = (
        f"The slope beyond {plot.fit_from:g} Å is −B/4: here B = {plot.bfactor:.0f} Å². Sharpening turns it level; "
        "look for a straight stretch to fit."
    )
    return curve(
        plot.s2[chosen],
        Line(plot.log_amplitude[chosen], "ln of mean amplitude"),
        Line(line, "fit", "dashed"),
        x="s², 1/Å²",
        y="ln F",
        title="Guinier plot",
        caption=caption,
        marks=(Mark(1 / plot.fit_from**2, "fit from"), Mark(1 / plot.fit_to**2, "to")),
    )


def views(pose: Any, cells: int = 24) -> Image:
    """How often each view direction occurs, in equal-area bins of azimuth and cosine of tilt, over the mean."""
    view = to_numpy(pose.rotation)[..., 2, :].reshape(-1, 3)
    azimuth, height = np.arctan2(view[:, 1], view[:, 0]), view[:, 2]
    counts, _, _ = np.histogram2d(height, azimuth, bins=(cells // 2, cells), range=((-1, 1), (-np.pi, np.pi)))
    caption = (
        "Particles a bin over the mean: azimuth from −180° to 180° across, cosine of tilt from 1 at the top to −1. "
        "Bins have equal area, so an even grey is an even coverage."
    )
    return image(counts[::-1] / counts.mean(), title="View directions", caption=caption, colour="viridis")


def defoci(optics: Any) -> Any:
    """A histogram of defocus in µm."""
    values = np.atleast_1d(to_numpy(optics.defocus)) / 1e4
    heights, edges = np.histogram(values, bins=min(30, max(5, len(values) // 20)))
    middles = (edges[1:] + edges[:-1]) / 2
    caption = "A spread of defocus fills the zeros of any single CTF."
    return bars(middles, heights, x="defocus, µm", y="particles", title="Defocus", caption=caption)


def spectrum(images: Real, pixel: float) -> Image:
    """Mean power spectrum of images, logarithmic, its origin in the middle."""
    power = np.log(fourier.power2(images - images.mean(axis=(1, 2), keepdims=True)).mean(axis=0) + 1e-12)
    inner = sampling.crop(power, images.shape[-1] // 2 * 2)
    middle = inner.shape[-1] // 2
    inner[middle, middle] = np.median(inner)
    caption = "Mean of the squared transforms, logarithmic. Rings are the CTF; where they end, noise begins."
    return image(
        inner,
        1 / (images.shape[-1] * pixel),
        title="Power spectrum",
        caption=caption,
        space="fourier",
        colour="viridis",
    )


def particle_panels(imaging: Any) -> Panels:
    """Noiseless and noisy particles and their spectrum."""
    count = min(16, len(imaging))
    clean, noisy = imaging.signal(slice(0, count)), imaging.images(0, count)
    pixel = imaging.volume.pixel
    many = imaging.images(0, min(len(imaging), 200))
    return beside(
        _grey(
            mosaic(clean),
            pixel,
            "Without noise",
            "The first particles as the CTF leaves them. Look for halos: spread signal.",
        ),
        _grey(mosaic(noisy), pixel, "As recorded", "The same with noise. Could you pick them?"),
        spectrum(many, pixel),
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


def resolution_readouts(fsc: Any) -> tuple[Any, ...]:
    """The two thresholds as numbers, and whether sampling is the limit."""
    note = "limited by the pixel" if fsc.reaches_nyquist(0.143) else ""
    return (
        readout("FSC 0.143", fsc.resolution(0.143), "Å", note),
        readout("FSC 0.5", fsc.resolution(0.5), "Å"),
        readout("Nyquist", 2 * fsc.pixel, "Å"),
    )
