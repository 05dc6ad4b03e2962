"""The command line: verbs from jobs/ and study/, their flags from the knobs.

Exit status: 0 for success, 2 for a wrong call or input, 1 for any other failure, 130 when stopped by Ctrl-C. With
``--json`` standard output holds the record and nothing else; progress, warnings and errors go to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from .base.errors import InputError, UnderfocusError, UnderfocusWarning
from .base.knobs import BoundKnob
from .jobs import verbs

if TYPE_CHECKING:
    from .jobs.job import Outcome


#: What every verb that can leave a folder says of it.
FOLDERS = (
    "FOLDER holds the results, job.json (knobs, versions, inputs, results), log.txt, report.html, and DONE or FAILED. "
    "After a run was killed the same command goes on: images that simulate, tour and twin had written are kept, all "
    "else is made anew in seconds. A finished folder is kept unless --overwrite is said; files in it that no job wrote "
    "are never touched."
)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours: one sentence, no usage dump; overfocus is a value and no flag."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(**facts)
        self._negative_number_matcher = re.compile(r"^-[\d.]+(e-?\d+)?(:.*)?$")  # such as -5000:5000

    def error(self, message: str) -> NoReturn:
        """Raise InputError."""
        raise InputError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    try:
        status = _dispatch([w for w in words if w != "--debug"])
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _complain("stopped by the user", 130)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except UnderfocusError as error:
        if debug:
            raise
        return _complain(str(error), 2)
    except OSError as error:
        if debug:
            raise
        return _complain(": ".join(str(part) for part in (error.filename, error.strerror or error) if part), 1)
    except Exception as error:
        if debug:
            raise
        return _complain(f"{type(error).__name__}: {error} (run again with --debug for the details)", 1)
    return status


def _complain(sentence: str, status: int) -> int:
    print("underfocus: " + " ".join(sentence.split()), file=sys.stderr)
    return status


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help"):
        print(overview())
        return 0
    if words[0] == "--version":
        from . import __version__

        print(f"underfocus {__version__}")
        return 0
    verb, rest = words[0], words[1:]
    if verb not in verbs.VERBS:
        import difflib

        close = difflib.get_close_matches(verb, verbs.VERBS, n=1)
        hint = f"did you mean {close[0]}?" if close else "see underfocus --help"
        raise InputError(f"there is no verb {verb!r}; {hint}")
    special = {"study": _study, "check": _check, "again": _again, "explain": _explain}
    return special[verb](rest, words) if verb in special else _job(verb, rest, words)


def overview() -> str:
    """The table of verbs."""
    parts = ["underfocus: cryo-electron microscopy from its mathematics to your own data\n"]
    for group, lines in verbs.GROUPS.items():
        parts.append(f"{group}")
        parts += [f"  underfocus {verb:<14} {line}" for verb, line in lines.items()]
    parts.append("\nunderfocus VERB --help tells the flags; lengths are in Å, angles in degrees.")
    return "\n".join(parts)


def _help(bound: BoundKnob) -> str:
    """A flag's help: what it does, unit, choices, range and default."""
    facts = [f"in {bound.knob.unit}"] if bound.knob.unit else []
    low, high = bound.knob.valid
    if low is not None or high is not None:
        facts.append(bound.knob._valid_words())
    if not bound.required and bound.default is not None and bound.kind != "switch":
        ends = bound.default if isinstance(bound.default, tuple) else (bound.default,)
        facts.append("default " + ":".join(f"{v:g}" if isinstance(v, float) else str(v) for v in ends))
    ending = f" [{'; '.join(facts)}]" if facts else ""
    return f"{bound.knob.what}{ending}".replace("%", "%%")


def _add(parser: argparse.ArgumentParser, bound: BoundKnob) -> None:
    """One knob as a positional argument, a switch or a flag."""
    flag = bound.knob.flag
    if flag is not None and not flag.startswith("-"):
        many = {"nargs": "+"} if bound.kind == "paths" else {}
        parser.add_argument(bound.name, metavar=flag, help=_help(bound), **many)  # type: ignore[arg-type]
    elif bound.kind == "switch":
        parser.add_argument(bound.flag, dest=bound.name, action=argparse.BooleanOptionalAction, help=_help(bound))
    else:
        shape = "LOW:HIGH" if bound.kind == "range" else "|".join(bound.choices) or bound.kind.upper().removesuffix("S")
        several = {"nargs": "+"} if bound.kind in ("paths", "numbers") else {}
        parser.add_argument(bound.flag, dest=bound.name, metavar=shape, help=_help(bound), **several)  # type: ignore[arg-type]


def parser_for(verb: str) -> tuple[Parser, Any]:
    """The parser of a job's verb, and the job."""
    job = verbs.job(verb)
    parser = Parser(
        prog=f"underfocus {verb}",
        description=f"{job.summary[0].upper()}{job.summary[1:]}.",
        epilog="" if job.folder == "never" else FOLDERS,
        allow_abbrev=False,
    )
    for bound in job.knobs.bounds():
        _add(parser, bound)
    if job.folder != "never":
        needed = "" if job.folder == "needed" else " (optional)"
        parser.add_argument("-o", "--out", type=Path, metavar="FOLDER", help=f"Where the results go{needed}.")
        parser.add_argument("--overwrite", action="store_true", help="Replace a finished job in that folder.")
    _add_common(parser)
    return parser, job


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="Print the result record as JSON and nothing else.")
    parser.add_argument("--debug", action="store_true", help="Let errors show where they came from.")


def _knobs(verb: str, rest: list[str]) -> tuple[Any, Any, dict[str, Any]]:
    """The job of a verb, its knobs as the words turn them, and all that was given."""
    parser, job = parser_for(verb)
    given = vars(parser.parse_args(rest))
    values = {b.name: b.check(given[b.name]) for b in job.knobs.bounds() if given.get(b.name) is not None}
    return job, job.knobs(**values), given


def _job(verb: str, rest: list[str], words: list[str]) -> int:
    from .base import progress
    from .jobs.folder import command_line
    from .jobs.run import run

    job, knobs, given = _knobs(verb, rest)
    out, overwrite = given.get("out"), bool(given.get("overwrite"))
    with progress.terminal():
        outcome = run(job, knobs, out, command_line(words), overwrite=overwrite, tell=_warn)
    return _tell(outcome, out, job.python(knobs), as_json=given["json"])


def _explain(rest: list[str], words: list[str]) -> int:
    """Explain a knob, the study's figures among its uses, which jobs do not know of."""
    from .jobs import explain
    from .jobs.run import plain
    from .study.chapter import chapters

    _, knobs, given = _knobs("explain", rest)
    outcome = explain.tell(
        knobs.name, {f"{c.slug}/{name}": f.knobs for c in chapters() for name, f in c.figures.items()}
    )
    if given["json"]:
        print(json.dumps(plain({**outcome.results, "warnings": []}), ensure_ascii=False))
    else:
        print("\n".join(outcome.lines))
    return 0


def _warn(line: str) -> None:
    print("warning: " + " ".join(line.split()), file=sys.stderr)


def _tell(outcome: Outcome, out: Path | None, python: str | None, *, as_json: bool) -> int:
    """Print an outcome: as JSON, or as lines with the same thing in Python."""
    if as_json:
        print(json.dumps(outcome.results, ensure_ascii=False))
        return 0
    print("\n".join(outcome.lines))
    if out is not None and (out / "report.html").is_file():
        print(f"Report: {out / 'report.html'}")
    if python:
        print("The same thing in Python:\n  import underfocus as uf\n  " + python.replace("\n", "\n  "))
    return 0


def _again(rest: list[str], words: list[str]) -> int:
    from .base import progress
    from .jobs.again import repeat
    from .jobs.folder import command_line

    parser = Parser(prog="underfocus again", description="Repeat a job from its record and say what differs.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="A folder that a run with -o left.")
    parser.add_argument("-o", "--out", type=Path, metavar="FOLDER", help="The new folder (default: FOLDER_again).")
    _add_common(parser)
    given = parser.parse_args(rest)
    with progress.terminal():
        outcome = repeat(given.folder, given.out, command_line(words), _warn)
    return _tell(outcome, Path(outcome.results["folder"]), None, as_json=given.json)


def _study(rest: list[str], words: list[str]) -> int:
    parser = Parser(prog="underfocus study", description="Open the course in the browser, on this machine alone.")
    parser.add_argument(
        "chapter", nargs="?", metavar="CHAPTER", help="A chapter, such as phase-contrast or fourier/blur."
    )
    parser.add_argument(
        "--port", type=int, default=0, help="Port on 127.0.0.1 [default: a steady one, or any free one]."
    )
    parser.add_argument("--no-browser", action="store_true", help="Only print the address.")
    parser.add_argument("--list", action="store_true", help="List all meetings and stop.")
    _add_common(parser)
    given = parser.parse_args(rest)
    if given.list or given.json:
        return _list_meetings(as_json=given.json)
    if not 0 <= given.port <= 65_535:
        raise InputError(f"--port must be between 0 and 65535, and {given.port} was given")
    from .study.serve import serve

    serve(given.chapter, port=given.port, open_browser=not given.no_browser)
    return 0


def _check(rest: list[str], words: list[str]) -> int:
    parser = Parser(prog="underfocus check", description="Check a function of yours against the engine's.")
    parser.add_argument("problem", nargs="?", metavar="PROBLEM", help="A code problem; without one, all are listed.")
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE.py", help="Your code; without it, the task is told."
    )
    parser.add_argument("--anyway", action="store_true", help="Run it where the network cannot be cut off, too.")
    _add_common(parser)
    given = parser.parse_args(rest)
    from .study import homework

    results, lines = homework.check(given.problem, given.file, anyway=given.anyway)
    print(json.dumps(results, ensure_ascii=False) if given.json else "\n".join(lines))
    return 0 if results.get("correct", True) else 1


def _list_meetings(*, as_json: bool) -> int:
    from .study.syllabus import listing

    rows = listing()
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['id']:<8} {row['date']!s:<11} {row['state']:<9} {'/'.join(row['streams']):<13} {row['topic']}")
    return 0


def run_and_exit() -> NoReturn:
    """Entry point of the console script."""
    warnings.simplefilter("ignore", UnderfocusWarning)  # inside a job they are collected and printed once
    warnings.showwarning = lambda message, *where, **more: _warn(str(message))
    sys.exit(main())


if __name__ == "__main__":
    run_and_exit()
