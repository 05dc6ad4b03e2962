"""The figures of the chapter on deconvolution, boundaries and cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import convolution, deconvolution, fourier, sampling, stencils
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import undoing

Sigma = Annotated[float, knob("px", 0.5, 4.0, "σ of the blur", valid=(0.3, 10.0), step=0.1)]
Noise = Annotated[float, knob("σ", 0.0, 0.5, "noise added after the blur", valid=(0.0, 5.0), step=0.01)]
Constant = Annotated[
    float, knob("", 1e-9, 10.0, "Wiener's constant: noise over signal power", valid=(1e-15, 1e6), log=True)
]
Boundary = Annotated[Literal["zero", "wrap", "reflect"], option("what is taken to lie beyond the edge")]
Half = Annotated[int, knob("px", 1, 40, "how far from its centre the kernel is kept", valid=(1, 60))]
Wide = Annotated[float, knob("px", 1.0, 10.0, "σ of the kernel", valid=(0.5, 15.0), step=0.1)]
Length = Annotated[int, knob("px", 32, 256, "samples of the line", valid=(16, 1024), step=2)]
Taps = Annotated[int, knob("px", 3, 31, "samples of the kernel", valid=(1, 63), step=2)]
Zeros = Annotated[int, knob("px", 0, 40, "zeros added behind the line", valid=(0, 256))]
Largest = Annotated[int, knob("px", 5, 63, "the largest kernel of the race", valid=(3, 101), step=2)]
Side = Annotated[int, knob("px", 64, 1024, "the side of the picture", valid=(32, 2048), step=2, log=True)]
Pixel = Annotated[float, knob("Å", 0.4, 2.0, "the pixel on the specimen", valid=(0.1, 10.0), step=0.01)]
Camera = Annotated[int, knob("px", 2048, 8192, "pixels along a side of the camera", valid=(256, 20_000), step=256)]


@figure(
    "Undoing a blur",
    caption="A protein, blurred and with noise; what dividing by the transfer gives; what Wiener gives; and the error that every constant leaves.",
    look_for="without noise the division is perfect. With a grain of noise there is nothing but noise, and the best constant is a valley: too small "
    "explodes, too large stays blurred.",
    code=(deconvolution.naive_gain, deconvolution.wiener_gain),
    play="constant",
)
def deconvolve(sigma: Sigma = 1.5, noise: Noise = 0.05, constant: Constant = 0.01) -> Panels:
    """A blur, undone by division and by Wiener."""
    seen, spread = undoing.blurred(sigma, noise), undoing.point_spread(sigma)
    found = deconvolution.wiener(seen, spread, 1 / constant)
    # the least constant that a computer can divide by stands for none at all
    divided = deconvolution.wiener(seen, spread, 1e28)
    constants, errors = undoing.errors(sigma, noise)
    best = int(np.argmin(errors))
    limits = (float(undoing.sharp().min()), float(undoing.sharp().max()))
    valley = curve(
        constants, Line(np.minimum(errors, 10.0), "error"), Line([min(undoing.error(found), 10.0)], "yours", "points", x=[constant]),
        x="Wiener's constant", y="error, σ of the picture", x_scale="log", y_scale="log", marks=(Mark(float(constants[best]), "best"),),
    )  # fmt: skip
    return beside(
        image(seen, undoing.PIXEL, title="Blurred, with noise", limits=limits),
        image(divided, undoing.PIXEL, title="Divided"),
        image(found, undoing.PIXEL, title="Wiener", limits=limits),
        valley,
        readout("error if nothing is done", undoing.error(seen), "σ"),
        readout("error of the division", undoing.error(divided), "σ"),
        readout("error of Wiener", undoing.error(found), "σ"),
        readout("the best there is", float(errors[best]), "σ"),
        columns=2,
    )


@figure(
    "Beyond the edge",
    caption="A piece of a real micrograph blurred as if it ended there, and its difference from the blur by one who saw the rest.",
    look_for="the damage is a frame as wide as the kernel reaches. Zeros darken it; wrapping brings in the far side; the mirror is least wrong here, and still wrong.",
    code=(convolution.convolve,),
)
def boundaries(boundary: Boundary = "wrap", sigma: Wide = 4.0) -> Panels:
    """What each guess about the outside costs."""
    part, wide = undoing.field()
    kernel = stencils.gaussian(sigma)
    truth = undoing.true_blur(wide, kernel)
    found = convolution.convolve(part, kernel, boundary)
    most = float(np.abs(truth).max())
    return beside(
        image(part, 2.67, title="The micrograph"),
        image(found, 2.67, title="Blurred", limits=(-most, most)),
        image(found - truth, 2.67, title="Less the true blur", colour="diverging", limits=(-most, most)),
        readout("kernel reaches", stencils.gaussian(sigma, 1).size // 2, "px"),
        readout("error over the picture", float(np.sqrt(np.mean((found - truth) ** 2)) / truth.std()), "σ"),
        readout(
            "error in the middle half", float(np.abs(found - truth)[40:120, 40:120].max()) + 0.0, "", "the largest"
        ),
    )


@figure(
    "A kernel cut short",
    caption="The error that is left when a Gaussian kernel ends so many pixels from its centre, and where on a protein it lies.",
    look_for="every further σ buys about a factor, and the factor grows: beyond 4σ nothing is left that a picture in single precision could show.",
    code=(undoing.cut_gaussian,),
    play="half",
)
def truncated(sigma: Wide = 4.0, half: Half = 8) -> Panels:
    """Error against half-width."""
    halves = np.unique(np.round(np.geomspace(1, 40, 16)).astype(int))
    errors = np.array([undoing.cut_gaussian(sigma, int(h))[0] for h in halves])
    found, difference = undoing.cut_gaussian(sigma, half)
    drawn = curve(
        halves / sigma, Line(np.maximum(errors, 1e-16), "relative error"), Line([max(found, 1e-16)], "yours", "points", x=[half / sigma]),
        x="half-width over σ", y="relative error", y_scale="log",
    )  # fmt: skip
    return beside(
        drawn,
        image(
            fourier.ifft2(difference, undoing.SIDE), undoing.PIXEL, title="The error on a protein", colour="diverging"
        ),
        readout("relative error", found),
        readout("samples of the kernel", (2 * half + 1) ** 2, "", f"{2 * (2 * half + 1)} if done axis by axis"),
        columns=2,
    )


@figure(
    "Matching sizes",
    caption="A line convolved with a kernel round its ends (as a product of transforms does it), after some zeros were added, and how it should be.",
    look_for="half a kernel at each end is wrong, until n + k − 1 samples leave room for what comes round.",
    code=(convolution.padded_size, convolution.full),
    play="zeros",
)
def sizes(length: Length = 64, taps: Taps = 15, zeros: Zeros = 0) -> Panels:
    """Circular against linear convolution."""
    rng = np.random.default_rng(2)
    line, kernel = rng.standard_normal(length).cumsum() / 4, np.hanning(taps + 2)[1:-1]
    kernel = kernel / kernel.sum()
    linear = convolution.convolve(line, kernel, "zero")
    wide = np.pad(line, (0, zeros))
    circular = convolution.convolve(wide, kernel, "wrap")[:length] if taps <= len(wide) else linear
    x = np.arange(length)
    wrong = np.abs(circular - linear) > 1e-9
    drawn = curve(
        x, Line(line, "the line", "faint"), Line(linear, "as it should be", "dashed"), Line(circular, "round its ends"), x="sample", y="value",
    )  # fmt: skip
    return beside(
        drawn,
        readout("wrong samples", int(wrong.sum())),
        readout(
            "samples needed",
            convolution.padded_size(length, taps),
            "",
            "n + k − 1 for the whole of it; half of k − 1 more for this part",
        ),
        readout("samples there are", length + zeros),
    )


@figure(
    "The race",
    caption="Milliseconds of three ways to the same result, as the kernel grows: the direct sum (compiled), the product of transforms, and axis by axis "
    "for a kernel that allows it. Single precision, on the machine in front of you.",
    look_for="where the direct sum, whose time grows with the kernel's area, crosses the transform, which does not care. The third one is hard to beat.",
    code=(convolution.convolve,),
    measured=True,
)
def race(side: Side = 256, largest: Largest = 41) -> Iterator[Panels]:
    """Time against kernel size, measured here and now."""
    rng = np.random.default_rng(0)
    picture = rng.standard_normal((side, side)).astype(np.float32)
    widths, times = [], {"direct": [], "fft": [], "separable": []}  # type: ignore[var-annotated]
    for k in _ladder(min(largest, side)):
        kernel = stencils.gaussian(max(k / 6, 0.4), 2, k // 2)
        widths.append(k)
        for method, found in times.items():
            found.append(undoing.best_of(lambda m=method, h=kernel: convolution.convolve(picture, h, "wrap", m)))  # type: ignore[misc]
        lines = (
            Line(times["direct"], "direct"),
            Line(times["fft"], "transform"),
            Line(times["separable"], "axis by axis"),
        )
        drawn = curve(np.array(widths), *lines, x="side of the kernel, px", y="time, ms", y_scale="log")
        slower = [w for w, a, b in zip(widths, times["direct"], times["fft"], strict=True) if a > b]
        crossing = f"at {slower[0]} px" if slower else f"not up to {k} px"
        yield beside(drawn, readout("the transform wins", crossing), readout("kernels measured", len(widths)))


def _ladder(largest: int) -> list[int]:
    """Odd sizes from 3 up, about a quarter apart."""
    sizes_found = [3]
    while sizes_found[-1] < largest:
        sizes_found.append(max(sizes_found[-1] + 2, 2 * round(sizes_found[-1] * 0.625) + 1))
    return [k for k in sizes_found if k <= largest]


@figure(
    "The price of a finer Nyquist",
    caption="Field of view and Nyquist against the pixel on the specimen, for one camera.",
    look_for="the field falls with the square of the pixel. Going from 1.06 to 0.83 Å a pixel costs two fifths of the particles.",
    code=(sampling.nyquist,),
    play="pixel",
)
def price(pixel: Pixel = 1.06, camera: Camera = 4096) -> Panels:
    """Area of the field against Nyquist."""
    pixels = np.linspace(0.4, 2.0, 200)
    area = (pixels * camera / 1e4) ** 2
    drawn = curve(
        2 * pixels, Line(area, "field of view"), Line([(pixel * camera / 1e4) ** 2], "yours", "points", x=[2 * pixel]),
        x="Nyquist, Å", y="area of the field, µm²",
    )  # fmt: skip
    return beside(
        drawn,
        readout("Nyquist", sampling.nyquist(pixel), "Å"),
        readout("field of view", (pixel * camera / 1e4) ** 2, "µm²"),
        readout("against 0.83 Å", (pixel / 0.83) ** 2, "× the area"),
    )


SERVES = {
    "deconvolve": ("M5.q1", "M5.r1"),
    "sizes": ("M5.q3",),
    "boundaries": ("M5.q4",),
    "race": ("M5.q4", "M5.q6"),
    "price": ("M5.q5",),
    "truncated": ("M5.q6",),
}
