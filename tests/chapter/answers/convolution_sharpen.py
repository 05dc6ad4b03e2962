"""What the tests know of the chapter on deconvolution and boundaries, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "explosion": ((286_751.0,), 1e-5),
    "three-gaussians": ((0.94723, 6 / 11), 1e-5),
    "match-sizes": ((270.0, 7.0), 1e-9),
    "box-and-sharpen": ((1 / 3, -1 / 3, 1.0, 9.0), 1e-9),
    "nyquist-price": ((2.12, 1.66, 1.631), 1e-3),
}
FORMULAS = {"cure": "H*G/(H^2 + 1/S)"}
SOLUTIONS = {
    "write-a-low-pass": """
import numpy as np
from scipy.ndimage import convolve1d

def low_pass(picture, sigma):
    reach = int(np.ceil(4 * sigma))
    line = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    line /= line.sum()
    return convolve1d(convolve1d(picture, line, axis=0), line, axis=1)
""",
}
