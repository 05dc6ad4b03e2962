"""Figures of the lens: aberrations over the aperture, widths that share a letter, and a fit of real rings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.aberrations import Aberrations, BeamTilt, Trefoil
from underfocus.data.optics import (
    AmplitudeContrast,
    Astigmatism,
    AstigmatismAngle,
    Defocus,
    Optics,
    SphericalAberration,
    Voltage,
)
from underfocus.inference import ctffit, thon
from underfocus.physics import aberrations, envelopes
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from ...pictures import PIXEL
from .. import lenses

Spread = Annotated[
    float, knob("Å", 0.0, 200.0, "the number that a paper gives for the spread of focus", valid=(0.0, 5_000.0), step=1)
]
Finest = Annotated[float, knob("Å", 5.5, 15.0, "finest length of the fit", valid=(5.4, 40.0), step=0.5)]


@figure(
    "Aberrations over the aperture",
    caption="The phase that the lens gives each frequency, as a colour over the aperture; what it makes of a point, and of a star.",
    look_for="defocus and astigmatism draw rings that are the same on both sides of the middle: they bend the CTF. Beam tilt and trefoil do not, and so they *move* detail instead: the "
    "point grows a tail, and fine spokes shift against coarse ones.",
    code=(aberrations.odd, aberrations.even, aberrations.zernike),
    play="beam_tilt_x",
)
def aberration_bench(
    defocus: Defocus = 5_000.0, astigmatism: Astigmatism = 0.0, astigmatism_angle: AstigmatismAngle = 30.0, cs_mm: SphericalAberration = 2.7,
    beam_tilt_x: BeamTilt = 2.0, beam_tilt_y: BeamTilt = 0.0, trefoil_x: Trefoil = 0.0, trefoil_y: Trefoil = 0.0,
) -> Panels:  # fmt: skip
    """Phase plate, point and star."""
    odd = Aberrations(beam_tilt_x, beam_tilt_y, trefoil_x, trefoil_y)
    optics = Optics(
        defocus=defocus, astigmatism=astigmatism, astigmatism_angle=astigmatism_angle, cs_mm=cs_mm, aberrations=odd
    )
    tilt = float(np.hypot(beam_tilt_x, beam_tilt_y))
    return beside(
        image(
            lenses.plate(optics),
            1 / (lenses.SIDE * PIXEL),
            title="Phase of the aperture",
            colour="phase",
            space="fourier",
        ),
        image(lenses.imaged(lenses.point(), optics), PIXEL, title="A point"),
        image(lenses.imaged(lenses.star(), optics), PIXEL, title="A star"),
        readout("beam tilt", tilt, "mrad"),
        readout("it moves 4 Å detail by", lenses.moved(4.0, tilt, optics), "Å", "3Csλ²s²t"),
        readout("and 10 Å detail by", lenses.moved(10.0, tilt, optics), "Å"),
    )


@figure(
    "One Δ, three envelopes",
    caption="The temporal envelope for one number Δ, read as a standard deviation, as a half width at 1/e, and as a full width at half maximum.",
    look_for="three programs, three meanings, one letter. At 2 Å they differ by a third; in the exponent by a factor of 5.5. Always ask a spread of focus which it is.",
    code=(envelopes.temporal, envelopes.temporal_e, envelopes.temporal_fwhm, envelopes.focal_spread),
    play="spread",
)
def widths(spread: Spread = 63.0, voltage_kv: Voltage = 300.0) -> Panels:
    """rms, 1/e and FWHM of one number."""
    s = np.linspace(1e-3, 0.6, 400)
    each = {
        "standard deviation": envelopes.temporal(s, spread, voltage_kv),
        "half width at 1/e": envelopes.temporal_e(s, spread, voltage_kv),
        "full width at half maximum": envelopes.temporal_fwhm(s, spread, voltage_kv),
    }
    rms, e, fwhm = each.values()
    lines = (
        Line(rms, "standard deviation"),
        Line(e, "half width at 1/e", "dashed"),
        Line(fwhm, "full width at half maximum", "dotted"),
    )
    numbers = [readout(f"at 2 Å as {name}", float(np.interp(0.5, s, values))) for name, values in each.items()]
    gun = envelopes.focal_spread(2.7, voltage_kv, energy_spread=0.7)
    return beside(
        curve(s, *lines, x="spatial frequency, 1/Å", y="amplitude left", y_limits=(0, 1.05), marks=(Mark(0.5, "2 Å"),)),
        *numbers,
        readout("Δ of a 0.7 eV gun", float(gun), "Å", "Cc 2.7 mm; of the kind that the 0.7 is"),
    )


@figure(
    "A fit of real rings",
    caption="The shipped micrograph's rings (left half) and those of the best fit (right half); the profile along the ellipse with the fit, and how well both agree.",
    look_for="the defocus is found to a few parts in a thousand whatever you assume of w and Cs, within reason. Assume the wrong voltage, and it is wrong by the ratio of wavelengths, with rings as good as before: "
    "a fit cannot tell you what you told it.",
    code=(ctffit.fit, ctffit.pattern, thon.rings),
    measured=True,
)
def estimated(
    amplitude_contrast: AmplitudeContrast = 0.07,
    cs_mm: SphericalAberration = 2.7,
    voltage_kv: Voltage = 300.0,
    finest: Finest = 6.0,
) -> Iterator[Panels]:
    """Fit the shipped micrograph on this machine."""
    found = lenses.fitted(amplitude_contrast, cs_mm, voltage_kv, finest)
    rings = lenses.shipped()
    both = ctffit.beside(rings, found)
    drawn = curve(
        found.s, Line(found.measured, "measured"), Line(found.model / 2, "fit", "dashed"), Line(found.quality, "agreement", "faint"),
        x="spatial frequency, 1/Å", y="rings", y_limits=(-1, 1.1), marks=(Mark(1 / found.resolution, f"{found.resolution:.1f} Å"),),
    )  # fmt: skip
    yield beside(
        image(both, rings.step, title="Measured | fit", space="fourier", limits=(-1, 1)),
        drawn,
        readout("defocus", float(found.optics.defocus), "Å"),
        readout("standard error", found.error, "Å"),
        readout("astigmatism", float(found.optics.astigmatism), "Å"),
        readout("correlation", found.score),
        readout("rings fitted to", found.resolution, "Å"),
        columns=2,
    )
