"""Floor 4: specimens to play with, from small shipped structures; files/ORIGINS.md says whence each came."""

from __future__ import annotations

from .micrographs import micrograph
from .molecules import apoferritin, projection, protein, structures
from .patterns import siemens_star

__all__ = ["apoferritin", "micrograph", "projection", "protein", "siemens_star", "structures"]
