"""MRC files: read as they are meant, written as the standard says, large ones left where they are."""

from __future__ import annotations

import bz2
import gzip
import os
import warnings
from collections.abc import Callable
from pathlib import Path

import mrcfile
import numpy as np
import pytest

from underfocus.base.errors import (
    FileError,
    FormatError,
    HeaderWarning,
    InputError,
    MissingFileError,
    UnsupportedFileError,
)
from underfocus.data.files import mrc, mrc_header
from underfocus.data.files.atomic import beside
from underfocus.data.files.inspect import facts
from underfocus.data.images import Images
from underfocus.data.open import open
from underfocus.data.volume import Volume

VALUES = np.arange(60, dtype=np.float32).reshape(3, 4, 5)


def written(path: Path, data: np.ndarray = VALUES, **fields: object) -> Path:
    """A file by mrcfile with some header fields set afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with mrcfile.new(path, data, overwrite=True) as file:
            file.set_volume()
            file.voxel_size = 2.5
            for name, value in fields.items():
                file.header[name] = value
    return path


def test_a_volume_comes_back(tmp_path: Path) -> None:
    volume = Volume(VALUES, 1.25, (1.0, -2.0, 3.5))
    again = open(volume.save(tmp_path / "a.mrc"))
    assert isinstance(again, Volume)
    np.testing.assert_array_equal(again.data, VALUES)
    assert again.pixel == pytest.approx(1.25)
    assert again.origin == pytest.approx((1.0, -2.0, 3.5))


def test_images_come_back(tmp_path: Path) -> None:
    """A stack that is not square, and a micrograph."""
    for name, data in (("a.mrcs", VALUES), ("a.mrc", VALUES[:1])):
        again = open(Images(data, 1.25).save(tmp_path / name))
        assert isinstance(again, Images)
        np.testing.assert_array_equal(again.data, data)
        assert again.pixel == pytest.approx(1.25)


def test_another_reader_finds_our_volumes_valid(tmp_path: Path) -> None:
    path = Volume(VALUES, 1.25, (1.0, -2.0, 3.5)).save(tmp_path / "a.mrc")
    assert mrcfile.validate(path, print_file=None)
    with mrcfile.open(path) as file:
        assert file.is_volume()
        np.testing.assert_array_equal(file.data, VALUES)
        assert file.voxel_size.x == pytest.approx(1.25)
        assert float(file.header.origin.z) == 3.5


def test_another_reader_finds_our_stacks_valid(tmp_path: Path) -> None:
    images = np.random.default_rng(0).standard_normal((7, 6, 6)).astype(np.float32)
    path = mrc.write_stack(tmp_path / "a.mrcs", [images[:4], images[4:]], 7, 6, 3.0)
    assert mrcfile.validate(path, print_file=None)
    with mrcfile.open(path) as file:
        assert file.is_image_stack()
        np.testing.assert_array_equal(file.data, images)
        assert file.voxel_size.x == pytest.approx(3.0)


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.uint16, np.float16, np.float32])
@pytest.mark.parametrize("order", ["<", ">"])
def test_modes_and_byte_orders(tmp_path: Path, dtype: type, order: str) -> None:
    path = written(tmp_path / "a.mrc", VALUES.astype(np.dtype(dtype).newbyteorder(order)))
    volume = mrc.read_volume(path)
    assert volume.data.dtype == np.float32
    np.testing.assert_array_equal(volume.data, VALUES)


def test_bytes_of_imod_are_unsigned(tmp_path: Path) -> None:
    """IMOD's stamp without its first flag: mode 0 holds 0 to 255, not −128 to 127."""
    path = written(tmp_path / "a.mrc", np.array([[[200 - 256, 100]]], np.int8))
    raw = bytearray(path.read_bytes())
    raw[152:160] = b"IMOD" + (0).to_bytes(4, "little")
    path.write_bytes(raw)
    np.testing.assert_array_equal(mrc.read_volume(path).data, [[[200, 100]]])
    raw[156] = 1
    path.write_bytes(raw)
    np.testing.assert_array_equal(mrc.read_volume(path).data, [[[200 - 256, 100]]])


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_compressed_files_are_known_by_their_bytes(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    plain = written(tmp_path / "a.mrc")
    packed = tmp_path / "packed.map.gz"  # bzip2 under a wrong name is still read
    packed.write_bytes(pack(plain.read_bytes()))
    np.testing.assert_array_equal(mrc.read_volume(packed).data, VALUES)
    packed.write_bytes(pack(plain.read_bytes()[:-20]))
    with pytest.raises(FormatError, match=r"cut short: its header asks for 240 bytes of data, and it has 220"):
        mrc.read_volume(packed)
    packed.write_bytes(pack(plain.read_bytes())[:-30])
    with pytest.raises(FormatError, match=r"cannot be read or unpacked|cut short"):
        mrc.read_volume(packed)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 1, 3), (3, 2, 1), (1, 3, 2), (2, 3, 1)])
def test_any_axis_order_is_turned_to_zyx(tmp_path: Path, order: tuple[int, int, int]) -> None:
    """Columns run along axis mapc, rows along mapr, sections along maps (1 is x); start fields count them likewise."""
    columns, rows, sections = order
    stored = VALUES.transpose([3 - sections, 3 - rows, 3 - columns])
    starts = dict(zip(order, (10, 20, 30), strict=True))
    fields = {"mapc": columns, "mapr": rows, "maps": sections, "nxstart": 10, "nystart": 20, "nzstart": 30}
    path = written(tmp_path / "a.mrc", np.ascontiguousarray(stored), **fields)
    with mrcfile.open(path, "r+", permissive=True) as file:
        # intervals are counted along x, y, z whatever the order of storage
        file.header.mx, file.header.my, file.header.mz = 5, 4, 3
        file.header.cella = (12.5, 10.0, 7.5)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        volume = mrc.read_volume(path)
    np.testing.assert_array_equal(volume.data, VALUES)
    assert volume.origin == pytest.approx(tuple(2.5 * starts[axis] for axis in (1, 2, 3)))
    assert [("turned" in str(w.message)) for w in said] == ([] if order == (1, 2, 3) else [True])


def test_the_origin_field_goes_before_the_start_field(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mrc", nxstart=-4, nystart=-5, nzstart=-6)
    assert mrc.read_volume(path).origin == pytest.approx((-10.0, -12.5, -15.0))
    path = written(tmp_path / "a.mrc", nxstart=-4, origin=(8.0, 0.0, 1.0))
    with pytest.warns(HeaderWarning, match="different places for the first voxel; the origin field is taken"):
        assert mrc.read_volume(path).origin == pytest.approx((8.0, 0.0, 1.0))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"map": b"\0\0\0\0"}, "lacks the word MAP"),
        ({"cella": (0, 0, 0)}, "a pixel of 0 Å, which cannot be; without another, 1 Å is taken"),
        ({"cella": (1e-3, 1e-3, 1e-3)}, "which cannot be"),
        ({"cella": (12.5, 5.0, 7.5)}, "pixels are not square"),
        ({"cella": (12.5, 10.0, 3.0)}, r"voxels are 2.5 × 2.5 × 1 Å; 2.5 Å is taken"),
        ({"cellb": (90, 100, 90)}, "the cell is skew"),
        ({"mapc": 1, "mapr": 1, "maps": 1}, "axis order 111 means nothing"),
    ],
)
def test_headers_that_contradict_themselves_warn(tmp_path: Path, fields: dict[str, object], words: str) -> None:
    path = written(tmp_path / "a.mrc", **fields)
    with pytest.warns(HeaderWarning, match=words):
        volume = mrc.read_volume(path)
    np.testing.assert_array_equal(volume.data, VALUES)


def test_a_given_pixel_goes_before_the_header(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mrc", nxstart=-4)
    volume = open(path, pixel=1.1)
    assert isinstance(volume, Volume)
    assert volume.pixel == 1.1
    assert volume.origin == pytest.approx((-4.4, 0, 0))


def test_extended_headers_are_stepped_over(tmp_path: Path) -> None:
    path = tmp_path / "a.mrc"
    with mrcfile.new(path, VALUES) as file:
        file.set_extended_header(np.zeros(40, "V8"))
        file.voxel_size = 1.0
    np.testing.assert_array_equal(mrc.read_volume(path).data, VALUES)


def test_a_file_cut_short_names_both_sizes(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mrc")
    os.truncate(path, 1200)
    with pytest.raises(FormatError, match="cut short: its header asks for 1264 bytes, and it has 1200"):
        open(path)
    os.truncate(path, 100)
    with pytest.raises(FormatError, match="it holds 100 bytes, and a header alone has 1024"):
        open(path)


def test_a_file_too_long_warns(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mrc")
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.warns(HeaderWarning, match="4 bytes more than its header asks for"):
        open(path)


def test_what_is_no_map_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "a.mrc"
    text.write_text("REMARK this is text\n" * 100)
    with pytest.raises(FormatError, match="names impossible sizes; is it of another format"):
        open(text)
    with pytest.raises(UnsupportedFileError, match="MRC mode 4, which holds complex transforms"):
        open(written(tmp_path / "c.mrc", mode=4))
    with pytest.raises(MissingFileError, match="not there; check the name"):
        open(tmp_path / "none.mrc")


def test_values_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    values = VALUES.copy()
    values[0, 0, 0] = np.nan
    with pytest.raises(InputError, match="1 of its values are not"):
        open(written(tmp_path / "a.mrc", values))


def test_one_section_is_a_micrograph(tmp_path: Path) -> None:
    micrograph = open(written(tmp_path / "a.mrc", VALUES[:1]))
    assert isinstance(micrograph, Images)
    assert len(micrograph) == 1


def test_few_sections_are_asked_about(tmp_path: Path) -> None:
    with pytest.warns(HeaderWarning, match=r"2 sections of 8 × 8 are read as a map; if they are images, name it .mrcs"):
        assert isinstance(open(written(tmp_path / "a.mrc", np.zeros((2, 8, 8), np.float32))), Volume)


def sparse_stack(path: Path, count: int, box: int) -> Path:
    """A stack whose images take no room on the disk, all zero but the last."""
    head = mrc.header_bytes((count, box, box), 1.5, stack=True, statistics=(0, -1, -2, -1))
    with path.open("wb") as file:
        file.write(head)
        file.seek(len(head) + (count - 1) * box * box * 4)
        np.ones(box * box, "<f4").tofile(file)
    return path


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is counted through /proc")
def test_a_stack_of_100_gb_is_left_on_the_disk(tmp_path: Path) -> None:
    path = sparse_stack(tmp_path / "large.mrcs", 1_000_000, 160)
    assert path.stat().st_size > 100e9
    before = resident()
    images = open(path)
    assert isinstance(images, Images)
    assert len(images) == 1_000_000
    stack, pixel = mrc.read_stack(path)
    assert pixel == pytest.approx(1.5)
    last = stack[[0, 999_999]].read()
    assert last.mean(axis=(1, 2)).tolist() == [0, 1]
    assert images.data[-1].min() == 1
    assert resident() - before < 100e6


def test_a_large_file_is_sampled_and_says_so(tmp_path: Path) -> None:
    found = facts(sparse_stack(tmp_path / "a.mrcs", 20_000, 128))
    assert found["statistics"]["from"].endswith("of 20000 sections")
    assert found["statistics"]["from"] != "20000 of 20000 sections"


def test_statistics_of_pieces_are_those_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = (np.random.default_rng(0).standard_normal((50, 16, 16)) + 1e4).astype(np.float32)
    monkeypatch.setattr("underfocus.data.files.statistics.PIECE_BYTES", 3000)
    found = facts(mrc.write_stack(tmp_path / "a.mrcs", [values], 50, 16, 2.0))["statistics"]
    exact = values.astype(float)
    assert found["mean"] == pytest.approx(exact.mean(), rel=1e-12)
    assert found["std"] == pytest.approx(exact.std(), rel=1e-9)
    assert (found["min"], found["max"]) == (exact.min(), exact.max())


@pytest.mark.parametrize("dtype", [np.float32, np.int16])
def test_images_are_read_in_any_order(tmp_path: Path, dtype: type) -> None:
    values = np.random.default_rng(0).integers(-99, 99, (9, 6, 6)).astype(dtype)
    path = written(tmp_path / "a.mrcs", values)
    stack, _ = mrc.read_stack(path)
    for index in ([3, 4, 5, 0], [8, 7, 7], list(range(9)), [2]):
        np.testing.assert_array_equal(stack[index].read(), values[index])


def test_more_stacks_than_a_process_may_open(tmp_path: Path) -> None:
    """Files are open only while they are read: a project has more stacks than a process may have files."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = 200
    headers = []
    for i in range(count):
        image = np.full((1, 4, 4), i, np.float32)
        headers.append(mrc_header.read_header(mrc.write_stack(tmp_path / f"{i}.mrcs", [image], 1, 4, 1.0)))
    stack = mrc.file_stack(headers, np.arange(count), np.zeros(count, int))
    used = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 64
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 20, hard))
    try:
        np.testing.assert_array_equal(stack.read()[:, 0, 0], np.arange(count))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_images_of_two_sizes_are_refused(tmp_path: Path) -> None:
    paths = [mrc.write_stack(tmp_path / f"{n}.mrcs", [np.zeros((1, n, n))], 1, n, 1.0) for n in (4, 6)]
    with pytest.raises(InputError, match="differ in size"):
        mrc.file_stack([mrc_header.read_header(p) for p in paths], np.array([0, 1]), np.array([0, 0]))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = mrc.write_stack(tmp_path / "a.mrcs", [np.ones((2, 4, 4))], 2, 4, 1.0)
    before = path.read_bytes()
    with pytest.raises(InputError, match="3 images were announced, and 2 came"):
        mrc.write_stack(path, [np.zeros((2, 4, 4))], 3, 4, 1.0)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.mrcs"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"the folder .*nowhere is not there; make it first"):
        Volume(VALUES, 1.0).save(tmp_path / "nowhere" / "a.mrc")


def test_beside_cleans_up_when_its_body_fails(tmp_path: Path) -> None:
    def half_written() -> None:
        with beside(tmp_path / "a") as temporary:
            temporary.write_text("half")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        half_written()
    assert list(tmp_path.iterdir()) == []
