"""The figures of the chapter on the Fourier transform: pure functions from knobs to panels."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Pixel
from underfocus.maths import fourier, sampling
from underfocus.samples import projection as project_sample
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from ..signals import SHAPES, bins_between, closed_form, gibbs, samples, square_wave

Shape = Annotated[Literal[SHAPES], option("which function g(x) is transformed")]  # type: ignore[valid-type]
Width = Annotated[float, knob("Å", 4.0, 40.0, "the size a of the feature", valid=(1.0, 200.0), step=0.5)]
Move = Annotated[
    float, knob("Å", -20.0, 20.0, "how far the function is moved along x", valid=(-100.0, 100.0), step=0.5)
]
Samples = Annotated[int, knob("", 32, 512, "how many samples the box holds", valid=(16, 2048), step=2, log=True)]
Part = Annotated[
    Literal["modulus", "real and imaginary", "phase"], option("which part of the complex transform is drawn")
]
Side = Annotated[int, knob("px", 16, 256, "samples along the box", valid=(8, 512), step=2)]
Coarse = Annotated[float, knob("Å", 5.0, 40.0, "the long end of the band", valid=(1.0, 1000.0), step=0.5)]
Fine = Annotated[float, knob("Å", 2.0, 20.0, "the short end of the band", valid=(1.0, 1000.0), step=0.1)]
Terms = Annotated[int, knob("", 1, 60, "how many sine waves are added", valid=(1, 400), step=1)]
Factor = Annotated[float, knob("×", 0.5, 4.0, "by how much the picture is magnified", valid=(0.25, 8.0), step=0.05)]
Finest = Annotated[
    float, knob("Å", 2.5, 40.0, "the finest length that is kept", valid=(2.2, 200.0), step=0.1, log=True)
]


@figure(
    "A function and its transform",
    caption="Left: samples of $g(x)$. Right: its transform $G(u)$, FFT times pixel, over the closed form (dashed).",
    look_for="wide on the left is narrow on the right. Moving $g$ changes no modulus, only the phase.",
    code=(fourier.fft1, fourier.dft1),
    play="width",
)
def spectrum(
    shape: Shape = "Gaussian", width: Width = 12.0, move: Move = 0.0, samples_in_box: Samples = 128, pixel: Pixel = 1.0,
    part: Part = "modulus",
) -> Panels:  # fmt: skip
    """g(x), its discrete transform, and the transform that pencil and paper give."""
    x, g = samples(shape, width, move, samples_in_box, pixel)
    u = np.fft.fftfreq(samples_in_box, pixel)
    order = np.argsort(u)
    found, exact = (fourier.fft1(g) * pixel)[order], closed_form(shape, width, move, u[order])
    lines: tuple[Line, ...]
    if part == "modulus":
        lines = (Line(np.abs(found), "FFT"), Line(np.abs(exact), "closed form", "dashed"))
    elif part == "phase":
        seen = np.where(np.abs(found) > 1e-3 * np.abs(found).max(), np.angle(found), np.nan)
        lines = (Line(seen, "phase", "points"), Line(np.angle(exact), "closed form", "faint"))
    else:
        lines = (
            Line(found.real, "real"),
            Line(found.imag, "imaginary"),
            Line(exact.real, "closed form, real", "faint"),
            Line(exact.imag, "closed form, imaginary", "faint"),
        )
    left = curve(x, Line(g, "g"), x="x, Å", y="g(x)")
    right = curve(u[order], *lines, x="spatial frequency u, 1/Å", y="G(u)" if part != "phase" else "phase, rad")
    worst = float(np.abs(found - exact).max() / np.abs(exact).max())
    return beside(left, right, readout("largest error of the FFT", worst, "", "of the largest |G|"), columns=2)


@figure(
    "The bin ruler",
    caption="Every bin of the transform of a box, in 1/Å below and in Å above. The band you choose is drawn tall.",
    look_for="bins are even in 1/Å: the first spans everything longer than the box, the last a sliver of length.",
    code=(bins_between,),
)
def bin_ruler(side: Side = 128, pixel: Pixel = 1.0, coarse: Coarse = 10.0, fine: Fine = 5.0) -> Panels:
    """Bins of one side of the transform, and how many lie in a band in one, two and three dimensions."""
    u = fourier.half_frequencies1(side, pixel)
    inside = (u > 1 / coarse) & (u <= 1 / fine) if coarse > fine else np.zeros(len(u), bool)
    ruler = curve(
        u,
        Line(np.where(inside, 1.0, 0.45), "bins", "stems"),
        x="spatial frequency, 1/Å",
        y="",
        y_limits=(0, 1.15),
        marks=(Mark(1 / coarse, f"{coarse:g} Å"), Mark(1 / fine, f"{fine:g} Å"), Mark(0.5 / pixel, "Nyquist")),
    )
    counts = [bins_between(side, pixel, coarse, fine, dims) if coarse > fine else 0 for dims in (1, 2, 3)]
    return beside(
        ruler,
        readout("bin spacing", 1 / (side * pixel), "1/Å", "1 / (N · pixel)"),
        readout("Nyquist", sampling.nyquist(pixel), "Å"),
        readout("bins in the band, one side", counts[0]),
        readout("pixels of the ring, 2D", counts[1]),
        readout("voxels of the shell, 3D", counts[2]),
    )


@figure(
    "A square wave from sines",
    caption="The first odd harmonics of a square wave, added, and how much each one carries.",
    look_for="more terms make the corner steeper, and the overshoot beside it narrower. It does not get lower.",
    play="terms",
)
def partial_sums(terms: Terms = 5) -> Panels:
    """Partial sums of the Fourier series of a square wave of height 1."""
    x = np.linspace(-0.6, 0.6, 1201)
    harmonics = 2 * np.arange(terms) + 1
    drawn = curve(
        x, Line(square_wave(x, terms), "sum"), Line(np.sign(np.sin(2 * np.pi * x)), "square wave", "faint"),
        x="x, periods", y="height", y_limits=(-1.4, 1.4),
    )  # fmt: skip
    weights = curve(
        harmonics,
        Line(4 / (np.pi * harmonics), "amplitude", "stems"),
        x="harmonic",
        y="amplitude",
        x_limits=(0, 2.0 * terms),
        y_limits=(0, 1.4),
    )
    return beside(drawn, weights, readout("overshoot", 100 * gibbs(terms), "% of the jump"), columns=2)


@figure(
    "Magnify, and the transform shrinks",
    caption="The same pair of features magnified, in a box of 256 pixels as the camera has them, and their transforms.",
    look_for="the fringes: twice the magnification, half the spacing. Nothing was done to the transform itself.",
    play="factor",
)
def magnification(factor: Factor = 2.0) -> Panels:
    """Scale in x against scale in u."""
    n, width = 256, 16.0
    x, g = samples("pair", width * factor, 0.0, n, 1.0)
    _, before = samples("pair", width, 0.0, n, 1.0)
    u = fourier.half_frequencies1(n)
    after, first = (np.abs(fourier.fft1(v))[: n // 2 + 1] for v in (g, before))
    left = curve(x, Line(g, "magnified"), Line(before, "as it was", "faint"), x="x, camera pixels", y="g(x)")
    right = curve(
        u, Line(after / after.max(), "magnified"), Line(first / first.max(), "as it was", "faint"),
        x="frequency, 1/pixel", y="|G|, scaled to 1", x_limits=(0, 0.25),
    )  # fmt: skip
    zero = 0.5 / (width * factor)
    return beside(
        left, right, readout("first dark fringe", zero, "1/pixel"), readout("it moved by", 1 / factor, "×"), columns=2
    )


@figure(
    "A picture and its transform",
    caption="A projection of a real structure (PDB 7PBL), its power spectrum (logarithmic), and what the kept part makes.",
    look_for="the middle of the transform alone makes the blurred picture; the rim is what sharpens it.",
    code=(fourier.fft2, fourier.power2),
    play="finest",
)
def picture(finest: Finest = 10.0) -> Panels:
    """Low-pass by hand: what each ring of the transform holds."""
    n, pixel = 192, 1.0
    whole = project_sample(n, pixel).data[0]
    half = fourier.fft2(whole)
    keep = fourier.radius2(n, pixel) <= 1 / finest
    power = np.log10(np.abs(fourier.display(half, n)) ** 2 + 1)
    shown = np.where(fourier.display(keep.astype(complex), n).real > 0.5, power, 0.35 * power)
    share = float((keep * fourier.half_weights(n)).sum() / n**2)
    return beside(
        image(whole, pixel, title="Projection"),
        image(shown, 1 / (n * pixel), title="Its transform", colour="viridis", space="fourier"),
        image(fourier.ifft2(half * keep, n), pixel, title="From what is kept"),
        readout("part of the transform kept", 100 * share, "%"),
    )


SERVES = {
    "spectrum": ("M2.r1", "M2.r2"),
    "bin_ruler": ("M2.q3", "M2.r3"),
    "partial_sums": ("M2.r3",),
    "magnification": ("M2.q2",),
    "picture": ("M2.r1",),
}
