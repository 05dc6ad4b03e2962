"""Problems on the camera and the dose: coincidence, MTF and DQE, what an exposure leaves."""

from __future__ import annotations

import numpy as np

from underfocus.physics import detector
from underfocus.physics import dose as exposure
from underfocus.study.problems import Hint, Input, Problem

from .. import cameras
from ..numbers import fields, numbered


def _worst_mtf() -> int:
    """Of three cameras, which has the largest DQE at Nyquist: ordered by their MTF there, best first."""
    s = np.array([0.5])
    made = (("K3", "white"), ("square pixel", "white"), ("Falcon 4", "as blurred as the picture"))
    return int(np.argmax([cameras.along(cameras.with_noise(name, noise), 10.0, s)[2][0] for name, noise in made]))  # type: ignore[arg-type]


def _faded(length: float, total: float = 40.0) -> float:
    return float(exposure.weight(np.array(1 / length), total))


def _critical(length: float) -> float:
    return float(exposure.critical_exposure(np.array(1 / length)))


PROBLEMS: tuple[Problem, ...] = (
    Problem(
        id="mtf-or-dqe",
        kind="choice",
        title="Which camera would you buy?",
        prompt="Three cameras, all with DQE(0) = 0.8. Which has the largest DQE at Nyquist? The curves are in the figure.",
        options=(
            "the MTF of a K3 (0.64 at Nyquist) and white noise",
            "the MTF of a square pixel (0.64 at Nyquist) and white noise",
            "the MTF of a Falcon 4 (0.09 at Nyquist) and noise that is as blurred as the picture",
        ),
        answer=_worst_mtf,
        hints=(
            Hint("Its picture is sharp, and its noise just as sharp: DQE = 0.8 · MTF², 0.32 at Nyquist.", lambda: 0),
            Hint("DQE is MTF² over the noise, not MTF²."),
        ),
        explanation="0.8: it blurs the signal, but the noise as much, and a filter that undoes the one undoes the other. Nothing is lost. An MTF can be mended by arithmetic, a DQE cannot. Makers publish both; "
        "a table of the MTF alone, which refinement programs ask for, says how to undo the blur, and does not say how good the camera is.",
        serves=("M8.q1",),
    ),
    Problem(
        id="coincidence-loss",
        kind="number",
        title="Too bright for counting",
        prompt="A counting camera gets 0.1 electrons a pixel and frame. Which part of the electrons does it count, and which part of DQE(0) is left?",
        inputs=fields(("counted", "of all"), ("DQE(0) left", "of itself")),
        answer=lambda: numbered(*(float(v) for v in cameras.coincidence(0.1))),
        tolerance=0.002,
        hints=(
            Hint(
                "The DQE is not the square of the part that is counted: the counts have lost variance too.",
                lambda: numbered(float(cameras.coincidence(0.1)[0]), float(cameras.coincidence(0.1)[0]) ** 2),
            ),
            Hint("It counts $1-e^{-x}$ of $x$. The derivation gives the DQE."),
        ),
        explanation="95.16 % and 95.08 %: both lose about $x/2$. At 400 frames a second that is 40 electrons a pixel and second; cameras are run well below, the more so as one electron in a real sensor blocks more than "
        "one pixel.",
        serves=("M8.q1",),
    ),
    Problem(
        id="coincidence-formula",
        kind="formula",
        title="What counting leaves",
        prompt="Write DQE(0) of a counting pixel, as a function of $x$, the electrons a pixel and frame. Start from counts that are 0 or 1 in each frame, with the chance $1-e^{-x}$. Write `x` and `exp`.",
        inputs=(Input("value", "DQE(0)"),),
        answer=lambda: lambda x: detector.counting_dqe(x),
        hints=(
            Hint(
                "That is the part of the electrons that is counted, $(1-e^{-x})/x$: close, and not the DQE.",
                lambda: lambda x: -np.expm1(-x) / x,
            ),
            Hint("Signal: how much the mean count $1-e^{-x}$ rises with $x$. Noise: the variance $p(1-p)$."),
            Hint("DQE(0) = (d mean/d x)² x / variance."),
        ),
        explanation="$e^{-2x}\\,x / \\left[(1-e^{-x})\\,e^{-x}\\right] = x/(e^x-1)$. Planck knew the function from elsewhere.",
        serves=("M8.q1",),
    ),
    Problem(
        id="dose-filter",
        kind="number",
        title="What forty electrons leave",
        prompt="What is the critical exposure $N_e$ at 3 Å and at 10 Å (300 kV)? And which part of the amplitude, $e^{-N/2N_e}$, is left of each after 40 e/Å²?",
        inputs=fields(("critical at 3 Å", "e/Å²"), ("at 10 Å", "e/Å²"), ("left at 3 Å", ""), ("left at 10 Å", "")),
        answer=lambda: numbered(_critical(3.0), _critical(10.0), _faded(3.0), _faded(10.0)),
        hints=(
            Hint(
                "That is what is left of the *power*: for amplitudes $N_e$ counts twice.",
                lambda: numbered(_critical(3.0), _critical(10.0), _faded(3.0) ** 2, _faded(10.0) ** 2),
            ),
            Hint("$N_e = 0.24499\\,s^{-1.6649} + 2.8141$ e/Å², with $s$ = 1/3 and 1/10 1/Å."),
        ),
        explanation="4.34 and 14.1 e/Å²; 0.010 and 0.243. At 3 Å a hundredth is left, so the last frames hold nothing of it. They are recorded all the same: at 10 Å they are worth something, and it is at 10 Å "
        "and coarser that particles are found and aligned.",
        serves=("M8.q1",),
    ),
    Problem(
        id="best-exposure",
        kind="number",
        title="The best exposure without a filter",
        prompt="If all frames are simply added, at which exposure is the ratio of signal to noise at 3 Å at its best? The figure of the movie shows it: turn the exposure until the aligned sum at 3 Å is highest.",
        inputs=(Input("value", "exposure", "e/Å²"),),
        answer=lambda: float(exposure.optimum_exposure(np.array(1 / 3))),
        tolerance=0.05,
        hints=(
            Hint("That is the critical exposure itself; a little more still helps.", lambda: _critical(3.0)),
            Hint("Signal grows as $1-e^{-N/2N_e}$, noise as $\\sqrt{N}$. Where is the ratio largest?"),
        ),
        explanation="10.9 e/Å²: 2.51 critical exposures, where $e^{x/2} = 1+x$. Each resolution has its own best exposure, so no single one is right: that is what the filter is for.",
        serves=("M8.q1",),
    ),
)
