"""underfocus: from the mathematics of cryo-electron microscopy to your own data.

>>> import underfocus as uf
>>> volume = uf.samples.apoferritin(box=64, pixel=3.0)

Names resolve when they are first used (PEP 562), so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import samples, show
    from .data.aberrations import Aberrations, Coherence
    from .data.atoms import Atoms
    from .data.detector import Detector
    from .data.images import Images
    from .data.open import open
    from .data.optics import Optics, spread
    from .data.particles import Particles
    from .data.pose import Pose
    from .data.volume import Volume
    from .inference.reconstruct import reconstruct, reconstruct_halves
    from .inference.scheme import Helical, Scheme
    from .inference.sharpen import sharpen
    from .inference.weighting import Weighting
    from .physics.ctf import ctf1, ctf2
    from .physics.detector import record
    from .physics.imaging import simulate
    from .physics.potential import potential
    from .physics.projection import project
    from .validation.resolution import fsc

__version__ = "0.1.0"

_HOMES = {
    "Aberrations": "data.aberrations",
    "Atoms": "data.atoms",
    "Coherence": "data.aberrations",
    "Detector": "data.detector",
    "Helical": "inference.scheme",
    "Images": "data.images",
    "Optics": "data.optics",
    "Particles": "data.particles",
    "Pose": "data.pose",
    "Scheme": "inference.scheme",
    "Volume": "data.volume",
    "Weighting": "inference.weighting",
    "ctf1": "physics.ctf",
    "ctf2": "physics.ctf",
    "fsc": "validation.resolution",
    "open": "data.open",
    "potential": "physics.potential",
    "project": "physics.projection",
    "reconstruct": "inference.reconstruct",
    "reconstruct_halves": "inference.reconstruct",
    "record": "physics.detector",
    "sharpen": "inference.sharpen",
    "simulate": "physics.imaging",
    "spread": "data.optics",
}
_ROOMS = ("samples", "show")

__all__ = [
    "Aberrations",
    "Atoms",
    "Coherence",
    "Detector",
    "Helical",
    "Images",
    "Optics",
    "Particles",
    "Pose",
    "Scheme",
    "Volume",
    "Weighting",
    "ctf1",
    "ctf2",
    "fsc",
    "open",
    "potential",
    "project",
    "reconstruct",
    "reconstruct_halves",
    "record",
    "samples",
    "sharpen",
    "show",
    "simulate",
    "spread",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    if name in _ROOMS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"underfocus has no {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
