"""Laws of the command line: help with units, one sentence for every error, pure JSON, exit statuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.jobs import verbs


def call(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    status = cli.main(words)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]])
def test_the_overview_names_every_verb(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(words, capsys)
    assert status == 0
    assert all(verb in out for verb in verbs.VERBS)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["--version"], capsys)[1].strip() == f"underfocus {uf.__version__}"


@pytest.mark.parametrize("verb", verbs.JOBS)
def test_help_shows_every_flag_with_its_unit(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main([verb, "--help"])
    assert left.value.code == 0
    out = " ".join(capsys.readouterr().out.split())
    for bound in verbs.job(verb).knobs.bounds():
        shown = bound.knob.flag or bound.flag
        assert shown in out
        assert bound.knob.unit in out


def write_text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def truncated(path: Path) -> Path:
    uf.Volume(np.random.default_rng(0).normal(size=(16, 16, 16)), 1.0).save(path)
    data = path.read_bytes()
    path.write_bytes(data[:-500])
    return path


BAD = {
    "unknown verb": (lambda d: ["recontruct"], "did you mean reconstruct"),
    "no folder": (lambda d: ["tour"], "add -o FOLDER"),
    "missing file": (lambda d: ["inspect", str(d / "none.mrc")], "is not there"),
    "unknown flag": (lambda d: ["simulate", "x.pdb", "--defocsu", "1", "-o", str(d / "o")], "--defocsu"),
    "no model": (lambda d: ["simulate", "-o", str(d / "o")], "MODEL"),
    "negative box": (lambda d: ["simulate", "x.pdb", "--box", "-4", "-o", str(d / "o")], "between 8 and 4096"),
    "fractional box": (lambda d: ["simulate", "x.pdb", "--box", "64.5", "-o", str(d / "o")], "whole number"),
    "reversed range": (lambda d: ["simulate", "x.pdb", "--defocus", "5:3", "-o", str(d / "o")], "LOW at most HIGH"),
    "no number": (lambda d: ["simulate", "x.pdb", "--snr", "much", "-o", str(d / "o")], "must be a number"),
    "not a number": (lambda d: ["simulate", "x.pdb", "--snr", "nan", "-o", str(d / "o")], "nan was given"),
    "bad choice": (lambda d: ["simulate", "x.pdb", "--contrast", "grey", "-o", str(d / "o")], "one of white, dark"),
    "missing model": (lambda d: ["simulate", str(d / "x.pdb"), "-o", str(d / "o")], "is not there"),
    "empty model": (lambda d: ["simulate", str(write_text(d / "x.pdb", "HEADER\n")), "-o", str(d / "o")], "x.pdb"),
    "pickle": (lambda d: ["inspect", str(write_text(d / "poses.pkl", "x"))], "run code"),
    "truncated map": (lambda d: ["inspect", str(truncated(d / "cut.mrc"))], "cut short"),
    "text as map": (lambda d: ["inspect", str(write_text(d / "text.mrc", "hello " * 400))], "no MRC file"),
    "map as particles": (lambda d: ["reconstruct", str(_map(d)), "-o", str(d / "o")], "particles with poses"),
    "structure as map": (lambda d: ["resolution", str(_map(d)), str(_pdb(d))], "a map is needed"),
    "bad symmetry": (
        lambda d: ["reconstruct", str(_star(d)), "--symmetry", "Q7", "-o", str(d / "o")],
        "no point group",
    ),
    "file as folder": (lambda d: ["tour", "-o", str(_map(d))], "is a file"),
    "unknown knob": (lambda d: ["explain", "defcus"], "did you mean defocus"),
    "unknown chapter": (lambda d: ["study", "nowhere", "--no-browser"], "nowhere"),
    "no job folder": (lambda d: ["again", str(d)], "no job folder"),
    "no place for a folder": (lambda d: ["tour", "-o", str(_map(d) / "inside")], "cannot be made"),
    "unknown kind": (lambda d: ["inspect", str(write_text(d / "notes.docx", "x"))], "of a kind that is not read"),
    "folder as file": (lambda d: ["inspect", str(d)], "is a folder"),
    "map with no number": (lambda d: ["resolution", str(_map(d)), str(_holed(d))], "must hold finite numbers"),
    "pixel that does not fit": (
        lambda d: ["simulate", str(_map(d)), "--pixel", "1.3", "-o", str(d / "o")],
        "cannot be resampled to 1.3 Å",
    ),
    "no port": (lambda d: ["study", "--port", "99999"], "between 0 and 65535"),
    "folder for a look": (lambda d: ["inspect", str(_map(d)), "-o", str(d / "o")], "-o"),
    "stack is gone": (
        lambda d: ["reconstruct", str(_orphan(d)), "-o", str(d / "o")],
        "--images",
    ),
}


def _map(folder: Path) -> Path:
    return uf.Volume(np.random.default_rng(0).normal(size=(16, 16, 16)), 2.0).save(folder / "map.mrc")


def _holed(folder: Path) -> Path:
    """A map in which one voxel is no number."""
    path = uf.Volume(np.ones((16, 16, 16)), 2.0).save(folder / "holed.mrc")
    path.write_bytes(path.read_bytes()[:-4] + np.float32(np.nan).tobytes())
    return path


def _orphan(folder: Path) -> Path:
    """Particles whose stack is no longer there."""
    star = _star(folder)
    (folder / "particles.mrcs").unlink()
    return star


def _pdb(folder: Path) -> Path:
    atom = "ATOM      1  CA  ALA A   1      11.104   6.134  -6.504  1.00 20.00           C\n"
    return write_text(folder / "one.pdb", atom + "END\n")


def _star(folder: Path) -> Path:
    volume = uf.samples.apoferritin(box=16, pixel=10.0)
    return uf.simulate(volume, uf.Pose.random(4, seed=1), uf.Optics()).save(folder / "particles.star")


@pytest.mark.parametrize("case", BAD)
def test_an_error_is_one_clear_sentence(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words, expected = BAD[case]
    status, out, err = call(words(tmp_path), capsys)
    assert status == 2
    assert out == ""
    assert err.startswith("underfocus: ")
    lines = [line for line in err.splitlines() if not line.startswith("warning:")]
    assert len(lines) == 1, err
    assert expected in err
    assert "Traceback" not in err


def test_debug_lets_the_error_through(tmp_path: Path) -> None:
    with pytest.raises(uf.base.errors.MissingFileError):  # type: ignore[attr-defined]
        cli.main(["inspect", str(tmp_path / "none.mrc"), "--debug"])


def test_json_is_all_that_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["explain", "cs"], ["inspect", str(_map(tmp_path))], ["study", "--list"]):
        status, out, _ = call([*words, "--json"], capsys)
        assert status == 0
        json.loads(out)


def test_the_study_lists_its_meetings(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(call(["study", "--list", "--json"], capsys)[1])
    assert {"id", "date", "streams", "topic", "state", "slug", "figures", "problems"} <= set(rows[0])
    opened = {r["slug"] for r in rows if r["state"] == "open"}
    assert {"fourier", "phase-contrast"} <= opened
    assert all(r["figures"] and r["problems"] for r in rows if r["state"] == "open")


def test_several_files_are_inspected_though_one_is_bad(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(["inspect", str(_map(tmp_path)), str(truncated(tmp_path / "cut.mrc"))], capsys)
    assert status == 0
    assert "map.mrc: map" in out
    assert "cut short" in out


def test_explain_knows_flags_labels_and_chapters(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("cs", "cs_mm", "Cs"):
        assert "in mm" in call(["explain", name], capsys)[1]
    text = call(["explain", "defocus"], capsys)[1]
    assert "Å" in text
    assert "underfocus study phase-contrast" in text
    assert "simulate" in text


def test_ctrl_c_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("underfocus.inference.reconstruct.reconstruct", interrupted)
    status, out, err = call(["reconstruct", str(_star(tmp_path)), "-o", str(tmp_path / "o")], capsys)
    assert (status, out, err) == (130, "", "underfocus: stopped by the user\n")
    assert (tmp_path / "o" / "FAILED").exists()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError("odd"), "ZeroDivisionError: odd (run again with --debug for the details)"),
        (OSError(28, "No space left on device", "map.mrc"), "map.mrc: No space left on device"),
    ],
)
def test_a_failure_that_nobody_foresaw_is_one_sentence_too(
    error: Exception,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*given: object, **more: object) -> None:
        raise error

    monkeypatch.setattr("underfocus.data.files.inspect.facts", broken)
    words = ["inspect", str(_map(tmp_path))]
    assert call(words, capsys) == (1, "", f"underfocus: {said}\n")
    with pytest.raises(type(error)):
        cli.main([*words, "--debug"])


def test_a_warning_is_a_line_and_in_the_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    maps = [tmp_path / "a.mrc", tmp_path / "b.mrc"]
    for seed, path in enumerate(maps):
        uf.Volume(np.random.default_rng(seed).normal(size=(16, 16, 16)), 1.0).save(path)
        data = bytearray(path.read_bytes())
        data[40:52] = bytes(12)  # cell lengths of zero: no pixel
        path.write_bytes(bytes(data))
    status, out, err = call(["resolution", *map(str, maps), "--json"], capsys)
    assert status == 0
    warned = json.loads(out)["warnings"]
    assert len(warned) == 2
    assert err.splitlines() == [f"warning: {line}" for line in warned]


def test_a_reader_who_has_seen_enough_is_no_failure() -> None:
    code = "import sys; from underfocus import cli; sys.argv[1:] = ['study', '--list']; cli.run_and_exit()"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() == 0
    assert said == ""


def test_json_holds_numbers_that_json_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    _, out, _ = call(["inspect", str(_holed(tmp_path)), "--json"], capsys)
    json.loads(out, parse_constant=refuse)


def test_poses_of_the_other_program_keep_their_contrast(tmp_path: Path) -> None:
    from underfocus.jobs import reconstruct

    volume = uf.samples.apoferritin(box=16, pixel=10.0)
    dark = uf.simulate(volume, uf.Pose.random(4, seed=1), uf.Optics(), contrast="dark")
    path = dark.save(tmp_path / "particles.cs", contrast="dark")
    assert reconstruct.read(reconstruct.ReconstructKnobs(particles=path)).contrast == "dark"
    chosen = reconstruct.ReconstructKnobs(particles=path, contrast="white")
    assert reconstruct.read(chosen).contrast == "white"


@pytest.mark.parametrize(("given", "range_"), [("-5000:5000", (-5000, 5000)), ("-2e4", (-20_000, -20_000))])
def test_overfocus_needs_no_equals_sign(given: str, range_: tuple[float, float]) -> None:
    _, knobs, _ = cli._knobs("simulate", ["x.pdb", "--defocus", given, "-o", "out"])
    assert knobs.defocus == range_
