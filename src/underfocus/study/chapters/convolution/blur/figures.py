"""The figures of the chapter on convolution, sampling and Nyquist."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import convolution, filters, fourier, sampling, stencils
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from ...pictures import specimen_image
from .. import shapes

Shape = Annotated[Literal["box", "ramp", "Gaussian", "two peaks", "edge"], option("which function stands still")]
Slider = Annotated[
    Literal["box", "ramp", "Gaussian", "two peaks", "edge"], option("which function is turned round and slides")
]
At = Annotated[float, knob("", -8.0, 8.0, "where the slid function has got to: x₀", valid=(-10.0, 10.0), step=0.05)]
Period = Annotated[float, knob("Å", 0.8, 12.0, "the period of the signal", valid=(0.2, 100.0), step=0.05)]
Step = Annotated[float, knob("Å", 0.5, 4.0, "the distance between samples: the pixel", valid=(0.1, 50.0), step=0.05)]
Specimen = Annotated[Literal["protein", "Siemens star", "micrograph", "mine"], option("the picture")]
Kernel = Annotated[
    Literal["Gaussian", "box", "Sobel, along x", "Sobel, along y", "Laplacian", "sharpen"],
    option("what every pixel is replaced with"),
]
Size = Annotated[
    float, knob("px", 0.5, 10.0, "σ of the Gaussian, half the side of the box", valid=(0.3, 30.0), step=0.1)
]
Sigma = Annotated[float, knob("Å", 1.0, 20.0, "σ of the blur", valid=(0.1, 200.0), step=0.1)]


@figure(
    "Slide, multiply, add",
    caption="Above the line: $g(t)$ stands still, $h(x_0 - t)$ is turned round and slides. The shaded product is what is added. "
    "Right: its area, for every $x_0$.",
    look_for="the dot is the shaded area. Swap the two functions: the pictures on the left differ, the curve on the right does not.",
    code=(shapes.snapshot, shapes.slid),
    play="at",
)
def sliding(stands: Shape = "box", slides: Slider = "ramp", at: At = 1.0) -> Panels:
    """One moment of a convolution, and the convolution."""
    t = np.linspace(-8, 8, 801)
    g, h = shapes.snapshot(stands, slides, at, t)
    x = np.linspace(-8, 8, 161)
    whole = shapes.slid(stands, slides, x, 0.02)
    here = shapes.slid(stands, slides, np.array([at]))
    left = curve(
        t,
        Line(g, "g(t)"),
        Line(h, "h(x₀ − t)"),
        Line(g * h, "product", "area"),
        x="t",
        y="value",
        y_limits=(-0.05, 1.1),
    )
    right = curve(
        x, Line(whole, "g * h"), Line(here, "this moment", "points", x=np.array([at])), x="x₀", y="(g * h)(x₀)", marks=(Mark(at),),
    )  # fmt: skip
    return beside(left, right, readout("shaded area", float(here[0])), columns=2)


@figure(
    "A comb of samples",
    caption="A wave (faint) seen only at its samples, and the slowest wave that runs through the same samples. Right: its frequency among the "
    "copies that sampling makes, one every 1/pixel.",
    look_for="as the period falls below two pixels the samples begin to tell of another wave, and it runs the other way: its period grows.",
    code=(sampling.alias, sampling.nyquist),
    play="period",
)
def comb(period: Period = 1.5, pixel: Step = 1.0) -> Panels:
    """What samples make of a wave that is too fast for them."""
    x = np.linspace(-6 * pixel, 6 * pixel, 1601)
    places = np.arange(-6, 7) * pixel
    seen = float(sampling.alias(1 / period, pixel))
    left = curve(
        x,
        Line(np.cos(2 * np.pi * x / period), "the wave", "faint"),
        Line(np.cos(2 * np.pi * x * seen), "what samples say"),
        Line(np.cos(2 * np.pi * places / period), "samples", "points", x=places),
        x="x, Å", y="height", y_limits=(-1.15, 1.15),
    )  # fmt: skip
    nyquist = 0.5 / pixel
    copies = np.array([k / pixel + s / period for k in range(-3, 4) for s in (-1, 1)])
    own = np.array([-1 / period, 1 / period])
    right = curve(
        copies, Line(np.full(len(copies), 0.6), "copies", "stems"), Line(np.ones(2), "the wave", "stems", x=own),
        x="spatial frequency, 1/Å", y="", x_limits=(-2.2 / pixel, 2.2 / pixel), y_limits=(0, 1.2),
        marks=(Mark(-nyquist, "−Nyquist"), Mark(nyquist, "Nyquist")),
    )  # fmt: skip
    slow = abs(seen) < 1e-9
    return beside(
        left,
        right,
        readout("period of the wave", period, "Å"),
        readout("period in the samples", "a constant" if slow else float(1 / abs(seen)), "" if slow else "Å"),
        readout("finest that is safe", sampling.nyquist(pixel), "Å"),
        columns=2,
    )


@figure(
    "Kernels",
    caption="A picture, what a kernel makes of it, and what the kernel does to each frequency (the modulus of its transfer).",
    look_for="blurs pass the middle of the transform, derivatives stop it. A box has rings: some frequencies it does not dampen but turns over.",
    code=(convolution.convolve, stencils.transfer),
)
def kernels(specimen: Specimen = "protein", kernel: Kernel = "box", size: Size = 3.0) -> Panels:
    """One kernel over one picture, in real space."""
    picture, pixel = specimen_image(specimen, 128, 2.0)
    chosen = shapes.kernel(kernel, size)
    made = convolution.convolve(picture, chosen, "reflect")
    n = picture.shape[0]
    transfer = fourier.display(stencils.transfer(chosen, n), n).real if kernel[:5] != "Sobel" else None
    if transfer is None:
        transfer = np.abs(fourier.display(stencils.transfer(chosen, n), n))
    most = float(np.abs(transfer).max())
    signed = kernel not in ("Gaussian", "box", "sharpen")
    return beside(
        image(picture, pixel, title="The picture"),
        image(made, pixel, title="After the kernel", colour="diverging" if signed else "grey"),
        image(transfer, 1 / (n * pixel), title="Transfer", colour="diverging", limits=(-most, most), space="fourier"),
        readout("kernel", f"{chosen.shape[0]} × {chosen.shape[1]}"),
        readout("its sum: the gain at zero", float(chosen.sum())),
        readout("largest gain", most),
    )


@figure(
    "A wide Gaussian",
    caption="A protein blurred in real space by a Gaussian of σ, and the filter that does the same in Fourier space.",
    look_for="the wider the blur in Å, the narrower the filter in 1/Å. They are one thing, and a B-factor is its third name.",
    code=(filters.gaussian, filters.bfactor),
    play="sigma",
)
def wide_gaussian(sigma: Sigma = 5.0) -> Panels:
    """Blur, filter and B-factor."""
    picture, pixel = specimen_image("protein", 128, 2.0)
    s = np.linspace(0, 0.25, 300)
    b = 8 * np.pi**2 * sigma**2
    blurred = convolution.convolve(picture, stencils.gaussian(sigma / pixel), "wrap")
    filtered = filters.apply(picture, lambda k: filters.gaussian(k, sigma), pixel)
    drawn = curve(
        s, Line(filters.gaussian(s, sigma), "transfer of the blur"), Line(filters.bfactor(s, b), "B-factor", "dashed"),
        x="spatial frequency, 1/Å", y="amplitude left", y_limits=(0, 1.05), marks=(Mark(1 / (np.pi * 2**0.5 * sigma), "1/e"),),
    )  # fmt: skip
    return beside(
        image(picture, pixel, title="The picture"),
        image(blurred, pixel, title="Blurred"),
        drawn,
        readout("1/e at", float(np.pi * 2**0.5 * sigma), "Å"),
        readout("the same as B", b, "Å²", "8π²σ²"),
        readout(
            "filter and blur differ by",
            float(np.abs(blurred - filtered).max() / np.abs(filtered).max()),
            "",
            "the kernel is cut at 4σ",
        ),
    )


SERVES = {
    "sliding": ("M4.q3", "M4.r1"),
    "comb": ("M4.r1",),
    "kernels": ("M4.r2", "M4.q4"),
    "wide_gaussian": ("M4.q5",),
}
