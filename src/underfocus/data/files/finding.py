"""Where the images are that a table names: ``NUMBER@FILE``, and the file by its path in a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...base.errors import FormatError, MissingFileError
from . import star

Column = np.ndarray[Any, Any]


def image_places(names: Column, path: Path) -> tuple[Column, Column, list[str]]:
    """Of names such as ``000012@stack.mrcs``: the numbers, which file each is in, and the files."""
    split = [name.split("@", 1) if "@" in name else ["1", name] for name in map(star.plain, names.tolist())]
    try:
        number = np.array([int(s[0]) for s in split])
    except ValueError:
        wrong = "@".join(next(s for s in split if not s[0].isdigit()))
        raise FormatError(f"{path}: rlnImageName must be NUMBER@FILE, and {wrong!r} was found") from None
    place = {name: i for i, name in enumerate(dict.fromkeys(s[1] for s in split))}
    return number, np.array([place[s[1]] for s in split]), list(place)


def find_image_file(name: str, star_path: Path, images: Sequence[str | Path] = ()) -> Path:
    """Where a STAR's image path lies; MissingFileError says where it was looked for."""
    folder = star_path.resolve().parent
    places = [folder, *folder.parents, Path.cwd(), *(Path(i) for i in images)]
    candidates = [p / name for p in places] + [Path(i) / Path(name).name for i in images]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    looked = ", ".join(map(str, (folder, "its parents", "the working directory", *images)))
    raise MissingFileError(
        f"{star_path.name} names the stack {name}, which is in none of {looked}; give its folder (images=, --images)"
    )
