"""Figures of the detector's end: an MTF in one dimension or two, and pixels that know of each other."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Seed
from underfocus.maths import convolution, fourier
from underfocus.show import Line, Panels, bars, beside, curve, image, readout
from underfocus.show.figure import figure

from ...pictures import PIXEL, specimen_image
from .. import depth

N = 128
Blur = Annotated[
    float,
    knob("px", 0.5, 4.0, "side of the square that counts as one pixel", valid=(0.1, 16.0), step=0.1, label="square"),
]
Weight = Annotated[
    float, knob("", 0.0, 0.5, "part of its signal that a pixel gives to each neighbour", valid=(0.0, 0.5), step=0.01)
]
Noise = Annotated[
    Literal["same in every pixel", "stronger where there is more"],
    option("whether the noise follows the picture", label="noise"),
]


@figure(
    "A curve for a square",
    caption="A protein through the square pixel's MTF, sinc(sx) sinc(sy); through the same MTF averaged over rings, as a curve in a paper has it; and the difference.",
    look_for="along the axes and along the diagonals the square differs, by 0.637 against 0.405 at the ends. A curve of the radius cannot say both: convolving in 1D and "
    "turning it round is a different convolution.",
    code=(depth.square_mtf,),
    play="square",
)
def one_or_two(square: Blur = 1.0) -> Panels:
    """A 2D MTF against its radial average."""
    picture, _ = specimen_image("protein", N)
    ky, kx = fourier.frequencies2(N, 1.0)
    whole = depth.square_mtf(kx * square, ky * square)
    s, mean = _radial(whole)
    round_ = np.interp(np.hypot(ky, kx), s, mean)
    seen = [fourier.ifft2(fourier.fft2(picture) * m, N) for m in (whole, round_)]
    line = np.linspace(0, 0.5, 200)
    drawn = curve(
        line, Line(depth.square_mtf(line * square, 0), "along an axis"),
        Line(depth.square_mtf(line * square / np.sqrt(2), line * square / np.sqrt(2)), "along the diagonal", "dashed"),
        Line(np.interp(line, s, mean), "mean over rings", "faint"), x="spatial frequency, 1/px", y="MTF",
    )  # fmt: skip
    most = float(np.abs(seen[0]).max())
    return beside(
        image(seen[0], PIXEL, title="In two dimensions", limits=(-most, most)),
        image(seen[0] - seen[1], PIXEL, title="Less the curve's", colour="diverging"),
        drawn,
        readout("MTF at Nyquist on an axis", float(depth.square_mtf(0.5 * square, 0.0))),
        readout("in the corner", float(depth.square_mtf(0.5 * square, 0.5 * square))),
        readout(
            "difference", 100 * float(np.linalg.norm(seen[0] - seen[1]) / np.linalg.norm(seen[0])), "% of the picture"
        ),
    )


def _radial(half: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over rings of a half plane, to the corner."""
    ky, kx = fourier.frequencies2(N, 1.0)
    index = np.rint(np.hypot(ky, kx) * N).astype(int)
    counts = np.bincount(index.ravel())
    return np.arange(len(counts)) / N, np.bincount(index.ravel(), half.ravel()) / np.maximum(counts, 1)


@figure(
    "Pixels that know of each other",
    caption="Noise after a point spread that gives each neighbour its part: how a pixel correlates with those beside it, and the noise's power by frequency.",
    look_for="white noise stays independent only without any spread. With [1, 2, 1]/4 the next pixel knows two thirds; in Fourier space nothing is shared, the power alone "
    "has a slope. Let the noise follow the picture, and the frequencies too begin to know of each other.",
    code=(depth.neighbours, convolution.convolve),
    play="weight",
)
def independence(weight: Weight = 0.25, noise: Noise = "same in every pixel", seed: Seed = 0) -> Panels:
    """Correlation of pixels and of frequencies."""
    kernel = np.array([weight, 1 - 2 * weight, weight])
    random = np.random.default_rng(seed)
    lines = random.standard_normal((400, 128))
    if noise != "same in every pixel":
        lines = lines * np.sqrt(1 + 0.9 * np.cos(2 * np.pi * np.arange(128) / 32))
    seen = convolution.convolve(lines, kernel[None], "wrap")
    variance = float((seen**2).mean())
    lags = np.arange(6)
    between = np.array([(seen * np.roll(seen, int(lag), 1)).mean() for lag in lags]) / variance
    waves = np.fft.rfft(seen, axis=1)[:, 8:57]
    scaled = waves / np.sqrt((np.abs(waves) ** 2).mean(0))
    shared = np.array([np.abs((scaled[:, : 49 - lag] * np.conj(scaled[:, lag:])).mean()) for lag in lags])
    power = (np.abs(np.fft.rfft(seen, axis=1)) ** 2).mean(0) / 128
    s = np.arange(65) / 128
    expected = (1 - 2 * weight + 2 * weight * np.cos(2 * np.pi * s)) ** 2 * float((lines**2).mean())
    return beside(
        bars(lags, between, x="pixels apart", y="correlation", title="Pixels"),
        bars(lags, shared, x="bins apart", y="correlation", title="Frequencies"),
        curve(
            s,
            Line(power, "measured"),
            Line(expected, "from the kernel", "dashed"),
            x="spatial frequency, 1/px",
            y="power of the noise",
        ),
        readout("next pixel knows", float(between[1])),
        readout("by the kernel alone", depth.neighbours(kernel)),
        readout("four bins apart", float(shared[4]), "", "0.05 is chance with 400 lines"),
    )
