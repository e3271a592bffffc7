"""An act with `If-Match` is done only while what its caller read is still so."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from signoff.domain.permissions import Role
from signoff.models import Entry, Version
from signoff.services.accounts.api_tokens import make_token
from tests.house import House
from tests.inspection import InspectingClient
from tests.meanwhile import beside

V1 = "/api/v1"
POSITION = f"{V1}/positions/fund-the-coordinator"
ROUND = f"{POSITION}/rounds/1"
FINDING = {"verdict": "advances", "rationale": "It says so."}
DEADLINE = "2026-12-20T17:00:00-05:00"
HANDED = {"recipient": "A", "way": "by_hand", "day": "2026-11-24"}
ASKING = {"version": 1, "partners": ["alder"], "deadline": DEADLINE}
# Each act that depends on what was read: who does it, what it takes, what it read, and how far the position has come.
ACTS: list[tuple[str, str, str, Any, str, str]] = [
    (
        "drafter",
        "POST",
        f"{POSITION}/versions",
        {"body": "Other words.", "change_note": "Plainer"},
        POSITION,
        "drafted",
    ),
    ("reviewer", "PUT", f"{POSITION}/versions/1/findings/equity", FINDING, POSITION, "drafted"),
    ("reviewer", "POST", f"{POSITION}/versions/1/check", None, f"{POSITION}/versions/1/missing", "found"),
    ("publisher", "POST", f"{POSITION}/rounds", ASKING, POSITION, "checked"),
    ("publisher", "POST", f"{ROUND}/remind", None, ROUND, "asked"),
    ("publisher", "POST", f"{ROUND}/extend", {"deadline": DEADLINE}, ROUND, "asked"),
    ("publisher", "POST", f"{ROUND}/recall", {"reason": "Withdrawn."}, POSITION, "asked"),
    ("publisher", "POST", f"{POSITION}/publish", {"version": 1}, POSITION, "asked"),
    ("publisher", "POST", f"{POSITION}/retire", {"reason": "Done."}, POSITION, "published"),
    ("publisher", "POST", f"{POSITION}/deliveries", HANDED, POSITION, "published"),
    ("publisher", "POST", f"{POSITION}/deliveries/1/take-back", {"reason": "A slip."}, POSITION, "delivered"),
    ("publisher", "POST", f"{POSITION}/signatories/alder/remove", {"reason": "Asked to."}, POSITION, "published"),
]


def brought_to(house: House, stage: str) -> None:
    """The position as far as an act needs it."""
    with house.database.unit_of_work() as session:
        version = house.position(session)
        alder, birch = house.partner(session, "Alder"), house.partner(session, "Birch")
        if stage == "found":
            house.findings(session, version)
        if stage in ("checked", "asked", "published", "delivered"):
            house.checked(session, version)
        if stage in ("asked", "published", "delivered"):
            house.ask(session, version, [alder, birch])
            house.say(session, version, "Alder")
        if stage in ("published", "delivered"):
            house.publish(session, version)
        if stage == "delivered":
            house.deliver(session, version)


def the_version(session: Session) -> Version:
    return session.scalars(select(Version)).one()


def token_of(house: House, role: str) -> str:
    with house.database.unit_of_work() as session:
        user = house.user(session, role)
        return make_token(house.act(session, user.actor), user, name="t")


def entries_of(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Entry)) or 0


@pytest.mark.parametrize(("role", "method", "path", "body", "read", "stage"), ACTS, ids=[act[2][29:] for act in ACTS])
def test_an_act_on_what_has_changed_is_not_done(
    house: House, client: InspectingClient, role: str, method: str, path: str, body: Any, read: str, stage: str
) -> None:
    brought_to(house, stage)
    token = token_of(house, role)
    etag = client.call("GET", read, token).headers["ETag"]
    before = entries_of(house)
    stale = client.call(method, path, token, body, **{"If-Match": '"what-was-read-long-ago"'})
    assert (stale.status_code, entries_of(house)) == (412, before), stale.text
    weak = client.call(method, path, token, body, **{"If-Match": f"W/{etag}"})
    assert (weak.status_code, entries_of(house)) == (412, before)
    done = client.call(method, path, token, body, **{"If-Match": f'"another", {etag}'})
    assert done.status_code in (200, 201), done.text
    if method == "POST" and "remind" not in path:
        assert client.call("GET", read, token).headers["ETag"] != etag


def test_what_has_changed_since_it_was_read_is_told(house: House, client: InspectingClient) -> None:
    """The position is published only as it was read: an approval withdrawn meanwhile is another list."""
    brought_to(house, "asked")
    token = token_of(house, "publisher")
    etag = client.call("GET", ROUND, token).headers["ETag"]
    read = client.call("GET", POSITION, token).headers["ETag"]
    with house.database.unit_of_work() as session:
        house.revised(session, the_version(session))
    answer = client.call("POST", f"{POSITION}/publish", token, {"version": 1}, **{"If-Match": read})
    assert answer.status_code == 412
    assert answer.get_json(force=True)["title"] == "This has changed since you read it"
    # The round itself reads as before, so an act on the round goes on.
    assert client.call("POST", f"{ROUND}/remind", token, **{"If-Match": etag}).status_code == 200


def test_a_call_that_compares_nothing_does_not_pass_over_it(house: House, client: InspectingClient) -> None:
    token = token_of(house, "drafter")
    new = {"title": "Open the yards", "summary": "Open them.", "body": "Unlock *every* yard."}
    assert client.call("POST", f"{V1}/positions", token, new, **{"If-Match": "*"}).status_code == 412
    assert client.call("POST", f"{V1}/positions", token, new).status_code == 201


def test_a_repeated_call_gets_the_first_answer_although_all_has_changed(house: House, client: InspectingClient) -> None:
    brought_to(house, "asked")
    token = token_of(house, "publisher")
    key = {"If-Match": client.call("GET", POSITION, token).headers["ETag"], "Idempotency-Key": "p1"}
    first = client.call("POST", f"{POSITION}/publish", token, {"version": 1}, **key)
    again = client.call("POST", f"{POSITION}/publish", token, {"version": 1}, **key)
    assert (again.status_code, again.text) == (200, first.text)


@pytest.fixture
def called(house: House, client: InspectingClient) -> Iterator[tuple[str, str]]:
    """A publisher's token, and the ETag of what the publisher read."""
    brought_to(house, "asked")
    token = token_of(house, "publisher")
    yield token, client.call("GET", POSITION, token).headers["ETag"]


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_it_is_compared_after_whoever_came_first(
    house: House, client: InspectingClient, called: tuple[str, str]
) -> None:
    """A colleague who is saving a version has changed what was read, although the call came before the end of it."""
    token, etag = called

    def publish() -> TestResponse:
        return client.call("POST", f"{POSITION}/publish", token, {"version": 1}, **{"If-Match": etag})

    with house.database.writer() as session, session.begin():
        house.revised(session, the_version(session))
        session.flush()
        with beside(house, publish) as publishing:
            assert not publishing.done()
            session.commit()
    assert publishing.result().status_code == 412


def test_every_role_reads_the_same_position(house: House, client: InspectingClient) -> None:
    """So a colleague's ETag is one's own."""
    brought_to(house, "asked")
    etags = {client.call("GET", POSITION, token_of(house, role)).headers["ETag"] for role in Role}
    assert len(etags) == 1
