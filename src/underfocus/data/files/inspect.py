"""What a file is, in facts that print and in warnings that stand alone; nothing is refused that can be described."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from ...base.errors import FileError, MissingFileError, UnsupportedFileError
from ..open import MAPS, STACKS, STRUCTURES, TIFFS, refusal, sections_are_images, suffix_of, there
from ..optics import Optics
from . import cryosparc, finding, mrc_header, relion, star, structure
from . import relion_aberrations as lens
from .relion_table import Table
from .statistics import Statistics, statistics

Facts = dict[str, Any]
#: How many missing stacks are named before the rest are counted.
NAMED = 3


def facts(path: str | Path) -> Facts:
    """Facts of any file of the field: ``file``, ``kind``, ``bytes``, what its kind has, and ``warnings`` (sentences).

    Values are plain (numbers, text, lists, dicts), lengths in Å where the name ends in ``_A``. Raises MissingFileError,
    FormatError for a file that is not what it claims, UnsupportedFileError that says which kinds are known.
    """
    path = there(path)
    suffix = suffix_of(path)
    describe = {
        **dict.fromkeys((*MAPS, *STACKS), _mrc),
        **dict.fromkeys(STRUCTURES, _structure),
        **dict.fromkeys(TIFFS, _tiff),
        ".star": _star,
        ".cs": _cs,
    }.get(suffix)
    if describe is None:
        raise UnsupportedFileError(refusal(path, suffix))
    notes: list[str] = []
    found = describe(path, notes)
    return {"file": str(path), "kind": found.pop("kind"), "bytes": path.stat().st_size, **found, "warnings": notes}


def _tiff(path: Path, notes: list[str]) -> Facts:
    from . import tiff

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = tiff.read_images(path)
    notes += [str(w.message) for w in said]
    kind = "micrograph" if len(found) == 1 else "stack of images"
    pixel = None if said else found.pixel
    values = {"least": float(found.data.min()), "most": float(found.data.max()), "mean": float(found.data.mean())}
    return {"kind": kind, "shape": list(found.data.shape), "pixel_A": pixel, "statistics": values}


def _mrc(path: Path, notes: list[str]) -> Facts:
    header = mrc_header.read_header(path)
    notes += header.warnings
    if header.pixel == 1.0:
        notes.append("the pixel is exactly 1 Å, as programs write that do not know it; check it")
    images = suffix_of(path) in STACKS or sections_are_images(header)
    shape = header.shape if images else tuple(header.shape[a] for a in header.axes)
    kind = ("micrograph" if header.shape[0] == 1 else "stack of images") if images else "map"
    found: Facts = {"kind": kind, "shape": list(shape), "type": f"{header.dtype.name} (mode {header.mode})"}
    found |= {"pixel_A": header.pixel, "space_group": header.space_group, "compressed": header.compressed}
    if header.pixel:
        found["size_A"] = [round(n * header.pixel, 3) for n in shape[images:]]
    if not images:
        found |= {"origin_A": list(header.origin), "start": list(header.start)}
    return found | {"statistics": _in_words(statistics(header), notes)}


def _in_words(values: Statistics, notes: list[str]) -> Facts:
    if values.not_finite:
        notes.append(f"{values.not_finite} values are not finite numbers")
    if values.std == 0:
        notes.append("all values are equal; was the file written to its end?")
    rests_on = f"{values.sections} of {values.of_sections} sections" if values.sampled else "all values"
    return {"min": values.least, "max": values.most, "mean": values.mean, "std": values.std, "from": rests_on}


def _star(path: Path, notes: list[str]) -> Facts:
    blocks = star.read(path)
    tables = {
        n: f"{b.rows} rows of {len(b.columns)}" if b.columns else f"{len(b.pairs)} values" for n, b in blocks.items()
    }
    if not any("rlnImageName" in b.columns for b in blocks.values()):
        return {"kind": "STAR tables", "tables": tables}
    table = Table(blocks, path)
    used: set[str] = set()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        optics = relion.optics_of(table, used)
        treated = lens.treated_of(table, used)
        lens.scale_of(table, used)
    notes += _sentences(said, path)
    if treated != "nothing":
        done = "their phases flipped" if treated == "flipped" else "been multiplied by their CTF"
        notes.append(f"the images are said to have {done} already")
    if (reason := table.refused()) is not None:
        notes.append(reason)
    names = table.particles.columns
    number, which, files = finding.image_places(names["rlnImageName"], path)
    headers = _stacks(files, path, notes)
    pixel = None
    try:
        pixel = relion.pixel_of(table, headers.get(0))
    except FileError as error:
        notes.append(str(error))
    _compare(pixel, number, which, headers, notes)
    half = table.numbers("rlnRandomSubset")
    return {
        "kind": "particles (RELION 3.1 or later)" if table.optics is not None else "particles (RELION 3.0 or earlier)",
        "tables": tables,
        **_particles(len(number), pixel, optics, None if half is None else half.astype(int), len(files)),
        "optics_groups": 0 if table.optics is None else table.optics.rows,
        "poses": any(a in names for a in relion.ANGLES),
        "columns_kept": [c for c in names if c not in relion.HONOURED and c not in used],
    }


def _cs(path: Path, notes: list[str]) -> Facts:
    table = cryosparc.read_table(path)
    columns = {name: table[name] for name in table.dtype.names or ()}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        optics = cryosparc.optics_of(columns, path)
        cryosparc.warn_unhonoured(columns, path)
    notes += _sentences(said, path)
    if "blob/path" not in columns:
        notes.append("it names no images (no blob/path); combine it with its passthrough file")
        files, headers = [], {}
    else:
        names, which = np.unique(columns["blob/path"], return_inverse=True)
        files = [n.decode().lstrip(">") for n in names]
        headers = _stacks(files, path, notes)
    pixel = float(columns["blob/psize_A"][0]) if "blob/psize_A" in columns else None
    if headers:
        _compare(pixel, columns["blob/idx"].astype(int) + 1, which, headers, notes)
    half = columns[cryosparc.SPLIT].astype(int) + 1 if cryosparc.SPLIT in columns else None
    return {
        "kind": "particles (cryoSPARC)",
        **_particles(len(table), pixel, optics, half, len(files)),
        "poses": cryosparc.POSES in columns,
        "columns_kept": [c for c in columns if c not in cryosparc.HONOURED],
    }


def _particles(count: int, pixel: float | None, optics: Optics, half: Any, stacks: int) -> Facts:
    """What particles of any program have in common."""
    found: Facts = {"particles": count, "stacks": stacks, "pixel_A": pixel}
    if half is not None:
        found["halves"] = {str(k): int(v) for k, v in sorted(Counter(half.tolist()).items())}
    for name in ("voltage_kv", "cs_mm", "amplitude_contrast", "defocus", "astigmatism", "phase_shift", "bfactor"):
        values = np.atleast_1d(getattr(optics, name))
        if len(values):
            low, high = (float(f"{v:.6g}") for v in (values.min(), values.max()))
            found[name] = low if low == high else [low, high]
    return found


def _stacks(files: list[str], path: Path, notes: list[str]) -> dict[int, mrc_header.MrcHeader]:
    """Headers of the stacks that are there, by their place in ``files``; those that are not become one warning."""
    headers, missing = {}, []
    for i, name in enumerate(files):
        try:
            headers[i] = mrc_header.read_header(finding.find_image_file(name, path))
        except MissingFileError:
            missing.append(name)
        except FileError as error:
            notes.append(str(error))
    if missing:
        named = ", ".join(missing[:NAMED]) + (f" and {len(missing) - NAMED} more" if len(missing) > NAMED else "")
        notes.append(f"{len(missing)} of {len(files)} stacks were not found: {named}")
    return headers


def _compare(pixel: float | None, number: Any, which: Any, headers: Any, notes: list[str]) -> None:
    """Warnings where the table and its stacks disagree: pixel sizes, numbers beyond the end, images no row names."""
    for i, header in headers.items():
        asked = number[which == i]
        if asked.max() > header.shape[0]:
            notes.append(f"image {asked.max()} of {header.path.name} is asked for, which holds {header.shape[0]}")
        elif len(headers) == 1 and len(np.unique(asked)) < header.shape[0]:
            notes.append(f"{len(np.unique(asked))} of the {header.shape[0]} images in {header.path.name} are named")
    first = headers.get(0)
    if pixel and first is not None and first.pixel not in (None, 1.0) and abs(first.pixel / pixel - 1) > 0.01:
        notes.append(f"the pixel is {pixel:g} Å here and {first.pixel:g} Å in {first.path.name}")


def _sentences(said: list[warnings.WarningMessage], path: Path) -> list[str]:
    return [str(w.message).removeprefix(f"{path.name}: ") for w in said]


def _structure(path: Path, notes: list[str]) -> Facts:
    atoms = structure.read_atoms(path, waters=True)
    models = structure.count_models(path)
    if models > 1:
        notes.append(f"it holds {models} models, of which the first is read")
    waters = np.isin(np.asarray(atoms.residues), sorted(structure.WATERS))
    extent = np.ptp(atoms.positions[~waters], axis=0) if not waters.all() else np.zeros(3)
    elements = Counter(atoms.elements.tolist())
    if np.all(np.asarray(atoms.names) == "CA"):
        notes.append("it holds Cα atoms alone; a potential made of it has no side chains")
    return {
        "kind": "structure",
        "atoms": len(atoms),
        "waters": int(waters.sum()),
        "models": models,
        "chains": len(np.unique(np.asarray(atoms.chains))),
        "elements": dict(elements.most_common()),
        "size_A": [round(float(e), 2) for e in extent],
        "centre_A": [round(float(c), 2) for c in atoms.positions.mean(axis=0)],
    }
