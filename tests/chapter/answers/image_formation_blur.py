"""What the tests know of the chapter on image formation, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "count-moments": ((40, 6.325, 0.158, 0.158, 0.3679, 1), 2e-3),
    "pixel-snr": ((0.016,), 1e-6),
    "averages": ((100, 2000), 1e-9),
    "particle-price": ((1037, 32.2, 11.4), 4e-3),
    "dose-filter": ((4.34, 14.1, 0.010, 0.243), 5e-3),
    "pixel-mismatch": ((1.0, 2.0), 1e-9),
    "coincidence-loss": ((0.9516, 0.9508), 1e-4),
    "best-exposure": ((2.51286 * 4.33993,), 1e-5),
    # 3 (sin x − x cos x)/x³ = √2 − 1 at x = 2.777; the length is 2π · 1 Å / x
    "pool-limit": ((2.2625,), 1e-3),
}
FORMULAS = {"coincidence-formula": "x / (exp(x) - 1)"}
#: A film has a thickness once it is there.
BASES = {"spectra.carbon": {"support": "thin carbon"}}
