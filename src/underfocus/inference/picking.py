"""Picking particles without learning: a disc or templates against the micrograph, away from what is contaminated.

The disc is as wide as a particle, on a ring around it of the same weight, so that slopes of the ice cancel; its answer
is counted in standard deviations of the clean field. Templates (projections of a map) are correlated with local mean
and variance taken out, best over in-plane turns. Peaks closer than a part of the diameter yield to the higher one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..base.errors import InputError
from ..data.images import Images
from ..maths import convolution, sampling

Real = np.ndarray[Any, Any]
#: The micrograph is binned so that a particle is so many pixels wide: enough for its place, and quick.
PIXELS_A_PARTICLE = 30
#: Standard deviations of the field's blurred grey values, and of its local contrast, beyond which it is not clean.
DIRTY = 7.0
#: A dirty patch counts as contamination from so many particle areas on; smaller ones may be particles.
PATCH = 2.0


@dataclass(frozen=True)
class Picks:
    """Places (m, 2), (x, y) in pixels of the micrograph from the centre of its first pixel, best first; scores (m,).

    ``dirty`` is the mask (ny, nx) of the binned field where nothing was looked for, ``factor`` its binning.
    """

    places: Real
    scores: Real
    dirty: Real
    factor: float

    def __len__(self) -> int:
        return len(self.places)


def pick(
    image: Real,
    pixel: float,
    diameter: float,
    *,
    threshold: float = 2.5,
    separation: float = 0.6,
    contrast: Literal["dark", "white"] = "dark",
    templates: Images | None = None,
    forbidden: Real | None = None,
    most: int | None = None,
) -> Picks:
    """Particles of ``diameter`` Å in a micrograph (ny, nx) of ``pixel`` Å.

    ``threshold`` is in standard deviations of the score over the clean field; ``separation`` the least distance in
    diameters; ``forbidden`` (ny, nx) marks places (above 0.5) beside those that are found to be contaminated; ``most``
    keeps the best. Centres lie at least half a diameter from the border. InputError where a particle does not fit.
    """
    ny, nx = np.shape(image)
    if not 0 < diameter < 0.5 * min(ny, nx) * pixel:
        raise InputError(f"a particle of {diameter:g} Å does not fit a field of {nx * pixel:.0f} × {ny * pixel:.0f} Å")
    if diameter < 6 * pixel:
        raise InputError(f"a particle of {diameter:g} Å is less than 6 pixels of {pixel:g} Å wide; it cannot be picked")
    small, factor = _binned(np.asarray(image, float), max(1.0, diameter / pixel / PIXELS_A_PARTICLE))
    width = diameter / pixel / factor
    dark = small if contrast == "dark" else -small
    dirty = contaminated(small, width)
    if forbidden is not None:
        dirty |= _nearest(np.asarray(forbidden) > 0.5, small.shape)
    score = (
        disc_score(dark, width, dirty)
        if templates is None
        else template_score(dark, width, dirty, templates, pixel * factor)
    )
    rows, columns = _peaks(score, width * separation, dirty, width / 2, threshold)
    values = score[rows, columns]
    order = np.argsort(-values)[:most]
    places = np.column_stack([columns, rows])[order] + _offsets(score, rows[order], columns[order])
    return Picks((places + 0.5) * factor - 0.5, values[order], dirty, factor)


def _binned(image: Real, factor: float) -> tuple[Real, float]:
    """The image averaged over whole blocks of about ``factor`` pixels, and the factor taken."""
    k = max(1, int(factor))
    ny, nx = (n // k * k for n in image.shape)
    return image[:ny, :nx].reshape(ny // k, k, nx // k, k).mean((1, 3)), float(k)


def _nearest(mask: Real, shape: tuple[int, int]) -> Real:
    rows, columns = (
        np.minimum(((np.arange(n) + 0.5) * m / n).astype(int), m - 1) for n, m in zip(shape, mask.shape, strict=True)
    )
    return np.asarray(mask[rows[:, None], columns[None]])


def contaminated(image: Real, width: float) -> Real:
    """Where a field (ny, nx) is no clean ice: large patches far from its median grey, or of another contrast.

    ``width`` is a particle's in pixels. Ice crystals, carbon and its edges, and empty holes differ by many standard
    deviations over more than a particle's area. Returned with half a particle around them.
    """
    from scipy import ndimage

    base = np.median(image)
    smooth = ndimage.gaussian_filter(image - base, width / 4)
    detail = image - ndimage.gaussian_filter(image, width / 8)
    local = np.sqrt(ndimage.gaussian_filter(detail**2, width / 2))
    far = (np.abs(_in_sigmas(smooth)) > DIRTY) | (np.abs(_in_sigmas(np.log(local + 1e-12))) > DIRTY)
    names, count = ndimage.label(ndimage.binary_closing(far, iterations=2))
    sizes = ndimage.sum_labels(far, names, np.arange(1, count + 1)) if count else np.zeros(0)
    large = np.flatnonzero(sizes > PATCH * np.pi * (width / 2) ** 2) + 1
    patches = np.isin(names, large)
    if not patches.any():
        return patches
    filled = ndimage.binary_fill_holes(patches)
    return np.asarray(ndimage.distance_transform_edt(~filled) <= width / 2)


def _in_sigmas(values: Real, clean: Real | None = None) -> Real:
    """Values about their median, over a standard deviation that outliers do not move."""
    known = values if clean is None or not clean.any() else values[clean]
    middle = np.median(known)
    return np.asarray((values - middle) / max(1.4826 * float(np.median(np.abs(known - middle))), 1e-30))


def disc_score(image: Real, width: float, dirty: Real) -> Real:
    """How much darker a disc of ``width`` pixels is than the ring around it, in σ of the clean field."""
    from scipy import ndimage

    reach = int(np.ceil(0.9 * width))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    r = np.hypot(y, x)
    inside = r <= 0.9 * width
    disc = -1 / (1 + np.exp((r - width / 2) / (width / 16)))
    kernel = np.where(inside, disc - disc[inside].mean(), 0)
    smooth = ndimage.gaussian_filter(image - np.median(image), width / 8)
    calm = np.clip(_in_sigmas(smooth, ~dirty), -12, 12)  # one crystal must not set the scale of its neighbourhood
    return _in_sigmas(convolution.correlate(calm, kernel, "reflect", "fft"), ~dirty)


def template_score(image: Real, width: float, dirty: Real, templates: Images, pixel: float, turns: int = 12) -> Real:
    """The best normalised correlation over templates (m, n, n) and ``turns`` in-plane turns, in standard deviations.

    Templates are dark on bright, as `project` and the CTF leave protein; each is brought to the field's pixel.
    """
    from scipy import ndimage

    best = np.full(image.shape, -np.inf)
    for template in np.asarray(templates.data, float):
        wanted = max(8, round(template.shape[0] * templates.pixel / pixel / 2) * 2)
        fitted = _resized(template, wanted)
        for angle in np.arange(turns) * 360 / turns:
            turned = ndimage.rotate(fitted, angle, reshape=False, order=1, mode="nearest")
            side = min(wanted, int(2 * np.ceil(0.75 * width)))
            best = np.maximum(best, convolution.normalised_correlation(image, sampling.crop(turned, side)))
    return _in_sigmas(best, ~dirty)


def _resized(template: Real, n: int) -> Real:
    m = template.shape[0]
    return np.asarray(
        sampling.fourier_crop(template, n) if n < m else sampling.fourier_pad(template, n) if n > m else template
    )


def _peaks(score: Real, distance: float, dirty: Real, border: float, threshold: float) -> tuple[Real, Real]:
    """Rows and columns of peaks above the threshold that are the highest within ``distance``."""
    from scipy import ndimage

    reach = max(1, int(np.floor(distance)))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    highest = ndimage.maximum_filter(score, footprint=np.hypot(y, x) <= distance) == score
    edge = np.ones(score.shape, bool)
    margin = int(np.ceil(border))
    edge[margin : score.shape[0] - margin, margin : score.shape[1] - margin] = False
    rows, columns = np.nonzero(highest & ~dirty & ~edge & (score > threshold))
    return rows, columns


def _offsets(score: Real, rows: Real, columns: Real) -> Real:
    """Sub-pixel (x, y) of peaks by parabolas through their neighbours."""

    def vertex(before: Real, at: Real, after: Real) -> Real:
        bend = before - 2 * at + after
        safe = np.where(bend < 0, bend, 1.0)
        return np.asarray(np.where(bend < 0, 0.5 * (before - after) / safe, 0.0))

    ny, nx = score.shape
    up, down = np.clip(rows - 1, 0, ny - 1), np.clip(rows + 1, 0, ny - 1)
    left, right = np.clip(columns - 1, 0, nx - 1), np.clip(columns + 1, 0, nx - 1)
    at = score[rows, columns]
    dx = vertex(score[rows, left], at, score[rows, right])
    dy = vertex(score[up, columns], at, score[down, columns])
    return np.asarray(np.clip(np.column_stack([dx, dy]), -0.5, 0.5))
