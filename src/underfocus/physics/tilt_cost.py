"""What a tilt costs: a longer way through the ice, fewer electrons without loss of energy, less signal for the noise.

Lengths here are in nm, as ice and mean free paths are quoted. The mean free path for losing energy is taken as 320 nm
at 300 kV; `physics.inelastic` has the measured range. What a fixed dose of a tilted film buys is counted by image:
drift, which tilted films do more of, is a B-factor that the user brings.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..base.errors import InputError

#: nm of vitreous ice at 300 kV after which 1/e of the electrons have lost no energy.
MEAN_FREE_PATH = 320.0
#: Degrees beyond which a film has no way through that is worth a number.
STEEPEST = 85.0


def _cosine(tilt: Any) -> Any:
    angle = np.asarray(tilt, float)
    if np.any(~np.isfinite(angle)) or np.any(np.abs(angle) > STEEPEST):
        raise InputError(f"a film is tilted by at most {STEEPEST:g} degrees, and {np.max(np.abs(angle)):g} was given")
    return np.cos(np.radians(angle))


def _lengths(thickness_nm: Any, mean_free_path_nm: float) -> None:
    if np.any(np.asarray(thickness_nm, float) < 0) or not mean_free_path_nm > 0:
        raise InputError(
            "ice has a thickness of at least 0 nm and a mean free path above 0 nm, "
            f"and {np.min(thickness_nm):g} and {mean_free_path_nm:g} were given"
        )


def ice_path(thickness_nm: Any, tilt: Any) -> Any:
    """t / cos(tilt): nm of ice on the beam's way through a film of t nm, tilted by degrees. InputError beyond 85°."""
    _lengths(thickness_nm, MEAN_FREE_PATH)
    return np.asarray(thickness_nm, float) / _cosine(tilt)


def no_loss(thickness_nm: Any, tilt: Any = 0.0, mean_free_path_nm: float = MEAN_FREE_PATH) -> Any:
    """exp(−t/(Λ cos tilt)): the part of the electrons that come through without losing energy."""
    _lengths(thickness_nm, mean_free_path_nm)
    return np.exp(-ice_path(thickness_nm, tilt) / mean_free_path_nm)


def snr_factor(
    thickness_nm: Any, tilt: Any, mean_free_path_nm: float = MEAN_FREE_PATH, *, filtered: bool = True
) -> Any:
    """The SNR of an image of the tilted film over that of the untilted one, at one dose; 1 at no tilt.

    With an energy filter the electrons that lost energy are gone: signal power falls with the square of the part x that
    is left, noise with x, so that the SNR is x = exp(−t(1/cos − 1)/Λ). Without a filter they stay as noise: x².
    """
    _lengths(thickness_nm, mean_free_path_nm)
    left = np.exp(-(ice_path(thickness_nm, tilt) - np.asarray(thickness_nm, float)) / mean_free_path_nm)
    return left if filtered else left**2


def dose_factor(
    thickness_nm: Any, tilt: Any, mean_free_path_nm: float = MEAN_FREE_PATH, *, filtered: bool = True
) -> Any:
    """How many times the dose, or the particles, would make up for a tilt: 1 / `snr_factor`.

    A specimen of a fixed dose cannot have more, since damage counts electrons and not images: then particles pay.
    """
    return 1 / snr_factor(thickness_nm, tilt, mean_free_path_nm, filtered=filtered)


def field_factor(tilt: Any) -> Any:
    """1 / cos(tilt): how many times the film, and its particles, a tilted field of view holds, that much denser."""
    return 1 / _cosine(tilt)


def motion_factor(s: Any, tilt: Any, motion_b: float) -> Any:
    """exp(−B tan²(tilt) s²/2): SNR left at s in 1/Å where films drift more as they tilt, B in Å² its extra at 45°.

    B acts on amplitudes as exp(−B s²/4), so twice that on the SNR. The tan² is a model (movement along the normal,
    seen from the side, goes as sin; tilted films charge and bend besides): measure B on the microscope at hand.
    """
    if motion_b < 0:
        raise InputError(f"a B-factor of drift is at least 0 Å², and {motion_b:g} was given")
    tangent = np.sqrt(1 / _cosine(tilt) ** 2 - 1)
    return np.exp(-motion_b * tangent**2 * np.asarray(s, float) ** 2 / 2)
