"""What is done, act by act: what each refuses, what it records, and whom it tells."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, Missing, NamesInDoubt, NewerVersion, NotAllowed, Refusal
from signoff.domain.principles.editions import CriterionText
from signoff.models import Answer, Coalition, Entry, Letter, Partner, Publication, Round, Version
from signoff.services.partners import partner_additions, partners
from signoff.services.positions import checks, positions
from signoff.services.positions.publishing_rules import reasons_not_to_publish, reasons_not_to_send
from signoff.services.positions.version_status import status_of
from signoff.services.principles import editions
from signoff.services.publications import publications
from signoff.services.publications.public_queries import Departure, departures, signatories
from signoff.services.record import record
from signoff.services.rounds.deadlines import close_if_due
from tests.house import House
from tests.inspection import InspectingClient

# What people may type besides title, summary and text.
PARTS = (
    *("addressed_to", "reference", "date_line", "salutation", "closing", "copies", "enclosures", "press_contact"),
    *("docket", "hearing"),
)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def codes(refusal: pytest.ExceptionInfo[Missing]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


class TestVersions:
    def test_saving_without_a_change_makes_no_version(self, house: House, session: Session) -> None:
        version = house.position(session)
        same, is_new = positions.save_version(
            house.act(session, house.user(session, "drafter").actor),
            version.position,
            positions.changed_wording(version, {"body": version.body + "  \r\n"}),
            change_note="",
        )
        assert (same.id, is_new, count(session, Version)) == (version.id, False, 1)

    @pytest.mark.parametrize("field", ["title", "summary", "body", "kind", "language", *PARTS])
    def test_any_change_is_a_new_version_without_approvals(self, house: House, session: Session, field: str) -> None:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        changed = {"kind": "letter", "language": "es"}.get(field, getattr(version, field) + ".")
        later = house.revised(session, version, **{field: changed})
        assert later.number == 2 and later.digest != version.digest
        house.publish(session, house.checked(session, later))
        assert signatories(session, session.scalars(select(Publication)).one()) == []

    def test_a_save_over_someone_elses_newer_version_is_refused(self, house: House, session: Session) -> None:
        version = house.position(session)
        house.revised(session, version)
        with pytest.raises(NewerVersion):
            positions.save_version(
                house.act(session, house.user(session, "drafter").actor),
                version.position,
                positions.changed_wording(version, {"title": "Mine"}),
                change_note="Mine",
                began_from=1,
            )
        assert count(session, Version) == 2

    def test_a_change_needs_a_note(self, house: House, session: Session) -> None:
        version = house.position(session)
        with pytest.raises(Invalid) as refusal:
            positions.save_version(
                house.act(session, house.user(session, "drafter").actor),
                version.position,
                positions.changed_wording(version, {"title": "New"}),
                change_note=" ",
            )
        assert set(refusal.value.errors) == {"change_note"}

    def test_text_put_back_byte_for_byte_is_a_new_version(self, house: House, session: Session) -> None:
        first = house.position(session)
        second = house.revised(session, first)
        third = house.revised(session, second, body=first.body)
        assert (third.number, third.digest) == (3, first.digest)


class TestChecks:
    def test_an_author_never_checks(self, house: House, session: Session) -> None:
        both = house.add_user(session, "both", ["drafter", "reviewer"])
        version = house.position(session)
        positions.save_version(
            house.act(session, both.actor),
            version.position,
            positions.changed_wording(version, {"title": "New"}),
            change_note="New",
        )
        with pytest.raises(NotAllowed):
            checks.put_finding(
                house.act(session, both.actor), version, "equity", verdict="advances", rationale="x", quotes=[],
            )  # fmt: skip
        house.findings(session, version)
        with pytest.raises(NotAllowed):
            checks.complete_check(house.act(session, both.actor), version)

    @pytest.mark.parametrize("verdict", ["works_against", "cannot_tell", "skip"])
    def test_a_check_is_not_completed_over_a_finding_that_stands_in_the_way(
        self, house: House, session: Session, verdict: str
    ) -> None:
        version = house.position(session)
        house.findings(session, version, public_education=verdict)
        with pytest.raises(Missing) as refusal:
            checks.complete_check(house.act(session, house.user(session, "reviewer").actor), version)
        assert [reason.about for reason in refusal.value.reasons] == ["public_education"]

    def test_findings_stand_once_the_check_is_completed(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        with pytest.raises(Conflict):
            house.findings(session, version, equity="works_against")

    def test_a_quote_must_stand_in_the_text_as_typed_or_as_read(self, house: House, session: Session) -> None:
        version = house.position(session)

        def put(quote: str) -> None:
            act = house.act(session, house.user(session, "reviewer").actor)
            checks.put_finding(act, version, "equity", verdict="advances", rationale="x", quotes=[quote])

        for quote in ("Schools need a coordinator.", "Schools **need** a", "five-year grants", "Fund the coordinator"):
            put(quote)
        with pytest.raises(Invalid):
            put("Schools need two coordinators.")

    def test_another_edition_with_other_criteria_needs_no_change_of_code(self, house: House, session: Session) -> None:
        edition = replace(
            editions.first_edition(),
            adopted_on="2026-11-20",
            criteria=tuple(
                CriterionText(key, "principle", key.title(), key, ("Is it?",)) for key in ("joy", "care", "water")
            ),
        )
        editions.adopt_edition(house.act(session, house.user(session, "administrator").actor), edition)
        version = house.position(session)
        assert [criterion.key for criterion in version.position.edition.criteria] == ["joy", "care", "water"]
        house.findings(session, version, care="not_engaged")
        checks.complete_check(house.act(session, house.user(session, "reviewer").actor), version)
        house.ask(session, version, [house.partner(session, "Alder")])
        house.say(session, version, "Alder")
        house.publish(session, version)
        assert status_of(session, version).state == "published"


class TestRounds:
    def test_nothing_is_sent_while_something_is_missing(self, house: House, session: Session) -> None:
        version = house.position(session)
        partner = house.partner(session, "Alder")
        with pytest.raises(Missing) as refusal:
            house.ask(session, version, [partner], deadline=house.clock() - timedelta(seconds=1))
        assert codes(refusal)[-2:] == ["check", "deadline"]
        assert (count(session, Round), count(session, Letter)) == (0, 0)

    def test_each_contact_who_may_answer_gets_one_letter(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        asked = house.ask(
            session, version, [house.partner(session, "Alder", "Ana A", "Ben A"), house.partner(session, "Birch")]
        )
        assert (asked.requests, asked.letters_queued) == (2, 3)

    def test_asking_again_adds_extends_and_reopens(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        birch = house.partner(session, "Birch")
        deadline = session.scalars(select(Round)).one().deadline
        with pytest.raises(Conflict):
            house.ask(session, version, [birch], deadline=deadline - timedelta(days=1))
        asked = house.ask(session, version, [birch], deadline=deadline)
        assert (asked.requests, asked.letters_queued, asked.is_new) == (2, 1, False)
        house.clock.advance(days=8)
        assert house.close_due(session) == 1
        with pytest.raises(Refusal):
            house.say(session, version, "Alder")
        house.ask(session, version, [], deadline=house.clock() + timedelta(days=1))
        house.say(session, version, "Alder")
        kinds = [entry.kind for entry in record.entries(session, position=version.position, limit=200)]
        assert kinds[-5:] == ["round_opened", "round_extended", "round_closed", "round_extended", "partner_answered"]

    def test_a_later_version_replaces_the_open_round(self, house: House, session: Session) -> None:
        first = house.asked(session, "Alder", "Birch")
        house.say(session, first, "Alder")
        house.publish(session, first)
        second = house.checked(session, house.revised(session, first))
        house.ask(session, second, [house.partner(session, "Cedar")])
        assert session.scalars(select(Round.ended_as).where(Round.version_id == first.id)).one() == "replaced"
        # What is public stays public, with its names, until the later version is published.
        assert [row["public_name"] for row in signatories(session, session.scalars(select(Publication)).one())] == [
            "Alder"
        ]
        with pytest.raises(Missing) as refusal:
            house.ask(session, first, [house.partner(session, "Delta")])
        assert "later_asked" in codes(refusal) and "replaced" in codes(refusal)

    def test_without_an_address_for_replies_nothing_is_sent(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        session.get_one(Coalition, 1).reply_to = ""
        reasons = reasons_not_to_send(session, version, clock=house.clock)
        assert [reason.code for reason in reasons] == ["reply_to"]

    def test_partners_that_left_or_cannot_answer_are_named_as_reasons(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        left, mute = house.partner(session, "Alder"), house.partner(session, "Birch")
        left.left_at = house.clock()
        mute.contacts[0].may_answer = 0
        with pytest.raises(Missing) as refusal:
            house.ask(session, version, [left, mute])
        assert codes(refusal) == ["left", "contact"]


class TestPublishing:
    def test_publishing_needs_a_completed_check(self, house: House, session: Session) -> None:
        version = house.position(session)
        with pytest.raises(Missing) as refusal:
            house.publish(session, version)
        assert codes(refusal)[-1] == "check"

    def test_a_minimum_counts(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder"), house.partner(session, "Birch")], minimum=2)
        house.say(session, version, "Alder")
        with pytest.raises(Missing) as refusal:
            house.publish(session, version)
        assert codes(refusal) == ["minimum"]
        house.say(session, version, "Birch")
        house.publish(session, version)

    @pytest.mark.parametrize("field", ["title", "summary", "body"])
    def test_a_name_in_the_text_counts_as_naming(self, house: House, session: Session, field: str) -> None:
        house.partner(session, "Harbor League", aliases=("The Harborers",))
        words = {"title": "The Harborers ask", "summary": "With Harbor League.", "body": "As *Harbor*\nLeague says."}
        version = house.checked(session, house.position(session, **{field: words[field]}))
        with pytest.raises(Missing) as refusal:
            house.publish(session, version)
        assert codes(refusal) == ["named"]
        house.ask(session, version, [session.scalars(select(Partner)).one()])
        house.say(session, version, "Harbor League")
        house.publish(session, version)

    def test_a_name_written_with_codes_is_not_saved(self, house: House, session: Session) -> None:
        with pytest.raises(Invalid) as refusal:
            house.position(session, body="As Harbor&#32;League says.")
        assert list(refusal.value.errors) == ["body"]

    @pytest.mark.parametrize("body", ["Har**bor** League", "[Harbor](https://x.example) League"])
    def test_marks_hide_no_name(self, house: House, session: Session, body: str) -> None:
        house.partner(session, "Harbor League")
        version = house.checked(session, house.position(session, body=f"As {body} says."))
        assert [reason.code for reason in reasons_not_to_publish(session, version)] == ["named"]

    def test_publishing_again_is_answered_as_it_stands(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        first = house.publish(session, version)
        house.clock.advance(hours=1)
        assert house.publish(session, version).published_at == first.published_at
        kinds = [entry.kind for entry in record.entries(session, limit=200)]
        assert kinds.count("position_published") == 1

    def test_a_later_version_supersedes_and_never_comes_back(self, house: House, session: Session) -> None:
        first = house.checked(session, house.position(session))
        house.publish(session, first)
        second = house.checked(session, house.revised(session, first))
        house.publish(session, second)
        assert status_of(session, first).state == "superseded"
        with pytest.raises(Missing) as refusal:
            house.publish(session, first)
        assert codes(refusal) == ["ended", "later_published"]

    def test_retiring_needs_a_reason_and_something_to_retire(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        by = house.user(session, "publisher").actor
        with pytest.raises(Conflict):
            publications.retire(house.act(session, by), version.position, reason="x")
        house.publish(session, version)
        with pytest.raises(Invalid):
            publications.retire(house.act(session, by), version.position, reason=" ")
        house.retire(session, version)
        with pytest.raises(Missing) as refusal:
            house.publish(session, version)
        assert codes(refusal) == ["ended"]


class TestRecord:
    def test_every_act_leaves_exactly_one_entry(self, house: House, session: Session) -> None:
        acts = [
            lambda: house.position(session),
            lambda: house.findings(session, version),
            lambda: checks.complete_check(house.act(session, house.user(session, "reviewer").actor), version),
            lambda: house.partner(session, "Alder"),
            lambda: house.ask(session, version, [session.get_one(Partner, 1)]),
            lambda: house.say(session, version, "Alder", "decline"),
            lambda: house.say(session, version, "Alder"),
            lambda: house.say(session, version, "Alder"),
            lambda: house.publish(session, version),
            lambda: house.withdraw(session, version, "Alder"),
            lambda: house.contest(session, version, "Alder"),
            lambda: house.retire(session, version),
        ]
        added = []
        for act in acts:
            before = count(session, Entry)
            act()
            added.append(count(session, Entry) - before)
            version = session.get_one(Version, 1)
        # A position begins with its first version, a check has nine findings; the same answer again is none;
        # retiring also closes the round that was open.
        assert added == [2, 9, 1, 1, 1, 1, 1, 0, 1, 1, 1, 2]


class TestRegister:
    @pytest.mark.parametrize(
        "name",
        ["Alder\u200d Foundation", "\u0410lder Hall", "\u200b", "…", "Al\u202eder"],
    )
    def test_a_name_of_odd_characters_is_refused(self, house: House, session: Session, name: str) -> None:
        house.partner(session, "Alder Foundation", "Ana Alder", aliases=("The Alders",))
        form = partners.PartnerForm(name=name, contacts=(partners.ContactForm("Bo", "bo@else.example"),))
        with pytest.raises(Invalid) as refusal:
            partner_additions.add_partner(house.act(session, house.user(session, "administrator").actor), form)
        assert set(refusal.value.errors) == {"name"}

    @pytest.mark.parametrize("name", ["ALDER  FOUNDATION", "The Alders", "Alders", "A1der Foundation"])
    def test_no_answer_gives_a_partner_anothers_name_or_one_that_reads_like_it(
        self, house: House, session: Session, name: str
    ) -> None:
        house.partner(session, "Alder Foundation", "Ana Alder", aliases=("The Alders",))
        form = partners.PartnerForm(name=name, contacts=(partners.ContactForm("Bo", "bo@else.example"),))
        by = house.user(session, "administrator").actor
        for answer in ("", "different", "affiliate", "junk"):
            told = {(name, "alder-foundation"): answer}
            with pytest.raises(NamesInDoubt) as refusal:
                partner_additions.add_partner(house.act(session, by), form, answers=told)
            assert [question.choices for question in refusal.value.questions] == [("same",)]

    @pytest.mark.parametrize(
        "email", ["DRAFTER@coalition.example", "drafter@coalition。example", "drafter@ｃoalition.example"]
    )
    def test_a_staff_address_in_any_spelling_is_no_contacts(self, house: House, session: Session, email: str) -> None:
        form = partners.PartnerForm(name="Alder", contacts=(partners.ContactForm("Bo", email),))
        with pytest.raises(Invalid) as refusal:
            partner_additions.add_partner(house.act(session, house.user(session, "administrator").actor), form)
        assert "staff" in refusal.value.errors["contacts.1.email"]


class TestMoments:
    @pytest.mark.parametrize("how", ["withdraw", "contest", "remove"])
    def test_a_clock_a_little_behind_keeps_no_name_in_public(self, house: House, session: Session, how: str) -> None:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        live = house.publish(session, version)
        house.clock.advance(seconds=-5)
        getattr(house, how)(session, version, "Alder")
        assert signatories(session, live) == []

    def test_a_partner_that_came_and_went_is_gone_once(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        house.ask(session, version, [house.partner(session, "Alder", public_names=("Alder Inc.",))])
        live = house.publish(session, version)
        for name in ("Alder", "Alder Inc.", "Alder"):
            house.clock.advance(minutes=1)
            house.say(session, version, "Alder", public_name=name)
        assert departures(session, live) == []
        at = house.clock.advance(minutes=1)
        house.withdraw(session, version, "Alder")
        assert departures(session, live) == [Departure(at, withdrew=True)]

    def test_a_partner_that_came_back_is_not_gone(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch")
        live = house.publish(session, version)
        for name in ("Alder", "Birch"):
            house.say(session, version, name)
            house.clock.advance(minutes=1)
            house.withdraw(session, version, name)
        house.clock.advance(minutes=1)
        house.say(session, version, "Alder")
        assert [named["public_name"] for named in signatories(session, live)] == ["Alder"]
        assert len(departures(session, live)) == 1  # Birch alone

    def test_a_colleagues_same_answer_is_an_answer_of_their_own(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        alder = house.partner(session, "Alder", "Ana Alder", "Bo Alder")
        house.ask(session, version, [alder])
        ana, bo = sorted(alder.contacts, key=lambda contact: contact.full_name)
        assert house.say_through(session, version, ana).is_new
        assert not house.say_through(session, version, ana).is_new
        assert house.say_through(session, version, bo).is_new
        said = session.scalars(select(Answer).order_by(Answer.sequence)).all()
        assert [(answer.verdict, answer.person.full_name) for answer in said] == [
            ("approve", "Ana Alder"),
            ("approve", "Bo Alder"),
        ]

    def test_a_round_reopened_with_the_deadline_it_had_tells_who_waits(self, house: House, session: Session) -> None:
        """One machine closed it a moment early; on another the deadline is still to come."""
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Birch", "abstain")
        round_ = session.scalars(select(Round)).one()
        deadline, partners_asked = round_.deadline, session.scalars(select(Partner)).all()
        house.clock.advance(days=7, minutes=1)
        assert close_if_due(session, round_.id, clock=house.clock)
        house.clock.advance(minutes=-2)
        asking = house.ask(session, version, partners_asked, deadline=deadline)
        assert (round_.ended_at, asking.letters_queued) == (None, 1)
        moved = session.scalars(select(Letter).where(Letter.kind == "deadline_moved")).all()
        assert [letter.contact.partner.name for letter in moved if letter.contact] == ["Alder"]


class TestWordsOfOthers:
    def test_no_public_note_names_another_partner(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch Libraries")
        with pytest.raises(Invalid) as refusal:
            house.say(session, version, "Alder", public_note="Together with the Birch Libraries.")
        assert set(refusal.value.errors) == {"public_note"}
        house.say(session, version, "Alder", public_note="Alder is glad.")

    @pytest.mark.parametrize("field", PARTS)
    def test_every_field_is_looked_at(self, house: House, session: Session, field: str) -> None:
        house.partner(session, "Harbor League")
        version = house.checked(session, house.position(session, **{field: "For Harbor League"}))
        assert [reason.code for reason in reasons_not_to_publish(session, version)] == ["named"]

    def test_the_reasons_of_findings_are_looked_at(self, house: House, session: Session) -> None:
        house.partner(session, "Harbor League")
        version = house.position(session)
        house.findings(session, version)
        act, why = house.act(session, house.user(session, "reviewer").actor), "As Harbor League told us."
        checks.put_finding(act, version, "equity", verdict="advances", rationale=why, quotes=[])
        checks.complete_check(act, version)
        assert [reason.code for reason in reasons_not_to_publish(session, version)] == ["named"]

    @pytest.mark.parametrize("how", ["withdraw", "contest", "remove", "decline"])
    def test_words_that_name_a_partner_go_when_it_goes(
        self, house: House, session: Session, client: InspectingClient, how: str
    ) -> None:
        version = house.checked(session, house.position(session, "What Harbor League asks", body="We ask."))
        house.ask(session, version, [house.partner(session, "Harbor League"), house.partner(session, "Birch")])
        house.say(session, version, "Harbor League")
        house.say(session, version, "Birch")
        house.publish(session, version)
        session.commit()
        address = f"/positions/{version.position.slug}"
        assert "Harbor League" in client.get(address).text
        if how == "decline":
            house.say(session, version, "Harbor League", "decline")
        else:
            getattr(house, how)(session, version, "Harbor League")
        session.commit()
        page = client.get(address)
        assert page.status_code == 200 and "withheld" in page.text
        for path in (
            address,
            f"{address}/versions/1",
            f"{address}/versions/1/text",
            "/positions/",
            "/",
            f"{address}.json",
        ):
            assert "Harbor League" not in client.get(path).text, path

    def test_words_that_name_no_one_stay_when_a_partner_goes(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
        house.publish(session, version)
        house.withdraw(session, version, "Alder")
        assert status_of(session, version).state == "published"

    def test_publishing_a_later_version_ends_the_asking_about_an_earlier_one(
        self, house: House, session: Session
    ) -> None:
        first = house.asked(session, "Alder")
        house.publish(session, house.checked(session, house.revised(session, first)))
        assert session.scalars(select(Round.ended_as)).one() == "closed"
        with pytest.raises(Refusal):
            house.say(session, first, "Alder")
