"""A pose to be found by hand: its three angles are hidden, its axes are not."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import numpy as np

from underfocus.base.knobs import knob
from underfocus.data.pose import Pose
from underfocus.maths import fourier, rotations
from underfocus.physics import projection
from underfocus.physics.potential import potential
from underfocus.samples import protein
from underfocus.show import Panels, beside, image, readout, scene
from underfocus.show.figure import figure

Real = np.ndarray[Any, Any]
#: What the target problem hides: RELION's angles.
HIDDEN = {"rot": -65.0, "tilt": 72.0, "psi": 118.0}
Rot = Annotated[float, knob("°", -180.0, 180.0, "the first turn, about z", valid=(-360.0, 360.0), step=1)]
Tilt = Annotated[float, knob("°", 0.0, 180.0, "the second, about the new y", valid=(-360.0, 360.0), step=1)]
Psi = Annotated[float, knob("°", -180.0, 180.0, "the third, about the new z", valid=(-360.0, 360.0), step=1)]


def axes(rot: float, tilt: float, psi: float) -> Real:
    """The microscope's axes in the specimen's frame, as rows: RELION's matrix."""
    return np.asarray(rotations.from_euler(rot, tilt, psi))


#: Pixels, and Å a pixel, of the pictures of the protein.
BOX, PIXEL = 48, 3.0


@cache
def _volume() -> Any:
    """The transform of a protein's potential (PDB 7PBL), ready for slices."""
    return projection.transform(potential(protein("7pbl"), BOX, PIXEL).data)


def seen(rotation: Real) -> Real:
    """The protein (48, 48) as it is seen in a pose."""
    planes = projection.slices(_volume(), Pose(rotation[None]), BOX, PIXEL)
    return np.asarray(fourier.ifft2(planes, BOX)[0])


@figure(
    "A pose to find",
    caption="Faint: the image's axes and the view direction of a particle, in the specimen's frame. Coloured: yours. Beside it the protein (PDB 7PBL) in both poses.",
    code=(projection.slices, rotations.from_euler),
    look_for="first the view direction, with rot and tilt, like longitude and latitude; then turn the image with psi.",
)
def dock(rot: Rot = 0.0, tilt: Tilt = 30.0, psi: Psi = 0.0) -> Panels:
    """Bring three arrows onto three others."""
    mine, hidden = axes(rot, tilt, psi), axes(**HIDDEN)
    their = ("their x", "their y", "their view")
    target = [scene.Arrow((0, 0, 0), 1.05 * row, name, "faint", 8.0) for row, name in zip(hidden, their, strict=True)]
    tips = [f"({v[0]:.2f}, {v[1]:.2f}, {v[2]:.2f})" for v in hidden]
    drawn = scene.Scene(
        (scene.sphere(1.0, opacity=0.12), *target, *scene.triad(mine.T, 1.0, labels=("image x", "image y", "view"))),
        title="Yours and theirs",
        description=f"The hidden image x, image y and view direction point to {', '.join(tips)}; yours are {float(rotations.distance(hidden, mine)):.0f}° away.",
        extent=1.15,
    )
    apart = np.degrees(np.arccos(np.clip(mine[2] @ hidden[2], -1, 1)))
    pictures = [image(seen(r), PIXEL, title=title) for r, title in ((hidden, "Theirs"), (mine, "Yours"))]
    return beside(
        drawn,
        *pictures,
        readout("between the view directions", float(apart), "°"),
        readout("between the whole poses", float(rotations.distance(hidden, mine)), "°"),
    )
