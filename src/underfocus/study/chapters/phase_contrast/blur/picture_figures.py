"""Figures of pictures: before and after the CTF, both sides of focus, rings, and a real micrograph."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Pixel
from underfocus.data.optics import AmplitudeContrast, Astigmatism, AstigmatismAngle, Defocus, Optics
from underfocus.maths import fourier, sampling
from underfocus.physics import ctf
from underfocus.samples import micrograph
from underfocus.show import Line, Panels, beside, curve, image, readout
from underfocus.show.figure import figure
from underfocus.study import specimens

from ...pictures import PIXEL, specimen_image
from .. import contrast, measured

STAR = Optics(defocus=10_000.0, bfactor=20.0)
RINGS = Optics(astigmatism=800.0)
Specimen = Annotated[Literal["Siemens star", "protein", "micrograph", "mine"], option("what lies in the microscope")]
Recorded = Annotated[Literal["micrograph", "mine"], option("whose rings are measured", label="specimen")]
Operation = Annotated[
    Literal["image", "phases flipped", "Wiener", "object"], option("what is done after imaging", label="show")
]
Padding = Annotated[float, knob("×", 1.0, 2.0, "width of the box over the particle's own", valid=(1.0, 3.0), step=0.05)]
Ratio = Annotated[float, knob("×", 1.0, 4.0, "how much larger the second magnification is", valid=(1.0, 8.0), step=0.1)]
Signed = Annotated[
    float, knob("Å", 2_000, 30_000, "distance from focus, on either side", valid=(0.0, 100_000.0), step=100)
]
Window = Annotated[int, knob("px", 32, 192, "the box cut from the micrograph", valid=(16, 256), step=2)]
Finest = Annotated[
    float,
    knob("Å", 6.0, 30.0, "finer detail than this is left out, to see through the noise", valid=(5.4, 200.0), step=0.5),
]
Cut = Annotated[
    Literal["the box itself", "the field, at the box's left edge"],
    option("what ends before the phases are flipped", label="cut first"),
]


@figure(
    "Before and after",
    caption="An object and what the microscope makes of it. *protein* is a projection of PDB 7PBL in a box of its own; *micrograph* "
    "is a real one, and *mine* your own MRC file, which stays on this machine: both have passed a lens already, so a correction "
    "acts on them as they are.",
    look_for="in the star, rings where light and dark swap. Around the protein, what appears when the box gets wider: it had been "
    "carried out of the box, and came in again on the other side.",
    code=(contrast.imaged, contrast.corrected, ctf.ctf2),
    hide=("astigmatism_angle", "voltage_kv", "cs_mm", "phase_shift"),
    play="defocus",
)
def before_after(
    specimen: Specimen = "Siemens star", show: Operation = "image", padding: Padding = 1.0,
    optics: Optics = STAR,
) -> Panels:  # fmt: skip
    """An object, its image, and what correction brings back."""
    protein = specimen == "protein"
    own, pixel = specimen_image(specimen, 136 if protein else 256, 1.0 if protein else PIXEL)
    field = contrast.in_wider_box(own, padding)
    n = field.shape[0]
    after = contrast.seen(field, pixel, optics, show, recorded=specimen in ("micrograph", "mine"))
    inside = sampling.crop(after, own.shape[0])
    transfer = fourier.display(ctf.ctf2(n, pixel, optics), n)
    return beside(
        image(field, pixel, title="Object"),
        image(after, pixel, title=show.capitalize()),
        image(transfer, 1 / (n * pixel), title="CTF", colour="diverging", limits=(-1, 1), space="fourier"),
        readout("correlation with the object", float(np.corrcoef(field.ravel(), after.ravel())[0, 1])),
        readout(
            "outside the particle's own box", 100 * float(1 - np.sum(inside**2) / np.sum(after**2)), "% of the power"
        ),
        readout("delocalised at 5 Å by", float(ctf.delocalisation(np.array([0.2]), optics)[0]), "Å"),
    )


@figure(
    "Under- and overfocus",
    caption="The same protein as far below focus as above it, drawn on one scale of grey, and both transfer functions.",
    look_for="underfocus: dark protein with a bright rim. Overfocus: bright protein with a dark rim. Raise the amplitude contrast, and the left gains what the right loses.",
    code=(contrast.imaged,),
    play="distance",
)
def two_sides(distance: Signed = 12_000.0, amplitude_contrast: AmplitudeContrast = 0.1) -> Panels:
    """Images at +Δf and −Δf."""
    field, pixel = specimen_image("protein", 256)
    sides = [Optics(defocus=sign * distance, amplitude_contrast=amplitude_contrast, bfactor=20.0) for sign in (1, -1)]
    pictures = [contrast.imaged(field, pixel, o) for o in sides]
    s = np.linspace(1e-4, 0.15, 500)
    lines = (Line(ctf.ctf1(s, o), name) for o, name in zip(sides, ("underfocus", "overfocus"), strict=True))
    inner = [sampling.crop(p - np.median(p), 128) for p in pictures]
    limit = 0.9 * float(max(np.abs(p).max() for p in inner))
    return beside(
        image(inner[0], pixel, title="Underfocus", limits=(-limit, limit)),
        image(inner[1], pixel, title="Overfocus", limits=(-limit, limit)),
        curve(s, *lines, x="spatial frequency, 1/Å", y="contrast transfer", y_limits=(-1, 1)),
    )


@figure(
    "Thon rings at two magnifications",
    caption="CTF² as the camera's FFT shows it: the same optics, the same camera, two magnifications. The rim is Nyquist.",
    look_for="at the higher magnification more rings lie within Nyquist, each at a smaller part of it, where a camera still transfers. With astigmatism they are ellipses.",
    hide=("phase_shift", "cs_mm"),
    code=(ctf.ctf2,),
    play="defocus",
)
def thon_rings(optics: Optics = RINGS, pixel: Pixel = 6.0, ratio: Ratio = 3.0) -> Panels:
    """Power of the CTF on two pixel sizes."""
    n = 256
    pixels = (pixel, pixel / ratio)
    rings = [fourier.display(ctf.ctf2(n, p, optics) ** 2, n) for p in pixels]
    first = 1 / contrast.zero_length(replace(optics, astigmatism=0.0))
    return beside(
        *(
            image(r, 1 / (n * p), title=f"{p:.3g} Å a pixel", space="fourier", limits=(0, 1))
            for r, p in zip(rings, pixels, strict=True)
        ),
        *(readout(f"first dark ring, {p:.3g} Å", 200 * first * p, "% of Nyquist") for p in pixels),
    )


@figure(
    "Correct before you cut, or after?",
    caption="The middle of a real micrograph (Falcon 3, 300 kV, 2.67 Å a pixel). Phases flipped over all of it and "
    "then cut out; and flipped after something had been cut away.",
    look_for="the difference. It is largest along the edges that were cut: what belongs here had been carried across them, and what "
    "the neighbours lost came in. A smaller window is nearly all edge.",
    code=(contrast.corrected,),
    play="window",
)
def neighbours(
    window: Window = 128, cut_first: Cut = "the box itself", finest: Finest = 12.0, defocus: Defocus = 27_000.0
) -> Panels:
    """Delocalisation on a real micrograph: neighbours, and the edge of the field."""
    found = micrograph()
    optics, pixel = Optics(defocus=defocus), found.pixel
    whole = measured.quiet(found.data[0], pixel, finest)
    right = sampling.crop(contrast.corrected(whole, pixel, optics, "phases flipped"), window)
    if cut_first == "the box itself":
        late = contrast.corrected(sampling.crop(whole, window), pixel, optics, "phases flipped")
    else:
        field = contrast.corrected(measured.corner(whole, window, 256), pixel, optics, "phases flipped")
        late = field[128 - window // 2 :, :window][:window]
    limit = float(np.abs(right).max())
    error = (right - late) ** 2 / right.var()
    rim = max(2, window // 8)
    return beside(
        image(right, pixel, title="Flipped, then cut"),
        image(late, pixel, title="Cut, then flipped"),
        image(right - late, pixel, title="Difference", colour="diverging", limits=(-limit, limit)),
        readout(
            "difference, middle", float(np.sqrt(sampling.crop(error, window // 4 * 2).mean())), "of the signal's sd"
        ),
        readout("difference, left edge", float(np.sqrt(error[:, :rim].mean())), "of the signal's sd"),
        readout("delocalised at the finest by", float(ctf.delocalisation(np.array([1 / finest]), optics)[0]), "Å"),
    )


@figure(
    "The rings of a real micrograph",
    caption="Left half: the power spectrum of a micrograph, its background taken away, a little smoothed. Right half: CTF². Beside them the average round the "
    "circle, and the CTF² that should lie on it. *mine* is your own.",
    look_for="the defocus where both halves join. The operator of this microscope had asked for 2.2 µm.",
    code=(measured.rings, measured.spectrum, measured.agreement),
)
def measured_rings(
    specimen: Recorded = "micrograph", defocus: Defocus = 22_000.0, astigmatism: Astigmatism = 0.0,
    astigmatism_angle: AstigmatismAngle = 0.0, amplitude_contrast: AmplitudeContrast = 0.1,
) -> Panels:  # fmt: skip
    """Fit a CTF to measured rings by eye."""
    if specimen == "mine":
        own = specimens.mine()
        pixel, (s, average, picture) = own.pixel, measured.rings(own.data, own.pixel)
    else:
        pixel, (s, average, picture) = micrograph().pixel, measured.of_the_micrograph()
    optics = Optics(defocus, astigmatism, astigmatism_angle, amplitude_contrast=amplitude_contrast)
    n = picture.shape[0]
    model = fourier.display(ctf.ctf2(n, pixel, optics) ** 2, n)
    both = sampling.crop(measured.halves(measured.quiet(picture, 1.0, 4.0), model), 2 * (n // 3))
    drawn = image(both, 1 / (n * pixel), title="Measured | CTF²", space="fourier", limits=(-0.4, 1.4))
    seen = (s > 1 / measured.COARSE) & (s < 1 / measured.FINE)
    lines = (Line(average[seen], "measured", "points"), Line(ctf.ctf1(s[seen], optics) ** 2, "CTF²"))
    return beside(
        drawn,
        curve(s[seen], *lines, x="spatial frequency, 1/Å", y="power, scaled"),
        readout("correlation of the two", float(measured.agreement(s, average, optics)), "", "60 to 6.5 Å"),
        columns=2,
    )
