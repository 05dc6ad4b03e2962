"""A figure in a real browser: sliders move pixels, the pixels are the engine's, the newest value wins."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.page.demo import ctf, picture
from tests.page.running import Site, drawn, until

pytestmark = pytest.mark.page

#: The hash of what the canvas of a figure really shows, beside the hash that the engine's frame named.
SHOWN = """async (id) => {
  const { figureOf } = await import("/web/figure.js");
  const panel = figureOf(id).panels.find((p) => p.image);
  const bytes = new Uint8Array(panel.panel.data.slice().buffer);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((b) => b.toString(16).padStart(2, "0")).join("");
}"""


def slide(page: Page, name: str, knob: str, value: float) -> None:
    """Move a slider as a hand does: value, then input event."""
    page.locator(f"#fig-{name}-{knob}-slider").evaluate(
        "(s, v) => { s.value = v; s.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


def pixels(page: Page, name: str) -> str:
    """The first canvas of a figure, as it is on the screen."""
    return str(page.locator(f"#fig-{name} .frame canvas").first.evaluate("c => c.toDataURL()"))


def hash_of(figure: Any, **values: Any) -> str:
    """The hash of the first image that the engine draws."""
    return next(p.sha256 for p in figure.draw(**values).pictures if hasattr(p, "sha256"))


def test_the_page_loads_with_its_figures(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    assert "token" not in page.url
    expect(page.locator("h1")).to_have_text("A demonstration of contrast")
    for name in ("ctf", "picture"):
        drawn(page, name)
    assert page.evaluate(SHOWN, "ctf") == hash_of(ctf)
    assert page.evaluate(SHOWN, "picture") == hash_of(picture)


def test_a_slider_moves_pixels_and_the_pixels_are_the_engines(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    seq, before = drawn(page, "ctf"), pixels(page, "ctf")
    path = page.locator("#fig-ctf .panel-plot .frame .line").first.get_attribute("d")
    for value in (7000, 21500, 38000):
        slide(page, "ctf", "defocus", value)
        seq = drawn(page, "ctf", seq)
        assert page.evaluate(SHOWN, "ctf") == hash_of(ctf, defocus=value)
    assert pixels(page, "ctf") != before
    assert page.locator("#fig-ctf .panel-plot .frame .line").first.get_attribute("d") != path
    expect(page.locator("#fig-ctf-defocus")).to_have_value("38000")


def test_the_newest_value_wins_and_nothing_queues(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    drawn(page, "picture")
    slide(page, "picture", "pause", 60)
    until(page, "() => ufTimings.some(t => t.figure === 'demo/blur/picture' && t.server > 50)")
    asked = page.evaluate(
        """async () => {
          ufTimings.length = 0;
          const slider = document.getElementById("fig-picture-box-slider");
          const { figureOf } = await import("/web/figure.js");
          for (let i = 1; i <= 30; i++) {
            slider.value = 1.6 + 0.02 * i;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((wait) => setTimeout(wait, 5));
          }
          return figureOf("picture").live.seq;
        }"""
    )
    assert drawn(page, "picture", asked - 1) == asked
    until(page, "n => ufTimings.at(-1)?.seq === n", asked)
    frames = page.evaluate("ufTimings.map(t => t.seq)")
    assert len(frames) < 15
    assert frames == sorted(frames)
    box = int(page.locator("#fig-picture-box").input_value())
    assert 150 < box < 165
    assert page.evaluate(SHOWN, "picture") == hash_of(picture, box=box)


def test_a_typed_number_may_leave_the_slider_but_not_what_is_valid(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    seq = drawn(page, "ctf")
    page.locator("#fig-ctf-defocus").fill("-2500")
    seq = drawn(page, "ctf", seq)
    assert page.evaluate(SHOWN, "ctf") == hash_of(ctf, defocus=-2500)
    page.locator("#fig-ctf-voltage_kv").fill("0.5")
    expect(page.locator("#fig-ctf-voltage_kv")).to_have_attribute("aria-invalid", "true")
    assert page.locator("#fig-ctf").get_attribute("data-seq") == str(seq)
    page.locator("#fig-ctf-voltage_kv").fill("200")
    drawn(page, "ctf", seq)
    expect(page.locator("#fig-ctf-voltage_kv")).not_to_have_attribute("aria-invalid", "true")


def test_an_error_of_the_engine_is_one_sentence_beside_the_figure(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    drawn(page, "picture")
    before = pixels(page, "picture")
    page.locator("#fig-picture-specimen").select_option("mine")
    trouble = page.locator("#fig-picture .trouble")
    expect(trouble).to_contain_text("choose an MRC file")
    assert pixels(page, "picture") == before
    page.locator("#fig-picture-specimen").select_option("point")
    expect(trouble).to_be_hidden()


def test_a_permalink_holds_the_whole_state(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    seq = drawn(page, "ctf")
    slide(page, "ctf", "defocus", 23450)
    page.locator("#fig-ctf-envelope").uncheck()
    page.locator("#fig-picture-specimen").select_option("point")
    drawn(page, "ctf", seq)
    until(page, "() => location.hash.includes('point')")
    page.locator("#fig-ctf [data-tool=link]").click()
    link = page.url
    for part in ("f.ctf.defocus=23450", "f.ctf.envelope=off", "f.ctf.voltage_kv=300", "f.picture.specimen=point"):
        assert part in link
    assert page.context.pages[0].url == link

    again = page.context.new_page()
    again.goto(link)
    drawn(again, "ctf")
    drawn(again, "picture")
    assert again.evaluate(SHOWN, "ctf") == hash_of(ctf, defocus=23450, envelope=False)
    assert again.evaluate(SHOWN, "picture") == hash_of(picture, specimen="point")
    again.locator("#fig-ctf [data-tool=reset]").click()
    expect(again.locator("#fig-ctf-defocus")).to_have_value("15000")
    until(again, "() => !location.hash.includes('f.ctf')")
    assert "f.picture.specimen=point" in again.url


def test_show_the_code_prints_the_engine(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    button = page.locator("#fig-ctf [data-tool=code]")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    code = page.locator("#fig-ctf .code")
    expect(code).to_contain_text("underfocus.physics.ctf.ctf1")
    shown = code.locator("pre").nth(1).inner_text()
    assert shown.strip() == ctf.sources()[1][1].strip()
    button.click()
    expect(code).to_be_hidden()


def test_play_moves_one_knob_and_a_hand_stops_it(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    seq = drawn(page, "ctf")
    play = page.locator("#fig-ctf [data-tool=play]")
    play.click()
    expect(play).to_have_text("Pause")
    drawn(page, "ctf", seq + 5)
    assert page.locator("#fig-ctf-defocus").input_value() != "15000"
    slide(page, "ctf", "defocus", 9000)
    expect(play).to_have_text("Play")
    page.wait_for_timeout(100)
    expect(page.locator("#fig-ctf-defocus")).to_have_value("9000")
    expect(page.locator("#fig-picture [data-tool=play]")).to_be_hidden()


def test_values_under_the_pointer(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    drawn(page, "ctf")
    drawn(page, "picture")
    page.locator("#fig-ctf .panel-plot svg").last.hover()
    expect(page.locator("#fig-ctf .panel-plot .reading")).to_have_text(
        re.compile(r"spatial frequency 0\.\d+ 1/Å \([\d.]+ Å\): CTF −?[\d.]+ · envelope 1")
    )
    page.locator("#fig-picture .frame canvas").hover(position={"x": 5, "y": 5})
    expect(page.locator("#fig-picture .panel-image .reading")).to_have_text(
        re.compile(r"x −2\d\d Å, y −2\d\d Å: −?0 e⁻")
    )


def test_the_socket_returns_by_itself(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    drawn(page, "ctf")
    page.evaluate("import('/web/figure.js').then(m => m.figureOf('ctf').live.socket.close())")
    expect(page.locator("#connection")).to_be_visible()
    expect(page.locator("#connection")).to_have_count(0)
    seq = int(page.locator("#fig-ctf").get_attribute("data-seq") or 0)
    slide(page, "ctf", "defocus", 31000)
    drawn(page, "ctf", seq)
    assert page.evaluate(SHOWN, "ctf") == hash_of(ctf, defocus=31000)


def test_a_measured_figure_waits_runs_and_stops(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    drawn(page, "ctf")
    figure, button = page.locator("#fig-race"), page.locator('#fig-race [data-tool="measure"]')
    assert figure.get_attribute("data-seq") is None
    page.locator("#fig-race-steps-slider").press("ArrowRight")
    page.wait_for_timeout(100)
    assert figure.get_attribute("data-seq") is None, "turning a knob is not asking for a measurement"
    button.press("Enter")
    expect(figure.locator(".readouts")).to_contain_text("4", timeout=10_000)
    expect(button).to_have_text("Measure on this machine")
    page.locator("#fig-race-steps-slider").press("End")
    button.click()
    expect(button).to_contain_text("press to stop")
    expect(figure.locator(".readouts")).to_contain_text("2")
    button.click()
    expect(button).to_have_text("Measure on this machine")
    page.wait_for_timeout(300)
    reached = figure.locator(".readouts b").inner_text()
    page.wait_for_timeout(300)
    assert figure.locator(".readouts b").inner_text() == reached, "it went on after it was stopped"
    assert int(reached) < 40


def test_a_line_has_its_band_behind_it(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    page.locator("#fig-race [data-tool=measure]").click()
    expect(page.locator("#fig-race .readouts")).to_contain_text("3")
    band = page.locator("#fig-race .panel-plot .frame path.fill")
    assert str(band.get_attribute("d")).count("L") == 5, "two ends of each of three values"
    assert band.evaluate("b => b.nextElementSibling.classList.contains('line')")
    svg = page.locator("#fig-race .panel-plot .frame svg")
    svg.press("ArrowRight")
    expect(page.locator("#fig-race .panel-plot .reading")).to_contain_text("9 (8.5 to 9.5)")
