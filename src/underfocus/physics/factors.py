"""Electron scattering factors of isolated atoms, f_e(s) in Å for s in 1/Å, from three published fits.

``peng``: five Gaussians, Peng, Ren, Dudarev & Whelan 1996 (Acta Cryst. A52, 257), as gemmi tabulates them; Peng's own
variable is s/2, so that f_e = Σ a exp(−b s²/4) and an atom's B-factor adds to b. ``kirkland``: Kirkland 2020, Appendix
C, three Lorentzians and three Gaussians, from relativistic Hartree–Fock densities. ``lobato``: Lobato & Van Dyck 2014
(Acta Cryst. A70, 636), which obeys the limits at s = 0 and ∞. The fits agree to 0.15 % at s = 0 but for N, O, P and S,
where Lobato's is 1.5 to 2.3 % larger: a comparison of programs must name its table.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

import numpy as np

from ..base.errors import InputError

Real = np.ndarray[Any, Any]
Table = Literal["peng", "kirkland", "lobato"]
#: What bonds add to the potential of protein over that of isolated atoms: Himes & Grigorieff 2021 (IUCrJ 8, 943).
BOND_SCALING = 1.043


def scattering_factor(element: str, s: Any, bfactor: float = 0.0, table: Table = "peng") -> Real:
    """f_e in Å at frequencies s in 1/Å, damped by exp(−B s²/4). InputError for an unknown element or table."""
    if table not in get_args(Table):
        raise InputError(f"{table!r} is no table of scattering factors; choose from {', '.join(get_args(Table))}")
    s2 = np.asarray(s, float) ** 2
    return np.asarray(_FORMS[table]("H" if element == "D" else element, s2) * np.exp(-bfactor * s2 / 4))


def _peng(element: str, s2: Real) -> Real:
    a, b = _gaussians(element)
    return np.asarray((a * np.exp(-b * s2[..., None] / 4)).sum(-1))


def _kirkland(element: str, s2: Real) -> Real:
    a, b, c, d = _row("kirkland", element).reshape(2, 3, 2).transpose(0, 2, 1).reshape(4, 3)
    s2 = s2[..., None]
    return np.asarray((a / (s2 + b) + c * np.exp(-d * s2)).sum(-1))


def _lobato(element: str, s2: Real) -> Real:
    a, b = _row("lobato", element).reshape(5, 2).T
    bs2 = b * s2[..., None]
    return np.asarray((a * (2 + bs2) / (1 + bs2) ** 2).sum(-1))


_FORMS = {"peng": _peng, "kirkland": _kirkland, "lobato": _lobato}


@cache
def _gaussians(element: str) -> tuple[Real, Real]:
    """Peng's amplitudes a (Å) and widths b (Å²) of an element."""
    import gemmi

    found = gemmi.Element(element)
    coefficients = found.c4322
    if found.atomic_number == 0 or coefficients is None:
        raise _unknown(element)
    return np.array(coefficients.a), np.array(coefficients.b)


def _row(table: str, element: str) -> Real:
    rows = _read(table)
    if element not in rows:
        raise _unknown(element)
    return rows[element]


@cache
def _read(table: str) -> dict[str, Real]:
    """Element → its numbers, from the text file of a table."""
    text = resources.files(__package__).joinpath("tables", f"{table}.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {element: np.array(numbers, float) for element, *numbers in rows}


def _unknown(element: str) -> InputError:
    return InputError(f"{element!r} is no element with an electron scattering factor; correct the structure's elements")
