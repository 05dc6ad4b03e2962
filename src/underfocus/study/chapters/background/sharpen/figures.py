"""The figures on what the derivation takes to be small, and on what hides its zeros."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from underfocus.base import units
from underfocus.base.knobs import knob, option
from underfocus.data.optics import AmplitudeContrast, BFactor, Defocus, Optics
from underfocus.physics import ctf, factors
from underfocus.show import Line, Mark, Panels, bars, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import focus, limits

Volts = Annotated[
    float,
    knob(
        "kV",
        1,
        300,
        "acceleration voltage, down to that of low-energy microscopes",
        valid=(0.1, 1000.0),
        log=True,
        label="voltage",
    ),
]
Length = Annotated[float, knob("Å", 1.0, 20.0, "length of the detail", valid=(0.5, 1000.0), step=0.1)]
Phase = Annotated[
    float, knob("rad", 0.02, 2.0, "largest phase that the specimen adds", valid=(0.001, 10.0), step=0.02, label="ε")
]
Floor = Annotated[
    float,
    knob(
        "",
        0.0,
        1.0,
        "power of the counting noise, the same everywhere",
        valid=(0.0, 100.0),
        step=0.02,
        label="noise floor",
    ),
]
Loss = Annotated[
    float,
    knob(
        "",
        0.0,
        3.0,
        "background at low frequency from electrons that lost energy",
        valid=(0.0, 100.0),
        step=0.1,
        label="inelastic",
    ),
]
Thick = Annotated[float, knob("Å", 0, 2000, "thickness of the ice", valid=(0.0, 10_000.0), step=50, label="thickness")]
Slope = Annotated[
    float,
    knob(
        "Å",
        0,
        5000,
        "difference of defocus across the field, from a tilt",
        valid=(0.0, 50_000.0),
        step=100,
        label="spread",
    ),
]
Bins = Annotated[
    int,
    knob(
        "bins",
        1,
        25,
        "how many bins of the spectrum one reads together: few pixels a side make wide bins",
        valid=(1, 99),
        step=2,
    ),
]
What = Annotated[
    Literal["forward scattering", "highest phase of an atom"], option("what grows with the atomic number", label="show")
]


@figure(
    "Where small angles end",
    caption="The phase of defocus with and without $\\sin\\theta \\approx \\theta$, as a difference in rad over the length of the detail; dotted: a tenth of a turn, where an image would notice.",
    look_for="at 300 kV nothing happens down to 1 Å. Lower the voltage: at a few kV, where low-energy and scanning microscopes work, the paraxial formula is wrong by turns, "
    "and a light microscope lives there always.",
    code=(limits.whole, limits.paraxial),
    play="voltage_kv",
)
def small_angle(voltage_kv: Volts = 300.0, defocus: Defocus = 15_000.0, length: Length = 3.0) -> Panels:
    """Exact against paraxial defocus phase."""
    wavelength = float(units.wavelength(voltage_kv))
    lengths = np.geomspace(max(1.0, 1.05 * wavelength), 40, 200)
    error = np.array([limits.angle_error(defocus, float(d), voltage_kv) for d in lengths])
    drawn = curve(
        1 / lengths, Line(np.maximum(error, 1e-8), "missed by the paraxial formula"), Line(np.full(200, 0.2 * np.pi), "a tenth of a turn", "dotted"),
        x="spatial frequency, 1/Å", y="rad", y_scale="log", marks=(Mark(1 / length, f"{length:g} Å"),),
    )  # fmt: skip
    return beside(
        drawn,
        readout("wavelength", wavelength, "Å"),
        readout("angle θ = λ/d", 1e3 * wavelength / length, "mrad"),
        readout(
            "missed phase",
            limits.angle_error(defocus, length, voltage_kv) if length > wavelength else float("inf"),
            "rad",
        ),
        readout("dropped second derivative", limits.dropped(length, voltage_kv), "", "of the term that is kept: θ²/4"),
    )


@figure(
    "Where weak phases end",
    caption="A protein that turns the phase by at most ε: its exact image, that of the linear formula, and their difference, all on one scale; and the error over ε.",
    look_for="the error grows with ε and is no shadow of the picture: it is bright where many atoms lie behind each other. The marks say how much material makes an ε of one.",
    code=(focus.pictured,),
    play="strength",
)
def small_phase(strength: Phase = 0.3, defocus: Defocus = 12_000.0) -> Panels:
    """Exact against linear image."""
    seen, linear = focus.pictured(strength, defocus)
    most = float(np.abs(seen - 1).max())
    trials = np.array([0.05, 0.1, 0.2, 0.5, 1.0, 2.0])
    errors = np.array([_error(float(t), defocus) for t in trials])
    drawn = curve(
        trials, Line(errors, "error over contrast"), Line([_error(strength, defocus)], "yours", "points", x=[strength]),
        x="ε, rad", y="error over contrast", x_scale="log", y_scale="log",
    )  # fmt: skip
    found = limits.depths()
    return beside(
        image(seen - 1, focus.PIXEL, title="Exact", limits=(-most, most)),
        image(linear - 1, focus.PIXEL, title="Linear", limits=(-most, most)),
        image(seen - linear, focus.PIXEL, title="Difference", colour="diverging", limits=(-most, most)),
        drawn,
        readout("error", 100 * _error(strength, defocus), "% of the contrast"),
        *(
            readout(f"{name} for this ε", limits.thickness_for(strength, volts), "Å", f"{volts:.1f} V")
            for name, volts in found.items()
        ),
        columns=2,
    )


def _error(strength: float, defocus: float) -> float:
    seen, linear = focus.pictured(strength, defocus)
    return float(np.linalg.norm(seen - linear) / np.linalg.norm(seen - 1))


@figure(
    "What hides the zeros",
    caption="CTF² as the derivation has it (faint), and the power that a spectrum shows.",
    look_for="set everything to zero first: there they are. Noise fills every zero to its own level. Thickness and a spread of defocus blur the fine rings first; coarse bins do the same to a "
    "thick pile of rings. Amplitude contrast hides nothing: it moves them.",
    code=(limits.seen_power, ctf.ctf1),
)
def hidden_zeros(
    floor: Floor = 0.3, inelastic: Loss = 0.5, bfactor: BFactor = 60.0, amplitude_contrast: AmplitudeContrast = 0.07,
    thick: Thick = 300.0, slope: Slope = 500.0, bins: Bins = 3, defocus: Defocus = 20_000.0,
) -> Panels:  # fmt: skip
    """A spectrum with all that it has beside the CTF."""
    s = np.linspace(1e-3, 0.3, 900)
    optics = Optics(defocus=defocus, amplitude_contrast=amplitude_contrast, bfactor=bfactor)
    bare, seen = limits.seen_power(s, optics, floor=floor, inelastic=inelastic, depth=thick, slope=slope, bins=bins)
    least = seen.min() / max(float(seen.max()), 1e-12)
    swing = _swing(s, seen, 0.1)
    drawn = curve(
        s,
        Line(bare, "CTF²", "faint"),
        Line(seen, "seen"),
        x="spatial frequency, 1/Å",
        y="power",
        y_limits=(0, max(1.2, float(seen.max()))),
    )
    return beside(
        drawn,
        readout("lowest valley over highest hill", float(least)),
        readout("swing of the rings at 10 Å", swing, "", "hill less valley over their sum"),
        readout("first zero", float(1 / ctf.zeros(optics, 1)[0]), "Å"),
    )


def _swing(s: np.ndarray, power: np.ndarray, at: float) -> float:
    near = power[np.abs(s - at) < 0.012]
    return float((near.max() - near.min()) / (near.max() + near.min()))


@figure(
    "Where the atomic number enters",
    caption="Elements from hydrogen to uranium: how strongly an atom scatters forward, f(0), or the phase at its middle (blurred by 30 Å²), with a power of Z for comparison.",
    look_for="not in the lens, not in the camera: in V, and there not even in proportion. f(0) grows more slowly than Z, since screening makes heavy atoms compact; and along a row of the table it falls, "
    "from carbon to oxygen, as the outermost electrons come nearer.",
    code=(factors.scattering_factor,),
)
def atomic_number(show: What = "forward scattering", voltage_kv: Volts = 300.0) -> Panels:
    """f(0) or the phase of single atoms against Z."""
    z = np.array([n for _, n in limits.ELEMENTS], float)
    names = [e for e, _ in limits.ELEMENTS]
    forward = show == "forward scattering"
    values = np.array([limits.forward(e) if forward else limits.atom_phase(e, voltage_kv) for e in names])
    power = float(np.polyfit(np.log(z[1:]), np.log(values[1:]), 1)[0])  # hydrogen is a case of its own
    guide = values[1] * (z / 6) ** power
    drawn = curve(
        z, Line(values, show, "points"), Line(guide, f"Z to the power {power:.2f}", "dashed"), x="atomic number Z", y="f(0), Å" if forward else "rad",
        x_scale="log", y_scale="log", marks=tuple(Mark(float(n), e) for e, n in limits.ELEMENTS if e in ("C", "S", "Fe", "Au")),
    )  # fmt: skip
    return beside(
        drawn,
        readout("power of Z", power),
        readout("gold over carbon", float(values[names.index("Au")] / values[1]), "×", "Z itself is 13 times as large"),
        readout("carbon", float(values[1]), "Å" if forward else "rad"),
    )


@figure(
    "The term that Kirkland drops",
    caption="The second derivative of the wave along the beam over the first one's term, for detail of each length (line: θ²/4), and as measured between slices inside of adenylate kinase.",
    look_for="a hundred-thousandth at 300 kV: the best approximation of the whole chapter. Inside of a protein it is two thousandths, as the potential itself changes from one Å to the next: still nothing.",
    code=(limits.dropped, limits.dropped_in_protein),
)
def dropped_term(voltage_kv: Volts = 300.0) -> Panels:
    """Size of the second derivative along z."""
    lengths = np.geomspace(1.5, 30, 100)
    ratio = np.array([limits.dropped(float(d), voltage_kv) for d in lengths])
    typical, largest, phase = limits.dropped_in_protein(float(np.clip(voltage_kv, 20.0, 300.0)))
    drawn = curve(1 / lengths, Line(ratio, "θ²/4"), x="spatial frequency, 1/Å", y="dropped over kept", y_scale="log")
    each = bars(
        np.array([0.0, 1.0]),
        np.array([typical, largest]),
        x="all of the wave, and its largest",
        y="dropped over kept",
        title="In a protein",
    )
    return beside(
        drawn,
        each,
        readout("at 3 Å", limits.dropped(3.0, voltage_kv)),
        readout("in adenylate kinase", typical, "", "below 20 kV: that of 20 kV, where slices of 1 Å still hold"),
        readout("largest phase of the molecule", phase, "rad"),
    )


SERVES = {
    "small_angle": ("M1.sharpen.q1", "M1.sharpen.r1"),
    "small_phase": ("M1.sharpen.q1", "M1.sharpen.r1"),
    "hidden_zeros": ("M1.sharpen.q2",),
    "atomic_number": ("M1.sharpen.q4",),
    "dropped_term": ("M1.sharpen.r2", "M1.sharpen.q3"),
}
