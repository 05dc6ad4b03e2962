"""The server as a reader starts it: prints where it is, answers, and stops on Ctrl-C without a traceback."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import httpx
import pytest
from tests.page.running import Site
from websockets.sync.client import connect

from underfocus.show import frames

START = "from underfocus.study.serve import serve; serve({chapter!r}, open_browser=False)"


def started(chapter: str | None) -> subprocess.Popen[str]:
    """``serve`` in a process of its own."""
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-c", START.format(chapter=chapter)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_it_prints_its_address_answers_and_stops() -> None:
    process = started(None)
    try:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", process.stdout.readline())
        assert found is not None
        with httpx.Client(follow_redirects=True, timeout=30) as client:
            answer = client.get(found[0])
            assert answer.status_code == 200
            assert answer.url.query == b""
            assert client.get(answer.url.join("/calendar.ics")).headers["content-type"].startswith("text/calendar")
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Stopped." in out
    assert err == ""


def test_an_unknown_chapter_is_named_before_anything_starts() -> None:
    process = started("no-such-topic")
    out, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "http://" not in out
    assert "there is no open chapter 'no-such-topic'; there are " in err


@pytest.mark.parametrize("message", ["", "no json", "[1, 2]", '{"seq": 1}', "[" * 20_000, b"\x00\x01"])
def test_a_broken_message_ends_its_own_socket_alone(demo_site: Site, message: str | bytes) -> None:
    from websockets.exceptions import ConnectionClosed

    address = f"ws://127.0.0.1:{demo_site.door.port}/ws"
    cookie = {"cookie": f"{demo_site.door.cookie}={demo_site.door.token}"}
    with connect(address, additional_headers=cookie, origin=demo_site.base) as socket:
        socket.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1003
    with connect(address, additional_headers=cookie, origin=demo_site.base) as socket:
        socket.send('{"figure": "demo/blur/ctf", "seq": 7, "values": {"defocus": 12000}}')
        answer = socket.recv(timeout=30)
        assert isinstance(answer, bytes)
        assert frames.decode(answer)[0]["seq"] == 7


@pytest.mark.parametrize("values", ['{"defocus": NaN}', '{"nothing": 1}', "[]", '{"defocus": "deep"}', '{"pixel": -1}'])
def test_a_wrong_value_is_one_sentence(demo_site: Site, values: str) -> None:
    address = f"ws://127.0.0.1:{demo_site.door.port}/ws"
    cookie = {"cookie": f"{demo_site.door.cookie}={demo_site.door.token}"}
    with connect(address, additional_headers=cookie, origin=demo_site.base) as socket:
        socket.send(f'{{"figure": "demo/blur/ctf", "seq": 3, "values": {values}}}')
        answer = socket.recv(timeout=30)
        assert '"error"' in str(answer)
        assert "Traceback" not in str(answer)
