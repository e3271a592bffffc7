"""What `signoff verify` says names positions, versions, partners and entries as people know them, never a row's id."""

import re

from sqlalchemy import Table, select, text

from signoff.models import Base
from tests.house import House
from tests.services.publications.logged import bent, public_list, sealed, wrong_in

FAR = 70_000  # so that an id cannot be taken for a version's number


def test_no_sentence_has_the_id_of_a_row(house: House) -> None:
    """Every id but the numbers of entries, which staff read, is moved far up, so that every row is wrong."""
    public_list(house)
    sealed(house)
    bent(house, *_moved(house))
    sentences = wrong_in(house)
    assert len(sentences) > 50
    assert not [sentence for sentence in sentences if re.search(r"\b7\d{4}\b", sentence)]
    said = "\n".join(sentences)
    assert "Answer 2 of Iris to version 1 of “fund-the-coordinator” does not have the code" in said
    assert "The contact “Ana Birch” of Birch is not as this program wrote it." in said
    assert "Version 1 of “fund-the-coordinator” is not as this program wrote it." in said


def _moved(house: House) -> list[str]:
    with house.database.reading() as session:
        full = [table for table in Base.metadata.sorted_tables if session.execute(select(table).limit(1)).first()]
    statements = []
    for table in full:
        pointing = {key.parent.name for key in table.foreign_keys if key.column.name.endswith("id")} - {"entry_id"}
        own = {"id"} & set(table.columns.keys()) if table.name not in ("entry", "coalition") else set()
        for column in sorted(pointing | own):
            where = f'WHERE "{column}" IS NOT NULL'
            if _has(house, table, column):
                statements.append(f'UPDATE {table.name} SET "{column}" = "{column}" + {FAR} {where}')
    return statements


def _has(house: House, table: Table, column: str) -> bool:
    with house.database.reading() as session:
        return session.execute(select(table).where(table.c[column].is_not(None)).limit(1)).first() is not None


def test_who_is_named_against_its_last_answer_is_said(house: House) -> None:
    public_list(house)
    sealed(house)
    bent(
        house,
        "UPDATE letter SET answer_id = NULL WHERE answer_id IN (SELECT id FROM answer WHERE verdict = 'withdraw')",
        "DELETE FROM answer_person WHERE answer_id IN (SELECT id FROM answer WHERE verdict = 'withdraw')",
        "DELETE FROM answer WHERE verdict = 'withdraw'",
    )
    said = wrong_in(house)
    assert "The list of version 1 of “fund-the-coordinator” names Delta, whose last answer is a withdrawal." in said
    number = _number_of_withdrawal(house)
    assert (
        f"Entry {number} of the record tells of an answer that is not there: withdraw of delta to version 1 of "
        "“fund-the-coordinator”." in said
    )


def _number_of_withdrawal(house: House) -> int:
    with house.database.reading() as session:
        query = text("SELECT id FROM entry WHERE kind = 'partner_answered' AND body LIKE '%\"withdraw\"%'")
        return int(session.scalar(query) or 0)
