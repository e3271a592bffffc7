"""What partners say of themselves: nothing is public before staff let it, and it ends with the partner's page."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotAllowed, NotFound, PartnerMerged, StaleText
from signoff.domain.partners.postings import PostingForm, PostingKind
from signoff.models import Entry, Letter, Partner, PartnerPosting, Version
from signoff.services.accounts.email_choices import choose_emails
from signoff.services.partners.erasure import erase_person
from signoff.services.partners.membership import rejoin
from signoff.services.partners.postings import (
    Signed,
    post_for_partner,
    remove_posting,
    settle_posting,
    take_back,
    waiting_postings,
)
from signoff.services.partners.public_profiles import PublicProfile, public_logo, public_notices, public_profiles
from tests.house import House
from tests.posting import DESCRIPTION, LOGO, NOTICE, PICTURE, WORDS, ZONE, proposed, settled


@pytest.fixture
def dialect() -> str:
    """The rules do not depend on the database; the promise tests hold the table on both."""
    return "sqlite"


@pytest.fixture
def version(house: House, session: Session) -> Version:
    """A version that Alder, Birch and Cedar were asked about."""
    return house.asked(session, "Alder", "Birch", "Cedar")


def shown(session: Session) -> tuple[dict[str, PublicProfile], list[str]]:
    partners = {partner.id: partner.name for partner in session.scalars(select(Partner))}
    profiles = public_profiles(session, partners)
    return {partners[number]: one for number, one in profiles.items()}, [
        one.words or "" for one in public_notices(session)
    ]


def kinds(session: Session) -> Sequence[str]:
    return [kind for kind in session.scalars(select(Entry.kind).order_by(Entry.id)) if kind.startswith("posting")]


def test_nothing_is_public_before_staff_let_it_through(house: House, session: Session, version: Version) -> None:
    link = house.link(session, version, "Alder")
    made = [proposed(house, session, link, form) for form in (DESCRIPTION, PICTURE, NOTICE)]
    assert shown(session) == ({}, []) and [*waiting_postings(session)] == made
    with pytest.raises(NotFound):
        public_logo(session, "alder", LOGO.digest)
    for role in ("drafter", "reviewer", "administrator"):
        with pytest.raises(NotAllowed):
            settle_posting(house.act(session, house.user(session, role).actor), made[0], accepted=True)
    for posting in made:
        settled(house, session, posting)
    profiles, notices = shown(session)
    assert (profiles.keys(), notices) == ({"Alder"}, ["Three rooms open."])
    alder = profiles["Alder"]
    assert (alder.description, alder.logo and alder.logo.digest) == (WORDS, LOGO.digest)
    assert public_logo(session, "alder", LOGO.digest) == LOGO.content
    assert [one.place.words for one in public_notices(session, state="OH")] == ["Cleveland, Ohio"]
    assert not public_notices(session, state="CA")
    assert kinds(session) == ["posting_proposed"] * 3 + ["posting_settled"] * 3
    told = session.scalars(select(Letter).where(Letter.kind == "posting_settled")).all()
    assert [(one.posting_id, one.contact_id) for one in told] == [(one.id, link.contact_id) for one in made]
    with pytest.raises(Conflict):
        settled(house, session, made[0])


def test_what_follows_takes_the_place_of_what_was_there(house: House, session: Session, version: Version) -> None:
    link = house.link(session, version, "Alder")
    first = proposed(house, session, link, DESCRIPTION)
    second = proposed(house, session, link, PostingForm(PostingKind.DESCRIPTION, "We read."))
    assert [*waiting_postings(session)] == [second] and first.until == house.clock()
    with pytest.raises(Conflict):
        settled(house, session, first)
    settled(house, session, second)
    staff = house.act(session, house.user(session, "publisher").actor)
    third = post_for_partner(staff, second.partner, DESCRIPTION, zone=ZONE)
    assert shown(session)[0]["Alder"].description == WORDS and second.until == house.clock()
    remove_posting(staff, third, reason="Out of date.")
    assert shown(session)[0] == {} and (third.ended_by, third.ended_reason) == (staff.by.id, "Out of date.")
    with pytest.raises(Conflict):
        remove_posting(staff, third, reason="Out of date.")


def test_a_partner_takes_back_its_own_at_once_and_no_one_elses(
    house: House, session: Session, version: Version
) -> None:
    alder, birch = (house.link(session, version, name) for name in ("Alder", "Birch"))
    waiting, public = (proposed(house, session, alder, form) for form in (NOTICE, PICTURE))
    settled(house, session, public)
    signed = Signed(birch.contact.full_name, version.digest)
    with pytest.raises(NotFound):
        take_back(house.act(session, birch.actor), birch, public.id, signed)
    for wrong, refusal in ((Signed("", version.digest), Invalid), (Signed("Ana Alder", "0" * 64), StaleText)):
        with pytest.raises(refusal):
            take_back(house.act(session, alder.actor), alder, public.id, wrong)
    for posting in (waiting, public):
        take_back(house.act(session, alder.actor), alder, posting.id, Signed("ana alder", version.digest))
    assert shown(session) == ({}, []) and not waiting_postings(session)
    with pytest.raises(NotFound):
        public_logo(session, "alder", LOGO.digest)
    with pytest.raises(Conflict):
        take_back(house.act(session, alder.actor), alder, public.id, Signed("Ana Alder", version.digest))


REFUSED = [
    (PostingForm(PostingKind.DESCRIPTION), "words", "fill this in"),
    (PostingForm(PostingKind.DESCRIPTION, "x" * 281), "words", "at most 280"),
    (PostingForm(PostingKind.DESCRIPTION, "Friends of Birch and others."), "words", "Birch"),
    (PostingForm(PostingKind.DESCRIPTION, "We work with b1rch."), "words", "Birch"),
    (PostingForm(PostingKind.DESCRIPTION, "Read https://evil.example"), "words", "addresses"),
    (PostingForm(PostingKind.DESCRIPTION, "Write to ana@alder.example"), "words", "addresses"),
    (PostingForm(PostingKind.DESCRIPTION, "We\u202eread"), "words", "cannot be shown"),
    (PostingForm(PostingKind.LOGO), "logo", "choose a file"),
    (PostingForm(PostingKind.NOTICE, "We open.", place="Ohio"), "month", "choose a month"),
    (PostingForm(PostingKind.NOTICE, "We open.", place="Ohio", month="2031-01"), "month", "choose a month"),
    (PostingForm(PostingKind.NOTICE, "We open.", place="Atlantis", month="2027-01"), "place", "not a known place"),
    (PostingForm(PostingKind.NOTICE, "We open.", month="2027-01"), "place", "fill this in"),
    (PostingForm(PostingKind.NOTICE, "We open.", place="Birch, OH", month="2027-01"), "words", "Birch"),
    (PostingForm(PostingKind.NOTICE, "x" * 201, place="Ohio", month="2027-01"), "words", "at most 200"),
]


def test_what_cannot_be_public_is_refused_in_a_sentence(house: House, session: Session, version: Version) -> None:
    link = house.link(session, version, "Alder")
    for form, field, words in REFUSED:
        with pytest.raises(Invalid) as refusal:
            proposed(house, session, link, form)
        assert words in refusal.value.errors[field], form
    assert session.scalars(select(PartnerPosting)).all() == []


def test_only_who_may_answer_proposes_and_only_so_much(house: House, session: Session, version: Version) -> None:
    link = house.link(session, version, "Alder")
    with pytest.raises(Invalid):
        proposed(house, session, link, DESCRIPTION, name="Eve Else")
    for _ in range(5):
        proposed(house, session, link, NOTICE)
    with pytest.raises(Conflict):
        proposed(house, session, link, NOTICE)
    house.refer(session, version, "Birch", "cleo@birch.example")
    newcomer = house.link(session, version, "Birch", 1)
    assert newcomer.contact.full_name == "Cleo Colleague"
    with pytest.raises(Conflict) as refusal:
        proposed(house, session, newcomer, DESCRIPTION)
    assert "confirm your address" in refusal.value.text
    house.correct(session, link.contact, email="ana@alder-new.example")
    with pytest.raises(Conflict):
        proposed(house, session, house.link(session, version, "Alder"), DESCRIPTION)


def test_a_partner_without_a_public_page_shows_nothing(house: House, session: Session, version: Version) -> None:
    for name in ("Alder", "Birch"):
        link = house.link(session, version, name)
        for form in (DESCRIPTION, PICTURE, NOTICE):
            settled(house, session, proposed(house, session, link, form))
    birch = proposed(house, session, house.link(session, version, "Birch"), DESCRIPTION)
    house.leaves(session, "Alder")
    assert (shown(session)[0].keys(), len(shown(session)[1])) == ({"Birch"}, 1)
    with pytest.raises(Conflict):
        proposed(house, session, house.link(session, version, "Alder"), DESCRIPTION)
    house.partner(session, "Oak")
    house.merge(session, "Birch", "Oak")
    assert shown(session) == ({}, [])
    for slug in ("alder", "birch", "oak"):
        with pytest.raises(NotFound):
            public_logo(session, slug, LOGO.digest)
    with pytest.raises(PartnerMerged):
        settled(house, session, birch)
    oak = session.scalars(select(Partner).where(Partner.name == "Oak")).one()
    assert [*waiting_postings(session, oak)] == [birch]


def test_a_name_that_is_public_as_someones_words_is_given_to_no_one(
    house: House, session: Session, version: Version
) -> None:
    link = house.link(session, version, "Alder")
    form = PostingForm(PostingKind.DESCRIPTION, "A chapter of the Oak Alliance that Alder founded.")
    posting = proposed(house, session, link, form)
    settled(house, session, posting)
    with pytest.raises(Invalid) as refusal:
        house.partner(session, "Oak Alliance")
    assert "a partner's own words" in refusal.value.errors["name"]
    with pytest.raises(Invalid):
        house.propose(session, version, "Birch", "Oak Alliance")
    take_back(house.act(session, link.actor), link, posting.id, Signed("Ana Alder", version.digest))
    waiting = proposed(house, session, link, form)
    house.partner(session, "Oak Alliance")
    with pytest.raises(Conflict) as late:
        settled(house, session, waiting)
    assert "Oak Alliance" in late.value.text


def test_what_is_shown_again_names_no_one_who_came_meanwhile(house: House, session: Session, version: Version) -> None:
    link, administrator = house.link(session, version, "Alder"), house.user(session, "administrator").actor
    named = PostingForm(PostingKind.DESCRIPTION, "A chapter of the Oak Alliance.")
    postings = [settled(house, session, proposed(house, session, link, form)) for form in (named, NOTICE, PICTURE)]
    house.leaves(session, "Alder")
    house.partner(session, "Oak Alliance")
    rejoin(house.act(session, administrator), postings[0].partner)
    profiles, notices = shown(session)
    assert (profiles["Alder"].description, notices) == ("", ["Three rooms open."])
    assert postings[0].ended_reason == "It contains the name of an organization that is a partner by now."
    told = session.scalars(select(Letter.posting_id).where(Letter.kind == "posting_settled")).all()
    assert [*told].count(postings[0].id) == 2


def test_partners_that_part_name_each_other_no_longer(house: House, session: Session, version: Version) -> None:
    house.partner(session, "Oak Alliance")
    house.merge(session, "Oak Alliance", "Alder")
    form = PostingForm(PostingKind.DESCRIPTION, "Once called the Oak Alliance.")
    settled(house, session, proposed(house, session, house.link(session, version, "Alder"), form))
    assert "Oak" in shown(session)[0]["Alder"].description
    house.part(session, "Oak Alliance")
    assert shown(session)[0] == {}


def test_publishers_are_emailed_about_a_proposal_unless_they_switched_it_off(
    house: House, session: Session, version: Version
) -> None:
    link, first = house.link(session, version, "Alder"), house.user(session, "publisher")
    house.add_user(session, "second", ["publisher", "drafter"])
    choose_emails(house.act(session, first.actor), first, {"checked", "all_answered"})
    made = proposed(house, session, link, PICTURE)
    second = house.user(session, "second")
    told = select(Letter.user_id, Letter.posting_id).where(Letter.kind == "posting_proposed")
    assert session.execute(told).all() == [(second.id, made.id)]
    post_for_partner(house.act(session, first.actor), made.partner, DESCRIPTION, zone=ZONE)
    assert len(session.execute(told).all()) == 1


def test_a_partner_proposes_ten_times_a_day_at_most(house: House, session: Session, version: Version) -> None:
    link = house.link(session, version, "Alder")
    for _ in range(10):
        proposed(house, session, link, PICTURE)
    with pytest.raises(Conflict, match="try again tomorrow"):
        proposed(house, session, link, DESCRIPTION)
    proposed(house, session, house.link(session, version, "Birch"), DESCRIPTION)
    house.clock.advance(days=1)
    assert proposed(house, session, link, DESCRIPTION).is_waiting


def test_a_reason_is_needed_and_told(house: House, session: Session, version: Version) -> None:
    link = house.link(session, version, "Alder")
    posting = proposed(house, session, link, NOTICE)
    act = house.act(session, house.user(session, "publisher").actor)
    with pytest.raises(Invalid) as refusal:
        settle_posting(act, posting, accepted=False, reason=" ")
    assert "reason" in refusal.value.errors
    settled(house, session, posting, reason="Please name the month only.")
    assert (posting.accepted, posting.reason, shown(session)[1]) == (0, "Please name the month only.", [])


def test_words_that_name_a_person_are_erased_with_them(house: House, session: Session, version: Version) -> None:
    link = house.link(session, version, "Alder")
    named = proposed(house, session, link, PostingForm(PostingKind.DESCRIPTION, "Founded by Ana Alder in 1998."))
    refused = proposed(house, session, link, NOTICE)
    settled(house, session, named)
    settled(house, session, refused, reason="Ana Alder asked us to wait.")
    house.clock.now += timedelta(minutes=1)
    act = house.act(session, house.user(session, "administrator").actor)
    erased = erase_person(act, "ana@alder.example").erased
    assert any("Two descriptions or notices" in line for line in erased)
    assert (named.words, refused.words, refused.reason) == (None, "Three rooms open.", None)
    assert shown(session) == ({}, [])
