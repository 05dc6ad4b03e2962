"""TIFF micrographs: values, order of rows, pixels that are meant and those that are not, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus.base.errors import FormatError, HeaderWarning
from underfocus.data.files.fei import microscope
from underfocus.data.files.inspect import facts

tifffile = pytest.importorskip("tifffile")
DATA = np.arange(12, dtype=np.uint16).reshape(3, 4)


def test_values_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", DATA)
    with pytest.warns(HeaderWarning, match="no pixel"):
        found = uf.open(tmp_path / "a.tif")
    assert np.array_equal(found.data, DATA[None])
    assert uf.open(tmp_path / "a.tif", pixel=1.3).pixel == 1.3


def test_imagej_says_its_pixel_and_a_screen_does_not(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", DATA, imagej=True, resolution=(1 / 0.13, 1 / 0.13), metadata={"unit": "nm"})
    assert uf.open(tmp_path / "a.tif").pixel == pytest.approx(1.3, rel=1e-4)
    tifffile.imwrite(tmp_path / "b.tif", DATA, resolution=(72, 72))
    with pytest.warns(HeaderWarning):
        assert uf.open(tmp_path / "b.tif").pixel == 1.0


def test_ome_says_its_pixel(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.ome.tif", DATA, metadata={"axes": "YX", "PhysicalSizeX": 0.2, "PhysicalSizeXUnit": "nm"}
    )
    assert uf.open(tmp_path / "a.ome.tif").pixel == pytest.approx(2.0)


def test_stacks_and_facts(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tiff", np.stack([DATA, DATA + 1]), photometric="minisblack")
    with pytest.warns(HeaderWarning):
        assert uf.open(tmp_path / "a.tiff").data.shape == (2, 3, 4)
    found = facts(tmp_path / "a.tiff")
    assert (found["kind"], found["pixel_A"], found["statistics"]["most"]) == ("stack of images", None, 12.0)
    assert "no pixel" in found["warnings"][0]


def test_what_is_no_micrograph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"II*\x00 and nothing more")
    with pytest.raises(FormatError, match="TIFF"):
        uf.open(tmp_path / "a.tif")
    tifffile.imwrite(tmp_path / "b.tif", np.zeros((8, 8, 3), np.uint8), photometric="rgb")
    with pytest.raises(FormatError, match="grey"):
        uf.open(tmp_path / "b.tif")


def test_a_microscope_that_says_nothing(tmp_path: Path) -> None:
    uf.Images(np.ones((1, 8, 8), np.float32), 1.5).save(tmp_path / "a.mrc")
    assert microscope(tmp_path / "a.mrc").voltage_kv is None
    (tmp_path / "b.mrc").write_bytes(b"nothing")
    assert microscope(tmp_path / "b.mrc").pixel is None
