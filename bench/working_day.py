"""What people do on a working day: open a round, answer, read and browse, each through pages of their own."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from bench.browsers import Browser, Times
from signoff.worker.installation import utc_now
from tests.house import PASSWORD

ALL, FEW = "fund-the-coordinator", "open-the-yards"
BOARD, BOARD_OF_FEW = "board of all", "board of 20"
STAFF_PAGES = {
    BOARD: f"/staff/positions/{ALL}/versions/1/round",
    BOARD_OF_FEW: f"/staff/positions/{FEW}/versions/1/round",
    "register": "/staff/partners/",
    "emails": "/staff/letters",
    "start of the staff": "/staff/",
}
PUBLIC_PAGES = {
    "front page": "/",
    "public position": f"/positions/{ALL}",
    "names as CSV": f"/positions/{ALL}/signatories.csv",
    "partners": "/partners/",
}
READERS = 5
_STAFF_THINKS, _READER_THINKS = 0.5, 0.5  # seconds between two pages
_FIRST_CHANGES = 5


@dataclass(frozen=True)
class Answering:
    """One partner's way to the question: the secret of its link, who signs, and for whom."""

    secret: str
    person: str
    partner: str

    async def approve(self, browser: Browser) -> None:
        """Open the link, read, approve, and see that it was recorded."""
        page = await browser.ask("a partner's page", f"/r/{self.secret}")
        fields = {
            "digest": page.field("digest"),
            "form": page.field("form"),
            "answer": "approve",
            "full_name": self.person,
            "authority": "board",
            "public_name": self.partner,
            "authorised": "yes",
        }
        await browser.send("answer", f"/r/{self.secret}/answer", fields)


async def sign_in(browser: Browser, role: str) -> Browser:
    """The browser of staff with this role, signed in."""
    page = await browser.ask("sign-in page", "/login")
    typed = {"email": f"{role}@coalition.example", "password": PASSWORD}
    await browser.send("sign in", "/login", {"csrf_token": page.field("csrf_token"), **typed})
    return browser


async def open_round(administrator: Browser, token: str) -> None:
    """Ask every partner through the API and publish, while an administrator adds contacts one after the other."""
    ended = asyncio.Event()
    changing = asyncio.create_task(_change_contacts(administrator, ended))
    await asyncio.sleep(1)
    program = Browser(administrator.port, administrator.times)
    head = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    deadline = (utc_now() + timedelta(days=14)).isoformat()
    asked = {"version": 1, "partners": "all", "deadline": deadline}
    await program.ask("opening the round", f"/api/v1/positions/{ALL}/rounds", json.dumps(asked), **head)
    ended.set()
    await changing
    await program.ask("publishing", f"/api/v1/positions/{ALL}/publish", json.dumps({"version": 1}), **head)


async def _change_contacts(browser: Browser, ended: asyncio.Event) -> None:
    for number in count():
        if ended.is_set() and number >= _FIRST_CHANGES:
            return
        page = await browser.ask("a partner, for staff", f"/staff/partners/p{number}")
        typed = {"name": f"Bea {number}", "email": f"bea@p{number}.example", "job_title": "Deputy"}
        fields = {"csrf_token": page.field("csrf_token"), "may_answer": "yes", **typed}
        await browser.send("changing a contact", f"/staff/partners/p{number}/contacts", fields)


async def answer_together(
    port: int, times: Times, todo: Sequence[Answering], *, clients: int, seconds: float
) -> tuple[int, float]:
    """Let so many clients answer, each as soon as it was served, until all have or the time is over.

    Answers with how many answers came in, and how many in a second.
    """
    left, began = iter(todo), time.perf_counter()

    async def client() -> None:
        while time.perf_counter() - began < seconds and (one := next(left, None)):
            await _caught(one.approve, Browser(port, times))

    await asyncio.gather(*(client() for _ in range(clients)))
    number = len(todo) - sum(1 for _ in left)
    return number, number / (time.perf_counter() - began)


async def answer_evenly(port: int, times: Times, todo: Iterable[Answering], rate: float) -> None:
    """Let so many clients a second come, at random moments, whether or not those before them were served."""
    arrivals, coming = random.Random(20261130), []
    for one in todo:
        coming.append(asyncio.create_task(_caught(one.approve, Browser(port, times))))
        await asyncio.sleep(arrivals.expovariate(rate))
    await asyncio.gather(*coming)


async def _caught(act: Callable[[Browser], Awaitable[None]], browser: Browser) -> None:
    """Do it; a page without the form is an error among the others."""
    try:
        await act(browser)
    except AssertionError as problem:
        browser.times.errors.append(str(problem))


@asynccontextmanager
async def browsed(staff: Browser, times: Times) -> AsyncIterator[None]:
    """Staff and readers go from page to page meanwhile."""
    browsers = [Browser(staff.port, times, staff.cookies)] + [Browser(staff.port, times) for _ in range(READERS)]
    ways = [(STAFF_PAGES, _STAFF_THINKS)] + [(PUBLIC_PAGES, _READER_THINKS)] * READERS
    ended = asyncio.Event()

    async def walk(browser: Browser, pages: dict[str, str], thinks: float) -> None:
        while not ended.is_set():
            for name, path in pages.items():
                await browser.ask(name, path)
                await asyncio.sleep(thinks)

    walking = [asyncio.create_task(walk(one, *way)) for one, way in zip(browsers, ways, strict=True)]
    try:
        yield
    finally:
        ended.set()
        await asyncio.gather(*walking)
