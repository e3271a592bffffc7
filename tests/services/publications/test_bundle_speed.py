"""What makes bundles fast changes nothing in them: lists that are kept, and the file squeezed from pieces."""

import gzip
from dataclasses import replace
from datetime import timedelta

import pytest

from signoff.evidence.file_writing import prepare_list
from signoff.evidence.position_bundles import verify_bundle
from signoff.services.publications import public_facts
from signoff.services.publications.list_cache import ListCache, WrittenList
from tests.house import House
from tests.inspection import InspectingClient
from tests.services.publications.logged import PROOF, bent, first, public_list, sealed

GZIP = {"Accept-Encoding": "br, gzip"}


@pytest.fixture
def dialect() -> str:
    return "sqlite"


@pytest.fixture
def public(house: House) -> House:
    made = public_list(house)
    sealed(made)
    return made


def test_the_squeezed_file_is_the_same_file(public: House, client: InspectingClient) -> None:
    plain, squeezed = client.get(PROOF), client.get(PROOF, headers=GZIP)
    assert squeezed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(squeezed.data) == plain.data and len(squeezed.data) < len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in squeezed.headers["Vary"]
    refused = client.get(PROOF, headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in refused.headers and refused.data == plain.data


def test_a_list_is_prepared_once_for_all_heads_under_which_it_stands(
    public: House, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get(PROOF).text
    public.clock.advance(minutes=1)
    with public.database.unit_of_work() as session:
        public.say(session, first(session), "Cedar", "decline")  # a private act changes no list
    sealed(public)
    monkeypatch.setattr(public_facts, "prepare_list", None)
    after = client.get(PROOF).text
    early, late = (verify_bundle(file, now=public.clock() + timedelta(minutes=1)) for file in (before, after))
    assert early.anchor.head.size < late.anchor.head.size and early.signatories == late.signatories


def test_a_kept_list_is_never_served_when_the_list_is_another(public: House, client: InspectingClient) -> None:
    assert client.get(PROOF).status_code == 200
    with public.database.unit_of_work() as session:
        public.withdraw(session, first(session), "Alder")
    waiting = client.get(PROOF, headers=GZIP)
    assert waiting.status_code == 503 and int(waiting.headers["Retry-After"]) > 0
    sealed(public)
    assert verify_bundle(client.get(PROOF).text, now=public.clock() + timedelta(minutes=1)).names == ("Iris",)
    with public.database.unit_of_work() as session:
        public.say(session, first(session), "Alder")
    assert client.get(PROOF).status_code == 503  # the old list is kept, and yet not this one: it has another salt
    sealed(public)
    again = verify_bundle(client.get(PROOF).text, now=public.clock() + timedelta(minutes=1))
    assert again.names == ("Alder", "Iris")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE answer SET public_name = 'Elder' WHERE public_name = 'Alder'",
        "UPDATE answer SET public_note = '' WHERE public_name = 'Alder'",
        "UPDATE answer SET at = '2026-11-24 11:00:00.000000+00:00' WHERE public_name = 'Alder'",
        "UPDATE partner SET slug = 'elder' WHERE slug = 'alder'",
        "UPDATE partner SET left_at = joined_at WHERE slug = 'alder'",
        "UPDATE log_list SET salt = '" + "0" * 64 + "'",
        "UPDATE position SET slug = 'fund-it'",
    ],
)
def test_whatever_an_owner_changes_of_a_list_ends_its_bundle(
    public: House, client: InspectingClient, change: str
) -> None:
    assert client.get(PROOF).status_code == 200
    bent(public, change)
    proof = PROOF.replace("fund-the-coordinator", "fund-it") if "position" in change else PROOF
    assert client.get(proof).status_code == 503


def test_the_lists_that_are_kept_are_bounded() -> None:
    cache, made = ListCache(most_bytes=100), list[str]()
    plain = prepare_list("a", 1, "0" * 64, "0" * 64, [])

    def get(name: str, length: int = 40) -> None:
        cache.get(name.encode(), lambda: made.append(name) or WrittenList(replace(plain, json="x" * length), ""))  # type: ignore[func-returns-value]

    for name in ("one", "two", "one", "three", "one", "two"):
        get(name)
    assert made == ["one", "two", "three", "two"]  # the one asked for longest ago made room
    get("large", 101)
    get("large", 101)
    assert made[-2:] == ["large", "large"]
    get("two")
    assert made[-1] == "large"
