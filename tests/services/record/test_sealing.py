"""The record sealed: each entry once and in order, what is bent afterwards found, bundles that anyone verifies."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from signoff.cli import main
from signoff.db import guards
from signoff.evidence.bundles import Unreadable, examine
from signoff.evidence.checkpoints import Checkpoint as Head
from signoff.evidence.codes import SealingKeys
from signoff.evidence.notes import Signer
from signoff.models import Checkpoint, Entry, Leaf, Version
from signoff.services.record import sealing
from signoff.services.record.verification import verify_record
from signoff.web.app import create_app
from signoff.worker.turn import work_once
from tests.house import House
from tests.inspection import InspectingClient

PROOF = "/positions/fund-the-coordinator/proof"


@pytest.fixture
def public(house: House) -> House:
    """Alder and Iris stand on a published version; Birch declined, Cedar is silent, Delta withdrew."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Iris")
        house.say(session, version, "Alder", public_note="With one reservation.")
        house.say(session, version, "Iris", "abstain")
        house.say(session, version, "Iris")
        house.say(session, version, "Birch", "decline", reason="Quiet reason")
        house.say(session, version, "Delta")
        house.clock.advance(minutes=1)
        house.publish(session, version)
        house.withdraw(session, version, "Delta")
    return house


def sealed(house: House) -> int:
    with house.database.unit_of_work() as session:
        return house.seal(session)


def bundle(client: InspectingClient) -> dict[str, Any]:
    response = client.get(PROOF)
    assert response.status_code == 200, response.text
    result: dict[str, Any] = json.loads(response.text)
    return result


def wrong(result: dict[str, Any], pinned: str = "") -> tuple[str, ...]:
    return examine(json.dumps(result), pinned=pinned).wrong


class TestSealing:
    def test_every_entry_becomes_a_leaf_once_and_in_order(self, public: House) -> None:
        house = public
        number = sealed(house)
        assert number > 20 and sealed(house) == 0
        with house.database.unit_of_work() as session:
            house.position(session, "Another")
        assert sealed(house) == 2
        with house.database.reading() as session:
            entries = session.scalars(select(Leaf.entry_id).where(Leaf.entry_id > 0).order_by(Leaf.number)).all()
            assert list(entries) == list(session.scalars(select(Entry.id).order_by(Entry.id)))
            sizes = [checkpoint.size for checkpoint in session.scalars(select(Checkpoint).order_by(Checkpoint.id))]
            assert number <= sizes[0] <= sizes[1] - 2 and session.query(Leaf).count() == sizes[1]
            assert sealing.oldest_unsealed(session) is None
            assert verify_record(session, house.keys).wrong == ()

    def test_many_are_sealed_in_several_steps(self, public: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sealing, "MOST_AT_ONCE", 7)
        assert sealed(public) == 7
        monkeypatch.setattr("signoff.worker.turn.MOST_AT_ONCE", 7)
        work_once(public.worker())
        with public.database.reading() as session:
            assert sealing.oldest_unsealed(session) is None
            assert session.query(Checkpoint).count() > 3
            assert verify_record(session, public.keys).wrong == ()

    def test_staff_are_told_when_nothing_is_sealed(self, public: House, client: InspectingClient) -> None:
        sealed(public)
        client.sign_in("publisher")
        with public.database.unit_of_work() as session:
            public.position(session, "Another matter")
        assert "are not sealed" not in client.soup("/staff/").text
        public.clock.advance(minutes=2)
        assert "are not sealed" in client.soup("/staff/").text
        assert client.get("/readyz").get_json()["problems"]  # type: ignore[index]
        sealed(public)
        assert "are not sealed" not in client.soup("/staff/").text

    def test_the_worker_seals_and_everybody_reads_the_head(self, public: House, client: InspectingClient) -> None:
        assert client.get("/record/checkpoint").status_code == 503
        work_once(public.worker())
        note = client.get("/record/checkpoint")
        assert note.content_type == "text/plain; charset=utf-8"
        signer = public.keys.signers("127.0.0.1:8000/record")[0]
        head = Head.opened(note.text, signer.verifier)
        assert head.origin == "127.0.0.1:8000/record" and head.size >= len(_entries(public))
        ready = client.get("/readyz").get_json()
        assert ready and ready["oldest_unsealed_at"] is None
        assert str(signer.verifier) in client.soup("/verify").text

    @pytest.mark.parametrize(
        ("bend", "said"),
        [
            ("UPDATE entry SET body = replace(body, 'alder', 'elder') WHERE kind = 'partner_answered'", "not what was"),
            ("UPDATE leaf SET hash = '" + "0" * 64 + "' WHERE entry_id = 3", "not what was sealed"),
            ("UPDATE checkpoint SET note = replace(note, '127', '128')", "signature"),
            ("DELETE FROM leaf WHERE number = (SELECT MAX(number) FROM leaf)", "so many are not there"),
            ("UPDATE leaf SET number = number + 100 WHERE entry_id = 5", "not their head"),
        ],
    )
    def test_what_is_bent_afterwards_is_found(self, public: House, bend: str, said: str) -> None:
        sealed(public)
        with public.database.migrating.begin() as connection:
            guards.set_aside(connection)
            connection.execute(text(bend))
        with public.database.reading() as session:
            assert any(said in sentence for sentence in verify_record(session, public.keys).wrong)

    def test_a_head_signed_by_a_stranger_is_found(self, public: House) -> None:
        sealed(public)
        with public.database.migrating.begin() as connection:
            guards.set_aside(connection)
            note = connection.scalar(text("SELECT note FROM checkpoint"))
            theirs = Signer("127.0.0.1:8000/record", bytes(32)).sign(str(note).rpartition("\n\n")[0] + "\n")
            connection.execute(text("UPDATE checkpoint SET note = :note"), {"note": theirs})
        with public.database.reading() as session:
            assert any("signature" in sentence for sentence in verify_record(session, public.keys).wrong)


def _entries(house: House) -> list[int]:
    with house.database.reading() as session:
        return list(session.scalars(select(Entry.id)))


BENT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "the text": lambda b: b.update(text=b["text"].replace("coordinator", "superintendent")),
    "the text with its digest": lambda b: b.update(text=(t := b["text"] + " "), digest=_digest(t)),
    "the digest": lambda b: b.update(digest="0" * 64),
    "the title": lambda b: b.update(title="Fund something else"),
    "the version": lambda b: b.update(version=2),
    "the position": lambda b: b.update(position="another"),
    "a name": lambda b: b["signatories"][0].update(name="Alder of Ohio"),
    "a partner": lambda b: b["signatories"][0].update(partner="birch"),
    "a note": lambda b: b["signatories"][0].update(note=""),
    "the time of an approval": lambda b: b["signatories"][0].update(approved_at="2026-11-24T11:00:00Z"),
    "a name twice": lambda b: b["signatories"].append(b["signatories"][0]),
    "a name without evidence": lambda b: b["signatories"].append({**b["signatories"][0], "partner": "x", "name": "X"}),
    "a verdict": lambda b: b["check"]["findings"][0].update(verdict="works_against"),
    "a criterion left out": lambda b: b["check"]["findings"].pop(),
    "the edition": lambda b: b["check"].update(edition=2),
    "the day of publication": lambda b: b["publication"].update(published_at="2026-11-23T12:00:00Z"),
    "another entry's evidence": lambda b: b["publication"].update(evidence=b["check"]["evidence"]),
    "a fact kept back": lambda b: b["signatories"][0]["evidence"]["shown"].pop("facts.verdict"),
    "a proof of another entry": lambda b: b["publication"]["evidence"].update(proof=b["check"]["evidence"]["proof"]),
    "a reason": lambda b: b["check"]["findings"][0].update(rationale="Birch says so."),
    "a quotation": lambda b: b["check"]["findings"][0].update(quotes=["x"]),
    "a criterion's name": lambda b: b["check"]["findings"][0].update(name="Birch agrees"),
    "the day of the edition": lambda b: b["check"].update(adopted_on="2017-09-01"),
    "who checked": lambda b: b["check"].update(by="Birch"),
    "a criterion twice": lambda b: b["check"]["findings"].insert(0, {**b["check"]["findings"][0], "verdict": "x"}),
    "one more thing": lambda b: b.update(also_signed=["Birch"]),
    "one more thing of a signatory": lambda b: b["signatories"][0].update(website="https://evil.example"),
    "more facts than are said": lambda b: b["check"]["evidence"]["shown"].update(x={"value": 1, "salt": ""}),
    "reasons kept back": lambda b: b["check"]["evidence"]["shown"].pop("facts.reasons"),
    "a true word as a number": lambda b: b.update(version=True),
}


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


class TestBundles:
    def test_a_bundle_proves_what_the_page_says(self, public: House, client: InspectingClient) -> None:
        sealed(public)
        result = bundle(client)
        examined = examine(json.dumps(result))
        assert examined.wrong == () and examined.names == ("Alder", "Iris")
        assert examined.version == 1 and examined.title == "Fund the coordinator"
        assert result["text"].encode() == client.get("/positions/fund-the-coordinator/text").data
        page = client.get("/positions/fund-the-coordinator.json").get_json()
        assert page and page["proof_url"].endswith(PROOF)
        assert [item["name"] for item in result["signatories"]] == [item["name"] for item in page["signatories"]]
        assert len(result["check"]["findings"]) == 9

    def test_it_tells_nothing_that_the_page_does_not(self, public: House, client: InspectingClient) -> None:
        sealed(public)
        words = client.get(PROOF).text
        for hidden in ("Birch", "Cedar", "Delta", "decline", "abstain", "Quiet", "contact:", 'authority":', '"board'):
            assert hidden not in words
        # That Iris abstained first would show in the number of its answer; the number is sealed and not shown.
        iris = next(item for item in json.loads(words)["signatories"] if item["name"] == "Iris")
        assert set(iris["evidence"]["shown"]) == {
            "kind", "at", "facts.position", "facts.version", "facts.digest", "facts.partner", "facts.verdict",
            "facts.public_name", "facts.public_note",
        }  # fmt: skip
        assert "facts.sequence" in iris["evidence"]["leaf"]

    @pytest.mark.parametrize("bend", BENT)
    def test_whatever_is_bent_is_told(self, public: House, client: InspectingClient, bend: str) -> None:
        sealed(public)
        result = bundle(client)
        before = json.dumps(result)
        BENT[bend](result)
        assert json.dumps(result) != before
        assert wrong(result), bend

    def test_a_forger_with_a_key_of_his_own_is_told_by_the_pinned_key(
        self, public: House, client: InspectingClient
    ) -> None:
        sealed(public)
        result = bundle(client)
        own = result["public_key"]
        assert wrong(result, own) == ()
        forger = Signer("127.0.0.1:8000/record", bytes(32))
        for part in (result["publication"], result["check"], *result["signatories"]):
            head, _, note = part["evidence"]["proof"].partition("\n\n")
            part["evidence"]["proof"] = f"{head}\n\n{forger.sign(note.rpartition(chr(10) * 2)[0] + chr(10))}"
        assert wrong(result) != ()  # the bundle still names the old key
        result["public_key"] = str(forger.verifier)
        assert wrong(result) == ()  # alone it cannot be told
        assert wrong(result, own) != ()

    def test_who_withdraws_is_in_the_next_one_no_more(self, public: House, client: InspectingClient) -> None:
        sealed(public)
        assert "Alder" in client.get(PROOF).text
        with public.database.unit_of_work() as session:
            public.withdraw(session, _first(session), "Alder")
        assert "Alder" not in client.get(PROOF).text
        assert wrong(bundle(client)) == ()

    def test_until_it_is_sealed_it_says_when_to_come_back(self, public: House, client: InspectingClient) -> None:
        response = client.get(PROOF)
        assert response.status_code == 503 and "try again in a minute" in response.text
        sealed(public)
        assert client.get(PROOF).status_code == 200
        with public.database.unit_of_work() as session:
            public.say(session, _first(session), "Cedar")
        assert client.get(PROOF).status_code == 503

    @pytest.mark.parametrize(
        "file",
        ["", "{}", "[]", "null", "1", '{"format": "signoff-bundle/1"}', '{"format": "signoff-bundle/2"}', "[" * 99_999],
        ids=range(8),
    )
    def test_a_file_that_is_no_bundle_is_unreadable(self, file: str) -> None:
        with pytest.raises(Unreadable):
            examine(file)

    def test_nothing_may_be_said_twice(self, public: House, client: InspectingClient) -> None:
        sealed(public)
        whole = client.get(PROOF).text
        assert examine(whole).wrong == ()
        for name in ("title", "signatories", "name"):
            assert f'"{name}":' in whole
            with pytest.raises(Unreadable, match="twice"):
                examine(whole.replace(f'"{name}":', f'"{name}": "Birch", "{name}":', 1))
        for number in ("1e999", "NaN", "1" * 5000):
            with pytest.raises(Unreadable):
                examine(whole.replace('"version": 1,', f'"version": {number},', 1))

    def test_after_a_change_of_keys_bundles_go_on_to_verify(self, public: House, client: InspectingClient) -> None:
        sealed(public)
        before = bundle(client)
        path = public.settings.sealing_key_file
        content = json.loads(path.read_text())
        content["mac"].insert(0, {"id": "new", "key": b64encode(b"n" * 32).decode()})
        path.write_text(json.dumps(content))
        app = create_app(public.settings, clock=public.clock, passwords=public.passwords)
        later = InspectingClient(app)
        assert wrong(bundle(later)) == () and bundle(later)["public_key"] == before["public_key"]
        keys = [str(signer.verifier) for signer in public.keys.signers("127.0.0.1:8000/record")]
        assert len(keys) == 2 and all(key in later.soup("/verify").text for key in keys)
        with public.database.unit_of_work() as session:
            public.position(session, "Another")
        sealed(public)
        assert bundle(later)["public_key"] == keys[0] != before["public_key"]
        assert wrong(bundle(later)) == () and wrong(before) == ()
        with public.database.reading() as session:
            assert verify_record(session, public.keys).wrong == ()
        app.extensions["signoff"].database.engine.dispose()

    def test_a_name_does_not_steer_the_terminal(self, public: House, client: InspectingClient, tmp_path: Path) -> None:
        sealed(public)
        file = tmp_path / "bundle.json"
        file.write_text(client.get(PROOF).text.replace("Alder", "\\u001b[2K\\u001b[8mAlder"))
        said = CliRunner().invoke(main, ["verify", str(file)])
        assert said.exit_code == 1 and "\x1b" not in said.output and "Not verified." in said.output

    def test_the_distance_of_two_proofs_tells_nothing_for_sure(self, public: House) -> None:
        """What was drawn by chance stands among the leaves; across many heads its number differs."""
        drawn = set()
        for number in range(12):
            with public.database.unit_of_work() as session:
                public.position(session, f"Matter {number}")
                before = session.query(Leaf).count()
                public.seal(session)
                drawn.add(session.query(Leaf).count() - before)
        assert len(drawn) > 3
        with public.database.reading() as session:
            assert verify_record(session, public.keys).wrong == ()

    def test_a_bundle_cut_short_anywhere_is_unreadable(self, public: House, client: InspectingClient) -> None:
        sealed(public)
        whole = client.get(PROOF).text
        for at in range(1, len(whole), 997):
            with pytest.raises(Unreadable):
                examine(whole[:at])

    def test_the_command_verifies_it_without_an_installation(
        self, public: House, client: InspectingClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sealed(public)
        result = bundle(client)
        file = tmp_path / "bundle.json"
        file.write_text(json.dumps(result))
        monkeypatch.setenv("SIGNOFF_DATABASE_URL", "nonsense://")
        run = CliRunner().invoke
        good = run(main, ["verify", str(file), "--key", result["public_key"]])
        assert good.exit_code == 0 and "Verified.\n" in good.output and ": 9 advances.\n" in good.output
        assert "Two signatories:\n  Alder\n  Iris\n" in good.output
        assert "Signing key " in good.output
        assert "names itself" in run(main, ["verify", str(file)]).output
        other = str(Signer("127.0.0.1:8000/record", bytes(32)).verifier)
        assert run(main, ["verify", str(file), "--key", other]).exit_code == 1
        assert run(main, ["verify", str(file), "--key", "x"]).exit_code == 1
        file.write_text(json.dumps(result).replace("Alder", "Elder"))
        bad = run(main, ["verify", str(file)])
        assert (
            bad.exit_code == 1 and "Not verified.\n“Elder”: “facts.public_name” is not what was sealed." in bad.output
        )
        file.write_bytes(b"\xff\xfe")
        assert run(main, ["verify", str(file)]).exit_code == 1


def _first(session: Session) -> Version:
    return session.get_one(Version, 1)


def test_the_signing_key_is_made_of_the_sealing_key_and_differs_from_it() -> None:
    keys = SealingKeys((("k1", b"a" * 32), ("k0", b"b" * 32)))
    newest, older = keys.signers("x/record")
    assert newest.seed != older.seed and newest.seed not in (b"a" * 32, b"b" * 32)
    assert SealingKeys((("k2", b"a" * 32),)).signers("x/record") == (newest,)
