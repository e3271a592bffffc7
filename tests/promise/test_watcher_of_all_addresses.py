"""Two hours that differ by private acts alone look the same to someone who fetches every public address all the time.

Equal are status, headers, lengths and each byte but the salted commitment to the record, in which the hours do differ,
and what is hashed or signed over it. What the program draws by chance is the same in both. Left out is the PDF, which
packs the evidence: how small a commitment can be packed differs by chance; and the metrics, which only an operator
gets once the site is not on loopback.
"""

import random
import secrets
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.evidence.log_leaves import State, read_leaf
from signoff.models import Letter, LogHead, LogLeaf, Version
from signoff.services.outbox.undeliverable import notify_undeliverable
from signoff.services.publications import public_facts, public_log
from signoff.web.app import create_app
from signoff.worker.turn import work_once
from tests.conftest import copied_database, house_on
from tests.evidence.naive_tree import k_of, mth
from tests.house import House
from tests.letters.sink import Sink, free_port, listening
from tests.promise.surfaces import addresses, read

LEFT_OUT = ("public.position_pdf", "public.metrics")
T = TypeVar("T")
Act = Callable[[House, Session, Version], object]
Looks = list[dict[str, tuple[int, dict[str, str], bytes]]]

PUBLIC: dict[int, Act] = {
    1: lambda house, session, version: house.publish(session, version),
    3: lambda house, session, version: house.say(session, version, "Cedar House"),
    5: lambda house, session, version: house.withdraw(session, version, "Delta House"),
    7: lambda house, session, version: house.remove(session, version, "Elm House"),
    9: lambda house, session, version: house.contest(session, version, "Fir House"),
    11: lambda house, session, version: house.retire(session, version),
}


def _bounced(house: House, session: Session, _version: Version) -> None:
    letter = session.scalars(select(Letter).where(Letter.state == "sent").order_by(Letter.id)).first()
    assert letter is not None
    letter.state = "bounced"
    notify_undeliverable(session, letter, at=house.clock())


def _drafted(house: House, session: Session, version: Version) -> None:
    house.checked(session, house.position(session, "Open the yards"))
    house.revised(session, version)


def _declined_after_words(house: House, session: Session, version: Version) -> None:
    link = house.link(session, version, "Gum House")
    house.comment(session, link, "Say which grants.")
    house.say(session, version, "Gum House", "decline", reason="Quiet reason")


PRIVATE: dict[int, Act] = {
    0: lambda house, session, version: house.say(session, version, "Birch House", "decline", reason="Not us."),
    1: _declined_after_words,
    2: lambda house, session, version: house.say(session, version, "Hazel House", "abstain"),
    3: lambda house, session, version: house.say(session, version, "Birch House", "abstain"),
    4: _drafted,
    5: lambda house, session, version: house.remind(session, version),
    6: lambda house, session, version: house.refer(session, version, "Iris House", "cleo@iris-house.example"),
    7: _bounced,
    8: lambda house, session, version: house.propose(session, version, "Juniper House", "Juniper of Ohio"),
    9: lambda house, session, version: house.fresh(session, house.link(session, version, "Hazel House")),
    10: lambda house, session, version: house.drop(session, version, "Juniper House"),
}


def hour(request: pytest.FixtureRequest, folder: Path, private: dict[int, Act]) -> tuple[Looks, set[bytes]]:
    """What every public address answers after each beat of an hour, and the values that may differ between two."""
    folder.mkdir()
    with copied_database("sqlite", request, folder, "furnished") as database:
        house = house_on(database, folder)
        house.settings = replace(house.settings, mail=replace(house.settings.mail, port=free_port()))
        app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
        with listening(Sink(), house.settings.mail.port):
            _begun(house)
            looks = [_look(house, app, (PUBLIC.get(beat), private.get(beat))) for beat in range(12)]
        with database.reading() as session:
            values = set(_over_commitments(session))
        app.extensions["signoff"].database.engine.dispose()
    return looks, values


def _begun(house: House) -> None:
    trees = ("Alder", "Birch", "Cedar", "Delta", "Elm", "Fir", "Gum", "Hazel", "Iris", "Juniper")
    with house.database.unit_of_work() as session:
        version = house.asked(session, *(f"{tree} House" for tree in trees))
        for tree in ("Alder", "Delta", "Elm", "Fir"):
            house.say(session, version, f"{tree} House")
    work_once(house.worker())


def _look(
    house: House, app: Flask, acts: tuple[Act | None, Act | None]
) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """Five minutes with these acts in them, each at its own moment."""
    for act, seconds in zip(acts, (20.25, 41.5), strict=True):
        if act is not None:
            begun = house.clock()
            house.clock.advance(seconds=seconds)
            with house.database.unit_of_work() as session:
                act(house, session, session.get_one(Version, 1))
            house.clock.now = begun
    house.clock.advance(seconds=50)  # before the next head is due
    work_once(house.worker(), at_once=False)
    house.clock.advance(minutes=4)
    work_once(house.worker(), at_once=False)
    return read(app, addresses(app, house, links=False, left_out=LEFT_OUT, slugs=("open-the-yards",)))


def _over_commitments(session: Session) -> Iterator[bytes]:
    """The commitments of states, and each hash, root and signature over one: in hexadecimal, as bytes, in Base64."""
    leaves = [leaf.content.encode() for leaf in session.scalars(select(LogLeaf).order_by(LogLeaf.number))]
    states = {number: state for number, leaf in enumerate(leaves) if isinstance(state := read_leaf(leaf), State)}
    for state in states.values():
        yield state.record.encode()
    for size in range(1, len(leaves) + 1):
        for hashed in _nodes(leaves, 0, size, states.keys()):
            yield from (hashed, hashed.hex().encode(), b64encode(hashed))
    for head in session.scalars(select(LogHead)):
        yield head.note.rstrip("\n").rpartition(" ")[2].encode()


def _nodes(leaves: list[bytes], first: int, end: int, states: Collection[int]) -> Iterator[bytes]:
    if not any(number in states for number in range(first, end)):
        return
    yield mth(leaves[first:end])
    if end - first > 1:
        middle = first + k_of(end - first)
        yield from _nodes(leaves, first, middle, states)
        yield from _nodes(leaves, middle, end, states)


def _masked(look: tuple[int, dict[str, str], bytes], values: set[bytes]) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = look
    masked = body
    for value in sorted(values, key=lambda one: (-len(one), one)):
        masked = masked.replace(value, b"?" * len(value))
    # An ETag is hashed over the body.
    kept = {name: value for name, value in headers.items() if name != "ETag" or masked == body}
    return status, kept, masked


def test_an_hour_with_declines_looks_like_one_without(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet, values = _with_chance(monkeypatch, lambda: hour(request, tmp_path / "quiet", {}))
    busy, more = _with_chance(monkeypatch, lambda: hour(request, tmp_path / "busy", PRIVATE))
    assert values != more and len(values) == len(more)
    compared = 0
    for beat, (one, other) in enumerate(zip(quiet, busy, strict=True)):
        assert one.keys() == other.keys(), beat
        for path in one:
            assert _masked(one[path], values) == _masked(other[path], more), (beat, path)
            compared += 1
    assert compared > 400 and "/readyz" in quiet[0] and any("/proof" in path for path in quiet[2])


def _with_chance(monkeypatch: pytest.MonkeyPatch, run: Callable[[], T]) -> T:
    """The salts that the public log draws come in the same order in each run."""
    drawn = random.Random(7)

    class Fixed:
        token_bytes = staticmethod(secrets.token_bytes)

        @staticmethod
        def token_hex(number: int) -> str:
            return drawn.randbytes(number).hex()

    for module in (public_log, public_facts):
        monkeypatch.setattr(module, "secrets", Fixed)
    return run()
