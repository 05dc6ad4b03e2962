"""Axes: which numbers to print beside a scale, and the second scale in Å that belongs to a frequency."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from .scene import Limits
from .specs import Bars, Curve, Scale

#: Lengths in Å that people quote; the ones a frequency axis has room for are printed above it.
LENGTHS = tuple(m * 10.0**e for e in range(-1, 4) for m in (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0))


@dataclass(frozen=True)
class Axis:
    """A scale from ``low`` to ``high`` drawn over ``start`` to ``end`` (in pixels of the drawing)."""

    low: float
    high: float
    start: float
    end: float
    scale: Scale = "linear"

    def place(self, value: float) -> float:
        """Where a value is drawn."""
        if self.scale == "log":
            share = math.log(max(value, 1e-300) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, count: int) -> tuple[float, ...]:
        """About ``count`` round values within the scale."""
        return decades(self.low, self.high) if self.scale == "log" else ticks(self.low, self.high, count)


def ticks(low: float, high: float, count: int = 6) -> tuple[float, ...]:
    """Multiples of 1, 2 or 5 × 10ⁿ from low to high, about ``count`` of them."""
    rough = (high - low) / max(1, count)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(i * step, 12) + 0.0 for i in range(first, last + 1))


def decades(low: float, high: float) -> tuple[float, ...]:
    """Powers of ten from low to high; every second, third, … where there would be more than eight."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    every = 1 + (last - first) // 8
    return tuple(10.0**e for e in range(first, last + 1, every))


def label(value: float) -> str:
    """A tick's number, with a true minus sign."""
    if value != 0 and not 1e-4 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.0e}".split("e")
        raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return ("" if mantissa == "1" else mantissa.replace("-", "−") + "×") + "10" + raised
    return f"{value:.6g}".replace("-", "−")


def is_frequency(x_label: str) -> bool:
    """Whether a label names a frequency in 1/Å, whose lengths in Å then stand on a second scale."""
    return x_label.rstrip().endswith(("1/Å", "Å⁻¹"))


def lengths(axis: Axis, apart: float = 34.0) -> tuple[float, ...]:
    """Lengths in Å whose frequencies lie on the axis at least ``apart`` pixels from one another, longest first."""
    kept: list[float] = []
    for length in sorted(LENGTHS, reverse=True):
        place = axis.place(1 / length)
        # The first label keeps clear of the "Å" at the start of the scale.
        clear = place - (axis.place(1 / kept[-1]) if kept else axis.start - apart / 2) >= apart
        if axis.low <= 1 / length <= axis.high and clear:
            kept.append(length)
    return tuple(kept)


def span(spec: Curve | Bars, which: Literal["x", "y"]) -> tuple[float, float]:
    """The range that an axis of a curve or of bars covers: its limits, or the data with a little air in y."""
    limits: Limits = spec.x_limits if which == "x" else spec.y_limits
    if limits is not None:
        return limits
    scale: Scale = (spec.x_scale if which == "x" else spec.y_scale) if isinstance(spec, Curve) else "linear"
    values = [v for v in _values(spec, which) if math.isfinite(v) and (scale == "linear" or v > 0)]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if scale == "log":
        return (low, high) if high > low else (low / 2, low * 2 or 1.0)
    if high <= low:
        return low - 0.5, low + 0.5
    air = 0.05 * (high - low) if which == "y" else 0.0
    return low - air, high + air


def _values(spec: Curve | Bars, which: Literal["x", "y"]) -> list[float]:
    if isinstance(spec, Bars):
        half = 0.5 * (spec.x[1] - spec.x[0]) if len(spec.x) > 1 else 0.5
        ends = [float(spec.x.min() - half), float(spec.x.max() + half)] if len(spec.x) else []
        return ends if which == "x" else [0.0, *spec.heights.tolist()]
    drawn = [spec.points(line)[0 if which == "x" else 1] for line in spec.lines]
    if which == "y":
        drawn += [end for line in spec.lines for end in line.band or ()]
    return [float(v) for part in drawn for v in part]
