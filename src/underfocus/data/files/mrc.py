"""MRC maps and stacks: mapped not loaded, turned to (z, y, x), written whole or not at all."""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

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
        stream.read(header.offset)
        data = stream.read(header.data_bytes)
    if len(data) < header.data_bytes:
        raise FormatError(
            f"{header.path} is cut short: its header asks for {header.data_bytes} bytes of data, and it has {len(data)}"
        )
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
    return Volume(data, size, first_voxel(header, size))


def first_voxel(header: MrcHeader, pixel: float) -> tuple[float, float, float]:
    """Where the first voxel lies, (x, y, z) in Å: the origin field, or where it is zero the start field in pixels."""
    if any(header.origin) and np.all(np.isfinite(header.origin)):
        return header.origin
    x, y, z = (float(s * pixel) for s in header.start)
    return x, y, z


def read_images(path: str | Path, pixel: float | None = None) -> Images:
    """A stack or micrograph as Images (m, ny, nx); see `read_volume` for pixel, warnings and errors.

    Values of 32 bits (mode 2) are mapped and read when they are touched; those of other modes are read and become
    float32.
    """
    from ..images import Images

    header = read_header(path)
    say(header)
    data = raw_data(header)
    mapped = data if data.dtype == np.float32 and sys.byteorder == "little" else data.astype(np.float32)
    return Images(mapped, chosen_pixel(header, pixel))


@dataclass(frozen=True)
class MrcImages:
    """One stack on disk. It is open only while it is read: a project has thousands, more than a process may hold."""

    header: MrcHeader

    @cached_property
    def unpacked(self) -> Real:
        """All images of a compressed stack (m, ny, nx), which cannot be read in parts."""
        return raw_data(self.header)

    def read_into(self, out: Real, rows: Real, numbers: Real) -> None:
        """Copy the images ``numbers`` into the rows of ``out`` (float32); runs of neighbours go in one piece."""
        breaks = np.flatnonzero((np.diff(rows) != 1) | (np.diff(numbers) != 1)) + 1
        starts, stops = np.append(0, breaks), np.append(breaks, len(rows))
        runs = [(out[rows[a] : rows[b - 1] + 1], int(numbers[a])) for a, b in zip(starts, stops, strict=True) if b > a]
        if self.header.compressed:
            for part, first in runs:
                part[...] = self.unpacked[first : first + len(part)]
            return
        with self.header.path.open("rb", buffering=0) as file:
            for part, first in runs:
                self._read(file, part, first)

    def _read(self, file: BinaryIO, part: Real, first: int) -> None:
        """Fill ``part`` (m, ny, nx) with the images from number ``first`` on, without a copy where both are float32."""
        direct = self.header.dtype == part.dtype and part.flags.c_contiguous
        raw = part if direct else np.empty(part.shape, self.header.dtype)
        file.seek(self.header.offset + first * raw[0].nbytes)
        buffer = raw.data.cast("B")
        got = 0
        while got < len(buffer):
            now = file.readinto(buffer[got:])  # type: ignore[attr-defined]
            if not now:
                raise FormatError(f"{self.header.path} was cut short while it was read; is something writing it?")
            got += now
        if not direct:
            part[...] = raw


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
    return _write(path, volume.data, volume.pixel, stack=False, origin=volume.origin)


def write_images(path: str | Path, images: Images) -> Path:
    """Write a stack or micrograph (mode 2); returns the path."""
    return _write(path, images.data, images.pixel, stack=True)


def _write(path: str | Path, values: Any, pixel: float, *, stack: bool, origin: Any = (0, 0, 0)) -> Path:
    data = np.ascontiguousarray(to_numpy(values), "<f4")
    facts = (float(data.min()), float(data.max()), float(data.mean()), float(data.std()))
    with beside(path) as temporary, temporary.open("wb") as file:
        file.write(header_bytes(data.shape, pixel, stack=stack, statistics=facts, origin=origin))
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
