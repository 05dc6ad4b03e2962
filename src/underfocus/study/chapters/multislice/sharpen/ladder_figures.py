"""Figures of scattering: the ladder of models, slices, complex against sine, and what depth does."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.optics import Defocus, Optics, Voltage
from underfocus.physics import ewald, exit_wave, lens, multislice, slicing
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import depth, piles

Crude = Annotated[
    Literal["projection", "weak-phase", "phase-object"],
    option("the model that is held against multislice", label="model"),
]
Thickness = Annotated[float, knob("Å", 50, 600, "how deep the pile of molecules is", valid=(10.0, 2000.0), step=50)]
Slice = Annotated[float, knob("Å", 1, 50, "thickness of a slice", valid=(1.0, 500.0), step=1, label="slice dz")]
Scale = Annotated[
    float, knob("×", 0.1, 5.0, "the potential is multiplied by it", valid=(0.01, 50.0), step=0.1, label="V scale")
]
Dose = Annotated[float, knob("e/Å²", 1, 10_000, "electrons that make the picture", valid=(0.1, 1e9), log=True)]
Length = Annotated[float, knob("Å", 1.5, 10.0, "length of the detail that one looks at", valid=(0.5, 100.0), step=0.1)]


def _optics(defocus: float, voltage_kv: float, w: float = 0.07) -> Optics:
    return Optics(defocus=defocus, voltage_kv=voltage_kv, cs_mm=2.7, amplitude_contrast=w)


@figure(
    "The ladder of models",
    caption="A pile of adenylate kinases imaged under a crude model and by multislice, what they differ by (same grey scale about 0), and ring by ring "
    "the power of the difference over that of the image, with their correlation.",
    look_for="make the pile deeper: every model fails. The spikes are the zeros of the projection's CTF, which no single zero can be for molecules at many heights. "
    "Then lower the potential's scale: depth remains a fault where strength no longer is.",
    code=(exit_wave.exit_wave, multislice.multislice, lens.image, lens.linear),
    play="thickness",
)
def ladder(
    model: Crude = "projection", thickness: Thickness = 250.0, slice_thickness: Slice = 10.0, scale: Scale = 1.0,
    voltage_kv: Voltage = 300.0, defocus: Defocus = 8_000.0,
) -> Panels:  # fmt: skip
    """One specimen, two models, and their difference."""
    optics = _optics(defocus, voltage_kv)
    crude, whole = (piles.image(m, thickness, slice_thickness, scale, optics) for m in (model, "multislice"))
    s, power, correlation = piles.rings(crude, whole)
    limits = (float(whole.min()), float(whole.max()))
    most = max(float(np.abs(whole - 1).max()), 1e-6)
    drawn = curve(
        s, Line(np.minimum(power, 4.0), "power of the difference"), Line(correlation, "correlation", "dashed"),
        x="spatial frequency, 1/Å", y="over the image's power", y_limits=(-0.1, 2.0),
    )  # fmt: skip
    return beside(
        image(crude, piles.PIXEL, title=model.capitalize(), limits=limits),
        image(whole, piles.PIXEL, title="Multislice", limits=limits),
        image(crude - whole, piles.PIXEL, title="Difference", colour="diverging", limits=(-most, most)),
        drawn,
        readout("they disagree on", 100 * piles.apart(crude, whole), "% of the contrast"),
        readout("largest phase σ∫V dz", piles.largest_phase(thickness, scale, voltage_kv), "rad"),
        readout("slices", len(piles.slices(thickness, slice_thickness))),
        columns=2,
    )


@figure(
    "How thin is a slice?",
    caption="The exit wave's error against slices of 1 Å, as slices get thicker: the scattered wave, relative.",
    look_for="a slice of 5 Å costs half a per cent, and saves four fifths of the work. What thick slices get wrong is the propagation inside of them: "
    "the error follows $\\lambda\\,\\Delta z\\,s^2$.",
    code=(slicing.cut, multislice.multislice),
)
def slice_error(thickness: Thickness = 100.0, voltage_kv: Voltage = 300.0, slice_thickness: Slice = 5.0) -> Panels:
    """Convergence in the thickness of a slice."""
    ladder_of = np.unique(np.append([2.0, 5.0, 10.0, 25.0, 50.0], max(2.0, np.rint(slice_thickness))))

    def refocused(dz: float) -> np.ndarray:
        found = piles.wave(thickness, dz, 1.0, voltage_kv, "multislice", 0.0)
        back = multislice.propagator(found.data.shape, found.pixel, -found.z, voltage_kv)
        return np.asarray(np.fft.ifft2(np.fft.fft2(found.data) * back))

    truth = refocused(1.0)
    errors = np.array([np.linalg.norm(refocused(float(d)) - truth) / np.linalg.norm(truth - 1) for d in ladder_of])
    own = float(errors[np.searchsorted(ladder_of, max(2.0, np.rint(slice_thickness)))])
    drawn = curve(
        ladder_of, Line(errors, "error of the wave"), Line([own], "yours", "points", x=[max(2.0, np.rint(slice_thickness))]),
        x="slice, Å", y="relative error", x_scale="log", y_scale="log",
    )  # fmt: skip
    return beside(
        drawn,
        readout("your error", 100 * own, "%"),
        readout("phase within a slice at 3 Å", depth.fresnel(slice_thickness, 3.0, voltage_kv), "rad"),
    )


@figure(
    "Complex or sine",
    caption="One exit wave (multislice), seen through the complex CTF and, its phase alone, through the sine CTF; and what of the image is of second "
    "order in the scattered wave. Curve: its share, and that of the sine's error, against the potential's scale.",
    look_for="at the true scale the sine misses a tenth of the contrast, and more with every layer. The second-order part is never negative on average: strong specimens "
    "look brighter at coarse lengths than any linear theory allows. The dose that would show it is the last read-out.",
    code=(lens.image, lens.sine_image, lens.wave_transfer),
    play="scale",
)
def complex_or_sine(
    thickness: Thickness = 100.0, scale: Scale = 1.0, defocus: Defocus = 8_000.0, voltage_kv: Voltage = 300.0, dose: Dose = 40.0,
) -> Panels:  # fmt: skip
    """The complex CTF beside the sine CTF on the same wave."""
    optics = _optics(defocus, voltage_kv, 0.0)
    found = piles.wave(thickness, 10.0, scale, voltage_kv, "multislice", 0.0)
    whole, sine = (np.asarray(f(found, optics), float) for f in (lens.image, lens.sine_image))
    first, second = piles.second_order(found, optics)
    scales = np.array([0.2, 0.5, 1.0, 2.0, 4.0])
    share, error = np.array([_shares(thickness, float(x), optics) for x in scales]).T
    needed = 1 / max(float(np.var(whole - sine)), 1e-12) / piles.PIXEL**2
    most = float(np.abs(whole - 1).max())
    drawn = curve(
        scales, Line(share, "second order over first"), Line(error, "the sine's error", "dashed"),
        x="V scale", y="share of the contrast", x_scale="log", y_scale="log", marks=(Mark(scale, "yours"),),
    )  # fmt: skip
    return beside(
        image(whole - 1, piles.PIXEL, title="Complex CTF", limits=(-most, most)),
        image(sine - 1, piles.PIXEL, title="Sine CTF", limits=(-most, most)),
        image(second, piles.PIXEL, title="Second order", colour="diverging", limits=(-most, most)),
        drawn,
        readout("second order over first", 100 * float(np.linalg.norm(second) / np.linalg.norm(first)), "%"),
        readout("the sine's error", 100 * piles.apart(sine, whole), "% of the contrast"),
        readout(
            "noise of one pixel at this dose",
            float(1 / np.sqrt(dose * piles.PIXEL**2)),
            "",
            "the contrast is its own unit",
        ),
        readout("dose at which noise is as large as the sine's error", needed, "e/Å²"),
        columns=2,
    )


def _shares(thickness: float, scale: float, optics: Optics) -> tuple[float, float]:
    found = piles.wave(thickness, 10.0, scale, float(optics.voltage_kv), "multislice", 0.0)
    first, second = piles.second_order(found, optics)
    whole, sine = (np.asarray(f(found, optics), float) for f in (lens.image, lens.sine_image))
    return float(np.linalg.norm(second) / np.linalg.norm(first)), piles.apart(sine, whole)


@figure(
    "What depth does",
    caption="How far a wave of a given length turns on its way through the specimen (Fresnel), against the length, for half the thickness; and where the Ewald "
    "sphere leaves the plane by more than the specimen's own transform is wide.",
    look_for="the depth of field is $d^2/\\lambda$: at 3 Å a specimen of 457 Å has its faces a quarter wave out of focus. A lower voltage makes it worse: the wave is longer.",
    code=(multislice.propagator, ewald.depth_of_field, ewald.resolution_limit),
    play="thickness",
)
def fresnel(thickness: Thickness = 500.0, length: Length = 3.0, voltage_kv: Voltage = 300.0) -> Panels:
    """Phase of free space over length, and the depth of field."""
    lengths = np.geomspace(1.5, 12, 160)
    turned = np.pi * thickness / 2 / np.array([ewald.depth_of_field(float(d), voltage_kv) for d in lengths])
    drawn = curve(
        1 / lengths, Line(turned, "phase over half the thickness"), Line(np.full(len(lengths), np.pi / 2), "π/2", "faint"),
        x="spatial frequency, 1/Å", y="rad", y_limits=(0, 2 * np.pi), marks=(Mark(1 / length, f"{length:g} Å"),),
    )  # fmt: skip
    return beside(
        drawn,
        readout("phase at your length", depth.fresnel(thickness / 2, length, voltage_kv), "rad"),
        readout("depth of field, d²/λ", ewald.depth_of_field(length, voltage_kv), "Å"),
        readout("finest length for this thickness, √(λt)", ewald.resolution_limit(thickness, voltage_kv, 1.0), "Å"),
        readout("√(λt/1.4)", ewald.resolution_limit(thickness, voltage_kv), "Å", "DeRosier's measure"),
    )
