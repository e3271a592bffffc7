"""Answers: which may follow which, what an approval must say, and what stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from signoff.domain.answers.signatures import same_person
from signoff.domain.errors import NothingStands, RoundClosed
from signoff.domain.rounds.links import holds_secret
from signoff.domain.text_input import clean_line, clean_text, line_problem, text_problem

LONGEST_REASON = 2_000
LONGEST_PUBLIC_NOTE = 280
LONGEST_SIGNATURE = 200


class Verdict(StrEnum):
    """What an answer says; the last one of a partner on a version stands."""

    APPROVE = "approve"
    DECLINE = "decline"
    ABSTAIN = "abstain"
    WITHDRAW = "withdraw"
    CONTEST = "contest"
    REMOVE = "remove"


# In the words of a page or letter: what the partner has done.
VERDICT_WORDS = {
    Verdict.APPROVE: "approved",
    Verdict.DECLINE: "declined",
    Verdict.ABSTAIN: "abstained",
    Verdict.WITHDRAW: "withdrew",
    Verdict.CONTEST: "contested",
    Verdict.REMOVE: "name removed",
}

_RECORDED = {
    Verdict.APPROVE: "{} approved this text",
    Verdict.DECLINE: "{} declined to approve this text",
    Verdict.ABSTAIN: "{} abstained on this text",
    Verdict.WITHDRAW: "{} withdrew its approval of this text",
    Verdict.CONTEST: "{} contested the answer to this text",
    Verdict.REMOVE: "The name of {} was removed from this text",
}


def recorded_words(verdict: str, organization: str) -> str:
    """What was recorded, as a sentence without its full stop: “Alder Trust approved this text”."""
    return _RECORDED[Verdict(verdict)].format(organization)


TO_A_ROUND = frozenset({Verdict.APPROVE, Verdict.DECLINE, Verdict.ABSTAIN})

# Which standing answer a later act can end; answers to a round may follow anything.
MAY_END = {
    Verdict.WITHDRAW: frozenset({Verdict.APPROVE}),
    Verdict.REMOVE: frozenset({Verdict.APPROVE}),
    Verdict.CONTEST: TO_A_ROUND | {Verdict.WITHDRAW},
}


class Authority(StrEnum):
    """On whose authority an approval is given."""

    EXECUTIVE = "executive"
    BOARD = "board"
    COMMITTEE = "committee"
    DELEGATE = "delegate"


AUTHORITY_WORDS = {
    Authority.EXECUTIVE: "Our chief executive decided",
    Authority.BOARD: "Our board decided",
    Authority.COMMITTEE: "A committee of our board decided",
    Authority.DELEGATE: "I decide such matters for the organization",
}


@dataclass(frozen=True)
class AnswerForm:
    """What a contact entered, as it came from the form."""

    answer: str = ""
    full_name: str = ""
    job_title: str = ""
    authority: str = ""
    public_name: str = ""
    authorised: str = ""
    reason: str = ""
    note: str = ""
    public_note: str = ""
    board_decided_on: str = ""
    is_me: str = ""

    def cleaned(self) -> "AnswerForm":
        """The same in canonical characters."""
        several_lines = {"reason", "note"}
        return AnswerForm(
            **{name: (clean_text if name in several_lines else clean_line)(value) for name, value in vars(self).items()}
        )


def round_takes_answers(*, deadline: datetime, ended: bool, at: datetime) -> bool:
    """Whether a round takes answers at this moment; the instant of the deadline itself still counts."""
    return not ended and at <= deadline


def answer_problems(
    form: AnswerForm, *, registered_name: str, public_names: Collection[str], today: date
) -> dict[str, str]:
    """What is incomplete in a cleaned answer form: one sentence for each field concerned. `today` is the latest day."""
    errors = _shared_problems(form, registered_name, today)
    if form.answer not in TO_A_ROUND:
        errors["answer"] = "Please choose one of the three answers. None is chosen for you."
    elif form.answer == Verdict.APPROVE:
        errors |= _approval_problems(form, public_names)
    elif form.answer == Verdict.DECLINE and not form.reason:
        errors["reason"] = (
            "Please give the reason in a sentence. The Coalition's staff and your colleagues will read it."
        )
    return errors


def ending_problems(form: AnswerForm, *, registered_name: str) -> dict[str, str]:
    """What is incomplete in a cleaned withdrawal or contest: the signature, or an unusable reason.

    Another name than the registered one is asked about once; a signer who then says that it is theirs is not
    refused for it.
    """
    errors = _shared_problems(AnswerForm(full_name=form.full_name, reason=form.reason), registered_name, date.max)
    if form.full_name and not same_person(form.full_name, registered_name):
        errors["full_name"] = line_problem(form.full_name, longest=LONGEST_SIGNATURE) or _link_problem(form.full_name)
        if form.is_me != "yes":
            errors["is_me"] = f"This link was sent to {registered_name}. Please check this box if that is you."
    return {field: sentence for field, sentence in errors.items() if sentence}


def _shared_problems(form: AnswerForm, registered_name: str, today: date) -> dict[str, str]:
    problems = {
        "full_name": signature_problem(form.full_name, registered_name),
        "job_title": line_problem(form.job_title, longest=200, needed=False),
        "reason": text_problem(form.reason, longest=LONGEST_REASON, needed=False),
        "note": text_problem(form.note, longest=LONGEST_REASON, needed=False),
        "public_note": line_problem(form.public_note, longest=LONGEST_PUBLIC_NOTE, needed=False, prose=True),
        "board_decided_on": _day_problem(form.board_decided_on, today),
    }
    for field in ("full_name", "job_title", "reason", "note", "public_note"):
        problems[field] = _link_problem(getattr(form, field)) or problems[field]
    return {field: sentence for field, sentence in problems.items() if sentence}


def _link_problem(text: str) -> str:
    return "Please remove your personal link. It is for you alone." if holds_secret(text) else ""


def _approval_problems(form: AnswerForm, public_names: Collection[str]) -> dict[str, str]:
    errors = {}
    if form.public_name not in public_names:
        errors["public_name"] = "Please choose one of the names agreed for your organization."
    if form.authority not in set(Authority):
        errors["authority"] = "Please choose who made this decision."
    if form.authorised != "yes":
        errors["authorised"] = (
            "Please check this box to declare that you are authorized to say this for your organization."
        )
    return errors


def signature_problem(typed: str, registered_name: str) -> str:
    """What is wrong with a typed signature; empty when it is the registered name."""
    if not typed:
        return "Please sign with your full name."
    if not same_person(typed, registered_name):
        return f"This link was sent to {registered_name}. If that is you, sign as {registered_name}."
    return line_problem(typed, longest=LONGEST_SIGNATURE)


def _day_problem(text: str, today: date) -> str:
    if not text:
        return ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "Please give the date as 2026-11-30."
    return "This date is in the future." if day > today else ""


def ensure_legal(verdict: Verdict, last: Verdict | None, *, takes_answers: bool) -> None:
    """Refuse an answer that may not follow the last one: RoundClosed after closing, NothingStands otherwise."""
    if verdict in TO_A_ROUND:
        if not takes_answers:
            raise RoundClosed
    elif last not in MAY_END[verdict]:
        raise NothingStands
