"""Laws of the base floor: constants, knobs, arrays, progress, parallel work."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest

from underfocus.base import arrays, parallel, progress, units
from underfocus.base.errors import InputError, KnobError
from underfocus.base.knobs import Knobs, build, knob, knobs_of, option

Height = Annotated[float, knob("Å", 1.0, 10.0, "how tall it is drawn", valid=(0.0, 100.0), flag="--tall")]
Count = Annotated[int, knob("", 1, 10, "how many are drawn", valid=(1, None))]
Colour = Annotated[Literal["red", "blue"], option("which colour is drawn")]
Switch = Annotated[bool, option("whether it is drawn at all")]
Between = Annotated[tuple[float, float], knob("Å", 0, 10, "from where to where", valid=(0.0, 50.0))]


class Drawing(Knobs):
    """A job's knobs, with every kind."""

    source: Annotated[Path, option("the file that is drawn", flag="FILE")]
    height: Height = 2.0
    count: Count = 3
    colour: Colour = "red"
    shown: Switch = True
    between: Between = (1.0, 2.0)
    title: Annotated[str | None, option("a title, if any")] = None


@dataclass(frozen=True)
class Lens:
    """A noun with knobs."""

    height: Height = 5.0
    count: Count = 1


def figure(lens: Lens = Lens(height=7.0), colour: Colour = "blue") -> tuple[Lens, str]:
    """A figure's function."""
    return lens, colour


def test_a_declaration_gives_flag_kind_and_default() -> None:
    bounds = {b.name: b for b in Drawing.bounds()}
    assert bounds["height"].flag == "--tall"
    kinds = {n: b.kind for n, b in bounds.items()}
    assert kinds == {
        "source": "path",
        "height": "number",
        "count": "integer",
        "colour": "choice",
        "shown": "switch",
        "between": "range",
        "title": "text",
    }
    assert bounds["source"].required
    assert bounds["colour"].choices == ("red", "blue")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"height": 101.0}, "between 0 and 100 Å, and 101 was given"),
        ({"height": float("nan")}, "nan was given"),
        ({"count": 0}, "at least 1"),
        ({"colour": "green"}, "red"),
        ({"between": (3.0, 2.0)}, "LOW at most HIGH"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_model_refuses_in_one_sentence(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(KnobError, match="given") as refused:
        Drawing(source=Path("x"), **values)
    assert sentence in str(refused.value)


def test_text_becomes_values_as_a_permalink_carries_them() -> None:
    bounds = {b.name: b for b in Drawing.bounds()}
    assert bounds["height"].check("2.5") == 2.5
    assert bounds["between"].check("1:4") == (1.0, 4.0)
    assert bounds["between"].check("3") == (3.0, 3.0)
    assert bounds["shown"].check("off") is False
    with pytest.raises(KnobError, match="whole number"):
        bounds["count"].check("2.5")
    with pytest.raises(KnobError, match="must be a number"):
        bounds["height"].check("tall")


def test_a_noun_is_spread_into_its_knobs_and_put_together_again() -> None:
    bounds = knobs_of(figure)
    assert [(b.name, b.group, b.default) for b in bounds] == [
        ("height", "lens", 7.0),
        ("count", "lens", 1),
        ("colour", None, "blue"),
    ]
    assert figure(**build(figure, {"count": "4"})) == (Lens(7.0, 4), "blue")
    assert [b.name for b in knobs_of(figure, hide=("count",))] == ["height", "colour"]
    with pytest.raises(KnobError, match="no knob 'depth'"):
        build(figure, {"depth": 1})


def test_replace_checks_again() -> None:
    drawing = Drawing(source=Path("x"))
    assert drawing.replace(height=3.0).height == 3.0
    with pytest.raises(KnobError):
        drawing.replace(height=-1.0)


def test_constants() -> None:
    assert units.wavelength(300.0) == pytest.approx(0.019687489, abs=1e-9)
    assert units.interaction(300.0) == pytest.approx(6.526161424e-4, rel=1e-7)
    assert [round(units.speed(kv), 3) for kv in (100, 200, 300)] == [0.548, 0.695, 0.777]


def test_the_kind_of_array_follows_the_input() -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.zeros(2, dtype=torch.float32)
    assert arrays.is_torch(tensor)
    assert not arrays.is_torch(np.zeros(2))
    assert arrays.like(np.ones(2), tensor).dtype == torch.float32
    assert isinstance(arrays.to_numpy(tensor.requires_grad_()), np.ndarray)
    with pytest.raises(InputError, match="given together"):
        arrays.namespace(np.zeros(2), tensor)


def test_progress_is_silent_until_someone_listens() -> None:
    heard: list[progress.Event] = []
    assert list(progress.track([1, 2], "nobody", 2)) == [1, 2]
    with progress.listener(heard.append):
        assert list(progress.track([3, 4], "somebody", 7, size=lambda i: i)) == [3, 4]
    assert [(e.what, e.done, e.total) for e in heard] == [("somebody", d, 7) for d in (0, 3, 7)]
    assert heard[-1].seconds_left == 0
    with progress.stage("nobody", 1) as advance:
        advance(1)
    assert len(heard) == 3


def test_map_reduce_adds_everything_and_stays_lazy() -> None:
    drawn, most, lock = 0, 0, threading.Lock()
    finished = 0

    def chunks() -> Any:
        nonlocal drawn, most
        for i in range(100):
            with lock:
                drawn += 1
                most = max(most, drawn - finished)
            yield i

    def square(i: int) -> int:
        nonlocal finished
        with lock:
            finished += 1
        return i * i

    assert parallel.map_reduce(square, chunks(), lambda a, b: a + b, workers=2) == sum(i * i for i in range(100))
    assert most <= 6
    assert parallel.map_reduce(square, [], lambda a, b: a + b) is None


def test_a_failing_chunk_is_heard() -> None:
    def fail(i: int) -> int:
        raise InputError(f"chunk {i} is bad")

    with pytest.raises(InputError, match="is bad"):
        parallel.map_reduce(fail, range(4), lambda a, b: a + b)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same_sum() -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        found = parallel.map_reduce(abs, [-3, 4, -5], lambda a, b: a + b, scheduler=cluster.scheduler_address)
    assert found == 12
