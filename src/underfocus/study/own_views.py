"""The reader's own particles, kept in memory for this launch: the views that figures call "my particles"."""

from __future__ import annotations

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..base.errors import FileError, InputError, UnsupportedFileError
from .specimens import MOST_BYTES

#: The choice of a knob that stands for what the reader brought.
CHOICE = "my particles"


@dataclass(frozen=True, eq=False)
class OwnViews:
    """View directions (m, 3) of the particles in the specimen's frame, and the file's name."""

    directions: Any
    name: str


_lock = threading.Lock()
_mine: OwnViews | None = None


def mine() -> OwnViews:
    """The views that the reader brought. Raises InputError where there are none yet."""
    with _lock:
        if _mine is None:
            raise InputError(
                "there are no particles of your own yet; choose a .star or .cs file beside the figure first"
            )
        return _mine


def bring(content: bytes, name: str = "particles.star") -> OwnViews:
    """Read the orientations in the bytes of a .star or .cs file and keep the views; no images are looked for.

    Raises InputError where it is too large, and the errors of `data.files.orientations` where there are no poses in it.
    """
    global _mine
    if len(content) > MOST_BYTES:
        raise InputError(
            f"the file has {len(content) / 2**20:.0f} MB, and at most 64 MB are taken; "
            "`underfocus orientation` reads it from the command line, however large"
        )
    found = OwnViews(_read(content, name), name)
    with _lock:
        _mine = found
    return found


def _read(content: bytes, name: str) -> Any:
    from ..data.files.orientations import read_orientations
    from ..validation.orientation import view_directions

    suffix = Path(name).suffix.lower()
    if suffix not in (".star", ".cs"):
        raise UnsupportedFileError(f"{name} is neither a .star nor a .cs file; orientations are in those")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"particles{suffix}"
        path.write_bytes(content)
        try:
            return view_directions(read_orientations(path))
        except FileError as error:
            raise type(error)(str(error).replace(str(path), name)) from None
