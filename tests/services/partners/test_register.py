"""The register: changed by one act, names that end and look alike, tags, finding, and CSV both ways."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, NamesInDoubt
from signoff.domain.permissions import OPERATOR
from signoff.domain.spreadsheets import csv_file
from signoff.models import Entry, Partner, PartnerName
from signoff.models.base import among
from signoff.services.coalition import describe_coalition
from signoff.services.partners.groups import groups
from signoff.services.partners.name_conflicts import find_conflicts
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partner_changes import change_partner, form_of, tag_partners
from signoff.services.partners.partner_export import exported_rows
from signoff.services.partners.partner_import import plan_import
from signoff.services.partners.partners import ContactForm, PartnerForm, present_partners
from signoff.services.partners.register import LEFT, UNREACHABLE, PartnerFilter, count_partners, find_partners
from signoff.services.positions.mentions import named_in_words
from signoff.services.publications.public_queries import signatories
from signoff.worker.importing import import_partners
from tests.house import House
from tests.spreadsheets import partner_file


def change(house: House, session: Session, partner: Partner, **changes: object) -> list[str]:
    form = replace(form_of(partner), **changes)  # type: ignore[arg-type]
    return change_partner(house.act(session, house.user(session, "administrator").actor), partner, form)


def test_a_partner_is_changed_by_one_act(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder", tags=("health",))
    before = len(session.scalars(select(Entry.id)).all())
    assert change(house, session, alder) == []
    changed = change(house, session, alder, name="Alder Trust", aliases=("AT",), level="state", tags=("schools",))
    assert changed == ["name", "aliases", "level", "tags"]
    assert len(session.scalars(select(Entry.id)).all()) == before + 1
    session.expire_all()
    assert (alder.name, alder.slug, alder.level, [tag.tag for tag in alder.tags]) == (
        "Alder Trust", "alder", "state", ["schools"],
    )  # fmt: skip
    ended = [name.name for name in alder.names if name.until is not None]
    assert ended == ["Alder"]


def test_a_name_that_is_over_still_names_but_is_no_ones_to_take(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder")
    change(house, session, alder, name="Alder Trust")
    version = house.position(session, body="What Alder says counts.")
    assert named_in_words(session, version, alder.id)
    with pytest.raises(Invalid) as revived:
        change(house, session, alder, name="Alder")
    assert "former name" in revived.value.errors["name"]
    with pytest.raises(NamesInDoubt) as taken:
        house.partner(session, "ALDER")
    assert [question.registered.name for question in taken.value.questions] == ["Alder"]
    # A slip of the pen is mended: the same letters, spelled again.
    change(house, session, alder, name="ALDER Trust")
    assert alder.name == "ALDER Trust"
    rows = session.scalars(select(PartnerName).where(PartnerName.until.is_(None))).all()
    assert [row.name for row in rows] == ["ALDER Trust"]


def test_who_stands_under_a_name_goes_on_standing_when_it_ends(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.say(session, version, "Alder")
    publication = house.publish(session, version)
    alder = session.scalars(select(Partner).where(Partner.name == "Alder")).one()
    change(house, session, alder, name="Alder Trust")
    assert [row["public_name"] for row in signatories(session, publication)] == ["Alder"]


@pytest.mark.parametrize(
    "name",
    ["ÁLDER trust", "Alder-Trust", "The Alder Trust", "AIder Trust", "Аlder Trust", "A1der Trust", "Alder  Trust."],
)
def test_names_that_read_alike_are_seen(house: House, session: Session, name: str) -> None:
    house.partner(session, "Alder Trust")
    name_conflicts = find_conflicts(session, [name])
    assert [(item.registered.name, item.reads_alike) for item in name_conflicts] == [("Alder Trust", True)]


@pytest.mark.parametrize(("name", "twin"), [("Союз Учителей", "СОЮЗ УЧИТЕЛЕЙ"), ("Град Ντένα", "ΓРАД ΝΤΕΝΑ")])
def test_a_name_in_capitals_of_any_script_makes_no_twin(house: House, session: Session, name: str, twin: str) -> None:
    form = PartnerForm(name=name, contacts=(ContactForm("Ana Ivanova", "ana@union.example"),))
    add_partner(house.act(session, house.user(session, "administrator").actor), form)
    few, many = [twin], [twin, *(f"Willow {number}" for number in range(30))]
    for names in (few, many):
        assert [(item.typed, item.reads_alike) for item in find_conflicts(session, names)] == [(twin, True)]


@pytest.mark.parametrize("name", ["\u02bb\u02bc", "\u00b2\u00b3", "—"])
def test_a_name_has_letters_that_can_be_compared(house: House, session: Session, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        house.partner(session, name)
    assert refusal.value.errors["name"] == "Please give a name with letters in it."


@pytest.mark.parametrize("name", ["The COALITION for Community Schools", "Coalition for Community Sch00ls"])
def test_no_partner_has_the_name_of_the_coalition(house: House, session: Session, name: str) -> None:
    alder = house.partner(session, "Alder")
    for names in ({"name": name}, {"aliases": (name,)}, {"public_names": (name,)}):
        with pytest.raises(Invalid) as refusal:
            change(house, session, alder, **names)
        assert "name of the Coalition itself" in refusal.value.errors[next(iter(names))]
    with pytest.raises(Invalid):
        house.partner(session, name)
    with pytest.raises(Invalid):
        version = house.checked(session, house.position(session))
        house.ask(session, version, [alder])
        house.propose(session, version, "Alder", name)
    file = f"name,contact_name,contact_email\n{name},Ana New,ana@new.example\n".encode()
    with pytest.raises(Invalid) as refusal:
        plan_import(session, partner_file(file))
    assert "name of the Coalition itself" in refusal.value.errors["row 2, name (A2)"]


def test_the_coalition_has_the_name_of_no_partner(house: House, session: Session) -> None:
    house.partner(session, "Birch Union", aliases=("BU Ohio",))
    for name in ("The B1rch Union", "bu ohio"):
        with pytest.raises(Invalid) as refusal:
            describe_coalition(house.act(session, OPERATOR), name=name, reply_to="help@coalition.example")
        assert "a name of a partner" in refusal.value.errors["name"]
    describe_coalition(house.act(session, OPERATOR), name="Birch Alliance", reply_to="help@coalition.example")


def test_names_that_are_near_do_not_read_alike(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder Trust")
    name_conflicts = find_conflicts(session, ["Elder Trust", "Alder Trust of Ohio", "Trust Alder", "Willow Trust"])
    assert {item.typed: item.reads_alike for item in name_conflicts} == {
        "Elder Trust": False,
        "Alder Trust of Ohio": False,
        "Trust Alder": False,
    }
    assert find_conflicts(session, ["Alder Trust"], besides=alder) == []


def test_partners_are_found_by_words_people_tags_and_state(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder", "Zoe Quill", level="state", tags=("health",))
    change(house, session, alder, name="Álder Trust")
    alder.contacts[0].full_name = "Zoë Quill"
    birch = house.partner(session, "Birch", tags=("health", "books"))
    house.partner(session, "Cedar")
    house.leaves(session, "Cedar")
    birch.contacts[0].may_answer = 0
    session.flush()

    def names(**sought: str) -> list[str]:
        return [partner.name for partner in find_partners(session, PartnerFilter(**sought))]

    assert names() == ["Birch", "Álder Trust"] or names() == ["Álder Trust", "Birch"]
    assert names(words="alder") == names(words="quill") == names(words="zoe@") == names(level="state") == [alder.name]
    assert names(words="TRUST Quill") == [alder.name] and names(words="trust birch") == []
    assert names(tag="books") == names(state=UNREACHABLE) == ["Birch"] and names(state=LEFT) == ["Cedar"]
    assert names(words="100%") == []
    assert count_partners(session, PartnerFilter()) == {"present": 2, "left": 1, "unreachable": 1}
    assert {group.key: len(group.ids) for group in groups(session, at=house.clock())} == {
        "all": 1,
        "level:state": 1,
        "tag:health": 1,
    }


def test_tagging_many_is_one_act(house: House, session: Session) -> None:
    alder, birch = house.partner(session, "Alder", tags=("health",)), house.partner(session, "Birch")
    by, before = house.user(session, "administrator").actor, len(session.scalars(select(Entry.id)).all())
    ids = [alder.id, birch.id]
    assert tag_partners(house.act(session, by), ids, " Health ", added=True) == [birch]
    assert tag_partners(house.act(session, by), ids, "health", added=True) == []
    assert len(tag_partners(house.act(session, by), ids, "health", added=False)) == 2
    assert len(session.scalars(select(Entry.id)).all()) == before + 2
    with pytest.raises(Invalid):
        tag_partners(house.act(session, by), ids, "", added=True)


def as_csv(session: Session, partners: Sequence[Partner]) -> bytes:
    return csv_file(exported_rows(session, partners, "https://positions.example"))


def test_what_is_exported_is_imported_as_it_was(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder", "Ana Alder", "Bo Alder", public_names=("+Alder",), tags=("a", "b"))
    change(house, session, alder, name="=SUM Alder")
    house.partner(session, "Birch", level="local", aliases=("B",))
    raw = as_csv(session, present_partners(session, with_people=True))
    assert b"'=SUM Alder" in raw
    plan = plan_import(session, partner_file(raw))
    assert (plan.new_partners, plan.new_contacts, plan.known_contacts, plan.differences) == ((), (), 3, ())
    other = raw.replace(b"Birch", b"Beech").replace(b"birch", b"beech").replace(b",B,", b",BB,")
    plan = plan_import(session, partner_file(other))
    assert [form.name for form in plan.new_partners] == ["Beech"]
    session.commit()
    import_file(house, other)
    assert form_of(session.scalars(select(Partner).where(Partner.name == "Beech")).one()) == PartnerForm(
        "Beech", (), ("BB",), "https://beech.example/", "local"
    )


def import_file(house: House, raw: bytes) -> None:
    with house.database.reading() as session:
        plan, by = plan_import(session, partner_file(raw)), house.user(session, "administrator").actor
    import_partners(house.database, lambda session: house.act(session, by), plan, partner_file(raw))


HEAD = b"name,level,contact_name,contact_email\n"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"\xff\xfen\x00a\x00r", "file"),
        (HEAD + b"Al\0der,,Ana,ana@alder.example\n", "file"),
        (b"colour,level\nred,state\n", "columns"),
        (HEAD + b'"Alder,state,Ana,ana@alder.example\n', "row"),
        (HEAD + b"Alder,,Ana,drafter@coalition.example\n", "row 2, contact_email (D2)"),
        (HEAD + b"Alder,state,Ana,a@a.example\nALDER,local,Bo,b@b.example\n", "row 3, level (B3)"),
        (HEAD + b"Alder,state,Ana,a@a.example,?\nBirch,x\xa7\n,,Ana,b at b\n", "row 4, contact_email (D4)"),
        (HEAD + b",,Ana,a@a.example\n", "row 2, name (A2)"),
    ],
)
def test_a_bad_file_is_refused_whole_with_its_place(house: House, session: Session, raw: bytes, place: str) -> None:
    with pytest.raises(Invalid) as refusal:
        plan_import(session, partner_file(raw))
    assert any(name.startswith(place) for name in refusal.value.errors), refusal.value.errors


def test_a_plan_tells_what_stays_and_what_looks_alike(house: House, session: Session) -> None:
    house.partner(session, "Alder Trust", "Ana Alder", level="state")
    raw = HEAD + b"Alder Trust,local,New Person,new@alder.example\nAIder Trust,,Bo,bo@other.example\n"
    plan = plan_import(session, partner_file(raw))
    assert [(difference.field, difference.registered, difference.in_file) for difference in plan.differences] == [
        ("level", "state", "local")
    ]
    assert [(row.line, row.form.name) for row in plan.names.doubtful] == [(3, "AIder Trust")]
    assert plan.new_partners == ()
    assert [contact.name for _, contact in plan.new_contacts] == ["New Person"]
    again, other = (plan_import(session, partner_file(each)) for each in (raw, raw.replace(b"Bo", b"Cy")))
    assert plan.digest == again.digest != other.digest


def test_more_ids_than_a_statement_takes_values_are_looked_for(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder")
    assert session.scalars(select(Partner.id).where(among(Partner.id, range(300_000)))).all() == [alder.id]
    assert session.scalars(select(Partner.id).where(among(Partner.id, []))).all() == []


def test_two_spellings_of_one_name_in_a_file_are_not_two_partners(house: House, session: Session) -> None:
    oaks = ("Natl. Oak Assn.", "National Oak Association")
    raw = "\n".join(["name", "Birch Union of Teachers (BUT)", "Birch Union of Teachers", "BUT", *oaks, "Birch League"])
    plan = plan_import(session, partner_file(raw.encode()))
    added = [form.name for form in plan.new_partners]
    assert added == ["Birch Union of Teachers (BUT)", "Natl. Oak Assn.", "Birch League"]
    assert [sentence.split(":")[0] for sentence in plan.left_out] == [
        "row 3, name (A3)", "row 4, name (A4)", "row 6, name (A6)",
    ]  # fmt: skip
    session.commit()
    import_file(house, raw.encode())
    again = plan_import(session, partner_file(raw.encode()))
    assert again.new_partners == () and [row.line for row in again.names.doubtful] == [3, 4, 6]
