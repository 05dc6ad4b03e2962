"""The figures of the chapter on interpolation."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import fourier, interpolation, masks, shells
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from ...pictures import specimen_image
from .. import between

Real = np.ndarray[Any, Any]
Method = Annotated[
    Literal["nearest", "linear", "catmull-rom", "spline", "kaiser-bessel", "sinc"],
    option("how values between samples are made"),
]
Drawn = Annotated[
    Literal["nearest", "linear", "catmull-rom", "spline", "kaiser-bessel", "sinc", "polynomial"],
    option("how values between samples are made", label="method"),
]
Weighing = Annotated[
    Literal["nearest", "linear", "catmull-rom", "spline", "kaiser-bessel"],
    option("how values between samples are made", label="method"),
]
Height = Annotated[float, knob("", -1.0, 1.0, "pull this sample up or down", valid=(-10.0, 10.0), step=0.05)]
Frequency = Annotated[
    float, knob("1/px", 0.02, 0.5, "the frequency of the wave, in cycles a sample", valid=(0.0, 0.5), step=0.01)
]
Specimen = Annotated[Literal["protein", "Siemens star", "micrograph", "mine"], option("the picture")]
Zoom = Annotated[int, knob("×", 2, 16, "how far the middle is magnified", valid=(1, 32))]
Delta = Annotated[
    float, knob("°", 0.0, 180.0, "the angle between two neighbouring phasors", valid=(-360.0, 360.0), step=1)
]
OffCentre = Annotated[
    float, knob("boxes", 0.0, 0.5, "how far the object lies from the origin", valid=(0.0, 0.5), step=0.0125)
]

WORDS = {
    "nearest": "nearest",
    "linear": "linear",
    "catmull-rom": "Catmull–Rom",
    "spline": "B-spline",
    "kaiser-bessel": "Kaiser",
    "sinc": "sinc",
    "polynomial": "one polynomial",
}


@figure(
    "Between the samples",
    caption="Nine samples, of which you can pull five, and the curve that a scheme draws through them; the others are faint.",
    look_for="pull one sample and watch how far along the curve answers: half a sample, to the next, two samples on, or everywhere. The polynomial answers loudest at the far ends.",
    code=(between.through, interpolation.sample, interpolation.weights),
)
def between_samples(
    method: Drawn = "catmull-rom", third: Height = 0.2, fourth: Height = 0.9, fifth: Height = 0.6, sixth: Height = -0.5,
    seventh: Height = -0.1,
) -> Panels:  # fmt: skip
    """A curve through samples that the reader pulls."""
    samples = np.array([0.0, -0.4, third, fourth, fifth, sixth, seventh, 0.3, 0.0])
    x = np.linspace(0, 8, 641)
    others: tuple[Any, ...] = ("nearest", "linear", "catmull-rom", "spline", "sinc")
    faint = [Line(between.through(samples, x, m), "", "faint") for m in others if m != method]
    chosen = between.through(samples, x, method)
    drawn = curve(
        x, Line(chosen, WORDS[method]), Line(samples, "samples", "points", x=np.arange(9.0)), *faint,
        x="place, samples", y="value", y_limits=(-1.5, 1.5),
    )  # fmt: skip
    bend = np.diff(chosen) / np.diff(x)
    return beside(
        drawn,
        readout(
            "samples that one value needs",
            "all" if method in ("sinc", "polynomial") else interpolation.taps_of(method, 1),  # type: ignore[arg-type]
        ),
        readout("highest value", float(chosen.max()), "", f"of samples up to {samples.max():g}"),
        readout("sharpest change of slope", float(np.abs(np.diff(bend)).max()), "a step of 1/80"),
    )


@figure(
    "A kernel and its spectrum",
    caption="Left: what a single sample of 1 contributes around it. Right: the spectrum of that kernel over the ideal one, which is 1 up to Nyquist (0.5) and "
    "0 beyond.",
    look_for="what is below the ideal before 0.5 is lost; what is left beyond it is invented. Longer kernels come closer.",
    code=(interpolation.kernel, interpolation.spectrum),
)
def kernel_and_spectrum(method: Method = "linear", frequency: Frequency = 0.25) -> Panels:
    """The kernel of a scheme, and what it does to each frequency."""
    t, f = np.linspace(-4.5, 4.5, 901), np.linspace(0, 2, 401)
    left = curve(
        t,
        Line(interpolation.kernel(method, t), WORDS[method]),
        Line(np.sinc(t), "sinc", "faint"),
        x="distance, samples",
        y="weight",
    )
    right = curve(
        f, Line(interpolation.spectrum(method, f), WORDS[method]), Line(interpolation.spectrum("sinc", f), "ideal", "faint"),
        x="frequency, cycles a sample", y="gain", marks=(Mark(frequency, "yours"),), y_limits=(-0.25, 1.15),
    )  # fmt: skip
    alias = 1 - frequency
    return beside(
        left,
        right,
        readout("gain at your frequency", between.mean_gain(method, frequency)),
        readout("crest half way between samples", between.gain_half_way(method, frequency)),
        readout("invented at 1 − f", float(interpolation.spectrum(method, np.array([alias]))[0])),
        columns=2,
    )


@figure(
    "Zoom in",
    caption="The middle of a picture, as its samples are and as a scheme magnifies it.",
    look_for="squares, then blur with creases, then smoothness; and at the last, ripples beside every edge: a sinc keeps all and rings.",
    code=(interpolation.resize,),
)
def zoom(specimen: Specimen = "protein", method: Method = "catmull-rom", times: Zoom = 8) -> Panels:
    """A magnified picture."""
    picture, pixel = specimen_image(specimen, 128, 2.0)
    n = picture.shape[0]
    side = 32
    part = picture[n // 2 - side // 2 : n // 2 + side // 2, n // 2 - side // 2 : n // 2 + side // 2].astype(float)
    large = interpolation.resize(part, side * times, method)
    limits = (float(part.min()), float(part.max()))
    again = large[(side * times // 2) % times :: times, (side * times // 2) % times :: times]
    kept = float(np.abs(again - part).max())
    return beside(
        image(part, pixel, title="Samples", limits=limits),
        image(large, pixel / times, title=WORDS[method], limits=limits),
        readout("samples that one value needs", "all" if method == "sinc" else interpolation.taps_of(method, 2)),
        readout(
            "overshoot", 100 * max(0.0, float(large.max() - limits[1])) / (limits[1] - limits[0]), "% of the range"
        ),
        readout("the samples are kept to", kept),
        columns=2,
    )


@figure(
    "Between two phasors",
    caption="Two neighbouring complex samples of length 1, the straight path between them, and the arc on which the truth lies. Right: the length "
    "that is left half way, for every angle between them.",
    look_for="at 180° the straight path runs through nothing. How far apart neighbours are is decided by where the object lies in its box.",
    code=(between.phasor_left, between.degrees_a_bin),
    play="delta",
)
def phasors(delta: Delta = 90.0, off_centre: OffCentre = 0.125) -> Panels:
    """Linear interpolation of complex numbers."""
    t = np.linspace(0, 1, 101)
    angle = np.deg2rad(delta)
    straight, arc = (1 - t) + t * np.exp(1j * angle), np.exp(1j * angle * t)
    half = 0.5 * (1 + np.exp(1j * angle))
    spokes = np.array([0, 1, 0, np.cos(angle)]), np.array([0, 0, 0, np.sin(angle)])
    left = curve(
        straight.real, Line(straight.imag, "linear"), Line(arc.imag, "the truth", "dashed", x=arc.real),
        Line(spokes[1], "samples", x=spokes[0]), Line([half.imag], "half way", "points", x=[half.real]),
        x="real", y="imaginary", equal=True, x_limits=(-1.1, 1.1), y_limits=(-0.2, 1.1),
    )  # fmt: skip
    degrees = np.linspace(0, 180, 181)
    lengths = np.abs(np.cos(np.deg2rad(degrees / 2)))
    mine = between.degrees_a_bin(off_centre)
    right = curve(
        degrees, Line(lengths, "length left"), Line([between.phasor_left(delta)], "yours", "points", x=[abs(delta)]),
        x="angle between neighbours, °", y="length half way", marks=(Mark(mine, "this object"),), y_limits=(-0.02, 1.05),
    )  # fmt: skip
    return beside(
        left,
        right,
        readout("left half way", between.phasor_left(delta)),
        readout("the object turns phases by", mine, "° a bin"),
        readout("left half way for it", between.phasor_left(mine)),
        columns=2,
    )


@figure(
    "Turn a picture, and again",
    caption="A protein turned by ten degrees thirty-six times, each time interpolated anew, and what is left of it.",
    look_for="each turn multiplies the same small loss. After a full circle nearest has scattered the pixels, linear has blurred them, and a spline has kept nearly all.",
    code=(interpolation.sample,),
)
def full_circle(method: Weighing = "linear") -> Panels:
    """What repeated interpolation does."""
    picture, pixel = _protein()
    n = picture.shape[0]
    again = _turned(method)
    s = np.arange(n // 2 + 1) / (n * pixel)
    kept = shells.correlation(fourier.fft2(again), fourier.fft2(picture), n, 2)
    limits = (float(picture.min()), float(picture.max()))
    inside = masks.sphere(n, n / 2 - 2, 0, 2) > 0.5
    return beside(
        image(picture, pixel, title="Before", limits=limits),
        image(again, pixel, title="After a full circle", limits=limits),
        curve(
            s,
            Line(kept, "correlation"),
            x="spatial frequency, 1/Å",
            y="correlation with the start",
            y_limits=(-0.2, 1.05),
        ),
        readout("correlation", float(np.corrcoef(again[inside], picture[inside])[0, 1])),
    )


@lru_cache(maxsize=1)
def _protein() -> tuple[Real, float]:
    picture, pixel = specimen_image("protein", 96, 2.5)
    return (picture - picture[0, 0]).astype(float), pixel


@lru_cache(maxsize=8)
def _turned(method: interpolation.Method, times: int = 36) -> Real:
    """The protein turned by 360/times degrees, ``times`` times."""
    picture, _ = _protein()
    n = picture.shape[0]
    y, x = np.mgrid[:n, :n] - n // 2
    c, s = np.cos(2 * np.pi / times), np.sin(2 * np.pi / times)
    at = np.stack([(s * x + c * y).ravel(), (c * x - s * y).ravel()], 1) + n // 2
    for _ in range(times):
        picture = interpolation.sample(picture, at, method).reshape(n, n)
    return picture


SERVES = {
    "between_samples": ("M13.q1", "M13.r3"),
    "kernel_and_spectrum": ("M13.q1",),
    "zoom": ("M13.r1", "M13.r2"),
    "phasors": ("M13.q3",),
    "full_circle": ("M13.q1",),
}
