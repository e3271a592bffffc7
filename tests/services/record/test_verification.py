"""What was written past the program is found: each forgery with the guards set aside, as the schema's owner could."""

import pytest
from sqlalchemy import text

from signoff.db import guards
from signoff.evidence.codes import SealingKeys
from signoff.models import Entry
from signoff.services.record.verification import verify_record
from tests.house import House

FORGED = {
    "a text changed after it was approved": "UPDATE version SET body = 'Something else'",
    "a name changed": "UPDATE answer SET public_name = 'Alder Inc.' WHERE verdict = 'approve'",
    "a decline turned into an approval": (
        "UPDATE answer SET verdict = 'approve', public_name = 'Birch', authority = 'board', "
        "order_key = (SELECT order_key FROM partner WHERE name = 'Birch') WHERE verdict = 'decline'"
    ),
    "a note added": "UPDATE answer SET public_note = 'With joy' WHERE verdict = 'approve'",
    "an answer moved in time": "UPDATE answer SET at = '2026-11-24 13:00:00.000000+00:00' WHERE verdict = 'approve'",
    "a withdrawal taken away": (
        "UPDATE letter SET answer_id = NULL WHERE answer_id = 3; "
        "DELETE FROM answer_person WHERE answer_id = 3; DELETE FROM answer WHERE id = 3"
    ),
    "a person's words changed": "UPDATE answer_person SET reason = 'We love it' WHERE reason = 'Not now.'",
    "an entry changed": "UPDATE entry SET actor = 'user:1' WHERE kind = 'partner_answered'",
    "an entry rewritten": "UPDATE entry SET body = '{}' WHERE kind = 'position_published'",
    "an entry made unreadable": "UPDATE entry SET body = 'x' WHERE kind = 'position_published'",
    "a name under a false key": (
        "INSERT INTO partner_name (id, partner_id, name, key, kind, accepted_at) "
        "SELECT 900, id, 'Birch', 'ZZZ', 'public', joined_at FROM partner WHERE name = 'Alder'"
    ),
    "a key changed": "UPDATE partner_name SET key = 'ZZZ' WHERE name = 'Birch'",
    "a partner listed by the name of another": "UPDATE partner SET name = 'Birch' WHERE name = 'Alder'",
    "a partner listed by a name no one agreed": "UPDATE partner SET name = 'Hazel' WHERE name = 'Alder'",
    "a partner put elsewhere in lists": (
        "UPDATE partner SET order_key = (SELECT order_key FROM partner WHERE name = 'Birch') WHERE name = 'Alder'"
    ),
    "a signatory put elsewhere in lists": (
        "UPDATE answer SET order_key = (SELECT order_key FROM partner WHERE name = 'Birch') WHERE verdict = 'approve'"
    ),
    "a double made of a partner": "UPDATE partner SET merged_into_id = 2 WHERE name = 'Alder'",
    "a guard taken away": "",
}


@pytest.fixture
def told(house: House) -> House:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        alder = house.partner(session, "Alder", public_names=("Alder Inc.",))
        house.ask(session, version, [alder, house.partner(session, "Birch")])
        house.say(session, version, "Alder")
        house.say(session, version, "Birch", "decline")
        house.publish(session, version)
        house.withdraw(session, version, "Alder")
    return house


def test_what_the_program_wrote_is_as_it_was_recorded(told: House) -> None:
    with told.database.reading() as session:
        report = verify_record(session, told.keys)
    assert (report.versions, report.answers, report.wrong) == (1, 3, ())


@pytest.mark.parametrize("forgery", list(FORGED))
def test_every_forgery_is_found(told: House, forgery: str) -> None:
    with told.database.engine.begin() as connection:
        guards.set_aside(connection)
        for statement in filter(None, FORGED[forgery].split("; ")):
            assert connection.execute(text(statement)).rowcount >= 1, statement
        if FORGED[forgery]:
            guards.lay(connection)
    with told.database.reading() as session:
        assert verify_record(session, told.keys).wrong, forgery


def test_a_forged_row_that_is_right_in_every_other_way_lacks_its_code(told: House) -> None:
    with told.database.engine.begin() as connection:
        guards.set_aside(connection)
        connection.execute(
            text(
                "INSERT INTO answer (id, version_id, partner_id, sequence, digest, verdict, public_name, order_key,"
                " public_note, authority, at, request_id, link_id, entry_id, mac) SELECT 99, version_id, partner_id, 3,"
                " digest, verdict, public_name, order_key, public_note, authority, at, request_id, link_id,"
                " (SELECT MAX(id) FROM entry WHERE kind = 'position_published'), mac FROM answer WHERE id = 1"
            )
        )
        guards.lay(connection)
    with told.database.reading() as session:
        wrong = verify_record(session, told.keys).wrong
    assert any(
        "Answer 3 of Alder to version 1 of “fund-the-coordinator” does not have the code of this installation."
        in sentence
        for sentence in wrong
    )


def test_another_installations_key_verifies_nothing(told: House) -> None:
    with told.database.reading() as session:
        wrong = verify_record(session, SealingKeys((("other", b"o" * 32),))).wrong
    with told.database.reading() as session:
        entries = session.query(Entry).count()
    assert sum("does not have the code of this installation" in sentence for sentence in wrong) == entries + 3
    assert "The partner Alder is not as this program wrote it." in wrong


def test_erasing_a_persons_words_breaks_nothing(told: House) -> None:
    with told.database.unit_of_work() as session:
        session.execute(
            text("UPDATE answer_person SET full_name = NULL, job_title = NULL, reason = NULL, note = NULL, salt = NULL")
        )
    with told.database.reading() as session:
        assert verify_record(session, told.keys).wrong == ()


def test_a_name_that_reads_like_another_partners_is_found_whatever_its_key(told: House) -> None:
    with told.database.engine.begin() as connection:
        insert = "INSERT INTO partner_name (id, partner_id, name, key, kind, accepted_at, until) SELECT "
        for number, name, key, until in ((900, "Bir\u0441h", "BIR", "NULL"), (901, "The Birch", "THE", "joined_at")):
            connection.execute(
                text(
                    f"{insert} {number}, id, :name, :key, 'alias', joined_at, {until} FROM partner WHERE name = 'Alder'"
                ),
                {"name": name, "key": key},
            )
    with told.database.reading() as session:
        wrong = verify_record(session, told.keys).wrong
    assert wrong == (
        "The name “Bir\u0441h” of Alder is not as this program wrote it.",
        "The name “The Birch” of Alder is not as this program wrote it.",
        "The name “Bir\u0441h” of alder: its key is not that of its letters.",
        "The name “The Birch” of alder: its key is not that of its letters.",
        "The name “Bir\u0441h” of alder reads like “Birch” of birch.",
    )
