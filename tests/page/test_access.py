"""Everything by keyboard, with a name and a value; light and dark; a phone's width; nothing without the token."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.page.running import Site, drawn

pytestmark = pytest.mark.page

#: Whatever a hand can work on this page and a keyboard should reach.
CONTROLS = "a[href], button, input, select, textarea, [tabindex='0']"
#: The name that assistive technology reads, for controls labelled in the usual ways.
NAMELESS = f"""() => [...document.querySelectorAll("{CONTROLS}")]
  .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || e.labels?.length || e.textContent.trim()))
  .map((e) => e.outerHTML)"""


def walk(page: Page) -> list[str]:
    """Press Tab through the page; what had the focus, in order."""
    seen: list[str] = []
    page.evaluate("document.activeElement.blur(); window.walked = 0")
    page.evaluate(f'document.querySelectorAll("{CONTROLS}").forEach((e, i) => (e.dataset.walk = i))')
    for _ in range(900):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "document.activeElement === document.body ? 'end' : (document.activeElement?.dataset?.walk ?? 'other')"
        )
        if at == "end" or at in seen:
            break
        if at != "other":  # summaries and scrolling code take the focus as well, by the browser's own rule
            seen.append(at)
    return seen


def test_the_keyboard_reaches_everything(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    drawn(page, "ctf")
    drawn(page, "picture")
    seen = walk(page)
    visible = page.evaluate(
        f"""[...document.querySelectorAll("{CONTROLS}")]
        .filter((e) => e.checkVisibility() && !e.disabled && e.type !== "radio").map((e) => e.dataset.walk)"""
    )
    assert set(visible) <= set(seen), f"not reached: {set(visible) - set(seen)}"
    assert seen == sorted(seen, key=int), "the order of focus is the order of the page"


def test_arrows_move_a_slider_and_its_words_follow(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    seq = drawn(page, "ctf")
    slider = page.locator("#fig-ctf-defocus-slider")
    expect(slider).to_have_attribute("aria-valuetext", "15000 Å")
    slider.focus()
    page.keyboard.press("ArrowRight")
    drawn(page, "ctf", seq)
    expect(slider).to_have_attribute("aria-valuetext", "15050 Å")
    expect(page.locator("#fig-ctf-defocus")).to_have_value("15050")
    box = page.locator("#fig-picture-box-slider")
    expect(box).to_have_attribute("aria-valuetext", "256 px")
    box.press("Home")
    expect(box).to_have_attribute("aria-valuetext", "32 px")


def test_everything_has_a_name_and_a_value(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    seq = drawn(page, "ctf")
    drawn(page, "picture")
    assert page.evaluate(NAMELESS) == []
    figure = page.locator("#fig-ctf")
    assert figure.get_by_role("slider", name="defocus").count() == 1
    assert figure.get_by_role("spinbutton", name="defocus").count() == 1
    assert page.get_by_role("combobox", name="specimen").count() == 1
    assert page.get_by_role("figure", name="Contrast transfer").count() == 1
    label = page.locator("#fig-ctf .frame canvas").get_attribute("aria-label") or ""
    assert "256 by 256 pixels, values from −1" in label
    page.locator("#fig-ctf-defocus").fill("20000")
    drawn(page, "ctf", seq)
    expect(page.locator("#fig-ctf [role=status]")).to_contain_text("defocus 20000 Å")
    expect(page.locator("#fig-ctf [role=status]")).to_contain_text("CTF(0) −0.1")


def test_pictures_and_plots_are_read_by_arrow_keys(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    drawn(page, "picture")
    page.locator("#fig-picture .frame canvas").press("ArrowRight")
    expect(page.locator("#fig-picture .panel-image .reading")).to_contain_text("x 2 Å, y 0 Å")
    page.locator("#fig-picture .panel-plot .frame svg").press("ArrowLeft")
    expect(page.locator("#fig-picture .panel-plot .reading")).to_contain_text("bin 5: counts 0.9589")


def test_hints_say_what_a_knob_does(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur")
    what = page.locator("#fig-ctf-bfactor-what")
    expect(what).not_to_be_visible()
    page.locator("#fig-ctf-bfactor-slider").focus()
    expect(what).to_be_visible()
    described = page.locator("#fig-ctf-bfactor-slider").get_attribute("aria-describedby")
    assert described == "fig-ctf-bfactor-what"


def paper(page: Page) -> str:
    """The colour of the page."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_light_and_dark_follow_the_system_and_the_reader(demo_site: Site, open_page: Any) -> None:
    dark = open_page(demo_site, "/chapter/demo/blur", color_scheme="dark")
    light = open_page(demo_site, "/chapter/demo/blur", color_scheme="light")
    day, night = paper(light), paper(dark)
    assert day != night
    theme = dark.locator("#theme")
    theme.click()
    expect(theme).to_have_text("Theme: light")
    assert paper(dark) == day
    dark.reload()
    assert paper(dark) == day
    dark.locator("#theme").click()
    assert paper(dark) == night
    expect(dark.locator("#theme")).to_have_text("Theme: dark")


@pytest.mark.parametrize("width", [360, 400, 768, 1280, 1800])
def test_nothing_overflows_sideways(demo_site: Site, open_page: Any, width: int) -> None:
    page = open_page(demo_site, "/chapter/demo/blur", width=width)
    drawn(page, "ctf")
    drawn(page, "picture")
    page.locator("#fig-ctf [data-tool=code]").click()
    page.locator("#fig-ctf .code pre").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_are_on_paper_before_any_script(demo_site: Site, open_page: Any) -> None:
    page = open_page(demo_site, "/chapter/demo/blur", java_script_enabled=False)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("#fig-ctf figcaption math")).to_be_visible()
    assert "need a script" in page.content()


def test_the_policy_is_kept_by_every_page(demo_site: Site) -> None:
    with httpx.Client(base_url=demo_site.base, follow_redirects=True) as client:
        html = client.get(demo_site.door.address("/chapter/demo/blur")).text
        assert " style=" not in html
        assert "<style" not in html
        assert "onclick" not in html
        assert client.get("/chapter/demo").url.path == "/chapter/demo/blur"
        assert client.get("/chapter/none/blur").status_code == 404
        assert client.get("/web/../serve.py").status_code == 404
        again = client.get("/web/book.css")
        assert client.get("/web/book.css", headers={"if-none-match": again.headers["etag"]}).status_code == 304


def test_without_the_token_nothing_is_served(demo_site: Site, open_page: Any) -> None:
    for path in ("/", "/chapter/demo/blur", "/web/book.css", "/code/demo/blur/ctf"):
        answer = httpx.get(demo_site.base + path)
        assert answer.status_code == 403
        assert answer.text.count("\n") == 1
    origin = {"origin": demo_site.base}
    assert httpx.post(demo_site.base + "/api/specimen", content=b"x", headers=origin).status_code == 403


def test_sockets_of_strangers_are_refused(demo_site: Site) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = f"ws://127.0.0.1:{demo_site.door.port}/ws"
    cookie = {"cookie": f"{demo_site.door.cookie}={demo_site.door.token}"}
    for headers, origin in (({}, demo_site.base), (cookie, None), (cookie, "http://evil.example")):
        with pytest.raises(InvalidStatus) as refused, connect(address, additional_headers=headers, origin=origin):
            pass
        assert refused.value.response.status_code == 403
    with connect(address, additional_headers=cookie, origin=demo_site.base) as socket:
        socket.send('{"figure": "demo/blur/nothing", "seq": 1, "values": {}}')
        assert "there is no figure" in str(socket.recv(timeout=10))
