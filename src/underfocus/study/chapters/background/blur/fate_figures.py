"""Figures of where electrons go: elastic and inelastic scattering by angle, and where a protein scatters as one."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from underfocus.base import units
from underfocus.base.knobs import knob, option
from underfocus.data.optics import Voltage
from underfocus.physics import scattering
from underfocus.show import Line, Mark, Panels, beside, curve, readout
from underfocus.show.figure import figure

from .. import fates

Element = Annotated[fates.Element, option("the atom")]
Loss = Annotated[
    float, knob("eV", 5.0, 1000.0, "mean energy that an inelastic electron loses", valid=(0.1, 1e5), log=True)
]
Aperture = Annotated[
    float, knob("mrad", 0.01, 100.0, "the aperture's half angle", valid=(1e-4, 1000.0), log=True, label="aperture")
]
Detail = Annotated[float, knob("Å", 1.0, 200.0, "the size of a detail", valid=(1.0, 1000.0), log=True)]
#: Angles in mrad that are drawn.
SHOWN = (0.005, 200.0)


@figure(
    "Where the electrons go",
    caption="Left: how strongly one atom scatters at each angle, per solid angle. Right: the share of all such electrons that stays within an angle. "
    "Elastic: $\\gamma^2|f_e|^2$ with Peng's factors, continued beyond 4 1/Å as $\\theta^{-4}$. Inelastic: Lenz's model with one mean loss, $1/(\\theta^2+\\theta_E^2)$ out "
    "to the angle of the atom's size.",
    look_for="which of the two an aperture can sort out. Then compare carbon with gold: who scatters more inelastically, for each elastic electron?",
    code=(scattering.elastic, scattering.inelastic, scattering.loss_angle),
    play="aperture",
)
def where_they_go(
    element: Element = "carbon", voltage_kv: Voltage = 300.0, loss: Loss = 20.0, aperture: Aperture = 10.0
) -> Panels:
    """Angular distributions of one atom, and what an aperture lets through."""
    theta, symbol = scattering.angles(), fates.SYMBOLS[element]
    elastic = scattering.elastic(symbol, theta, voltage_kv)
    inelastic = scattering.inelastic(symbol, theta, voltage_kv, loss)
    summed = [scattering.within(found) for found in (elastic, inelastic)]
    shown = (theta > SHOWN[0] * 1e-3) & (theta < SHOWN[1] * 1e-3)
    mrad = 1e3 * theta[shown][::4]
    marks = (Mark(aperture, "aperture"), Mark(1e3 * scattering.loss_angle(loss, voltage_kv), "θE"))
    names = (("elastic", "solid"), ("inelastic", "dashed"))
    strengths = [Line(f[shown][::4], n, s) for f, (n, s) in zip((elastic, inelastic), names, strict=True)]  # type: ignore[arg-type]
    shares = [Line(100 * f[shown][::4] / f[-1], n, s) for f, (n, s) in zip(summed, names, strict=True)]  # type: ignore[arg-type]
    axis: dict[str, Any] = {"x": "scattering angle, mrad", "x_scale": "log", "marks": marks}
    half = [1e3 * fates.angle_within(found, 0.5) for found in (elastic, inelastic)]
    return beside(
        curve(mrad, *strengths, y="dσ/dΩ, Å²/sr", y_scale="log", title="Strength", **axis),
        curve(mrad, *shares, y="% within the angle", title="Share", **axis),
        readout("half of the elastic stay within", half[0], "mrad"),
        readout("half of the inelastic", half[1], "mrad"),
        readout("the aperture passes: elastic", 100 * fates.share(elastic, 1e-3 * aperture), "%"),
        readout("inelastic", 100 * fates.share(inelastic, 1e-3 * aperture), "%"),
        readout("inelastic for each elastic", float(summed[1][-1] / summed[0][-1])),
        columns=2,
    )


@figure(
    "A crowd of atoms",
    caption="How a protein (15 879 atoms, in a vacuum) scatters, over what the same atoms would scatter if none knew of the others: the mean over 64 "
    "directions. In ice the coarse end is weaker, since water fills the gaps.",
    look_for="at which detail does the line come down to 1? To its left the electrons tell of the molecule, to its right of bonds and single atoms.",
    code=(fates.together,),
    play="detail",
)
def crowd(detail: Detail = 20.0, voltage_kv: Voltage = 300.0) -> Panels:
    """Coherent gain of a protein by angle."""
    s, gain, forward = fates.together()
    mrad = 1e3 * fates.angles_of(s, voltage_kv)
    at = 1e3 * float(fates.angles_of(np.array(1 / detail), voltage_kv))
    near = np.abs(np.log(s * detail)) < 0.15
    here = float(gain[near].mean()) if near.any() else float(np.interp(1 / detail, s, gain))
    lines = (Line(gain, "together over alone"), Line(np.ones_like(gain), "strangers", "dotted"))
    return beside(
        curve(
            mrad,
            *lines,
            x="scattering angle, mrad",
            x_scale="log",
            y_scale="log",
            marks=(Mark(at, f"{detail:.3g} Å"),),
        ),
        readout("this detail scatters to", at, "mrad"),
        readout("the atoms together over alone", here, "×"),
        readout("straight ahead", forward, "×", "near the number of atoms"),
        readout("wavelength", float(units.wavelength(voltage_kv)), "Å"),
    )
