"""The sentences of reasons that stop an act or are asked about: they name whom and what they are about."""

from datetime import UTC, datetime, timedelta

from signoff.domain.partners.mentions import Passage
from signoff.domain.positions.publishing_rules import NamingNote, count_reasons, note_reasons, ordinary_reasons
from signoff.domain.rounds.asking import earlier_approval_reasons, near_deadline_reason

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
FIRST = Passage("first", "FIRST", "in the first place", written=False)


def test_a_note_that_names_another_partner() -> None:
    note = NamingNote("Alder", "alder", Passage("birch", "Birch Union", "with Birch Union"))
    (reason,) = note_reasons([note])
    assert (reason.code, reason.about) == ("named_in_note", "alder")
    assert reason.text == (
        "The public note of Alder names “Birch Union”, which can be named only with its own approval: “with Birch "
        "Union”. Alder can answer again without it while the round is open, or a publisher can remove the name of "
        "Alder from this version."
    )


def test_names_in_ordinary_words_are_counted_and_the_first_is_quoted() -> None:
    assert ordinary_reasons([]) == []
    assert [reason.text for reason in ordinary_reasons([FIRST])] == [
        "One passage spells a partner's name in ordinary words, such as “FIRST” in “in the first place”. "
        "A reviewer must look at the list once."
    ]
    (both,) = ordinary_reasons([FIRST, FIRST])
    assert both.text.startswith("Two passages spell a partner's name in ordinary words, such as “FIRST”")


def test_who_approved_an_earlier_version_is_named_with_it() -> None:
    assert earlier_approval_reasons(3, []) == []
    (one,), (two,) = (
        earlier_approval_reasons(3, [("Alder", 1)]),
        earlier_approval_reasons(3, [("Alder", 1), ("Birch", 2)]),
    )
    assert one.text == (
        "One partner approved an earlier version but not version 3, and is not named on it: Alder (version 1)."
    )
    assert two.text == (
        "Two partners approved an earlier version but not version 3, and are not named on it: "
        "Alder (version 1) and Birch (version 2)."
    )


def test_a_deadline_that_is_near_says_how_many_hours_are_left() -> None:
    reasons = {
        minutes: near_deadline_reason(NOW + timedelta(minutes=minutes), at=NOW) for minutes in (-1, 0, 40, 60, 150)
    }
    said = {minutes: reason.text.split(" after ")[0] for minutes, reason in reasons.items() if reason}
    assert said == {
        40: "The deadline is less than an hour",
        60: "The deadline is one hour",
        150: "The deadline is two hours",
    }
    assert near_deadline_reason(NOW + timedelta(days=9), at=NOW) is None


def test_a_number_that_was_typed_is_quoted() -> None:
    (reason,) = count_reasons(["the undersigned 145 organizations"])
    assert reason.text == (
        "The text says “the undersigned 145 organizations”, and the number of signatories may be another when it is "
        "read. Write {{signatory_count}} instead, or publish it as it is if this number means something else."
    )
