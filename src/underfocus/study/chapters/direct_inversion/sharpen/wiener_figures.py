"""Figures of the division: four sums on a napkin, a map, and what two halves say of signal and noise."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.inference.reconstruct import reconstruct
from underfocus.inference.sharpen import figure_of_merit
from underfocus.maths import deconvolution
from underfocus.maths.kernels.wiener import noise_over_signal
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure
from underfocus.validation import resolution, ssnr

from .. import artefacts, napkin
from .dials import Angle, Snr

Real = np.ndarray[Any, Any]
Strength = Annotated[
    float, knob("×", 1.0, 10.0, "all four CTF values times this", valid=(0.01, 100.0), step=0.5, label="CTFs times")
]
Sets = Annotated[int, knob("", 1, 200, "how often the four images are taken", valid=(1, 100_000), step=1, log=True)]
Noise = Annotated[
    float, knob("", 0.0, 5.0, "the noise over signal in the denominator", valid=(0.0, 100.0), step=0.05, label="1/SNR")
]
Share = Annotated[
    float,
    knob("", 0.0, 3.0, "how much of the measured noise over signal is added to the weights", valid=(0.0, 100.0), step=0.05, label="prior times"),
]  # fmt: skip
Images = Annotated[int, knob("", 50, 600, "images in the map", valid=(20, 600), step=10)]
Correlation = Annotated[
    float, knob("", 0.01, 0.99, "the correlation of the two halves", valid=(0.0, 0.9999), step=0.001, label="FSC")
]


@figure(
    "Wiener on a napkin",
    caption="The four images of the exercise, each CTF·F + noise with F = 1. Left: the estimate against the term 1/SNR that is put below the fraction. Right: the mean "
    "square error over all noises like these: what the term takes away from the signal, what it lets through of the noise, and their sum. Signal and noise both have power 1.",
    look_for="the least of the sum: it lies at the true ratio, 1, whatever the CTFs are. Then take the images a hundred times: the valley becomes a plain, and the term a formality.",
    code=(deconvolution.summed, deconvolution.combined),
    play="sets",
)
def wiener_napkin(noise: Noise = 1.0, strength: Strength = 1.0, sets: Sets = 1) -> Panels:
    """The exercise, with its knobs."""
    transfers, observations = napkin.images(strength, sets)
    _, weight = deconvolution.summed(observations, transfers)
    terms = np.linspace(0.02, 5.0, 160)
    estimates = np.array([napkin.estimate(strength, sets, t) for t in terms])
    bias, passed = napkin.errors(float(weight), terms)
    mark = (Mark(noise, "yours"),)
    lines = (Line(bias, "signal taken"), Line(passed, "noise let in"), Line(bias + passed, "sum", "dashed"))
    return beside(
        curve(terms, Line(estimates, "estimate"), Line(np.ones(160), "truth", "faint"), x="1/SNR", y="estimate of F", title="This noise", marks=mark),
        curve(terms, *lines, x="1/SNR", y="mean square error", title="All noises", y_limits=(0.0, float(max(1.0, min(3.0, (bias + passed).max())))), marks=mark),
        readout("Σ CTF·X", float(deconvolution.summed(observations, transfers)[0])),
        readout("Σ CTF²", float(weight)),
        readout("estimate", napkin.estimate(strength, sets, noise)),
        columns=2,
    )  # fmt: skip


@figure(
    "The division in a map",
    caption="Few images, each with its own CTF, and all noise. Sections of the map where the sums are divided by Σ CTF² and nothing else, and where the noise over signal, measured "
    "between two halves, is added times a factor. Right: the correlation of both with the truth.",
    look_for="the bare division: cells that one faint slice grazed have next to no weight and shout. A thirtieth of the measured prior silences them; from there to a hundred times as much little changes, since the grey scale is restored shell by shell and only the cells' shares within a shell are at stake.",
    code=(deconvolution.combined, noise_over_signal, reconstruct),
)
def wiener_map(prior: Share = 0.3, images: Images = 100, snr: Snr = 0.2) -> Panels:
    """A map with and without the Wiener term."""
    bare, found = _divided(0.0, images, snr), _divided(prior, images, snr)
    truth = artefacts.truth()
    fscs = [resolution.fsc(volume, truth) for volume in (bare, found)]
    top = float(np.percentile(truth.data, 99.9))
    row = artefacts.BOX // 2
    lines = (Line(fscs[0].unmasked, "bare division", "dashed"), Line(fscs[1].unmasked, "with the prior"))
    return beside(
        image(bare.data[::-1, row], artefacts.PIXEL, title="Bare division", limits=(-0.5 * top, top)),
        image(found.data[::-1, row], artefacts.PIXEL, title=f"Prior times {prior:g}", limits=(-0.5 * top, top)),
        curve(fscs[0].frequency, *lines, x="s, 1/Å", y="FSC with the truth", title="Correlation", y_limits=(-0.1, 1.02)),
        readout("bare, 0.5", fscs[0].resolution(0.5), "Å"),
        readout("with the prior, 0.5", fscs[1].resolution(0.5), "Å"),
        readout("error of the bare map", _error(bare.data), "", "rms, in truth's own spread"),
        readout("error with the prior", _error(found.data)),
        columns=3,
    )  # fmt: skip


@lru_cache(maxsize=12)
def _divided(prior: float, count: int, snr: float) -> Any:
    return reconstruct(artefacts.particles(artefacts.Faults(snr=snr), count), wiener=prior)


def _error(data: Real) -> float:
    truth = artefacts.truth().data
    return float(np.sqrt(np.mean((data - truth) ** 2)) / truth.std())


@figure(
    "One correlation, three meanings",
    caption="Left: the ratio of signal to noise power in one half map and in the whole one, against the correlation of the halves. Right: what the halves' correlation says of the whole map: "
    "its correlation with another whole map, 2 FSC/(1 + FSC), and with the truth, the root of that, C_ref.",
    look_for="0.143 on the left scale: one part signal to six of noise in each half. The map that you will look at correlates with the truth as 0.5 there, and that is where the odd number comes from.",
    code=(ssnr.of_fsc, ssnr.fsc_of, ssnr.truth_correlation, figure_of_merit),
    play="fsc",
)
def fsc_and_ssnr(fsc: Correlation = 0.143) -> Panels:
    """FSC, SSNR and C_ref."""
    x = np.linspace(0.005, 0.99, 200)
    half, whole = ssnr.of_fsc(x), ssnr.of_fsc(x, whole=True)
    mark = (Mark(fsc, "yours"),)
    ratios = (Line(half, "one half"), Line(whole, "whole map", "dashed"), Line(np.ones(200), "1", "faint"))
    meanings = (
        Line(x, "half with half", "faint"),
        Line(ssnr.fsc_of(whole), "whole with whole"),
        Line(ssnr.truth_correlation(whole), "whole with truth", "dashed"),
    )
    own = ssnr.of_fsc(fsc, whole=True)
    return beside(
        curve(x, *ratios, x="FSC of the halves", y="signal over noise, powers", y_scale="log", title="SSNR", marks=mark),
        curve(x, *meanings, x="FSC of the halves", y="correlation", title="Of what with what", y_limits=(0, 1.02), marks=mark),
        readout("SSNR, one half", float(ssnr.of_fsc(fsc))),
        readout("SSNR, whole", float(own)),
        readout("C_ref", float(ssnr.truth_correlation(own)), "", "whole map with the truth"),
        columns=2,
    )  # fmt: skip


@figure(
    "Signal and noise from two halves",
    caption="The laboratory's half maps. Left, over shells: the power that the halves share, which is the signal's τ², and half of their difference's, which is a half's noise σ²; "
    "dashed is the truth's own power. Right: from their ratio, the SSNR, the weight SSNR/(1 + SSNR) that Wiener would give the shell, for a half and for the whole map.",
    look_for="where τ² leaves the truth. Noise leaves τ² in place up to where it drowns; angles that are off pull it down long before, and part of what they took turns up in σ²: to two halves an error is a noise like any other.",
    code=(ssnr.powers, ssnr.of_fsc),
    play="snr",
)
def signal_and_noise(snr: Snr = 0.2, angle: Angle = 0.0) -> Panels:
    """τ² and σ² of RELION's prior, measured."""
    found = artefacts.examined(artefacts.Faults(angle=angle, snr=snr))
    signal, noise = ssnr.powers(found.halves.half1, found.halves.half2)
    true = artefacts.power()
    s, floor = found.between.frequency, 1e-6 * float(true[1:].max())
    ratio = np.maximum(signal, 0) / np.maximum(noise, 1e-12)
    lines = (
        Line(np.maximum(signal, floor), "shared, τ²"),
        Line(np.maximum(noise, floor), "noise of a half, σ²", "dotted"),
        Line(np.maximum(true, floor), "truth", "dashed"),
    )
    gains = (Line(ratio / (1 + ratio), "weight of a half"), Line(2 * ratio / (1 + 2 * ratio), "of the whole", "dashed"))
    below = np.flatnonzero(ratio[2:] < 1)
    return beside(
        curve(s[1:], *(Line(v.y[1:], v.label, v.style) for v in lines), x="s, 1/Å", y="power", y_scale="log", title="Powers"),
        curve(s, *gains, x="s, 1/Å", y="SSNR/(1 + SSNR)", title="What may pass", y_limits=(0, 1.02)),
        readout("τ² = σ² at", float(1 / s[2 + below[0]]) if len(below) else "beyond Nyquist", "Å" if len(below) else ""),
        readout("halves, 0.143", found.between.resolution(), "Å"),
        columns=2,
    )  # fmt: skip
