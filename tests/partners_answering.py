"""Partners who answer a served installation over and over, from several clients, and remember what was confirmed."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from tests.inspection import served_fields


@dataclass
class Client:
    """Answers for some partners in turn, each time in other words; goes on when nobody answers."""

    port: int
    links: dict[str, str]  # the secret of each, and whose it is
    numbers: Iterator[int]
    confirmed: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    unanswered: int = 0

    def run(self, ending: threading.Event) -> None:
        in_turn = cycle(self.links.items())
        while not ending.is_set():
            try:
                self._answer(*next(in_turn), next(self.numbers))
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                time.sleep(0.05)

    def _answer(self, secret: str, name: str, number: int) -> None:
        status, page = ask(self.port, f"/r/{secret}")
        if status == 200:
            forms = BeautifulSoup(page, "html.parser").find_all("form", method="post")
            form = next(form for form in forms if str(form["action"]).endswith("/answer"))
            said = {"answer": "decline", "full_name": name, "authority": "board", "reason": reason(number)}
            typed = urlencode(dict(served_fields(form)) | said)
            status, page = ask(self.port, str(form["action"]), typed)
        if status == 303:
            self.confirmed.append(number)
        else:
            self.refused.append((status, page))


def reason(number: int) -> str:
    """The words of the answer with this number, and of no other."""
    return f"Reason {number}."


def ask(port: int, path: str, body: str | None = None) -> tuple[int, str]:
    """One request; OSError or HTTPException when it was not answered."""
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        talk.request("POST" if body else "GET", path, body, headers)
        answer = talk.getresponse()
        return answer.status, answer.read().decode()
    finally:
        talk.close()


@contextmanager
def answering(port: int, links: list[tuple[str, str]], *, clients: int) -> Iterator[list[Client]]:
    """So many clients answer until the block ends; each has partners of its own."""
    numbers, ending = count(1), threading.Event()
    made = [Client(port, dict(links[number::clients]), numbers) for number in range(clients)]
    threads = [threading.Thread(target=client.run, args=(ending,), daemon=True) for client in made]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        ending.set()
        for thread in threads:
            thread.join(120)
