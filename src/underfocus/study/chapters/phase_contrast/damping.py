"""What moving atoms do to fine detail, as the B-factor of crystallography."""

from __future__ import annotations

import numpy as np


def atomic_b(displacement: float) -> float:
    """The B-factor, 8π²u², of atoms that move by u Å (rms along one axis)."""
    return float(8 * np.pi**2 * displacement**2)
