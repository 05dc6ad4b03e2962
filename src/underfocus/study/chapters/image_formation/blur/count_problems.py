"""Problems on chance: counts, the signal in a pixel, averages, and what noise is besides."""

from __future__ import annotations

from underfocus.physics import detector
from underfocus.study.problems import Hint, Problem

from .. import counts
from ..numbers import fields, numbered


def _moments(mean: float) -> dict[str, float]:
    """Mean, deviation, their ratio, skewness; and for one electron a pixel the empty share and the skewness."""
    first, sd, skew = counts.moments(counts.poisson(mean))
    single = counts.poisson(1.0)
    return numbered(first, sd, sd / first, skew, float(single[0]), counts.moments(single)[2])


PROBLEMS: tuple[Problem, ...] = (
    Problem(
        id="count-moments",
        kind="number",
        title="Forty electrons, and one",
        prompt="A flat field gets 40 e/Å², on pixels of 1 Å. What are the mean count of a pixel, its standard deviation, the ratio of the two, and the skewness? And at 1 electron "
        "a pixel: which share of the pixels is empty, and what is the skewness?",
        inputs=fields(
            ("mean at 40 e/Å²", "e"),
            ("standard deviation", "e"),
            ("deviation over mean", ""),
            ("skewness", ""),
            ("empty pixels at 1 e", "of all"),
            ("skewness at 1 e", ""),
        ),
        answer=lambda: _moments(detector.electrons(40.0, 1.0)),
        hints=(
            Hint(
                "40 is the variance. Its root is the standard deviation.",
                lambda: numbered(40.0, 40.0, 1.0, *list(_moments(40.0).values())[3:]),
            ),
            Hint(
                "Poisson: the variance is the mean $n$, the skewness $1/\\sqrt{n}$, and no electron comes with the chance $e^{-n}$."
            ),
        ),
        explanation="40, 6.32, 0.158 and 0.158: for Poisson's counts the ratio and the skewness are the same number, $1/\\sqrt{n}$. At one electron a pixel 37 % of the pixels are empty and "
        "the skewness is 1; there is no Gaussian with such a shoulder. A single frame of a movie has about that.",
        serves=("M8.q1",),
    ),
    Problem(
        id="pixel-snr",
        kind="number",
        title="Two per cent of contrast",
        prompt="A particle changes the intensity by 2 %. A pixel gets 40 electrons. What is the ratio of signal to noise in that pixel, as powers?",
        answer=lambda: counts.pixel_snr(0.02, 40.0),
        hints=(
            Hint("That is the ratio of amplitudes. Square it.", lambda: counts.pixel_snr(0.02, 40.0) ** 0.5),
            Hint("2 % of the electrons is one of the two numbers, the root of the electrons the other."),
        ),
        explanation="The signal is 0.8 electrons, the noise $\\sqrt{40}$: $0.8^2/40$ = 0.016. More dose would help, and destroys. So one takes more pictures of other copies.",
        serves=("M8.q1", "M8.r1"),
    ),
    Problem(
        id="averages",
        kind="number",
        title="How many to average",
        prompt="The ratio of signal to noise (powers) of one image is 0.01; how many must be averaged for 1? And from 0.005 for 10?",
        inputs=fields(("from 0.01 to 1", ""), ("from 0.005 to 10", "")),
        answer=lambda: numbered(counts.averages(0.01, 1.0), counts.averages(0.005, 10.0)),
        hints=(
            Hint(
                "So many for the ratio of *amplitudes*; powers of independent noise fall as 1/N.",
                lambda: numbered(100.0**2, 2000.0**2),
            ),
            Hint("The average of N images has the same signal and noise whose variance is 1/N as large."),
        ),
        explanation="100 and 2000: the power of the noise falls as 1/N and that of the signal stays. It holds for noise that is independent from image to image: the counter shows what a shared "
        "background does to the rule.",
        serves=("M8.r1",),
    ),
    Problem(
        id="order-of-noise",
        kind="order",
        title="In which order?",
        prompt="Put what happens to an image in the order in which it happens. Two of these are filters and one is a throw of dice; the dice decide which noise is coloured.",
        options=(
            "the ice's own atoms add their phase to the particle's",
            "the lens gives each frequency its CTF",
            "the sensor blurs each electron's trace: signal times √DQE",
            "electrons arrive by chance: Poisson",
            "what was counted is blurred once more: all times NTF",
            "the amplifier adds its readout noise",
        ),
        answer=lambda: tuple(range(6)),
        hints=(Hint("What comes before the lens carries the CTF; what comes after the dice colours the noise too."),),
        explanation="That is the equation of Vulović et al. (2013), read from inside out. Signal meets √DQE and NTF, so it is blurred by their product, the MTF; chance meets the NTF alone; the "
        "readout nothing. The ratio of the first two, squared, is the DQE.",
        serves=("M8.q1", "M8.r1"),
    ),
    Problem(
        id="noise-differs",
        kind="match",
        title="How real noise differs",
        prompt="“Take the clean picture, add Gaussian noise.” Match each cause with the way in which its noise is not that.",
        items=(
            "electrons are counted",
            "the camera spreads each electron over pixels",
            "the ice is made of atoms too",
            "the beam breaks bonds",
            "some electrons lose energy",
            "the same ice is in every frame of a movie",
        ),
        options=(
            "its variance is the expected count: larger where the picture is bright, skewed where it is dim",
            "neighbouring pixels agree, and its spectrum falls with the NTF",
            "it was there before the lens, and carries the CTF with its rings and zeros",
            "the signal itself fades during the exposure, fine detail first",
            "a smooth background that has chance of its own, and no contrast; a filter removes it",
            "it does not average away over frames, however many there are",
        ),
        answer=lambda: tuple(range(6)),
        hints=(
            Hint(
                "Ask of each when it happens: in the specimen, in the lens, in the counting, in the camera, or over time."
            ),
        ),
        explanation="Simple noise is independent of the signal, of its neighbours, of frequency and of time, and has no skewness. Each cause breaks one of these.",
        serves=("M8.q1",),
    ),
    Problem(
        id="why-not-gaussian",
        kind="card",
        title="When is the simple noise good enough?",
        prompt="Programs that align and reconstruct do assume Gaussian noise, added, of a power that depends on frequency alone. From what you have seen: why does that work as well as it does, and "
        "name a case in which you would not trust it.",
        answer=lambda: (
            "A particle's image has thousands of pixels of tens of electrons each, and every Fourier coefficient is a sum over all of them: sums of many independent "
            "numbers are Gaussian whatever the numbers are. The contrast is a few per cent, so that the variance is the same everywhere to a few per cent. And a spectrum "
            "that is measured from the data, ring by ring, takes up the colour: the camera's, the CTF's in the ice, the fading of fine detail. Not to be trusted: single frames of "
            "one electron a pixel, where the counts are skewed; edges of carbon, gold or thick ice within the box, where the noise has another power on one side; neighbours and overlapping particles, which "
            "are signal and no noise; anything that all images share, since averaging leaves it. Sources: *Counting a flat field*, *All that is noise*, the counter; Baxter et al. 2009, J. Struct. Biol. 166, 126, "
            "for a measurement of both kinds."
        ),
        serves=("M8.q1",),
    ),
)
