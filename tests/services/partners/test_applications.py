"""Applications: opened by a publisher, typed by a stranger, confirmed from the mailbox, decided by an administrator."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, LinkDead, Missing, NamesInDoubt, NotAllowed, NotFound
from signoff.domain.partners.applications import Mailbox, mailbox_of
from signoff.models import Application, Contact, Letter, Partner, Request, SignOn
from signoff.models.publications import signatory
from signoff.services.accounts.users import deactivate_user
from signoff.services.partners import application_decisions as decisions
from signoff.services.partners import applications, contacts, sign_on
from signoff.services.partners.application_matches import matches_of, partner_called
from signoff.services.partners.applications import ApplicationForm
from signoff.services.partners.erasure import erase_person
from signoff.services.record.record import entries, facts_of
from tests.house import House

SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def letters_of(session: Session, kind: str) -> list[Letter]:
    return list(session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def partner_of(session: Session, name: str) -> Partner:
    return session.scalars(select(Partner).where(Partner.name == name)).one()


# The switch


@SQLITE
def test_only_a_publisher_opens_a_position_and_only_while_its_round_takes_answers(
    house: House, session: Session
) -> None:
    drafted = house.position(session, "Widen the doors")
    with pytest.raises(Missing) as refused:
        house.open_sign_on(session, drafted)
    assert [reason.code for reason in refused.value.reasons] == ["no_round"]
    version = house.asked(session, "Alder")
    for role in ("drafter", "reviewer", "administrator"):
        with pytest.raises(NotAllowed):
            house.open_sign_on(session, version, by=role)
    opened = house.open_sign_on(session, version)
    assert house.open_sign_on(session, version).id == opened.id
    later = house.open_sign_on(session, version, hours=50)
    assert later.id != opened.id and opened.ended_at == house.clock()
    assert [entry.kind for entry in entries(session, position=version.position)][-3:] == [
        "sign_on_opened",
        "sign_on_ended",
        "sign_on_opened",
    ]


@SQLITE
def test_a_time_that_has_passed_or_lies_after_the_deadline_is_refused(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    for hours in (0, -1, 7 * 24 + 1):
        with pytest.raises(Invalid) as refused:
            house.open_sign_on(session, version, hours=hours)
        assert "until" in refused.value.errors
    act = house.act(session, house.user(session, "publisher").actor)
    assert sign_on.open_sign_on(act, version.position).until == house.round(session, version).deadline


@SQLITE
def test_an_address_that_holds_a_partners_name_is_not_opened(house: House, session: Session) -> None:
    house.partner(session, "Birch Libraries")
    version = house.asked(session, "Alder", title="What Birch Libraries do")
    with pytest.raises(Missing) as refused:
        house.open_sign_on(session, version)
    assert [reason.code for reason in refused.value.reasons] == ["named_in_address"]
    other = house.asked(session, "Cedar", title="What oak groves do")
    house.open_sign_on(session, other)
    house.partner(session, "Oak Groves")
    assert sign_on.find_sign_on(session, other.position, at=house.clock()) is None


def test_applications_are_taken_until_the_very_instant_and_no_longer(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    opened = house.open_sign_on(session, version, hours=2)
    house.clock.now = opened.until
    assert house.apply(session, version, "Pine") is not None
    house.clock.advance(microseconds=1)
    with pytest.raises(NotFound):
        house.apply(session, version, "Quince")


@SQLITE
def test_none_are_taken_once_the_round_or_the_opening_has_ended(house: House, session: Session) -> None:
    version, publisher = house.asked(session, "Alder"), house.user(session, "publisher").actor
    house.open_sign_on(session, version)
    made = house.apply(session, version, "Pine")
    assert made is not None
    assert sign_on.end_sign_on(house.act(session, publisher), version.position)
    assert not sign_on.end_sign_on(house.act(session, publisher), version.position)
    with pytest.raises(NotFound):
        house.apply(session, version, "Quince")
    with pytest.raises(Conflict):
        applications.confirm_application(
            house.act(session, made.actor), house.application_secret(made), signed="Ada Pine"
        )
    house.open_sign_on(session, version)
    house.recall(session, version)
    with pytest.raises(NotFound):
        house.apply(session, version, "Quince")


# Typed by a stranger


@SQLITE
def test_a_form_is_judged_by_itself_alone(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    with pytest.raises(Invalid) as refused:
        house.apply(session, version, "", full_name="", email="nobody", job_title="", level="galactic", website="ftp:x")
    assert set(refused.value.errors) == {"organization", "full_name", "email", "job_title", "level", "website"}
    # A partner's name and contact, and an address of staff, are taken like any other.
    assert house.apply(session, version, "Alder", email="ana@alder.example") is not None
    assert house.apply(session, version, "Ours", email="drafter@coalition.example") is not None


def test_few_are_taken_from_an_address_and_from_a_network_within_an_hour(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    from_one = [house.apply(session, version, f"Pine {n}", email="ada@pine.example") for n in range(4)]
    assert [made is not None for made in from_one] == [True] * 3 + [False]
    near = [house.apply(session, version, f"Oak {n}", source=f"2001:db8:0:7::{n}") for n in range(11)]
    assert [made is not None for made in near] == [True] * 10 + [False]
    assert house.apply(session, version, "Elm", source="2001:db8:0:8::1") is not None
    house.clock.advance(minutes=61)
    assert house.apply(session, version, "Pine 5", email="ada@pine.example") is not None
    assert len(letters_of(session, "application_confirm")) == 15
    # No row tells from where one came.
    assert all("2001" not in (network or "") for network in session.scalars(select(Application.network)))


# Confirmed from the mailbox


def test_an_application_counts_once_it_was_confirmed_and_signed(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    made = house.apply(session, version, "Pine")
    assert made is not None
    act, secret = house.act(session, made.actor), house.application_secret(made)
    assert applications.applications_of(session, version.position) == []
    assert letters_of(session, "application") == []
    for signed in ("", "Somebody Else"):
        with pytest.raises(Invalid):
            applications.confirm_application(act, secret, signed=signed)
    with pytest.raises(NotFound):
        applications.confirm_application(act, "-" * 43, signed="Ada Pine")
    confirmed = applications.confirm_application(act, secret, signed="ada pine")
    house.clock.advance(minutes=5)
    assert applications.confirm_application(act, secret, signed="ada pine").confirmed_at == confirmed.confirmed_at
    (told,) = letters_of(session, "application")
    assert told.user_id == house.user(session, "administrator").id
    (entry,) = [one for one in entries(session, position=version.position) if one.kind == "application_confirmed"]
    assert entry.actor == f"applicant:{made.id}"
    assert facts_of(entry) == {"position": version.position.slug, "application": made.id}


@SQLITE
def test_a_link_works_for_a_day_and_a_waiting_address_applies_once(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version, hours=100)
    first, second = (house.apply(session, version, name, email="ada@pine.example") for name in ("Pine", "Pine Two"))
    assert first is not None and second is not None
    applications.confirm_application(
        house.act(session, first.actor), house.application_secret(first), signed="Ada Pine"
    )
    with pytest.raises(Conflict):
        applications.confirm_application(
            house.act(session, second.actor), house.application_secret(second), signed="Ada Pine Two"
        )
    assert house.apply(session, version, "Pine Three", email="ada@pine.example") is None
    late = house.apply(session, version, "Elm")
    assert late is not None
    house.clock.now = late.expires_at + timedelta(microseconds=1)
    with pytest.raises(LinkDead):
        applications.confirm_application(
            house.act(session, late.actor), house.application_secret(late), signed="Ada Elm"
        )


# Decided


def test_who_is_accepted_is_asked_and_waits_for_a_day_or_a_second_person(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    made = house.applied(session, version, "Pine", level="local", state="Ohio")
    decided = house.accept(session, made)
    pine = partner_of(session, "Pine")
    assert (
        decided.partner is pine
        and decided.is_asked
        and (pine.level, pine.website)
        == (
            "local",
            "https://pine.example/",
        )
    )
    assert [place.text for place in pine.places] == ["OH"]
    (contact,) = contacts.present_contacts(session, pine)
    assert (contact.full_name, contact.email, contact.job_title) == ("Ada Pine", "ada@pine.example", "Director")
    with pytest.raises(Conflict, match="new"):
        house.say(session, version, "Pine")
    with pytest.raises(NotAllowed):
        contacts.confirm_contact(house.act(session, house.user(session, "administrator").actor), contact)
    contacts.confirm_contact(house.act(session, house.user(session, "publisher").actor), contact)
    assert house.say(session, version, "Pine").answer.verdict == "approve"
    asked = session.scalars(select(Request).where(Request.partner_id == pine.id)).one()
    assert asked.version_id == version.id
    extended = [one for one in entries(session, position=version.position) if one.kind == "round_extended"]
    assert [entry.actor for entry in extended] == [house.user(session, "publisher").actor.label]
    with pytest.raises(Conflict):
        house.accept(session, made)
    with pytest.raises(Conflict):
        house.reject(session, made)


@SQLITE
def test_after_a_day_the_contact_answers_without_a_second_person(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    house.accept(session, house.applied(session, version, "Pine"))
    house.clock.advance(hours=24)
    assert house.say(session, version, "Pine").answer.public_name == "Pine"


@SQLITE
def test_only_an_administrator_decides(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    made, alder = house.applied(session, version, "Pine"), partner_of(session, "Alder")
    for role in ("drafter", "reviewer", "publisher"):
        act = house.act(session, house.user(session, role).actor)
        for decide in (decisions.accept_application, decisions.reject_application):
            with pytest.raises(NotAllowed):
                decide(act, made)
        with pytest.raises(NotAllowed):
            decisions.link_application(act, made, alder)


@SQLITE
def test_who_is_accepted_is_not_asked_when_no_one_may_ask_any_more(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    made, late = house.applied(session, version, "Pine"), house.applied(session, version, "Elm")
    other = house.add_user(session, "second", ["publisher"])
    deactivate_user(house.act(session, house.user(session, "administrator").actor), house.user(session, "publisher"))
    assert other.deactivated_at is None and not house.accept(session, made).is_asked
    house.clock.advance(days=8)
    assert not house.accept(session, late).is_asked
    names = select(Partner.name).join(Request, Request.partner_id == Partner.id)
    assert session.scalars(names).all() == ["Alder"]


@SQLITE
def test_a_name_near_a_partners_is_asked_about_and_one_that_reads_like_it_is_linked_or_nothing(
    house: House, session: Session
) -> None:
    version = house.asked(session, "Alder Trust")
    house.open_sign_on(session, version)
    near = house.applied(session, version, "Alder Trust of Ohio")
    with pytest.raises(NamesInDoubt):
        house.accept(session, near)
    question = matches_of(session, near).question
    (conflict,) = question.conflicts
    told = (conflict.typed, conflict.registered.slug)
    with pytest.raises(Conflict, match="Link the application"):
        house.accept(session, near, answers={told: "same"})
    assert near.decided_at is None
    assert house.accept(session, near, answers={told: "affiliate"}).partner is not None
    alike = house.applied(session, version, "A1der Trust", email="ada@other.example", full_name="Ada Other")
    (conflict,) = matches_of(session, alike).question.conflicts
    assert conflict.reads_alike and matches_of(session, alike).reads_like
    with pytest.raises(NamesInDoubt):
        house.accept(session, alike, answers={(conflict.typed, conflict.registered.slug): "different"})


@SQLITE
def test_a_staff_address_never_becomes_a_contact(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    made = house.applied(session, version, "Ours", email="drafter+x@coalition.example")
    alder = partner_of(session, "Alder")
    for decide in (lambda: house.accept(session, made), lambda: house.link_to(session, made, alder)):
        with pytest.raises(Invalid) as refused:
            decide()
        assert "email" in refused.value.errors
    house.reject(session, made)


# Linked to a partner


def test_a_contact_of_the_linked_partner_agrees_and_the_applicant_answers(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.open_sign_on(session, version)
    made, alder = house.applied(session, version, "Alder Friends"), partner_of(session, "Alder")
    house.link_to(session, made, alder)
    (told,) = letters_of(session, "application_linked")
    ana, birch = house.link(session, version, "Alder"), house.link(session, version, "Birch")
    assert (told.contact_id, told.link_id) == (ana.contact_id, ana.id)
    assert len(contacts.present_contacts(session, alder)) == 1
    with pytest.raises(NotFound):
        house.agree(session, birch, made)
    house.agree(session, ana, made)
    added = contacts.present_contacts(session, alder)[-1]
    assert (added.email, added.answers_from) == ("ada@alder-friends.example", house.clock())
    assert house.say_through(session, version, added).answer.public_name == "Alder"
    changed = letters_of(session, "contact_changed")
    assert [letter.contact_id for letter in changed] == [ana.contact_id]
    with pytest.raises(Conflict):
        house.agree(session, ana, made, agreed=False)


@SQLITE
def test_a_partner_that_is_not_asked_yet_is_asked_when_an_application_is_linked_to_it(
    house: House, session: Session
) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    birch = house.partner(session, "Birch")
    made = house.applied(session, version, "Birch Friends")
    house.link_to(session, made, birch)
    house.agree(session, house.link(session, version, "Birch"), made, agreed=False)
    assert made.agreed == 0 and len(contacts.present_contacts(session, birch)) == 1


@SQLITE
def test_who_cannot_be_linked(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch", "Cedar")
    house.open_sign_on(session, version)
    made = house.applied(session, version, "Pine", email="ana@alder.example", full_name="Ana Alder")
    empty = house.partner(session, "Delta")
    contacts.remove_contact(
        house.act(session, house.user(session, "administrator").actor), contacts.present_contacts(session, empty)[0]
    )
    house.leaves(session, "Birch")
    house.drop(session, version, "Cedar")
    reasons = {"Alder": "a contact", "Birch": "has left", "Cedar": "not asked", "Delta": "not asked"}
    for name, why in reasons.items():
        with pytest.raises(Conflict, match=why):
            house.link_to(session, made, partner_of(session, name))
    assert made.decided_at is None


@SQLITE
def test_a_contact_that_waits_itself_or_named_a_colleague_cannot_agree(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    made, alder = house.applied(session, version, "Alder Friends"), partner_of(session, "Alder")
    house.link_to(session, made, alder)
    house.refer(session, version, "Alder", "cleo@alder.example")
    with pytest.raises(Conflict):
        house.agree(session, house.link(session, version, "Alder"), made)
    with pytest.raises(Conflict, match="Another contact"):
        house.agree(session, house.link(session, version, "Alder", 1), made)
    assert made.settled_at is None


@SQLITE
def test_linking_to_a_partner_that_declined_changes_nothing_of_its_answer(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch")
    house.say(session, version, "Alder", "decline")
    house.say(session, version, "Birch")
    house.publish(session, version)
    house.open_sign_on(session, version)
    made = house.applied(session, version, "Alder Friends")
    house.link_to(session, made, partner_of(session, "Alder"))
    house.agree(session, house.link(session, version, "Alder"), made)
    assert session.scalars(select(signatory.c.public_name)).all() == ["Birch"]


# What the register knows


@pytest.mark.parametrize(
    ("website", "email", "says"),
    [
        ("https://www.pine.example/about", "ada@pine.example", Mailbox.AT_THE_WEBSITE),
        ("https://pine.example", "ada@mail.pine.example", Mailbox.AT_THE_WEBSITE),
        ("https://schools.pine.example", "ada@pine.example", Mailbox.AT_THE_WEBSITE),
        ("https://pine.example", "ada@notpine.example", Mailbox.ELSEWHERE),
        ("https://pine.org", "ada@org", Mailbox.ELSEWHERE),
        ("https://gmail.com", "ada@gmail.com", Mailbox.PUBLIC_PROVIDER),
        ("", "ada@pine.example", Mailbox.NO_WEBSITE),
    ],
)
def test_what_a_mailbox_says_beside_a_website(website: str, email: str, says: Mailbox) -> None:
    assert mailbox_of(website, email) == says


@pytest.mark.parametrize("field", ["organization", "full_name", "job_title"])
@pytest.mark.parametrize(
    "words", ["Win at https://evil.example", "www.evil.example", "evil.example/win", "a@evil.example"]
)
def test_an_email_to_an_address_that_a_stranger_typed_carries_no_link_of_theirs(field: str, words: str) -> None:
    asked = {"organization": "Change.org of Ohio", "full_name": "Ada St. James", "job_title": "Dir. of Ed."}
    form = ApplicationForm(**asked, email="ada@pine.example").cleaned()
    assert form.problems == {}
    assert set(replace(form, **{field: words}).problems) == {field}


@SQLITE
def test_matches_tell_of_names_and_shared_addresses(house: House, session: Session) -> None:
    version = house.asked(session, "Alder Trust")
    house.open_sign_on(session, version)
    made = house.applied(session, version, "Friends", email="ada@alder-trust.example", full_name="Ada Friends")
    assert matches_of(session, made).shared == ["A contact of Alder Trust has an address at alder-trust.example too."]
    assert partner_called(session, "", "alder trust").slug == "alder-trust"
    assert partner_called(session, "alder-trust", "").slug == "alder-trust"
    for slug, name in (("", ""), ("", "Nobody Here")):
        with pytest.raises(Invalid):
            partner_called(session, slug, name)


# Forgotten


def test_erasing_covers_applicants(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    house.reject(session, house.applied(session, version, "Pine"))
    waiting = house.apply(session, version, "Pine Two", email="ada@pine.example")
    assert waiting is not None
    session.flush()
    preview = erase_person(house.act(session, house.user(session, "administrator").actor), "ada@pine.example")
    assert "Two applications: all that this person typed." in preview.erased
    rows = session.execute(select(Application.organization, Application.full_name, Application.email)).all()
    assert rows == [(None, None, None)] * 2
    states = session.scalars(select(Letter.state).where(Letter.kind.like("application_%"))).all()
    assert set(states) == {"canceled"}
    with pytest.raises(LinkDead):
        applications.get_by_secret(session, house.application_secret(waiting), at=house.clock())


def test_what_strangers_typed_is_forgotten_in_time(house: House, session: Session) -> None:
    version = house.asked(session, "Alder")
    house.open_sign_on(session, version)
    house.apply(session, version, "Pine")
    rejected, waiting = house.applied(session, version, "Elm"), house.applied(session, version, "Fir")
    house.reject(session, rejected)
    at = house.clock.advance(hours=25)
    applications.forget_old_applications(session, at=at, before=at - timedelta(days=30))
    session.expire_all()
    columns = select(Application.organization, Application.email, Application.network)
    kept = session.execute(columns.order_by(Application.id)).all()
    assert kept == [(None, None, None), ("Elm", "ada@elm.example", None), ("Fir", "ada@fir.example", None)]
    at = house.clock.advance(days=31)
    applications.forget_old_applications(session, at=at, before=at - timedelta(days=30))
    session.expire_all()
    assert waiting.email == "ada@fir.example" and rejected.organization is rejected.email is None
    assert session.scalar(select(func.count()).select_from(Contact)) == 1
    assert session.scalar(select(func.count()).select_from(SignOn)) == 1
