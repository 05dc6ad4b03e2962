"""What the tests know of the chapter on tilted specimens, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "defocus-spread": ((1098, 2365, 3437, 7094), 5e-4),
    "longer-way": ((1.035, 1.155, 1.305, 2.0), 5e-4),
    "strips": ((114, 203, 198, 11), 3e-3),
    "patch": ((296, 0.837), 2e-3),
    "thick-damping": ((0.832, 0.576), 1e-3),
    "beat": ((812.7, 3250.8), 1e-4),
}
FORMULAS = {"band-shift": "l*s^2*tan(t)/2"}
SOLUTIONS = {
    "strip-correction": """
import numpy as np


def ctf(n, pixel, defocus):
    wavelength = 0.0196875
    ky, kx = np.fft.fftfreq(n, pixel)[:, None], np.fft.rfftfreq(n, pixel)[None, :]
    s2 = kx**2 + ky**2
    gamma = np.pi * wavelength * defocus * s2 - 0.5 * np.pi * 2.7e7 * wavelength**3 * s2**2
    return -np.sin(gamma + np.arcsin(0.1))


def correct(picture, pixel, tilt, defocus):
    n = len(picture)
    transform, found = np.fft.rfft2(picture), np.zeros((n, n))
    for columns in np.array_split(np.arange(n), 12):
        here = defocus + np.tan(np.radians(tilt)) * (columns.mean() - n // 2) * pixel
        found[:, columns] = np.fft.irfft2(transform * np.sign(ctf(n, pixel, here)), (n, n))[:, columns]
    return found
""",
}
#: Everything that a tilt does needs one.
BASES = {
    "tilted_slab.axis": {"tilt": 30.0},
    "strip_rings.axis": {"tilt": 60.0},
    "measure_tilt.true_tilt": {"specimen": "simulated"},
}
