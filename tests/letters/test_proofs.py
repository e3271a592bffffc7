"""The proofs that partners get by email: in the same run, a minute later, or in an email of their own."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from signoff.cli import main
from signoff.db import guards
from signoff.db.database import Database
from signoff.domain.letters import PROVEN
from signoff.evidence.comparison import Outcome, compare
from signoff.evidence.partner_proofs import ProofVerdict, verify_proof
from signoff.evidence.position_bundles import verify_bundle
from signoff.evidence.standalone import standalone
from signoff.models import Letter, Publication, Version
from signoff.services.outbox.mail_state import mail_state
from signoff.services.publications.bundles import bundle_of
from signoff.worker.turn import seal_all, work_once
from tests.conftest import house_on
from tests.house import House
from tests.letters.sink import Sink, text_of

FOLLOWS = "It will follow in an email of its own."
sqlite_only = pytest.mark.parametrize("dialect", ["sqlite"])


@pytest.fixture(autouse=True)
def only_what_partners_get(house: House) -> None:
    with house.database.unit_of_work() as session:
        house.without_turns(session)


def turn(house: House) -> list[str]:
    """One turn of the worker as it runs all day: heads are signed at the beat."""
    states: list[str] = []
    work_once(house.worker(states.append), at_once=False)
    return states


def proof_in(letter: EmailMessage) -> str:
    (attached,) = (file for file in letter.iter_attachments() if file.get_content_type() != "application/pdf")
    assert (attached.get_content_type(), attached.get_filename()) == ("application/json", "signoff-proof.json")
    content = attached.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def proven(house: House, letter: EmailMessage) -> ProofVerdict:
    return verify_proof(proof_in(letter), now=house.clock() + timedelta(minutes=1))


def flat(letter: EmailMessage) -> str:
    return " ".join(text_of(letter).split())


def asked(house: House, *names: str) -> Version:
    with house.database.unit_of_work() as session:
        version = house.asked(session, *names)
    turn(house)
    return version


def said(house: House, version: Version, name: str, verdict: str = "approve", **more: str) -> None:
    with house.database.unit_of_work() as session:
        house.say(session, version, name, verdict, **more)


def test_each_contact_gets_the_proof_of_each_answer(house: House, sink: Sink) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder", "Ana Alder", "Ben Alder")])
        secrets = [house.secret(house.link(session, version, "Alder", n)) for n in (0, 1)]
        house.say(session, version, "Alder", public_note="Gladly.", note="Between us.")
        house.publish(session, version)
    work_once(house.worker())
    with house.database.unit_of_work() as session:
        house.remove(session, version, "Alder")
    work_once(house.worker())
    for address in ("ana@alder.example", "ben@alder.example"):
        receipt, _published, removed = sink.to(address)[-3:]
        given, ended = proven(house, receipt), proven(house, removed)
        assert (given.verdict, given.public_name, given.public_note) == ("approve", "Alder", "Gladly.")
        assert (given.partner, given.digest, given.at) == ("alder", version.digest, house.clock())
        assert (ended.verdict, ended.partner, ended.public_name) == ("remove", "alder", "")
        for letter in (receipt, removed):
            assert "Keep the attached file signoff-proof.json. It proves what was recorded for Alder and when" in flat(
                letter
            )
            assert FOLLOWS not in flat(letter)
            hidden = (*secrets, "/r/", "Between us", "Ana", "Ben", "board", "contact:", "They asked by telephone")
            assert not [word for word in hidden if word in proof_in(letter)]
    with house.database.reading() as session:
        assert set(session.scalars(select(Letter.state).where(Letter.kind.in_(PROVEN)))) == {"sent"}
        assert session.scalar(select(Letter.id).where(Letter.kind == "proof")) is None


def test_a_receipt_waits_for_the_beat_and_holds_nothing_back(house: House, sink: Sink) -> None:
    version = asked(house, "Alder", "Birch")
    said(house, version, "Birch", "decline")
    # The publisher's and the drafter's; Birch's receipt was queued before them.
    assert turn(house) == ["sent", "sent"]
    assert sink.letters[-1]["Subject"].startswith("Birch declined")
    with house.database.reading() as session:
        assert mail_state(session, at=house.clock()).oldest_due_at is None
    house.clock.advance(seconds=59)
    assert turn(house) == []
    house.clock.advance(seconds=1)
    assert turn(house) == ["sent"]
    assert proven(house, sink.to("ana@birch.example")[-1]).verdict == "decline"


def stop_sealing(house: House, *, code: str) -> None:
    """A code as only its owner could have changed it; answers with the code it had."""
    with house.database.migrating.begin() as connection:
        guards.set_aside(connection)
        connection.execute(text("UPDATE answer SET mac = :code"), {"code": code})
        guards.lay(connection)


def test_where_sealing_is_stopped_the_proof_follows(house: House, sink: Sink) -> None:
    version = asked(house, "Alder", "Birch")
    said(house, version, "Alder")
    with house.database.reading() as session:
        code = session.scalar(text("SELECT mac FROM answer"))
    stop_sealing(house, code="k1:00")
    house.clock.advance(minutes=9)
    assert turn(house) == []
    house.clock.advance(minutes=1)
    assert turn(house) == ["sent"]
    receipt = sink.to("ana@alder.example")[-1]
    assert (
        FOLLOWS in flat(receipt) and "signoff-proof" not in receipt.as_string() and "Keep the att" not in flat(receipt)
    )
    house.clock.advance(hours=1)
    assert turn(house) == []
    with house.database.reading() as session:
        assert not mail_state(session, at=house.clock()).waits_long
    stop_sealing(house, code=code)
    assert turn(house) == ["sent"]
    later = sink.to("ana@alder.example")[-1]
    assert later["Subject"] == "Proof of an answer from Alder: Fund the coordinator"
    assert proven(house, later).verdict == "approve" and "Recorded: approved" in text_of(later)
    house.clock.advance(minutes=1)
    assert turn(house) == []


@sqlite_only
def test_a_letter_that_did_not_arrive_brings_the_proof_when_it_is_tried_again(house: House, sink: Sink) -> None:
    version = asked(house, "Alder")
    said(house, version, "Alder")
    house.clock.advance(minutes=1)
    sink.refusals["ana@alder.example"] = "451 Later"
    assert turn(house) == ["queued"]
    sink.refusals.clear()
    house.clock.advance(minutes=5)
    assert turn(house) == ["sent"]
    assert proven(house, sink.letters[-1]).at < house.clock()


@sqlite_only
def test_anyone_can_verify_the_file_with_the_command_or_the_lone_module(
    house: House, sink: Sink, tmp_path: Path
) -> None:
    version = asked(house, "Alder")
    said(house, version, "Alder")
    house.clock.advance(minutes=1)
    turn(house)
    file, alone = tmp_path / "proof.json", tmp_path / "verifier.py"
    file.write_text(proof_in(sink.letters[-1]))
    alone.write_text(standalone())
    by_command = CliRunner().invoke(main, ["verify", str(file)])
    by_module = subprocess.run([sys.executable, str(alone), str(file)], capture_output=True, text=True, check=False)
    for output, code in ((by_command.output, by_command.exit_code), (by_module.stdout, by_module.returncode)):
        assert code == 0 and "Verified: a partner's proof." in output
        assert "the partner “alder” approved this text under the name “Alder”" in output
    for fact in ("approve", "alder", version.digest, "2026-11-24T12:00:00Z"):
        changed = json.loads(file.read_text())
        for one in changed["entry"]["shown"].values():
            if one["value"] == fact:
                one["value"] = "abstain" if fact == "approve" else fact.replace(fact[-2], "0")
        (tmp_path / "changed.json").write_text(json.dumps(changed, sort_keys=True, separators=(",", ":")))
        assert CliRunner().invoke(main, ["verify", str(tmp_path / "changed.json")]).exit_code == 1


@sqlite_only
def test_a_later_list_that_keeps_the_name_is_convicted_by_the_withdrawal(
    house: House, sink: Sink, tmp_path: Path
) -> None:
    """The operator goes on from a copy in which Alder never withdrew, and signs as if nothing had been.

    With the key alone: the mark beside it would stop the sealing.
    """
    version = asked(house, "Alder")
    said(house, version, "Alder")
    with house.database.unit_of_work() as session:
        house.publish(session, version)
    turn(house)
    (tmp_path / "lie").mkdir()
    with closing(sqlite3.connect(str(house.database.engine.url.database))) as connection:
        connection.execute(f"VACUUM INTO '{tmp_path}/lie/signoff.db'")
    house.clock.advance(minutes=1)
    with house.database.unit_of_work() as session:
        house.withdraw(session, version, "Alder")
    turn(house)
    file, honest, lying = (tmp_path / name for name in ("proof.json", "honest.json", "lying.json"))
    file.write_text(proof_in(sink.to("ana@alder.example")[-1]))
    honest.write_text(newest_bundle(house))
    liar = house_on(Database(f"sqlite:///{tmp_path}/lie/signoff.db"), tmp_path)
    key_file = Path(shutil.copy(house.settings.sealing_key_file, tmp_path / "lie" / "sealing_key.json"))
    liar.settings = replace(liar.settings, sealing_key_file=key_file)
    liar.clock.now = house.clock.now
    for _ in range(3):
        liar.clock.advance(minutes=1)
        seal_all(liar.worker())
    lying.write_text(newest_bundle(liar))
    liar.database.engine.dispose()
    proof = verify_proof(file.read_text(), now=liar.clock())
    assert compare(proof, verify_bundle(honest.read_text(), now=liar.clock())).outcome is Outcome.AGREES
    assert compare(proof, verify_bundle(lying.read_text(), now=liar.clock())).outcome is Outcome.CONTRADICTS
    agrees = CliRunner().invoke(main, ["verify", str(file), str(honest)])
    assert agrees.exit_code == 0 and "Compared: The list does not name the partner." in agrees.output
    convicts = CliRunner().invoke(main, ["verify", str(lying), str(file)])
    assert convicts.exit_code == 1
    assert "Compared: The list names the partner by an approval that no longer counted." in convicts.output
    twice = CliRunner().invoke(main, ["verify", str(file), str(file)])
    assert twice.exit_code == 1 and "give one partner's proof and one bundle" in twice.output


def newest_bundle(house: House) -> str:
    with house.database.reading() as session:
        return bundle_of(session, session.scalars(select(Publication)).one()).text


@sqlite_only
def test_a_proof_that_is_not_whole_is_not_sent(house: House, sink: Sink) -> None:
    """Someone changed the entry after it was sealed: the letter leaves without, and staff see that one failed."""
    version = asked(house, "Alder")
    said(house, version, "Alder")
    house.clock.advance(minutes=1)
    seal_all(house.worker())
    with house.database.migrating.begin() as connection:
        guards.set_aside(connection)
        connection.execute(text("UPDATE entry SET body = replace(body, 'Alder', 'Elder') WHERE kind LIKE 'partner_a%'"))
        guards.lay(connection)
    assert turn(house) == ["sent", "failed"]
    assert FOLLOWS in flat(sink.to("ana@alder.example")[-1])
