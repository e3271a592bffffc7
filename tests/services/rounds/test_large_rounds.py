"""Opening a round costs each partner the same, however many are asked."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from signoff.models import Contact, Partner, PartnerName
from tests.house import House

FEW, MANY = 10, 300
# What PostgreSQL has read in this transaction of the tables that grow by the round, by index or not.
READ = """
SELECT COALESCE(SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0)), 0) FROM pg_stat_xact_user_tables
WHERE relname IN ('request', 'link', 'letter')
"""


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_round_reads_so_many_rows_for_each_partner(house: House, session: Session) -> None:
    at = house.clock()
    session.execute(insert(Partner), [{"slug": f"p{n}", "name": f"Oak {n}", "joined_at": at} for n in range(MANY)])
    partners = session.scalars(select(Partner).order_by(Partner.id)).all()
    names = [{"partner_id": p.id, "name": p.name, "key": p.name, "kind": "public", "accepted_at": at} for p in partners]
    session.execute(insert(PartnerName), names)
    people = [{"partner_id": p.id, "full_name": "Ana Oak", "email": f"ana@{p.slug}.example"} for p in partners]
    session.execute(insert(Contact), [{**one, "may_answer": 1, "added_at": at, "answers_from": at} for one in people])
    # The database plans the guards while few have been asked, and keeps the plans.
    house.ask(session, house.checked(session, house.position(session, "Open the yards")), partners[:FEW])
    version = house.checked(session, house.position(session))
    before = session.scalar(text(READ)) or 0
    house.ask(session, version, partners)
    assert (session.scalar(text(READ)) or 0) - before < 10 * MANY
