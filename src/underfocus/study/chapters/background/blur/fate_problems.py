"""Problems about what else can happen to an electron; every answer is computed."""

from __future__ import annotations

import numpy as np

from underfocus.base import units
from underfocus.physics import scattering
from underfocus.study.problems import Hint, Input, Problem

from .. import fates

CARBON = 12.011


def _loss() -> dict[str, float]:
    angle = scattering.loss_angle(fates.MEAN_LOSS, 300.0)
    return {"angle": 1e3 * angle, "length": float(units.wavelength(300.0)) / angle}


def _halved() -> dict[str, float]:
    """Non-relativistic θ_E = ΔE/(2E)."""
    angle = fates.MEAN_LOSS / (2 * 300e3)
    return {"angle": 1e3 * angle, "length": float(units.wavelength(300.0)) / angle}


def _knock() -> dict[str, float]:
    return {f"v{kv}": float(scattering.recoil(np.pi, float(kv), CARBON)) for kv in (100, 300)}


def _slow_knock() -> dict[str, float]:
    """4 m/M times E, as for slow balls."""
    ratio = 4 * units.ELECTRON_MASS / (CARBON * units.DALTON)
    return {f"v{kv}": float(ratio * kv * 1e3) for kv in (100, 300)}


def _still_inside() -> int:
    """Option by the share of carbon's inelastic electrons within an aperture for 3 Å at 300 kV."""
    theta = scattering.angles()
    found = scattering.inelastic("C", theta, 300.0, fates.MEAN_LOSS)
    part = fates.share(found, float(units.wavelength(300.0)) / 3)
    return 0 if part > 0.75 else 1


def _model_answer() -> str:
    """The card of the syllabus' question, with numbers of the engine."""
    theta = scattering.angles()
    thrown, lost = scattering.elastic("C", theta, 300.0), scattering.inelastic("C", theta, 300.0, fates.MEAN_LOSS)
    ratio = scattering.within(lost)[-1] / scattering.within(thrown)[-1]
    return (
        "**Small angle, no loss.** The electron met the smooth, screened potential of many atoms at once; the angle is λ/d, so a small one tells of something large: an outline, a domain. To the specimen nothing happened: it "
        "was left as it was, and the wave can meet the straight beam again and make contrast. "
        "**Large angle, no loss.** It came close to one nucleus, inside the cloud that screens it: the angle tells of the single atom and of Z, hardly of the molecule. A light nucleus takes up a recoil, "
        f"at 300 kV up to {float(scattering.recoil(np.pi, 300.0, CARBON)):.0f} eV for carbon in a head-on hit, enough to throw it out; at 10 mrad it is {1e3 * float(scattering.recoil(0.01, 300.0, CARBON)):.1f} meV. The aperture or the "
        "column stops most of these electrons, and they are missed in the image: amplitude contrast. "
        f"**Very small angle, energy lost.** For each elastic electron about {ratio:.0f} are scattered inelastically by carbon, most of them within "
        f"{1e3 * fates.angle_within(lost, 0.5):.1f} mrad: outer electrons were excited or torn away (some 10 to 30 eV), more rarely an inner one ({fates.K_EDGE:.0f} eV and more for carbon), rarely still a vibration or heat. Here something *did* happen to the specimen: broken bonds, radicals, heat, "
        "charge. The electron is no longer coherent with the beam and has another focus; it adds a blurred background, unless a filter takes it. "
        "**Other fates.** Nothing at all, which is the lot of most electrons; several events one after the other in thick ice; light or X-rays sent out on the way; and, once in a great many, back where it came from. "
        "Henderson 1995 (Q. Rev. Biophys. 28, 171) weighs these fates against each other: damage for each useful electron decides what can be seen."
    )


PROBLEMS: tuple[Problem, ...] = (
    Problem(
        id="loss-angle",
        kind="number",
        title="How far aside does a loss throw?",
        prompt="An electron of 300 keV loses 20 eV to the outer electrons of the specimen. What is the half width of its scattering, $\\theta_E = \\Delta E/(\\gamma m_0 v^2)$? And which length λ/θ goes with such an angle?",
        inputs=(Input("angle", "$\\theta_E$", "mrad"), Input("length", "λ/θ", "Å")),
        answer=_loss,
        hints=(
            Hint("$\\Delta E/(2E)$ is for slow electrons. At 300 kV $\\gamma m_0v^2$ is 489 keV, not 600.", _halved),
            Hint("$\\gamma m_0 v^2 = 511\\ \\mathrm{keV} \\cdot \\gamma\\,(v/c)^2$ with γ = 1.587 and v/c = 0.777."),
        ),
        explanation="0.0409 mrad, and 481 Å. Half of a 20 eV loss goes less far aside than detail of 480 Å would throw an electron. Such scattering is not localised: the electron "
        "need not even touch the molecule that it excites.",
        rests_on=("wavelength",),
        serves=("M1.blur.q1",),
    ),
    Problem(
        id="knock-on",
        kind="number",
        title="Head-on",
        prompt="An electron hits a carbon nucleus head-on and flies back. Which energy does it leave, at 100 and at 300 kV? Compare with a bond, some 4 eV.",
        inputs=(Input("v100", "100 kV", "eV"), Input("v300", "300 kV", "eV")),
        answer=_knock,
        hints=(
            Hint("These electrons are fast: their momentum is more than $\\sqrt{2mE}$.", _slow_knock),
            Hint("$2E(E + 2m_0c^2)/(Mc^2)$, with $Mc^2$ = 11.19 GeV."),
        ),
        explanation="20.1 and 70.9 eV: enough to break bonds, and higher voltage makes it worse. But a head-on hit is rare, so that in organic matter nearly all damage comes from the outer electrons, and *that* falls as "
        "the voltage grows.",
        serves=("M1.blur.q1",),
    ),
    Problem(
        id="four-fates",
        kind="match",
        title="Event, angle, loss, fate",
        prompt="Match each event to the line that tells its angle, its loss and what becomes of the electron (carbon, 300 kV).",
        items=(
            "It throws an inner electron out of an atom.",
            "It passes very near to a nucleus.",
            "It shakes the outer electrons of the specimen.",
            "It hits a nucleus head-on.",
            "It is bent by the screened field of an atom.",
            "It meets nothing.",
        ),
        options=(
            "no angle, no loss; the lot of most electrons, and the beam against which all others are measured",
            "some 0.04 mrad; 10 to 30 eV lost; goes through any aperture, blurs the image, is taken by an energy filter",
            "some 0.6 mrad; 284 eV and more lost; an X-ray or another electron follows, the loss names the element",
            "some mrad; next to nothing lost; meets the straight beam again and makes the image",
            "60 mrad and more; some tenths of an eV lost; stopped by an aperture, missed in the image",
            "back where it came from; 71 eV lost; the atom leaves its place",
        ),
        answer=lambda: fates.ranks(fates.typical_angles()),
        hints=(
            Hint(
                "Order the lines by angle, and the events by how hard the electron is hit: $\\theta_E$ grows with the loss, elastic angles with nearness."
            ),
        ),
        explanation="The two losses have half widths of 0.041 and 0.58 mrad; half of the elastic electrons go beyond 9 mrad, and one in fifty beyond 65. Angle alone sorts the near miss from the rest; it "
        "takes a filter to sort the losses.",
        serves=("M1.blur.q1",),
    ),
    Problem(
        id="no-aperture",
        kind="choice",
        title="Sort them out by angle?",
        prompt="Electrons that lost energy only blur the image. Could an objective aperture stop them and let through all detail down to 3 Å?",
        options=(
            "No: most of them stay nearer to the beam than the detail does",
            "Yes: to lose energy is to be deflected far",
            "Yes, if it stops the centre of the diffraction pattern instead",
            "Yes, with an aperture for just 3 Å",
        ),
        answer=_still_inside,
        hints=(
            Hint("Look at the two curves of the figure: which one lies further left?", lambda: 1),
            Hint(
                "The centre is where the straight beam is, and without it there is no image but a dark field.",
                lambda: 2,
            ),
            Hint("Set 6.56 mrad in the figure, and read off how many of the inelastic ones pass.", lambda: 3),
        ),
        explanation="Through the aperture for 3 Å, 6.56 mrad, nine in ten of them pass, and half within a tenth of that angle. An energy filter asks the right question: how fast, instead of how far aside.",
        serves=("M1.blur.q1",),
    ),
    Problem(
        id="what-happened",
        kind="card",
        title="The question of the meeting",
        prompt="An electron arrives at a small angle, another at a large one. What happened to the specimen in each case? And which other fates can an electron meet on its way through?",
        answer=_model_answer,
        serves=("M1.blur.q1",),
    ),
)
