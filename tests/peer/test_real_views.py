"""Real orientations: 11,764 proteasomes of EMPIAR-10025 as a refinement with D7 left them, and their histogram."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from underfocus.data.files.orientations import read_orientations
from underfocus.samples import real_views, views
from underfocus.study import own_views
from underfocus.study.chapters.tilting import real_set, spheres
from underfocus.study.chapters.tilting.blur import real_figures
from underfocus.validation import orientation

SET = "data/metadata/cryosparc/t20s_P9_J209_000_particles.cs"


def test_views_that_are_drawn_from_a_histogram_have_it() -> None:
    counts = real_views.proteasome_counts()
    assert counts.shape == (768,)
    assert counts.sum() == 11_764
    assert np.array_equal(orientation.histogram(real_views.drawn(counts, seed=1), 3), counts)
    some = orientation.histogram(real_views.drawn(counts, 500, seed=1), 3)
    assert some.sum() == 500
    assert not some[counts == 0].any()


@pytest.mark.shared
def test_the_histogram_that_ships_is_that_of_the_poses(shared: Path) -> None:
    pose = read_orientations(shared / SET)
    assert np.array_equal(orientation.histogram(pose, 3), real_views.proteasome_counts())


@pytest.mark.shared
@pytest.mark.parametrize(("group", "tilt"), [("D7", 0.0), ("D7", 30.0), ("C1", 0.0)])
def test_the_chapter_s_sampling_is_that_of_the_poses(shared: Path, group: str, tilt: float) -> None:
    """Each of 14 mates of 11,764 poses is counted; the chapter has 768 numbers of them."""
    pose = read_orientations(shared / SET)
    seen = views.tilted(pose, tilt, 1) if tilt else pose
    counted = orientation.sampling(seen, spheres.half_directions(), group=group)
    found = real_set.sampled(real_set.seen("T20S proteasome", group), tilt)
    assert np.corrcoef(found, counted)[0, 1] > 0.96
    assert orientation.scf_of(found) == pytest.approx(
        orientation.scf_star_of(counted, 117.64 * (14 if group == "D7" else 1)), abs=0.03
    )


@pytest.mark.shared
def test_a_reader_s_file_drives_the_figure(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same set through the reader's door: what is predicted of the map is what its histogram predicts."""
    monkeypatch.setattr(own_views, "_mine", None)
    assert len(own_views.bring((shared / SET).read_bytes(), "j209.cs").directions) == 11_764
    mine, shipped = (
        {r.label: float(r.value) for r in real_figures.real_views.draw(source=source).readouts}
        for source in ("my particles", "T20S proteasome")
    )
    assert mine["particles"] == 11_764
    for label in ("SCF", "cFAR, predicted", "a point is longer, times"):
        assert mine[label] == pytest.approx(shipped[label], rel=0.04), label
