"""Names in the words of a text: what holds it, what is ticked once, what happens when a named partner leaves."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, Missing, NotAllowed
from signoff.models import Exemption, Letter, Publication, Version
from signoff.services.positions.exemptions import (
    complete_check_and_tick,
    digest_of,
    ordinary_words,
    tick_ordinary_words,
)
from signoff.services.positions.mentions import names_the_departed
from signoff.services.positions.publishing_rules import (
    reasons_not_to_publish,
    warnings_before_publishing,
    warnings_before_sending,
)
from signoff.services.publications.public_queries import signatories
from tests.domain.test_folding import HOSTILE
from tests.house import House

SCHOOLS = "Communities In Schools"
ZONES = "Buses must run into the communities in schools' zones that have no sidewalks."


def codes(session: Session, version: Version) -> list[str]:
    return [reason.code for reason in reasons_not_to_publish(session, version)]


def named(session: Session) -> list[str]:
    publication = session.scalars(select(Publication)).one()
    return sorted(row["public_name"] for row in signatories(session, publication))


def completed(house: House, session: Session, version: Version) -> Version:
    house.findings(session, version)
    complete_check_and_tick(house.act(session, house.user(session, "reviewer").actor), version)
    return version


def published_with(house: House, session: Session, body: str, *names: str) -> Version:
    version = completed(house, session, house.position(session, body=body))
    house.ask(session, version, [house.partner(session, name) for name in names])
    for name in names:
        house.say(session, version, name)
    house.publish(session, version)
    house.clock.advance(minutes=1)
    return version


class TestWithdrawals:
    def test_ordinary_words_retire_nothing(self, house: House, session: Session) -> None:
        version = published_with(house, session, ZONES, SCHOOLS, "Alder", "Birch Union")
        house.withdraw(session, version, SCHOOLS)
        assert session.scalars(select(Publication)).one().ended_at is None
        assert named(session) == ["Alder", "Birch Union"]
        assert not names_the_departed(session, version)
        told = session.scalars(select(Letter.kind).where(Letter.user_id.is_not(None))).all()
        assert told == ["withdrawn"]

    @pytest.mark.parametrize(
        "body", [f"With {SCHOOLS}.", "With COMMUNITIES IN SCHOOLS.", "Communities in Schools asks."]
    )
    def test_its_name_as_written_goes_with_the_words(self, house: House, session: Session, body: str) -> None:
        version = published_with(house, session, body, SCHOOLS, "Alder")
        house.withdraw(session, version, SCHOOLS)
        assert session.scalars(select(Publication)).one().ended_as == "retired"
        assert names_the_departed(session, version)

    @pytest.mark.parametrize(
        "spelling", ["\u0412irch Union", "Birch Un\u03b9on", "B1rch UNlON", "Birch\u00a0Un-\nion", "Bir\u200ach Union"]
    )
    def test_who_declined_is_not_endorsed_in_a_hostile_spelling(
        self, house: House, session: Session, spelling: str
    ) -> None:
        version = completed(house, session, house.position(session, body=f"Together with {spelling} we ask."))
        house.ask(session, version, [house.partner(session, "Birch Union")])
        house.say(session, version, "Birch Union", "decline")
        with pytest.raises(Missing) as refusal:
            house.publish(session, version)
        assert [reason.code for reason in refusal.value.reasons] == ["named"]


class TestOrdinarySpelling:
    def test_it_is_ticked_once_and_carried_while_the_sentence_is_unchanged(
        self, house: House, session: Session
    ) -> None:
        house.partner(session, SCHOOLS)
        version = house.position(session, body=f"{ZONES} They must be free.")
        house.checked(session, version)
        assert codes(session, version) == ["ordinary"]
        by = house.user(session, "reviewer").actor
        shown = digest_of(ordinary_words(session, version))
        assert tick_ordinary_words(house.act(session, by), version, shown=shown) == 1
        assert codes(session, version) == []
        later = house.checked(session, house.revised(session, version, body=f"A new beginning. {ZONES}"))
        assert codes(session, later) == []
        other = house.checked(session, house.revised(session, later, body="We like communities in schools."))
        assert codes(session, other) == ["ordinary"]

    def test_a_list_that_was_not_shown_is_not_ticked(self, house: House, session: Session) -> None:
        house.partner(session, SCHOOLS)
        version = house.position(session, body=ZONES)
        by = house.user(session, "reviewer").actor
        shown = digest_of(ordinary_words(session, version))
        house.partner(session, "No Sidewalks")
        with pytest.raises(Conflict):
            tick_ordinary_words(house.act(session, by), version, shown=shown)
        with pytest.raises(NotAllowed):
            drafter = house.user(session, "drafter").actor
            tick_ordinary_words(house.act(session, drafter), version, shown=shown)
        assert session.scalars(select(Exemption)).all() == []

    def test_who_completes_the_check_has_looked_at_the_list(self, house: House, session: Session) -> None:
        house.partner(session, "RESULTS")
        version = completed(house, session, house.position(session, body="The results are clear."))
        assert codes(session, version) == []
        house.partner(session, "CLEAR")
        assert codes(session, version) == ["ordinary"]

    def test_a_tick_does_not_cover_the_name_as_written(self, house: House, session: Session) -> None:
        house.partner(session, SCHOOLS)
        first = completed(house, session, house.position(session, body=ZONES))
        later = house.revised(session, first, body=ZONES.replace("communities in schools", SCHOOLS))
        assert codes(session, completed(house, session, later)) == ["named"]


class TestTheGate:
    @pytest.mark.parametrize("title", ["Thank the birch union", "Birchunion for schools"])
    def test_the_address_counts(self, house: House, session: Session, title: str) -> None:
        version = completed(house, session, house.position(session, title))
        house.partner(session, "Birch Union")
        assert codes(session, version) == ["named"]

    def test_the_editions_own_words_do_not_count_and_reasons_do(self, house: House, session: Session) -> None:
        house.partner(session, "Results-Driven Partnership")
        house.partner(session, "EQUITY")
        version = completed(house, session, house.position(session))
        assert codes(session, version) == []
        other = house.position(session, "Another")
        house.findings(session, other, equity="skip")
        house.finding(session, other, "equity", "As EQUITY says.")
        house.complete(session, other)
        assert codes(session, other) == ["named"]

    def test_words_are_exempted_after_the_partner_approved(self, house: House, session: Session) -> None:
        partner = house.partner(session, SCHOOLS)
        version = completed(house, session, house.position(session, body="We want Communities in Schools."))
        house.ask(session, version, [partner, house.partner(session, "Alder")])
        house.say(session, version, SCHOOLS)
        house.exempt(session, version, partner)
        house.publish(session, version)
        house.clock.advance(minutes=1)
        house.withdraw(session, version, SCHOOLS)
        assert session.scalars(select(Publication)).one().ended_at is None

    def test_names_and_numbers_are_asked_about_before_partners_are_asked(self, house: House, session: Session) -> None:
        birch, alder = house.partner(session, "Birch Union"), house.partner(session, "Alder")
        body = "We, the undersigned 145 organizations, thank Birch Union."
        version = completed(house, session, house.position(session, body=body))
        warned = warnings_before_sending(session, version, partners=[alder])
        assert [reason.code for reason in warned] == ["named", "count"] and "{{signatory_count}}" in warned[1].text
        assert [item.code for item in warnings_before_sending(session, version, partners=[birch])] == ["count"]
        assert [item.code for item in warnings_before_publishing(version)] == ["count"]

    def test_a_number_that_is_filled_in_makes_no_name(self, house: House, session: Session) -> None:
        house.partner(session, "The 100 Hunger Alliance")
        body = "With the {{signatory_count}} Hunger Alliance we ask."
        version = completed(house, session, house.position(session, body=body))
        assert codes(session, version) == ["named"]


class TestPublicNotes:
    @pytest.mark.parametrize(
        "spelling",
        [*HOSTILE, "birch union", "the Bir-\nch Union", "Birch [1] Union", "Bir\u200ach Union", "friendsofbirchunion"],
    )
    def test_a_note_names_no_one_else_in_any_spelling(self, house: House, session: Session, spelling: str) -> None:
        version = house.asked(session, "Alder", "Birch Union")
        with pytest.raises(Invalid) as refusal:
            house.say(session, version, "Alder", public_note=f"Together with our friends at {spelling}.")
        assert "public_note" in refusal.value.errors

    def test_a_note_may_hold_its_own_name_and_ordinary_words(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch Union")
        note = "Alder unites birches: a union of birch growers."
        house.say(session, version, "Alder", public_note=note)

    def test_a_proposed_name_holds_no_other(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder", "Birch Union")
        hidden = ("Friends of BIRCHUNION", "Friends of Bir\u200ach Union", "Friendsofbirchunion")
        for name in ("Alder with Birch Uni\u043en", "Alder & the birch union", "B1RCH UNlON Alder", *hidden):
            with pytest.raises(Invalid):
                house.propose(session, version, "Alder", name)
        assert house.propose(session, version, "Alder", "Alder of Birchville").name == "Alder of Birchville"


def test_words_that_stand_above_each_other_in_a_table_make_a_name(house: House, session: Session) -> None:
    house.partner(session, "Birch Union")
    table = "| Ask | With |\n|---|---|\n| Buses | Birch |\n| Books | Union |"
    version = house.checked(session, house.position(session, body=table))
    assert codes(session, version) == ["named"]
