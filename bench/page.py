"""Pages: first paint (0.5 s) and slider to pixels (60 ms at 256²), in a headless chromium, over the open chapters.

``python -m bench page --only /chapter/tilting/blur --settle 60`` measures some pages and leaves the others' results.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .measure import RESULTS, keep, machine

START = "from underfocus.study.serve import serve; serve(open_browser=False)"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Fifty places of a slider, none twice; each waits until the pixels of the last are on the screen.
SWEEP = """async ([id, knob]) => {
  const slider = document.getElementById(`${id}-${knob}-slider`);
  const [low, high] = [Number(slider.min), Number(slider.max)];
  ufTimings.length = 0;
  for (let i = 0; i < 50; i++) {
    const before = ufTimings.length;
    slider.value = low + ((high - low) * (i + 0.5)) / 50;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const start = performance.now();
    while (ufTimings.length === before && performance.now() - start < 5000) {
      await new Promise((wait) => setTimeout(wait, 1));
    }
  }
  return ufTimings.map((t) => ({ all: t.painted - t.input, drawn: t.drawn - t.input, engine: t.server }));
}"""
FIGURES = """() => [...document.querySelectorAll("uf-figure:not([data-measured])")].map((f) => ({
  id: f.id,
  knob: f.querySelector('input[type="range"]')?.closest("[data-knob]").dataset.knob,
  canvas: [...f.querySelectorAll(".frame canvas")].map((c) => `${c.width} × ${c.height}`).join(", "),
}))"""
ALL_DRAWN = "[...document.querySelectorAll('uf-figure:not([data-measured])')].every((f) => f.dataset.seq)"
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


@contextmanager
def study() -> Iterator[str]:
    """The study as a reader starts it; its address."""
    process = subprocess.Popen([sys.executable, "-c", START], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    if found is None:
        raise SystemExit("the study did not print an address")
    try:
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def middle(values: list[float]) -> dict[str, float]:
    """Median and ninth decile, in ms."""
    return {
        "median_ms": round(statistics.median(values), 1),
        "p90_ms": round(statistics.quantiles(values, n=10)[-1], 1),
    }


def measure_page(page: Any, path: str) -> dict[str, Any]:
    """First paints of one page over five loads, and the sweep of each figure's first slider."""
    base = re.sub(r"(http://[^/]+).*", r"\1", page.url)
    paints = []
    for _ in range(5):
        page.goto(base + path)
        page.wait_for_timeout(1500)
        paints.append(float(page.evaluate(FIRST_PAINT)))
    found: dict[str, Any] = {"first_paint": middle(paints)}
    while not page.evaluate(ALL_DRAWN):
        page.wait_for_timeout(500)
    for figure in page.evaluate(FIGURES):
        if figure["knob"]:
            times = page.evaluate(SWEEP, [figure["id"], figure["knob"]])
            name = f"{figure['id']} {figure['knob']} ({figure['canvas'] or 'curves'})"
            found[name] = middle([t["all"] for t in times]) | {
                "engine_ms": round(statistics.median(t["engine"] for t in times), 1),
                "frames": len(times),
            }
    return found


def _before() -> dict[str, Any]:
    """What is kept of pages that were measured before, each with the day and the load of its run."""
    kept = RESULTS / "page.json"
    record = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    run = {"date": record.get("date"), "load": record.get("machine", {}).get("load")}
    return {path: run | value for path, value in record.items() if path.startswith("/")}


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/page.json``."""
    from playwright.sync_api import sync_playwright

    from underfocus.study.chapter import chapters

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="PATH", help="pages to measure, such as /chapter/tilting/blur")
    parser.add_argument("--settle", type=float, default=10.0, help="seconds in which the study warms up")
    told = parser.parse_args(arguments)
    paths = told.only or ["/", *(f"/chapter/{c.slug}/{c.stream}" for c in chapters())]
    found = _before() if told.only else {}
    with study() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(address)
        page.wait_for_timeout(1000 * told.settle)
        for path in paths:
            measured = {"date": time.strftime("%Y-%m-%d"), "load": machine()["load"]} if told.only else {}
            found[path] = measured | measure_page(page, path)
        browser.close()
    keep("page", "slider to pixels: median under 60 ms at 256², 50 places; first paint under 0.5 s", found)
