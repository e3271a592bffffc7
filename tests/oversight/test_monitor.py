"""The monitor follows a log over HTTP; it finds forks, rollbacks, heads signed again, wrong states and missed beats."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from signoff.evidence.heads import Head
from signoff.evidence.notes import Signer
from signoff.evidence.strict_json import Refused
from signoff.evidence.witnessing import ensure_follows
from signoff.oversight import http_client
from signoff.oversight.http_client import Unreachable, exchange
from signoff.oversight.log_reading import LogReader
from signoff.oversight.monitor import FindingKind, Look, look
from signoff.oversight.monitor_folder import MonitorFolder
from signoff.oversight.pages import wrong_with_pages
from tests.evidence.public_log import ALDER, BIRCH, CEDAR, FIRST, NOW, ORIGIN, SECOND, START, PublicLog, small_log
from tests.oversight.log_server import LogServer, serving

OTHER = Signer(ORIGIN, bytes([7]) * 32)


@pytest.fixture
def server() -> Iterator[LogServer]:
    with serving(small_log()) as served:
        yield served


class Follower:
    """A monitor with its folder; each look begins from what the disk says, as a new process would."""

    def __init__(self, path: Path, server: LogServer) -> None:
        self.folder, self.server = MonitorFolder(path), server

    def look(self, *, now: datetime = NOW, pinned: str = "") -> Look:
        found = look(
            self.server.reader,
            self.folder.followed(),
            pinned=pinned,
            now=now,
            missed_after=timedelta(minutes=30),
        )
        if found.followed:
            self.folder.keep(found.followed, at=now)
        return found

    def finds(self, kind: FindingKind, words: str, **more: object) -> None:
        found = self.look(**more)  # type: ignore[arg-type]
        assert [one.kind for one in found.findings] == [kind] and words in found.findings[0].sentence, found

    def is_well(self, **more: object) -> None:
        assert self.look(**more).findings == ()  # type: ignore[arg-type]


@pytest.fixture
def follower(tmp_path: Path, server: LogServer) -> Follower:
    return Follower(tmp_path, server)


def test_a_log_is_followed_from_head_to_head_and_every_head_is_kept(follower: Follower, server: LogServer) -> None:
    follower.is_well()
    follower.is_well()
    server.log.list(names=(ALDER,))
    server.log.head()
    follower.is_well()
    server.log.introduce(SECOND, FIRST)
    server.log.head()
    follower.is_well(pinned=str(FIRST.verifier))
    server.log.publish("feed-it", names=(CEDAR,))
    for _ in range(300):
        server.log.head()
    server.asked.clear()
    follower.is_well(pinned=str(SECOND.verifier), now=START + timedelta(minutes=303))
    assert [path for path in server.asked if "entries" in path] == [
        "/log/tile/entries/000", f"/log/tile/entries/001.p/{len(server.log.leaves) - 256}"
    ]  # fmt: skip
    kept = "".join(path.read_text() for path in sorted(follower.folder.path.glob("heads-*.txt")))
    for note in (server.log.heads[0], server.log.heads[1], server.log.heads[2], server.log.heads[-1]):
        assert f"\n{note}\n" in kept


def forked() -> PublicLog:
    """The same beginning, and then another list."""
    log = small_log()
    log.list(names=(BIRCH,))
    log.head()
    return log


def test_a_fork_is_found_at_the_same_size_and_after_more_heads(follower: Follower, server: LogServer) -> None:
    server.log.list(names=(ALDER,))
    server.log.head()
    follower.is_well()
    good, server.log = server.log, forked()
    assert len(good.leaves) == len(server.log.leaves)
    follower.finds(FindingKind.FORK, "two heads of 6 leaves")
    server.log.head()
    follower.finds(FindingKind.FORK, "not shown to follow")
    # A good log afterwards goes on from what was kept, not from the fork.
    server.log = good
    follower.is_well()


def test_a_fork_cannot_be_hidden_by_tiles_of_the_true_log(follower: Follower, server: LogServer) -> None:
    server.log.list(names=(ALDER,))
    server.log.head()
    follower.is_well()
    fork = forked()
    fork.head()
    server.log.head()
    server.instead["/log/checkpoint"] = (200, fork.heads[-1].encode())
    follower.finds(FindingKind.FORK, "not shown to follow")


def test_a_rollback_is_found_and_also_when_heads_are_signed_again(follower: Follower, server: LogServer) -> None:
    for _ in range(3):
        server.log.head()
    follower.is_well()
    good, server.log = server.log, small_log()
    follower.finds(FindingKind.ROLLBACK, f"had {len(good.leaves)} leaves and now has 4")
    server.log.head(START + timedelta(seconds=61))
    follower.finds(FindingKind.ROLLBACK, "rolled back")
    for minute in (3, 4):
        server.log.head(START + timedelta(minutes=minute))
    follower.finds(FindingKind.FORK, "two heads of 7 leaves")
    server.log.head(START + timedelta(minutes=5))
    follower.finds(FindingKind.FORK, "not shown to follow")


def test_a_head_with_another_signature_is_not_believed(follower: Follower, server: LogServer) -> None:
    follower.is_well()
    head = Head(ORIGIN, 4, server.log.tree().root)
    server.instead["/log/checkpoint"] = (200, head.signed(OTHER).encode())
    follower.finds(FindingKind.SIGNATURE, "not signed by a key of the log")
    server.instead["/log/checkpoint"] = (200, (head.text + "\n").encode())
    follower.finds(FindingKind.SIGNATURE, "not signed")
    server.log.head()
    longer = Head(ORIGIN, 5, server.log.tree().root)
    server.instead["/log/checkpoint"] = (200, longer.signed(OTHER).encode())
    follower.finds(FindingKind.SIGNATURE, "not signed by the log's current key")
    other = Signer("other.example/log", bytes(32))
    server.instead["/log/checkpoint"] = (200, Head(other.name, 4, head.root).signed(other).encode())
    follower.finds(FindingKind.SIGNATURE, "different log")
    for junk in (b"", b"junk", b"\xff" * 100, b"a\n1\n\n"):
        server.instead["/log/checkpoint"] = (200, junk)
        follower.finds(FindingKind.CONTENT, "not a checkpoint")
    server.instead.clear()
    follower.finds(FindingKind.SIGNATURE, "not signed by the key that you gave", pinned=str(OTHER.verifier))
    follower.is_well()


def test_a_retired_key_signs_no_more_heads(follower: Follower, server: LogServer) -> None:
    follower.is_well()
    server.log.introduce(SECOND, FIRST)
    server.log.signer = FIRST
    server.log.head()
    follower.finds(FindingKind.SIGNATURE, "current key")


def test_a_pinned_key_is_asked_for_at_the_first_look(follower: Follower) -> None:
    follower.finds(FindingKind.SIGNATURE, "not signed by the key that you gave", pinned=str(OTHER.verifier))
    assert follower.folder.followed() is None
    follower.is_well(pinned=str(FIRST.verifier))


def test_a_state_that_the_leaves_do_not_make_is_found(follower: Follower, server: LogServer) -> None:
    follower.is_well()
    true_row = server.log.rows.pop("fund-it")
    server.log.head()
    follower.finds(FindingKind.CONTENT, "Leaf 4 of the log: the state is not what the leaves before it make")
    server.log.rows["fund-it"] = true_row
    server.log.head()
    follower.finds(FindingKind.CONTENT, "Leaf 4 of the log")


def test_a_missed_beat_and_a_head_from_the_future_are_found(follower: Follower) -> None:
    follower.is_well(now=START + timedelta(minutes=29))
    follower.finds(FindingKind.LATE, "31 minutes old", now=START + timedelta(minutes=31))
    follower.finds(FindingKind.FUTURE, "future", now=START - timedelta(minutes=6))
    follower.is_well(now=START - timedelta(minutes=4))


def test_what_does_not_answer_is_unreachable(follower: Follower, server: LogServer) -> None:
    follower.is_well()
    server.instead["/log/checkpoint"] = (503, b"")
    follower.finds(FindingKind.UNREACHABLE, "answers 503")
    server.instead["/log/checkpoint"] = (301, b"")
    follower.finds(FindingKind.UNREACHABLE, "leads to another address")
    server.instead["/log/checkpoint"] = (200, b"x" * 500_000)
    follower.finds(FindingKind.UNREACHABLE, "more than")
    server.instead.clear()
    server.log.head()
    server.instead["/log/tile/entries/000.p/5"] = (200, b"\x00\x01")
    follower.finds(FindingKind.CONTENT, "does not hold exactly 5 leaves")
    server.instead["/log/tile/0/000.p/5"] = (200, b"short")
    follower.finds(FindingKind.FORK, "does not have 5 hashes")
    server.instead["/log/tile/0/000.p/5"] = (404, b"")
    follower.finds(FindingKind.UNREACHABLE, "answers 404")


def test_a_log_that_claims_to_be_endless_is_not_read(follower: Follower, server: LogServer) -> None:
    endless = Head(ORIGIN, 2**50, bytes(32))
    server.instead["/log/checkpoint"] = (200, endless.signed(FIRST).encode())
    follower.finds(FindingKind.CONTENT, "more than can be read at once")
    assert len(server.asked) == 1


def test_a_server_that_drips_is_left() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        stop = threading.Event()

        def drip() -> None:
            talk, _ = listener.accept()
            with talk:
                talk.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.05):
                    try:
                        talk.sendall(b"X")
                    except OSError:
                        return

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(Unreachable, match=r"within 0\.4 seconds"):
            exchange(f"http://127.0.0.1:{listener.getsockname()[1]}/", patience=0.4, most=100)
        assert time.monotonic() - began < 5
        stop.set()
    assert http_client.is_address("https://a.example/b") and not http_client.is_address("file:///etc/passwd")


def test_the_folder_survives_a_cut_off_write_and_tells_of_a_broken_file(follower: Follower, server: LogServer) -> None:
    follower.is_well()
    heads = next(follower.folder.path.glob("heads-*.txt"))
    with heads.open("a") as file:
        file.write("\npositions.exam")
    (follower.folder.path / "log.json.1234.draft").write_text("{")
    server.log.head()
    follower.is_well()
    assert f"\n{server.log.heads[-1]}\n" in heads.read_text()
    log = follower.folder.path / "log.json"
    for broken in ("", "{}", "[]", json.dumps({**json.loads(log.read_text()), "head": server.log.heads[0]})):
        log.write_text(broken)
        with pytest.raises(Refused, match="cannot be read"):
            follower.look()


def test_kept_heads_convict(follower: Follower, server: LogServer) -> None:
    follower.is_well()
    server.log = PublicLog()
    server.log.publish(names=(BIRCH,))
    server.log.head()
    found = follower.look()
    assert found.blamed == server.log.heads[-1]
    kept = follower.folder.followed()
    assert kept is not None
    with pytest.raises(Refused, match="forked"):
        ensure_follows(kept.head, Head(ORIGIN, 4, server.log.tree().root), [])


def test_an_address_is_kept_in_one_spelling() -> None:
    assert LogReader("https://a.example/b/").place == LogReader("https://a.example/b").place == "a.example/b"


def shown(**changes: object) -> bytes:
    """What a truthful page says of the position of the small log, but for these changes."""
    names = [{key: one[key] for key in ("partner", "name", "note")} for one in (ALDER, BIRCH)]
    page = {"version": 1, "title": "Fund it", "summary": "Do.", "body": "## A\n\nB é", "signatories": names}
    return json.dumps({**page, **changes}).encode()


LISTED = {"items": [{"slug": "fund-it"}], "next": None}
NAMES = json.loads(shown())["signatories"]


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/positions/fund-it.json", (200, shown(title="Defund it")), "does not show the text and the names"),
        ("/positions/fund-it.json", (200, shown(body="")), "does not show"),
        ("/positions/fund-it.json", (200, shown(version=2)), "does not show"),
        ("/positions/fund-it.json", (200, shown(signatories=NAMES[:1])), "does not show"),
        ("/positions/fund-it.json", (200, shown(signatories=[*NAMES, NAMES[0]])), "does not show"),
        ("/positions/fund-it.json", (200, shown(signatories=[{}])), "cannot be read"),
        ("/positions/fund-it.json", (404, b""), "answers 404"),
        ("/positions/fund-it.json", (200, b"[]"), "cannot be read"),
        ("/positions/fund-it/proof", (503, b""), "answers 503"),
        ("/positions/fund-it/proof", (200, b"{}"), "is not valid"),
        ("/api/v1/positions?limit=100", (200, b'{"items": [{"slug": "fund-it"}, {"slug": "x"}]}'), "list “x”"),
        ("/api/v1/positions?limit=100", (200, b"{}"), "cannot be read"),
        ("/api/v1/positions?limit=100", (500, b""), "answers 500"),
    ],
)
def test_pages_are_compared_with_what_was_signed(
    follower: Follower, server: LogServer, path: str, answer: tuple[int, bytes], words: str
) -> None:
    server.instead["/positions/fund-it/proof"] = (200, server.log.bundle().encode())
    server.instead["/positions/fund-it.json"] = (200, shown())
    server.instead["/api/v1/positions?limit=100"] = (200, json.dumps(LISTED).encode())
    followed = follower.look().followed
    assert followed is not None and wrong_with_pages(server.reader, followed, now=NOW) == []
    server.instead[path] = answer
    found = wrong_with_pages(server.reader, followed, now=NOW)
    assert len(found) == 1 and found[0].kind == FindingKind.PAGES and words in found[0].sentence, found


def test_the_evidence_of_a_fork_is_found_beside_the_true_checkpoint(follower: Follower, server: LogServer) -> None:
    fork = PublicLog()
    fork.publish(names=(ALDER,))
    fork.head()
    server.instead["/positions/fund-it/proof"] = (200, fork.bundle().encode())
    server.instead["/positions/fund-it.json"] = (200, shown(signatories=NAMES[:1]))
    server.instead["/api/v1/positions?limit=100"] = (200, json.dumps(LISTED).encode())
    followed = follower.look().followed
    assert followed is not None
    (found,) = wrong_with_pages(server.reader, followed, now=NOW)
    assert "is not valid" in found.sentence and "fork" in found.sentence
