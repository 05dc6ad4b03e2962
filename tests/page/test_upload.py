"""The reader's own image: taken when it is one, refused in a sentence when it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.page.running import Site, drawn, running

from underfocus.base.errors import FileError, FormatError, InputError, UnsupportedFileError
from underfocus.data.files import mrc
from underfocus.data.volume import Volume
from underfocus.study import chapter, own_views, specimens


@pytest.fixture(autouse=True)
def _nothing_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specimens, "_mine", None)
    monkeypatch.setattr(own_views, "_mine", None)


@pytest.fixture
def cube(tmp_path: Path) -> bytes:
    """A small map, as bytes of a file."""
    z, y, x = np.mgrid[:16, :16, :16] - 8
    volume = Volume(np.exp(-(x**2 + 2 * y**2 + 3 * z**2) / 9).astype(np.float32), 2.5)
    return mrc.write_volume(tmp_path / "map.mrc", volume).read_bytes()


def test_a_map_becomes_its_projection(cube: bytes) -> None:
    with pytest.raises(InputError, match="no image of your own"):
        specimens.mine()
    found = specimens.bring(cube, "map.mrc")
    assert specimens.mine() is found
    assert (found.data.shape, found.pixel, found.name) == ((16, 16), 2.5, "map.mrc (projection along z)")
    assert abs(found.data.mean()) < 1e-6
    assert found.data.std() == pytest.approx(1, abs=1e-5)
    y, x = np.mgrid[:16, :16] - 8
    plain = np.exp(-(x**2 + 2 * y**2) / 9)
    assert np.corrcoef(found.data.ravel(), plain.ravel())[0, 1] == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("damage", ["text", "short", "gzip", "flat", "nan"])
def test_what_is_no_image_is_refused_by_name(cube: bytes, damage: str) -> None:
    import gzip

    values = np.frombuffer(cube[1024:], "<f4").copy()
    content = {
        "text": b"not an image at all " * 100,
        "short": cube[:2000],
        "gzip": gzip.compress(cube),
        "flat": cube[:1024] + (0 * values).tobytes(),
        "nan": cube[:1024] + np.full_like(values, np.nan).tobytes(),
    }[damage]
    with pytest.raises(FileError, match=r"^bad\.mrc ") as refused:
        specimens.bring(content, "bad.mrc")
    assert "/image.mrc" not in str(refused.value)
    with pytest.raises(InputError, match="no image of your own"):
        specimens.mine()


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specimens, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="at most"):
        specimens.bring(b"x" * 11)
    monkeypatch.setattr(own_views, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="at most"):
        own_views.bring(b"x" * 11, "a.star")


ANGLES = "data_particles\n\nloop_\n_rlnImageName\n_rlnAngleRot\n_rlnAngleTilt\n_rlnAnglePsi\n"


def table(tilts: Any) -> bytes:
    """A STAR file of particles with these tilts, whose images are nowhere."""
    return (ANGLES + "".join(f"{i}@gone.mrcs {7 * i} {t} 0\n" for i, t in enumerate(tilts, 1))).encode()


def test_particles_become_their_views() -> None:
    with pytest.raises(InputError, match="no particles of your own"):
        own_views.mine()
    found = own_views.bring(table([0, 90, 180]), "run_data.star")
    assert own_views.mine() is found
    assert found.name == "run_data.star"
    assert found.directions[:, 2] == pytest.approx([1, 0, -1], abs=1e-9)


def test_what_holds_no_views_is_refused_by_name() -> None:
    bare = b"data_particles\n\nloop_\n_rlnImageName\n1@gone.mrcs\n"
    with pytest.raises(FormatError, match=r"^bare\.star holds particles without orientations"):
        own_views.bring(bare, "bare.star")
    with pytest.raises(UnsupportedFileError, match=r"^map\.mrc is neither"):
        own_views.bring(b"x", "map.mrc")
    with pytest.raises(FileError, match=r"^no\.cs "):
        own_views.bring(b"no numpy array at all", "no.cs")
    with pytest.raises(InputError, match="no particles of your own"):
        own_views.mine()


@pytest.mark.page
def test_an_upload_is_shown_at_once(demo_site: Site, open_page: Any, cube: bytes) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    seq = drawn(page, "picture")
    field = page.locator("#fig-picture-upload")
    field.set_input_files({"name": "mine.mrc", "mimeType": "application/octet-stream", "buffer": cube})
    drawn(page, "picture", seq)
    expect(page.locator("#fig-picture .upload-note")).to_have_text(
        "mine.mrc (projection along z): 16 × 16 pixels of 2.5 Å"
    )
    expect(page.locator("#fig-picture-specimen")).to_have_value("mine")
    canvas = page.locator("#fig-picture .frame canvas")
    assert canvas.evaluate("c => [c.width, c.height]") == [16, 16]


@pytest.mark.page
def test_a_bad_upload_says_why(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    drawn(page, "picture")
    answer = page.evaluate("fetch('/api/specimen?name=a.mrc', {method: 'POST', body: 'no image'}).then(r => r.json())")
    assert answer["error"].startswith("a.mrc is no MRC file")


@pytest.mark.page
def test_a_reader_s_particles_are_shown_at_once(open_page: Any) -> None:
    name = "real_views"
    with running(chapters=[chapter.find("tilting")], render=chapter.render, warm=False) as site:
        page = open_page(site, "/chapter/tilting/blur")
        seq = drawn(page, name)
        field = page.locator(f"#fig-{name}-upload")
        content = table(range(0, 180, 2))
        field.set_input_files({"name": "mine.star", "mimeType": "application/octet-stream", "buffer": content})
        drawn(page, name, seq)
        expect(page.locator(f"#fig-{name} .upload-note")).to_have_text("mine.star: 90 particles")
        expect(page.locator(f"#fig-{name}-source")).to_have_value("my particles")
        expect(page.locator(f"#fig-{name} .readouts b").first).to_have_text("90")
        field.set_input_files({"name": "a.cs", "mimeType": "application/octet-stream", "buffer": b"nothing"})
        expect(page.locator(f"#fig-{name} .upload-note")).to_contain_text("a.cs")
