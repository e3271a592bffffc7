"""Answers: a contact approves, declines, abstains, withdraws or contests; staff may only remove a name."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import AnswerForm, Verdict, answer_problems, ending_problems, ensure_legal
from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act, ensure_may, ensure_own
from signoff.domain.text_input import clean_text, text_problem
from signoff.models import Answer, Link, Partner, Request, Version
from signoff.services.act import ActContext
from signoff.services.answers.current_answers import contested_through, ensure_may_answer, last_answer, public_names
from signoff.services.answers.rows import AnswerContent, add_answer, add_removal
from signoff.services.locks import hold_link, hold_names, hold_request
from signoff.services.outbox.letter_queue import queue_contact_letters, queue_decline_letters, queue_opener_letter
from signoff.services.positions.public_notes import note_problem
from signoff.services.publications.publications import retire_if_named
from signoff.services.rounds.links import contacts_with_links
from signoff.services.rounds.open_rounds import ensure_shown, takes_answers


@dataclass(frozen=True)
class AnswerResult:
    """What came of an answer: the answer that stands, and whether it was recorded just now."""

    answer: Answer
    is_new: bool


def answer(act: ActContext, link: Link, form: AnswerForm, *, shown_digest: str) -> AnswerResult:
    """Record what a contact says for its partner about the text that was shown.

    The same answer again is friendly and records nothing. Refuses with StaleText when the text shown is not
    the text asked about, RoundClosed when the round takes no answers, Conflict when this link may not answer,
    Invalid with a sentence for each incomplete field.
    """
    session = _session_of(act, link)
    form = form.cleaned()
    if form.public_note:
        hold_names(session, only_reading=True)  # the note names no one, not by a name of this moment either
    version, last = _hold(session, link)
    at = _moment(act, last)
    ensure_shown(version, shown_digest)
    errors = answer_problems(
        form,
        registered_name=link.contact.full_name,
        public_names=public_names(session, link.partner_id, at=at),
        # Somewhere it is already tomorrow.
        today=(at + timedelta(hours=14)).date(),
    )
    if problem := note_problem(session, form.public_note, of_partner=link.partner_id):
        errors.setdefault("public_note", problem)
    if errors:
        raise Invalid(errors)
    if last is not None and last.link_id == link.id and _says_the_same(last, form):
        return AnswerResult(last, is_new=False)
    ensure_legal(Verdict(form.answer), _verdict(last), takes_answers=takes_answers(session, link, at=at))
    _ensure_may_answer(session, link, form, at=at)
    content = AnswerContent(_what_was_said(form), _person(form))
    added = add_answer(act, link.request, last, content, at=at, link=link)
    if last is not None and last.verdict == Verdict.APPROVE and added.verdict != Verdict.APPROVE:
        retire_if_named(session, version, link.partner_id, by=act.by, at=at)
    _tell(session, link.request, version, added, LetterKind.RECEIPT, at=at)
    if added.verdict == Verdict.DECLINE:
        queue_decline_letters(session, version, at=at, answer_id=added.id)
    return AnswerResult(added, is_new=True)


def withdraw(act: ActContext, link: Link, form: AnswerForm, *, shown_digest: str) -> AnswerResult:
    """Take back a partner's standing approval, at any time; its name disappears with the next request."""
    return _end(act, link, Verdict.WITHDRAW, form, shown_digest=shown_digest)


def contest(act: ActContext, link: Link, form: AnswerForm, *, shown_digest: str) -> AnswerResult:
    """Say “this was not us” of a standing answer, at any time; only a link issued later approves again."""
    return _end(act, link, Verdict.CONTEST, form, shown_digest=shown_digest)


def _end(act: ActContext, link: Link, verdict: Verdict, form: AnswerForm, *, shown_digest: str) -> AnswerResult:
    session = _session_of(act, link)
    version, last = _hold(session, link)
    ensure_shown(version, shown_digest)
    form = AnswerForm(full_name=form.full_name, reason=form.reason, is_me=form.is_me).cleaned()
    if errors := ending_problems(form, registered_name=link.contact.full_name):
        raise Invalid(errors)
    if last is not None and last.verdict == verdict:
        return AnswerResult(last, is_new=False)
    ensure_legal(verdict, _verdict(last), takes_answers=False)
    at = _moment(act, last)
    content = AnswerContent(_nothing_but(verdict), _person(form))
    added = add_answer(act, link.request, last, content, at=at, link=link)
    retire_if_named(session, version, link.partner_id, by=act.by, at=at)
    kind = LetterKind.CONTESTED if verdict == Verdict.CONTEST else LetterKind.WITHDRAWN
    _tell(session, link.request, version, added, kind, at=at)
    queue_opener_letter(session, kind, version, at=at, answer_id=added.id)
    return AnswerResult(added, is_new=True)


def remove_name(act: ActContext, version: Version, partner: Partner, *, reason: str) -> Answer:
    """Take a partner's name off a version: staff may always remove one and never add one.

    NotFound when the partner was not asked about it, NothingStands when no approval of it stands.
    """
    ensure_may(act.by, Act.REMOVE_NAME)
    reason = clean_text(reason)
    if problem := text_problem(reason, longest=2_000):
        raise Invalid({"reason": problem})
    request = act.session.scalar(
        select(Request).where(Request.version_id == version.id, Request.partner_id == partner.id)
    )
    if request is None:
        raise NotFound("This partner was not asked about this version.")
    hold_request(act.session, version.id, request.id)
    last = last_answer(act.session, version.id, partner.id)
    ensure_legal(Verdict.REMOVE, _verdict(last), takes_answers=False)
    at = _moment(act, last)
    assert last is not None
    added = add_removal(act, request, last, reason, at=at)
    retire_if_named(act.session, version, partner.id, by=act.by, at=at)
    _tell(act.session, request, version, added, LetterKind.WITHDRAWN, at=at)
    return added


def _session_of(act: ActContext, link: Link) -> Session:
    ensure_own(act.by, link.actor, "Only the contact whose link this is can answer.")
    return act.session


def _moment(act: ActContext, last: Answer | None) -> datetime:
    # A clock a little behind another machine's must not keep a name in public.
    return max(act.at(), last.at) if last else act.at()


def _hold(session: Session, link: Link) -> tuple[Version, Answer | None]:
    hold_link(session, link)
    version = session.get_one(Version, link.request.version_id)
    return version, last_answer(session, version.id, link.partner_id)


def _ensure_may_answer(session: Session, link: Link, form: AnswerForm, *, at: datetime) -> None:
    if form.answer == Verdict.APPROVE and contested_through(session, link):
        raise Conflict(
            "An answer was contested, so only a newly issued link can approve. Nothing was recorded. "
            "Ask for a new link below; it goes to the address registered for you."
        )
    ensure_may_answer(session, link, at=at)


def _verdict(last: Answer | None) -> Verdict | None:
    return Verdict(last.verdict) if last else None


def _says_the_same(last: Answer, form: AnswerForm) -> bool:
    columns = _what_was_said(form)
    person = _person(form)
    # The signature may be typed in another case; that is not another answer.
    return all(getattr(last, name) == value for name, value in columns.items()) and all(
        getattr(last.person, name) == value for name, value in person.items() if name != "full_name"
    )


def _what_was_said(form: AnswerForm) -> dict[str, Any]:
    approves = form.answer == Verdict.APPROVE
    return {
        "verdict": form.answer,
        "public_name": form.public_name if approves else None,
        "public_note": form.public_note if approves else "",
        "authority": form.authority if approves else None,
        "board_decided_on": date.fromisoformat(form.board_decided_on) if approves and form.board_decided_on else None,
    }


def _nothing_but(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict.value, "public_name": None, "public_note": "", "authority": None}


def _person(form: AnswerForm) -> dict[str, str | None]:
    return {
        "full_name": form.full_name,
        "job_title": form.job_title,
        "reason": form.reason,
        "note": form.note,
    }


def _tell(
    session: Session, request: Request, version: Version, added: Answer, kind: LetterKind, *, at: datetime
) -> None:
    contacts = contacts_with_links(session, request)
    queue_contact_letters(session, kind, version, contacts, at=at, answer_id=added.id)
