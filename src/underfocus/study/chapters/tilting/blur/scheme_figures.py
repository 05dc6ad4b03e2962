"""Schemes of tilting: a series about one axis, about two, or a cone, with the wedge, pyramid or cone that they miss."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.maths import fourier
from underfocus.show import Panels, beside, image, readout, scene
from underfocus.show.figure import figure

from .. import maps, schemes, spheres

Real = np.ndarray[Any, Any]
Reach = Annotated[
    float, knob("°", 10.0, 85.0, "the highest tilt, to either side", valid=(5.0, 89.0), step=1, label="highest tilt")
]
Step = Annotated[float, knob("°", 1.0, 15.0, "the angle from one image to the next", valid=(1.0, 45.0), step=0.5)]
Which = Annotated[schemes.Scheme, option("how the stage is turned between images")]


@lru_cache(maxsize=1)
def _waves() -> Real:
    """Every wave of the box (voxels, 3) as (x, y, z), in voxels of the transform."""
    z, y, x = np.broadcast_arrays(*fourier.frequencies3(maps.BOX, 1 / maps.BOX))
    return np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32)


@lru_cache(maxsize=64)
def filled(scheme: str, reach: float, step: float) -> Real:
    """Which waves (48, 48, 25) some view of the scheme holds: those within half a voxel of its plane."""
    views = schemes.views(scheme, reach, step).astype(np.float32)
    held = np.zeros(len(_waves()), bool)
    for start in range(0, len(views), 60):
        held |= (np.abs(_waves() @ views[start : start + 60].T) <= 0.5).any(axis=1)
    return held.reshape(maps.BOX, maps.BOX, maps.BOX // 2 + 1)


def _masked(held: Real) -> Real:
    """The truth (48, 48, 48) with the waves that are held."""
    return np.asarray(fourier.ifft3(fourier.fft3(maps.truth()) * held, maps.BOX))


def _plane(held: Real) -> Real:
    """The plane (z, x) of a half array, +z on top, its origin at n // 2."""
    whole = fourier.display(held[:, 0, :].astype(np.float32), maps.BOX)
    return np.asarray(whole[::-1])


def _sphere(scheme: str, reach: float, views: Real) -> scene.Scene:
    covered = schemes.reached(scheme, reach, spheres.ball_points())
    share = schemes.share(scheme, reach)
    return scene.Scene(
        (spheres.painted(2.0 * covered), scene.Points(1.08 * views, label="views", tint="accent", size=5.0)),
        title="Views, and directions within reach",
        description=f"{len(views)} views of the scheme {scheme} up to {reach:g}°; {100 * share:.1f} % of all directions are within reach.",
        extent=1.2,
    )


@figure(
    "Wedge, pyramid, cone",
    caption="Views of a scheme (dots) and the directions within their reach (red); the waves that are really held in the plane $k_x$–$k_z$ of a box of 48 voxels; and a section through apoferritin made of those waves alone, $z$ up and the first tilt axis towards you.",
    look_for="what is left of the ball's top and bottom, and the fan in the second picture: far from the origin the planes part, and the wedge is not all that is missing.",
    code=(schemes.views, schemes.reached, schemes.elongation),
)
def wedge(scheme: Which = "single axis", reach: Reach = 60.0, step: Step = 3.0) -> Panels:
    """A scheme of tilts, what it holds of Fourier space, and what becomes of a map."""
    views = schemes.views(scheme, reach, step)
    held = filled(scheme, reach, step)
    pixel = 1 / (maps.BOX * maps.PIXEL)
    kept = _masked(held)
    return beside(
        _sphere(scheme, reach, views),
        image(_plane(held), pixel, title="waves held, kz up", space="fourier"),
        image(maps.section(kept), maps.PIXEL, title="the map, z up"),
        readout("images", len(views)),
        readout("directions within reach", schemes.share(scheme, reach)),
        readout("waves held within Nyquist", _share_held(held)),
        readout("a point is longer, times", schemes.scheme_elongation(scheme, reach), "", "with steps fine enough"),
        readout("correlation with the truth", float(np.corrcoef(kept.ravel(), maps.truth().ravel())[0, 1])),
    )


@lru_cache(maxsize=1)
def _within() -> Real:
    return np.asarray(np.linalg.norm(_waves(), axis=1) <= maps.BOX / 2).reshape(maps.BOX, maps.BOX, -1)


def _share_held(held: Real) -> float:
    return float((held & _within()).sum() / _within().sum())
