"""MRC maps and stacks: mapped not loaded, turned to (z, y, x), written whole or not at all."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...base.arrays import to_numpy
from ...base.errors import FormatError, HeaderWarning, InputError
from ..stack import FileStack
from ..volume import Volume
from .atomic import beside
from .mrc_header import MrcHeader, opened, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..images import Images

Real = np.ndarray[Any, Any]
#: Where neither header nor caller knows the pixel, it is called 1 Å, with a warning.
UNKNOWN_PIXEL = 1.0


def raw_data(header: MrcHeader) -> Real:
    """The stored array: a read-only map of a plain file, or the unpacked bytes of a compressed one."""
    if header.compressed is None:
        return np.memmap(header.path, header.dtype, "r", header.offset, header.shape)
    with opened(header.path, header.compressed) as stream:
        try:
            stream.read(header.offset)
            data = stream.read(header.data_bytes)
        except (OSError, EOFError) as error:
            raise FormatError(f"{header.path} cannot be unpacked: {error}; copy it again") from None
    if len(data) < header.data_bytes:
        raise FormatError(f"{header.path} is cut short: its header asks for {header.data_bytes} bytes, not {len(data)}")
    return np.frombuffer(data, header.dtype).reshape(header.shape)


def say(header: MrcHeader) -> None:
    """Raise the header's notes as warnings, one each, with the file's name."""
    for note in header.warnings:
        warnings.warn(f"{header.path.name}: {note}", HeaderWarning, stacklevel=3)


def chosen_pixel(header: MrcHeader, pixel: float | None) -> float:
    """The caller's pixel size, else the header's, else 1 Å."""
    return pixel or header.pixel or UNKNOWN_PIXEL


def read_volume(path: str | Path, pixel: float | None = None) -> Volume:
    """A map as a Volume, float32 (z, y, x); ``pixel`` in Å overrides the header's.

    The origin is the header's origin field, or where that is zero the start field times the pixel. Contradictions warn
    (HeaderWarning). Raises FileError kinds as `read_header` does.
    """
    header = read_header(path)
    say(header)
    size = chosen_pixel(header, pixel)
    data = np.ascontiguousarray(raw_data(header).transpose(header.axes), np.float32)
    origin = header.origin if any(header.origin) else tuple(s * size for s in header.start)
    if not np.all(np.isfinite(origin)):
        origin = (0.0, 0.0, 0.0)
    return Volume(data, size, tuple(float(o) for o in origin))  # type: ignore[arg-type]


@dataclass(frozen=True)
class MrcImages:
    """One stack on disk, opened when it is first read."""

    header: MrcHeader

    @cached_property
    def data(self) -> Real:
        """The stored array (m, ny, nx)."""
        return raw_data(self.header)

    def read_into(self, out: Real, rows: Real, numbers: Real) -> None:
        """Copy the images ``numbers`` into the rows of ``out``; runs of neighbours go in one piece."""
        if not len(rows):
            return
        breaks = np.flatnonzero((np.diff(rows) != 1) | (np.diff(numbers) != 1)) + 1
        for run_rows, run_numbers in zip(np.split(rows, breaks), np.split(numbers, breaks), strict=True):
            first, last = int(run_numbers[0]), int(run_numbers[-1]) + 1
            out[run_rows[0] : run_rows[-1] + 1] = self.data[first:last]


def file_stack(headers: list[MrcHeader], which: Real, number: Real) -> FileStack:
    """A lazy stack over several files; InputError where their images differ in size."""
    sizes = {h.shape[1:] for h in headers}
    if len(sizes) != 1:
        raise InputError(f"the images differ in size: {sorted(sizes)}; work on one size at a time")
    return FileStack(tuple(MrcImages(h) for h in headers), which, number, sizes.pop())


def read_stack(path: str | Path, pixel: float | None = None) -> tuple[FileStack, float]:
    """All images of one stack, lazily, and their pixel size in Å; see `read_volume` for pixel and warnings."""
    header = read_header(path)
    say(header)
    count = header.shape[0]
    return file_stack([header], np.zeros(count, np.int32), np.arange(count)), chosen_pixel(header, pixel)


def header_bytes(
    shape: tuple[int, ...], pixel: float, *, stack: bool, statistics: tuple[float, ...], origin: Any = (0, 0, 0)
) -> bytes:
    """An MRC2014 header for little-endian float32 data."""
    from mrcfile.dtypes import HEADER_DTYPE

    header = np.zeros(1, HEADER_DTYPE.newbyteorder("<")).view(np.recarray)[0]
    nz, ny, nx = shape
    header.nx, header.ny, header.nz, header.mode = nx, ny, nz, 2
    header.mx, header.my, header.mz = nx, ny, 1 if stack else nz
    header.cella = (nx * pixel, ny * pixel, (1 if stack else nz) * pixel)
    header.cellb = (90, 90, 90)
    header.mapc, header.mapr, header.maps = 1, 2, 3
    header.dmin, header.dmax, header.dmean, header.rms = statistics
    header.ispg = 0 if stack else 1
    header.nversion, header.map, header.machst = 20140, b"MAP ", [0x44, 0x44, 0, 0]
    header.origin = tuple(origin)
    return bytes(header.tobytes())


def write_volume(path: str | Path, volume: Volume) -> Path:
    """Write a map (mode 2); returns the path."""
    data = np.ascontiguousarray(to_numpy(volume.data), "<f4")
    facts = (float(data.min()), float(data.max()), float(data.mean()), float(data.std()))
    with beside(path) as temporary, temporary.open("wb") as file:
        file.write(header_bytes(data.shape, volume.pixel, stack=False, statistics=facts, origin=volume.origin))
        data.tofile(file)
    return Path(path)


def write_stack(path: str | Path, chunks: Iterator[Real] | list[Real], count: int, n: int, pixel: float) -> Path:
    """Write chunks of images (m, n, n) that add up to ``count`` as one stack (mode 2); returns the path."""
    with beside(path) as temporary, temporary.open("wb") as file:
        # statistics are only known at the end; RELION reads neither, and −1 marks them as not computed
        file.write(header_bytes((count, n, n), pixel, stack=True, statistics=(0, -1, -2, -1), origin=(0, 0, 0)))
        written = 0
        for chunk in chunks:
            np.ascontiguousarray(to_numpy(chunk), "<f4").tofile(file)
            written += len(chunk)
        if written != count:
            raise InputError(f"{count} images were announced, and {written} came")
    return Path(path)


def write_images(path: str | Path, images: Images) -> Path:
    """Write a stack that is in memory; returns the path."""
    return write_stack(path, [to_numpy(images.data)], len(images), images.n, images.pixel)
