"""The header of an MRC file, read without its data, and what is wrong with it in words (MRC2014, Cheng et al. 2015)."""

from __future__ import annotations

import bz2
import gzip
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...base.errors import FormatError, MissingFileError, UnsupportedFileError

HEADER_BYTES = 1024
DTYPES = {0: "i1", 1: "i2", 2: "f4", 6: "u2", 12: "f2"}
COMPLEX_MODES = (3, 4)
ORDERS: tuple[Literal["<"], Literal[">"]] = ("<", ">")
#: No cryo-EM pixel lies outside this range in Å; a header that says so holds a slip or a default.
SENSIBLE_PIXEL = (0.05, 1000.0)


@dataclass(frozen=True)
class MrcHeader:
    """Facts of an MRC file as it says them, and what is wrong with them in ``warnings``.

    ``shape`` is as stored and ``axes`` bring it to (z, y, x); ``pixel`` in Å is None where the header has no sensible
    one; ``origin`` in Å and ``start`` in pixels are (x, y, z) of the first voxel by either field.
    """

    path: Path
    shape: tuple[int, int, int]
    dtype: np.dtype[Any]
    mode: int
    pixel: float | None
    origin: tuple[float, float, float]
    start: tuple[int, int, int]
    axes: tuple[int, int, int]
    offset: int
    space_group: int
    compressed: str | None
    warnings: tuple[str, ...] = field(default=())

    @property
    def data_bytes(self) -> int:
        """Bytes of the data block."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    @property
    def is_stack(self) -> bool:
        """Whether the header says that the sections are images and not slices (space group 0)."""
        return self.space_group == 0


def compression(path: Path) -> str | None:
    """gzip or bzip2, by the first bytes and not by the name; None for a plain file."""
    with path.open("rb") as file:
        start = file.read(3)
    return "gzip" if start[:2] == b"\x1f\x8b" else "bzip2" if start == b"BZh" else None


@contextmanager
def opened(path: Path, kind: str | None) -> Iterator[Any]:
    """The file as a stream of plain bytes; FormatError where it is compressed and cannot be unpacked."""
    with gzip.open(path) if kind == "gzip" else bz2.open(path) if kind == "bzip2" else path.open("rb") as stream:
        try:
            yield stream
        except (OSError, EOFError, zlib.error) as error:
            raise FormatError(f"{path} cannot be read or unpacked ({error}); copy it again") from None


def read_header(path: str | Path) -> MrcHeader:
    """The header's facts with every contradiction as a warning sentence (kept in the record, not raised).

    Raises MissingFileError, FormatError for what is no MRC file or is cut short, UnsupportedFileError for modes that
    hold no real images.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(f"{path} is not there; check the name and the folder")
    kind = compression(path)
    with opened(path, kind) as stream:
        raw = stream.read(HEADER_BYTES)
    if len(raw) < HEADER_BYTES:
        raise FormatError(f"{path} is no MRC file: it holds {len(raw)} bytes, and a header alone has {HEADER_BYTES}")
    fields, order = _fields(raw, path)
    mode = int(fields.mode)
    if mode in COMPLEX_MODES or mode not in DTYPES:
        what = "complex transforms" if mode in COMPLEX_MODES else "no values that are known here"
        raise UnsupportedFileError(f"{path} is MRC mode {mode}, which holds {what}; modes 0, 1, 2, 6 and 12 are read")
    notes: list[str] = []
    header = MrcHeader(
        path=path,
        shape=(int(fields.nz), int(fields.ny), int(fields.nx)),
        dtype=np.dtype("u1" if mode == 0 and _bytes_are_unsigned(fields) else DTYPES[mode]).newbyteorder(order),
        mode=mode,
        pixel=_pixel(fields, notes),
        origin=tuple(float(fields.origin[a]) for a in "xyz"),  # type: ignore[arg-type]
        start=_start(fields),
        axes=_axes(fields, notes),
        offset=HEADER_BYTES + max(0, int(fields.nsymbt)),
        space_group=int(fields.ispg),
        compressed=kind,
    )
    _check_map_word(fields, notes)
    _check_cell(header, fields, notes)
    _check_length(header, notes)
    return replace(header, warnings=tuple(notes))


def _fields(raw: bytes, path: Path) -> tuple[Any, Literal["<", ">"]]:
    """The header as a record, in the byte order in which its sizes make sense."""
    from mrcfile.dtypes import HEADER_DTYPE

    for order in ORDERS:
        found = np.frombuffer(raw, HEADER_DTYPE.newbyteorder(order), count=1)[0].view(np.recarray)
        sizes = [int(found.nx), int(found.ny), int(found.nz)]
        if all(0 < s < 10**8 for s in sizes) and 0 <= int(found.mode) <= 200 and 0 <= int(found.nsymbt) < 2**30:
            return found, order
    raise FormatError(f"{path} is no MRC file: its header names impossible sizes; is it of another format?")


def _pixel(fields: Any, notes: list[str]) -> float | None:
    """Å along x, or None where the header has no sensible size."""
    counts = np.array([fields.mx, fields.my, fields.mz], float)
    cell = np.array([fields.cella[a] for a in "xyz"], float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sizes = np.where(counts > 0, cell / counts, 0.0)
    if not np.isfinite(sizes[0]) or not SENSIBLE_PIXEL[0] <= sizes[0] <= SENSIBLE_PIXEL[1]:
        notes.append(f"the header gives a pixel of {sizes[0]:g} Å, which cannot be; without another, 1 Å is taken")
        return None
    if np.ptp(sizes[:2]) > 0.01 * sizes[0]:
        notes.append(f"pixels are not square ({sizes[0]:g} × {sizes[1]:g} Å); {sizes[0]:g} Å is taken for all axes")
    elif int(fields.ispg) != 0 and sizes[2] > 0 and abs(sizes[2] - sizes[0]) > 0.01 * sizes[0]:
        notes.append(f"voxels are {sizes[0]:g} × {sizes[1]:g} × {sizes[2]:g} Å; {sizes[0]:g} Å is taken for all axes")
    return float(sizes[0])


def _start(fields: Any) -> tuple[int, int, int]:
    """The start fields, which count columns, rows and sections, as (x, y, z); zero where the axis order is void."""
    of_axis = {int(fields.mapc): fields.nxstart, int(fields.mapr): fields.nystart, int(fields.maps): fields.nzstart}
    x, y, z = (int(of_axis.get(axis, 0)) for axis in (1, 2, 3))
    return x, y, z


def _bytes_are_unsigned(fields: Any) -> bool:
    """Whether IMOD wrote the bytes of mode 0 unsigned: its stamp is there and bit 1 of its flags is not."""
    extra = bytes(fields.extra2)
    return extra[40:44] == b"IMOD" and not extra[44] & 1


def _axes(fields: Any, notes: list[str]) -> tuple[int, int, int]:
    """How the stored (section, row, column) axes are permuted to give (z, y, x)."""
    stored = [int(fields.maps), int(fields.mapr), int(fields.mapc)]
    if sorted(stored) != [1, 2, 3]:
        notes.append(
            f"the axis order {stored[2]}{stored[1]}{stored[0]} means nothing; columns are taken as x, rows as y"
        )
        stored = [3, 2, 1]
    if stored != [3, 2, 1]:
        notes.append(f"axes are stored in the order {stored[2]}{stored[1]}{stored[0]} and are turned to x, y, z")
    return stored.index(3), stored.index(2), stored.index(1)


def _check_map_word(fields: Any, notes: list[str]) -> None:
    if bytes(fields.map) not in (b"MAP ", b"MAP\x00", b"MAP"):
        notes.append("the header lacks the word MAP, as files of old programs do; it was read by its sizes")


def _check_cell(header: MrcHeader, fields: Any, notes: list[str]) -> None:
    """A note on a skew cell, and on two places given for the first voxel of a map."""
    angles = [float(fields.cellb[name]) for name in ("alpha", "beta", "gamma")]
    if header.space_group > 0 and any(angles) and any(abs(a - 90) > 0.01 for a in angles):
        said = ", ".join(f"{a:g}" for a in angles)
        notes.append(f"the cell is skew (angles {said}°) and its voxels are read as if they were right-angled")
    if header.pixel and not header.is_stack and any(header.origin) and any(header.start):
        by_start = [s * header.pixel for s in header.start]
        if np.max(np.abs(np.subtract(by_start, header.origin))) > header.pixel / 2:
            notes.append("origin and start fields give different places for the first voxel; the origin field is taken")


def _check_length(header: MrcHeader, notes: list[str]) -> None:
    """FormatError for a file cut short; a note where it is too long. Compressed files tell on reading."""
    if header.compressed:
        return
    expected, found = header.offset + header.data_bytes, header.path.stat().st_size
    if found < expected:
        raise FormatError(f"{header.path} is cut short: its header asks for {expected} bytes, and it has {found}")
    if found > expected:
        notes.append(f"the file has {found - expected} bytes more than its header asks for; they are not read")
