"""Images of the reference map through lenses with faults, the same to the last digit wherever they are made."""

from __future__ import annotations

import underfocus as uf
from underfocus.data.aberrations import Aberrations
from underfocus.data.optics import spread

LENSES = {
    "tilt": Aberrations(beam_tilt_x=18.0, beam_tilt_y=-12.0),
    "zernike": Aberrations(even_zernike=(0, 0, 0, 0, 0, 0, 1200.0), odd_zernike=(0, 0, 300.0)),
    "magnification": Aberrations(magnification=((1.05, 0.03), (-0.02, 0.94))),
}
COUNT = 600


def seen_through(name: str, volume: uf.Volume) -> uf.Particles:
    """Noiseless particles of a map through one of the lenses."""
    optics = uf.Optics(defocus=spread(8_000, 22_000, COUNT), aberrations=LENSES[name])
    return uf.simulate(volume, uf.Pose.random(COUNT, seed=3, shift=6.0), optics)
