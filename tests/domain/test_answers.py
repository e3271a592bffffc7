"""What an answer has to say, and the sentence beside each field that does not say it."""

from dataclasses import replace
from datetime import date

import pytest

from signoff.domain.answers.answers import AnswerForm, answer_problems, ending_problems, recorded_words
from signoff.domain.rounds.links import link_secret

TODAY = date(2026, 11, 24)
APPROVAL = AnswerForm(answer="approve", full_name="Ana Alder", public_name="Alder", authority="board", authorised="yes")
LINK = link_secret("k" * 32, bytes(range(32)))
NOT_ANA = "This link was sent to Ana Alder. If that is you, sign as Ana Alder."
OWN_LINK = "Please remove your personal link. It is for you alone."


def problems(form: AnswerForm) -> dict[str, str]:
    return answer_problems(form, registered_name="Ana Alder", public_names=["Alder", "Alder Trust"], today=TODAY)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"answer": ""}, "Please choose one of the three answers. None is chosen for you."),
        ({"full_name": ""}, "Please sign with your full name."),
        ({"full_name": "Bo Birch"}, NOT_ANA),
        ({"public_name": ""}, "Please choose one of the names agreed for your organization."),
        ({"authority": ""}, "Please choose who made this decision."),
        ({"authorised": "no"},
         "Please check this box to declare that you are authorized to say this for your organization."),
        ({"board_decided_on": "Tuesday"}, "Please give the date as 2026-11-30."),
        ({"board_decided_on": "2026-11-25"}, "This date is in the future."),
        ({"job_title": "x" * 201}, "Please use at most 200 characters; this has 201."),
        ({"reason": "x" * 2_001}, "Please shorten this to 2 kB; it has 3 kB."),
        ({"note": "x" * 2_001}, "Please shorten this to 2 kB; it has 3 kB."),
        ({"public_note": "x" * 281}, "Please use at most 280 characters; this has 281."),
        *(({field: f"See {LINK}"}, OWN_LINK) for field in ("full_name", "job_title", "reason", "note", "public_note")),
    ],
)  # fmt: skip
def test_each_field_of_an_approval_has_its_sentence(changed: dict[str, str], sentence: str) -> None:
    assert problems(APPROVAL) == {}
    assert problems(replace(APPROVAL, **changed)) == dict.fromkeys(changed, sentence)


def test_a_decline_needs_a_reason_and_an_abstention_nothing_more() -> None:
    declined = AnswerForm(answer="decline", full_name="Ana Alder")
    assert problems(declined) == {
        "reason": "Please give the reason in a sentence. The Coalition's staff and your colleagues will read it."
    }
    assert problems(replace(declined, reason="Too long.")) == {}
    assert problems(replace(declined, answer="abstain")) == {}
    longest = replace(
        APPROVAL,
        job_title="x" * 200, reason="x" * 2_000, note="x" * 2_000, public_note="☀\ufe0f" * 140,
        board_decided_on="2026-11-24",
    )  # fmt: skip
    assert problems(longest) == {}


def test_who_withdraws_under_another_name_is_asked_once() -> None:
    def ending(**changed: str) -> dict[str, str]:
        form = replace(AnswerForm(full_name="Ana Alder"), **changed)
        return ending_problems(form, registered_name="Ana Alder")

    assert ending() == ending(reason="We left.") == {}
    assert ending(full_name="A. Birch") == {
        "is_me": "This link was sent to Ana Alder. Please check this box if that is you."
    }
    assert ending(full_name="A. Birch", is_me="yes") == {}
    assert ending(full_name="") == {"full_name": "Please sign with your full name."}
    assert ending(full_name="x" * 201, is_me="yes") == {"full_name": "Please use at most 200 characters; this has 201."}
    assert ending(full_name=LINK, is_me="yes") == {"full_name": OWN_LINK}
    assert ending(reason="x" * 2_001) == {"reason": "Please shorten this to 2 kB; it has 3 kB."}


def test_a_form_is_cleaned_field_by_field() -> None:
    typed = AnswerForm(**dict.fromkeys(vars(AnswerForm()), " one\r\n\u00a0two \u200e"))
    cleaned = vars(typed.cleaned())
    assert {name for name, value in cleaned.items() if value == " one\n\u00a0two"} == {"reason", "note"}
    assert all("\r\n" in cleaned[name] for name in cleaned.keys() - {"reason", "note"})


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("approve", "Alder approved this text"),
        ("decline", "Alder declined to approve this text"),
        ("abstain", "Alder abstained on this text"),
        ("withdraw", "Alder withdrew its approval of this text"),
        ("contest", "Alder contested the answer to this text"),
        ("remove", "The name of Alder was removed from this text"),
    ],
)
def test_what_was_recorded_is_said_in_a_sentence(verdict: str, words: str) -> None:
    assert recorded_words(verdict, "Alder") == words
