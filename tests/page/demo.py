"""A small chapter for the page tests: every kind of panel and control, over the real engine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.optics import Optics
from underfocus.maths import fourier
from underfocus.physics.ctf import ctf1, ctf2
from underfocus.show import Line, Mark, Panels, bars, beside, curve, image, readout
from underfocus.show.figure import Figure, figure
from underfocus.study import specimens
from underfocus.study.pages import derivation_html, figure_html, problem_html

Specimen = Annotated[Literal["point", "star", "mine"], option("what lies in the microscope", label="specimen")]
Pixel = Annotated[float, knob("Å", 0.5, 4.0, "the size of a pixel: half the finest length", valid=(0.01, 100))]
Box = Annotated[int, knob("px", 32, 512, "the side of the image", log=True, valid=(16, 1024))]
Envelope = Annotated[bool, option("damp the fine detail as the B-factor says")]
Steps = Annotated[int, knob("", 2, 40, "how many squares")]
Pause = Annotated[float, knob("ms", 0, 100, "how long the engine thinks")]


@figure(
    "Contrast transfer",
    caption="The transfer function of a weak phase object, $-\\sin(\\gamma + \\arcsin w)$, and its picture.",
    look_for="the first zero: it moves to *longer* lengths as the defocus grows.",
    code=(ctf1,),
    play="defocus",
)
def ctf(optics: Optics = Optics(), pixel: Pixel = 1.0, envelope: Envelope = True) -> Panels:  # noqa: B008
    """The CTF along a line and as a plane."""
    s = np.linspace(0, 0.5 / pixel, 600)
    plane = fourier.display(ctf2(256, pixel, optics), 256)
    drawn = curve(s, Line(ctf1(s, optics), "CTF"), Line(np.exp(-optics.bfactor * s * s / 4), "envelope", "dashed"),
                  x="spatial frequency, 1/Å", y="contrast transfer", y_limits=(-1.05, 1.05),
                  marks=(Mark(0.5 / pixel, "Nyquist"),))  # fmt: skip
    picture = image(plane, 1 / (256 * pixel), title="", colour="diverging", limits=(-1, 1), space="fourier")
    return beside(drawn, picture, readout("CTF(0)", float(ctf1(np.zeros(1), optics)[0]), "", "minus the contrast"))


@figure("A specimen", caption="A disc or a star.")
def picture(specimen: Specimen = "star", box: Box = 256, pause: Pause = 0.0) -> Panels:
    """Some picture of the wanted size."""
    if specimen == "mine":
        own = specimens.mine()
        return beside(image(own.data, own.pixel, title=own.name))
    time.sleep(pause / 1000)
    y, x = np.mgrid[:box, :box] - box // 2
    angle, radius = np.arctan2(y, x), np.hypot(y, x)
    data = np.sin(24 * angle) * (radius < 0.45 * box) if specimen == "star" else np.exp(-(radius**2) / box)
    tall = bars(np.arange(12), np.abs(np.sin(np.arange(12))), x="bin", y="counts")
    return beside(image(data, 2.0, title=specimen, unit="e⁻"), tall, readout("pixels", box * box))


@figure("A measurement", measured=True)
def race(steps: Steps = 3) -> Iterator[Panels]:
    """Squares, one after the other, as a slow measurement would find them."""
    for n in range(1, steps + 1):
        time.sleep(0.05)
        x = np.arange(1, n + 1)
        line = Line(x**2, band=(x**2 - 0.5, x**2 + 0.5))
        yield beside(curve(x, line, x="n", y="n²"), readout("measured", n))


def asked(kind: str, prompt: str, **more: Any) -> SimpleNamespace:
    """As much of a problem as a page needs."""
    facts = {"id": f"demo.{kind}", "title": f"A {kind}", "inputs": (), "options": (), "items": (), "figure": None}
    return SimpleNamespace(kind=kind, prompt=prompt, **{**facts, **more})


def field_of(name: str, label: str, unit: str = "") -> SimpleNamespace:
    """One field of an answer."""
    return SimpleNamespace(name=name, label=label, unit=unit)


PROBLEMS = {
    "number": asked("number", "Where is the first zero at $C_s = 0$?", inputs=(field_of("d", "length $d$", "Å"),)),
    "formula": asked("formula", "The transform of $g(x - x_0)$?", inputs=(field_of("G", "$G(u) =$"),)),
    "order": asked("order", "Put in order.", options=("rotate", "insert", "divide by $N$")),
    "choice": asked("choice", "Which is underfocus?", options=("a *weaker* lens", "a stronger lens")),
    "match": asked("match", "Which belongs to which?", options=("blurs", "sharpens"), items=("$B > 0$", "$B < 0$")),
    "target": asked("target", "Find the defocus.", figure="ctf"),
    "card": asked("card", "Why are zeros not seen as zeros?"),
}
DERIVATIONS = {
    "proof": SimpleNamespace(
        title="From $|\\Psi|^2$ to the CTF",
        knobs=ctf.knobs[:2],
        lines=(
            SimpleNamespace(math_latex="|1 + i\\epsilon|^2", why="the wave"),
            SimpleNamespace(math_latex="= 1 + \\epsilon^2", why="multiplied out"),
            SimpleNamespace(math_latex="\\approx 1", why="without the square"),
        ),
    )
}


@dataclass(frozen=True)
class Demo:
    """As much of a chapter as the site needs."""

    slug: str = "demo"
    stream: str = "blur"
    meeting: str = "M6"
    title: str = "A demonstration of contrast"
    figures: Mapping[str, Figure] = field(default_factory=lambda: {"ctf": ctf, "picture": picture, "race": race})
    problems: Mapping[str, Any] = field(default_factory=lambda: PROBLEMS)
    derivations: Mapping[str, Any] = field(default_factory=lambda: DERIVATIONS)


def render(chapter: Demo) -> str:
    """The body of the chapter."""
    words = (
        "<p>A transmission electron microscope that is exactly in focus shows almost nothing of a protein in ice. "
        "The specimen bends the phase of the electron wave and leaves its amplitude alone, and a detector counts "
        "electrons: it does not see a phase.</p>"
    )
    parts = [words, "<h2>Focus, and what it hides</h2>", words]
    parts += [figure_html(f"demo/blur/{name}", f) + words for name, f in chapter.figures.items()]
    parts += [problem_html(f"demo/blur/{name}", p) for name, p in chapter.problems.items()]
    parts += [derivation_html(f"demo/blur/{name}", d) for name, d in chapter.derivations.items()]
    return "".join(parts)
