"""Acts of two processes at the same moment: only documented outcomes, and record, page and API agree afterwards."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.models import Answer, Link, Partner, Request, Version
from signoff.models.publications import signatory
from signoff.services.record.verification import verify_record
from signoff.web.app import create_app
from tests.house import NOON, House
from tests.promise.racing import Runners, runners

LATER = NOON + timedelta(minutes=1)
DEADLINE = NOON + timedelta(days=7)
Prepare = Callable[[House, Session], None]


@dataclass(frozen=True)
class Race:
    """Two acts, what may come of them, and what must hold afterwards.

    `outcomes` maps each allowed pair of outcomes to the names that may stand in public afterwards.
    """

    first: tuple[str, dict[str, Any]]
    second: tuple[str, dict[str, Any]]
    outcomes: dict[tuple[str, str], list[set[str]]]
    prepare: Prepare = lambda house, session: None
    at: tuple[Any, Any] = (LATER, LATER)
    answers: set[int] = field(default_factory=set)  # how many may be added
    body: str = "Schools need a coordinator."


def published(house: House, session: Session) -> None:
    house.publish(session, session.get_one(Version, 1))


def approved(house: House, session: Session) -> None:
    house.say(session, session.get_one(Version, 1), "Alder")


def approved_and_published(house: House, session: Session) -> None:
    approved(house, session)
    published(house, session)


def past_its_deadline(house: House, session: Session) -> None:
    approved_and_published(house, session)
    house.clock.advance(minutes=30)
    house.move(session, session.get_one(Version, 1), house.clock() + timedelta(minutes=1))


def both_named_in_public(house: House, session: Session) -> None:
    for name in ("Alder", "Birch"):
        house.say(session, session.get_one(Version, 1), name)
    published(house, session)


def both_named_and_a_later_version(house: House, session: Session) -> None:
    both_named_in_public(house, session)
    house.checked(session, house.revised(session, session.get_one(Version, 1), body="No one is named."))


def later_version(house: House, session: Session) -> None:
    house.checked(session, house.revised(session, session.get_one(Version, 1)))


def closed_under_an_earlier_edition(house: House, session: Session) -> None:
    house.adopted(session, source="Second edition")
    house.clock.advance(minutes=30)
    house.move(session, session.get_one(Version, 1), house.clock() + timedelta(minutes=1))
    house.clock.advance(minutes=2)
    house.close_due(session)


NOBODY: set[str] = set()
ALDER = {"Alder"}
NAMING = "Alder and Birch ask for a coordinator."
AN_HOUR = NOON + timedelta(hours=1)

RACES = {
    "approve x decline": Race(
        ("say", {"verdict": "approve"}),
        ("say", {"verdict": "decline"}),
        {("done", "done"): [NOBODY, ALDER]},
        published,
        answers={2},
    ),
    "approve x new round": Race(
        ("approve", {}),
        ("ask_later", {}),
        {("done", "done"): [ALDER], ("RoundClosed", "done"): [NOBODY]},
        lambda house, session: (published(house, session), later_version(house, session))[1],
        answers={0, 1},
    ),
    "withdraw x publish": Race(("withdraw", {}), ("publish", {}), {("done", "done"): [NOBODY]}, approved, answers={1}),
    "approve x deadline": Race(
        ("approve", {}),
        ("close", {}),
        {("done", "done"): [ALDER], ("RoundClosed", "done"): [NOBODY]},
        published,
        at=(DEADLINE, DEADLINE + timedelta(microseconds=1)),
        answers={0, 1},
    ),
    "two contacts x two answers": Race(
        ("say", {"verdict": "abstain"}),
        ("approve", {"contact": 1}),
        {("done", "done"): [NOBODY, ALDER]},
        published,
        answers={2},
    ),
    "contest x reopen": Race(
        ("contest", {}),
        ("reopen", {}),
        {("done", "done"): [NOBODY]},
        past_its_deadline,
        at=(AN_HOUR, AN_HOUR),
        answers={1},
    ),
    "double click": Race(("approve", {}), ("approve", {}), {("done", "done"): [ALDER]}, published, answers={1}),
    "approve x recall": Race(
        ("approve", {}),
        ("recall", {}),
        {("done", "done"): [NOBODY], ("RoundClosed", "done"): [NOBODY]},
        answers={0, 2},
    ),
    "approve x drop": Race(
        ("approve", {}),
        ("drop", {}),
        {("done", "done"): [NOBODY], ("RoundClosed", "done"): [NOBODY]},
        published,
        answers={0, 2},
    ),
    "approve x refer": Race(
        ("approve", {}),
        ("refer", {}),
        {("done", "done"): [ALDER], ("Conflict", "done"): [NOBODY]},
        published,
        answers={0, 1},
    ),
    "approve x fresh link": Race(
        ("approve", {}),
        ("fresh", {}),
        {("done", "done"): [ALDER], ("LinkDead", "done"): [NOBODY]},
        published,
        answers={0, 1},
    ),
    "approve x redirected mail": Race(
        ("approve", {}),
        ("redirect", {}),
        {("done", "done"): [ALDER], ("Conflict", "done"): [NOBODY], ("LinkDead", "done"): [NOBODY]},
        published,
        answers={0, 1},
    ),
    "ask about a later version x redirected mail": Race(
        ("ask_later", {}), ("redirect", {}), {("done", "done"): [NOBODY]}, later_version, answers={0}
    ),
    "two named in the words withdraw": Race(
        ("withdraw", {"who": "Alder"}),
        ("withdraw", {"who": "Birch"}),
        {("done", "done"): [NOBODY]},
        both_named_in_public,
        answers={2},
        body=NAMING,
    ),
    "withdraw x retire, named in the words": Race(
        ("withdraw", {}),
        ("retire", {}),
        {("done", "done"): [NOBODY], ("done", "Conflict"): [NOBODY]},
        both_named_in_public,
        answers={1},
        body=NAMING,
    ),
    "withdraw x publish the next, named in the words": Race(
        ("withdraw", {}),
        ("publish_later", {}),
        {("done", "done"): [NOBODY]},
        both_named_and_a_later_version,
        answers={1},
        body=NAMING,
    ),
    "reopen x move to a newer edition": Race(
        ("reopen", {}),
        ("move_edition", {}),
        {("done", "Missing"): [NOBODY], ("Missing", "done"): [NOBODY]},
        closed_under_an_earlier_edition,
        at=(AN_HOUR, AN_HOUR),
        answers={0},
    ),
    "publish x move to a newer edition": Race(
        ("publish", {}),
        ("move_edition", {}),
        {("done", "done"): [NOBODY], ("Missing", "done"): [NOBODY]},
        closed_under_an_earlier_edition,
        at=(AN_HOUR, AN_HOUR),
        answers={0},
    ),
    "approve x leave the Coalition": Race(
        ("approve", {}),
        ("leave", {}),
        {("done", "done"): [NOBODY], ("RoundClosed", "done"): [NOBODY]},
        answers={0, 2},
    ),
    "publish x leave the Coalition": Race(
        ("publish", {}), ("leave", {}), {("done", "done"): [NOBODY, ALDER]}, approved, answers={0, 1}
    ),
    "ask about a later version x leave the Coalition": Race(
        ("ask_later", {}),
        ("leave", {}),
        {("done", "done"): [NOBODY], ("Missing", "done"): [NOBODY]},
        later_version,
        answers={0},
    ),
    "the double approves x merge": Race(
        ("say", {"verdict": "approve", "who": "Birch"}),
        ("merge", {}),
        {("done", "Missing"): [{"Birch"}], ("RoundClosed", "done"): [NOBODY]},
        published,
        answers={0, 1},
    ),
    "the second of two approves x merge": Race(
        ("say", {"verdict": "approve", "who": "Birch"}),
        ("merge", {}),
        {("done", "Missing"): [NOBODY], ("RoundClosed", "done"): [NOBODY]},
        approved,
        answers={0, 1},
    ),
    "approve x undo a merge": Race(
        ("approve", {}),
        ("undo_merge", {}),
        {("done", "Missing"): [ALDER], ("done", "done"): [ALDER]},
        lambda house, session: (published(house, session), house.merge(session, "Birch", "Alder"))[0],
        answers={1},
    ),
    "withdraw x recall": Race(
        ("withdraw", {}),
        ("recall", {}),
        {("done", "done"): [NOBODY], ("NothingStands", "done"): [NOBODY]},
        approved,
        answers={1},
    ),
}


@pytest.fixture(scope="module")
def two() -> Iterator[Runners]:
    with runners() as result:
        yield result


@pytest.mark.parametrize("race", RACES)
def test_two_at_once(house: House, two: Runners, race: str) -> None:
    _run(house, two, RACES[race])


@pytest.mark.torture
@pytest.mark.parametrize("turn", range(100))
@pytest.mark.parametrize("race", RACES)
def test_two_at_once_a_hundred_times(house: House, two: Runners, race: str, turn: int) -> None:
    _run(house, two, RACES[race])


def _run(house: House, two: Runners, race: Race) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session, body=race.body))
        alder = house.partner(session, "Alder", "Ana Alder", "Ben Alder")
        house.ask(session, version, [alder, house.partner(session, "Birch")], deadline=DEADLINE)
        race.prepare(house, session)
        before = _answers(session)
    (first, item), (second, other) = race.first, race.second
    came = tuple(two.race(house.settings, (first, race.at[0], item), (second, race.at[1], other)))
    assert came in race.outcomes, came
    named = _named_everywhere(house)
    assert named in race.outcomes[came], (came, named)
    with house.database.reading() as session:
        assert _answers(session) - before in race.answers
        assert verify_record(session, house.keys).wrong == ()
        _assert_the_last_answer_rules(session, named)


def _answers(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Answer)) or 0


def _named_everywhere(house: House) -> set[str]:
    """Who is named: the view, the page and the API say the same."""
    with house.database.reading() as session:
        named = set(session.scalars(select(signatory.c.public_name)))
    app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    client = app.test_client()
    page = client.get("/positions/fund-the-coordinator")
    answer = client.get("/api/v1/positions/fund-the-coordinator")
    app.extensions["signoff"].database.engine.dispose()
    if answer.status_code == 404:  # not public, or not any more
        assert named == {name for name in ("Alder", "Birch") if name in page.text} == set()
        return named
    content = answer.get_json()
    assert content is not None
    assert {item["name"] for item in content["signatories"]} == named
    assert {name for name in ("Alder", "Birch") if name in page.text} == named
    return named


def _assert_the_last_answer_rules(session: Session, named: set[str]) -> None:
    last: dict[int, Answer] = {}
    for answer in session.scalars(select(Answer).where(Answer.version_id == 1).order_by(Answer.sequence)):
        last[answer.partner_id] = answer
    standing = {answer.public_name for answer in last.values() if answer.verdict == "approve"}
    assert named <= standing
    asked = select(Request).join(Partner, Partner.id == Request.partner_id).where(Partner.left_at.is_not(None))
    for request in session.scalars(asked.where(Request.dropped_at.is_(None))):
        assert request.partner.name in named, "who left is asked nothing more"
    links = session.scalars(select(Link).where(Link.revoked_at.is_(None))).all()
    assert len({(link.request_id, link.contact_id) for link in links}) == len(links)
