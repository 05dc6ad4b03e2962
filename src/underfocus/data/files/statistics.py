"""Statistics of an MRC file in pieces: a large file is sampled, and the answer says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .mrc import raw_data
from .mrc_header import MrcHeader

#: Larger files are sampled, down to about SAMPLE_BYTES, by whole sections spread evenly.
WHOLE_BYTES = 1 << 30
SAMPLE_BYTES = 1 << 28
PIECE_BYTES = 1 << 25


@dataclass(frozen=True)
class Statistics:
    """Extremes, mean and standard deviation of the finite values, and on how much of the file they rest."""

    least: float
    most: float
    mean: float
    std: float
    not_finite: int
    sections: int
    of_sections: int

    @property
    def sampled(self) -> bool:
        """Whether only some sections were read."""
        return self.sections < self.of_sections


def statistics(header: MrcHeader) -> Statistics:
    """The statistics of a file's values; reads at most WHOLE_BYTES, in pieces of PIECE_BYTES."""
    data = raw_data(header)
    section = max(1, header.data_bytes // header.shape[0])
    step = 1 if header.data_bytes <= WHOLE_BYTES else -(-header.data_bytes // SAMPLE_BYTES)
    chosen = np.arange(0, header.shape[0], step)
    each = max(1, PIECE_BYTES // section)
    parts = [_moments(data[chosen[i : i + each]]) for i in range(0, len(chosen), each)]
    count, total, not_finite = (sum(p[k] for p in parts) for k in (0, 1, 5))
    mean = total / count if count else 0.0
    # each piece's squares are about its own mean, so that a large offset costs no digits
    squares = sum(p[2] + p[0] * (p[1] / p[0] - mean) ** 2 for p in parts if p[0])
    least, most = min(p[3] for p in parts), max(p[4] for p in parts)
    std = float(np.sqrt(squares / count)) if count else 0.0
    return Statistics(least, most, float(mean), std, int(not_finite), len(chosen), header.shape[0])


def _moments(piece: Any) -> tuple[int, float, float, float, float, int]:
    """Count, sum, squares about the mean, least, most of the finite values, and how many are not finite."""
    values = np.asarray(piece, np.float64).ravel()
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0, 0.0, 0.0, np.inf, -np.inf, len(values)
    squares = float(finite.var() * len(finite))
    return (
        len(finite),
        float(finite.sum()),
        squares,
        float(finite.min()),
        float(finite.max()),
        len(values) - len(finite),
    )
