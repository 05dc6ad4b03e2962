"""Problems on what the CTF does to pictures: rings, halos, boxes, spectra."""

from __future__ import annotations

from functools import cache

import numpy as np

from underfocus.base import units
from underfocus.data.optics import Optics
from underfocus.maths import sampling
from underfocus.physics import ctf
from underfocus.show import png
from underfocus.show.specs import Image
from underfocus.study.problems import Hint, Input, Problem

from ...pictures import specimen_image
from .. import contrast, measured
from ..numbers import fields, numbered

#: The optics of the question on the signal star.
STAR = Optics(defocus=15_000.0, bfactor=30.0)


@cache
def _stars() -> tuple[contrast.Real, ...]:
    """A Siemens star imaged, blurred, sharpened and untouched."""
    star, pixel = specimen_image("Siemens star", 256)
    blur = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0, bfactor=1500.0)
    blurred = -contrast.imaged(star, pixel, blur)
    sharpened = star + 2 * (star - blurred)
    return contrast.imaged(star, pixel, STAR), blurred, sharpened, star


def _star_pictures() -> tuple[str, ...]:
    """The same four as pictures for a choice."""
    words = ("rings of reversed contrast", "blurred towards the middle", "edges exaggerated", "unchanged")
    return tuple(
        f'<img src="{png.data_url(Image(sampling.bin(p, 2)))}" width="128" height="128" alt="star, {w}">'
        for p, w in zip(_stars(), words, strict=True)
    )


def _most_like_the_image() -> int:
    """Which of the star's pictures is nearest to what the CTF of 1.5 µm underfocus makes of the star."""
    star, pixel = specimen_image("Siemens star", 256)
    formed = contrast.imaged(star, pixel, STAR)
    return int(np.argmax([np.corrcoef(formed.ravel(), p.ravel())[0, 1] for p in _stars()]))


@cache
def _two_sides() -> tuple[str, ...]:
    """The same protein imaged 1.2 µm under and 1.2 µm over focus, as pictures for a choice."""
    drawn = (("one", 12_000.0), ("other", -12_000.0))
    return tuple(
        f'<img src="{png.data_url(Image(_imaged_protein(d), limits=(-3.2, 3.2)))}" width="160" height="160" alt="the {which} side of focus">'
        for which, d in drawn
    )


def _imaged_protein(defocus: float) -> contrast.Real:
    protein, pixel = specimen_image("protein", 128)
    formed = contrast.imaged(protein, pixel, Optics(defocus=defocus, bfactor=20.0))
    return np.asarray(sampling.crop(formed - np.median(formed), 80))


def _darker_of(*defoci: float) -> int:
    """Which of several images shows the protein darkest against its surroundings: the one under focus."""
    protein = sampling.crop(specimen_image("protein", 128)[0], 80)
    return int(np.argmin([np.vdot(protein, _imaged_protein(d)) for d in defoci]))


#: Defocus and length, both in Å, at which the displacement is asked for.
DISPLACED = ((5e3, 3.0), (1e4, 3.0), (2e4, 3.0), (3e4, 3.0), (1e4, 2.0))

PROBLEMS = (
    Problem(
        id="delocalisation",
        kind="number",
        title="How far does it go?",
        prompt="Information at length $d$ is displaced by $\\lambda\\,\\Delta f\\,s - C_s \\lambda^3 s^3$. How far is it at 3 Å, for 0.5, 1, 2 and "
        "3 µm? And at 2 Å, for 1 µm?",
        inputs=fields("Å", *(f"{d / 1e4:g} µm, {length:g} Å" for d, length in DISPLACED)),
        answer=lambda: numbered(
            *(ctf.delocalisation(np.array([1 / length]), Optics(defocus=d))[0] for d, length in DISPLACED)
        ),
        tolerance=0.02,
        hints=(
            Hint(
                "The $C_s$ term is missing: it brings some of it back.",
                lambda: numbered(*(units.wavelength(300.0) * d / length for d, length in DISPLACED)),
            ),
            Hint("$C_s$ = 2.7 mm is $2.7 \\times 10^7$ Å."),
        ),
        explanation="25, 58, 124 and 189 Å, and 73 Å: to every side. A particle 150 Å wide at 2 µm fills 400 Å of image at 3 Å resolution.",
        rests_on=("wavelength",),
        serves=("M6.q8",),
    ),
    Problem(
        id="box",
        kind="number",
        title="A box large enough",
        prompt="To sample the CTF at least twice per oscillation, a box must be twice as wide as the displacement at its finest length. "
        "How wide, in Å, for 1 µm to 3 Å, 2 µm to 3 Å, and 2 µm to 2 Å?",
        inputs=fields("Å", "1 µm, 3 Å", "2 µm, 3 Å", "2 µm, 2 Å"),
        answer=lambda: numbered(
            *(contrast.smallest_box(Optics(defocus=d), length) for d, length in ((1e4, 3.0), (2e4, 3.0), (2e4, 2.0)))
        ),
        hints=(
            Hint(
                "Twice the displacement $\\lambda\\,\\Delta f\\,s - C_s\\lambda^3 s^3$; the particle's own width comes on top."
            ),
        ),
        explanation="116, 247 and 342 Å, and the particle's width besides. Boxes that are too small alias the CTF, and lose what "
        "was carried out of them.",
        rests_on=("wavelength",),
        serves=("M6.q8",),
    ),
    Problem(
        id="signal-star",
        kind="choice",
        title="The signal star",
        prompt="Which picture is a Siemens star after the CTF has acted on it, at 1.5 µm underfocus?",
        options=_star_pictures(),
        answer=_most_like_the_image,
        hints=(
            Hint("That one only lost its fine detail: an envelope without a CTF.", lambda: 1),
            Hint("Near the middle the spokes are fine, further out coarse. Where does the CTF change sign?"),
        ),
        explanation="Along a circle the spokes have one period, and so one value of the CTF. Where it is negative, dense spokes come "
        "out dark; where it is positive, bright; where it is zero they vanish: rings. The spoke's edge is not blurred but repeated.",
        rests_on=("gamma sign",),
        serves=("M6.q1",),
    ),
    Problem(
        id="ring-fraction",
        kind="number",
        title="High magnification",
        prompt="The defocus is 1.5 µm (300 kV, $C_s$ 2.7 mm, $w$ 0.1). At which part of Nyquist, in per cent, lies the first zero "
        "with a pixel of 6 Å and with one of 1 Å? And how many FFT pixels from the middle, in a 512-pixel FFT?",
        inputs=(
            *(Input("coarse", "6 Å pixel", "% of Nyquist"), Input("fine", "1 Å pixel", "% of Nyquist")),
            *(Input("coarse_px", "6 Å pixel", "FFT pixels"), Input("fine_px", "1 Å pixel", "FFT pixels")),
        ),
        answer=lambda: {
            f"{name}{unit}": factor * pixel / contrast.zero_length(Optics(defocus=15_000.0))
            for name, pixel in (("coarse", 6.0), ("fine", 1.0))
            for unit, factor in (("", 200.0), ("_px", 512.0))
        },
        hints=(
            Hint(
                "Nyquist is $1/(2\\,\\mathrm{px})$; the zero stays where it is in 1/Å. One FFT pixel is $1/(512\\,\\mathrm{px})$."
            ),
        ),
        explanation="At 6 Å the first dark ring is at 69 % of Nyquist and hardly another fits; at 1 Å it is at 11 %, rings follow to the rim, "
        "and a camera transfers best where they are. In the phase, magnification stands in $s = k/(N\\,\\mathrm{px})$.",
        rests_on=("wavelength",),
        serves=("M6.q3",),
    ),
    Problem(
        id="which-side",
        kind="choice",
        title="Which one is underfocused?",
        prompt="One protein, imaged 1.2 µm below focus and 1.2 µm above it. Which picture is underfocused?",
        options=_two_sides(),
        answer=lambda: _darker_of(12_000.0, -12_000.0),
        hints=(
            Hint("Look at the protein as a whole, not at its detail: is it darker than the ice round it, or brighter?"),
        ),
        explanation="Underfocus makes protein dark: there the CTF begins at $-w$ and goes further down, and amplitude and phase contrast "
        "add. Above focus it has to climb through zero first, and the coarse contrast is lost there.",
        rests_on=("gamma sign",),
        serves=("M6.q4",),
    ),
    Problem(
        id="under-over",
        kind="card",
        title="Below and above focus",
        prompt="Look at the two sides of focus in the figure. Say in words how you would tell them apart, and why they differ.",
        answer=lambda: (
            "Underfocused protein is dark with a bright fringe round it; overfocused protein is bright with a dark fringe. The phase "
            "$\\gamma$ changes sign with defocus, and so does $\\sin\\gamma$; only the amplitude contrast does not. So near focus the two are almost "
            "each other's negative, and $w$ is what breaks the symmetry: the zeros lie at other places. The fringe is "
            "the first sidelobe of the point spread. Underfocus is preferred since both contrasts then add. "
            "Source: the figure above; Wade 1992, Ultramicroscopy 46, 145."
        ),
        serves=("M6.q4",),
    ),
    Problem(
        id="real-defocus",
        kind="number",
        title="Read the defocus of a real micrograph",
        prompt="Turn the defocus until the two halves of the rings join. What is it, in µm, to within 3 %?",
        inputs=(Input("value", "defocus", "µm"),),
        answer=lambda: measured.best_defocus(*measured.of_the_micrograph()[:2]) / 1e4,
        tolerance=0.03,
        hints=(
            Hint("That is what the operator asked for; the rings say otherwise.", lambda: 2.2),
            Hint("First lay the first dark ring on the first zero, then look how far out the rings still agree."),
        ),
        explanation="About 2.72 µm, where the operator had asked for 2.2: the stage, the grid and the focusing each leave an error, and "
        "this is why every micrograph is measured. The coarse end fits poorly, since the background there is not that of our smooth "
        "curve.",
        rests_on=("wavelength",),
        serves=("M6.q8", "M6.r2"),
    ),
    Problem(
        id="reading-notes",
        kind="card",
        title="After the notes: phase contrast in the microscope",
        prompt="The notes say that a specimen in ice is nearly a pure phase object. In your own words: what does the lens have to do to a "
        "phase before a camera can see it, and which two ways of doing it does this chapter show?",
        answer=lambda: (
            "The scattered wave leaves the specimen a quarter of a turn away from the straight beam, so its sum with the beam has "
            "nearly the beam's own length, and a camera, which sees only lengths squared, sees nothing. It must be turned by "
            "another quarter, towards the beam or against it. Defocus does it for each frequency by another angle "
            "$\\gamma(s)$, well at some, not at all at the zeros, and with the wrong sign between; a phase plate does it for all by one "
            "angle. Amplitude contrast is the small part that was never out of step. Sources: the living derivation; Zernike 1942, "
            "Physica 9, 686 and 974."
        ),
        serves=("M6.r1",),
    ),
    Problem(
        id="real-micrograph",
        kind="card",
        title="From a synthetic picture to a micrograph",
        prompt="The notebook puts a CTF onto a picture no larger than a particle. Which troubles would you have on a real micrograph? Use the "
        "figure on the real one.",
        answer=lambda: (
            "Information from a particle lies up to $\\lambda\\,\\Delta f\\,s$ around it: a tight box has lost part of it, and holds what its "
            "neighbours lost. A transform makes the picture periodic, so in a small box what leaves on one side comes back on the "
            "other; at the edge of the field it is simply not there. Besides, defocus varies over the field (tilt, height), there is "
            "noise, ice and a background, and the zeros are filled only by other images with other defoci. So: correct large, cut small; "
            "extract generous boxes; spread the defocus. There is no limit to how far out of focus an image can be taken, but the envelope "
            "and the box set one to what comes back."
        ),
        serves=("M6.q8",),
    ),
)
