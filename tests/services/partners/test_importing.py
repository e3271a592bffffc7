"""An import in parts: others write between them, each part is judged again, and what was stopped goes on."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from sqlalchemy import func, select

from signoff.domain.errors import Invalid, NotAllowed, RegisterChanged
from signoff.domain.permissions import OPERATOR, Role
from signoff.models import Contact, Entry, Partner, PartnerName, PartnerTag
from signoff.services.accounts.users import add_user
from signoff.services.partners.partner_changes import form_of
from signoff.services.partners.partner_import import plan_import
from signoff.services.partners.partners import PartnerForm
from signoff.services.record.verification import verify_record
from signoff.services.search import history_of
from signoff.services.slugs import free_slug
from signoff.worker import importing
from signoff.worker.importing import ImportStopped, import_partners
from tests.house import House
from tests.spreadsheets import partner_file

TREES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, size in (("_FIRST", 2), ("_FEWEST", 2), ("_MOST", 2)):
        monkeypatch.setattr(importing, name, size)
    yield


def csv_of(*names: str) -> bytes:
    rows = (f"{name},t1;t2,{name} Inc.,Ana {name},ana@{name.split()[0].lower()}.example" for name in names)
    return "\n".join(["name,tags,aliases,contact_name,contact_email", *rows, ""]).encode()


def start(house: House, raw: bytes, tell: Callable[[int], None] = lambda _: None, role: Role | None = None) -> None:
    with house.database.reading() as session:
        plan = plan_import(session, partner_file(raw))
        by = house.user(session, role).actor if role else OPERATOR
    import_partners(house.database, lambda session: house.act(session, by), plan, partner_file(raw), tell=tell)


def registered(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Partner.name).order_by(Partner.id)))


def between(house: House, act: Callable[[House], object]) -> Callable[[int], None]:
    """Something that happens once, after the first part."""
    parts = count(1)

    def tell(_done: int) -> None:
        if next(parts) == 1:
            act(house)

    return tell


def adds(name: str) -> Callable[[House], object]:
    def add(house: House) -> None:
        with house.database.unit_of_work() as session:
            house.partner(session, name)

    return add


def test_what_is_imported_is_what_adding_each_by_hand_would_make(house: House) -> None:
    raw = (
        b"name,public_names,aliases,website,level,tags,contact_name,contact_email,contact_job_title,may_answer\n"
        + (
            "Alder,Alder Trust,AT;Alders,https://alder.example/,local,b;a,Ana Alder,ana@alder.example,Director,yes\n"
            ",,,,,,Bo Alder,Bo@Alder.Example,,no\n"
            "Żółw,,,,,,Cy,cy@zolw.example,,\n"
        ).encode()
    )
    start(house, raw)
    with house.database.reading() as session:
        first, second = session.scalars(select(Partner).order_by(Partner.id)).all()
        assert form_of(first) == PartnerForm(
            "Alder", ("Alder Trust",), ("AT", "Alders"), "https://alder.example/", "local", ("a", "b")
        )
        people = [
            (contact.full_name, contact.email, contact.job_title, contact.may_answer) for contact in first.contacts
        ]
        assert people == [("Ana Alder", "ana@alder.example", "Director", 1), ("Bo Alder", "bo@alder.example", "", 0)]
        assert all(contact.answers_from == contact.added_at == house.clock() for contact in first.contacts)
        assert second.level is None and second.slug
        entries = session.scalars(select(Entry).where(Entry.kind == "partner_added").order_by(Entry.id)).all()
        assert [first.slug in entries[0].body, second.slug in entries[1].body, len(entries)] == [True, True, 2]
        assert f'"contacts":[{first.contacts[0].id},{first.contacts[1].id}]' in entries[0].body
        assert [history_of(session, one, limit=5) for one in (first, second)] == [[entries[0]], [entries[1]]]
        assert verify_record(session, house.keys).wrong == ()


def test_others_write_between_the_parts_and_an_unlike_name_stops_nothing(house: House) -> None:
    start(house, csv_of(*TREES), between(house, adds("Willow")))
    assert sorted(registered(house)) == sorted([*TREES, "Willow"])


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", [{"networks": ("Friends of Fir Hill",)}, {"places": ("Fir Hill, OH",)}])
def test_words_shown_meanwhile_that_hold_a_name_of_the_file_stop_the_rest(house: House, words: dict[str, Any]) -> None:
    def add(house: House) -> None:
        with house.database.unit_of_work() as session:
            house.partner(session, "Willow", **words)

    with pytest.raises(ImportStopped):
        start(house, csv_of("Alder", "Birch", "Cedar", "Fir Hill"), between(house, add))
    assert registered(house) == ["Alder", "Birch", "Willow"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_partner_called_like_a_network_of_the_file_stops_the_rest(house: House) -> None:
    raw = b"name,networks,contact_name,contact_email\n" + b"".join(
        f"{name},Friends of Willow,Ana,ana@{name.lower()}.example\n".encode() for name in TREES[:4]
    )
    with pytest.raises(ImportStopped):
        start(house, raw, between(house, adds("Willow")))
    assert registered(house) == ["Alder", "Birch", "Willow"]


def test_planning_waits_for_no_writer(house: House) -> None:
    with house.database.unit_of_work() as writing:
        house.partner(writing, "Alder")
        with house.database.reading() as session:
            assert len(plan_import(session, partner_file(csv_of(*TREES))).new_partners) == len(TREES)


def test_what_was_stopped_goes_on_when_the_file_is_given_again(house: House) -> None:
    class Killed(BaseException):
        pass

    def die(_house: House) -> None:
        raise Killed

    with pytest.raises(Killed):
        start(house, csv_of(*TREES), between(house, die))
    assert registered(house) == list(TREES[:2])
    start(house, csv_of(*TREES))
    assert registered(house) == list(TREES)
    with house.database.reading() as session:
        for table, number in ((Contact, 7), (PartnerName, 14), (PartnerTag, 14)):
            assert session.scalar(select(func.count()).select_from(table)) == number
        again = plan_import(session, partner_file(csv_of(*TREES)))
    assert (again.new_partners, again.new_contacts, again.known_contacts) == ((), (), 7)


def test_a_name_taken_meanwhile_stops_it_and_keeps_what_was_added(house: House) -> None:
    with pytest.raises(ImportStopped) as stopped:
        start(house, csv_of(*TREES), between(house, adds("Fir")))
    assert isinstance(stopped.value.refusal, RegisterChanged) and stopped.value.added == 2
    assert registered(house) == ["Alder", "Birch", "Fir"]
    start(house, csv_of(*TREES))
    assert sorted(registered(house)) == sorted(TREES)


def test_a_look_alike_that_came_meanwhile_is_not_passed_over(house: House) -> None:
    def publishes(house: House) -> None:
        with house.database.unit_of_work() as session:
            version = house.asked(session, "Willow", title="With Ginkgo and others")
            house.say(session, version, "Willow")
            house.publish(session, version)

    with pytest.raises(ImportStopped) as stopped:
        start(house, csv_of(*TREES), between(house, publishes))
    assert isinstance(stopped.value.refusal, RegisterChanged)
    assert "Ginkgo" not in registered(house)


def test_a_part_is_judged_again_and_done_whole_or_not_at_all(house: House) -> None:
    def hires(house: House) -> None:
        with house.database.unit_of_work() as session:
            add_user(
                house.act(session, OPERATOR),
                email="ana@dogwood.example",
                name="Ana Dogwood",
                roles=[Role.DRAFTER],
            )

    with pytest.raises(ImportStopped) as stopped:
        start(house, csv_of(*TREES), between(house, hires))
    assert isinstance(stopped.value.refusal, Invalid) and "Dogwood" in str(stopped.value.refusal.errors)
    assert registered(house) == list(TREES[:2])


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_others_who_add_partners_all_the_while_do_not_stop_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_PAUSES", (0.0,))
    names = [f"{tree} {place}" for place in ("Hill", "Creek") for tree in TREES]

    def tell(done: int) -> None:
        adds(f"Willow of District {done}")(house)

    start(house, csv_of(*names).replace(b"ana@", b"ana.lopez@"), tell)
    assert set(names) <= set(registered(house)) and len(registered(house)) == 14 + 7


def test_its_own_parts_are_no_change_of_the_register(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_PAUSES", ())
    start(house, csv_of(*TREES))
    assert registered(house) == list(TREES)


def test_who_may_not_manage_partners_imports_none(house: House) -> None:
    with pytest.raises(ImportStopped) as stopped:
        start(house, csv_of(*TREES), role=Role.DRAFTER)
    assert isinstance(stopped.value.refusal, NotAllowed) and registered(house) == []


def test_contacts_of_known_partners_are_added_and_their_colleagues_told(house: House) -> None:
    start(house, csv_of(*TREES))
    told: list[int] = []
    start(house, csv_of(*TREES).replace(b"ana@", b"bo@").replace(b"Ana ", b"Bo "), told.append)
    assert told == [2, 4, 6, 7]
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 14
        alder = session.scalars(select(Partner).where(Partner.name == "Alder")).one()
        assert [contact.answers_from > house.clock() for contact in alder.contacts] == [False, True]


def test_many_whose_addresses_would_be_the_same_are_numbered(house: House) -> None:
    with house.database.unit_of_work() as session:
        assert house.partner(session, "Ash Oak").slug == "ash-oak"
        assert free_slug(session, Partner, "Ash Oak") == "ash-oak-2"
    long = "Beech North and the first of a long line of names to be cut"
    start(house, csv_of(*(f"{name} {letter}" for name in (long, "Elm") for letter in "ABC")))
    with house.database.reading() as session:
        slugs = list(session.scalars(select(Partner.slug).order_by(Partner.id)))
    assert len(set(slugs)) == 7 and slugs[4:] == ["elm-a", "elm-b", "elm-c"]
    assert [slug.removeprefix(slugs[1]) for slug in slugs[1:4]] == ["", "-2", "-3"]
