"""Figures of the tilted contrast imaging function: two side bands that part, corrections compared, and what each costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from time import perf_counter
from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base import units
from underfocus.base.knobs import knob, option
from underfocus.data.optics import Defocus, Optics
from underfocus.maths import fourier
from underfocus.physics import ctf, tilt_bands, tilt_levels, tilt_plain, tilted
from underfocus.physics import tilt as tilts
from underfocus.physics.tilt import Tilt, TiltAngle, TiltAxis
from underfocus.show import Line, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import tilting

Real = np.ndarray[Any, Any]
Length = Annotated[float, knob("Å", 4, 12, "the period of the one wave in the specimen", valid=(3.5, 50), step=0.1)]
Direction = Annotated[float, knob("°", 0, 180, "which way the wave runs, from +x towards +y", valid=(-360, 360), step=1)]  # fmt: skip
Small = Annotated[int, knob("Å", 256, 1_024, "the side of the square field", valid=(128, 2_048), step=128, label="field")]  # fmt: skip
Strips = Annotated[int, knob("", 1, 24, "into how many strips of one defocus the field is cut", valid=(1, 200), step=1)]
Noise = Annotated[float, knob("", 0, 2, "noise, in standard deviations of the image", valid=(0, 100), step=0.05)]
Wide = Annotated[
    float, knob("Å", 500, 8_000, "the side of the square field", valid=(50, 50_000), step=100, label="field")
]
Finest = Annotated[float, knob("Å", 2, 12, "the finest detail that is imaged: Nyquist", valid=(1, 50), step=0.1)]  # fmt: skip
Most = Annotated[int, knob("px", 64, 512, "the largest field that is timed", valid=(64, 2_048), step=64)]
Shown = Annotated[Literal["agreement", "pictures"], option("whether the pictures are drawn, or how their fine detail agrees", label="show")]  # fmt: skip
WAVE, WAVE_PIXEL = 384, 1.9


@figure(
    "One wave in, two waves out",
    caption="The specimen is one plane wave, and tilted. Left: how strongly the wave is seen, place by place. Middle: the neighbourhood of that wave in the image's transform, its own place in the centre. Right: its strength along a line across the tilt axis, "
    "measured in the image, against the CTF of each place.",
    look_for="the wave fades and comes back: where it is gone, the local CTF is zero. In the other space nothing fades: there are two waves of slightly different frequency, and what you see on the left is their beat. Make the "
    "period longer, and they close up; halve it, and they part four times as far.",
    code=(tilt_bands.imaged_by_bands, tilt_bands.shifts),
    play="tilt",
)
def side_bands(
    tilt: TiltAngle = 60.0,
    axis: TiltAxis = 90.0,
    length: Length = 4.0,
    direction: Direction = 60.0,
    defocus: Defocus = 10_000.0,
) -> Panels:
    """A tilted wave and its two side bands."""
    at, optics = Tilt(tilt, axis), Optics(defocus=defocus)
    wave, place, s = _wave(length, direction)
    picture = tilted.image(wave, WAVE_PIXEL, optics, at)
    shift = 0.5 * s**2 * abs(tilts.tangent(tilt)) * _wavelength()
    strength = _strength(picture, place)
    across, seen, local = _profile(strength, at, optics, s)
    return beside(
        image(strength, WAVE_PIXEL, title="Strength of the wave in the image", limits=(0, 1.1)),
        image(_near(picture, place), 1 / (4 * WAVE * WAVE_PIXEL), title="Its transform, near the wave", colour="viridis", space="fourier", limits=(0, 1)),
        curve(across, Line(seen, "in the image"), Line(local, "CTF of the place", "dashed"), x="across the axis, Å", title="Strength", y_limits=(0, 1.2)),
        readout("each band is moved by", 1e3 * shift, "10⁻³/Å", "½ λ s² tan tilt, across the axis"),
        readout("which is", shift * WAVE * WAVE_PIXEL, "Fourier pixels", "of this field"),
        readout("from one faded line to the next", tilting.beat(1 / s, tilt), "Å"),
        columns=3,
    )  # fmt: skip


def _wavelength() -> float:
    return float(units.wavelength(300.0))


def _wave(length: float, direction: float) -> tuple[Real, tuple[int, int], float]:
    """A cosine (n, n) of amplitude 2 that fits the field, near a period and a direction; its orders; its frequency."""
    side, angle = WAVE * WAVE_PIXEL, np.radians(direction)
    h, k = round(side / length * np.cos(angle)), round(side / length * np.sin(angle))
    place = np.arange(WAVE) - WAVE // 2
    wave = 2 * np.cos(2 * np.pi * (h * place[None, :] + k * place[:, None]) / WAVE)
    return wave.astype(np.float32), (h, k), float(np.hypot(h, k) / side)


def _near(picture: Real, orders: tuple[int, int]) -> Real:
    """Moduli of the transform within 6 Fourier pixels of the wave, on a grid four times as fine."""
    place, fine = np.arange(WAVE) - WAVE // 2, np.arange(-24, 25) / 4
    rows = np.exp(-2j * np.pi * np.outer(orders[1] + fine, place) / WAVE)
    columns = np.exp(-2j * np.pi * np.outer(place, orders[0] + fine) / WAVE)
    return np.asarray(np.abs(rows @ picture @ columns) / WAVE**2)


def _strength(picture: Real, orders: tuple[int, int]) -> Real:
    """The local amplitude (n, n) of a wave: the picture brought to frequency 0, and smoothed over 15 Å."""
    place = np.arange(WAVE) - WAVE // 2
    turns = (np.exp(-2j * np.pi * order * place / WAVE).astype(np.complex64) for order in orders)
    across, down = turns
    slow = picture * (down[:, None] * across[None, :])
    calm = np.exp(-2 * (np.pi * 15.0 * fourier.radius2(WAVE, WAVE_PIXEL)) ** 2)
    parts = fourier.ifft2(fourier.fft2(np.stack([slow.real, slow.imag])) * calm, WAVE)
    return np.asarray(np.hypot(*parts))


def _profile(strength: Real, at: Tilt, optics: Optics, s: float) -> tuple[Real, Real, Real]:
    """Across the axis through the middle, its ends left out: (distance, strength in the image, |CTF| of each place)."""
    steps = np.arange(-int(0.4 * WAVE), int(0.4 * WAVE) + 1)
    x, y = (np.round(WAVE // 2 + steps * u).astype(int) for u in at.uphill)
    distance = steps * WAVE_PIXEL
    local = np.sin(_gamma(optics, s) + np.pi * _wavelength() * s**2 * tilts.tangent(at.tilt) * distance)
    return distance, strength[y, x], np.abs(local)


def _gamma(optics: Optics, s: float) -> float:
    return float(ctf.phase(np.zeros(1), np.array([s]), optics)[0] + np.arcsin(float(optics.amplitude_contrast)))


@figure(
    "Three corrections",
    caption="Proteins in a tilted field, imaged and corrected (Wiener, noise over signal 0.1): as if the field were level, in strips, and by the exact inverse. *agreement* is the correlation of detail from 6 to 4.2 Å with the specimen's, place by place: "
    "red where it is right, blue where it is turned over. Last, the same ring by ring.",
    look_for="away from the axis the level correction loses fine detail; with a field of 1024 Å it turns it over. Strips mend that; beyond a handful, more of them buy nothing, and they stop short of the exact one: a place is corrected for its own defocus, though half of what arrives there "
    "left the specimen somewhere else. Raise the defocus, which carries it further, and the gap widens.",
    code=(tilted.corrected, tilted.inverse, tilting.likeness),
)
def three_corrections(
    tilt: TiltAngle = 58.0, axis: TiltAxis = 90.0, field: Small = 640, strips: Strips = 7, defocus: Defocus = 10_000.0, noise: Noise = 0.3,
    show: Shown = "agreement",
) -> Panels:  # fmt: skip
    """Untilted, strip-wise and exact correction of one field."""
    n, at, optics = int(field / tilting.PIXEL), Tilt(tilt, axis), Optics(defocus=defocus)
    truth = tilting.proteins(n)
    found = {
        "as if level": tilting.restored(n, optics, at, noise, "level"),
        f"{strips} strips": tilting.restored(n, optics, at, noise, "strips", strips),
        "exact": tilting.restored(n, optics, at, noise, "exact"),
    }
    rings = {name: tilting.ring_correlation(x, truth) for name, x in found.items()}
    s = next(iter(rings.values()))[0]
    return beside(
        *(_field(name, x, truth, show) for name, x in found.items()),
        curve(
            s, *(Line(ring, name) for name, (_, ring) in rings.items()), x="spatial frequency, 1/Å", title="Ring correlation with the specimen", y_limits=(-0.1, 1.02)
        ),
        *(readout(f"6 to 4.2 Å, {name}", tilting.likeness(x, truth)) for name, x in found.items()),
        readout("defocus at the field's edge", f"± {tilting.reach(n, tilting.PIXEL, at) * abs(tilts.tangent(tilt)):.0f}", "Å"),
        columns=2,
    )  # fmt: skip


def _field(name: str, found: Real, truth: Real, show: Shown) -> Any:
    title = name.capitalize()
    if show == "agreement":
        return image(tilting.agreement(found, truth), tilting.PIXEL, title=title, colour="diverging", limits=(-1, 1))
    limit = 3.5 * float(truth.std())
    return image(found - np.median(found), tilting.PIXEL, title=title, limits=(-limit, limit))


COUNTS = (1, 2, 3, 4, 6, 8, 11, 16, 22, 32)
ERROR_SIDE = 32


def _ramp(spread: float) -> Real:
    """A defocus that rises along x over ``spread`` Å, on a small field: errors depend on the range alone."""
    places = np.arange(ERROR_SIDE)[None, :] + (np.arange(ERROR_SIDE)[:, None] + 0.5) / ERROR_SIDE
    return np.asarray(spread * (places / ERROR_SIDE - 0.5))


@lru_cache(maxsize=16)
def _errors(spread: float, pixel: float, optics: Optics) -> dict[str, Real]:
    """Relative errors of the image of white noise with so many levels, each way of blending them."""
    noise, changes = tilting.white(ERROR_SIDE, 7), _ramp(spread)
    blends: tuple[tilt_levels.Blend, ...] = ("strips", "lines", "polynomials")
    right = tilt_levels.imaged_by_levels(noise, pixel, optics, changes)
    tried = {b: [tilt_levels.imaged_by_levels(noise, pixel, optics, changes, b, c) for c in COUNTS] for b in blends}
    return {b: np.array([np.linalg.norm(x - right) / np.linalg.norm(right) for x in row]) for b, row in tried.items()}


@figure(
    "How many levels?",
    caption="The error of an image of white noise on a tilted plane against the number of defoci that were used: strips, lines drawn between them, and Chebyshev's polynomials. Dashed: what strips are expected to leave.",
    look_for="strips gain a factor of 2 when their number doubles, lines 4. The polynomials do nothing at all until there are enough of them, and then everything at once: their error is a Bessel function, and those stay asleep until the phase has caught up with the index.",
    code=(tilt_levels.imaged_by_levels, tilt_levels.strip_error, tilts.strips_needed),
)
def levels(tilt: TiltAngle = 30.0, field: Wide = 4_000.0, finest: Finest = 3.0, defocus: Defocus = 10_000.0) -> Panels:
    """Error against the number of levels."""
    spread, pixel, optics = max(tilts.spread(field, tilt), 1.0), finest / 2, Optics(defocus=defocus)
    counts = np.array(COUNTS, float)
    expected = np.array([tilt_levels.strip_error(ERROR_SIDE, pixel, optics, _ramp(spread), c) for c in COUNTS])
    lines = [Line(np.maximum(e, 1e-5), name) for name, e in _errors(spread, pixel, optics).items()]
    edge = np.pi / 4 * spread / 2 / tilts.tolerance(finest, 300.0)
    return beside(
        curve(counts, *lines, Line(np.maximum(expected, 1e-5), "strips, expected", "dashed"), x="levels of defocus", title="Relative error", x_scale="log", y_scale="log"),
        readout("spread of defocus", spread, "Å"),
        readout("phase at the edge, at the finest", edge, "rad", "polynomials wake up when their number passes it"),
        readout("strips that stay within π/4", tilts.strips_needed(field, finest, 300.0, tilt)),
    )  # fmt: skip


@figure(
    "What it costs, on your machine",
    caption="Seconds for the image of a tilted field of n by n pixels: every pixel with its own CTF (one row is timed, and multiplied), the two side bands, polynomials, and eleven strips.",
    look_for="the slopes. The sum over pixels goes with the fourth power of n: a micrograph of 4096 pixels a side would take weeks. The others go as an FFT does.",
    code=(tilt_plain.imaged_plain, tilt_bands.imaged_by_bands, tilt_levels.imaged_by_levels),
    measured=True,
)
def race(most: Most = 256) -> Iterator[Panels]:
    """Time against size."""
    sizes = [n for n in (64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048) if n <= most]
    optics, at = Optics(), Tilt(30.0, 90.0)
    tilted.image(tilting.white(64, 0), 2.0, optics, at, "bands")  # what is loaded or compiled once is not timed
    times: dict[str, list[float]] = {}
    for n in sizes:
        for name, seconds in _timed(n, optics, at).items():
            times.setdefault(name, []).append(seconds)
        done = np.array(sizes[: len(times["every pixel"])], float)
        yield beside(
            curve(
                done if len(done) > 1 else np.append(done, done + 1),
                *(Line(np.array(t if len(t) > 1 else t * 2), name) for name, t in times.items()),
                x="side, px", y="time, s", x_scale="log", y_scale="log",
            ),
            *(readout(f"{name}, {n} px", t[-1], "s") for name, t in times.items()),
            readout("every pixel ÷ side bands", times["every pixel"][-1] / times["two side bands"][-1], "×"),
        )  # fmt: skip


def _timed(n: int, optics: Optics, at: Tilt) -> dict[str, float]:
    noise = tilting.white(n, 0)
    row = slice(0, 1)
    return {
        "every pixel": n * _seconds(lambda: tilt_plain.local_plain(noise, 2.0, optics, at, "transpose", rows=row), 1),
        "two side bands": _seconds(lambda: tilted.image(noise, 2.0, optics, at, "bands")),
        "polynomials": _seconds(lambda: tilted.image(noise, 2.0, optics, at, "polynomials")),
        "11 strips": _seconds(lambda: tilted.image(noise, 2.0, optics, at, "strips", 11)),
    }


def _seconds(work: Callable[[], Any], rounds: int = 3) -> float:
    """The least of a few runs."""
    taken = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        taken.append(perf_counter() - start)
    return min(taken)
