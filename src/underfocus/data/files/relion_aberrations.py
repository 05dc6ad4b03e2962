"""What RELION says of a lens beyond the plain CTF, and of what was done to the images: read and written here.

Beam tilt (mrad), Zernike coefficients as ``[c0,c1,…]`` and the magnification matrix are `Aberrations`' own numbers;
their signs are told there. Zivanov, Nakane & Scheres 2020 (IUCrJ 7, 253).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ...base.errors import FormatError
from ..aberrations import STRAIGHT, Aberrations
from ..groups import AberrationGroups
from .relion_table import Table

Column = np.ndarray[Any, Any]
TILT = ("rlnBeamTiltX", "rlnBeamTiltY")
ZERNIKE = ("rlnOddZernike", "rlnEvenZernike")
MAGNIFICATION = ("rlnMagMat00", "rlnMagMat01", "rlnMagMat10", "rlnMagMat11")
TREATMENT = {"rlnCtfDataAreCtfPremultiplied": "multiplied", "rlnCtfDataArePhaseFlipped": "flipped"}
SCALE = "rlnCtfScalefactor"
Treated = Literal["nothing", "flipped", "multiplied"]


def aberrations_of(table: Table, used: set[str]) -> Aberrations | AberrationGroups | None:
    """Aberrations of a table, one for all or group by group; None where every lens is perfect.

    Raises FormatError for a Zernike list that cannot be read.
    """
    present = [label for label in (*TILT, *ZERNIKE, *MAGNIFICATION) if table.text(label) is not None]
    used.update(present)
    if not present:
        return None
    texts = np.stack([np.asarray(table.text(label)) for label in present], axis=-1)
    rows, which = np.unique(texts, axis=0, return_inverse=True)
    members = tuple(_member(dict(zip(present, row, strict=True)), table) for row in rows.tolist())
    if not any(members):
        return None
    found = AberrationGroups(members, which.ravel())
    return members[0] if len(members) == 1 else found


def _member(row: dict[str, str], table: Table) -> Aberrations | None:
    """The aberrations of one group, or None for a perfect lens."""
    x, y = (_number(row.get(label, "0"), table) for label in TILT)
    odd, even = (_numbers(row.get(label, ""), table) for label in ZERNIKE)
    xx, xy, yx, yy = (
        _number(row.get(label, default), table) for label, default in zip(MAGNIFICATION, "1001", strict=True)
    )
    found = Aberrations(x, y, even_zernike=even, odd_zernike=odd, magnification=((xx, xy), (yx, yy)))
    return None if found == Aberrations() else found


def _number(text: str, table: Table) -> float:
    try:
        return float(text)
    except ValueError:
        raise FormatError(f"{table.path} says {text!r} where an aberration's number is expected") from None


def _numbers(text: str, table: Table) -> tuple[float, ...]:
    """``[0.1,-2,0]`` as numbers, zeros at the end left out so that nothing said is nothing."""
    found = [_number(part, table) for part in text.strip("[]").split(",") if part.strip()]
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def treated_of(table: Table, used: set[str]) -> Treated:
    """What was done about the CTF before the images were written. FormatError where it differs between groups."""
    for label, treated in TREATMENT.items():
        values = table.numbers(label)
        if values is None:
            continue
        used.add(label)
        if np.ptp(values):
            raise FormatError(
                f"{table.path} mixes images of which {label} is 0 and 1; split it by optics group and join the maps"
            )
        if values[0]:
            return treated  # type: ignore[return-value]
    return "nothing"


def scale_of(table: Table, used: set[str]) -> Column | None:
    """How strong the signal is in each image (n,), or None where all are 1 or nothing is said."""
    values = table.numbers(SCALE)
    if values is None:
        return None
    used.add(SCALE)
    return None if np.all(values == 1) else values


def columns(members: list[Aberrations | None]) -> dict[str, Column]:
    """Columns of an optics table with a row for each member; only what some member has."""
    lenses = [member or Aberrations() for member in members]
    found: dict[str, list[str]] = {}
    if any(lens.beam_tilt_x or lens.beam_tilt_y for lens in lenses):
        found |= {"rlnBeamTiltX": [f"{lens.beam_tilt_x:.6f}" for lens in lenses]}
        found |= {"rlnBeamTiltY": [f"{lens.beam_tilt_y:.6f}" for lens in lenses]}
    for label, name in zip(ZERNIKE, ("odd_zernike", "even_zernike"), strict=True):
        if any(getattr(lens, name) for lens in lenses):
            found[label] = ["[" + ",".join(f"{c:.8g}" for c in getattr(lens, name) or (0.0,)) + "]" for lens in lenses]
    if any(lens.magnification != STRAIGHT for lens in lenses):
        flat = [[v for row in lens.magnification for v in row] for lens in lenses]
        found |= {label: [f"{row[i]:.8f}" for row in flat] for i, label in enumerate(MAGNIFICATION)}
    return {label: np.array(values) for label, values in found.items()}
