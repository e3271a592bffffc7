"""What serves and what works is killed again and again while partners answer: what they were told stands afterwards."""

import http.client
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from signoff.models import Answer, AnswerPerson, Letter
from tests.conftest import copied_database, house_on
from tests.house import House
from tests.letters.sink import Sink, free_port
from tests.partners_answering import Client, answering, ask, reason

pytestmark = pytest.mark.torture

ARRANGEMENTS = {  # what runs, and how often one of it is killed
    "one process": (["up"], 50),
    "two processes": (["serve", "worker"], 20),
    "distributed": (["serve", "worker", "worker", "worker"], 20),
}
CLIENTS, PARTNERS = 4, 20
_LATER = aliased(Answer)
_OF_EARLIER_ANSWERS = (
    select(Letter.message_id)
    .join(Answer, Answer.id == Letter.answer_id)
    .join(_LATER, (_LATER.request_id == Answer.request_id) & (_LATER.sequence > Answer.sequence))
)
# Seconds; whatever takes longer has failed. What a killed worker of several held, another sends after five minutes.
PATIENCE = 600.0


@pytest.fixture(params=ARRANGEMENTS)
def arrangement(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def house(arrangement: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if arrangement == "distributed":
        yield request.getfixturevalue("distributed_house")
        return
    with copied_database("sqlite", request, tmp_path, "furnished") as database:
        yield house_on(database, tmp_path)


@dataclass
class Installation:
    """Processes of one installation; any of them may be killed, and is started again."""

    house: House
    folder: Path
    commands: list[str]
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        settings = self.house.settings
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")},
            "SIGNOFF_INSTANCE": str(self.folder / "instance"),
            "SIGNOFF_DATABASE_URL": settings.database_url,
            "SIGNOFF_WORKER": settings.worker,
            "SIGNOFF_SECRET_KEY": settings.secret_key,
            "SIGNOFF_SEALING_KEY_FILE": str(settings.sealing_key_file),
            "SIGNOFF_BASE_URL": f"http://127.0.0.1:{self.port}",
            "SIGNOFF_MAIL_PORT": str(settings.mail.port),
        }

    @contextmanager
    def started(self) -> Iterator[None]:
        """All of it runs until the block ends; then all of it is killed."""
        self.running = [self._start(command) for command in self.commands]
        try:
            yield
        finally:
            for process in self.running:
                process.kill()
                process.wait()

    def _start(self, command: str) -> subprocess.Popen[bytes]:
        port = [] if command == "worker" else ["--port", str(self.port)]
        with (self.folder / "printed").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "signoff", command, *port],
                env=self.environ,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def kill(self, number: int) -> None:
        """Kill one process, which must not have ended by itself, and start its like."""
        assert self.running[number].poll() is None, self.printed()
        self.running[number].kill()
        self.running[number].wait()
        self.running[number] = self._start(self.commands[number])

    def is_ready(self) -> bool:
        try:
            return ask(self.port, "/readyz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def printed(self) -> str:
        return (self.folder / "printed").read_text()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < until, self.printed()
            time.sleep(0.02)


def confirmed(clients: list[Client]) -> list[int]:
    return [number for client in clients for number in client.confirmed]


def kill_while_they_answer(
    house: House, folder: Path, commands: list[str], kills: int
) -> tuple[Installation, list[Client]]:
    """Kill one process so many times, each time after some more answers; nobody may have been refused."""
    house.clock.now = datetime.now(UTC)
    names = [f"Partner Number {number}" for number in range(PARTNERS)]
    with house.database.unit_of_work() as session:
        version = house.asked(session, *names)
        asked = [house.link(session, version, name) for name in names]
        links = [(house.secret(link), link.contact.full_name) for link in asked]
    installation, chance = Installation(house, folder, commands), random.Random(50)
    with installation.started(), answering(installation.port, links, clients=CLIENTS) as clients:
        for _ in range(kills):
            enough = len(confirmed(clients)) + chance.randint(1, 8)
            installation.wait_until(lambda enough=enough: len(confirmed(clients)) >= enough)  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.1))
            installation.kill(chance.randrange(len(commands)))
        installation.wait_until(installation.is_ready)
    assert [refused for client in clients for refused in client.refused] == []
    return installation, clients


def test_kills_lose_no_answer_and_no_email(house: House, sink: Sink, tmp_path: Path, arrangement: str) -> None:
    commands, kills = ARRANGEMENTS[arrangement]
    installation, clients = kill_while_they_answer(house, tmp_path, commands, kills)
    nothing_was_lost(installation, clients, sink, kills)


def nothing_was_lost(installation: Installation, clients: list[Client], sink: Sink, kills: int) -> None:
    """Once all runs again: each confirmed answer is there once, each email left, no copy says anything else."""
    house, told = installation.house, confirmed(clients)
    with installation.started():
        installation.wait_until(lambda: installation.is_ready() and not waiting_letters(house))
    with house.database.reading() as session:
        reasons = Counter(session.scalars(select(AnswerPerson.reason)))
        states = dict(session.execute(select(Letter.state, func.count()).group_by(Letter.state)).all())
        sent = set(session.scalars(select(Letter.message_id).where(Letter.state == "sent")))
        answered_again = set(session.scalars(_OF_EARLIER_ANSWERS))
    assert [number for number in told if reasons[reason(number)] != 1] == []
    assert set(reasons.values()) == {1}
    assert set(states) <= {"sent", "canceled", "queued"}
    copies = defaultdict[str, list[tuple[object, ...]]](list)
    for letter in sink.letters:
        copies[str(letter["X-Signoff-Id"])].append(what_it_says(letter))
    assert sent and sent <= set(copies)
    extra = len(sink.letters) - len(sent)
    unanswered = sum(client.unanswered for client in clients)
    sys.stdout.write(
        f"{kills} kills: {len(told)} answers confirmed, {sum(reasons.values())} recorded, {unanswered} requests "
        f"unanswered; {len(sent)} emails sent, {extra} copies; {states}\n"
    )
    # What the mail server had and no one could mark is sent again, or was needless by then and counts as canceled.
    assert extra <= kills
    # A copy is written anew. Only a receipt says something else by then, when its partner has answered again.
    assert {number for number, texts in copies.items() if len(set(texts)) > 1} <= answered_again
    verified = subprocess.run(
        [sys.executable, "-m", "signoff", "verify"], env=installation.environ, cwd=installation.folder, check=False
    )
    assert verified.returncode == 0
    assert "Traceback" not in installation.printed(), installation.printed()


def what_it_says(letter: EmailMessage) -> tuple[object, ...]:
    """All of an email but when it was written, and what only marks off its parts."""
    head = [(name, value) for name, value in letter.items() if name not in ("Date", "Content-Type")]
    parts = [bytes(part.get_payload(decode=True)) for part in letter.walk() if not part.is_multipart()]
    return (*head, *(re.sub(rb"DTSTAMP:\S+", b"", part) for part in parts))


def waiting_letters(house: House) -> int:
    """How many emails are due now or wait for the next head."""
    soon = datetime.now(UTC) + timedelta(minutes=15)
    with house.database.reading() as session:
        left = select(func.count()).select_from(Letter).where(Letter.state.in_(("queued", "sending")))
        return session.scalar(left.where(Letter.due_at < soon)) or 0
