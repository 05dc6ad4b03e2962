"""Interpolation on regular grids of one to three axes: nearest, linear, Catmull–Rom, cubic B-spline, Kaiser, sinc.

A value between samples is Σ h(x − i) g[i] over the samples around it. Positions are in index coordinates, one row a
point, in the order of the array's axes, as `scipy.ndimage.map_coordinates` counts (there transposed). Complex values
are allowed. Keys 1981 (IEEE ASSP 29, 1153); Unser 1999 (IEEE Signal Process. Mag. 16(6), 22).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import product
from typing import Any, Literal, get_args

import numpy as np

from ..base.errors import InputError

Real = np.ndarray[Any, Any]
Method = Literal["nearest", "linear", "catmull-rom", "spline", "kaiser-bessel", "sinc"]
Boundary = Literal["zero", "wrap", "reflect"]
#: Samples around a position that each method with a kernel of its own weighs, an axis.
TAPS = {"nearest": 2, "linear": 2, "catmull-rom": 4, "spline": 4, "kaiser-bessel": 8}
#: Kaiser's β for a sinc of eight taps: its gain stays within 0.2 % of 1 up to a quarter of a cycle a sample.
BETA = 6.5
#: Empty samples round an array of which nothing is known: a spline's coefficients have died away after so many.
_MARGIN = 24


def taps_of(method: Method, dims: int) -> int:
    """How many samples one value costs: 1 (nearest), 2ᵈ (linear), 4ᵈ (cubics), 8ᵈ (Kaiser); sinc takes all."""
    if method == "sinc":
        raise InputError("a sinc weighs all samples of the array; ask for another method's taps")
    return int((1 if method == "nearest" else TAPS[_known(method)]) ** dims)


def weights(method: Method, t: Any) -> Real:
    """Weights (…, k) of the k samples around positions t (…) between the two middle ones, 0 ≤ t < 1; their sum is 1.

    Those of "spline" apply to B-spline coefficients, which `sample` computes first. InputError for "sinc".
    """
    t = np.asarray(t, float)[..., None]
    if method == "nearest":
        return np.concatenate([t < 0.5, t >= 0.5], -1).astype(float)
    if method == "linear":
        return np.concatenate([1 - t, t], -1)
    if method == "catmull-rom":
        w = [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3]
        return np.concatenate(w, -1) / 2
    if method == "spline":
        w = [(1 - t) ** 3, 4 - 6 * t**2 + 3 * t**3, 1 + 3 * t + 3 * t**2 - 3 * t**3, t**3]
        return np.concatenate(w, -1) / 6
    if method == "kaiser-bessel":
        return _kaiser(t)
    raise InputError(f"{_known(method)} has no weights of a few samples; there are those of {', '.join(TAPS)}")


def _kaiser(t: Real) -> Real:
    """A sinc under a Kaiser window, brought to sum 1 so that constants stay (Kaiser 1974, Proc. ISCAS 20)."""
    half = TAPS["kaiser-bessel"] // 2
    away = t - np.arange(1 - half, half + 1)
    window = np.i0(BETA * np.sqrt(np.clip(1 - (away / half) ** 2, 0, None))) / np.i0(BETA)
    w = np.sinc(away) * window
    return np.asarray(w / w.sum(-1, keepdims=True))


def sample(x: Real, positions: Any, method: Method = "linear", boundary: Boundary = "zero") -> Real:
    """Values (m,) of an array of one to three axes at positions (m, dims), or (m,) for one axis.

    Beyond the edge lies zero, the other side (wrap), or the mirror image (reflect). Precision follows x. InputError for
    unknown words, other shapes, and positions that are not finite.
    """
    x, at = _checked(x, positions, method, boundary)
    if method == "sinc":
        return _of_all(x, at, boundary)
    from .kernels.interpolate import gather

    data, margin = _coefficients(x, method, boundary)
    shift = margin + _shift(method)
    return gather(data, at + shift if shift else at, _table(method), boundary)


def prepared(x: Real, method: Method = "linear", boundary: Boundary = "zero") -> Callable[[Any], Real]:
    """`sample` of one array at many sets of positions: a function of positions, a spline's coefficients made once."""
    x, _ = _checked(x, np.zeros((0, np.ndim(x))), method, boundary)
    if method == "sinc":
        raise InputError("a sinc weighs all samples of the array and prepares nothing; take sample")
    from .kernels.interpolate import gather

    data, margin = _coefficients(x, method, boundary)
    shift, table = margin + _shift(method), _table(method)
    return lambda positions: gather(data, _checked(x, positions, method, boundary)[1] + shift, table, boundary)


def spread(values: Real, positions: Any, shape: tuple[int, ...], method: Method, boundary: Boundary = "zero") -> Real:
    """The adjoint of `sample` for the methods that weigh samples: values (m,) added around positions (m, dims).

    For "spline" it is the adjoint of weighing the coefficients. InputError as `sample`, and for "sinc".
    """
    from .kernels.interpolate import scatter

    grid, at = _checked(np.zeros(shape), positions, method, boundary)
    values = np.asarray(values)
    if values.shape != at.shape[:1] or method == "sinc":
        raise InputError(f"spreading takes one value a position and no sinc; {values.shape} and {method} were given")
    shift = _shift(method)
    return scatter(values, at + shift if shift else at, grid.shape, _table(method), boundary)


def sample_plain(x: Real, positions: Any, method: Method = "linear", boundary: Boundary = "zero") -> Real:
    """The textbook twin of `sample`: the samples around each position, one after the other, in double precision."""
    x, at = _checked(x, positions, method, boundary)
    wide = x.astype(complex if np.iscomplexobj(x) else float)
    if method == "sinc":
        return _of_all(wide, at, boundary)
    data, shift = _coefficients(wide, method, boundary)
    base = np.floor(at + shift).astype(int)
    w = weights(method, at + shift - base)
    k = TAPS[method]
    out = np.zeros(len(at), data.dtype)
    for taps in product(range(k), repeat=x.ndim):
        index = base + np.array(taps) - (k // 2 - 1)
        part = np.prod([w[:, axis, tap] for axis, tap in enumerate(taps)], axis=0)
        inside = np.ones(len(at), bool)
        for axis, n in enumerate(data.shape):
            inside &= (index[:, axis] >= 0) & (index[:, axis] < n)
            index[:, axis] = _folded(index[:, axis], n, boundary)
        out += part * np.where(inside | (boundary != "zero"), data[tuple(index.T)], 0)
    return out


def kernel(method: Method, t: Any) -> Real:
    """h(t): what a single sample of 1 contributes at a distance t (…) in samples. The cardinal one for "spline"."""
    away = np.asarray(t, float)
    n = 129
    impulse = np.zeros(n)
    impulse[n // 2] = 1
    if method == "sinc":
        return np.asarray(np.sinc(away))
    return sample(impulse, (away.ravel() + n // 2), method).reshape(away.shape)


def spectrum(method: Method, f: Any) -> Real:
    """The transform of the kernel at frequencies f (…) in cycles a sample: its gain below ½, its leakage above.

    Closed forms for nearest (sinc), linear (sinc²), spline and sinc; Gauss–Legendre quadrature for the others.
    """
    f = np.asarray(f, float)
    if method in ("nearest", "linear"):
        return np.asarray(np.sinc(f) ** (1 if method == "nearest" else 2))
    if method == "spline":
        return np.asarray(np.sinc(f) ** 4 * 3 / (2 + np.cos(2 * np.pi * f)))
    if method == "sinc":
        return np.where(np.abs(f) < 0.5, 1.0, np.where(np.abs(f) == 0.5, 0.5, 0.0))
    half = TAPS[_known(method)] // 2
    nodes, area = np.polynomial.legendre.leggauss(24)
    t = (np.arange(half)[:, None] + 0.5 * (nodes + 1)).ravel()
    h = kernel(method, t) * np.tile(0.5 * area, half)
    return np.asarray(2 * np.cos(2 * np.pi * np.multiply.outer(f, t)) @ h)


def resize(x: Real, m: int, method: Method = "linear", boundary: Boundary = "reflect") -> Real:
    """The field of an array (n, n[, n]) on m samples an axis, the origin n // 2 staying the origin.

    Where m < n nothing is averaged first: low-pass before, or take `sampling.fourier_crop`.
    """
    if m < 1:
        raise InputError(f"an array is resized to one sample or more, and {m} was asked for")
    out = np.asarray(x)
    out = out if out.dtype.kind in "fc" else out.astype(float)
    for axis in range(out.ndim):
        n = out.shape[axis]
        at = (np.arange(m) - m // 2) * n / m + n // 2
        if method == "sinc":
            w = _sinc_weights(at, n, boundary).astype(out.real.dtype)
            out = np.moveaxis(np.tensordot(w, out, (1, axis)), 0, axis)
            continue
        rows = np.moveaxis(out, axis, -1)
        lines = [sample(line, at, method, boundary) for line in rows.reshape(-1, n)]
        out = np.moveaxis(np.array(lines).reshape(*rows.shape[:-1], m), -1, axis)
    return np.ascontiguousarray(out)


def _known(method: str) -> str:
    if method not in get_args(Method):
        raise InputError(f"the method must be one of {', '.join(get_args(Method))}, and {method!r} was given")
    return method


def _checked(x: Any, positions: Any, method: str, boundary: str) -> tuple[Real, Real]:
    _known(method)
    if boundary not in get_args(Boundary):
        raise InputError(f"the boundary must be zero, wrap or reflect, and {boundary!r} was given")
    x, at = np.asarray(x), np.asarray(positions, float)
    if x.dtype.kind not in "fc":
        x = x.astype(float)
    at = at[:, None] if at.ndim == 1 and x.ndim == 1 else at
    if x.ndim not in (1, 2, 3) or at.ndim != 2 or at.shape[1] != x.ndim:
        raise InputError(f"an array of {x.ndim} axes needs positions (m, {x.ndim}), and {at.shape} was given")
    if not np.isfinite(at).all():
        raise InputError("a position is not finite; leave it out")
    return x, at


def _shift(method: str) -> float:
    """By how much positions move before the table of a method is read: the nearest sample is that after x − ½."""
    return -0.5 if method == "nearest" else 0.0


def polynomials(weigh: Callable[[Real], Real], degree: int) -> Real:
    """Weights (…, k) of fractions t as polynomials in t, (degree + 1, k), highest power first.

    Through Chebyshev's points, where a smooth weight is exhausted soon: what the compiled loops read.
    """
    t = 0.5 - 0.5 * np.cos(np.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    return np.ascontiguousarray(np.linalg.solve(np.vander(t), weigh(t)))


@cache
def _table(method: Method) -> Real:
    """The polynomials of a method: Kaiser's hold its weights to 1e-13, the others exactly."""
    if method == "nearest":
        return np.ones((1, 1))
    degree = {"linear": 1, "catmull-rom": 3, "spline": 3}.get(method, 17)
    found = polynomials(partial(weights, method), degree)
    return np.round(12 * found) / 12 if degree < 4 else found  # the cubics' are whole twelfths


def _coefficients(x: Real, method: str, boundary: str) -> tuple[Real, int]:
    """What the weights apply to, and by how much positions move with it."""
    if method != "spline":
        return x, 0
    from scipy.ndimage import spline_filter

    # the coefficients of samples that end with zeros reach beyond the last sample
    margin = _MARGIN if boundary == "zero" else 0
    mode: Any = "grid-wrap" if boundary == "wrap" else "mirror"
    parts = (x.real, x.imag) if x.dtype.kind == "c" else (x,)
    found = [spline_filter(np.pad(p, margin), 3, output=float, mode=mode) for p in parts]
    return (found[0] if len(found) == 1 else found[0] + 1j * found[1]).astype(x.dtype), margin


def _folded(index: Real, n: int, boundary: str) -> Real:
    """Places brought back into n samples as the boundary says (anything will do where it says zero)."""
    if boundary == "reflect" and n > 1:
        turn = index % (2 * n - 2)
        return np.asarray(np.minimum(turn, 2 * n - 2 - turn))
    return np.asarray(index % n)


def _of_all(x: Real, at: Real, boundary: str) -> Real:
    """Sinc interpolation: every sample counts at every position, axis by axis."""
    out = np.empty(len(at), x.dtype)
    block = max(1, 2**22 // x.size)
    for start in range(0, len(at), block):
        part = x[None]
        for axis in reversed(range(x.ndim)):
            w = _sinc_weights(at[start : start + block, axis], x.shape[axis], boundary)
            part = np.einsum("m...i,mi->m...", np.broadcast_to(part, (len(w), *part.shape[1:])), w)
        out[start : start + block] = part
    return out


def _sinc_weights(at: Real, n: int, boundary: str) -> Real:
    """The weights (m, n) of n samples at positions (m,).

    Of samples without an end (wrap, reflect) the copies of each add up to Dirichlet's kernel, and the result is the sum
    of the samples' own waves; of samples with zeros round them, a plain sinc.
    """
    if boundary == "zero":
        return np.asarray(np.sinc(at[:, None] - np.arange(n)))
    turn = n if boundary == "wrap" or n == 1 else 2 * n - 2
    w = _dirichlet(at[:, None] - np.arange(turn), turn)
    if boundary == "reflect":
        w[:, 1 : n - 1] += w[:, : n - 1 : -1]  # the mirror's share comes home
    return w[:, :n]


def _dirichlet(away: Real, n: int) -> Real:
    """Σ_j sinc(away − jn): 1 at its own sample, 0 at the n − 1 others, and again after n."""
    turn = np.pi * away / n
    low = np.tan(turn) if n % 2 == 0 else np.sin(turn)
    at_sample = np.abs(np.sin(turn)) < 1e-12
    return np.where(at_sample, 1.0, np.sin(np.pi * away) / (n * np.where(at_sample, 1.0, low)))
