"""Bundles of positions: the list as it is now under the newest signed head, verified by anyone, and nothing else."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from signoff.cli import main
from signoff.evidence.canonical import canonical_json
from signoff.evidence.notes import Signer
from signoff.evidence.position_bundles import BundleVerdict, verify_bundle
from signoff.evidence.strict_json import Refused
from signoff.web.app import create_app
from tests.house import House
from tests.inspection import InspectingClient
from tests.services.publications.logged import PROOF, bent, first, public_list, sealed, wrong_in

ORIGIN = "127.0.0.1:8000/log"


@pytest.fixture
def public(house: House) -> House:
    return public_list(house)


def bundle(client: InspectingClient) -> dict[str, Any]:
    response = client.get(PROOF)
    assert response.status_code == 200, response.text
    result: dict[str, Any] = json.loads(response.text)
    return result


def verified(house: House, file: str, **options: Any) -> BundleVerdict:
    return verify_bundle(file, now=house.clock() + timedelta(seconds=30), **options)


def test_a_bundle_proves_what_the_page_says(public: House, client: InspectingClient) -> None:
    sealed(public)
    file = client.get(PROOF).text
    verdict = verified(public, file)
    assert verdict.names == ("Alder", "Iris") and verdict.version == 1 and verdict.title == "Fund the coordinator"
    assert not verdict.is_stale and verdict.age < timedelta(minutes=1)
    assert json.loads(file)["text"].encode() == client.get("/positions/fund-the-coordinator/text").data
    page = client.get("/positions/fund-the-coordinator.json").get_json()
    assert page and page["proof_url"].endswith(PROOF)
    assert list(verdict.names) == [item["name"] for item in page["signatories"]]
    assert len(verdict.check["findings"]) == 9


def test_it_tells_nothing_that_the_page_does_not(public: House, client: InspectingClient) -> None:
    sealed(public)
    words = client.get(PROOF).text
    for hidden in ("Birch", "Cedar", "Delta", "decline", "abstain", "Quiet", "contact:", "authority", '"board'):
        assert hidden not in words
    for item in json.loads(words)["list"]["signatories"]:
        assert set(item) == {"partner", "name", "note", "approved_at"}


def test_the_log_itself_names_no_one(public: House, client: InspectingClient) -> None:
    sealed(public)
    size = int(client.get("/log/checkpoint").text.split("\n")[1])
    leaves = client.get(f"/log/tile/entries/000.p/{size}").data.decode(errors="replace")
    assert "fund-the-coordinator" in leaves
    for name in ("Alder", "alder", "Iris", "iris", "Delta", "reservation", bundle(client)["list"]["salt"]):
        assert name not in leaves


BENT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "the text": lambda b: b.update(text=b["text"].replace("coordinator", "superintendent")),
    "the version": lambda b: b.update(version=2),
    "the position": lambda b: b.update(position="another"),
    "a name": lambda b: b["list"]["signatories"][0].update(name="Alder of Ohio"),
    "a partner": lambda b: b["list"]["signatories"][0].update(partner="birch"),
    "a note": lambda b: b["list"]["signatories"][0].update(note=""),
    "the time of an approval": lambda b: b["list"]["signatories"][0].update(approved_at="2026-11-24T11:00:00Z"),
    "a name left out": lambda b: b["list"]["signatories"].pop(),
    "a name added": lambda b: b["list"]["signatories"].append(
        {"partner": "zebra", "name": "Zebra", "note": "", "approved_at": "2026-11-24T11:00:00Z"}
    ),
    "a verdict": lambda b: b["check"]["findings"][0].update(verdict="works_against"),
    "a criterion left out": lambda b: b["check"]["findings"].pop(),
    "the edition": lambda b: b["check"].update(edition=2),
    "the day of publication": lambda b: b["publication"].update(at="2026-11-23T12:00:00Z"),
    "a reason": lambda b: b["check"]["findings"][0].update(rationale="Birch says so."),
    "the time": lambda b: b["state"].update(time="2026-11-25T12:00:00Z"),
    "the record": lambda b: b["state"].update(record="0" * 64),
    "one more thing": lambda b: b.update(also_signed=["Birch"]),
}


@pytest.mark.parametrize("bend", BENT)
def test_whatever_is_bent_is_refused(public: House, client: InspectingClient, bend: str) -> None:
    sealed(public)
    result = bundle(client)
    before = json.dumps(result)
    BENT[bend](result)
    assert json.dumps(result) != before
    with pytest.raises(Refused):
        verified(public, canonical_json(result))


def test_who_withdraws_is_in_no_bundle_after_it(public: House, client: InspectingClient) -> None:
    sealed(public)
    before = client.get(PROOF).text
    with public.database.unit_of_work() as session:
        public.withdraw(session, first(session), "Alder")
    waiting = client.get(PROOF)
    assert waiting.status_code == 503 and int(waiting.headers["Retry-After"]) > 0
    sealed(public)
    after = client.get(PROOF).text
    assert verified(public, after).names == ("Iris",) and "Alder" not in after
    # The old file is still true, of its own time; against a head that someone kept it is seen to be old.
    kept = client.get("/log/checkpoint").text
    assert verified(public, before, kept=kept).has_later_head and not verified(public, after, kept=kept).has_later_head


def test_a_name_cannot_be_carried_under_a_newer_head(public: House, client: InspectingClient) -> None:
    sealed(public)
    old = bundle(client)
    with public.database.unit_of_work() as session:
        public.withdraw(session, first(session), "Alder")
    sealed(public)
    new = bundle(client)
    assert "Alder" in str(old) and "Alder" not in str(new)
    for keep in (("list",), ("list", "row"), ("list", "row", "publication"), ("list", "row", "state"), ("head",)):
        with pytest.raises(Refused):
            verified(public, canonical_json({**new, **{part: old[part] for part in keep}}))


def test_an_owner_who_brings_a_name_back_gets_no_bundle(public: House, client: InspectingClient) -> None:
    with public.database.unit_of_work() as session:
        public.withdraw(session, first(session), "Alder")
    sealed(public)
    bent(
        public,
        "UPDATE letter SET answer_id = NULL WHERE answer_id IN (SELECT id FROM answer WHERE verdict = 'withdraw')",
        "DELETE FROM answer_person WHERE answer_id IN (SELECT id FROM answer WHERE verdict = 'withdraw')",
        "DELETE FROM answer WHERE verdict = 'withdraw'",
    )
    assert "Alder" in client.get("/positions/fund-the-coordinator").text
    assert client.get(PROOF).status_code == 503
    assert wrong_in(public)


def test_until_there_is_a_head_it_says_when_to_come_back(public: House, client: InspectingClient) -> None:
    response = client.get(PROOF)
    assert response.status_code == 503 and "try again in a minute" in response.text
    sealed(public)
    assert client.get(PROOF).status_code == 200
    with public.database.unit_of_work() as session:
        public.say(session, first(session), "Birch", "abstain")
    assert client.get(PROOF).status_code == 200  # nothing public changed
    with public.database.unit_of_work() as session:
        public.say(session, first(session), "Cedar")
    assert client.get(PROOF).status_code == 503


def test_a_leaf_or_hash_that_an_owner_changed_makes_no_bundle(public: House, client: InspectingClient) -> None:
    sealed(public)
    bent(public, f"UPDATE log_leaf SET hash = '{'0' * 64}' WHERE number = 0")
    assert client.get(PROOF).status_code == 503


def test_a_later_version_supersedes_in_the_log_too(public: House, client: InspectingClient) -> None:
    sealed(public)
    with public.database.unit_of_work() as session:
        later = public.checked(session, public.revised(session, first(session)))
        public.publish(session, later)
    sealed(public)
    assert verified(public, client.get(PROOF).text).version == 2
    with public.database.unit_of_work() as session:
        public.retire(session, later)
    sealed(public)
    assert client.get(PROOF).status_code in (404, 410)
    assert wrong_in(public) == []


def test_what_is_published_and_ended_between_two_heads_is_told(public: House) -> None:
    with public.database.unit_of_work() as session:
        public.retire(session, first(session))
    sealed(public)
    sealed(public)
    assert wrong_in(public) == []


def test_after_a_change_of_keys_bundles_go_on_to_verify(public: House, client: InspectingClient) -> None:
    sealed(public)
    before = bundle(client)
    path = public.settings.sealing_key_file
    content = json.loads(path.read_text())
    content["mac"].insert(0, {"id": "new", "key": b64encode(b"n" * 32).decode()})
    path.write_text(json.dumps(content))
    app = create_app(public.settings, clock=public.clock, passwords=public.passwords)
    later = InspectingClient(app)
    assert bundle(later) == before
    sealed(public)
    after = later.get(PROOF).text
    old, new = (json.loads(after)["keys"][place]["key"] for place in (0, 1))
    assert old == before["keys"][0]["key"] != new
    for pinned in ("", old, new):
        assert str(verified(public, after, pinned=pinned).anchor.key) == new
    with pytest.raises(Refused, match="another key"):
        verified(public, canonical_json(before), pinned=new)
    assert all(key in later.soup("/verify").text for key in (old, new))
    assert wrong_in(public) == []
    app.extensions["signoff"].database.engine.dispose()


class TestTheCommand:
    """`signoff verify FILE` needs no installation."""

    @pytest.fixture
    def file(self, public: House, client: InspectingClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        sealed(public)
        monkeypatch.setattr(import_module("signoff.cli.verify"), "datetime", _At(public.clock()))
        monkeypatch.setenv("SIGNOFF_DATABASE_URL", "nonsense://")
        result = tmp_path / "bundle.json"
        result.write_text(client.get(PROOF).text)
        return result

    def test_it_says_who_was_named_as_of_when(self, file: Path) -> None:
        key = json.loads(file.read_text())["keys"][0]["key"]
        good = run("verify", str(file), "--key", key)
        assert good.exit_code == 0, good.output
        assert "Verified: a bundle.\n“Fund the coordinator” (version 1)\n" in good.output
        assert "2 organizations were named under exactly this text as of November 24, 2026" in good.output
        assert "\n  Alder\n  Iris\n" in good.output and "Signing key " in good.output
        assert "You gave no key" in run("verify", str(file)).output

    def test_what_is_not_verified_is_one_sentence(self, file: Path) -> None:
        other = str(Signer(ORIGIN, bytes(32)).verifier)
        for arguments in (("--key", other), ("--key", "x"), ("--since", str(file))):
            refused = run("verify", str(file), *arguments)
            assert refused.exit_code == 1 and "Not verified. " in refused.output, refused.output
        whole = file.read_text()
        for content in (whole.replace("Alder", "Elder"), "", "{}", whole[:-1], f" {whole}", "%PDF-1.7"):
            file.write_text(content)
            refused = run("verify", str(file))
            assert refused.exit_code == 1 and "Not verified. " in refused.output and "Traceback" not in refused.output
        file.write_bytes(b"\xff\xfe")
        assert run("verify", str(file)).exit_code == 1
        assert run("verify", str(file) + "x").exit_code == 1

    def test_a_name_does_not_steer_the_terminal(self, file: Path) -> None:
        file.write_text(file.read_text().replace("Alder", "\\u001b[2K\\u001b[8mAlder"))
        refused = run("verify", str(file))
        assert refused.exit_code == 1 and "\x1b" not in refused.output

    def test_an_old_file_does_not_say_who_is_named_now(
        self, file: Path, public: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_module("signoff.cli.verify"), "datetime", _At(public.clock() + timedelta(days=2)))
        old = run("verify", str(file))
        assert old.exit_code == 1 and "2 days old" in old.output


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


class _At:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self, _zone: object) -> datetime:
        return self.moment
