"""Maps, micrographs and stacks as the verbs that compute on them take and give them: read, worked on, written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import numpy as np

from ..base.errors import UnsupportedFileError
from ..base.knobs import option
from ..base.progress import track
from .folder import JobFolder

if TYPE_CHECKING:
    from ..data.images import Images
    from ..data.volume import Volume

Real = np.ndarray[Any, Any]
Source: TypeAlias = Annotated[
    Path, option("A map, micrograph or stack (.mrc, .mrcs, .map; also .gz, .bz2).", flag="FILE")
]
#: What is done to an array (…) whose last 2 or 3 axes are an image's or a map's.
Work: TypeAlias = Callable[[Real, int], Real]
#: Bytes of images that are worked on at a time.
CHUNK_BYTES = 2**28


def read(path: Path, pixel: float | None) -> Volume | Images:
    """A map or images, or an error that says what the file holds instead."""
    from ..data.images import Images
    from ..data.open import open
    from ..data.volume import Volume

    found = open(path, pixel=pixel)
    if not isinstance(found, Volume | Images):
        kind = type(found).__name__
        raise UnsupportedFileError(f"{path} holds {kind}, and a map, a micrograph or a stack (.mrc, .mrcs) is needed")
    return found


def size(found: Any) -> str:
    """Voxels or pixels in words."""
    return " × ".join(str(n) for n in reversed(found.data.shape[-found.data.ndim :]))


def pieces(found: Images) -> Iterator[Real]:
    """The images a chunk at a time, in single precision."""
    step = max(1, CHUNK_BYTES // (4 * int(np.prod(found.data.shape[1:]))))
    starts = range(0, len(found), step)
    for start in track(starts, "images", total=len(starts)):
        yield np.asarray(found.data[start : start + step], np.float32)


def write(folder: JobFolder, name: str, found: Any, work: Work, pixel: float, origin: Any = None) -> str:
    """Write ``work(values, dims)`` of a map or of images under ``name`` and the right suffix; the file's name."""
    from ..data.files import mrc
    from ..data.images import Images
    from ..data.volume import Volume

    if isinstance(found, Volume):
        file = f"{name}.mrc"
        place = found.origin if origin is None else origin
        Volume(work(np.asarray(found.data, np.float32), 3), pixel, place).save(folder.path(file))
        return file
    file = f"{name}.mrc" if len(found) == 1 else f"{name}.mrcs"
    done = (work(part, 2) for part in pieces(found))
    first = next(done)
    if first.shape[1] != first.shape[2] or len(first) == len(found):
        Images(np.concatenate([first, *done]), pixel).save(folder.path(file))
        return file

    def chunks() -> Iterator[Real]:
        yield first
        yield from done

    mrc.write_stack(folder.path(file), chunks(), len(found), first.shape[1], pixel)
    return file


def shown(found: Any, title: str, caption: str) -> Any:
    """Sections of a map, or the first image, for a report."""
    from ..data.volume import Volume
    from ..show.specs import beside
    from . import pictures

    if isinstance(found, Volume) and len(set(found.data.shape)) == 1:
        return pictures.central_slices(found, title)
    plane = np.asarray(found.data[found.data.shape[0] // 2 if isinstance(found, Volume) else 0], np.float32)
    return beside(pictures.grey(_small(plane), found.pixel * max(1, max(plane.shape) // 1024), title, caption))


def _small(plane: Real, most: int = 1024) -> Real:
    """A plane of at most so many pixels a side, by means over blocks."""
    factor = max(1, max(plane.shape) // most)
    height, width = (n // factor for n in plane.shape)
    blocks = plane[: height * factor, : width * factor].reshape(height, factor, width, factor)
    return np.asarray(blocks.mean((1, 3)))
