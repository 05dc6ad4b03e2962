"""``underfocus convert-angles``: a rotation, or a file of them, from one program's convention to another's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.errors import FormatError, InputError, MissingFileError, UnsupportedFileError
from ..base.knobs import Knobs, option
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome

Real = np.ndarray[Any, Any]
NAMES = (
    "relion, eman2, imagic, spider, frealign, cryosparc, rotation-vector, quaternion, "
    "or axes such as ZYZ (turning along) or xyz (staying)"
)
RELION_LABELS = ("rlnAngleRot", "rlnAngleTilt", "rlnAnglePsi")
#: What the numbers of a file are, where the file says so itself.
BY_SUFFIX = {".star": "relion", ".cs": "cryosparc"}
#: Up to so many rotations stand in the printed record.
RECORDED = 1000


class ConvertAnglesKnobs(Knobs):
    """What is converted, from what, and into what."""

    values: Annotated[
        tuple[Path, ...],
        option("The numbers of one rotation, or one file: particles (.star, .cs) or rows of numbers.", flag="NUMBER"),
    ]
    from_convention: Annotated[
        str | None,
        option(f"What they are: {NAMES}. A .star is relion and a .cs is cryosparc by itself.", flag="--from"),
    ] = None
    to_convention: Annotated[str, option(f"What they become: {NAMES}.", flag="--to")] = "relion"


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def given(knobs: ConvertAnglesKnobs) -> tuple[Real, str, Path | None]:
    """The numbers (n, 3) or (n, 4), their convention, and the file they came from, if one. InputError, FileError."""
    words = [word for value in knobs.values for word in str(value).replace(",", " ").split()]
    numbers = [n for n in map(_number, words) if n is not None]
    if len(numbers) == len(words):
        return np.array([numbers]), knobs.from_convention or "relion", None
    if len(knobs.values) > 1:
        raise InputError("the numbers of one rotation or the name of one file are needed, and more was given")
    path = knobs.values[0]
    if not path.is_file():
        raise MissingFileError(f"{path} is neither a number nor a file; check the name and the folder")
    own = BY_SUFFIX.get(path.suffix)
    if own and knobs.from_convention not in (None, own):
        raise InputError(f"{path} holds {own} angles by its kind, and --from {knobs.from_convention} was given")
    if own is None and knobs.from_convention is None:
        raise InputError(f"{path} does not say what its numbers are; add --from and the name of a convention")
    return read(path), own or str(knobs.from_convention), path


def read(path: Path) -> Real:
    """The rotations of a file as its kind writes them: RELION's angles, cryoSPARC's poses, or rows of numbers."""
    if path.suffix == ".star":
        return _star(path)
    if path.suffix == ".cs":
        return _cs(path)
    rows = [line.split("#")[0].replace(",", " ").split() for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row]
    if not rows or len({len(row) for row in rows}) > 1:
        raise FormatError(f"{path} must hold rows with as many numbers each; it has {len(rows)} rows of unequal length")
    wrong = next((word for row in rows for word in row if _number(word) is None), None)
    if wrong is not None:
        raise FormatError(f"{path} holds {wrong!r}, which is no number; begin lines of words with #")
    return np.array([[float(word) for word in row] for row in rows])


def _star(path: Path) -> Real:
    from ..data.files import star

    for block in star.read(path).values():
        if all(label in block.columns for label in RELION_LABELS):
            return np.stack([block.numbers(label) for label in RELION_LABELS], axis=-1)
    raise UnsupportedFileError(f"{path} has no table with {', '.join(RELION_LABELS)}")


def _cs(path: Path) -> Real:
    from ..data.files import cryosparc

    table = cryosparc.read_table(path)
    if cryosparc.POSES not in (table.dtype.names or ()):
        raise UnsupportedFileError(f"{path} has no poses ({cryosparc.POSES}); its particles were not aligned")
    return np.asarray(table[cryosparc.POSES], float)


def work(knobs: ConvertAnglesKnobs, folder: JobFolder | None) -> Outcome:
    """Convert them all."""
    from ..maths import conventions

    values, source, path = given(knobs)
    target = knobs.to_convention
    names = conventions.convention(target).names
    found = conventions.convert(values, source, target)
    results: dict[str, Any] = {
        "from": source,
        "to": target,
        "names": list(names),
        "rotations": len(found),
    }
    if len(found) <= RECORDED:
        results["values"] = found.tolist()
    if folder is not None:
        results["files"] = _write(folder, found, target, names)
        return Outcome(results, (f"{len(found)} rotations from {source} to {target} in {results['files'][0]}",))
    if path is None:
        return Outcome(results, tuple(_one(values[0], source, found[0], target)))
    return Outcome(results, ("# " + "\t".join(names), *("\t".join(_plain(v) for v in row) for row in found)))


def _plain(value: float) -> str:
    """Six digits behind the point, without a negative zero."""
    return f"{round(float(value), 6) + 0.0:.6f}"


def _one(values: Real, source: str, found: Real, target: str) -> list[str]:
    """One rotation for a reader, with its matrix; gimbal lock is said."""
    from ..maths import conventions, euler

    matrix = conventions.to_matrix(values, source)
    lines = [
        f"{name:<16}{', '.join(conventions.convention(name).names)} = {', '.join(_short(v) for v in numbers)}"
        for name, numbers in ((source, values), (target, found))
    ]
    lines += [
        f"{'matrix' if row == 0 else '':<16}{'  '.join(f'{v + 0.0:8.5f}' for v in matrix[row])}" for row in range(3)
    ]
    if len(found) == 3 and target not in ("cryosparc", "rotation-vector") and euler.locked(matrix, _order(target)):
        lines.append("gimbal lock: only the sum or difference of the outer two angles is determined here")
    return lines


def _short(value: float) -> str:
    return f"{round(float(value), 6) + 0.0:.6g}"


def _order(name: str) -> str:
    """The axes of a convention of three angles; RELION's and its kin lock where zyz does."""
    from ..maths import euler

    return name.lower() if name.lower() in euler.ORDERS else "zyz"


def _write(folder: JobFolder, found: Real, target: str, names: tuple[str, ...]) -> list[str]:
    """``angles.txt``, and for RELION ``angles.star``."""
    from ..data.files import star
    from ..data.files.atomic import write_text

    rows = "".join("\t".join(_plain(v) for v in row) + "\n" for row in found)
    write_text(folder.path("angles.txt"), f"# {target}\n# " + "\t".join(names) + "\n" + rows)
    if target != "relion":
        return ["angles.txt"]
    columns = {label: np.array([_plain(v) for v in found[:, n]]) for n, label in enumerate(RELION_LABELS)}
    star.write(folder.path("angles.star"), [star.Block("particles", columns=columns)])
    return ["angles.txt", "angles.star"]


def python(knobs: ConvertAnglesKnobs) -> str:
    """The same in the library."""
    values, source, path = given(knobs)
    numbers = f"read(Path({str(path)!r}))" if path is not None else repr(values[0].tolist())
    needed = "" if path is None else "from pathlib import Path\nfrom underfocus.jobs.convert_angles import read\n"
    call = f"conventions.convert({numbers}, {source!r}, {knobs.to_convention!r})"
    return f"{needed}from underfocus.maths import conventions\nprint({call})"


JOB = Job(
    "convert-angles",
    verbs.VERBS["convert-angles"],
    ConvertAnglesKnobs,
    work,
    python,
    folder="optional",
)
