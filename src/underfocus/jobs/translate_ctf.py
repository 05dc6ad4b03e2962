"""``underfocus translate-ctf``: the numbers of a CTF from one program's names, signs and units to another's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np

from ..base.errors import FormatError, InputError, MissingFileError, UnsupportedFileError
from ..base.knobs import Knobs, option
from . import verbs
from .folder import JobFolder
from .job import Job, Outcome

KNOWN = "relion, ctffind, eman2, cryosparc, cryodrgn, aspire, cryojax, torch-ctf, abtem"


class TranslateCtfKnobs(Knobs):
    """What is translated, from which program, and to which."""

    values: Annotated[
        tuple[Path, ...],
        option(
            "NAME=NUMBER for each number, or one file: particles or micrographs (.star, .cs), CTFFIND's .txt.",
            flag="NUMBER",
        ),
    ]
    from_program: Annotated[
        str | None, option(f"Whose numbers they are: {KNOWN}. A file says it itself.", flag="--from")
    ] = None
    to_program: Annotated[str, option(f"Whose they become: {KNOWN}.", flag="--to")] = "relion"


def given(knobs: TranslateCtfKnobs) -> tuple[Any, str]:
    """The optics that the knobs name, and the program they came from. InputError and kinds of FileError."""
    from ..data import translate

    words = [str(v) for v in knobs.values]
    if all("=" in word for word in words):
        if knobs.from_program is None:
            raise InputError("numbers do not say whose they are; add --from and a program's name")
        return translate.optics_from(knobs.from_program, dict(map(_pair, words))), knobs.from_program
    if len(words) > 1:
        raise InputError("numbers are given as NAME=NUMBER, with a name that carries its unit; or give one file")
    path = knobs.values[0]
    if not path.is_file():
        raise MissingFileError(f"{path} is neither NAME=NUMBER nor a file; check the name and the folder")
    return read(path)


def _pair(word: str) -> tuple[str, float]:
    name, _, number = word.rpartition("=")
    try:
        return name, float(number)
    except ValueError:
        raise InputError(f"{word!r} is no NAME=NUMBER") from None


def read(path: Path) -> tuple[Any, str]:
    """The optics in a file, one value a row, and whose they are."""
    if path.suffix in (".pkl", ".pickle"):
        raise UnsupportedFileError(f"{path} is a pickle, which can run code when it is opened; export a STAR")
    if path.suffix == ".txt":
        return _ctffind_text(path), "ctffind"
    if path.suffix == ".cs":
        from ..data.files import cryosparc

        table = cryosparc.read_table(path)
        return cryosparc.optics_of({n: table[n] for n in table.dtype.names or ()}, path), "cryosparc"
    if path.suffix == ".star":
        return _star(path), "relion"
    raise UnsupportedFileError(f"{path} holds no CTF that is read; give a .star, a .cs, or CTFFIND's .txt")


def _ctffind_text(path: Path) -> Any:
    """CTFFIND 4's text: voltage, Cs and amplitude contrast in its comments, a row a micrograph."""
    import re

    from ..data import translate

    text = path.read_text(encoding="utf-8", errors="replace")
    named = {
        "acceleration voltage": "voltage_kv",
        "spherical aberration": "cs_mm",
        "amplitude contrast": "amplitude_contrast",
    }
    numbers: dict[str, Any] = {}
    for words, name in named.items():
        found = re.search(words + r":\s*([\d.]+)", text)
        if not found:
            raise FormatError(f"{path} is no text of CTFFIND 4: it does not say its {words}")
        numbers[name] = float(found[1])
    try:
        rows = np.array(
            [[float(v) for v in line.split()] for line in text.splitlines() if line.strip() and line[0] != "#"]
        )
        table = rows[:, 1:5]
    except (ValueError, IndexError):
        raise FormatError(f"{path} is no text of CTFFIND 4: its rows have not seven numbers") from None
    names = ("defocus_1_A", "defocus_2_A", "astigmatism_azimuth_deg", "phase_shift_rad")
    return translate.optics_from("ctffind", {**numbers, **dict(zip(names, table.T, strict=True))})


def _star(path: Path) -> Any:
    """The CTF columns of a STAR, with those of its optics table given to each row."""
    from ..data import translate
    from ..data.files import star

    blocks = star.read(path)
    rows = next((b for b in blocks.values() if {"rlnDefocusU", "rlnDefocusV"} <= set(b.columns)), None)
    if rows is None:
        raise FormatError(f"{path} has no table with rlnDefocusU and rlnDefocusV")
    names = [n for n in translate.program("relion").names if n in rows.columns]
    numbers = {n: rows.numbers(n) for n in names}
    if "optics" in blocks and "rlnOpticsGroup" in rows.columns:
        groups = blocks["optics"]
        index = {str(g): i for i, g in enumerate(groups.columns["rlnOpticsGroup"])}
        which = np.array([index[str(g)] for g in rows.columns["rlnOpticsGroup"]])
        shared = [n for n in translate.program("relion").names if n in groups.columns and n not in numbers]
        numbers |= {n: groups.numbers(n)[which] for n in shared}
    return translate.optics_from("relion", numbers)


def work(knobs: TranslateCtfKnobs, folder: JobFolder | None) -> Outcome:
    """Translate, print the first rows, and write all as CSV where a folder is wanted."""
    from ..data import translate
    from ..data.files.atomic import write_text

    optics, source = given(knobs)
    numbers = translate.to(knobs.to_program, optics)
    count = optics.n or 1
    table = {name: np.broadcast_to(np.asarray(value, float), (count,)) for name, value in numbers.items()}
    target = translate.program(knobs.to_program)
    lines = [f"{name} = {values[0]:.9g}" for name, values in table.items()]
    if count > 1:
        lines = [f"{count} rows; the first:", *lines]
    sign = "+w: protein is white" if target.sign > 0 else "−w: protein is dark"
    waves = translate.wavelength(knobs.to_program, float(np.ravel(np.asarray(optics.voltage_kv))[0]))
    lines.append(f"{target.name}: CTF(0) is {sign}; wavelength {waves:.8f} Å; {target.note}")
    results: dict[str, Any] = {
        "from": source,
        "to": target.name,
        "rows": count,
        "first": {k: float(v[0]) for k, v in table.items()},
    }
    if folder is not None:
        body = [",".join(table), *(",".join(f"{v[i]:.9g}" for v in table.values()) for i in range(count))]
        write_text(folder.path("ctf.csv"), "\n".join(body) + "\n")
        results["files"] = ["ctf.csv"]
    return Outcome(results, tuple(lines))


def python(knobs: TranslateCtfKnobs) -> str:
    """The same in the library."""
    words = [str(v) for v in knobs.values]
    if all("=" in word for word in words):
        source = f"translate.optics_from({knobs.from_program!r}, {dict(map(_pair, words))!r})"
        needed = ""
    else:
        source = f"read(Path({words[0]!r}))[0]"
        needed = "from pathlib import Path\nfrom underfocus.jobs.translate_ctf import read\n"
    return f"{needed}from underfocus.data import translate\nprint(translate.to({knobs.to_program!r}, {source}))"


JOB = Job("translate-ctf", verbs.VERBS["translate-ctf"], TranslateCtfKnobs, work, python, folder="optional")
