"""The whole way: from how particles lie, over the directions that they sample, to the shape of the map."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from underfocus.inference import tilt_advice
from underfocus.samples import views
from underfocus.show import Panels, beside, image, readout, scene
from underfocus.show.figure import figure
from underfocus.validation import orientation

from .. import maps, schemes, spheres
from ..dials import Fraction, Kind, Particles, Spread, Tilt

Real = np.ndarray[Any, Any]
#: Sampling is judged at the map's last shell.
RADIUS = maps.BOX / 2
SEED = 22


@lru_cache(maxsize=64)
def sampled(kind: str, spread: float, fraction: float, tilt: float, particles: int) -> tuple[Real, Real]:
    """View directions (m, 3) of a set on a tilted stage, and Sp (1536,) at `spheres.half_directions`."""
    lying = views.views(kind, particles, SEED, spread=spread, fraction=fraction)
    seen = orientation.view_directions(views.tilted(lying, tilt, SEED + 1) if tilt else lying)
    return seen, orientation.sampling(seen, spheres.half_directions(), radius=RADIUS)


def predicted_cfar(sp: Real) -> float:
    """The cFAR that half maps of such sampling would have."""
    s = maps.LIMIT.shells
    return tilt_advice.predicted_cfar(maps.LIMIT.ssnr(s) * sp[:, None], s, spheres.half_directions())


def _scenes(seen: Real, sp: Real) -> tuple[scene.Scene, scene.Scene]:
    empty = 100 * float((sp == 0).mean())
    dots = scene.Scene(
        (scene.sphere(1.0, opacity=0.15), spheres.dots(seen)),
        title="1 · where from",
        description=f"{len(seen)} view directions in the particle's frame; the mean of |z| is {np.abs(seen[:, 2]).mean():.2f}.",
        extent=1.1,
    )
    ball = scene.Scene(
        (spheres.coloured(sp),),
        title="2 · what it samples",
        description=f"A sphere of Fourier directions coloured by how often each is sampled; {empty:.1f} % of them never.",
        extent=1.1,
    )
    return dots, ball


@figure(
    "From views to a map",
    caption="1: the views of a set of particles, in their own frame. 2: how often each Fourier direction is sampled, white as with even views, blue less, red more. Below, both spheres laid flat (Mollweide, areas kept). 3: a section through apoferritin, a hollow ball of 12 nm, and the same section of the map that these views give.",
    look_for="the ball. Where the poles of sphere 2 are empty, it opens at top and bottom: its upper and lower walls are made of exactly the waves that are missing.",
    code=(views.views, views.tilted, orientation.sampling, orientation.scf_star_of, schemes.elongation),
    play="tilt",
)
def chain(
    kind: Kind = "top", tilt: Tilt = 0.0, spread: Spread = 10.0, fraction: Fraction = 0.1, particles: Particles = 1000
) -> Panels:
    """Views, sampling and map of a set of particles on a tilted stage."""
    seen, sp = sampled(kind, spread, fraction, tilt, particles)
    made = maps.expected(sp)
    star = orientation.scf_star_of(sp, orientation.slices_per_voxel(particles, RADIUS))
    weight = 2 * maps.LIMIT.ssnr(np.array([1 / maps.LIMIT.resolution]))[0] * sp
    facts = {"unit": "", "colour": "grey"}
    return beside(
        *_scenes(seen, sp),
        spheres.flat_views(seen, "1, flat"),
        spheres.flat_sampling(sp, "2, flat"),
        image(maps.section(maps.truth()), maps.PIXEL, title="the truth, z up", **facts),
        image(maps.section(made), maps.PIXEL, title="3 · the map, z up", **facts),
        readout("directions never sampled", float((sp == 0).mean())),
        readout("SCF", orientation.scf_of(sp)),
        readout("SCF*", star),
        readout("SCF* of as many even views", orientation.expected_scf_star(particles, RADIUS)),
        readout("cFAR, predicted", predicted_cfar(sp)),
        readout("a point is longer, times", schemes.elongation(spheres.half_directions(), weight / (1 + weight))),
        columns=2,
    )
