"""Many partners who are asked about one version, written in bulk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from signoff.models import Contact, Partner, PartnerName, Version
from tests.house import House


def add_crowd(session: Session, number: int, *, at: datetime) -> Sequence[Partner]:
    """So many partners with one contact each, who joined at this moment."""
    rows = [{"slug": f"p{n}", "name": f"Partner Number {n}", "website": "", "joined_at": at} for n in range(number)]
    session.execute(insert(Partner), rows)
    partners = session.scalars(select(Partner).order_by(Partner.id)).all()
    names = [{"partner_id": p.id, "name": p.name, "key": p.name.lower().replace(" ", "")} for p in partners]
    session.execute(insert(PartnerName), [{**item, "kind": "public", "accepted_at": at} for item in names])
    people = {"may_answer": 1, "added_at": at, "answers_from": at}
    contacts = [{"partner_id": p.id, "full_name": f"Ana {p.id}", "email": f"ana@p{p.id}.example"} for p in partners]
    session.execute(insert(Contact), [{**item, **people} for item in contacts])
    return partners


def ask_crowd(house: House, session: Session, number: int, *, at: datetime) -> tuple[Version, Sequence[Partner]]:
    """A checked version, and so many partners with one contact each who are asked about it."""
    partners = add_crowd(session, number, at=at)
    version = house.checked(session, house.position(session))
    house.ask(session, version, partners)
    return version, partners
