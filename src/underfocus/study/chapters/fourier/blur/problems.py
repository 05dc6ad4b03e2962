"""The problems of the chapter on the Fourier transform; every answer is computed."""

from __future__ import annotations

import numpy as np

from underfocus.maths import fourier, sampling
from underfocus.study.problems import Hint, Input, Problem

from ..signals import bin_lengths, bins_between, gaussian, gibbs_limit

BOX, PIXEL = 128, 1.0


def _fringe(width: float) -> float:
    """Half width at half maximum of the transform of a Gaussian of width a, from samples: what magnification halves."""
    n, step = 4096, 0.05
    x = (np.arange(n) - n // 2) * step
    u = fourier.half_frequencies1(n, step)
    modulus = np.abs(fourier.fft1(gaussian(x, width)))[: n // 2 + 1]
    return float(np.interp(-0.5 * modulus[0], -modulus, u))


def _first_and_last() -> dict[str, float]:
    last = BOX // 2 - 1
    return {
        "second_long": bin_lengths(BOX, PIXEL, 1)[0],
        "second_short": bin_lengths(BOX, PIXEL, 1)[1],
        "third_short": bin_lengths(BOX, PIXEL, 2)[1],
        "second_last_long": bin_lengths(BOX, PIXEL, last - 2)[0],
        "before_last_long": bin_lengths(BOX, PIXEL, last - 1)[0],
        "last_long": bin_lengths(BOX, PIXEL, last)[0],
        "last_short": bin_lengths(BOX, PIXEL, last)[1],
    }


PROBLEMS = (
    Problem(
        id="bin-spacing",
        kind="number",
        title="How far apart are the bins?",
        prompt="A box is 128 Å wide, its pixel is 1 Å. How far apart are neighbouring Fourier bins, and what is the finest "
        "length that the samples can carry?",
        inputs=(Input("spacing", "spacing", "1/Å"), Input("finest", "finest length", "Å")),
        answer=lambda: {
            "spacing": float(np.diff(fourier.half_frequencies1(BOX, PIXEL))[0]),
            "finest": sampling.nyquist(PIXEL),
        },
        tolerance=0.005,
        hints=(
            Hint("The box counts in the spacing, not half of it.", lambda: {"spacing": 1 / 64, "finest": 2.0}),
            Hint(
                "A wave needs two samples a period: the finest is twice the pixel.",
                lambda: {"spacing": 1 / 128, "finest": 1.0},
            ),
            Hint("The longest wave that fits the box once sets the spacing: one over the box in Å."),
        ),
        explanation="The spacing is $1/(N\\,\\mathrm{px}) = 1/128$ 1/Å, and the last bin ends at $1/(2\\,\\mathrm{px})$: 2 Å. A "
        "larger box has finer bins; a smaller pixel has more of them, further out.",
        serves=("M2.q3",),
    ),
    Problem(
        id="length-ranges",
        kind="number",
        title="Which lengths does a bin hold?",
        prompt="The same box. Bin $k$ reaches from $k/128$ to $(k+1)/128$ 1/Å, so bin 0 holds every length from infinity down to "
        "128 Å. Give the ends of the next two and of the last three in Å.",
        inputs=(
            Input("second_long", "bin 1, long end", "Å"),
            Input("second_short", "bin 1, short end", "Å"),
            Input("third_short", "bin 2, short end", "Å"),
            Input("second_last_long", "bin 61, long end", "Å"),
            Input("before_last_long", "bin 62, long end", "Å"),
            Input("last_long", "bin 63, long end", "Å"),
            Input("last_short", "bin 63, short end", "Å"),
        ),
        answer=_first_and_last,
        tolerance=0.0005,
        hints=(Hint("Length is one over frequency: the end at $k/128$ 1/Å is $128/k$ Å long."),),
        explanation="128 to 64 Å, 64 to 42.67 Å; and at the other end 2.098 to 2.065, 2.065 to 2.032 and 2.032 to 2.000 Å. Half of all bins lie "
        "between 4 and 2 Å. High resolution is where most of the data are, and most of the noise.",
        serves=("M2.q3",),
    ),
    Problem(
        id="bands",
        kind="number",
        title="Between 10 and 5 Å, and between 5 and 2.5 Å",
        prompt="Count the sampled bins $k/128$ (one side) with lengths below 10 Å and down to 5 Å, and those below 5 and down to "
        "2.5 Å. Then the same for all pixels of a 2D transform, and all voxels of a 3D one. Predict the ratios, then read the "
        "counts off the ruler.",
        inputs=(
            Input("coarse_1d", "10 to 5 Å, 1D", "bins"),
            Input("fine_1d", "5 to 2.5 Å, 1D", "bins"),
            Input("coarse_2d", "10 to 5 Å, 2D", "pixels"),
            Input("fine_2d", "5 to 2.5 Å, 2D", "pixels"),
            Input("coarse_3d", "10 to 5 Å, 3D", "voxels"),
            Input("fine_3d", "5 to 2.5 Å, 3D", "voxels"),
        ),
        answer=lambda: {
            f"{name}_{dims}d": bins_between(BOX, PIXEL, coarse, fine, dims)
            for name, coarse, fine in (("coarse", 10.0, 5.0), ("fine", 5.0, 2.5))
            for dims in (1, 2, 3)
        },
        tolerance=0.001,
        hints=(
            Hint(
                "You counted both sides in 1D; the question asks for one.",
                lambda: {
                    f"{name}_{dims}d": (2 if dims == 1 else 1) * bins_between(BOX, PIXEL, coarse, fine, dims)
                    for name, coarse, fine in (("coarse", 10.0, 5.0), ("fine", 5.0, 2.5))
                    for dims in (1, 2, 3)
                },
            ),
            Hint(
                "In 1D count whole $k$ with $12.8 < k \\le 25.6$; in 2D the ring between those radii, all the way round; in 3D the shell."
            ),
        ),
        explanation="13 and 26 samples, of bands 12.8 and 25.6 bins wide: each octave holds twice as many as the one before it. In 2D it "
        "is 4 times (1552 and 6184), in 3D 8 times (61 586 and 492 348). This is why a shell at high resolution can be noisy voxel by voxel and still "
        "give a significant correlation.",
        serves=("M2.q3",),
    ),
    Problem(
        id="scaling",
        kind="formula",
        title="Scaling",
        prompt="The transform of $e^{-\\pi x^2}$ is $e^{-\\pi u^2}$. What is the transform of $e^{-\\pi (x/a)^2}$? Write it with `a` "
        "and `u`, for example `2*exp(-pi*u**2)`.",
        inputs=(Input("G", "$G(u) =$"),),
        answer=lambda: lambda a, u: a * gaussian(u, 1 / a),
        hints=(
            Hint(
                "The width is right; the height is not. The integral of $g$ is $G(0)$.",
                lambda: lambda a, u: gaussian(u, 1 / a),
            ),
            Hint("Stretching $x$ shrinks $u$: $a$ and $u$ stand together.", lambda: lambda a, u: a * gaussian(u, a)),
            Hint("Substitute $x = a y$ in the integral; $dx = a\\,dy$."),
        ),
        explanation="$a\\,e^{-\\pi a^2 u^2}$: $a$ times wider in $x$ is $a$ times narrower in $u$, and $a$ times taller, since $G(0)$ "
        "is the integral of $g$.",
        serves=("M2.q1", "M2.q2", "M2.r2"),
    ),
    Problem(
        id="magnify",
        kind="number",
        title="Twice the magnification",
        prompt="You double the magnification and look at the transform on the camera's own scale, in 1/pixel. By which factor "
        "does the width of a peak in it change?",
        inputs=(Input("value", "factor"),),
        answer=lambda: _fringe(8.0) / _fringe(4.0),
        hints=(
            Hint("The picture got wider. What happens to the transform of something wider?", lambda: 2.0),
            Hint("Widths multiply to one: $a$ in $x$ goes with $1/a$ in $u$."),
        ),
        explanation="One half. The feature covers twice as many pixels, so every one of its frequencies is half as many cycles a "
        "pixel. That is why a CTF is easier to see at high magnification: its rings move to where pixels still see them.",
        serves=("M2.q2",),
    ),
    Problem(
        id="shift",
        kind="formula",
        title="Moving",
        prompt="$g(x)$ has the transform $G$. What has $g(x - x_0)$? Write `G` for the value of $G(u)$, `x0`, `u`, and `i` for "
        "$\\sqrt{-1}$.",
        inputs=(Input("moved", "transform ="),),
        answer=lambda: lambda u, x0, G: G * np.exp(-2j * np.pi * u * x0),
        hints=(
            Hint(
                "The sign: moving to larger $x$ delays the wave.",
                lambda: lambda u, x0, G: G * np.exp(2j * np.pi * u * x0),
            ),
            Hint(
                "A factor $2\\pi$ is missing: $u$ counts whole turns.",
                lambda: lambda u, x0, G: G * np.exp(-1j * u * x0),
            ),
            Hint("Put $y = x - x_0$ under the integral and take out what does not depend on $y$."),
        ),
        explanation="$e^{-2\\pi i u x_0}\\,G(u)$. The modulus does not change at all: a power spectrum cannot know where a particle "
        "is, and a phase that is wrong by $x_0$ is all that a centring error does.",
        serves=("M2.q1", "M2.r1"),
    ),
    *(
        Problem(
            id=f"prove-{name}",
            kind="order",
            title=title,
            prompt=prompt,
            options=steps,
            answer=lambda steps=steps: tuple(range(len(steps))),  # type: ignore[misc]
            hints=(Hint("Begin with the definition of the transform; end with what was to be shown."),),
            explanation=explanation,
            serves=("M2.q1",),
        )
        for name, title, prompt, steps, explanation in (
            (
                "linearity",
                "Prove linearity",
                "Put the steps in order: the transform of $a f + b g$.",
                (
                    "$\\int (a f(x) + b g(x))\\,e^{-2\\pi i u x}\\,dx$",
                    "$\\int a f(x)\\,e^{-2\\pi i u x}\\,dx + \\int b g(x)\\,e^{-2\\pi i u x}\\,dx$",
                    "$a\\int f(x)\\,e^{-2\\pi i u x}\\,dx + b\\int g(x)\\,e^{-2\\pi i u x}\\,dx$",
                    "$a F(u) + b G(u)$",
                ),
                "Nothing but the linearity of the integral. It is what lets noise and signal be followed separately.",
            ),
            (
                "scale",
                "Prove the scale property",
                "Put the steps in order: the transform of $g(x/a)$ for $a > 0$.",
                (
                    "$\\int g(x/a)\\,e^{-2\\pi i u x}\\,dx$",
                    "substitute $x = a y$, so that $dx = a\\,dy$",
                    "$a\\int g(y)\\,e^{-2\\pi i (a u) y}\\,dy$",
                    "$a\\,G(a u)$",
                ),
                "For negative $a$ the limits swap and the factor is $|a|$.",
            ),
            (
                "shift",
                "Prove the shift property",
                "Put the steps in order: the transform of $g(x - x_0)$.",
                (
                    "$\\int g(x - x_0)\\,e^{-2\\pi i u x}\\,dx$",
                    "substitute $x = y + x_0$; the limits stay",
                    "$\\int g(y)\\,e^{-2\\pi i u y}\\,e^{-2\\pi i u x_0}\\,dy$",
                    "take the factor without $y$ out of the integral",
                    "$e^{-2\\pi i u x_0}\\,G(u)$",
                ),
                "Alignment programs live on this line: they multiply by phases instead of moving pixels.",
            ),
            (
                "convolution",
                "Prove the convolution property",
                "Put the steps in order: the transform of $(g * h)(x) = \\int g(t)\\,h(x - t)\\,dt$.",
                (
                    "$\\int\\left(\\int g(t)\\,h(x - t)\\,dt\\right)e^{-2\\pi i u x}\\,dx$",
                    "change the order of integration",
                    "$\\int g(t)\\left(\\int h(x - t)\\,e^{-2\\pi i u x}\\,dx\\right)dt$",
                    "use the shift property on the inner integral",
                    "$\\int g(t)\\,e^{-2\\pi i u t}\\,dt\\;H(u)$",
                    "$G(u)\\,H(u)$",
                ),
                "A microscope convolves with its point spread; in Fourier space that is one multiplication a pixel, by the CTF.",
            ),
        )
    ),
    Problem(
        id="gibbs",
        kind="number",
        title="The overshoot that stays",
        prompt="Add more and more terms to the square wave. The overshoot beside the jump settles at how many per cent of the "
        "jump?",
        inputs=(Input("value", "overshoot", "%"),),
        answer=lambda: 100 * gibbs_limit(),
        hints=(
            Hint("That is the share of half the jump, the height of the wave.", lambda: 200 * gibbs_limit()),
            Hint("It does not go to zero: only its width does.", lambda: 0.0),
            Hint("Turn the terms up in the figure and read what the overshoot tends to."),
        ),
        explanation="8.95 %, for ever. Cutting a transform off sharply rings; this is why filters and masks have soft edges.",
        serves=("M2.r3",),
    ),
    Problem(
        id="reading-video",
        kind="card",
        title="After the first reading: the transform in one dimension",
        prompt="Sigworth's lecture builds the transform from waves. Say in your own words what $G(u)$ at one $u$ tells you about "
        "$g$, and what its phase tells you that its modulus does not.",
        answer=lambda: (
            "$G(u)$ is the overlap of $g$ with one wave of period $1/u$: how much of that wave is needed to build $g$, "
            "and where its crests must lie. The modulus says how much; the phase says where. Two functions with the same moduli "
            "and other phases look nothing alike, and a function that moves keeps all its moduli (the shift property). "
            "Source: the definition of the transform; try the figure with *phase* and move the function."
        ),
        serves=("M2.r1",),
    ),
    Problem(
        id="own-data",
        kind="card",
        title="Your own data",
        prompt="Take a particle stack of yours. From its box and pixel, write down the bin spacing, Nyquist, and how many bins "
        "separate 4 Å from Nyquist. What would doubling the box change, and what would halving the pixel change?",
        answer=lambda: (
            "Spacing is $1/(N\\,\\mathrm{px})$, Nyquist is $2\\,\\mathrm{px}$; between $s_1$ and $s_2$ lie "
            "$(s_2 - s_1)\\,N\\,\\mathrm{px}$ bins. Doubling the box at the same pixel doubles the bins everywhere and changes Nyquist "
            "not at all; halving the pixel at the same box in Å adds as many bins again, all beyond the old Nyquist. "
            "`underfocus inspect particles.star` prints box and pixel."
        ),
        serves=("M2.q3",),
    ),
)
