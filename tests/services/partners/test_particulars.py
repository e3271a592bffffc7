"""What is said of a partner besides its names: entered, changed, found by, shown, and taken from files without loss."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.domain.errors import Invalid, NamesInDoubt, NotAllowed, NotFound
from signoff.domain.partners.postings import PostingForm, PostingKind
from signoff.domain.spreadsheets import csv_file, workbook_file
from signoff.models import Entry, Partner, PartnerPlace
from signoff.services.partners.directory import DirectoryCounts, directory_counts, partner_directory
from signoff.services.partners.expertise import add_expertise, expertise_words, remove_expertise
from signoff.services.partners.name_conflicts import ask_about_names
from signoff.services.partners.name_proposals import settle_name
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partner_changes import change_partner, form_of
from signoff.services.partners.partner_export import exported_rows
from signoff.services.partners.partner_import import plan_import
from signoff.services.partners.partners import PartnerForm, present_partners
from signoff.services.partners.postings import post_for_partner, remove_posting
from signoff.services.partners.register import PartnerFilter, find_partners
from signoff.services.publications.public_queries import named_on, signatories
from signoff.worker.importing import import_partners
from tests.house import House
from tests.posting import ZONE
from tests.spreadsheets import partner_file

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def lists(house: House, session: Session, *words: str) -> None:
    act = house.act(session, house.user(session, "administrator").actor)
    for word in words:
        add_expertise(act, word)


def change(house: House, session: Session, partner: Partner, **changes: object) -> list[str]:
    form = replace(form_of(partner), **changes)  # type: ignore[arg-type]
    return change_partner(house.act(session, house.user(session, "administrator").actor), partner, form)


def refused(house: House, session: Session, **said: object) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        house.partner(session, "Willow", **said)
    return dict(refusal.value.errors)


def test_what_is_said_of_a_partner_is_entered_and_changed_by_one_act(house: House, session: Session) -> None:
    lists(house, session, "Literacy", "attendance")
    alder = house.partner(
        session,
        "Alder",
        places=("Ohio", "Cleveland, OH"),
        expertise=("literacy",),
        networks=("Schools Together",),
        joined_year="2014",
        language="Spanish",
        notes="Ask before noon.",
    )
    assert [place.words for place in alder.places] == ["Ohio", "Cleveland, Ohio"]
    assert (alder.expertise, alder.networks, alder.joined_year) == (["Literacy"], ["Schools Together"], 2014)
    assert (alder.language, alder.notes) == ("es", "Ask before noon.")
    assert change(house, session, alder) == []
    changed = change(house, session, alder, places=("MI",), expertise=("ATTENDANCE",), joined_year="", notes="")
    assert changed == ["places", "expertise", "joined_year", "notes"]
    session.expire_all()
    assert ([place.state for place in alder.places], alder.expertise, alder.joined_year) == (
        ["MI"],
        ["attendance"],
        None,
    )
    # What is over is kept.
    assert session.scalars(select(PartnerPlace.until.is_(None)).order_by(PartnerPlace.id)).all() == [False, False, True]
    assert change(house, session, alder, places=("MI", "Ohio"), expertise=("literacy",)) == ["places", "expertise"]
    entry = session.scalars(select(Entry.body).order_by(Entry.id.desc())).first()
    assert entry is not None and '"fields":["places","expertise"]' in entry


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("places", ("Ontario",), "is not a known place"),
        ("places", ("Cleve\u200bland, OH",), "cannot be shown"),
        ("places", ("OH/" + "x" * 81,), "at most 80"),
        ("expertise", ("dance",), "not on the list"),
        ("networks", ("a;b",), "semicolon"),
        ("networks", ("\u202enet",), "cannot be shown"),
        ("parent", "Nobody", "no partner"),
        ("joined_year", "14", "a year"),
        ("language", "Klingon", "choose"),
        ("notes", "a\u200b\u200bb", "cannot be shown"),
    ],
)
def test_what_cannot_be_said_is_refused_at_its_field(
    house: House, session: Session, field: str, value: object, words: str
) -> None:
    errors = refused(house, session, **{field: value})
    assert list(errors) == [field] and words in errors[field]


def test_public_words_name_no_other_partner(house: House, session: Session) -> None:
    house.partner(session, "Birch Union", aliases=("Cleveland",))
    assert "names Birch Union" in refused(house, session, networks=("Friends of the Birch Union",))["networks"]
    for place in ("CLEVELAND, OH", "CIeveIand, OH", "The Cleveland, OH"):
        assert "reads like" in refused(house, session, places=(place,))["places"]
    with pytest.raises(Invalid):
        lists(house, session, "birch union")
    house.partner(session, "Alder", networks=("Elm Network",), places=("Cleveland Heights, OH",))
    lists(house, session, "School Health")
    for taken in ("Elm Network", "The Elm Network", "EIm Network", "Elrn Network", "SCHOOL HEALTH"):
        with pytest.raises(Invalid) as refusal:
            house.partner(session, taken)
        assert "Please change that first" in refusal.value.errors["name"]
    version = house.asked(session, "Willow", "Gum")
    for taken in ("The Elm Network", "School Health"):
        with pytest.raises(Invalid):
            settle_name(
                house.act(session, house.user(session, "publisher").actor),
                house.propose(session, version, "Willow", taken),
                accepted=True,
            )


def test_a_name_within_networks_and_places_shown_already_is_asked_about(house: House, session: Session) -> None:
    house.partner(session, "Alder", networks=("Friends of Elm Hill",), places=("Port Cedar, OH", "Oakland County, MI"))
    act, form = house.act(session, house.user(session, "administrator").actor), PartnerForm(name="Elm Hill")
    question = ask_about_names(session, ["Elm Hill", "Port Cedar", "Oakland", "Willow"])
    assert [(word.name, word.words, word.partner) for word in question.in_words] == [
        ("Elm Hill", "Friends of Elm Hill", "Alder"),
        ("Oakland", "Oakland County", "Alder"),
        ("Port Cedar", "Port Cedar", "Alder"),
    ]
    with pytest.raises(NamesInDoubt):
        add_partner(act, form, looked_at="")
    elm, is_new = add_partner(act, form, looked_at=ask_about_names(session, ["Elm Hill"]).digest)
    assert is_new
    # Who gets another name later is asked too; beside its own name a partner's words may hold it.
    with pytest.raises(NamesInDoubt):
        change_partner(act, elm, replace(form_of(elm), aliases=("Port Cedar",)), looked_at="")
    alder = session.scalars(select(Partner).where(Partner.name == "Alder")).one()
    assert not ask_about_names(session, ["Port Cedar"], besides=alder)
    file = partner_file(csv_file([["name"], ["Port Cedar"]]))
    assert [word.words for word in plan_import(session, file).question.in_words] == ["Port Cedar"]
    house.leaves(session, "Alder")
    assert not ask_about_names(session, ["Port Cedar"])


def test_a_name_that_is_the_place_of_a_notice_is_asked_about(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder")
    publisher = house.act(session, house.user(session, "publisher").actor)
    notice = PostingForm(PostingKind.NOTICE, "Three rooms open.", place="Juniper Falls, ohio", month="2027-01")
    posting = post_for_partner(publisher, alder, notice, zone=ZONE)
    question = ask_about_names(session, ["Juniper Falls"])
    assert [(word.words, word.partner) for word in question.in_words] == [("Juniper Falls", "Alder")]
    assert not ask_about_names(session, ["Juniper Falls"], besides=alder)
    remove_posting(publisher, posting, reason="It is out of date.")
    assert not ask_about_names(session, ["Juniper Falls"])


def test_affiliates_are_tied_without_a_circle_and_approve_for_themselves(house: House, session: Session) -> None:
    alder = house.partner(session, "Alder Trust")
    chapter = house.partner(session, "Birch Chapter", parent="Alder Trust")
    leaf = house.partner(session, "Cedar Branch", parent="Birch Chapter")
    for parent in ("Alder Trust", "Cedar Branch"):
        with pytest.raises(Invalid) as refusal:
            change(house, session, alder, parent=parent)
        assert "affiliate of itself" in refusal.value.errors["parent"]
    version = house.checked(session, house.position(session))
    house.ask(session, version, [alder, chapter, leaf])
    house.say(session, version, "Alder Trust")
    publication = house.publish(session, version)
    assert [row["public_name"] for row in signatories(session, publication)] == ["Alder Trust"]
    assert not named_on(session, chapter) and not named_on(session, leaf)
    assert change(house, session, chapter, parent="") == ["parent"] and chapter.parent is None


def test_partners_are_found_by_place_and_expertise(house: House, session: Session) -> None:
    lists(house, session, "literacy", "dance")
    house.partner(session, "Alder", places=("Cleveland, OH",), expertise=("literacy",))
    house.partner(session, "Birch", places=("OH",), expertise=("dance",))
    cedar = house.partner(session, "Cedar", places=("MI", "OH"), expertise=("literacy",))

    def found(**wanted: str) -> list[str]:
        return [partner.name for partner in find_partners(session, PartnerFilter(**wanted))]

    assert found(place="OH") == ["Alder", "Birch", "Cedar"]
    assert found(place="OH", expertise="literacy") == ["Alder", "Cedar"]
    change(house, session, cedar, places=("MI",))
    assert found(place="OH", expertise="literacy") == ["Alder"]
    assert [partner.name for partner in partner_directory(session, place="MI")] == ["Cedar"]


def test_a_word_that_is_taken_off_the_list_leaves_every_partner(house: House, session: Session) -> None:
    lists(house, session, "literacy")
    alder = house.partner(session, "Alder", expertise=("literacy",))
    act = house.act(session, house.user(session, "administrator").actor)
    (word,) = expertise_words(session)
    remove_expertise(act, word)
    assert alder.expertise == [] and find_partners(session, PartnerFilter(expertise="literacy")) == []
    with pytest.raises(NotFound):
        remove_expertise(act, word)
    lists(house, session, "literacy")
    assert alder.expertise == []
    for refused_word in ("Literacy", "a, b", " ", "lite\u200bracy"):
        with pytest.raises(Invalid):
            lists(house, session, refused_word)
    with pytest.raises(NotAllowed):
        add_expertise(house.act(session, house.user(session, "publisher").actor), "dance")


@pytest.mark.parametrize("write", [csv_file, workbook_file])
def test_a_register_goes_out_and_comes_back_without_loss(house: House, write: object) -> None:
    with house.database.unit_of_work() as session:
        lists(house, session, "literacy", "school health")
        house.partner(session, "Alder", places=("nationwide",), notes="One line.\n=Another; with a semicolon.")
        house.partner(
            session,
            "Birch",
            "Ana Birch",
            "Bo Birch",
            places=("OH/Cuyahoga", "Cleveland, Cuyahoga County, OH", "OH//Lake County"),
            expertise=("school health", "literacy"),
            networks=("Schools Together", "=Net"),
            parent="Alder",
            joined_year="2016",
            language="es",
        )
    with house.database.reading() as session:
        before = {partner.name: form_of(partner) for partner in present_partners(session)}
        written = write(exported_rows(session, present_partners(session, with_people=True), ""))  # type: ignore[operator]
        again = plan_import(session, partner_file(written))
        assert not again.new_partners and not again.differences and again.known_contacts == 3
    assert forms_in(partner_file(written)) == before


def forms_in(file: object) -> dict[str, PartnerForm]:
    return {item.form.name: replace(item.form, contacts=()) for item in file.partners}  # type: ignore[attr-defined]


def test_a_file_brings_places_and_parents_whatever_their_order(house: House) -> None:
    raw = (
        b"Organization,State,City,Areas of expertise,Parent organization,Year joined,Networks\n"
        b"Birch Chapter,ohio,Cleveland,literacy;dance,Alder Trust,since 2014,Alder Trust Friends\n"
        b'Alder Trust,"OH, MI",,,Nobody,,Schools Together\n'
        b"Cedar,Ontario,,,Cedar,soon,\n"
    )
    file = partner_file(raw)
    with house.database.unit_of_work() as session:
        lists(house, session, "Literacy")
    with house.database.reading() as session:
        plan = plan_import(session, file)
    by = lambda session: house.act(session, house.user(session, "administrator").actor)  # noqa: E731
    import_partners(house.database, by, plan, file)
    with house.database.reading() as session:
        told = {partner.name: form_of(partner) for partner in present_partners(session)}
    assert told == {
        "Alder Trust": PartnerForm("Alder Trust", places=("OH", "MI"), networks=("Schools Together",)),
        "Birch Chapter": PartnerForm(
            "Birch Chapter",
            places=("Cleveland, OH",),
            expertise=("Literacy",),
            parent="Alder Trust",
            joined_year="2014",
        ),
        "Cedar": PartnerForm("Cedar"),
    }
    left_out = "\n".join(plan.left_out)
    for words in (
        "“Ontario” is not a known",
        "“dance” is not on the list",
        "no partner “Nobody”",
        "affiliate of itself",
    ):
        assert words in left_out, words
    assert "names Alder Trust" in left_out and "“soon” is not a year" in left_out


def test_a_new_database_counts_no_one(database: Database) -> None:
    with database.reading() as session:
        assert directory_counts(session) == DirectoryCounts(0, {}, {}, {}, {})
