"""The guard: only this launch's own pages are answered, and every answer carries a strict policy."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from underfocus.base.errors import InputError
from underfocus.study.security import HEADERS, Door, Guard
from underfocus.study.serve import LOOPBACK, listen

DOOR = Door(4321, "right-token")
HOST, ORIGIN = {"host": "127.0.0.1:4321"}, {"origin": "http://127.0.0.1:4321"}
COOKIE = {"cookie": "underfocus-4321=right-token"}


async def plain(scope: Any, receive: Any, send: Any) -> None:
    """An application that says yes to everyone who reaches it."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def ask(path: str = "/", method: str = "GET", **headers: str) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(Guard(plain, DOOR))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4321") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(go())


def socket(**headers: str) -> dict[str, Any]:
    """What a WebSocket with these headers is answered first."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    raw = [(k.encode(), v.encode()) for k, v in headers.items()]
    asyncio.run(Guard(plain, DOOR)({"type": "websocket", "path": "/ws", "headers": raw}, receive, send))
    return sent[0]


def test_a_known_page_is_answered_with_a_strict_policy() -> None:
    answer = ask(**HOST, **COOKIE)
    assert (answer.status_code, answer.text) == (200, "inside")
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    for demand in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert demand in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "headers",
    [
        {**HOST},
        {**HOST, "cookie": "underfocus-4321=wrong-token"},
        {**HOST, "cookie": "underfocus-9999=right-token"},
        {**HOST, "cookie": "a=\x7f; =;;"},
        {"host": "evil.example:4321", **COOKIE},
        {"host": "127.0.0.1:9999", **COOKIE},
        {"host": "127.0.0.1", **COOKIE},
        {"host": "", **COOKIE},
        {**HOST, **COOKIE, "origin": "http://evil.example"},
        {**HOST, **COOKIE, "origin": "http://127.0.0.1:9999"},
        {**HOST, **COOKIE, "origin": "https://127.0.0.1:4321"},
        {**HOST, **COOKIE, "origin": "null"},
        {**HOST, **COOKIE, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
    ],
)
def test_strangers_are_refused_in_one_sentence(headers: dict[str, str]) -> None:
    answer = ask(**headers)
    assert answer.status_code == 403
    assert answer.text.strip().endswith(".")
    assert len(answer.text.strip().splitlines()) == 1
    assert "inside" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]


def test_localhost_is_this_machine_too() -> None:
    assert ask(host="localhost:4321", origin="http://localhost:4321", **COOKIE).status_code == 200
    assert ask(host="localhost:4321", **ORIGIN, **COOKIE).status_code == 403


def test_writing_needs_an_origin() -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert ask(method=method, **HOST, **COOKIE).status_code == 403
        assert ask(method=method, **HOST, **COOKIE, **ORIGIN).status_code == 200


def test_the_token_sets_a_cookie_and_leaves_the_address() -> None:
    answer = ask("/chapter/a/blur?token=right-token&x=1&y=a%20b", **HOST)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/chapter/a/blur?x=1&y=a+b"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("underfocus-4321=right-token;")
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()


def test_the_token_opens_nothing_else() -> None:
    assert ask("/?token=wrong", **HOST).status_code == 403
    assert ask("/?token=", **HOST).status_code == 403
    assert ask("/?token=right-token", host="evil.example").status_code == 403
    assert ask("/?token=right-token", method="POST", **HOST, **ORIGIN).status_code == 403


@pytest.mark.parametrize("path", ["//evil.example/", "/%5Cevil.example/", "/%2F/evil.example"])
def test_the_token_leads_nowhere_else(path: str) -> None:
    answer = ask(f"http://127.0.0.1:4321{path}?token=right-token", **HOST)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/")
    assert answer.headers["location"][1:2] not in ("/", "\\")


def test_sockets_need_host_origin_and_cookie() -> None:
    assert socket(**HOST, **ORIGIN, **COOKIE)["type"] == "websocket.accept"
    for headers in (
        {**HOST, **COOKIE},
        {**HOST, **ORIGIN},
        {**ORIGIN, **COOKIE, "host": "evil.example"},
        {**HOST, **COOKIE, "origin": "http://evil.example"},
    ):
        assert socket(**headers)["type"] == "websocket.close"


def test_every_launch_has_its_own_secret() -> None:
    first, second = Door(1), Door(1)
    assert first.token != second.token
    assert len(first.token) >= 32
    assert first.address("/chapter/x") == f"http://127.0.0.1:1/chapter/x?token={first.token}"


def test_the_study_listens_on_loopback_alone() -> None:
    with listen(preferred=0) as bound:
        assert bound.getsockname()[0] == LOOPBACK
        taken = bound.getsockname()[1]
        bound.listen()
        with pytest.raises(InputError, match=f"port {taken} is in use"), listen(taken):
            pass
        with listen(preferred=taken) as other:
            assert other.getsockname()[1] != taken
