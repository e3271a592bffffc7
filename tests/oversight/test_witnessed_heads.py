"""The worker has heads cosigned; a witness that is away, slow, wrong or sees a fork is a problem in words, no more."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.evidence.cosignatures import Witness, WitnessKey, cosign, read_witnesses, witness_key
from signoff.evidence.heads import open_head, read_head
from signoff.evidence.notes import Signer, Verifier
from signoff.evidence.position_bundles import verify_bundle
from signoff.models import Cosignature, WitnessProblem
from signoff.oversight.http_client import HttpAnswer
from signoff.web.app import create_app
from signoff.worker import witnesses
from signoff.worker.turn import work_once
from signoff.worker.witnesses import ask_witnesses
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import free_port
from tests.oversight.witness_server import NAME, witnessing
from tests.served import PROJECT
from tests.services.publications.logged import PROOF, bent, public_list, sealed, wrong_in

SIGNOFF = (sys.executable, "-m", "signoff")
ORIGIN = "127.0.0.1:8000/log"
ON_SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def log_key(house: House) -> Verifier:
    return house.keys.signers(ORIGIN)[0].verifier


@pytest.fixture
def logged(house: House) -> House:
    public_list(house)
    sealed(house)
    return house


def named(house: House, *chosen: Witness) -> House:
    house.settings = replace(house.settings, witnesses=chosen)
    return house


def ask(house: House) -> None:
    ask_witnesses(house.worker(), at_once=True)


def problems(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(WitnessProblem.problem)))


def cosigned(house: House) -> list[int]:
    with house.database.reading() as session:
        return sorted(session.scalars(select(Cosignature.size)))


def test_each_turn_has_its_head_cosigned_and_serves_it_so(
    logged: House, client: InspectingClient, tmp_path: Path
) -> None:
    with (
        witnessing(tmp_path / "one", log_key(logged)) as one,
        witnessing(tmp_path / "two", log_key(logged), name="witness.example/w2") as two,
    ):
        named(logged, one, two)
        for _ in range(3):
            logged.clock.advance(minutes=1)
            work_once(logged.worker(), force=False)
    assert problems(logged) == []
    checkpoint = client.get("/log/checkpoint").text
    head = open_head(checkpoint, log_key(logged))
    for witness in (one, two):
        seen = witness.key.seen_at(checkpoint)
        assert seen is not None and abs(seen - time.time()) < 300
        assert witness.key.seen_at(client.get(f"/log/heads/{cosigned(logged)[0]}").text)
    assert len(checkpoint.removeprefix(head.text).strip().split("\n")) == 3
    # A bundle stays strict: no line in it that it does not need.
    bundle = client.get(PROOF).data
    verdict = verify_bundle(bundle, now=logged.clock(), pinned=str(log_key(logged)))
    assert verdict.anchor.head == head and NAME.encode() not in bundle
    assert wrong_in(logged) == []
    bent(logged, f"UPDATE cosignature SET line = replace(line, '{one.name}', 'someone.example')")
    assert [one for one in wrong_in(logged) if "cosignature" in one]


def test_a_witness_that_knows_more_than_the_database_is_asked_again(logged: House, tmp_path: Path) -> None:
    with witnessing(tmp_path / "w", log_key(logged)) as one:
        ask(named(logged, one))
        sealed(logged)
        bent(logged, "DELETE FROM cosignature")
        ask(logged)
        assert problems(logged) == [] and len(cosigned(logged)) == 1
        # The newest head was cosigned already, as far as the witness knows.
        bent(logged, "DELETE FROM cosignature")
        ask(logged)
        assert problems(logged) == [] and len(cosigned(logged)) == 1


@ON_SQLITE
def test_a_rollback_and_a_fork_get_no_cosignature_and_are_said(
    logged: House, client: InspectingClient, tmp_path: Path
) -> None:
    with witnessing(tmp_path / "w", log_key(logged)) as one:
        sealed(logged)
        ask(named(logged, one))
        newest = "(SELECT MAX(size) FROM log_head)"
        bent(
            logged,
            f"DELETE FROM cosignature WHERE size = {newest}",
            f"DELETE FROM log_leaf WHERE number = {newest} - 1",
            f"DELETE FROM log_head WHERE size = {newest}",
        )
        ask(logged)
        assert problems(logged) == [
            f"The witness “{NAME}” cosigned a head of 5 leaves; ours has only 4. The log was rolled back or forked."
        ]
        logged.clock.advance(minutes=3)
        sealed(logged)
        ask(logged)
        assert problems(logged) == [f"The witness “{NAME}” cosigned another head of 5 leaves: the log was forked."]
        sealed(logged)
        ask(logged)
        assert "does not follow the one it cosigned: the log was forked" in problems(logged)[0]
    assert cosigned(logged) == []
    # A problem with a witness that is not named any more is told to no one: this application names none.
    assert not any("forked" in one for one in client.get("/readyz").json["problems"])


@ON_SQLITE
def test_staff_and_readyz_are_told_of_a_witness_that_does_not_cosign(logged: House) -> None:
    silent = Witness(witness_key(Signer(NAME, bytes(32))), f"http://127.0.0.1:{free_port()}")
    ask(named(logged, silent))
    client = InspectingClient(create_app(logged.settings, clock=logged.clock, passwords=logged.passwords))
    words = f"The witness “{NAME}” does not answer: {silent.url}/add-checkpoint cannot be reached: connection refused."
    ready = client.get("/readyz")
    assert ready.status_code == 200 and words in ready.json["problems"]
    client.sign_in("drafter")
    assert words in client.get("/staff/").text


class Behaving:
    """A witness that answers as it is told, and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[HttpAnswer] = []
        self.asked = 0
        monkeypatch.setattr(witnesses, "exchange", self._exchange)

    def _exchange(self, *_: object, **__: object) -> HttpAnswer:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


@ON_SQLITE
@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"", "not valid"),
        (200, b"\xff\n", "not valid"),
        (200, "— witness.example/w1 AAAA\n".encode(), "not valid"),
        (403, b"", "does not accept the signature"),
        (404, b"", "does not know this log"),
        (409, b"junk", "answers 409"),
        (409, "٤\n".encode(), "answers 409"),
        (409, b"3\n", "answers 409"),
        (409, b"99999\n", "cosigned a head of 99999 leaves"),
        (422, b"", "does not follow"),
        (500, b"", "answers 500"),
    ],
)
def test_whatever_a_witness_answers_is_a_sentence(
    logged: House, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes, words: str
) -> None:
    Behaving(monkeypatch).answers = [HttpAnswer(status, body)]
    one = Witness(witness_key(Signer(NAME, bytes(32))), "http://127.0.0.1:9")
    ask(named(logged, one))
    assert len(problems(logged)) == 1 and words in problems(logged)[0] and cosigned(logged) == []


@ON_SQLITE
def test_a_cosignature_of_another_head_or_with_more_lines_is_not_kept(
    logged: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer, other = Signer(NAME, bytes(32)), Signer("else.example", bytes(32))
    behaving = Behaving(monkeypatch)
    with logged.database.reading() as session:
        note = newest_note(session)
    good = cosign(note, signer, 1_764_425_000)
    wrong = cosign(note.replace("\n4\n", "\n5\n"), signer, 1_764_425_000)
    named(logged, Witness(witness_key(signer), "http://127.0.0.1:9"))
    for answer in (wrong, good + good, cosign(note, other, 1) + good, good.rstrip("\n")):
        behaving.answers = [HttpAnswer(200, answer.encode())]
        ask(logged)
        assert "not valid" in problems(logged)[0] and cosigned(logged) == []
    behaving.answers = [HttpAnswer(200, good.encode())]
    ask(logged)
    assert problems(logged) == [] and cosigned(logged) == [4]


def newest_note(session: Session) -> str:
    return str(session.connection().exec_driver_sql("SELECT note FROM log_head ORDER BY size DESC").scalar())


@ON_SQLITE
def test_a_silent_witness_holds_up_nothing_for_long_and_rests(
    logged: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(witnesses, "_PATIENCE", 0.5)
    with silent_server() as url, witnessing(tmp_path / "w", log_key(logged)) as good:
        dead = Witness(witness_key(Signer("silent.example", bytes(32))), url)
        named(logged, dead, good)
        began = time.monotonic()
        ask_witnesses(logged.worker())
        assert time.monotonic() - began < 5
        assert len(cosigned(logged)) == 1 and "does not answer" in problems(logged)[0]
        for minutes, tries in ((1, 0), (3, 0), (2, 1)):
            logged.clock.advance(minutes=minutes)
            sealed(logged)
            before = tried_at(logged)
            ask_witnesses(logged.worker())
            assert (tried_at(logged) != before) is bool(tries)
        assert len(cosigned(logged)) == 4


@ON_SQLITE
def test_a_log_with_missing_leaves_is_posted_nowhere(logged: House, caplog: pytest.LogCaptureFixture) -> None:
    one = Witness(witness_key(Signer(NAME, bytes(32))), "http://127.0.0.1:9")
    with logged.database.unit_of_work() as session:
        session.add(Cosignature(size=4, witness=str(one.key), line="x"))
        logged.seal(session)
    bent(logged, "DELETE FROM log_leaf WHERE number = 0")
    ask(named(logged, one))
    assert "Nothing is posted to witnesses" in caplog.text


def tried_at(house: House) -> datetime | None:
    with house.database.reading() as session:
        return session.scalar(select(WitnessProblem.tried_at))


@contextmanager
def silent_server() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_witnesses_are_read_in_one_spelling() -> None:
    key = witness_key(Signer(NAME, bytes(32)))
    other = witness_key(Signer("witness.example/w2", bytes(32)))
    found = read_witnesses(f" {key}@https://w.example/a/  {other}@http://127.0.0.1:8010 ")
    assert found == (Witness(key, "https://w.example/a"), Witness(other, "http://127.0.0.1:8010"))
    assert isinstance(found[0].key, WitnessKey) and read_witnesses("") == ()


@ON_SQLITE
def test_two_installations_of_one_log_and_a_witness_in_processes_of_their_own(house: House, tmp_path: Path) -> None:
    """The same keys sign on a copy of the database, on another machine: the witness cosigns for one of the two only."""
    house.clock.now = datetime.now(UTC)
    public_list(house)
    copy = tmp_path / "copy.db"
    house.database.engine.dispose()
    shutil.copyfile(str(house.database.engine.url.database), copy)
    shutil.copyfile(house.settings.sealing_key_file, tmp_path / "its_sealing_key.json")
    folder, port = tmp_path / "w", free_port()
    folder.mkdir()
    (folder / "logs.txt").write_text(f"{log_key(house)}\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")}
    environ |= {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*SIGNOFF, "witness", "--name", NAME, "--folder", str(folder), "--port", str(port)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as witness:
        assert witness.stdout is not None
        key = witness.stdout.readline().removeprefix("Key of this witness: ").strip()
        assert "Witnessing 127.0.0.1:8000/log" in witness.stdout.readline()
        chosen = f"{key}@http://127.0.0.1:{port}"
        work_once(named(house, *read_witnesses(chosen)).worker(), force=False)
        settings = {
            "SIGNOFF_DATABASE_URL": f"sqlite:///{copy}",
            "SIGNOFF_SECRET_KEY": house.settings.secret_key,
            "SIGNOFF_SEALING_KEY_FILE": str(tmp_path / "its_sealing_key.json"),
            "SIGNOFF_MAIL_PORT": "9",
            "SIGNOFF_WITNESSES": chosen,
        }
        done = subprocess.run(
            [*SIGNOFF, "worker", "--once"], env=environ | settings, cwd=tmp_path, capture_output=True, text=True
        )
        witness.terminate()
    assert done.returncode == 0 and "cosigned another head of 5 leaves: the log was forked" in done.stderr, done.stderr
    assert problems(house) == [] and cosigned(house) == [5]
    assert read_head((next((folder / "heads").iterdir())).read_text()).origin == ORIGIN
