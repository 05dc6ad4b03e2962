"""What a microscope wrote beside the image: the extended headers FEI1 and FEI2 of Thermo Fisher's MRC files."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Microscope:
    """Voltage in kV, pixel in Å, applied defocus in Å (underfocus positive: what was asked for), dose in e/Å²."""

    voltage_kv: float | None = None
    pixel: float | None = None
    applied_defocus: float | None = None
    dose: float | None = None


#: Names in the header, factors to our units, and what is believable.
FIELDS = {
    "voltage_kv": ("HT", 1e-3, (20.0, 1500.0)),
    "pixel": ("Pixel size X", 1e10, (0.05, 1000.0)),
    "applied_defocus": ("Applied defocus", -1e10, (-2e5, 2e5)),
    "dose": ("Dose", 1e-20, (0.01, 1e4)),
}


def microscope(path: str | Path) -> Microscope:
    """What the first image's record says; None for what it lacks or what cannot be true. Other MRC files give all None.

    Voltages that are given in kV already are believed too.
    """
    import mrcfile

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with mrcfile.open(path, header_only=True, permissive=True) as file:
                known = bytes(file.header.exttyp).strip() in (b"FEI1", b"FEI2")
                header = file.indexed_extended_header if known else None
                record: Any = header[0] if header is not None and len(header) else None
                names = () if record is None else record.dtype.names or ()
                values = {n: float(record[n]) for n, _, _ in FIELDS.values() if n in names}
    except (ValueError, OSError):
        return Microscope()
    found = {}
    for name, (field, factor, (low, high)) in FIELDS.items():
        value = values.get(field, float("nan")) * factor
        if name == "voltage_kv" and value < 1.5:
            value *= 1e3
        found[name] = float(value) if np.isfinite(value) and low <= value <= high else None
    return Microscope(**found)
