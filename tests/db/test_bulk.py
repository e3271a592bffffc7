"""Rows that are added by one statement are as given, whatever they share, and have their columns' defaults."""

from typing import Any

import pytest

from signoff.models import Contact
from signoff.models.bulk import add_rows
from tests.house import House

OLAF = {"full_name": "Olaf “the, {} \\ Great”", "job_title": "NULL", "is_removed": False}
NINA = {"full_name": "Nína", "job_title": "", "is_removed": True}
TOGETHER: list[list[dict[str, Any]]] = [[OLAF], [OLAF, NINA], [NINA, NINA]]


def test_added_rows_are_as_given(house: House) -> None:
    given: list[dict[str, Any]] = []
    with house.database.unit_of_work() as session:
        partner, at = house.partner(session, "Alder"), house.clock()
        for some in TOGETHER:
            rows = [
                {
                    "partner_id": partner.id,
                    "email": f"{len(given) + number}@alder.example",
                    "full_name": row["full_name"],
                    "job_title": row["job_title"],
                    "added_at": at,
                    "answers_from": at,
                    "removed_at": at if row["is_removed"] else None,
                }
                for number, row in enumerate(some)
            ]
            added = add_rows(session, Contact, rows, returning=[Contact]).scalars().all()
            assert len({contact.id for contact in added}) == len(rows)
            given += rows
    with house.database.reading() as session:
        stored = {contact.email: contact for contact in session.get_one(type(partner), partner.id).contacts}
        assert [{name: getattr(stored[row["email"]], name) for name in row} for row in given] == given
        assert all(stored[row["email"]].may_answer == 1 for row in given)


def test_no_column_that_only_later_rows_give_is_left_out(house: House) -> None:
    with house.database.unit_of_work() as session:
        alder, cedar = house.partner(session, "Alder"), house.partner(session, "Cedar")
        row = {"full_name": "Olaf", "added_at": house.clock(), "answers_from": house.clock()}
        first = {**row, "partner_id": alder.id, "email": "olaf@alder.example"}
        second = {**row, "partner_id": cedar.id, "email": "olaf@cedar.example", "job_title": "King"}
        for rows in ([first, second], [second, first]):
            with pytest.raises(ValueError, match="contact: each row gives the same columns"):
                add_rows(session, Contact, rows)
        kept = len(alder.contacts) + len(cedar.contacts)
    with house.database.reading() as session:
        assert kept == session.query(Contact).count()
