"""The figures of the chapter on waves in 3D and cross-correlation."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from underfocus.base.errors import InputError
from underfocus.base.knobs import knob, option
from underfocus.data.dials import Seed
from underfocus.inference.sharpen import guinier
from underfocus.maths import convolution, fourier, waves
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout, scene
from underfocus.show.figure import figure

from .. import hunting
from .picking_figures import pick_particles

__all__ = [
    "SERVES",
    "SIDE",
    "find_particles",
    "guinier_plot",
    "how_far",
    "one_shell",
    "pair",
    "pick_particles",
    "template",
    "wave_in_cube",
]

Real = np.ndarray[Any, Any]
SIDE = 32
Order = Annotated[int, knob("", -6, 6, "how often the wave runs through the cube along x", valid=(-15, 15))]
Order2 = Annotated[int, knob("", -6, 6, "how often it runs through the cube along y", valid=(-15, 15))]
Order3 = Annotated[int, knob("", -6, 6, "how often it runs through the cube along z, the beam", valid=(-15, 15))]
Phase = Annotated[float, knob("°", -180.0, 180.0, "where its crests lie", valid=(-720.0, 720.0), step=1)]
Noise = Annotated[float, knob("σ", 0.0, 15.0, "noise over the contrast of a particle", valid=(0.0, 50.0), step=0.1)]
Turned = Annotated[
    float, knob("°", 0.0, 90.0, "how far particles lie turned from the template", valid=(0.0, 180.0), step=1)
]
Wrong = Annotated[float, knob("×", 0.5, 2.0, "the template's size over the particle's", valid=(0.3, 3.0), step=0.05)]
Right = Annotated[int, knob("px", -40, 40, "how far the second picture is moved along x", valid=(-64, 64))]
Down = Annotated[int, knob("px", -40, 40, "how far it is moved along y", valid=(-64, 64))]
B = Annotated[float, knob("Å²", -50.0, 200.0, "the B-factor that blurs the map", valid=(-100.0, 500.0), step=5)]
From = Annotated[float, knob("Å", 8.5, 40.0, "the long end of the fit", valid=(3.5, 100.0), step=0.5)]
To = Annotated[float, knob("Å", 3.0, 8.0, "the short end of the fit", valid=(3.0, 20.0), step=0.1)]
Length = Annotated[float, knob("Å", 3.2, 40.0, "the length in the middle of the shell", valid=(3.1, 100.0), log=True)]
Width = Annotated[
    float, knob("", 0.05, 0.6, "the shell's width, as a part of its frequency", valid=(0.02, 1.5), step=0.01)
]
Scrambled = Annotated[bool, option("put random phases in place of the map's")]


@figure(
    "A wave in a cube",
    caption="Left: one wave on three planes through the middle of a cube; the beam runs along $z$. Middle: its two points in the "
    "transform, and the central plane that a projection along $z$ sees. Right: the projection.",
    look_for="as soon as $l$ is not 0, crests and troughs cancel along the beam and the projection is empty: the points have left the plane.",
    code=(waves.wave,),
    play="phase",
)
def wave_in_cube(h: Order = 2, k: Order2 = 1, l: Order3 = 0, phase: Phase = 0.0) -> Panels:
    """A wave in three dimensions, its points, and its projection."""
    cube = waves.wave(SIDE, (h, k, l), 1.0, phase)
    projected = cube.mean(0)
    return beside(
        _planes(cube, (h, k, l)),
        _points((h, k, l)),
        image(projected, 0.0, title="Its projection along z", limits=(-1, 1)),
        readout("period", waves.period(SIDE, (h, k, l)), "voxels"),
        readout("contrast of the projection", float(np.ptp(projected) / 2)),
        columns=3,
    )


def _planes(cube: Real, orders: tuple[int, int, int]) -> scene.Scene:
    """The three middle sections of a cube, in their places."""
    middle = SIDE // 2
    across, up, beam = np.eye(3)
    planes = (
        scene.Plane((0, 0, 0), across, up, cube[middle], opacity=1.0, limits=(-1, 1)),
        scene.Plane((0, 0, 0), across, beam, cube[:, middle], opacity=1.0, limits=(-1, 1)),
        scene.Plane((0, 0, 0), up, beam, cube[:, :, middle], opacity=1.0, limits=(-1, 1)),
    )
    words = f"A wave of orders {orders} on three planes through the middle of a cube."
    return scene.Scene((*planes, scene.cube()), title="The wave", description=words, extent=1.3)


def _points(orders: tuple[int, int, int]) -> scene.Scene:
    """The two points of a wave among the axes of the transform, and the plane l = 0."""
    at = np.array([orders, tuple(-o for o in orders)], float)
    items = (
        scene.Plane((0, 0, 0), (6, 0, 0), (0, 6, 0), label="l = 0", opacity=0.25),
        scene.Points(at, tint="accent", size=11.0),
        scene.Segments(np.array([[at[0], at[1]]]), tint="accent", width=1.5),
        scene.cube(6.0),
    )
    seen = "on" if orders[2] == 0 else "off"
    words = f"Points at {orders} and its mate, {seen} the central plane l = 0 which a projection along z sees."
    return scene.Scene(items, title="Its transform", description=words, extent=7.6, axes=("h", "k", "l"))


@figure(
    "How far has it moved?",
    caption="Two noisy pictures of one particle, and their cross-correlation, whose middle means *not moved*.",
    look_for="the peak stays where it belongs while the noise already hides the particle from your eye.",
    code=(convolution.peak_shift,),
    play="noise",
)
def how_far(move_x: Right = 12, move_y: Down = -20, noise: Noise = 1.0, seed: Seed = 0) -> Panels:
    """The shift between two pictures, from the peak of their correlation."""
    first, second = pair(move_x, move_y, noise, seed)
    n = first.shape[0]
    found = fourier.ifft2(fourier.fft2(second) * np.conj(fourier.fft2(first)), n) / (n**2 * first.std() * second.std())
    x, y = (round(float(v)) for v in convolution.peak_shift(second, first)[::-1])
    off = float(np.hypot(x - move_x, y - move_y))
    word = "right" if off == 0 else f"{off:.2g} px off" if off < 3 else "wrong: noise won"
    return beside(
        image(first, 0.0, title="A picture"),
        image(second, 0.0, title="The same, moved"),
        image(found, 0.0, title="Their correlation", colour="diverging"),
        readout("the peak says", f"({x}, {y}) px".replace("-", "−"), "", word),
        readout("its height", float(found.max())),
    )


def pair(move_x: int, move_y: int, noise: float, seed: int) -> tuple[Real, Real]:
    """Two pictures of a particle in a wide box, the second moved by whole pixels, each with noise of its own."""
    rng = np.random.default_rng(seed)
    n = 128
    still = np.zeros((n, n))
    half = hunting.PARTICLE // 2
    still[n // 2 - half : n // 2 + half, n // 2 - half : n // 2 + half] = hunting.particle()
    moved = np.roll(still, (move_y, move_x), (0, 1))
    return still + noise * rng.standard_normal((n, n)), moved + noise * rng.standard_normal((n, n))


@figure(
    "Find the particle",
    caption="Nine particles on a field (1 024 Å wide), the normalised correlation with a template, and its nine highest peaks: on the "
    "field they are ringed bright where one lies and dark where none does.",
    look_for="the noise at which peaks leave the particles. Then a template of the wrong size, or particles turned away from it: what is lost "
    "first?",
    code=(convolution.normalised_correlation, hunting.hunt),
    play="noise",
)
def find_particles(noise: Noise = 2.0, turned: Turned = 0.0, size: Wrong = 1.0, seed: Seed = 0) -> Panels:
    """Template matching on a field whose truth is known."""
    seen = hunting.field(noise, turned, seed)
    found, caught = hunting.hunt(seen, template(size), seed)
    low, high = float(seen.min()), float(seen.max())
    marked = hunting.ringed(seen, caught.peaks[caught.right], high, hunting.PARTICLE // 2)
    marked = hunting.ringed(marked, caught.peaks[~caught.right], low, hunting.PARTICLE // 2)
    return beside(
        image(marked, hunting.PIXEL, title="The field"),
        image(template(size), hunting.PIXEL, title="The template"),
        image(found, hunting.PIXEL, title="Correlation", colour="diverging", limits=(-1, 1)),
        readout("found", f"{int(caught.right.sum())} of {hunting.HIDDEN}"),
        readout("highest peak", float(caught.heights[0])),
        readout("highest of pure noise, about", float(np.sqrt(2 * np.log(found.size)) / hunting.PARTICLE)),
    )


def template(size: float) -> Real:
    """The particle magnified by ``size``, in a box as large as it needs."""
    if size == 1.0:
        return hunting.particle()
    from scipy import ndimage

    return np.asarray(ndimage.zoom(hunting.particle(), size, order=1))


@figure(
    "A Guinier plot",
    caption="The logarithm of the mean amplitude on each shell of a map (PDB 7PBL, atoms at rest, then blurred) against $1/d^2$, and a "
    "line through the part you choose.",
    look_for="where the points are straight. At the left, the particle's shape bends them; there is no line to be had.",
    code=(guinier,),
    play="b",
)
def guinier_plot(b: B = 80.0, fit_from: From = 10.0, fit_to: To = 3.2) -> Panels:
    """The B-factor of a map from the slope of its Guinier plot."""
    if fit_from <= fit_to:
        raise InputError(
            f"the fit runs from the longer length to the shorter, and {fit_from:g} to {fit_to:g} Å was given"
        )
    plot = guinier(hunting.blurred(b), fit_to, fit_from=fit_from)
    rest = guinier(hunting.molecule(), fit_to, fit_from=fit_from)
    line = plot.intercept + plot.slope * plot.s2
    inside = (plot.s2 >= fit_from**-2) & (plot.s2 <= fit_to**-2 * 1.0001)
    shown = plot.s2 > 1 / 60**2
    drawn = curve(
        plot.s2[shown],
        Line(plot.log_amplitude[shown], "map", "points"),
        Line(rest.log_amplitude[shown], "atoms at rest", "faint"),
        Line(line[inside], "fit", x=plot.s2[inside]),
        x="1/d², 1/Å²", y="ln |F|", marks=(Mark(fit_from**-2, f"{fit_from:g} Å"), Mark(fit_to**-2, f"{fit_to:g} Å")),
    )  # fmt: skip
    return beside(
        drawn,
        readout("slope of ln |F|", plot.slope, "Å²"),
        readout("B of the fit", plot.bfactor, "Å²", "−4 × slope"),
        readout("B more than at rest", plot.bfactor - rest.bfactor, "Å²", "what was put in"),
    )


@figure(
    "One shell, seen in real space",
    caption="The middle section of the map, and of what one shell of its transform makes; on request with random phases in place of the map's.",
    look_for="a shell alone is a ringing texture of one grain size. With the right phases it is strong where the protein is; with random ones it is "
    "the same texture everywhere.",
    code=(hunting.shell,),
    play="length",
)
def one_shell(length: Length = 10.0, width: Width = 0.2, scrambled: Scrambled = False) -> Panels:
    """Waves of about one period in all directions, and what their phases do."""
    part = hunting.shell(length, width, scrambled)
    whole = hunting.molecule().data[hunting.BOX // 2]
    spread = float(np.abs(part).max())
    centre = np.hypot(*(np.mgrid[: hunting.BOX, : hunting.BOX] - hunting.BOX // 2)) < hunting.BOX / 4
    return beside(
        image(whole, hunting.VOXEL, title="The map"),
        image(part, hunting.VOXEL, title="The shell", colour="diverging", limits=(-spread, spread)),
        readout("its power in the middle of the box", 100 * float(np.sum(part[centre] ** 2) / np.sum(part**2)), "%"),
        readout("that part of the area", 100 * float(centre.mean()), "%"),
        columns=2,
    )


SERVES = {
    "wave_in_cube": ("M26.r1",),
    "one_shell": ("M26.r1",),
    "guinier_plot": ("M26.r1",),
    "how_far": ("M26.r2",),
    "find_particles": ("M26.r2",),
    "pick_particles": ("M26.r2",),
}
