"""Outputs are written beside their place and renamed into it: whoever sees the name sees a whole file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...base.errors import FileError


@contextmanager
def beside(path: str | Path) -> Iterator[Path]:
    """A temporary path in the same folder; renamed to ``path`` when the body ends well, removed when it does not.

    Raises FileError with one sentence where the folder is not there or cannot be written.
    """
    final = Path(path)
    if not final.parent.is_dir():
        raise FileError(f"{final} cannot be written: the folder {final.parent} is not there; make it first")
    temporary = final.with_name(f".{final.name}.{os.getpid()}.part")
    try:
        yield temporary
        os.replace(temporary, final)
    except PermissionError:
        raise FileError(f"{final} cannot be written: permission was denied; choose another folder") from None
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> Path:
    """Write text in UTF-8, whole or not at all; returns the path."""
    with beside(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return Path(path)
