"""Who may talk to the study: this machine, from its own pages, with the token of this launch.

A loopback server can be reached by any page that the reader's browser has open, so every request is checked: Host
(against DNS rebinding), Origin (against other pages) and a cookie that only the printed address can set.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
AGAIN = "Open the address that `underfocus study` printed in the terminal: it carries the token of this launch."


@dataclass(frozen=True)
class Door:
    """Where the study listens, and the secret of this launch."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def hosts(self) -> tuple[str, str]:
        """The only values of Host that are answered."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies do not know ports, so it carries one."""
        return f"underfocus-{self.port}"

    def address(self, path: str = "/") -> str:
        """The address to open, with the token."""
        return f"http://127.0.0.1:{self.port}{path}?{urlencode({'token': self.token})}"

    def refusal(self, method: str, headers: dict[str, str]) -> str | None:
        """Why a request is refused, in a sentence; None where it may pass. ``method`` is WEBSOCKET for a socket."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self.hosts:
            return f"This study answers only at {self.hosts[0]}, and the request named another host."
        if origin is None and method not in ("GET", "HEAD"):
            return "The request did not say which page it came from (no Origin), and was refused."
        if origin is not None and origin != f"http://{host}":
            return "The request came from another page (Origin), and was refused."
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return "The request came from another site, and was refused."
        return None

    def knows(self, headers: dict[str, str]) -> bool:
        """Whether the request carries the cookie of this launch."""
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return found is not None and self.opens(found.value)

    def opens(self, token: str) -> bool:
        """Whether this is the token, compared in constant time."""
        return secrets.compare_digest(token.encode(), self.token.encode())


class Guard:
    """ASGI middleware that lets only this launch's own pages through, and puts the security headers on all answers."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request or WebSocket, and pass it on or answer 403."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        method = scope.get("method", "WEBSOCKET")
        reason = self.door.refusal(method, headers)
        if reason is None and method == "GET" and await self._enter(scope, receive, send):
            return
        if reason is None and not self.door.knows(headers):
            reason = AGAIN
        if reason is not None:
            await self._refuse(reason, scope, receive, send)
            return
        await self.app(scope, receive, _with_headers(send) if scope["type"] == "http" else send)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer an address that carries the token: set the cookie and lead to the same address without it."""
        from starlette.responses import RedirectResponse

        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if not any(key == "token" and self.door.opens(value) for key, value in query):
            return False
        rest = urlencode([(key, value) for key, value in query if key != "token"])
        # A path that begins with two slashes would be read as another host.
        path = "/" + str(scope["path"]).lstrip("/\\")
        answer = RedirectResponse(path + (f"?{rest}" if rest else ""), status_code=303)
        answer.set_cookie(self.door.cookie, self.door.token, httponly=True, samesite="strict", path="/")
        await answer(scope, receive, _with_headers(send))
        return True

    async def _refuse(self, reason: str, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.responses import PlainTextResponse
        from starlette.websockets import WebSocketClose

        if scope["type"] == "websocket":
            await WebSocketClose(code=1008, reason=reason)(scope, receive, send)
            return
        await PlainTextResponse(reason + "\n", status_code=403)(scope, receive, _with_headers(send))


def _with_headers(send: Send) -> Send:
    """A send that adds the security headers to the start of an answer."""
    extra: list[tuple[bytes, bytes]] = [(k.encode(), v.encode()) for k, v in HEADERS.items()]

    async def wrapped(message: Any) -> None:
        if message["type"] == "http.response.start":
            mine: Message = {**message, "headers": [*message.get("headers", []), *extra]}
            message = mine
        await send(message)

    return wrapped
