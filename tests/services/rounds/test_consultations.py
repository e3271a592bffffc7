"""Comments: invited without asking for approval, hung on a passage, followed only without doubt, answered."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotAllowed, NotFound, StaleText
from signoff.models import Answer, Comment, Entry, Letter
from signoff.services.record.record import facts_of
from signoff.services.rounds.consultations import comment, comments_on, invite, settle_comment
from signoff.services.rounds.links import get_link
from tests.house import House

BODY = "Schools need a coordinator.\n\nTwo seats for families. Two seats for youth."


def test_from_the_invitation_to_what_became_of_it(house: House, session: Session) -> None:
    version = house.position(session, body=BODY)
    (invitation,) = house.invite(session, version, house.partner(session, "Alder"))
    drafter, reviewer = (house.user(session, role).actor for role in ("drafter", "reviewer"))
    made = house.comment(session, invitation, "Say who pays.", "Schools need a coordinator.")
    assert house.comment(session, invitation, "Say who pays.", "Schools need a coordinator.") is made
    with pytest.raises(NotAllowed):
        settle_comment(house.act(session, reviewer), made, outcome="partly", note="")
    with pytest.raises(Invalid):
        settle_comment(house.act(session, drafter), made, outcome="lost", note="")
    settle_comment(house.act(session, drafter), made, outcome="partly", note="In version 2.")
    with pytest.raises(Conflict):
        settle_comment(house.act(session, drafter), made, outcome="taken_up", note="")
    assert list(session.scalars(select(Letter.kind).order_by(Letter.id))) == ["invited", "comment", "comment_settled"]
    assert list(session.scalars(select(Entry.kind).order_by(Entry.id)))[-3:] == [
        "comments_invited",
        "comment_made",
        "comment_settled",
    ]
    entry = session.scalars(select(Entry).where(Entry.kind == "comment_made")).one()
    assert "Say who pays" not in entry.body and facts_of(entry)["comment"] == made.id


def test_an_invitation_can_approve_nothing(house: House, session: Session) -> None:
    version = house.position(session, body=BODY)
    (invitation,) = house.invite(session, version, house.partner(session, "Alder"))
    assert get_link(session, house.secret(invitation)) is invitation
    assert session.scalar(select(func.count()).select_from(Answer)) == 0
    with pytest.raises(IndexError):
        house.link(session, version, "Alder")


def test_no_one_is_invited_twice_to_one_version_nor_to_an_old_one(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder", "Ana Alder", "Ben Alder")
    version = house.position(session, body=BODY)
    drafter = house.user(session, "drafter").actor
    assert invite(house.act(session, drafter), version, [alder]) == 2
    assert invite(house.act(session, drafter), version, [alder]) == 0
    with pytest.raises(Invalid):
        invite(house.act(session, drafter), version, [])
    house.revised(session, version)
    with pytest.raises(Conflict):
        invite(house.act(session, drafter), version, [alder])


def test_a_comment_follows_its_passage_only_when_it_stands_there_once(house: House, session: Session) -> None:
    version = house.position(session, body=BODY)
    (invitation,) = house.invite(session, version, house.partner(session, "Alder"))
    for quote in ("Schools need a coordinator.", "Two seats", "Two seats for youth.", ""):
        house.comment(session, invitation, f"On {quote or 'all of it'}.", quote)
    later = house.revised(session, version, body="Two seats for families. Two seats for youth.")
    placed = comments_on(session, version.position, read_beside=later)
    assert [(item.on_version, item.times, item.follows) for item in placed] == [
        (1, 0, False),
        (1, 2, False),
        (1, 1, True),
        (1, 0, False),
    ]


@pytest.mark.parametrize(
    ("quote", "words", "field"),
    [("Words that are not there.", "Hm.", "quote"), ("", "", "comment"), ("", "x" * 5000, "comment")],
)
def test_bad_comments_are_refused_at_their_field(
    house: House, session: Session, quote: str, words: str, field: str
) -> None:
    version = house.position(session, body=BODY)
    (invitation,) = house.invite(session, version, house.partner(session, "Alder"))
    with pytest.raises(Invalid) as refusal:
        house.comment(session, invitation, words, quote)
    assert set(refusal.value.errors) == {field}
    assert session.scalar(select(func.count()).select_from(Comment)) == 0


def test_comments_end_with_a_later_version_and_with_the_round(house: House, session: Session) -> None:
    version = house.position(session, body=BODY)
    alder = house.partner(session, "Alder")
    (invitation,) = house.invite(session, version, alder)
    with pytest.raises(StaleText):
        comment(session, invitation, quote="", words="Hm.", shown_digest="0" * 64, clock=house.clock)
    house.ask(session, house.checked(session, version), [alder])
    house.comment(session, house.link(session, version, "Alder"), "Through the question's own page.")
    house.clock.advance(days=8)
    with pytest.raises(Conflict):
        house.comment(session, house.link(session, version, "Alder"), "Too late.")
    house.comment(session, invitation, "Still the newest draft.")
    house.revised(session, version)
    with pytest.raises(Conflict):
        house.comment(session, invitation, "Of a draft that was replaced.")


def test_a_revoked_invitation_opens_nothing(house: House, session: Session) -> None:
    version = house.position(session, body=BODY)
    (invitation,) = house.invite(session, version, house.partner(session, "Alder"))
    house.correct(session, invitation.contact, email="ana@new.example")
    session.refresh(invitation)
    assert invitation.revoked_at is not None
    with pytest.raises(NotFound):
        get_link(session, "x" * 43)
