"""Editions as acts: drafted, adopted once, never changed; positions moved forward, and checked again there."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, Missing, NotAllowed, NotFound
from signoff.domain.positions.text import Wording
from signoff.domain.principles.editions import CriterionText, Deceptive
from signoff.models import Entry, PrinciplesEdition, VersionCheck
from signoff.services.positions import edition_migration
from signoff.services.positions.checks import carried_findings, find_check, findings_of, shown_check
from signoff.services.positions.matrix import public_matrix
from signoff.services.positions.publishing_rules import reasons_not_to_publish, reasons_not_to_send
from signoff.services.positions.similar_positions import similar_positions
from signoff.services.positions.version_status import status_of
from signoff.services.principles import edition_drafts, editions
from signoff.services.publications import publications
from tests.house import House

FIVE = tuple(
    CriterionText(key, "principle", key.title(), f"About {key}.", ("Is it so?",))
    for key in ("water", "care", "joy", "equity", "work")
)


def kinds(session: Session) -> list[str]:
    return [
        kind for kind in session.scalars(select(Entry.kind).order_by(Entry.id)) if "edition" in kind or "moved" in kind
    ]


class TestDrafts:
    def test_a_draft_begins_with_the_words_in_force_and_ends_adopted(self, house: House, session: Session) -> None:
        draft = house.draft(session, criteria=FIVE)
        assert edition_drafts.draft_text(draft).vision == editions.latest_edition(session).vision
        admin = house.user(session, "administrator").actor
        today = house.clock().date()
        adopted = edition_drafts.adopt_draft(house.act(session, admin), draft, revision=2, today=today)
        assert editions.latest_edition(session) is adopted and adopted.number == 2
        assert [criterion.key for criterion in adopted.criteria] == [criterion.key for criterion in FIVE]
        assert kinds(session) == [
            "edition_adopted", "edition_drafted", "edition_draft_changed", "edition_adopted",
        ]  # fmt: skip
        assert edition_drafts.open_drafts(session) == []
        with pytest.raises(Conflict):
            edition_drafts.discard_draft(house.act(session, admin), draft)

    def test_what_was_not_shown_is_not_adopted(self, house: House, session: Session) -> None:
        draft, admin = house.draft(session), house.user(session, "administrator").actor
        today = house.clock().date()
        with pytest.raises(Conflict, match="changed since it was shown"):
            edition_drafts.adopt_draft(house.act(session, admin), draft, revision=1, today=today)
        text = replace(edition_drafts.draft_text(draft), source="")
        assert edition_drafts.save_draft(house.act(session, admin), draft, text, began_from=2)
        with pytest.raises(Missing, match="not adopted"):
            edition_drafts.adopt_draft(house.act(session, admin), draft, revision=3, today=today)
        assert session.query(PrinciplesEdition).count() == 1

    def test_two_who_edit_at_once_lose_nothing(self, house: House, session: Session) -> None:
        draft, admin = house.draft(session), house.user(session, "administrator").actor
        text = replace(edition_drafts.draft_text(draft), source="Mine")
        edition_drafts.save_draft(house.act(session, admin), draft, text, began_from=2)
        assert not edition_drafts.save_draft(house.act(session, admin), draft, text, began_from=2)
        with pytest.raises(Conflict, match="while you were writing"):
            edition_drafts.save_draft(house.act(session, admin), draft, replace(text, source="Theirs"), began_from=2)
        assert edition_drafts.draft_text(draft).source == "Mine"

    def test_a_discarded_draft_is_gone_for_everybody(self, house: House, session: Session) -> None:
        draft, admin = house.draft(session), house.user(session, "administrator").actor
        edition_drafts.discard_draft(house.act(session, admin), draft)
        with pytest.raises(NotFound):
            edition_drafts.get_draft(session, draft.id)

    @pytest.mark.parametrize("role", ["drafter", "reviewer", "publisher"])
    def test_only_administrators_draft_and_adopt(self, house: House, session: Session, role: str) -> None:
        by = house.user(session, role).actor
        draft = house.draft(session)
        with pytest.raises(NotAllowed):
            edition_drafts.begin_draft(house.act(session, by))
        with pytest.raises(NotAllowed):
            edition_drafts.adopt_draft(house.act(session, by), draft, revision=2, today=house.clock().date())


class TestWordLists:
    def test_they_change_and_what_was_agreed_does_not(self, house: House, session: Session) -> None:
        edition, reviewer = editions.latest_edition(session), house.user(session, "reviewer").actor
        before = editions.edition_text(edition)
        lists = {"equity": (["bus fare", "bus fare", ""], [Deceptive("fair", "Fair to whom?")])}
        [changed] = editions.change_word_lists(house.act(session, reviewer), edition, lists)
        after = editions.criterion_text(changed)
        assert (after.words, after.deceptive) == (("bus fare",), (Deceptive("fair", "Fair to whom?"),))
        same = {criterion.key: criterion for criterion in editions.edition_text(edition).criteria}
        for criterion in before.criteria:
            assert replace(criterion, words=(), deceptive=()) == replace(same[criterion.key], words=(), deceptive=())
        assert editions.change_word_lists(house.act(session, reviewer), edition, lists) == []

    def test_bad_lists_and_other_roles_change_nothing(self, house: House, session: Session) -> None:
        edition, reviewer = editions.latest_edition(session), house.user(session, "reviewer").actor
        before = editions.edition_text(edition)
        with pytest.raises(Invalid) as refusal:
            editions.change_word_lists(
                house.act(session, reviewer), edition, {"equity": (["a\u202eb"], [Deceptive("x", "")])}
            )
        assert set(refusal.value.errors) == {"equity.words", "equity.deceptive"}
        with pytest.raises(NotAllowed):
            publisher = house.user(session, "publisher").actor
            editions.change_word_lists(house.act(session, publisher), edition, {"equity": (["x"], [])})
        assert editions.edition_text(edition) == before


class TestMoving:
    def test_a_moved_position_needs_a_new_check_by_the_new_criteria(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        edition = house.adopted(session, criteria=FIVE)
        assert reasons_not_to_publish(session, version) == []  # it keeps its edition until it is moved
        assert house.moved(session, edition, version) == [version.position]
        assert house.moved(session, edition, version) == []  # again is nothing
        assert find_check(session, version) is None and status_of(session, version).state == "drafted"
        for reasons in (
            reasons_not_to_publish(session, version),
            reasons_not_to_send(session, version, clock=house.clock),
        ):
            assert [reason.about for reason in reasons if reason.code == "finding"] == [item.key for item in FIVE]
            assert "check" in [reason.code for reason in reasons]
        with pytest.raises(Missing):
            house.publish(session, version)
        house.checked(session, version)
        house.publish(session, version)
        assert [item.criterion.key for item in shown_check(session, version).findings] == [item.key for item in FIVE]
        assert session.query(VersionCheck).count() == 2

    def test_it_waits_while_partners_are_asked_beside_its_check(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        edition = house.adopted(session, criteria=FIVE)
        [waiting] = edition_migration.movable_to(session, edition)
        assert "asked about version 1" in waiting.reason
        with pytest.raises(Missing) as refusal:
            house.moved(session, edition, version)
        assert [reason.about for reason in refusal.value.reasons] == ["fund-the-coordinator"]
        house.clock.advance(days=8)
        house.close_due(session)
        house.moved(session, edition, version)
        # Who opens an old link still reads the check that stood beside the text.
        shown = shown_check(session, version)
        assert shown.check and shown.check.edition.number == 1 and len(shown.findings) == 9

    def test_what_is_published_keeps_the_check_it_was_published_with(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
        edition = house.adopted(session, criteria=FIVE)
        house.moved(session, edition, version)
        shown = shown_check(session, version)
        assert shown.check and shown.check.edition.number == 1 and len(shown.findings) == 9
        assert status_of(session, version).state == "published"
        [matrix] = public_matrix(session)
        assert matrix.edition.number == 1 and len(matrix.rows[0].verdicts) == 9
        with pytest.raises(NotFound):  # a criterion of the new edition
            house.finding(session, version, "gone", "x")
        with pytest.raises(Conflict):
            house.finding(session, version, "water", "x")
        later = house.revised(session, version)
        assert [item.key for item in later.position.edition.criteria] == [item.key for item in FIVE]
        assert (
            publications.publish(house.act(session, house.user(session, "publisher").actor), version).ended_at is None
        )

    def test_a_clock_that_lags_lets_nothing_be_found_on_a_published_version(
        self, house: House, session: Session
    ) -> None:
        """Checked at noon by one machine, published at a second before noon by another."""
        version = house.checked(session, house.position(session))
        house.clock.advance(seconds=-1)
        house.publish(session, version)
        house.moved(session, house.adopted(session, criteria=FIVE), version)
        shown = shown_check(session, version)
        assert shown.check and shown.check.edition.number == 1
        with pytest.raises(Conflict):
            house.finding(session, version, "water", "The Birch Foundation stands behind this.")

    def test_a_published_version_may_still_be_asked_about_after_a_move(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        house.publish(session, version)
        house.moved(session, house.adopted(session, criteria=FIVE), version)
        assert reasons_not_to_send(session, version, clock=house.clock) == []
        assert house.ask(session, version, [house.partner(session, "Alder")]).requests == 1

    def test_a_round_is_not_reopened_beside_a_check_that_counts_no_more(self, house: House, session: Session) -> None:
        version = house.asked(session, "Alder")
        house.clock.advance(days=8)
        house.close_due(session)
        house.moved(session, house.adopted(session, criteria=FIVE), version)
        with pytest.raises(Missing):
            house.ask(session, version, [house.partner(session, "Birch")])
        with pytest.raises(Missing):
            house.move(session, version, house.clock() + timedelta(days=1))

    def test_a_criterions_name_names_no_one(self, house: House, session: Session) -> None:
        house.partner(session, "Birch Foundation")
        agreed = CriterionText("agreed", "principle", "Agreed with the Birch Foundation", "Ask them.", ("Did we?",))
        house.adopted(session, criteria=(agreed,))
        version = house.checked(session, house.position(session))
        assert reasons_not_to_publish(session, version) == []  # the edition's words are not the version's

    def test_nothing_moves_back(self, house: House, session: Session) -> None:
        first = editions.latest_edition(session)
        second = house.adopted(session)
        version = house.position(session)
        with pytest.raises(Missing, match="No position was moved"):
            house.moved(session, first, version)
        assert version.position.edition is second

    @pytest.mark.parametrize("role", ["reviewer", "publisher"])
    def test_drafters_and_administrators_move(self, house: House, session: Session, role: str) -> None:
        version = house.position(session)
        edition = house.adopted(session)
        with pytest.raises(NotAllowed):
            edition_migration.move_positions(
                house.act(session, house.user(session, role).actor), [version.position], edition
            )

    def test_findings_for_criteria_that_say_the_same_wait_to_be_confirmed(self, house: House, session: Session) -> None:
        version = house.checked(session, house.position(session))
        old = editions.edition_text(editions.latest_edition(session))
        kept, reworded = old.criteria[3], replace(old.criteria[4], statement="Said otherwise.")
        edition = house.adopted(session, criteria=(kept, reworded, FIVE[0]))
        house.moved(session, edition, version)
        carried = carried_findings(session, version)
        assert list(carried) == [kept.key]
        assert (carried[kept.key].from_version, carried[kept.key].from_edition) == (1, version_edition(session, 1))
        assert findings_of(session, version) == []  # nothing is carried over by itself


def version_edition(session: Session, number: int) -> PrinciplesEdition:
    return editions.get_edition(session, number)


class TestNearTexts:
    def test_positions_on_the_same_matter_are_found_by_their_newest_words(self, house: House, session: Session) -> None:
        yards = house.position(
            session, "Open the schoolyards after the last bell",
            summary="Locked yards help no one; settle liability and open them.", body="A caretaker turns the key.",
        )  # fmt: skip
        buses = house.position(session, "Count the buses", summary="Late buses lose lessons.", body="Count them.")
        draft = Wording(title="Schoolyards: who opens them?", summary="Liability for a locked yard lies with no one.")
        [result] = similar_positions(session, draft)
        assert result.version is yards
        assert {"Schoolyards", "Liability", "locked", "yard"} <= set(result.shared)
        assert similar_positions(session, draft, besides=yards.position) == []
        house.revised(session, yards, title="Gardens", summary="Plant beans.", body="In rows.")
        assert similar_positions(session, draft) == []
        [near] = similar_positions(session, Wording(title="Late buses", summary="Count how late each bus is."))
        assert near.version is buses

    def test_odd_drafts_find_nothing_and_break_nothing(self, house: House, session: Session) -> None:
        house.position(session)
        for words in ("", "the of and", '" OR 1 NEAR(', "a'b' c'd \\ % * : & | !", "中文 ١٢٣", "x" * 3000):
            assert similar_positions(session, Wording(title=words[:300], summary=words)) == []
        assert similar_positions(session, Wording(title='five-year* "grants" AND coordinator\'s fund')) != []
