"""Problems about undoing a CTF that changes from place to place: a program to write, a choice, and cards."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.data.optics import Optics
from underfocus.physics.tilt import Tilt
from underfocus.study.problems import Hint, Problem

from .. import tilting

Real = np.ndarray[Any, Any]
#: Side of the field in pixels, tilt, and defocus of the code problem's fields; noise in sd of the image.
SIDE, NOISE = 384, 0.3
FIELDS = ((50.0, 9_000.0), (-60.0, 7_000.0))
#: By how much the mean ring correlation from 6 to 4.2 Å has to beat the untilted correction's.
MARGIN = 0.1
STARTER = """import numpy as np


def ctf(n, pixel, defocus):
    # -sin(gamma + asin w) on the half plane of rfft2;
    # 300 kV, Cs 2.7 mm, w 0.1, defocus in Angstrom
    wavelength, cs = 0.0196875, 2.7e7
    ky = np.fft.fftfreq(n, pixel)[:, None]
    kx = np.fft.rfftfreq(n, pixel)[None, :]
    s2 = kx**2 + ky**2
    gamma = np.pi * wavelength * defocus * s2
    gamma -= 0.5 * np.pi * cs * wavelength**3 * s2**2
    return -np.sin(gamma + np.arcsin(0.1))


def correct(picture, pixel, tilt, defocus):
    # In column x the defocus is
    # defocus + tan(tilt) * (x - n // 2) * pixel,
    # the tilt in degrees. This is for a level field:
    n = len(picture)
    signs = np.sign(ctf(n, pixel, defocus))
    return np.fft.irfft2(np.fft.rfft2(picture) * signs, (n, n))
"""


@lru_cache(maxsize=4)
def _field(tilt: float, defocus: float) -> tuple[Real, Real, float]:
    """(specimen, its record, likeness of the level correction) of one trial."""
    optics, at = Optics(defocus=defocus), Tilt(tilt, -90.0)
    picture = tilting.recorded(SIDE, optics, at, NOISE)
    truth = tilting.proteins(SIDE)
    return truth, picture, tilting.likeness(tilting.corrected(picture, optics, at, "level", how="flip"), truth)


def _trials() -> list[tuple[Any, ...]]:
    return [(_field(*row)[1], tilting.PIXEL, *row) for row in FIELDS]


def strips(picture: Real, pixel: float, tilt: float, defocus: float) -> Real:
    """The engine's own strips, 15 of them, with phases flipped."""
    return tilting.corrected(picture, Optics(defocus=defocus), Tilt(tilt, -90.0), "strips", 15, "flip")


def _judged(pairs: list[tuple[tuple[object, ...], object]]) -> str:
    """What is wrong with the reader's corrections: the ring correlation with the truth must beat the level one's."""
    for place, ((_, found), row) in enumerate(zip(pairs, FIELDS, strict=True), 1):
        truth, picture, level = _field(*row)
        try:
            given = np.asarray(found, float)
        except (TypeError, ValueError):
            return "The result is no picture."
        if given.shape != picture.shape or not np.isfinite(given).all():
            return f"The result has the shape {given.shape}; a picture of {picture.shape} with finite values is wanted."
        reached = tilting.likeness(given, truth) if given.std() > 0 else 0.0
        if reached < level + MARGIN:
            return f"In field {place} ({row[0]:g}°) your mean ring correlation from 6 to 4.2 Å is {reached:.3f}; the level correction has {level:.3f}, and {level + MARGIN:.3f} is asked for."
    return ""


def middle_of_patch() -> int:
    """Which of the four options names the defocus of a particle right: Δf + tan tilt · distance, here 10,000 + 1,155 Å."""
    at = Tilt(30.0, -90.0)
    wanted = 10_000 + float(at.defocus_change(np.array([2_000.0, 700.0])))
    return int(np.argmin([abs(wanted - value) for value in _OPTIONS]))


_OPTIONS = (8_845.0, 10_000.0, 11_155.0, 11_223.0)

PROBLEMS = (
    Problem(
        id="which-defocus",
        kind="choice",
        title="The defocus of one particle",
        prompt="A field is tilted by 30° about the axis along $y$ through its middle, where the defocus is 10,000 Å; it grows towards $+x$. A particle lies at $x = +2000$ Å, $y = +700$ Å. Which defocus do you write into its row of the STAR file?",
        options=tuple(f"{value:,.0f} Å" for value in _OPTIONS),
        answer=middle_of_patch,
        hints=(
            Hint("That is the field's, and for this particle it is wrong by ten times the tolerance at 3 Å.", lambda: 1),
            Hint("Only the distance *across* the axis counts."),
        ),
        explanation="$10\\,000 + 2000\\tan 30°$ = 11,155 Å. Per-particle defocus is the tilt correction that nearly everyone makes: the particle is small, so one defocus serves it. What is left inside its box is $\\tan\\theta$ times the box.",
        serves=("M7.r3",),
    ),
    Problem(
        id="strip-correction",
        kind="code",
        title="Correct a tilted field",
        prompt="The starter corrects a tilted field as if it were level. Make it correct in strips: flip the phases with the defocus of each strip's middle line, and keep of each result the strip it was made for. Two fields of proteins with noise, 768 Å wide, at 50° and −60°, "
        f"are corrected by your function; the mean ring correlation with the specimen from 6 to 4.2 Å must exceed the level correction's by {MARGIN:g} at least.",
        entry="correct",
        starter=STARTER,
        answer=lambda: strips,
        trials=_trials,
        judge=_judged,
        hints=(Hint("Cut `np.arange(n)` with `np.array_split`, take the defocus of the mean column of each part, correct the *whole* picture with it and copy those columns."),),
        explanation="Ten or more strips bring both fields up, and more bring next to nothing: compare with the count for π/4. Correct the whole picture for each strip and then cut, never the other way round: what belongs to a strip has been carried out of it.",
        serves=("M7.r3", "M7.r2"),
    ),
    Problem(
        id="why-not-inverse",
        kind="card",
        title="Why is the exact correction better than any number of strips?",
        prompt="In the three corrections, more strips stop helping, and the exact inverse stays above them. With infinitely many strips every pixel is corrected with the very defocus of its place. What is still wrong?",
        answer=lambda: (
            "The defocus that matters is that of the place where the detail *left the specimen*. What arrives in a pixel comes from everywhere within $\\lambda\\,\\Delta f\\,s$, half of it from up the slope and half from down, and was spread there with another defocus. Filtering with the defocus of the place of arrival "
            "is the transpose's idea of the specimen: right to first order, wrong by $\\pi\\lambda s^2\\tan\\theta\\cdot\\lambda\\,\\Delta f\\,s$ in phase, which at 2 µm, 55° and 5 Å is 0.3 radians, and its ghosts, which cancel on a level specimen, no longer do. The exact inverse asks which specimen would give this picture, and "
            "solves for it, with the image and its transpose a dozen times. For a few degrees and a µm of defocus nobody needs it; for tomograms at 60° it is the difference. (See the figure with the defocus raised.)"
        ),
        serves=("M7.r2",),
    ),
    Problem(
        id="reading-philippsen",
        kind="card",
        title="After Philippsen et al.",
        prompt="The paper speaks of the image's transform at one frequency as a mixture of two frequencies of the specimen. Say in your own words where the second comes from, and what that means for somebody who divides a tilted image's transform by *any* function of $\\mathbf k$.",
        answer=lambda: (
            "A CTF is a sum of two half waves, one for each side band, and each scatters the wave to its own side. On a level specimen both read the same frequency of the specimen, and so a product $\\mathrm{CTF}\\cdot O$ is left. A slope of defocus adds to one a phase ramp and to the other its opposite, so they read "
            "$O$ at $\\mathbf k - \\sigma$ and at $\\mathbf k + \\sigma$. Whoever divides by a function of $\\mathbf k$ treats two unknowns as one. It is no convolution, and no filter undoes it; it takes either both values at once (the inverse of the whole operator), or a filter that knows its place. "
            "Source: the living derivation; Philippsen, Engel & Engel 2007."
        ),
        serves=("M7.r1",),
    ),
    Problem(
        id="reading-voortman",
        kind="card",
        title="After Voortman et al.: two ways of being fast",
        prompt="This chapter is fast in two ways: by a transform that is read off its grid, and by a few filtered images with weights that depend on place. For each: what must be true of the specimen for it to work, and what sets its cost? Then see which of the two papers does which, and where they "
        "go another way.",
        answer=lambda: (
            "*Off the grid*: defocus must be linear in the coordinates, for then a place's phase is a plane wave and the image is a spectrum read at two curved sheets, by a non-uniform FFT; thickness is one coordinate more. Its cost is that of an FFT with some spreading, whatever the tilt. *A few products*: defocus may be any map, a bent film or one "
            "height a particle; the CTF as a function of defocus and frequency is expanded into products. Its cost is one FFT a term, and the number of terms grows with the largest phase difference in the field, $\\pi\\lambda s^2$ times half the spread: a handful at 10 Å, dozens at 3 Å. Strips are its simplest case, with the worst weights. "
            "Both apply the same operator, so both serve inside an iterative inversion. The papers (2011 for tilted and thick specimens, 2012 for any variation in space) are the source of both ideas; what is written here was worked out anew and held to the sum over pixels, so do not take it for their notation. "
            "Run the race and the figure of levels for the numbers on your machine."
        ),
        serves=("M7.r2", "M7.r3"),
    ),
    Problem(
        id="own-tilts",
        kind="card",
        title="Your own data",
        prompt="Take a data set that you tilted because of preferred orientation, or one that you believe is flat. How would you find its tilt without trusting the stage, and what in your pipeline would use it?",
        answer=lambda: (
            "Fit the defocus locally: by strips or patches as in the second figure, or per particle after a first refinement, then lay a plane through it, micrograph by micrograph. Untilted grids show 2 to 5° and bumps of ice of some hundred Å; the residual from the plane is the particles' height in the ice. RELION and cryoSPARC refine defocus per "
            "particle, which takes up tilt and height together; extraction boxes are still corrected with one defocus each. At 40° in a box of 400 Å that leaves 335 Å from edge to edge, a loss for detail finer than 4 Å; there a local or exact correction of the whole micrograph before extraction helps. Check the sign of the tilt: "
            "with the wrong one half of the particles get worse."
        ),
        serves=("M7.r1", "M7.r3"),
    ),
)  # fmt: skip
