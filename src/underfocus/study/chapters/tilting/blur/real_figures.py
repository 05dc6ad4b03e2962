"""Particles that were really collected: their views, what those sample, and the map that such a set gives."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated

import numpy as np

from underfocus.base.knobs import option
from underfocus.show import Image, Panels, beside, image, readout
from underfocus.show.figure import figure
from underfocus.validation import orientation

from .. import maps, real_set, rings, schemes, spheres
from ..dials import Tilt
from .chain_figures import predicted_cfar

Source = Annotated[real_set.Source, option("whose views: the set that ships, or the file that you choose below")]
Symmetry = Annotated[
    real_set.Group, option("the point group of the refinement; each view was seen from all its mates as well")
]


@lru_cache(maxsize=8)
def _views(seen: real_set.Seen) -> tuple[Image, Image]:
    """The views as the file has them, and with their mates, laid flat."""
    return spheres.flat_views(seen.own, "views, as in the file"), spheres.flat_views(
        seen.all, "views, with their mates"
    )


@figure(
    "A set that was collected",
    caption="Views of 11,764 proteasomes T20S from a refinement with D7 (EMPIAR-10025), as counts on areas of the sphere, or of your own particles. First the views as the file has them, and with their symmetry mates; then how often each Fourier direction is sampled, white as with even views; last a section through a hollow ball that is seen in such views, all else being well.",
    look_for="the first picture against the third: the poles of the views are all but empty, and the poles of the sampling are the fullest. Then set the symmetry to C1.",
    code=(orientation.view_directions, orientation.histogram, real_set.sampled, rings.cone_sampling),
    play="tilt",
)
def real_views(source: Source = "T20S proteasome", symmetry: Symmetry = "D7", tilt: Tilt = 0.0) -> Panels:
    """Views, sampling and map of real orientations, on a stage that is tilted."""
    seen = real_set.seen(source, symmetry)
    sp = real_set.sampled(seen, tilt)
    weight = 2 * maps.LIMIT.ssnr(np.array([1 / maps.LIMIT.resolution]))[0] * sp
    facts = {"unit": "", "colour": "grey"}
    return beside(
        *_views(seen),
        spheres.flat_sampling(sp, "sampling"),
        image(maps.section(maps.expected(sp)), maps.PIXEL, title="a ball seen so, z up", **facts),
        readout("particles", len(seen.own)),
        readout("sampled less than a tenth of even", float((sp < 0.1).mean())),
        readout("least, over even", float(sp.min())),
        readout("SCF", orientation.scf_of(sp)),
        readout("cFAR, predicted", predicted_cfar(sp)),
        readout("a point is longer, times", schemes.elongation(spheres.half_directions(), weight / (1 + weight))),
        columns=2,
    )
