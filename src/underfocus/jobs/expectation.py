"""The FSC that was to be expected of a reconstruction, beside the measured one: ``reconstruct --halves --expect``."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def hoped_for(particles: Any, maps: Any, options: dict[str, Any], mask: Any) -> Any:
    """The FSC that perfect particles of this map would have had; the map's own noise is taken off by its halves'."""
    from ..base.arrays import to_numpy
    from ..inference.accumulate import Lot
    from ..inference.expected import expected
    from ..inference.imagenoise import outside
    from ..inference.information import information
    from ..inference.reconstruct import half_sets
    from ..inference.restore import WIENER
    from ..inference.twinmap import freed
    from ..validation.gap import measured

    window = None if mask is None else to_numpy(mask.data if hasattr(mask, "data") and hasattr(mask, "pixel") else mask)
    clean = freed(maps.whole, measured(maps.half1, maps.half2, window).fsc, window)
    known = information(
        Lot(particles, half_sets(particles), options["weighting"]), outside(particles), options["scheme"]
    )
    wiener = WIENER if options["wiener"] is None else options["wiener"]
    return expected(known, clean, mask=window, wiener=wiener)


def write(path: Path, curve: Any, hoped: Any) -> Path:
    """Measured and expected FSC side by side as a STAR table."""
    import numpy as np

    from ..data.files import star

    values = {"rlnResolution": curve.frequency, "ufFscData": _of_halves(curve), "ufFscExpected": hoped.best}
    columns = {k: np.array([f"{v:.6g}" for v in column]) for k, column in values.items()}
    return star.write(path, [star.Block("expected", columns=columns)])


def sentence(curve: Any, hoped: Any) -> str:
    """Measured beside expected, in a sentence or two."""
    import numpy as np

    from ..validation.resolution import crossing

    measured = _of_halves(curve)
    found, told = crossing(measured, 0.143, curve.n, curve.pixel), hoped.resolution(0.143)
    off = float(np.mean(np.abs(measured - hoped.best)[2:-2]))
    agree = f"The poses, CTFs and noise of so many particles with this map's signal lead to {told:.2f} Å"
    if off < 0.05:
        return (
            f"{agree}, and {found:.2f} Å was measured: the reconstruction loses nothing. What poses or damage have "
            "cost is in the map's own signal already: underfocus twin, with a model or a sharper map, asks for that."
        )
    return (
        f"{agree}, and {found:.2f} Å was measured (FSCs differ by {off:.2f} on average): noise is not what the corners "
        "of the images show, or the half sets share more than the signal, or a mask cuts into the map."
    )


def _of_halves(curve: Any) -> Any:
    """The measured curve that an expectation is compared with: within the mask as it is, or unmasked."""
    return curve.unmasked if curve.masked is None else curve.masked


def plot(curve: Any, hoped: Any) -> Any:
    """Both curves."""
    from ..show.specs import Line
    from ..show.specs import curve as line_plot

    return line_plot(
        curve.frequency,
        Line(_of_halves(curve), "measured"),
        Line(hoped.best, "expected", "dotted"),
        x="spatial frequency, 1/Å",
        y="FSC",
        title="Measured and expected",
        caption="The expectation is reckoned from ΣCTF² in every voxel, the noise in the images' corners, and the map "
        "freed from its noise. Within a mask, that of the mask is not taken off.",
        y_limits=(-0.1, 1.05),
    )
