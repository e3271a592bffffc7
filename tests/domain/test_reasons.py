"""The sentences of reasons that stop an act or are asked about: they name whom and what they are about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from signoff.domain.errors import Reason
from signoff.domain.partners.mentions import Passage
from signoff.domain.positions.publishing_rules import (
    AskedPartner,
    NamingNote,
    PublishFacts,
    SendFacts,
    VersionFacts,
    count_reasons,
    missing_to_publish,
    missing_to_send,
    note_reasons,
    ordinary_reasons,
)
from signoff.domain.principles.principles import CriterionName, finding_problems, missing_for_check
from signoff.domain.rounds.asking import (
    earlier_approval_reasons,
    ending_reason,
    near_deadline_reason,
    newer_version_reason,
    usual_deadline,
)

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
    assert near_deadline_reason(NOW + timedelta(hours=24), at=NOW) is None
    assert near_deadline_reason(NOW + timedelta(hours=23, minutes=59), at=NOW) == Reason(
        "near",
        "The deadline is 23 hours after the email is sent. Partners may read it too late to answer.",
        "deadline",
    )


@pytest.mark.parametrize(
    ("approvals", "is_public", "what_becomes_of_them"),
    [
        (3, True, ". Its names stay public until a later version is published."),
        (1, False, ": one approval will no longer count."),
        (3, False, ": three approvals will no longer count."),
        (0, False, ". No approvals are lost."),
    ],
)
def test_asking_about_a_later_version_ends_the_round(
    approvals: int, is_public: bool, what_becomes_of_them: str
) -> None:
    sentence = f"This ends the round on version 1{what_becomes_of_them}"
    assert ending_reason(1, approvals, is_public=is_public) == Reason("ends_round", sentence)


def test_a_newer_version_than_the_one_asked_about_is_named() -> None:
    assert newer_version_reason(2, 1) is newer_version_reason(2, 2) is None
    assert newer_version_reason(2, 3) == Reason(
        "newer_saved", "Version 3 is saved already, but you are asking about version 2."
    )


@pytest.mark.parametrize(
    ("asked", "proposed"),
    [
        ("2026-11-30T23:59:58.5-05:00", "2026-12-14T17:00-05:00"),  # a Monday
        ("2026-12-04T09:00-05:00", "2026-12-18T17:00-05:00"),  # a Friday
        ("2026-12-05T09:00-05:00", "2026-12-21T17:00-05:00"),  # a Saturday
        ("2026-12-06T23:30-05:00", "2026-12-21T17:00-05:00"),  # a Sunday there, a Monday in UTC
    ],
)
def test_two_weeks_are_proposed_and_no_weekend(asked: str, proposed: str) -> None:
    deadline = usual_deadline(datetime.fromisoformat(asked).astimezone(UTC), ZoneInfo("America/New_York"))
    assert deadline.isoformat(timespec="microseconds") == datetime.fromisoformat(proposed).isoformat(
        timespec="microseconds"
    )


def test_a_number_that_was_typed_is_quoted() -> None:
    (reason,) = count_reasons(["the undersigned 145 organizations"])
    assert reason.text == (
        "The text says “the undersigned 145 organizations”, and the number of signatories may be different when it "
        "is read. Write {{signatory_count}} instead, or publish it as it is if this number means something else."
    )


CHECKED = VersionFacts(2, check_completed=True)
NO_FINDING = Reason("finding", "Equity has no finding.", "equity")


def ready_to_send(version: VersionFacts = CHECKED, **changes: object) -> SendFacts:
    return replace(SendFacts(version, "office@coalition.example"), **changes)


def asking(**changes: object) -> SendFacts:
    partner = replace(AskedPartner("birch", "Birch Union", has_left=False, has_contact=True), **changes)
    return ready_to_send(asked=[partner])


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (ready_to_send(), []),
        (ready_to_send(deadline=NOW + timedelta(microseconds=1)), []),
        (asking(), []),
        (
            ready_to_send(VersionFacts(2, check_missing=[NO_FINDING])),
            [NO_FINDING, Reason("check", "The check of version 2 is not completed.", "check")],
        ),
        (
            ready_to_send(replace(CHECKED, later_version_asked=True)),
            [Reason("later_asked", "A later version of this position has been sent to partners already.")],
        ),
        (
            ready_to_send(reply_to=""),
            [Reason("reply_to", "The Coalition's address for replies is not set.", "coalition")],
        ),
        (ready_to_send(deadline=NOW), [Reason("deadline", "The deadline is in the past.", "deadline")]),
        (ready_to_send(asked=[]), [Reason("nobody", "No partner is selected.", "partners")]),
        (asking(has_left=True), [Reason("left", "Birch Union has left the Coalition.", "birch")]),
        (asking(has_contact=False), [Reason("contact", "Birch Union has no contact who may answer.", "birch")]),
        (
            asking(merged_into="Alder", has_contact=False),
            [Reason("merged", "Birch Union was merged into Alder. Ask that partner instead.", "birch")],
        ),
    ],
)
def test_what_keeps_a_version_from_being_sent(facts: SendFacts, reasons: list[Reason]) -> None:
    assert missing_to_send(facts, at=NOW) == reasons


NAMED = Passage("birch", "Birch Union", "with Birch Union, we ask")


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (PublishFacts(CHECKED, approvals=0), []),
        (PublishFacts(CHECKED, approvals=3, minimum=3), []),
        (
            PublishFacts(CHECKED, approvals=1, minimum=2),
            [Reason("minimum", "The round asks for two approvals at least; there is one approval.")],
        ),
        (
            PublishFacts(CHECKED, approvals=0, minimum=1),
            [Reason("minimum", "The round asks for one approval at least; there are no approvals.")],
        ),
        (
            PublishFacts(CHECKED, 0, named_without_approval=[NAMED]),
            [
                Reason(
                    "named",
                    "The text names “Birch Union”, which has not approved this version: “with Birch Union, we ask”",
                    "birch",
                )
            ],
        ),
        (
            PublishFacts(VersionFacts(2), 0, in_ordinary_spelling=[FIRST]),
            [Reason("check", "The check of version 2 is not completed.", "check")],
        ),
        (
            PublishFacts(replace(CHECKED, ended_publication=True), 0),
            [Reason("ended", "Version 2 was published and is no longer public.")],
        ),
        (
            PublishFacts(replace(CHECKED, later_version_published=True), 0),
            [Reason("later_published", "A later version of this position has been published.")],
        ),
        (
            PublishFacts(replace(CHECKED, round_recalled=True), 0),
            [Reason("recalled", "The round on version 2 was recalled.")],
        ),
        (
            PublishFacts(replace(CHECKED, round_replaced=True), 0),
            [Reason("replaced", "The round on version 2 was replaced by a later one.")],
        ),
    ],
)
def test_what_keeps_a_version_from_being_published(facts: PublishFacts, reasons: list[Reason]) -> None:
    assert missing_to_publish(facts) == reasons


def test_what_the_reasons_about_names_and_numbers_are_called() -> None:
    assert [reason.code for reason in (*ordinary_reasons([FIRST]), *count_reasons(["145 groups"]))] == [
        "ordinary",
        "count",
    ]
    (ordinary,) = missing_to_publish(PublishFacts(CHECKED, 0, in_ordinary_spelling=[FIRST]))
    assert ordinary.code == "ordinary"
    assert earlier_approval_reasons(2, [("Alder", 1)])[0].code == "approved_earlier"


def test_a_criterion_says_why_the_check_is_not_complete() -> None:
    names = [CriterionName(key, key.capitalize()) for key in ("equity", "vision", "mission")]
    verdicts = {"vision": "works_against", "mission": "cannot_tell"}
    assert missing_for_check(names, verdicts) == [
        NO_FINDING,
        Reason("finding", "The text works against Vision.", "vision"),
        Reason("finding", "No one could tell yet how the text relates to Mission.", "mission"),
        Reason("advances_none", "The text advances none of the criteria."),
    ]


SAYS = ("Fund the coordinator", "Schools need\na coordinator.")
CHOOSE = "Please choose: advances, not engaged, works against or cannot tell."


@pytest.mark.parametrize(
    ("finding", "problems"),
    [
        (("advances", "It does.", ["need a  coordinator"]), {}),
        (("not_engaged", "", []), {}),
        (("cannot_tell", "x" * 4_000, []), {}),
        (("good", "It does.", []), {"verdict": CHOOSE}),
        (("advances", "", []), {"rationale": "Please give the reason."}),
        (("advances", "x" * 4_001, []), {"rationale": "Please shorten this to 4 kB; it has 5 kB."}),
        (("not_engaged", "x" * 4_001, []), {"rationale": "Please shorten this to 4 kB; it has 5 kB."}),
        (
            ("advances", "It does.", ["Fund", "need money", "more"]),
            {"quotes": "“need money” is not in the text. Copy the quote from the text word for word."},
        ),
    ],
)
def test_what_is_wrong_with_a_finding(finding: tuple[str, str, list[str]], problems: dict[str, str]) -> None:
    assert finding_problems(*finding, SAYS) == problems
