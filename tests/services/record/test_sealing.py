"""The record sealed: each entry once and in order, by heads on a beat; what is bent afterwards is found."""

import json
import logging

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from signoff.db import guards
from signoff.evidence.codes import SealingKeys
from signoff.evidence.heads import open_sole
from signoff.evidence.log_leaves import State, read_leaf
from signoff.evidence.notes import Signer
from signoff.models import Entry, Leaf, LogHead, LogLeaf
from signoff.services.publications import public_log
from signoff.services.publications.log_verification import verify_log
from signoff.services.record import sealing
from signoff.services.record.sealing import SealingStopped
from signoff.services.record.verification import verify_record
from signoff.worker.turn import seal_all, work_once
from tests.house import House
from tests.inspection import InspectingClient
from tests.services.publications.logged import bent, first, public_list, sealed, wrong_in

ORIGIN = "127.0.0.1:8000/log"


@pytest.fixture
def public(house: House) -> House:
    return public_list(house)


def sizes(house: House) -> list[int]:
    with house.database.reading() as session:
        return list(session.scalars(select(LogHead.size).order_by(LogHead.size)))


def _skip_ids(session: Session) -> None:
    """What a transaction leaves behind that was rolled back: ids of entries that no entry has."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("UPDATE sqlite_sequence SET seq = seq + 7 WHERE name = 'entry'"))
    else:
        session.execute(text("SELECT setval(pg_get_serial_sequence('entry', 'id'), (SELECT max(id) + 7 FROM entry))"))


class TestSealing:
    def test_every_entry_becomes_a_leaf_once_and_in_order(self, public: House) -> None:
        number = sealed(public)
        assert number > 20 and sealed(public) == 0
        with public.database.unit_of_work() as session:
            public.position(session, "Another")
        assert sealed(public) == 2
        with public.database.unit_of_work() as session:
            public.position(session, "Before a gap")
            _skip_ids(session)
            public.position(session, "After it")
        assert sealed(public) == 4
        with public.database.reading() as session:
            entries = session.scalars(select(Leaf.entry_id).order_by(Leaf.number)).all()
            assert list(entries) == list(session.scalars(select(Entry.id).order_by(Entry.id)))
            heads = session.scalars(select(LogHead).order_by(LogHead.size)).all()
            assert [head.record_size for head in heads] == [number, number, number + 2, number + 6]
            assert sealing.oldest_unsealed(session) is None
        assert wrong_in(public) == []

    @pytest.mark.parametrize(("most", "answers", "at_once"), [(7, 2_000, 7), (20_000, 3, 3)])
    def test_many_are_sealed_in_several_steps_under_one_head(
        self, public: House, monkeypatch: pytest.MonkeyPatch, most: int, answers: int, at_once: int
    ) -> None:
        monkeypatch.setattr(sealing, "_MOST_AT_ONCE", most)
        monkeypatch.setattr(sealing, "_MOST_ANSWERS", answers)
        assert sealed(public) == at_once and sizes(public) == []
        seal_all(public.worker())
        with public.database.reading() as session:
            assert sealing.oldest_unsealed(session) is None
        assert len(sizes(public)) == 1 and wrong_in(public) == []

    def test_staff_are_told_when_nothing_is_sealed(self, public: House, client: InspectingClient) -> None:
        sealed(public)
        client.sign_in("publisher")
        with public.database.unit_of_work() as session:
            public.position(session, "Another matter")
        assert "are not sealed" not in client.soup("/staff/").text
        public.clock.advance(minutes=2)
        assert "are not sealed" in client.soup("/staff/").text
        sealed(public)
        assert "are not sealed" not in client.soup("/staff/").text

    def test_the_worker_seals_and_everybody_reads_the_head(self, public: House, client: InspectingClient) -> None:
        assert client.get("/log/checkpoint").status_code == 503
        assert "Newest head" not in client.soup("/verify").text
        work_once(public.worker())
        note = client.get("/log/checkpoint")
        assert note.content_type == "text/plain; charset=utf-8"
        signer = public.keys.signers(ORIGIN)[0]
        head = open_sole(note.text, signer.verifier)
        assert head.origin == ORIGIN and head.size == sizes(public)[-1]
        assert str(signer.verifier) in client.soup("/verify").text
        moved = client.get("/record/checkpoint")
        assert (moved.status_code, moved.location) == (302, "/log/checkpoint")
        ready = client.get("/readyz").get_json()
        assert ready and "oldest_unsealed_at" not in ready


class TestTheBeat:
    def test_a_head_is_signed_each_minute_whatever_happened(self, public: House) -> None:
        beat(public)
        assert sizes(public) == [4]  # the key, the publication, its list, the state
        public.clock.advance(seconds=59)
        beat(public)
        assert sizes(public) == [4]
        public.clock.advance(seconds=1)
        beat(public)
        assert sizes(public) == [4, 5]

    def test_a_public_act_makes_a_head_at_once_and_a_private_one_never(self, public: House) -> None:
        beat(public)
        with public.database.unit_of_work() as session:
            public.say(session, first(session), "Cedar", "decline")
            public.position(session, "Another")
        beat(public)
        assert sizes(public) == [4]
        with public.database.unit_of_work() as session:
            public.withdraw(session, first(session), "Alder")
        beat(public)
        assert sizes(public) == [4, 6]

    def test_times_of_heads_are_whole_seconds_after_all_they_cover(self, public: House) -> None:
        public.clock.advance(seconds=7, microseconds=400_000)
        with public.database.unit_of_work() as session:
            public.position(session, "Another")
        public.clock.advance(seconds=-30)  # another machine's clock
        sealed(public)
        sealed(public)
        with public.database.reading() as session:
            newest = session.scalars(select(Entry.at).order_by(Entry.at.desc())).first()
            first, second = session.scalars(select(LogHead.time).order_by(LogHead.size)).all()
        assert newest is not None and newest < first < second
        assert first.microsecond == second.microsecond == 0

    def test_private_acts_change_no_public_byte_but_the_commitment(self, public: House) -> None:
        """Two runs that differ by private acts alone; only the salted commitment and what follows from it differ."""
        beat(public)
        with public.database.unit_of_work() as session:
            public.say(session, first(session), "Cedar", "decline", reason="Quietly")
        public.clock.advance(minutes=1)
        beat(public)
        public.clock.advance(minutes=1)
        beat(public)
        with public.database.reading() as session:
            busy, quiet = session.scalars(
                select(LogLeaf).where(LogLeaf.kind == "state").order_by(LogLeaf.number.desc()).limit(2)
            ).all()
            assert quiet.number == busy.number - 1 and len(busy.content) == len(quiet.content)
            said = [read_leaf(leaf.content.encode()) for leaf in (busy, quiet)]
            assert isinstance(said[0], State) and isinstance(said[1], State)
            same = [{**one.content, "record": "", "time": ""} for one in said]
            assert same[0] == same[1] and said[0].record != said[1].record
            notes = session.scalars(select(LogHead.note)).all()
            assert len({len(note) for note in notes}) == 1


def beat(house: House) -> None:
    seal_all(house.worker())


BENT = {
    "an approval's entry": (
        "UPDATE entry SET body = replace(body, 'alder', 'elder') WHERE kind = 'partner_answered'",
        "not what was sealed",
    ),
    "a record's hash": ("UPDATE entry SET leaf = '" + "0" * 64 + "' WHERE id = 3", "not what was sealed"),
    "a head's size in the note": ("UPDATE log_head SET note = replace(note, '/log', '/lag')", "another log|valid|log"),
    "the last leaf of the record gone": (
        "DELETE FROM leaf WHERE number = (SELECT MAX(number) FROM leaf)",
        "so many are not there",
    ),
    "a place moved": ("UPDATE leaf SET number = number + 100 WHERE entry_id = 5", "is empty"),
    "a leaf of the log": (
        "UPDATE log_leaf SET content = replace(content, 'published', 'superseded') WHERE kind = 'published'",
        "Leaf 1 of the log",
    ),
    "a leaf's hash": ("UPDATE log_leaf SET hash = '" + "0" * 64 + "' WHERE number = 2", "not its own"),
    "a leaf's kind": ("UPDATE log_leaf SET kind = 'state' WHERE number = 2", "another kind"),
    "a leaf's publication": ("UPDATE log_leaf SET publication_id = NULL WHERE number = 2", "another publication"),
    "the log's last leaf gone": ("DELETE FROM log_leaf WHERE kind = 'state'", "so many are not there"),
    "a head gone": ("DELETE FROM log_head", "under no head"),
    "a head's root": ("UPDATE log_head SET root = '" + "0" * 64 + "'", "root or frontier"),
    "a head's frontier": ("UPDATE log_head SET frontier = '[]'", "root or frontier"),
    "a head's time": ("UPDATE log_head SET time = '2026-11-25 12:00:00.000000+00:00'", "time kept"),
    "a record's root": ("UPDATE log_head SET record_root = '" + "0" * 64 + "'", "another record"),
    "a record's size": ("UPDATE log_head SET record_size = record_size + 1", "so many are not there"),
    "a record's salt": ("UPDATE log_head SET record_salt = '" + "0" * 64 + "'", "commits to"),
    "a record's frontier": ("UPDATE log_head SET record_frontier = '[]'", "record's frontier"),
    "a list's salt": ("UPDATE log_list SET salt = '" + "0" * 64 + "'", "not what the log says"),
}
# What the sealer itself does not go over again at each beat, only `signoff verify`.
LONG_SIGNED = {
    "an approval's entry",
    "a record's hash",
    "a place moved",
    "a leaf's hash",
    "a leaf's kind",
    "a leaf's publication",
    "a list's salt",
}


class TestWhatIsBent:
    @pytest.mark.parametrize("which", BENT)
    def test_it_is_found(self, public: House, which: str) -> None:
        sealed(public)
        bent(public, BENT[which][0])
        found = "\n".join(wrong_in(public))
        assert any(said in found for said in BENT[which][1].split("|")), found

    @pytest.mark.parametrize("which", sorted(BENT.keys() - LONG_SIGNED))
    def test_nothing_is_signed_after_it(self, public: House, which: str, caplog: pytest.LogCaptureFixture) -> None:
        sealed(public)
        bent(public, BENT[which][0])
        before = sizes(public)
        with pytest.raises(SealingStopped):
            sealed(public)
        with caplog.at_level(logging.ERROR, logger="signoff"):
            work_once(public.worker())
        assert "Nothing more is sealed" in caplog.text and sizes(public) == before

    def test_a_head_signed_by_a_stranger_is_found(self, public: House) -> None:
        sealed(public)
        with public.database.migrating.begin() as connection:
            guards.set_aside(connection)
            note = str(connection.scalar(text("SELECT note FROM log_head")))
            theirs = Signer(ORIGIN, bytes(32)).sign(note.rpartition("\n\n")[0] + "\n")
            connection.execute(text("UPDATE log_head SET note = :note"), {"note": theirs})
            guards.lay(connection)
        assert any("signature" in sentence for sentence in wrong_in(public))
        with pytest.raises(SealingStopped, match="signature"):
            sealed(public)

    def test_an_answer_without_our_code_is_never_signed(self, public: House) -> None:
        bent(public, "UPDATE answer SET mac = 'k1:00' WHERE verdict = 'decline'")
        with pytest.raises(SealingStopped, match="code"):
            sealed(public)
        assert sizes(public) == []

    def test_a_withdrawal_that_was_erased_brings_no_name_back(self, public: House) -> None:
        """Its rows are deleted by an owner without a key, and even the record's entry."""
        sealed(public)
        bent(
            public,
            "UPDATE letter SET answer_id = NULL WHERE answer_id IN (SELECT id FROM answer WHERE verdict = 'withdraw')",
            "DELETE FROM answer_person WHERE answer_id IN (SELECT id FROM answer WHERE verdict = 'withdraw')",
            "DELETE FROM answer WHERE verdict = 'withdraw'",
        )
        assert any("not what the log says (signatories)" in sentence for sentence in wrong_in(public))
        with pytest.raises(SealingStopped, match="no entry says why"):
            sealed(public)
        with public.database.unit_of_work() as session:
            public.say(session, first(session), "Cedar")
        with pytest.raises(SealingStopped, match="last answer in the record"):
            sealed(public)

    def test_a_publication_by_hand_is_found(self, public: House) -> None:
        bent(public, "UPDATE publication SET published_at = '2026-11-23 12:00:00.000000+00:00'")
        assert any("The record does not say so" in sentence for sentence in wrong_in(public))


class TestKeptHeads:
    def test_a_head_of_the_same_log_is_part_of_it(self, public: House) -> None:
        sealed(public)
        kept = newest_note(public)
        sealed(public)
        assert since(public, kept) == ()

    def test_a_rollback_shows(self, public: House) -> None:
        sealed(public)
        sealed(public)
        kept = newest_note(public)
        bent(
            public,
            "DELETE FROM log_head WHERE size = (SELECT MAX(size) FROM log_head)",
            "DELETE FROM log_leaf WHERE number = (SELECT MAX(number) FROM log_leaf)",
        )
        assert since(public, "") == ()  # alone it cannot be told
        assert any("rolled back" in sentence for sentence in since(public, kept))

    def test_a_fork_shows(self, public: House) -> None:
        sealed(public)
        sealed(public)
        kept = newest_note(public)
        bent(
            public,
            "DELETE FROM log_head WHERE size = (SELECT MAX(size) FROM log_head)",
            "DELETE FROM log_leaf WHERE number = (SELECT MAX(number) FROM log_leaf)",
        )
        sealed(public)
        assert since(public, "") == ()
        assert any("forked" in sentence for sentence in since(public, kept))


def newest_note(house: House) -> str:
    with house.database.reading() as session:
        return session.scalars(select(LogHead.note).order_by(LogHead.size.desc())).first() or ""


def since(house: House, kept: str) -> tuple[str, ...]:
    with house.database.reading() as session:
        return verify_log(session, house.keys, kept=kept).wrong


class TestKeys:
    def test_the_signing_key_is_made_of_the_sealing_key_and_differs_from_it(self) -> None:
        keys = SealingKeys((("k1", b"a" * 32), ("k0", b"b" * 32)))
        newest, older = keys.signers("x/log")
        assert newest.seed != older.seed and newest.seed not in (b"a" * 32, b"b" * 32)
        assert SealingKeys((("k2", b"a" * 32),)).signers("x/log") == (newest,)

    def test_a_log_whose_key_is_lost_is_not_gone_on_with(self, public: House) -> None:
        sealed(public)
        other = SealingKeys((("other", b"o" * 32),))
        with public.database.unit_of_work() as session, pytest.raises(SealingStopped, match="does not have the key"):
            public_log.seal(session, base_url=public.settings.base_url, keys=other, clock=public.clock)
        with public.database.reading() as session:
            assert "not in the sealing key file" in "".join(verify_log(session, other).wrong)
            assert len(verify_record(session, other).wrong) > 3

    def test_a_retired_key_is_not_used_again(self, public: House) -> None:
        sealed(public)
        path = public.settings.sealing_key_file
        content = json.loads(path.read_text())
        first = content["mac"][0]
        content["mac"] = [{"id": "new", "key": "bmVubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4="}, first]
        path.write_text(json.dumps(content))
        sealed(public)
        assert wrong_in(public) == []
        content["mac"].reverse()
        path.write_text(json.dumps(content))
        with pytest.raises(SealingStopped, match="was retired"):
            sealed(public)

    def test_the_log_keeps_its_name_at_another_address(self, public: House) -> None:
        sealed(public)
        with public.database.unit_of_work() as session:
            public_log.seal(session, base_url="https://elsewhere.example", keys=public.keys, clock=public.clock)
        assert newest_note(public).startswith(f"{ORIGIN}\n") and wrong_in(public) == []
