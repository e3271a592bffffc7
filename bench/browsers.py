"""Browsers that cost little: they ask a server on loopback, keep its cookies, and note how long each answer took."""

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 60.0  # seconds; whatever takes longer has failed
FORM_TYPE = "application/x-www-form-urlencoded"
_COOKIE = re.compile(r"^set-cookie: ([^=]+)=([^;]*)", re.I | re.M)
_TAG = re.compile(r"<[^>]*>")
_LOCATION = re.compile(r"^location: (?:http://[^/]+)?(\S+)", re.I | re.M)


@dataclass
class Times:
    """Seconds by what was asked, and whatever was not answered as it should be."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    def centile(self, name: str, share: float) -> float:
        """The seconds within which this share of the answers came; 0 without any."""
        ordered = sorted(self.seconds[name])
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


@dataclass(frozen=True)
class Reply:
    """A status, headers and a page."""

    status: int
    head: str
    page: str

    @property
    def words(self) -> str:
        """What people read."""
        return " ".join(_TAG.sub(" ", self.page[max(0, self.page.find("<main")) :]).split())

    def field(self, name: str) -> str:
        """The value of a hidden field."""
        result = re.search(rf'name="{name}"[^>]* value="([^"]*)"', self.page)
        assert result, f"no field {name}: {self.status} {self.words[:200]}"
        return result[1]


@dataclass
class Browser:
    """One person's browser, or a program with a token."""

    port: int
    times: Times
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, name: str, path: str, body: str = "", **headers: str) -> Reply:
        """Ask once; the time counts under the name, and anything but 200, 201 and 303 as an error."""
        began = time.perf_counter()
        try:
            reply = await asyncio.wait_for(self._exchange(path, body, headers), PATIENCE)
        except (OSError, TimeoutError, ValueError) as problem:
            reply = Reply(0, "", repr(problem))
        self.times.seconds[name].append(time.perf_counter() - began)
        if reply.status not in (200, 201, 303):
            self.times.errors.append(f"{name}: {reply.status} {reply.words[:200]}")
        return reply

    async def send(self, name: str, path: str, fields: Mapping[str, str]) -> Reply:
        """Send a form, and follow where it leads as a browser does; only the sending counts under the name."""
        origin = f"http://127.0.0.1:{self.port}"
        reply = await self.ask(name, path, urlencode(fields), Content_Type=FORM_TYPE, Origin=origin)
        if reply.status == 303 and (there := _LOCATION.search(reply.head)):
            await self.ask("page after a form", there[1])
        return reply

    async def _exchange(self, path: str, body: str, headers: Mapping[str, str]) -> Reply:
        given = {"Host": f"127.0.0.1:{self.port}", "Connection": "close"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body:
            given["Content-Length"] = str(len(body.encode()))
        lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write("\r\n".join([*lines, "", body]).encode())
            head, _, page = (await reader.read()).decode().partition("\r\n\r\n")
        finally:
            writer.close()
        self.cookies.update(_COOKIE.findall(head))
        return Reply(int(head.split(" ", 2)[1]), head, page)
