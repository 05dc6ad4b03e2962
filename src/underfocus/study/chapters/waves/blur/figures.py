"""The figures of the chapter on waves in two dimensions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import fourier, waves
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout, scene
from underfocus.show.figure import figure

from ...pictures import specimen_image
from .. import painting

BOX = 128
Real = np.ndarray[Any, Any]
Order = Annotated[int, knob("", -20, 20, "how often the wave runs through the box along x", valid=(-60, 60))]
Order2 = Annotated[int, knob("", -20, 20, "how often the wave runs through the box along y", valid=(-60, 60))]
Amplitude = Annotated[float, knob("", 0.0, 2.0, "how strong the wave is", valid=(0.0, 10.0), step=0.05)]
Phase = Annotated[
    float, knob("°", -180.0, 180.0, "where its crests lie, in turns of 360", valid=(-720.0, 720.0), step=1)
]
View = Annotated[Literal["picture", "landscape"], option("see the wave from above, or as hills")]
Specimen = Annotated[Literal["protein", "Siemens star", "micrograph", "mine"], option("the picture")]
Waves = Annotated[int, knob("", 1, 3000, "how many waves are added, the strongest first", valid=(1, 20_000), log=True)]
Mask = Annotated[painting.Mask, option("which part of the transform the painter leaves", label="leave")]
Edge = Annotated[
    float,
    knob(
        "",
        0.0,
        1.0,
        "how softly disc and ring end, as a part of the cut-off",
        step=0.05,
        valid=(0, 2),
        label="soft edge",
    ),
]
Coarse = Annotated[float, knob("Å", 8.0, 200.0, "the long end of what is left", valid=(4.1, 2000.0), log=True)]
Fine = Annotated[float, knob("Å", 4.2, 100.0, "the short end of what is left", valid=(4.0, 1000.0), log=True)]
Direction = Annotated[
    float, knob("°", 0.0, 180.0, "the direction of wedge, row, spot and half", valid=(-360.0, 360.0), step=1)
]
Angle = Annotated[float, knob("°", -180.0, 180.0, "how far the object is turned", valid=(-720.0, 720.0), step=1)]
Along = Annotated[float, knob("px", -32.0, 32.0, "how far it is moved along x", valid=(-64.0, 64.0), step=0.5)]
Up = Annotated[float, knob("px", -32.0, 32.0, "how far it is moved along y", valid=(-64.0, 64.0), step=0.5)]
Squares = Annotated[int, knob("", 2, 16, "squares along a side of the board", valid=(2, 64), step=2)]
Pairs = Annotated[int, knob("", 1, 40, "how many waves of it are added, the strongest first", valid=(1, 2000))]
Resolution = Annotated[
    float, knob("Å", 2.0, 40.0, "the finest length in the sphere", valid=(2.0, 200.0), step=0.1, log=True)
]
Side = Annotated[int, knob("px", 64, 256, "the side of the box", valid=(16, 320), step=2)]


def _strength(orders: str) -> Any:
    return knob("", 0.0, 2.5, "amplitude of this wave", valid=(0.0, 10.0), step=0.1, label=f"wave {orders}")


def _amplitudes(picture: Real) -> Real:
    """|F| of every point as a picture, scaled so that a wave of amplitude A shows A."""
    n = picture.shape[0]
    return np.asarray(2 * np.abs(fourier.display(fourier.fft2(picture), n)) / n**2)


@figure(
    "The wave machine",
    caption="One wave in a box of 128 Å, and its transform: two points. $h$ and $k$ count how often it runs through the box along "
    "$x$ and along $y$, which is downwards here.",
    look_for="the two points lie along the wave's normal, as far out as the wave is fine. Turn the phase: the picture moves, "
    "and no point does.",
    code=(waves.wave, waves.period),
    play="phase",
)
def wave_machine(
    h: Order = 3, k: Order2 = 4, amplitude: Amplitude = 1.0, phase: Phase = 0.0, view: View = "picture"
) -> Panels:
    """One wave, from above or as hills, and where it lies in the transform."""
    drawn = waves.wave(BOX, (h, k), amplitude, phase)
    left: Any = image(drawn, 1.0, title="The wave", limits=(-2, 2))
    if view == "landscape":
        left = _landscape(drawn[::2, ::2], f"A wave of orders {h}, {k} as a landscape: amplitude {amplitude:g}.")
    near = _amplitudes(drawn)[BOX // 2 - 24 : BOX // 2 + 25, BOX // 2 - 24 : BOX // 2 + 25]
    spots = image(near, 1 / BOX, title="Its transform, the middle", colour="viridis", limits=(0, 2), space="fourier")
    at = fourier.display(fourier.fft2(drawn), BOX)[(BOX // 2 + k) % BOX, (BOX // 2 + h) % BOX]
    return beside(
        left,
        spots,
        readout("period", waves.period(BOX, (h, k)), "Å"),
        readout("its normal", waves.normal((h, k)), "° from x"),
        readout(
            "at (h, k): modulus", float(np.abs(at)) / BOX**2, "", "half the amplitude; its mate has the other half"
        ),
        readout("at (h, k): phase", round(float(np.rad2deg(np.angle(at))), 6) + 0.0 if abs(at) > 1e-6 else 0.0, "°"),
        columns=2,
    )


def _landscape(heights: Real, words: str) -> scene.Scene:
    """Heights as hills that lie as the picture does: x to the right, y towards the reader."""
    axis = np.linspace(-1, 1, heights.shape[0])
    grid = np.stack(np.broadcast_arrays(axis[None, :], -axis[:, None], 0.2 * heights), axis=-1)
    hills = scene.surface(grid, values=heights.ravel(), colour="diverging", limits=(-2.0, 2.0))
    edges = (
        scene.Arrow((-0.35, -1.15, -0.3), (0.35, -1.15, -0.3), "x", "ink", 2.0),
        scene.Arrow((1.15, 0.35, -0.3), (1.15, -0.35, -0.3), "y", "ink", 2.0),
    )
    facts: dict[str, Any] = {"extent": 1.12, "azimuth": -65.0, "elevation": 42.0, "axes": ()}
    return scene.Scene((hills, *edges), title="The wave, as hills", description=words, **facts)


@figure(
    "A stack of waves",
    caption="The strongest waves of a picture, added to its mean one after the other, and the picture itself.",
    look_for="a few waves make blobs; a protein is there after some hundred. The rest of the waves, thousands of them, "
    "carry the little that is left.",
    code=(waves.strongest,),
    play="count",
)
def stack(specimen: Specimen = "protein", count: Waves = 30) -> Panels:
    """The sum of the strongest waves, and the last that was added."""
    picture, pixel = specimen_image(specimen, BOX, 1.5)
    n = picture.shape[0]
    made, orders = waves.strongest(picture, count)
    before, _ = waves.strongest(picture, count - 1) if count > 1 else (np.full_like(picture, picture.mean()), orders)
    h, k = (int(v) for v in orders[-1])
    limits = (float(picture.min()), float(picture.max()))
    return beside(
        image(made - before, pixel, title="The last wave", colour="diverging"),
        image(made, pixel, title=f"All {count} together" if count > 1 else "With the mean", limits=limits),
        image(picture, pixel, title="The picture", limits=limits),
        readout("the last wave has (h, k)", f"({h}, {k})".replace("-", "−")),
        readout("its period", waves.period(n * pixel, (h, k)), "Å"),
        readout("correlation with the picture", float(np.corrcoef(made.ravel(), picture.ravel())[0, 1])),
        readout("waves in all", n * n // 2 + (1 if n % 2 == 0 else 0)),
    )


@figure(
    "Painting in the transform",
    caption="A picture, its transform (logarithmic) with what the painter wiped out darkened, and the picture which the rest makes.",
    look_for="the middle alone blurs, the rim alone draws edges, a ring shows one scale of detail, a spot one wave. A wedge leaves only lines "
    "that run across it. What does a half leave?",
    code=(painting.mask, painting.painted),
)
def painter(
    specimen: Specimen = "protein", leave: Mask = "disc", coarse: Coarse = 40.0, fine: Fine = 12.0, direction: Direction = 30.0, edge: Edge = 0.0
) -> Panels:  # fmt: skip
    """What a mask over the transform leaves of a picture."""
    picture, pixel = specimen_image(specimen, BOX, 2.0)
    n = picture.shape[0]
    kept = painting.mask(leave, painting.full_plane(n, pixel), 1 / (n * pixel), coarse, fine, direction, edge)
    power = np.log10(fourier.power2(picture) + 1)
    made = painting.painted(picture, pixel, leave, coarse, fine, direction, edge)
    share = float(np.sum((made - made.mean()) ** 2) / np.sum((picture - picture.mean()) ** 2))
    alike = float(np.corrcoef(made.ravel(), picture.ravel())[0, 1]) if made.std() > 1e-9 else 0.0
    return beside(
        image(picture, pixel, title="The picture"),
        image((0.25 + 0.75 * kept) * power, 1 / (n * pixel), title="What is left", colour="viridis", space="fourier"),
        image(made, pixel, title="What it makes"),
        readout("of the transform's points", 100 * float(kept.mean()), "%"),
        readout("of the picture's variance", 100 * share, "%"),
        readout("correlation with the picture", alike),
    )


@figure(
    "Turn it, move it",
    caption="An object, the modulus of its transform, and the phase where the modulus is not too small.",
    look_for="turn the object: its transform turns with it. Move it: the modulus stays, and the phase gets stripes that are the finer the "
    "further it went.",
    code=(painting.object_at,),
    play="angle",
)
def turn_and_move(angle: Angle = 0.0, move_x: Along = 0.0, move_y: Up = 0.0) -> Panels:
    """An object made anew at each angle and place, so that nothing is interpolated."""
    drawn = painting.object_at(BOX, angle, (move_x, move_y))
    full = fourier.display(fourier.fft2(drawn), BOX)
    middle = slice(BOX // 2 - 28, BOX // 2 + 29)
    near = full[middle, middle]
    modulus = np.log10(np.abs(near) + 1)
    phase = np.where(np.abs(near) > 0.5, np.angle(near), 0.0)
    at_rest = fourier.display(fourier.fft2(painting.object_at(BOX, angle, (0.0, 0.0))), BOX)
    change = float(np.abs(np.abs(full) - np.abs(at_rest)).max() / np.abs(full).max())
    wave = waves.phase_of_shift(BOX, (3, 4), (move_x, move_y)) + 0.0
    return beside(
        image(drawn, 0.0, title="The object"),
        image(modulus, 0.0, title="Modulus, logarithmic", colour="viridis", limits=(0, 2.5), space="fourier"),
        image(phase, 0.0, title="Phase", colour="phase", unit="rad", space="fourier"),
        readout("the move turns the phase at (3, 4) by", wave, "°"),
        readout("and changes no modulus by more than", change, "", "of the largest"),
    )


@figure(
    "A checkerboard",
    caption="A board of black and white squares in a box of 128 pixels, its strongest waves added, and its transform.",
    look_for="two waves, one along each diagonal, are already a board, a soft one. Corners need odd multiples of them, and each next one "
    "is weaker.",
    code=(painting.checkerboard, waves.strongest),
    play="pairs",
)
def board(squares: Squares = 8, pairs: Pairs = 2) -> Panels:
    """A checkerboard and the first waves that make it."""
    whole = painting.checkerboard(BOX, squares)
    made, orders = waves.strongest(whole, pairs)
    middle = slice(BOX // 2 - 32, BOX // 2 + 33)
    named = ", ".join(f"({h}, {k})" for h, k in orders[:4].tolist()).replace("-", "−")
    return beside(
        image(whole, 0.0, title="The board", limits=(-1.3, 1.3)),
        image(made, 0.0, title="From its strongest waves", limits=(-1.3, 1.3)),
        image(
            _amplitudes(whole)[middle, middle],
            0.0,
            title="Its transform, the middle",
            colour="viridis",
            limits=(0, 0.85),
            space="fourier",
        ),
        readout("the waves", named + (" …" if len(orders) > 4 else "")),
        readout("amplitude of the strongest", float(_amplitudes(whole).max())),
        readout("variance that is there", 100 * float(made.var() / whole.var()), "%"),
    )


@figure(
    "How many waves reach a resolution",
    caption="Left: the transform of a map of 1 Å voxels, a cube that ends at 2 Å, and the sphere of what a low pass keeps. A dot stands for a little "
    "cube of voxels; the faint half are the mates of the others, and the disc is what one projection sees. Right: how many waves there are down to a length.",
    look_for="half the length holds four times as many waves in two dimensions and eight times in three. Most of a map is its finest shell.",
    code=(waves.count_within,),
    play="resolution",
)
def reach(resolution: Resolution = 8.0, side: Side = 256) -> Panels:
    """The sphere of kept voxels, and counts of independent waves against resolution."""
    lengths = np.geomspace(40.0, 2.0, 30)
    lines = (
        Line(0.5e-3 * np.pi * (side / lengths) ** 2, "picture"),
        Line(2e-3 / 3 * np.pi * (side / lengths) ** 3, "map"),
    )
    mark = Mark(1 / resolution, f"{resolution:g} Å")
    drawn = curve(1 / lengths, *lines, x="spatial frequency, 1/Å", y="thousands of waves", y_scale="log", marks=(mark,))
    points, independent = waves.count_within(side, 1.0, resolution, 3)
    return beside(
        _sphere(resolution, points),
        drawn,
        readout("radius of the sphere", side / resolution, "voxels"),
        readout("waves in a picture", waves.count_within(side, 1.0, resolution, 2)[1]),
        readout("waves in a map", independent),
        readout("points in the sphere", points, "", "each wave is two of them; the mean is one"),
        readout("of the map's voxels", 100 * points / side**3, "%"),
    )


def _sphere(resolution: float, points: int) -> scene.Scene:
    """The sphere of a hard low pass in the cube of all reciprocal voxels, one dot for each of 24 by 24 by 24 little cubes."""
    radius = 2.0 / resolution
    own, mates = (found / 12 for found in painting.lattice(12 * radius))
    turn = np.linspace(0, 2 * np.pi, 73)[:, None]
    items: list[scene.Item] = [scene.cube(1.0), scene.sphere(radius, opacity=0.18)]
    items.append(
        scene.Path(
            radius * np.hstack([np.cos(turn), np.sin(turn), 0 * turn]), "the plane of a projection", "second", 2.0
        )
    )
    items.append(scene.Plane((0, 0, 0), (1, 0, 0), (0, 1, 0), tint="second", opacity=0.12))
    if len(own):
        items += [scene.Points(own, "waves", "accent", 5.0), scene.Points(mates, "their mates", "faint", 4.0)]
    words = (
        f"A sphere of radius {radius:.3g} in a cube of half side 1, which is 2 Å: it holds {points} reciprocal voxels."
    )
    return scene.Scene(
        tuple(items), title=f"Down to {resolution:g} Å", description=words, extent=1.35, axes=("h", "k", "l")
    )


@figure(
    "Build the picture",
    caption="Left: a picture made of at most six waves, all with a crest in the middle. Then yours, and what is still missing.",
    look_for="one wave at a time: which stripes do you see, how many, and in which direction?",
    code=(painting.six_waves,),
)
def hidden_waves(
    wave_1_0: Annotated[float, _strength("(1, 0)")] = 1.0,
    wave_0_2: Annotated[float, _strength("(0, 2)")] = 0.0,
    wave_3_1: Annotated[float, _strength("(3, 1)")] = 0.0,
    wave_2_m3: Annotated[float, _strength("(2, −3)")] = 0.0,
    wave_0_6: Annotated[float, _strength("(0, 6)")] = 0.0,
    wave_5_5: Annotated[float, _strength("(5, 5)")] = 0.0,
) -> Panels:
    """The hidden picture beside the reader's."""
    mine = painting.six_waves((wave_1_0, wave_0_2, wave_3_1, wave_2_m3, wave_0_6, wave_5_5))
    wanted = painting.six_waves(painting.HIDDEN)
    most = float(np.abs(wanted).max())
    close = np.std(mine - wanted) / np.std(wanted)
    return beside(
        image(wanted, 0.0, title="Build this", limits=(-most, most)),
        image(mine, 0.0, title="Yours", limits=(-most, most)),
        image(wanted - mine, 0.0, title="What is missing", colour="diverging", limits=(-most, most)),
        readout("missing", 100 * float(close), "% of its strength"),
    )


def drawn_waves(**amplitudes: float) -> Real:
    """What the target problem compares: the reader's picture, from the figure's knobs."""
    return painting.six_waves(tuple(amplitudes[name] for name in KNOBS))


KNOBS = ("wave_1_0", "wave_0_2", "wave_3_1", "wave_2_m3", "wave_0_6", "wave_5_5")
SERVES = {
    "wave_machine": ("M24.r1",),
    "stack": ("M24.r1",),
    "board": ("M24.r1",),
    "painter": ("M24.r2",),
    "turn_and_move": ("M24.r2",),
    "reach": ("M24.r2",),
    "hidden_waves": ("M24.r1",),
}
