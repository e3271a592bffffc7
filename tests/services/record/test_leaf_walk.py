"""All leaves gone over: by the quick verification, when a worker starts, and each night; what fails stops sealing."""

import logging
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, text

from signoff.cli import main
from signoff.evidence.leaves import leaf_of
from signoff.evidence.merkle import leaf_hash
from signoff.models import Entry, Leaf
from signoff.services.publications.quick_verification import verify_leaves
from signoff.services.record import sealing
from signoff.services.record.sealing import SealingStopped
from signoff.worker.turn import seal_all
from tests.house import House
from tests.services.publications.logged import bent, first, public_list, sealed, wrong_in
from tests.services.record.test_sealing import BENT, sizes

# Of what is bent: what only the deep verification finds, because the stored leaves are still those that were signed.
DEEP = {
    "an approval's entry",
    "a leaf of the log",
    "a leaf's kind",
    "a leaf's publication",
    "a list's salt",
}


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def public(house: House) -> House:
    return public_list(house)


def quick(house: House) -> tuple[str, ...]:
    with house.database.reading() as session:
        return verify_leaves(session, house.keys).wrong


def test_leaves_as_they_were_signed_are_whole(public: House) -> None:
    assert quick(public) == ()
    sealed(public)
    sealed(public)
    with public.database.reading() as session:
        report = verify_leaves(session, public.keys)
        assert report.entries == len(session.scalars(select(Leaf.number)).all())
    assert (report.wrong, report.leaves, report.heads) == ((), 5, 2)


@pytest.mark.parametrize("which", sorted(BENT.keys() - DEEP))
def test_a_change_of_what_is_stored_is_found_quickly(public: House, which: str) -> None:
    sealed(public)
    bent(public, BENT[which][0])
    assert quick(public)


def test_the_stored_leaf_of_each_entry_follows_from_it(public: House) -> None:
    with public.database.reading() as session:
        entries = session.execute(select(Entry.body, Entry.leaf)).all()
    assert len(entries) > 20 and all(leaf_hash(leaf_of(body)).hex() == leaf for body, leaf in entries)


def test_an_answer_with_another_leaf_than_its_own_is_never_sealed(public: House) -> None:
    bent(public, "UPDATE entry SET leaf = '" + "a" * 64 + "' WHERE kind = 'partner_answered'")
    with pytest.raises(SealingStopped, match="leaf kept with an answer about “fund-the-coordinator”"):
        sealed(public)
    said = [sentence for sentence in wrong_in(public) if sentence.endswith(" of the record is not what was recorded.")]
    assert said and all(re.match(r"Entry \d+ of", sentence) for sentence in said)


class TestTheWorker:
    @pytest.mark.parametrize("which", ["a record's hash", "a place moved", "a leaf's hash"])
    def test_it_signs_nothing_after_a_start_at_which_old_leaves_are_wrong(
        self, public: House, which: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        sealed(public)
        sealed(public)
        bent(public, BENT[which][0])
        before = sizes(public)
        with caplog.at_level(logging.ERROR, logger="signoff"):
            seal_all(public.worker(), at_once=True)
        assert "Nothing more is sealed" in caplog.text and sizes(public) == before

    def test_it_goes_over_them_at_its_start_and_each_night(self, public: House) -> None:
        worker = public.worker()
        seal_all(worker)
        stored = "SELECT leaf FROM entry WHERE id = 3"
        with public.database.reading() as session:
            leaf = session.scalar(text(stored))
        bent(public, "UPDATE entry SET leaf = '" + "0" * 64 + "' WHERE id = 3")
        public.clock.now = public.clock.now.replace(hour=23)
        seal_all(worker)
        assert len(sizes(public)) == 2
        public.clock.advance(hours=6, minutes=1)  # midnight in the installation's zone
        seal_all(worker)
        assert len(sizes(public)) == 2
        bent(public, f"UPDATE entry SET leaf = '{leaf}' WHERE id = 3")
        seal_all(worker)
        assert len(sizes(public)) == 2  # it looks again after a minute
        public.clock.advance(minutes=1)
        seal_all(worker)
        assert len(sizes(public)) == 3


def test_an_entry_that_was_committed_very_late_is_sealed_the_next_day(
    public: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "_LATE_AMONG", 0)
    with public.database.unit_of_work() as session:
        late = session.execute(select(Entry.__table__).where(Entry.id == 1)).mappings().one()
        session.execute(insert(Entry), [{**late, "id": 900}])
        sealed_first = public.seal(session)
        session.execute(insert(Entry), [{**late, "id": 800}])
        public.clock.advance(minutes=1)
        assert sealed_first > 20 and public.seal(session) == 0
        public.clock.advance(days=1)
        assert public.seal(session) == 1


def test_the_quick_command_says_no_more_than_it_looked_at(public: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed(public)
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", public.settings.database_url)
    monkeypatch.setenv("SIGNOFF_SEALING_KEY_FILE", str(public.settings.sealing_key_file))
    monkeypatch.setenv("SIGNOFF_SECRET_KEY", public.settings.secret_key)
    with public.database.unit_of_work() as session:
        public.withdraw(session, first(session), "Alder")
    public.clock.advance(minutes=1)
    sealed(public)
    good = CliRunner().invoke(main, ["verify", "--quick"])
    assert good.exit_code == 0 and "\r" not in good.output
    assert "entries and 6 leaves of the public log compared with 2 heads." in good.output
    assert "were not compared" in good.output and "is as it was recorded" not in good.output
    bent(public, BENT["a record's hash"][0])
    bad = CliRunner().invoke(main, ["verify", "--quick"])
    assert bad.exit_code == 1 and "commits to another record than this one" in bad.output
    assert CliRunner().invoke(main, ["verify", "--quick", "some.json"]).exit_code == 2
