"""Two entries of the register become one partner: what comes together, what is refused, and what can be undone."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import AnswerForm
from signoff.domain.errors import Conflict, Missing, NamesInDoubt, NotAllowed, PartnerMerged, RoundClosed
from signoff.models import Contact, Letter, Link, LogLeaf, Partner, Publication, Request, Version
from signoff.models.publications import signatory
from signoff.services.answers import answers
from signoff.services.partners import merging
from signoff.services.partners.contacts import add_contact, present_contacts, remove_contact
from signoff.services.partners.directory import partner_directory
from signoff.services.partners.groups import groups
from signoff.services.partners.import_questions import judge_names
from signoff.services.partners.merge_reasons import merge_preview
from signoff.services.partners.news_readers import news_contacts
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partner_changes import change_partner, form_of
from signoff.services.partners.partner_export import exported_rows
from signoff.services.partners.partners import ContactForm, PartnerForm, get_entry, present_partners
from signoff.services.partners.register import PartnerFilter, find_partners
from signoff.services.positions.mentions import unapproved_mentions
from signoff.services.record.verification import verify_record
from signoff.services.rounds.links import contacts_with_links, reissue_link
from tests.house import House
from tests.promise.surfaces import addresses, read


def named(session: Session, name: str) -> Partner:
    return session.scalars(select(Partner).where(Partner.name == name)).one()


def public_names(session: Session) -> set[tuple[str, str]]:
    return {
        (row.partner, row.public_name) for row in session.execute(select(signatory.c.partner, signatory.c.public_name))
    }


def wrong(house: House, session: Session) -> tuple[str, ...]:
    """What `signoff verify` says, once the rows of this transaction have their codes."""
    with session.begin_nested():
        pass
    return tuple(verify_record(session, house.keys).wrong)


def links_to(session: Session, version: Version, partner: str) -> dict[str, Link]:
    """The living links to what a partner is asked about a version, by the address of whose they are."""
    query = select(Link).join(Request, Request.id == Link.request_id).join(Partner, Partner.id == Request.partner_id)
    query = query.where(Request.version_id == version.id, Partner.name == partner, Link.revoked_at.is_(None))
    return {link.contact.email: link for link in session.scalars(query)}


def kinds_to(session: Session, email: str) -> list[str]:
    query = select(Letter.kind).join(Contact, Contact.id == Letter.contact_id).where(Contact.email == email)
    return list(session.scalars(query.order_by(Letter.id)))


def say(house: House, session: Session, link: Link, name: str, verdict: str = "approve") -> None:
    form = AnswerForm(verdict, link.contact.full_name, "", "board", name, "yes", reason="Not now.")
    version = session.get_one(Version, link.request.version_id)
    answers.answer(house.act(session, link.actor), link, form, shown_digest=version.digest)


def test_the_double_is_found_and_asked_as_the_partner_that_stays(house: House, session: Session) -> None:
    house.partner(session, "Alder Trust", "Ana Alder", tags=("health",))
    house.partner(session, "Alder Trustees", "Bo Alder", "Ana Alder", aliases=("Alderians",), tags=("health", "ohio"))
    row = house.merge(session, "Alder Trustees", "Alder Trust")
    into = named(session, "Alder Trust")
    assert [partner.name for partner in present_partners(session)] == ["Alder Trust"]
    assert [partner.name for partner in partner_directory(session)] == ["Alder Trust"]
    assert [tag.tag for tag in into.tags] == ["health", "ohio"] and row.tags == ["ohio"]
    assert {person.email.partition("@")[0] for person in present_contacts(session, into)} == {"ana", "bo"}
    for words in ("alderians", "bo@"):
        assert [partner.name for partner in find_partners(session, PartnerFilter(words=words))] == ["Alder Trust"]
    rows = [
        dict(zip(("name", "email"), (line[0], line[7]), strict=True)) for line in exported_rows(session, [into], "")
    ][1:]
    assert {line["email"] for line in rows} == {person.email for person in into.people} and len(rows) == 3
    assert {group.key: set(group.ids) for group in groups(session, at=house.clock())}["tag:ohio"] == {into.id}
    assert wrong(house, session) == ()


def test_all_contacts_are_told_and_those_of_the_double_are_asked_and_answer_a_day_later(
    house: House, session: Session
) -> None:
    version = house.asked(session, "Alder")
    house.partner(session, "Alders", "Bo Alders")
    house.clock.advance(minutes=1)
    house.merge(session, "Alders", "Alder")
    link = links_to(session, version, "Alder")["bo@alders.example"]
    assert "request" in kinds_to(session, "bo@alders.example")
    assert all("partners_merged" in kinds_to(session, f"{who}") for who in ("bo@alders.example", "ana@alder.example"))
    with pytest.raises(Conflict, match="less than a day ago"):
        say(house, session, link, "Alder")
    house.clock.advance(hours=24)
    say(house, session, link, "Alder")
    house.publish(session, version)
    assert public_names(session) == {("alder", "Alder")}


def test_a_question_that_both_were_asked_is_asked_once(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Alders", "Birch")
    house.clock.advance(minutes=1)
    house.merge(session, "Alders", "Alder")
    # The old link says why in plain words; a new one leads to the question that stays.
    old = links_to(session, version, "Alders")["ana@alders.example"]
    assert old.request.dropped_reason == "Alders and Alder are one organization and are asked once."
    with pytest.raises(RoundClosed):
        say(house, session, old, "Alders")
    assert set(links_to(session, version, "Alder")) == {"ana@alder.example", "ana@alders.example"}
    later = house.checked(session, house.revised(session, version))
    house.ask(session, later, present_partners(session))
    asked = select(Partner.name).join(Request).where(Request.version_id == later.id)
    assert set(session.scalars(asked)) == {"Alder", "Birch"}
    with pytest.raises(Missing) as refused:
        house.ask(session, later, [named(session, "Alders")])
    assert [reason.text for reason in refused.value.reasons] == [
        "Alders was merged into Alder. Ask that partner instead."
    ]


def test_a_question_that_only_the_double_was_asked_goes_on_under_its_own_name(house: House, session: Session) -> None:
    version = house.asked(session, "Alders")
    house.partner(session, "Alder", "Cy Alder")
    house.clock.advance(minutes=1)
    house.merge(session, "Alders", "Alder")
    # It cannot be asked a second time under the other name.
    asked = house.ask(session, version, [named(session, "Alder")], deadline=house.clock() + timedelta(days=8))
    assert asked.requests == 1
    house.say(session, version, "Alders")
    house.publish(session, version)
    assert public_names(session) == {("alders", "Alders")}
    # Whoever is a contact of the whole may take that name away, and never gives one for the double.
    request = links_to(session, version, "Alders")["ana@alders.example"].request
    other = next(contact for contact, _ in contacts_with_links(session, request) if contact.email.startswith("cy@"))
    assert "published" in kinds_to(session, other.email)
    link = merging_link(house, session, request, other)
    with pytest.raises(Conflict, match="Only the contacts"):
        say(house, session, link, "Alders", "abstain")
    answers.withdraw(
        house.act(session, link.actor), link, AnswerForm(full_name="Cy Alder"), shown_digest=version.digest
    )
    assert public_names(session) == set()


def merging_link(house: House, session: Session, request: Request, contact: Contact) -> Link:
    """The link that a contact gets to a question asked under the partner's other entry."""
    return reissue_link(session, request, contact, key=house.settings.secret_key, at=house.clock())


def test_an_answer_of_the_double_never_counts_for_a_question_put_to_the_other(house: House, session: Session) -> None:
    version = house.checked(session, house.position(session, body="The Quince Union and the Quincers agree."))
    house.ask(session, version, [house.partner(session, name) for name in ("Quince Union", "Quincers")])
    house.say(session, version, "Quincers")
    house.clock.advance(minutes=1)
    house.merge(session, "Quincers", "Quince Union")
    assert [passage.name for passage in unapproved_mentions(session, version).written] == ["Quince Union"]
    with pytest.raises(RoundClosed):
        house.say(session, version, "Quince Union")


def test_a_name_of_the_double_in_a_text_is_the_partners(house: House, session: Session) -> None:
    for name in ("Quince Union", "Quincers"):
        house.partner(session, name)
    house.merge(session, "Quincers", "Quince Union")
    house.clock.advance(minutes=1)
    version = house.checked(session, house.position(session, body="The Quincers agree."))
    house.ask(session, version, [named(session, "Quince Union")])
    assert unapproved_mentions(session, version).written
    house.say(session, version, "Quince Union")
    assert unapproved_mentions(session, version).written
    house.clock.advance(hours=24)
    house.say(session, version, "Quince Union", "abstain")
    house.say(session, version, "Quince Union")
    assert not unapproved_mentions(session, version).written
    house.publish(session, version)
    house.clock.advance(minutes=1)
    # A name in the words goes with the words.
    house.withdraw(session, version, "Quince Union")
    assert version.position.slug and public_names(session) == set()
    assert session.scalars(select(Publication)).one().ended_as == "retired"


@pytest.mark.parametrize("verdicts", [("approve", "decline"), ("abstain", "approve"), ("decline", "abstain")])
def test_two_answers_that_differ_are_not_made_one(house: House, session: Session, verdicts: tuple[str, str]) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the same on both")
    version = house.asked(session, "Alder", "Alders")
    for name, verdict in zip(("Alders", "Alder"), verdicts, strict=True):
        house.say(session, version, name, verdict)
    with pytest.raises(Missing) as refused:
        house.merge(session, "Alders", "Alder")
    assert "ask one of them to change its answer" in refused.value.reasons[0].text


def test_two_open_answers_alike_would_count_twice(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Alders")
    for name in ("Alders", "Alder"):
        house.say(session, version, name)
    with pytest.raises(Missing) as refused:
        house.merge(session, "Alders", "Alder")
    assert "would count twice" in refused.value.reasons[0].text
    house.drop(session, version, "Alders")
    house.clock.advance(minutes=1)
    house.merge(session, "Alders", "Alder")
    house.publish(session, version)
    assert public_names(session) == {("alder", "Alder")}


def test_anyone_who_is_named_in_public_is_no_double(house: House, session: Session) -> None:
    version = house.asked(session, "Alders")
    house.say(session, version, "Alders")
    house.publish(session, version)
    house.partner(session, "Alder")
    with pytest.raises(Missing) as refused:
        house.merge(session, "Alders", "Alder")
    assert "Merge Alder into Alders instead" in refused.value.reasons[0].text
    house.clock.advance(minutes=1)
    house.merge(session, "Alder", "Alders")
    assert public_names(session) == {("alders", "Alders")}


def test_no_chain_no_circle_no_one_who_left(house: House, session: Session) -> None:
    for name in ("Alder", "Alders", "Birch", "Cedar"):
        house.partner(session, name)
    house.merge(session, "Alders", "Alder")
    house.leaves(session, "Cedar")
    for double, into in (
        ("Alder", "Alders"),
        ("Alder", "Birch"),
        ("Birch", "Alders"),
        ("Birch", "Birch"),
        ("Birch", "Cedar"),
    ):
        with pytest.raises(Missing):
            house.merge(session, double, into)
    drafter = house.act(session, house.user(session, "drafter").actor)
    with pytest.raises(NotAllowed):
        merging.merge(drafter, named(session, "Birch"), named(session, "Alder"))


def test_undoing_gives_back_what_came_together(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Alders")
    into = named(session, "Alder")
    house.clock.advance(minutes=1)
    before = form_of(into)
    named(session, "Alders").tags[:] = []
    house.merge(session, "Alders", "Alder")
    assert len(links_to(session, version, "Alder")) == 2
    house.part(session, "Alders")
    assert form_of(into) == before and named(session, "Alders").merged_into is None
    assert set(links_to(session, version, "Alder")) == {"ana@alder.example"}
    house.say(session, version, "Alders")
    house.say(session, version, "Alder", "decline")
    assert kinds_to(session, "ana@alders.example").count("partners_merged") == 2
    with pytest.raises(Conflict, match="is not merged"):
        house.part(session, "Alders")


def test_an_approval_of_the_double_lets_no_text_name_the_partner_for_a_day(house: House, session: Session) -> None:
    house.partner(session, "Quince Union", "Cy Union")
    version = house.checked(session, house.position(session, body="The Quince Union agrees."))
    house.ask(session, version, [house.partner(session, "Quincers")])
    house.clock.advance(minutes=1)
    row = house.merge(session, "Quincers", "Quince Union")
    house.clock.now = row.answers_from - timedelta(microseconds=1)
    house.say(session, version, "Quincers")
    assert [passage.name for passage in unapproved_mentions(session, version).written] == ["Quince Union"]
    with pytest.raises(Missing):
        house.publish(session, version)
    house.clock.now = row.answers_from
    house.say(session, version, "Quincers", "abstain")
    house.say(session, version, "Quincers")
    assert not unapproved_mentions(session, version).written


def test_a_link_that_ended_with_the_merge_mails_no_fresh_one(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.partner(session, "Alders", "Bo Alders")
    house.clock.advance(minutes=1)
    house.merge(session, "Alders", "Alder")
    link = links_to(session, version, "Alder")["bo@alders.example"]
    house.part(session, "Alders")
    house.fresh(session, link)
    assert set(links_to(session, version, "Alder")) == {"ana@alder.example"}
    assert "fresh_link" not in kinds_to(session, "bo@alders.example")


def test_whom_a_contact_of_the_double_lets_in_waits_and_keeps_the_merge(house: House, session: Session) -> None:
    version = house.asked(session, "Alders")
    other = house.checked(session, house.position(session, "Widen the doors"))
    house.ask(session, other, [house.partner(session, "Alder", "Cy Alder")])
    house.open_sign_on(session, version)
    made = house.applied(session, version, "Alder Friends")
    house.clock.advance(minutes=1)
    row = house.merge(session, "Alders", "Alder")
    house.link_to(session, made, named(session, "Alder"))
    house.agree(session, links_to(session, version, "Alders")["ana@alders.example"], made)
    link = links_to(session, other, "Alder")["ada@alder-friends.example"]
    assert link.contact.answers_from == row.answers_from
    with pytest.raises(Conflict, match="This address is new"):
        say(house, session, link, "Alder")
    with pytest.raises(Missing) as refused:
        house.part(session, "Alders")
    assert "has let someone answer for Alder since" in refused.value.reasons[0].text


def test_a_merge_stays_once_something_was_answered(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.partner(session, "Alders")
    house.clock.advance(minutes=1)
    house.merge(session, "Alders", "Alder")
    house.say(session, version, "Alder", "abstain")
    with pytest.raises(Missing) as refused:
        house.part(session, "Alders")
    assert "has answered since" in refused.value.reasons[0].text


def test_names_of_the_double_lead_to_the_partner(house: House, session: Session) -> None:
    for name in ("Alder Trust", "Alder Trustees"):
        house.partner(session, name)
    house.merge(session, "Alder Trustees", "Alder Trust")
    into, act = named(session, "Alder Trust"), house.act(session, house.user(session, "administrator").actor)
    with pytest.raises(NamesInDoubt) as asked:
        add_partner(act, PartnerForm("ALDER TRUSTEES"))
    assert {question.registered.slug for question in asked.value.questions} == {"alder-trust"}
    assert judge_names(session, [(2, PartnerForm("Alder Trustees"))], {}, ()).known_as == {2: "alder-trust"}
    # Its own page can make one of them a name to approve under; then the merge stays.
    change_partner(act, into, PartnerForm("Alder Trust", ("Alder Trustees",), website=into.website))
    assert [name.name for name in into.names] == ["Alder Trust", "Alder Trustees"]
    assert [name.until is None for name in get_entry(session, "alder-trustees").names] == [False]
    with pytest.raises(Missing):
        house.part(session, "Alder Trustees")
    assert wrong(house, session) == ()


def test_leaving_takes_both_and_a_removed_contact_loses_all_links(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.partner(session, "Alders", "Bo Alders")
    house.clock.advance(minutes=1)
    house.merge(session, "Alders", "Alder")
    act = house.act(session, house.user(session, "administrator").actor)
    bo = next(person for person in present_contacts(session, named(session, "Alder")) if person.email.startswith("bo@"))
    remove_contact(act, bo)
    assert "bo@alders.example" not in links_to(session, version, "Alder")
    house.leaves(session, "Alder")
    assert named(session, "Alders").left_at is not None
    with pytest.raises(Missing):
        house.part(session, "Alders")


def test_an_entry_that_was_merged_is_changed_by_the_partner_that_stays_alone(house: House, session: Session) -> None:
    for name in ("Alder", "Alders"):
        house.partner(session, name)
    house.merge(session, "Alders", "Alder")
    double, act = named(session, "Alders"), house.act(session, house.user(session, "administrator").actor)
    with pytest.raises(PartnerMerged, match="Alders was merged into Alder"):
        add_contact(act, double, ContactForm("Di Alders", "di@alders.example"))
    with pytest.raises(PartnerMerged):
        change_partner(act, double, form_of(double))
    with pytest.raises(PartnerMerged):
        house.leaves(session, "Alders")
    (shown,) = find_partners(session, PartnerFilter())
    assert [person.email for person in shown.people] == ["ana@alder.example", "ana@alders.example"]


def test_what_public_pages_say_of_affiliates_is_changed_there_first(house: House, session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the same on both")
    for name, more in (("Alders", {}), ("Alder", {}), ("Alder Chapter", {"parent": "Alders"})):
        house.partner(session, name, **more)
    with pytest.raises(Missing) as refused:
        house.merge(session, "Alders", "Alder")
    assert [reason.text for reason in refused.value.reasons] == [
        "Alder Chapter is listed as an affiliate of Alders. Change that on the page of Alder Chapter first: make it an "
        "affiliate of Alder, or of no partner."
    ]
    with pytest.raises(Missing) as refused:
        house.merge(session, "Alder Chapter", "Alder")
    assert "Remove that on its page first" in refused.value.reasons[0].text


def test_the_preview_is_what_is_done(house: House, session: Session) -> None:
    for name in ("Alder", "Alders"):
        house.partner(session, name)
    pair = named(session, "Alders"), named(session, "Alder")
    shown = merge_preview(session, *pair).digest
    act = house.act(session, house.user(session, "administrator").actor)
    add_contact(act, pair[0], ContactForm("Di Alders", "di@alders.example"))
    with pytest.raises(Conflict, match="Something changed"):
        merging.merge(act, *pair, shown=shown)
    merging.merge(act, *pair, shown=merge_preview(session, *pair).digest)


def test_no_public_byte_changes_but_those_of_the_doubles_own_entry(house: House, app: Flask) -> None:
    """Living, ended and withheld publications, files, feeds and proofs, before, during and after a merge."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Alders", "Birch", title="Fund the coordinator")
        for name in ("Alder", "Birch"):
            house.say(session, version, name)
        house.publish(session, version)
        ended = house.asked(session, "Cedar", title="Open the yards")
        house.ask(session, ended, [named(session, "Alders"), named(session, "Alder")])
        for name in ("Cedar", "Alders", "Alder"):
            house.say(session, ended, name)
        house.clock.advance(minutes=1)
        house.publish(session, ended)
        house.retire(session, ended)
        waits = house.checked(session, house.position(session, "Count the buses"))
        house.ask(session, waits, [named(session, "Alders")])
        house.say(session, waits, "Alders")
    house.clock.advance(minutes=1)
    with house.database.unit_of_work() as session:
        house.seal(session)
    own = ("/partners/", "/partners/alders", "/api/v1/partners", "/verify/offline.html")  # the last says when
    paths = [path for path in addresses(app, house, links=False) if path not in own]
    assert "/partners/alder" in paths and "/positions/open-the-yards" in paths and len(paths) > 30
    before, told = read(app, paths), public_facts(house)
    house.clock.advance(minutes=1)
    for act, names in ((house.merge, ("Alders", "Alder")), (house.part, ("Alders",))):
        with house.database.unit_of_work() as session:
            act(session, *names)
        after = read(app, paths)
        assert [path for path in paths if before[path] != after[path]] == []
    with house.database.unit_of_work() as session:
        house.seal(session)
    assert public_facts(house) == told


def public_facts(house: House) -> list[tuple[str, str | None]]:
    """What the public log says, but for the times of its heads."""
    with house.database.reading() as session:
        leaves = session.scalars(select(LogLeaf).order_by(LogLeaf.number))
        return [(leaf.kind, leaf.content) for leaf in leaves if leaf.kind != "state"]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_contacts_of_both_get_newsletters_and_each_person_once(house: House, session: Session) -> None:
    alder, double = house.partner(session, "Alder", "Ana Alder"), house.partner(session, "Alder Inc", "Bo Birch")
    act = house.act(session, house.user(session, "administrator").actor)
    add_contact(act, double, ContactForm("Ana Alder", alder.contacts[0].email))
    merging.merge(act, double, alder)
    session.flush()
    addresses_told = [contact.email for contact in news_contacts(session)]
    assert sorted(addresses_told) == sorted({contact.email for contact in (*alder.contacts, *double.contacts)})
    assert len(addresses_told) == 2
    house.leaves(session, "Alder")
    assert news_contacts(session) == []
