"""The Coalition's letterhead and logo: what may be set, what is recorded, and that no partner's name stands there."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, NotAllowed, NotFound
from signoff.domain.letterhead import Letterhead
from signoff.domain.permissions import OPERATOR
from signoff.domain.pictures import Picture, picture_of
from signoff.models import Coalition, Logo
from signoff.services.coalition import describe_coalition, logo_content, remove_logo
from signoff.services.record.record import entries, facts_of
from tests.house import House

FACTS = {"name": "Coalition for Community Schools", "reply_to": "help@coalition.example"}
HEAD = Letterhead(
    address="4301 Example Avenue NW  \r\nWashington, DC 20008\r\n",
    website="Positions.coalition.example",
    phone=" 202-555-0100 ",
    email="Info@Coalition.example",
    press_contact="Paul Reyes\npress@coalition.example",
)


def picture(color: str = "teal") -> Picture:
    file = BytesIO()
    Image.new("RGB", (60, 40), color).save(file, "PNG")
    return picture_of(file.getvalue())


def described(house: House, session: Session, **facts: object) -> bool:
    return describe_coalition(house.act(session, OPERATOR), **{**FACTS, **facts})  # type: ignore[arg-type]


def recorded(session: Session) -> list[list[str]]:
    return [facts_of(entry)["changed"] for entry in entries(session) if entry.kind == "coalition_described"]


def test_a_letterhead_is_kept_in_one_form_and_what_changed_is_recorded(house: House, session: Session) -> None:
    assert described(house, session, letterhead=HEAD)
    coalition = session.get_one(Coalition, 1)
    assert coalition.letterhead.lines == [
        "4301 Example Avenue NW",
        "Washington, DC 20008",
        "positions.coalition.example",
        "202-555-0100",
        "info@coalition.example",
    ]
    assert recorded(session)[-1] == ["address", "website", "phone", "email", "press_contact"]
    before = len(recorded(session))
    assert not described(house, session, letterhead=HEAD) and not described(house, session)
    assert len(recorded(session)) == before and coalition.phone == "202-555-0100"
    assert described(house, session, letterhead=Letterhead(address="PO Box 1"))
    assert recorded(session)[-1] == ["address", "website", "phone", "email", "press_contact"]
    assert coalition.letterhead == Letterhead(address="PO Box 1")
    assert "Reyes" not in " ".join(entry.body for entry in entries(session))


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("address", "c/o Harbor League\n1 Main Street"),
        ("address", "Harbor\nLeague House"),
        ("address", "at the harbor league"),
        ("press_contact", "Ana Alder, HARBOR LEAGUE"),
        ("website", "https://harborleague.example/coalition"),
        ("email", "press@harbor-league.example"),
        ("phone", "Harbor League: 202-555-0100"),
    ],
)
def test_no_part_names_a_partner(house: House, session: Session, part: str, typed: str) -> None:
    house.partner(session, "Harbor League")
    with pytest.raises(Invalid) as refusal:
        described(house, session, letterhead=Letterhead(**{part: typed}))
    assert set(refusal.value.errors) == {part} and "Harbor League" in refusal.value.errors[part]
    assert session.get_one(Coalition, 1).letterhead == Letterhead()


def test_no_partner_gets_a_name_that_the_letterhead_holds(house: House, session: Session) -> None:
    described(house, session, letterhead=Letterhead(address="Harbor League House\n1 First Street"))
    with pytest.raises(Invalid) as refusal:
        house.partner(session, "The Harbor League")
    assert "The Coalition's letterhead contains this name" in str(refusal.value.errors)
    assert house.partner(session, "Firsts").name == "Firsts"


@pytest.mark.parametrize(
    ("part", "typed"),
    [("website", "ftp://x"), ("email", "nobody"), ("phone", "1" * 61), ("address", "1\u202e2"), ("phone", "=?x?=")],
)
def test_what_cannot_be_used_is_refused_at_its_part(house: House, session: Session, part: str, typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        described(house, session, letterhead=Letterhead(**{part: typed}))
    assert set(refusal.value.errors) == {part}


def test_a_logo_is_kept_once_shown_while_it_is_the_present_one_and_removed(house: House, session: Session) -> None:
    teal, red = picture(), picture("red")
    assert described(house, session, logo=teal) and not described(house, session, logo=teal)
    assert logo_content(session, teal.digest) == teal.content
    assert described(house, session, logo=red) and described(house, session, logo=teal)
    with pytest.raises(NotFound):
        logo_content(session, red.digest)
    assert session.scalar(select(func.count()).select_from(Logo)) == 2
    assert remove_logo(house.act(session, OPERATOR)) and not remove_logo(house.act(session, OPERATOR))
    with pytest.raises(NotFound):
        logo_content(session, teal.digest)
    assert recorded(session)[-4:] == [["logo"]] * 4


def test_only_an_administrator_describes_the_coalition(house: House, session: Session) -> None:
    for role in ("drafter", "reviewer", "publisher"):
        act = house.act(session, house.user(session, role).actor)
        for attempt in (lambda act=act: describe_coalition(act, **FACTS), lambda act=act: remove_logo(act)):
            with pytest.raises(NotAllowed):
                attempt()
