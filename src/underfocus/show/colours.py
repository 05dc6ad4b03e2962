"""Colour maps as tables of 256 colours: grey for micrographs, uniform ones for data, a circle for phases.

The diverging map and the phase circle are made here in OKLab (Björn Ottosson, 2020), where equal steps look equal.
Viridis (van der Walt and Smith, CC0) is rebuilt from twenty of its colours.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from .scene import Colour
from .specs import Image

_VIRIDIS = (
    "440154 481567 482677 453781 404788 39568c 33638d 2d708e 287d8e 238a8d "
    "1f968b 20a387 29af7f 3cbb75 55c667 73d055 95d840 b8de29 dce319 fde725"
)


def _oklab_to_rgb(light: Any, a: Any, b: Any) -> np.ndarray[Any, Any]:
    """OKLab coordinates to sRGB bytes (n, 3), clipped to the gamut."""
    l_ = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_
    green = -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_
    blue = -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_
    linear = np.clip(np.stack([red, green, blue], -1), 0, 1)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * srgb), np.uint8)


def _grey() -> np.ndarray[Any, Any]:
    return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)


def _viridis() -> np.ndarray[Any, Any]:
    points = np.array([[int(c[i : i + 2], 16) for i in (0, 2, 4)] for c in _VIRIDIS.split()], float)
    places = np.linspace(0, 1, len(points))
    return np.rint([np.interp(np.linspace(0, 1, 256), places, points[:, i]) for i in range(3)]).T.astype(np.uint8)


def _diverging() -> np.ndarray[Any, Any]:
    """Blue below, near-white at 0, rust above: lightness falls evenly to both sides."""
    t = np.linspace(-1, 1, 256)
    hue = np.radians(np.where(t < 0, 250.0, 40.0))
    chroma = 0.14 * np.abs(t) ** 0.8
    return _oklab_to_rgb(0.97 - 0.55 * np.abs(t), chroma * np.cos(hue), chroma * np.sin(hue))


def _phase() -> np.ndarray[Any, Any]:
    """A circle of hues of one lightness: −π and π are the same colour."""
    hue = np.linspace(-np.pi, np.pi, 256) + np.radians(40)
    return _oklab_to_rgb(np.full(256, 0.72), 0.12 * np.cos(hue), 0.12 * np.sin(hue))


@lru_cache
def table(colour: Colour) -> np.ndarray[Any, Any]:
    """The 256 colours (256, 3) uint8 of a map."""
    maps = {"grey": _grey, "viridis": _viridis, "diverging": _diverging, "phase": _phase}
    return maps[colour]()


def paint(image: Image) -> np.ndarray[Any, Any]:
    """The picture as sRGB bytes (y, x, 3), values beyond the limits in the end colours, no-numbers in mid grey."""
    low, high = image.range()
    level: np.ndarray[Any, Any] = np.clip((image.data.astype(np.float64) - low) * (255.999 / (high - low)), 0, 255)
    drawn: np.ndarray[Any, Any] = table(image.colour)[np.nan_to_num(level, nan=0).astype(np.uint8)]
    drawn[np.isnan(image.data)] = 128
    return drawn
