"""A movie: the exposure in fractions, each with its part of the dose, its damage, and the specimen elsewhere."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from ..base.arrays import Array, is_torch, namespace
from ..base.errors import InputError
from ..maths import fourier
from . import dose

Real = np.ndarray[Any, Any]


def path(frames: int, start: float, settled: float, angle: float = 0.0) -> Real:
    """Where the specimen is in each frame, (frames, 2) as (x, y) in Å: fast at first, then settling.

    It moves by ``start`` Å in the first frame and less in each later one, with a decay over ``settled`` frames, along
    ``angle`` degrees from +x to +y; about its mean place. Beams charge and warp the ice so: Brilot et al. 2012
    (J. Struct. Biol. 177, 630).
    """
    if frames < 1 or not settled > 0:
        raise InputError(f"a path needs a frame at least and frames to settle in, and {frames}, {settled:g} were given")
    steps = start * np.exp(-np.arange(frames - 1) / settled)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    turn = np.deg2rad(angle)
    return np.asarray((along - along.mean())[:, None] * np.array([np.cos(turn), np.sin(turn)]))


def shifted(image: Array, pixel: float, moves: Array) -> Array:
    """Images (…, n, n) moved by ``moves`` (…, 2) in Å as (x, y), through their phases; periodic. numpy or torch."""
    n = image.shape[-1]
    return fourier.ifft2(fourier.fft2(image) * _phases(n, pixel, moves, image), n)


def movie(image: Array, pixel: float, moves: Array, exposures: Real, voltage_kv: float = 300.0) -> Array:
    """Expected frames (f, n, n) of an image (n, n) with the empty beam at 1, a path (f, 2) and exposures (f+1,).

    Each frame is damaged by the exposure up to and within it, and shifted. Gradients flow to image and path. What a
    detector makes of a frame with its part of the dose is `detector.expected` or `detector.record`.
    """
    bounds = np.asarray(exposures, np.float64)
    if len(moves) != len(bounds) - 1:
        raise InputError(f"{len(moves)} frames lie between {len(moves) + 1} exposures, and {len(bounds)} were given")
    faded = [dose.damaged(image, pixel, a, b, voltage_kv) for a, b in pairwise(bounds)]
    return shifted(namespace(*faded).stack(faded), pixel, moves)


def summed(frames: Array, pixel: float, moves: Array | None = None) -> Array:
    """The plain sum (n, n) of frames (f, n, n): as they are, or each moved back along its path (f, 2) in Å first."""
    return (frames if moves is None else shifted(frames, pixel, -moves)).sum(0)


def _phases(n: int, pixel: float, moves: Array, image: Array) -> Array:
    """Phase factors of the image's kind and precision."""
    if is_torch(image) and not is_torch(moves):
        moves = namespace(image).asarray(moves, dtype=image.dtype, device=image.device)
    phases = fourier.shift_phase2(n, pixel, moves)
    return phases if is_torch(image) or image.dtype != np.float32 else phases.astype(np.complex64)
