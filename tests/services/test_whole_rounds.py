"""The turns of a sign-off as acts: each ends with who is named in public, and leaves exactly one entry."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, LinkDead, Missing, NotAllowed, NotFound, RoundClosed, StaleText
from signoff.models import Answer, Contact, Entry, Letter, Link, NameProposal, Partner, Publication, Request, Version
from signoff.models.publications import signatory
from signoff.services.answers.answers import AnswerForm, answer
from signoff.services.partners.contacts import confirm_contact
from signoff.services.partners.name_proposals import settle_name
from signoff.services.partners.referrals import settle_referral
from signoff.services.positions.positions import save_version
from signoff.services.publications.public_queries import delivered
from signoff.services.publications.publications import publish
from signoff.services.record.record import facts_of
from signoff.services.record.verification import verify_record
from signoff.services.rounds.deadlines import count_waiting
from signoff.services.rounds.fresh_links import send_link_to
from signoff.services.rounds.links import get_link
from signoff.services.rounds.previous_versions import known_before, put_back
from tests.house import House


def named(session: Session) -> list[str]:
    return sorted(session.scalars(select(signatory.c.public_name)))


def kinds(session: Session, state: str = "queued") -> dict[str, int]:
    rows = session.execute(select(Letter.kind, func.count()).where(Letter.state == state).group_by(Letter.kind))
    return dict(rows.all())


def entries(session: Session) -> list[str]:
    return list(session.scalars(select(Entry.kind).order_by(Entry.id)))


def last_facts(session: Session, kind: str) -> dict[str, object]:
    entry = session.scalars(select(Entry).where(Entry.kind == kind).order_by(Entry.id.desc()).limit(1)).one()
    return facts_of(entry)


class TestChangedTexts:
    def test_a_later_round_ends_the_earlier_and_asks_anew_with_what_changed(
        self, house: House, session: Session
    ) -> None:
        first = house.asked(session, "Alder", "Birch", "Cedar")
        house.say(session, first, "Alder")
        partners = [house.link(session, first, name).request.partner for name in ("Alder", "Birch")]
        second = house.checked(session, house.revised(session, first, title="Fund each coordinator"))
        house.ask(session, second, [*partners, house.partner(session, "Delta")])
        # Requests not yet sent are canceled at once, not only when they come to be delivered.
        assert kinds(session, "canceled") == {"request": 3}
        assert kinds(session) == {"receipt": 1, "replaced": 2, "request": 1}
        known = known_before(session, second, [partners[0].id]).get(partners[0].id)
        assert known is not None and known.approved and [change.field for change in known.changes] == ["title"]
        known = known_before(session, second, [partners[1].id]).get(partners[1].id)
        assert known is not None and not known.approved
        with pytest.raises(RoundClosed):
            house.say(session, first, "Birch")
        house.publish(session, second)
        assert named(session) == []

    def test_a_page_left_open_cannot_approve_the_new_text(self, house: House, session: Session) -> None:
        first = house.asked(session, "Alder")
        second = house.checked(session, house.revised(session, first))
        house.ask(session, second, [house.link(session, first, "Alder").request.partner])
        link = house.link(session, second, "Alder")
        form = AnswerForm("approve", "Ana Alder", "", "board", "Alder", "yes")
        with pytest.raises(StaleText):
            answer(house.act(session, link.actor), link, form, shown_digest=first.digest)

    def test_a_text_put_back_is_a_new_version_that_says_so(self, house: House, session: Session) -> None:
        first = house.asked(session, "Alder")
        house.say(session, first, "Alder")
        second = house.revised(session, first)
        drafter = house.user(session, "drafter").actor
        third, is_new = save_version(house.act(session, drafter), first.position, first.wording, change_note="Back")
        assert (is_new, third.number, third.digest) == (True, 3, first.digest)
        assert put_back(session, third) is first
        assert put_back(session, second) is None
        house.ask(session, house.checked(session, third), [house.link(session, first, "Alder").request.partner])
        known = known_before(session, third, [house.link(session, first, "Alder").partner_id]).get(
            house.link(session, first, "Alder").partner_id
        )
        assert known is not None and known.approved and known.changes == ()
        house.publish(session, third)
        assert named(session) == []  # the old approval does not count


class TestPeople:
    def test_a_colleague_in_the_own_domain_answers_at_once_and_the_referrer_reads(
        self, house: House, session: Session
    ) -> None:
        version = house.asked(session, "Alder")
        old = house.link(session, version, "Alder")
        before = len(entries(session))
        referral = house.refer(session, version, "Alder", "cleo@alder.example").referral
        assert entries(session)[before:] == ["request_referred"]
        assert referral.accepted == 1
        with pytest.raises(Conflict):
            house.say(session, version, "Alder")
        link = house.link(session, version, "Alder", 1)
        assert link.contact.full_name == "Cleo Colleague"
        form = AnswerForm("approve", "Cleo Colleague", "", "board", "Alder", "yes")
        answer(house.act(session, link.actor), link, form, shown_digest=version.digest)
        house.publish(session, version)
        assert named(session) == ["Alder"]
        # The referrer may still take the name away.
        house.withdraw(session, version, "Alder")
        assert named(session) == []
        assert get_link(session, house.secret(old)) is old

    @pytest.mark.parametrize("email", ["cleo@elsewhere.example", "cleo@gmail.com", "cleo@sub.alder.example"])
    def test_a_colleague_elsewhere_waits_for_staff(self, house: House, session: Session, email: str) -> None:
        version = house.asked(session, "Alder")
        referral = house.refer(session, version, "Alder", email).referral
        assert referral.settled_at is None
        with pytest.raises(IndexError):
            house.link(session, version, "Alder", 1)
        publisher, drafter = (house.user(session, role).actor for role in ("publisher", "drafter"))
        with pytest.raises(NotAllowed):
            settle_referral(house.act(session, drafter), referral, accepted=True)
        settle_referral(house.act(session, publisher), referral, accepted=True)
        assert house.link(session, version, "Alder", 1).contact.email == email
        with pytest.raises(Conflict):
            settle_referral(house.act(session, publisher), referral, accepted=False)

    def test_a_public_mail_provider_is_no_ones_own_domain(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        contact = house.link(session, version, "Alder").contact
        contact.email, contact.address_changed_at = "ana@gmail.com", house.clock()
        contact.answers_from = house.clock() + timedelta(hours=24)
        session.flush()
        house.clock.advance(hours=24)
        assert house.refer(session, version, "Alder", "cleo@gmail.com").referral.settled_at is None

    def test_a_referral_refused_by_staff_makes_no_contact(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        referral = house.refer(session, version, "Alder", "cleo@elsewhere.example").referral
        publisher = house.user(session, "publisher").actor
        settle_referral(house.act(session, publisher), referral, accepted=False)
        partner = session.scalars(select(Partner).where(Partner.name == "Alder")).one()
        session.refresh(partner)
        assert [contact.email for contact in partner.contacts] == ["ana@alder.example"]

    def test_who_waits_for_staff_may_still_answer_and_name_someone_else(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        mistyped = house.refer(session, version, "Alder", "cleo@elsewere.example").referral
        corrected = house.refer(session, version, "Alder", "cleo@elsewhere.example").referral
        assert (mistyped.accepted, corrected.accepted) == (0, None)
        publisher = house.user(session, "publisher").actor
        settle_referral(house.act(session, publisher), corrected, accepted=False)
        house.say(session, version, "Alder")
        assert house.refer(session, version, "Alder", "dora@elsewhere.example").is_new

    def test_two_cannot_hand_a_question_to_each_other(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder", "Ana Alder", "Ben Alder")])
        house.refer(session, version, "Alder", "ben@alder.example")
        with pytest.raises(Invalid) as refusal:
            house.refer(session, version, "Alder", "ana@alder.example", contact=1)
        assert "has already passed the request on" in refusal.value.errors["email"]

    def test_no_one_is_accepted_for_a_question_that_is_over(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        referral = house.refer(session, version, "Alder", "cleo@elsewhere.example").referral
        house.clock.advance(days=8)
        publisher = house.user(session, "publisher").actor
        with pytest.raises(RoundClosed):
            settle_referral(house.act(session, publisher), referral, accepted=True)

    def test_a_colleague_answers_that_position_alone_until_staff_confirm(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "cleo@alder.example")
        alder = session.scalars(select(Partner).where(Partner.name == "Alder")).one()

        def reached(other: Version) -> list[str]:
            links = session.scalars(select(Link).join(Request).where(Request.version_id == other.id))
            return sorted(link.contact.full_name for link in links)

        elsewhere = house.checked(session, house.position(session, "Open the yards"))
        house.ask(session, elsewhere, [alder])
        assert reached(elsewhere) == ["Ana Alder"]
        later = house.checked(session, house.revised(session, version))
        house.ask(session, later, [alder])
        assert reached(later) == ["Ana Alder", "Cleo Colleague"]
        colleague = house.link(session, version, "Alder", 1).contact
        confirm_contact(
            house.act(session, house.user(session, "publisher").actor),
            colleague,
        )
        third = house.checked(session, house.position(session, "Ask why"))
        house.ask(session, third, [alder])
        assert reached(third) == ["Ana Alder", "Cleo Colleague"]

    def test_a_colleague_comes_back_by_no_fresh_link_after_a_contest(self, house: House, session: Session) -> None:
        """A leaked link names an accomplice at a shared provider; the partner contests; that must be the end of it."""
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "mallory@alder.example")
        mallory = house.link(session, version, "Alder", 1)
        house.say_through(session, version, mallory.contact)
        house.publish(session, version)
        assert named(session) == ["Alder"]
        house.clock.advance(minutes=1)
        house.contest(session, version, "Alder")
        house.clock.advance(minutes=1)
        house.fresh(session, mallory)
        assert "fresh_link" not in kinds(session)
        with pytest.raises(Conflict):
            house.say_through(session, version, mallory.contact)
        assert named(session) == []

    def test_a_colleague_on_trial_gets_no_link_to_another_position(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "cleo@alder.example")
        alder = session.scalars(select(Partner).where(Partner.name == "Alder")).one()
        elsewhere = house.checked(session, house.position(session, "Open the yards"))
        house.ask(session, elsewhere, [alder])
        theirs = house.link(session, version, "Alder", 1)
        asked = house.link(session, elsewhere, "Alder").request
        send_link_to(session, theirs, asked.id, key=house.settings.secret_key, clock=house.clock)
        with pytest.raises(IndexError):
            house.link(session, elsewhere, "Alder", 1)
        # Named there too, the same colleague waits for staff, and no one is silenced meanwhile.
        again = house.refer(session, elsewhere, "Alder", "cleo@alder.example").referral
        assert again.settled_at is None
        publisher = house.user(session, "publisher").actor
        settle_referral(house.act(session, publisher), again, accepted=True)
        assert house.link(session, elsewhere, "Alder", 1).contact.email == "cleo@alder.example"

    def test_a_contested_colleague_is_not_asked_about_the_next_version(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "mallory@alder.example")
        house.say_through(session, version, house.link(session, version, "Alder", 1).contact)
        house.clock.advance(minutes=1)
        house.contest(session, version, "Alder")
        later = house.checked(session, house.revised(session, version))
        house.ask(session, later, [session.scalars(select(Partner).where(Partner.name == "Alder")).one()])
        with pytest.raises(IndexError):
            house.link(session, later, "Alder", 1)

    def test_what_one_partner_contests_silences_no_colleague_of_another(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch")
        house.refer(session, version, "Alder", "cleo@alder.example")
        house.refer(session, version, "Birch", "mallory@birch.example")
        house.say_through(session, version, house.link(session, version, "Birch", 1).contact)
        house.clock.advance(minutes=1)
        house.contest(session, version, "Birch")
        later = house.checked(session, house.revised(session, version))
        partners = session.scalars(select(Partner).where(Partner.name.in_(("Alder", "Birch")))).all()
        house.ask(session, later, list(partners))
        assert house.link(session, later, "Alder", 1).contact.email == "cleo@alder.example"
        with pytest.raises(IndexError):
            house.link(session, later, "Birch", 1)

    def test_staff_cannot_make_two_hand_a_question_to_each_other(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder", "Ana Alder", "Ben Alder")])
        for number, email in enumerate(("ana@gmail.com", "ben@gmail.com")):
            contact = house.link(session, version, "Alder", number).contact
            contact.address_changed_at, contact.answers_from = house.clock(), house.clock() + timedelta(hours=1)
            contact.email = email
        session.flush()
        house.clock.advance(hours=1)
        first = house.refer(session, version, "Alder", "ben@gmail.com").referral
        second = house.refer(session, version, "Alder", "ana@gmail.com", contact=1).referral
        publisher = house.user(session, "publisher").actor
        settle_referral(house.act(session, publisher), first, accepted=True)
        with pytest.raises(Conflict):
            settle_referral(house.act(session, publisher), second, accepted=True)

    def test_a_flood_of_colleagues_ends(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        for number in range(5):
            house.refer(session, version, "Alder", f"c{number}@elsewhere.example")
        with pytest.raises(Conflict):
            house.refer(session, version, "Alder", "c9@elsewhere.example")

    def test_the_same_colleague_again_records_nothing(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        assert house.refer(session, version, "Alder", "cleo@alder.example").is_new
        before = entries(session)
        assert not house.refer(session, version, "Alder", "cleo@alder.example").is_new
        assert entries(session) == before

    def test_another_colleague_can_be_named_only_until_the_first_has_answered(
        self, house: House, session: Session
    ) -> None:
        version = house.asked(session, "Alder")
        house.refer(session, version, "Alder", "cleo@alder.exmaple")
        mended = house.refer(session, version, "Alder", "cleo@alder.example")
        assert mended.is_new
        house.say_through(session, version, session.get_one(Contact, mended.referral.contact_id))
        with pytest.raises(Conflict):
            house.refer(session, version, "Alder", "dora@alder.example")

    @pytest.mark.parametrize(
        ("email", "field"),
        [("ana@alder.example", "email"), ("drafter@coalition.example", "email"), ("no address", "email")],
    )
    def test_unusable_colleagues_are_refused_at_their_field(
        self, house: House, session: Session, email: str, field: str
    ) -> None:
        version = house.asked(session, "Alder")
        with pytest.raises(Invalid) as refusal:
            house.refer(session, version, "Alder", email)
        assert field in refusal.value.errors

    def test_a_fresh_link_kills_the_old_one_and_goes_to_the_registered_address(
        self, house: House, session: Session
    ) -> None:
        version = house.asked(session, "Alder")
        old = house.link(session, version, "Alder")
        secret = house.secret(old)
        before = len(entries(session))
        house.fresh(session, old)
        assert entries(session)[before:] == ["link_reissued"]
        with pytest.raises(LinkDead):
            get_link(session, secret)
        letter = session.scalars(select(Letter).where(Letter.kind == "fresh_link")).one()
        assert (letter.contact_id, letter.address) == (old.contact_id, None)
        assert letter.link_id == house.link(session, version, "Alder").id
        # The dead link still asks for another one; after a few in an hour nothing happens anymore.
        for _ in range(8):
            house.fresh(session, old)
        assert kinds(session)["fresh_link"] == 5
        house.clock.advance(hours=1, seconds=1)
        house.fresh(session, old)
        assert kinds(session)["fresh_link"] == 6

    def test_a_fresh_link_of_a_referrer_still_only_reads(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        link = house.link(session, version, "Alder")
        house.refer(session, version, "Alder", "cleo@alder.example")
        house.fresh(session, link)
        with pytest.raises(Conflict):
            house.say(session, version, "Alder")

    def test_after_a_contest_only_a_fresh_link_approves(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
        house.clock.advance(minutes=1)
        house.contest(session, version, "Alder")
        assert named(session) == []
        house.clock.advance(minutes=1)
        with pytest.raises(Conflict):
            house.say(session, version, "Alder")
        with pytest.raises(Conflict):
            house.refer(session, version, "Alder", "cleo@alder.example")
        house.fresh(session, house.link(session, version, "Alder"))
        house.say(session, version, "Alder")
        assert named(session) == ["Alder"]


class TestNames:
    def test_a_proposed_name_counts_once_staff_accepted_it(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        proposal = house.propose(session, version, "Alder", "Alder of Ohio")
        assert house.propose(session, version, "Alder", " Alder of  Ohio".replace("  ", " ")) is proposal
        with pytest.raises(Invalid) as refusal:
            house.say(session, version, "Alder", public_name="Alder of Ohio")
        assert "public_name" in refusal.value.errors
        publisher, administrator = (house.user(session, role).actor for role in ("publisher", "administrator"))
        with pytest.raises(NotAllowed):
            settle_name(house.act(session, administrator), proposal, accepted=True)
        settle_name(house.act(session, publisher), proposal, accepted=True)
        house.publish(session, version)
        assert named(session) == []  # accepting a name approves nothing
        house.say(session, version, "Alder", public_name="Alder of Ohio")
        assert named(session) == ["Alder of Ohio"]

    def test_a_refused_name_stays_unusable(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        proposal = house.propose(session, version, "Alder", "Everyone in Ohio")
        publisher = house.user(session, "publisher").actor
        settle_name(house.act(session, publisher), proposal, accepted=False)
        with pytest.raises(Invalid):
            house.say(session, version, "Alder", public_name="Everyone in Ohio")
        with pytest.raises(Conflict):
            settle_name(house.act(session, publisher), proposal, accepted=True)

    @pytest.mark.parametrize(
        "name",
        [
            "Birch",
            "bïrch",
            "Alder",
            "",
            "Аlder",
            "Birch.",
            "The Birch",
            "B.i.r.c.h",
            "“Birch”",
            "Alder with Birch Alliance",
            "See http://127.0.0.1/r/" + "x" * 43,
        ],
    )
    def test_names_of_others_and_look_alikes_are_refused(self, house: House, session: Session, name: str) -> None:
        version = house.asked(session, "Alder", "Birch")
        with pytest.raises(Invalid) as refusal:
            house.propose(session, version, "Alder", name)
        assert set(refusal.value.errors) == {"proposed_name"}
        assert session.scalar(select(func.count()).select_from(NameProposal)) == 0

    def test_a_chapter_may_carry_the_name_of_its_mother(self, house: House, session: Session) -> None:
        version = house.asked(session, "Birch", "Birch of Texas")
        assert house.propose(session, version, "Birch of Texas", "Texas Chapter of Birch").name

    def test_a_flood_of_names_ends(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        for number in range(5):
            house.propose(session, version, "Alder", f"Alder {number}")
        with pytest.raises(Conflict):
            house.propose(session, version, "Alder", "Alder again")

    def test_an_alias_can_become_a_public_name(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "National Alder Network", aliases=("NAN",))])
        proposal = house.propose(session, version, "National Alder Network", "NAN")
        settle_name(house.act(session, house.user(session, "publisher").actor), proposal, accepted=True)
        house.say(session, version, "National Alder Network", public_name="NAN")
        house.publish(session, version)
        assert named(session) == ["NAN"]


class TestDeadlines:
    def test_extending_and_shortening_tell_those_still_waiting_once(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.leave(session, Letter.kind == "request")
        later = house.clock() + timedelta(days=9)
        assert house.move(session, version, later) == ["Birch"]
        assert house.move(session, version, later) == []  # it has this deadline already
        assert house.move(session, version, later - timedelta(days=5)) == ["Birch"]
        # The first letter has not left, and will tell of the newest deadline itself.
        assert kinds(session)["deadline_moved"] == 1
        assert entries(session)[-2:] == ["round_extended", "round_shortened"]

    def test_a_deadline_in_the_past_is_refused(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        with pytest.raises(Missing) as refusal:
            house.move(session, version, house.clock())
        assert [reason.code for reason in refusal.value.reasons] == ["deadline"]

    def test_a_closed_round_is_reopened_by_a_later_deadline_with_late_names(
        self, house: House, session: Session
    ) -> None:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
        house.clock.advance(days=8)
        house.close_due(session)
        assert kinds(session)["round_closed"] == 1
        with pytest.raises(RoundClosed):
            house.say(session, version, "Birch")
        house.ask(session, version, [house.partner(session, "Cedar")])
        assert last_facts(session, "round_extended")["reopened"] is True
        house.say(session, version, "Cedar")
        house.say(session, version, "Birch")
        assert named(session) == ["Alder", "Birch", "Cedar"]

    def test_an_earlier_deadline_than_now_is_judged_without_a_worker(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.move(session, version, house.clock() + timedelta(hours=1))
        house.clock.advance(hours=1)
        house.say(session, version, "Alder", "abstain")  # at the very instant
        house.clock.advance(seconds=1)
        with pytest.raises(RoundClosed):
            house.say(session, version, "Alder")


class TestEndings:
    def test_a_recall_voids_what_was_approved_and_is_for_good(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        done = house.recall(session, version)
        assert [partner.name for partner in done.voided] == ["Alder"]
        assert [partner.name for partner in done.partners] == ["Alder", "Birch"]
        assert entries(session)[-2:] == ["name_removed", "round_recalled"]
        assert kinds(session, "canceled") == {"request": 2}
        assert kinds(session)["recalled"] == 1  # Birch was never asked; Alder's receipt still leaves
        with pytest.raises(RoundClosed):
            house.say(session, version, "Birch")
        with pytest.raises(Missing):
            house.publish(session, version)
        with pytest.raises(Missing):
            house.ask(session, version, [house.partner(session, "Cedar")])
        with pytest.raises(Conflict):
            house.recall(session, version)
        session.commit()  # rows get their codes then
        assert verify_record(session, house.keys).wrong == ()

    def test_a_recall_changes_nothing_in_public(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
        assert house.recall(session, version).voided == []
        assert named(session) == ["Alder"]
        with pytest.raises(RoundClosed):
            house.say(session, version, "Birch")
        house.withdraw(session, version, "Alder")
        assert named(session) == []

    def test_a_dropped_partner_is_named_no_more_and_can_be_asked_again(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch")
        for name in ("Alder", "Birch"):
            house.say(session, version, name)
        house.publish(session, version)
        house.drop(session, version, "Alder")
        assert named(session) == ["Birch"]
        assert last_facts(session, "partner_dropped")["was_named"] is True
        before = entries(session)
        house.drop(session, version, "Alder")
        assert entries(session) == before
        with pytest.raises(RoundClosed):
            house.say(session, version, "Alder")
        alder = session.scalars(select(Partner).where(Partner.name == "Alder")).one()
        house.ask(session, version, [alder])
        assert named(session) == ["Birch"]  # asking again brings no name back
        house.say(session, version, "Alder")
        assert named(session) == ["Alder", "Birch"]

    def test_who_was_dropped_after_approving_is_really_asked_again(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.drop(session, version, "Alder")
        house.clock.advance(minutes=1)
        assert count_waiting(session, version.id) == 0
        house.ask(session, version, [session.scalars(select(Partner).where(Partner.name == "Alder")).one()])
        assert count_waiting(session, version.id) == 1
        assert house.remind(session, version) == ["Alder"]

    def test_who_was_not_asked_cannot_be_dropped(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.partner(session, "Birch")
        with pytest.raises(NotFound):
            house.drop(session, version, "Birch")


class TestNamesInTheWords:
    def test_words_that_are_not_the_partner(self, house: House, session: Session) -> None:
        partner = house.partner(session, "Communities In Schools")
        drafted = house.position(session, body="We want Communities in Schools, every day.")
        version = house.checked(session, drafted)
        with pytest.raises(Missing):
            house.publish(session, version)
        drafter = house.user(session, "drafter")
        with pytest.raises(NotAllowed):
            house.exempt_by(session, version, partner, drafter.actor)
        house.exempt(session, version, partner)
        house.publish(session, version)
        assert last_facts(session, "words_exempted")["passages"] == ["We want Communities in Schools, every day."]
        # It holds for this version alone.
        later = house.checked(session, house.revised(session, version))
        with pytest.raises(Missing):
            house.publish(session, later)

    def test_one_exempted_passage_does_not_cover_another(self, house: House, session: Session) -> None:
        partner = house.partner(session, "Communities In Schools", aliases=("CIS",))
        version = house.position(session, body="We want communities in schools.")
        house.exempt(session, version, partner)
        house.findings(session, version, equity="skip")
        house.finding(session, version, "equity", "As Communities In Schools says, it works.")
        house.complete(session, version)
        with pytest.raises(Missing) as refusal:
            house.publish(session, version)
        assert "it works" in refusal.value.reasons[0].text

    def test_words_are_judged_until_publication_and_not_by_who_publishes(self, house: House, session: Session) -> None:
        partner = house.partner(session, "Communities In Schools")
        version = house.checked(session, house.position(session, body="We want Communities in Schools."))
        house.ask(session, version, [partner])
        house.say(session, version, "Communities In Schools")
        both = house.add_user(session, "both", ["reviewer", "publisher"])
        house.exempt_by(session, version, partner, both.actor)
        with pytest.raises(NotAllowed):
            publish(house.act(session, both.actor), version)
        house.publish(session, version)
        with pytest.raises(Conflict):
            house.exempt(session, version, partner)

    def test_exempted_words_stay_when_the_partner_withdraws(self, house: House, session: Session) -> None:
        partner = house.partner(session, "Communities In Schools")
        version = house.checked(session, house.position(session, body="We want Communities in Schools."))
        house.exempt(session, version, partner)
        house.ask(session, version, [partner])
        house.say(session, version, "Communities In Schools")
        house.publish(session, version)
        house.clock.advance(minutes=1)
        house.withdraw(session, version, "Communities In Schools")
        assert session.scalars(select(Publication)).one().ended_at is None
        assert named(session) == []


class TestDelivered:
    def test_who_stood_then_and_stands_now(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta")
        for name in ("Alder", "Birch", "Cedar"):
            house.say(session, version, name)
        publication = house.publish(session, version)
        house.clock.advance(hours=1)
        house.say(session, version, "Delta")
        house.withdraw(session, version, "Birch")
        house.clock.advance(hours=1)
        house.say(session, version, "Cedar", public_note="With thanks.")  # approves again, under the same name

        def at(hours: float) -> tuple[list[str], int]:
            delivered_names = delivered(session, publication, at=publication.published_at + timedelta(hours=hours))
            return [row["public_name"] for row in delivered_names.names], delivered_names.others

        assert at(0) == (["Alder", "Cedar"], 1)
        assert at(0.5) == (["Alder", "Cedar"], 1)
        assert at(1) == (["Alder", "Cedar", "Delta"], 0)
        house.say(session, version, "Birch")
        assert at(0) == (["Alder", "Cedar"], 1)  # else the lists of two days would tell who had left in between


def test_each_turn_leaves_a_record_that_verifies(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch", "Cedar")
    house.say(session, version, "Alder")
    house.refer(session, version, "Birch", "cleo@birch.example")
    house.drop(session, version, "Cedar")
    house.recall(session, version)
    session.commit()
    assert session.scalar(select(func.count()).select_from(Answer)) == 2
    assert verify_record(session, house.keys).wrong == ()
    assert session.scalar(select(func.count()).select_from(Link)) == 4
    assert session.get_one(Version, version.id).number == 1
