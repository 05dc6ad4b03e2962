"""CTF estimation: the defocus, astigmatism and phase shift whose rings correlate best with those of a micrograph.

sin²(γ′) = ½ − ½ cos 2γ′, γ′ = γ + asin w, so rings are found by correlating −cos 2γ′ with the logarithm of the power,
both without a polynomial in s that stands for the background: at the best phase the correlation is that of a least
squares fit. A search over defocus along one axis starts it; a simplex in two dimensions ends it. A thick specimen's
rings carry sinc(λts²) (`physics.thickness`), and those of a tilted one follow its plane (`inference.ctftilt`).
Rohou & Grigorieff 2015 (J. Struct. Biol. 192, 216); Mindell & Grigorieff 2003 (J. Struct. Biol. 142, 334).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..data.optics import Optics
from ..maths import fourier
from ..physics import ctf, thickness
from .thon import Rings, polynomials, rings, without

Real = np.ndarray[Any, Any]
#: Å between which rings are looked for, at first; the fit then goes on as far as it finds rings.
COARSEST, FINEST_FIRST = 30.0, 5.0
#: Å between the defoci of the search, and the phase shifts in degrees that it tries where they are free.
STEP, PHASES = 100.0, 15.0
#: Rings count as fitted while their correlation over about three of them stays above this.
FITTED = 0.5
#: Fading exp(−f s²) of rings that is tried, in Å².
FADES = (0.0, 15.0, 30.0, 60.0, 100.0)


@dataclass(frozen=True)
class CtfFit:
    """What was found: the optics, how sure it is, and the curves to show it.

    ``score`` is the correlation over the fitted range, ``resolution`` the length in Å to which rings were fitted;
    ``error`` the standard error of the mean defocus in Å. ``thickness`` in Å is 0 where it was not asked for. ``s``,
    ``measured``, ``model`` and ``quality`` (m,) are the profile along an ellipse, its fit, and their correlation.
    """

    optics: Optics
    score: float
    resolution: float
    error: float
    thickness: float
    s: Real
    measured: Real
    model: Real
    quality: Real

    @property
    def trustworthy(self) -> bool:
        """Whether rings were found at all: a correlation well above chance, to 10 Å or finer."""
        return self.resolution <= 12.0 and self.score > 0.05


@dataclass(frozen=True)
class _Data:
    """The pixels of a ring of the spectrum: frequencies, and the logarithm of power without background, of norm 1."""

    ky: Real
    kx: Real
    values: Real
    basis: Real

    @classmethod
    def of(cls, found: Rings, coarsest: float, finest: float) -> _Data:
        ky, kx = (np.broadcast_to(k, found.power.shape[-2:]) for k in found.frequencies())
        s = np.hypot(ky, kx)
        n = found.n
        keep = (s >= 1 / coarsest) & (s <= min(1 / finest, (n // 2 - 1) * found.step))
        keep &= (kx > 0) | (ky > 0)  # the column kx = 0 holds each value twice
        keep &= (np.abs(ky) > 1.5 * found.step) & (kx > 1.5 * found.step)  # lines of a detector's rows and columns
        if keep.sum() < 200:
            raise InputError(f"no rings between {coarsest:g} and {finest:g} Å can be seen at these pixels")
        ky, kx, s = ky[keep], kx[keep], s[keep]
        basis = polynomials(s)
        values = without(np.exp(without(np.log(found.power[keep].astype(np.float64) + 1e-300), basis)), basis)
        return cls(ky, kx, values / np.linalg.norm(values), basis)

    def score(self, optics: Optics, thick: float = 0.0, fade: float = 0.0) -> float:
        """Correlation of the rings of these optics, faded by exp(−fade s²), with the data."""
        rings_of = pattern(self.ky, self.kx, optics, thick) * np.exp(-fade * (self.kx**2 + self.ky**2))
        target = without(rings_of, self.basis)
        return float(target @ self.values / np.linalg.norm(target))


def pattern(ky: Any, kx: Any, optics: Optics, thick: float = 0.0) -> Real:
    """−cos 2γ′ · sinc(λ t s²) at frequencies in 1/Å: what rings look like about their mean."""
    gamma = ctf.phase(ky, kx, optics) + np.arcsin(optics.amplitude_contrast)
    left = thickness.modulation(np.hypot(ky, kx), thick, optics.voltage_kv) if thick else 1.0
    return np.asarray(-np.cos(2 * gamma) * left)


def fit(
    image: Real | Rings,
    pixel: float | None = None,
    optics: Optics | None = None,
    *,
    defocus: tuple[float, float] = (2_000.0, 60_000.0),
    coarsest: float = COARSEST,
    finest: float | None = None,
    phase_shift: bool = False,
    thick: bool = False,
) -> CtfFit:
    """Fit a micrograph (ny, nx) of ``pixel`` Å, or its `thon.rings`.

    ``optics`` gives voltage, Cs and amplitude contrast, and the phase shift where it is not fitted; ``defocus`` in Å
    bounds the search. ``finest`` in Å ends the range of the fit; by default the fit finds out how far rings go.
    ``thick`` fits the thickness as well, for which the node of the rings must lie within reach. InputError.
    """
    if not isinstance(image, Rings) and pixel is None:
        raise InputError("a micrograph needs its pixel in Å")
    found = image.mean() if isinstance(image, Rings) else rings(image, float(pixel or 0), box=1000.0)
    start = replace(optics or Optics(), astigmatism=0.0, astigmatism_angle=0.0, bfactor=0.0)
    if defocus[0] >= defocus[1]:
        raise InputError(f"the defocus is searched from less to more, and {defocus[0]:g}:{defocus[1]:g} was given")
    edge = finest or max(FINEST_FIRST, 2.2 / (found.n * found.step))
    best = _refined(_Data.of(found, coarsest, edge), _searched(found, start, defocus, phase_shift, edge), phase_shift)
    if finest is None:
        edge = _reach(found, best, 0.0, coarsest)
        best = _refined(_Data.of(found, coarsest, edge), best, phase_shift)
    data, deep = _Data.of(found, coarsest, edge), 0.0
    if thick:
        best, deep = _with_thickness(found, best, coarsest)
        edge = _reach(found, best, deep, coarsest) if finest is None else edge
        data = _Data.of(found, coarsest, edge)
    s, measured, model, quality = profile(found, best, deep)
    error = _standard_error(data, best, deep, found.tiles)
    return CtfFit(best, data.score(best, deep), resolution_of(s, quality), error, deep, s, measured, model, quality)


def _searched(found: Rings, start: Optics, bounds: tuple[float, float], phase_shift: bool, finest: float) -> Optics:
    """The best of all defoci (and phase shifts) along one axis, on the mean over rings."""
    s, curve = ring_mean(found, None)
    keep = (s >= 1 / COARSEST) & (s <= 1 / finest)
    s, curve = s[keep], curve[keep]
    basis = polynomials(s, min(5, max(2, len(s) // 8)))
    values = without(curve, basis)
    candidates = np.arange(bounds[0], bounds[1] + STEP, STEP)
    best: tuple[float, Optics] = (-2.0, start)
    for phase in np.arange(0, 180, PHASES) if phase_shift else (float(start.phase_shift),):
        trial = replace(start, defocus=candidates, phase_shift=float(phase))
        targets = without(pattern(np.zeros_like(s), s, trial), basis)
        scores = targets @ values / np.linalg.norm(targets, axis=1) / np.linalg.norm(values)
        at = int(np.argmax(scores))
        if scores[at] > best[0]:
            best = (float(scores[at]), replace(start, defocus=float(candidates[at]), phase_shift=float(phase)))
    return best[1]


def _refined(data: _Data, start: Optics, phase_shift: bool) -> Optics:
    """The simplex in defocus and both parts of the astigmatism, from several astigmatisms about the start.

    Rings fade towards high frequency: weighting them so, by the fade that fits best, is what noise asks for.
    """
    from scipy.optimize import minimize

    fade = max(FADES, key=lambda f: data.score(start, 0.0, f))

    def of(x: Real) -> Optics:
        more: dict[str, Any] = {"phase_shift": float(x[3] * 100)} if phase_shift else {}
        size, angle = 2 * np.hypot(x[1], x[2]) * 1000, np.rad2deg(np.arctan2(x[2], x[1])) / 2
        return replace(
            start, defocus=float(x[0] * 1000), astigmatism=float(size), astigmatism_angle=float(angle % 180), **more
        )

    def cost(x: Real) -> float:
        beyond = abs(x[3] - 0.9) > 1.3 if phase_shift else False
        return 1.0 if beyond or x[0] < 0.1 else -data.score(of(x), 0.0, fade)

    turn = 2 * np.deg2rad(start.astigmatism_angle)
    own = np.array([start.defocus / 1000, *(start.astigmatism / 2000 * v for v in (np.cos(turn), np.sin(turn)))])
    tries = [own + np.array([0, 0.2 * np.cos(a), 0.2 * np.sin(a)]) for a in np.arange(0, 2 * np.pi, np.pi / 3)]
    tail = [float(start.phase_shift) / 100] if phase_shift else []
    begin = min((np.append(x, tail) for x in (own, *tries)), key=cost)
    steps = np.diag([0.15, 0.15, 0.15, 0.15][: len(begin)])
    simplex = np.stack([begin, *(begin + step for step in steps)])
    options: Any = {"initial_simplex": simplex, "xatol": 1e-3, "fatol": 1e-7, "maxiter": 300}
    return of(minimize(cost, begin, method="Nelder-Mead", options=options).x)


def _with_thickness(found: Rings, start: Optics, coarsest: float) -> tuple[Optics, float]:
    """Thickness from a scan at the fitted defocus over all that can be seen, then all together.

    Rings also fade as an envelope and noise make them, which a thicker specimen would mimic: it is fitted beside.
    """
    from scipy.optimize import minimize

    data = _Data.of(found, coarsest, max(3.2, 2.05 / (found.n * found.step)))
    trials = [(t, f) for t in np.arange(0, 4001, 50.0) for f in (0.0, 25.0, 75.0)]
    first = trials[int(np.argmax([data.score(start, *map(float, trial)) for trial in trials]))]

    def cost(x: Real) -> float:
        if x[1] < 0 or x[0] < 0.1 or not 0 <= x[2] < 10:
            return 1.0
        return -data.score(replace(start, defocus=float(x[0] * 1000)), float(x[1] * 1000), float(x[2] * 100))

    begin = np.array([start.defocus / 1000, first[0] / 1000, first[1] / 100])
    simplex = np.stack([begin, *(begin + np.diag([0.05, 0.1, 0.1]))])
    options: Any = {"initial_simplex": simplex, "xatol": 1e-3, "fatol": 1e-8, "maxiter": 400}
    x = minimize(cost, begin, method="Nelder-Mead", options=options).x
    return replace(start, defocus=float(x[0] * 1000)), float(max(x[1], 0) * 1000)


def ring_mean(found: Rings, optics: Optics | None) -> tuple[Real, Real]:
    """Mean of the log power over rings, or over the ellipses of a fit's astigmatism: (s, values), a bin apart."""
    ky, kx = (np.broadcast_to(k, found.power.shape) for k in found.frequencies())
    s = np.hypot(ky, kx)
    keep = (np.abs(ky) > 1.5 * found.step) & (kx > 1.5 * found.step)
    if optics is not None and optics.astigmatism:
        turn = np.arctan2(ky, kx) - np.deg2rad(optics.astigmatism_angle)
        local = optics.defocus + optics.astigmatism / 2 * np.cos(2 * turn)
        s = s * np.sqrt(np.maximum(local / optics.defocus, 0.01))
    index = np.rint(s / found.step).astype(int)
    last = found.n // 2 - 1
    inside = keep & (index <= last) & (index > 0)
    counts = np.bincount(index[inside], minlength=last + 1)
    sums = np.bincount(index[inside], np.log(found.power[inside].astype(float) + 1e-300), minlength=last + 1)
    there = counts > 0
    return (np.arange(last + 1) * found.step)[there], (sums / np.maximum(counts, 1))[there]


def profile(found: Rings, optics: Optics, thick: float = 0.0) -> tuple[Real, Real, Real, Real]:
    """s, measured and fitted rings (each about 0, of size 1), and their correlation over some three rings."""
    s, curve = ring_mean(found, optics)
    keep = s >= 1 / COARSEST
    s, curve = s[keep], curve[keep]
    basis = polynomials(s, min(8, max(2, len(s) // 10)))
    measured = without(curve, basis)
    level = replace(optics, astigmatism=0.0)
    model = pattern(np.zeros_like(s), s, level, thick)
    half = np.maximum(3, np.rint(1.5 / np.maximum(_rings_a_bin(s, level), 1e-3))).astype(int)
    quality = np.array([_local(measured, model, i, int(h)) for i, h in enumerate(half)])
    return s, measured / max(float(np.abs(measured).max()), 1e-30), model, quality


def beside(found: Rings, best: CtfFit) -> Real:
    """Rings without background on the left half, the fit's on the right, −1 to 1, origin in the middle (n, n)."""
    n = found.n
    ky, kx = (np.broadcast_to(k, found.power.shape) for k in found.frequencies())
    s = np.hypot(ky, kx)
    keep = s > 1 / 40
    values = np.zeros(found.power.shape)
    logarithm = np.log(found.power[keep].astype(float) + 1e-300)
    values[keep] = without(logarithm, polynomials(s[keep]))
    measured = fourier.display(np.clip(values / (2.5 * values[keep].std()), -1, 1), n)
    fitted = fourier.display(np.where(keep, pattern(ky, kx, best.optics, best.thickness), 0), n)
    return np.asarray(np.where(np.arange(n)[None] < n // 2, measured, fitted))


def _rings_a_bin(s: Real, optics: Optics) -> Real:
    """How many rings a bin holds: the change of 2γ′ over 2π."""
    gamma = ctf.phase(np.zeros_like(s), s, optics)
    return np.asarray(np.abs(np.gradient(gamma)) / np.pi)


def _local(a: Real, b: Real, i: int, half: int) -> float:
    span = slice(max(0, i - half), i + half + 1)
    x, y = a[span] - a[span].mean(), b[span] - b[span].mean()
    size = float(np.linalg.norm(x) * np.linalg.norm(y))
    return float(x @ y) / size if size > 0 else 0.0


def resolution_of(s: Real, quality: Real) -> float:
    """The length in Å to which rings are fitted: where their correlation has fallen below FITTED for good."""
    good = quality > FITTED
    if not good.any():
        return float(1 / s[0])
    first = int(np.argmax(good))
    lost = np.flatnonzero(
        ~good[first:] & ~np.append(good[first + 1 :], False) & ~np.append(good[first + 2 :], [False] * 2)
    )
    return float(1 / s[first + int(lost[0]) - 1 if len(lost) and lost[0] else len(s) - 1])


def _reach(found: Rings, best: Optics, thick: float, coarsest: float) -> float:
    """How fine the next fit may look: a little beyond where rings were fitted, between 12 Å and what there is."""
    s, _, _, quality = profile(found, best, thick)
    limit = max(2.05 / (found.n * found.step), _sampled(found, best))
    return float(np.clip(0.95 * resolution_of(s, quality), limit, min(12.0, coarsest / 2)))


def _sampled(found: Rings, best: Optics) -> float:
    """The length in Å beyond which a ring is narrower than two bins."""
    s = np.arange(1, found.n // 2) * found.step
    narrow = _rings_a_bin(s, best) > 0.5
    return float(1 / s[int(np.argmax(narrow))]) if narrow.any() else 0.0


def _standard_error(data: _Data, best: Optics, thick: float, tiles: int) -> float:
    """Of the mean defocus in Å, from the curvature of the squared error and what the fit leaves unexplained.

    Overlapping tiles of a tapered window smooth the spectrum over neighbouring bins, which counts as √2 here.
    """
    h = 20.0
    scores = [data.score(replace(best, defocus=best.defocus + d), thick) for d in (-h, 0.0, h)]
    bend = -(scores[0] - 2 * scores[1] + scores[2]) / h**2
    if bend <= 0:
        return float("inf")
    left = 1 - scores[1] ** 2
    return float(np.sqrt(2) * np.sqrt(left / (2 * len(data.values) * max(scores[1], 1e-6) * bend / 2)))
