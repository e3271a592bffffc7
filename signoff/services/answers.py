"""Answers: a contact approves, declines, abstains, withdraws or contests; staff may only remove a name."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.answers import (
    TO_A_ROUND,
    AnswerForm,
    Verdict,
    answer_problems,
    ensure_legal,
    round_takes_answers,
    signature_problem,
)
from signoff.domain.characters import clean_line, clean_text, text_problem
from signoff.domain.letters import LetterKind
from signoff.domain.moments import Clock, rfc3339
from signoff.domain.permissions import Act, Actor, ensure_may
from signoff.domain.refusals import Conflict, Invalid, NotFound, NothingStands, StaleText
from signoff.evidence.canonical import commitment
from signoff.evidence.codes import SealingKeys
from signoff.models import Answer, AnswerPerson, Link, Partner, PartnerName, Request, Round, Version
from signoff.services.letter_queue import queue_contact_letters, queue_staff_letter
from signoff.services.links import contacts_with_links
from signoff.services.locks import hold_request
from signoff.services.record import record


@dataclass(frozen=True)
class Said:
    """What came of an answer: the answer that stands, and whether it was recorded just now."""

    answer: Answer
    is_new: bool


def answer(
    session: Session, link: Link, form: AnswerForm, *, shown_digest: str, keys: SealingKeys, clock: Clock
) -> Said:
    """Record what a contact says for its partner about the text that was shown.

    The same answer again is friendly and records nothing. Refuses with StaleText when the text shown is not
    the text asked about, RoundClosed when the round takes no answers, Conflict when this link may not answer,
    Invalid with a sentence for each incomplete field.
    """
    version, last = _hold(session, link)
    at = clock()
    _ensure_shown(version, shown_digest)
    form = form.cleaned()
    errors = answer_problems(
        form, registered_name=link.contact.full_name, public_names=public_names(session, link.partner_id, at=at)
    )
    if form.answer in TO_A_ROUND:
        ensure_legal(Verdict(form.answer), _verdict(last), takes_answers=takes_answers(session, link, at=at))
    _ensure_may_answer(link, at=at)
    if errors:
        raise Invalid(errors)
    if last is not None and _says_the_same(last, form):
        return Said(last, is_new=False)
    said = _what_was_said(form)
    added = _add(session, link.request, version, last, said, person=_person(form), link=link, keys=keys, at=at)
    _tell(session, link.request, version, added, LetterKind.RECEIPT, at=at)
    if added.verdict == Verdict.DECLINE:
        _tell_staff(session, LetterKind.DECLINED, version, added, at=at)
    return Said(added, is_new=True)


def withdraw(
    session: Session,
    link: Link,
    *,
    full_name: str,
    reason: str,
    shown_digest: str,
    keys: SealingKeys,
    clock: Clock,
) -> Said:
    """Take back a partner's standing approval, at any time; its name disappears with the next request."""
    return _end_by_link(
        session, link, Verdict.WITHDRAW, full_name=full_name, reason=reason, shown_digest=shown_digest, keys=keys,
        clock=clock,
    )


def contest(
    session: Session,
    link: Link,
    *,
    full_name: str,
    reason: str,
    shown_digest: str,
    keys: SealingKeys,
    clock: Clock,
) -> Said:
    """Say “this was not us” of a standing answer, at any time; only a link issued later approves again."""
    return _end_by_link(
        session, link, Verdict.CONTEST, full_name=full_name, reason=reason, shown_digest=shown_digest, keys=keys,
        clock=clock,
    )


def _end_by_link(
    session: Session,
    link: Link,
    verdict: Verdict,
    *,
    full_name: str,
    reason: str,
    shown_digest: str,
    keys: SealingKeys,
    clock: Clock,
) -> Said:
    version, last = _hold(session, link)
    _ensure_shown(version, shown_digest)
    form = AnswerForm(full_name=full_name, reason=reason).cleaned()
    errors = {
        "full_name": signature_problem(form.full_name, link.contact.full_name),
        "reason": text_problem(form.reason, longest=2_000, needed=False),
    }
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})
    if last is not None and last.verdict == verdict:
        return Said(last, is_new=False)
    ensure_legal(verdict, _verdict(last), takes_answers=False)
    at = clock()
    said = {"verdict": verdict.value, "public_name": None, "public_note": "", "authority": None}
    added = _add(session, link.request, version, last, said, person=_person(form), link=link, keys=keys, at=at)
    _tell(session, link.request, version, added, LetterKind.WITHDRAWN, at=at)
    _tell_staff(session, LetterKind.WITHDRAWN, version, added, at=at)
    return Said(added, is_new=True)


def remove_name(
    session: Session, version: Version, partner: Partner, *, reason: str, keys: SealingKeys, by: Actor, clock: Clock
) -> Answer:
    """Take a partner's name off a version: staff may always remove one and never add one.

    NotFound when the partner was not asked about it, NothingStands when no approval of it stands.
    """
    ensure_may(by, Act.REMOVE_NAME)
    reason = clean_text(reason)
    if problem := text_problem(reason, longest=2_000):
        raise Invalid({"reason": problem})
    request = session.scalar(
        select(Request).where(Request.version_id == version.id, Request.partner_id == partner.id)
    )
    if request is None:
        raise NotFound("This partner was not asked about this version.")
    hold_request(session, version.id, request.id)
    last = last_answer(session, version.id, partner.id)
    ensure_legal(Verdict.REMOVE, _verdict(last), takes_answers=False)
    at = clock()
    said = {"verdict": Verdict.REMOVE.value, "public_name": None, "public_note": "", "authority": None}
    person = {"full_name": None, "job_title": None, "reason": reason, "note": None}
    added = _add(session, request, version, last, said, person=person, removed_by=by, keys=keys, at=at)
    _tell(session, request, version, added, LetterKind.WITHDRAWN, at=at)
    return added


def last_answer(session: Session, version_id: int, partner_id: int) -> Answer | None:
    """What stands for a partner on a version: its last answer, whatever the round."""
    return session.scalar(
        select(Answer)
        .where(Answer.version_id == version_id, Answer.partner_id == partner_id)
        .order_by(Answer.sequence.desc())
        .limit(1)
    )


def public_names(session: Session, partner_id: int, *, at: datetime) -> list[str]:
    """The names a partner may approve under now, the register's own name first."""
    names = session.scalars(
        select(PartnerName)
        .where(PartnerName.partner_id == partner_id, PartnerName.kind == "public")
        .order_by(PartnerName.id)
    )
    return [name.name for name in names if name.until is None or name.until > at]


def takes_answers(session: Session, link: Link, *, at: datetime) -> bool:
    """Whether the round of this link's request takes answers at this moment, whether or not a worker ran."""
    asked = link.request
    found = session.scalars(
        select(Round).where(Round.version_id == asked.version_id).execution_options(populate_existing=True)
    ).one()
    still_asked = asked.dropped_at is None and asked.partner.left_at is None
    return still_asked and round_takes_answers(deadline=found.deadline, ended=found.ended_at is not None, at=at)


def _hold(session: Session, link: Link) -> tuple[Version, Answer | None]:
    hold_request(session, link.request.version_id, link.request_id)
    version = session.get_one(Version, link.request.version_id)
    return version, last_answer(session, version.id, link.partner_id)


def _ensure_shown(version: Version, shown_digest: str) -> None:
    if shown_digest != version.digest:
        raise StaleText


def _ensure_may_answer(link: Link, *, at: datetime) -> None:
    contact = link.contact
    if link.referred_at is not None:
        raise Conflict("You named a colleague to answer instead; your link reads and does not answer.")
    if not contact.may_answer or contact.answers_from > at:
        raise Conflict("This contact may read but not answer for its organisation yet.")


def _verdict(last: Answer | None) -> Verdict | None:
    return Verdict(last.verdict) if last else None


def _says_the_same(last: Answer, form: AnswerForm) -> bool:
    if form.answer != last.verdict:
        return False
    return form.answer != Verdict.APPROVE or (form.public_name, form.public_note) == (
        last.public_name, last.public_note,
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


def _person(form: AnswerForm) -> dict[str, str | None]:
    return {
        "full_name": form.full_name, "job_title": form.job_title, "reason": form.reason, "note": form.note,
    }


def _add(
    session: Session,
    request: Request,
    version: Version,
    last: Answer | None,
    said: Mapping[str, Any],
    *,
    person: Mapping[str, str | None],
    link: Link | None = None,
    removed_by: Actor | None = None,
    keys: SealingKeys,
    at: datetime,
) -> Answer:
    sequence = last.sequence + 1 if last else 1
    salt = secrets.token_hex(16)
    by = removed_by or Actor("contact", link.contact_id if link else None)
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "digest": version.digest,
        "partner": request.partner.slug,
        "sequence": sequence,
        "verdict": said["verdict"],
        "person": commitment(person, salt),
    }
    if removed_by is None:
        facts |= {name: said[name] for name in ("public_name", "public_note", "authority")}
    kind = "name_removed" if removed_by else "partner_answered"
    entry = record(session, kind, by=by, at=at, facts=facts, position=version.position)
    added = Answer(
        version_id=version.id,
        partner_id=request.partner_id,
        sequence=sequence,
        digest=version.digest,
        at=at,
        request_id=request.id,
        link_id=link.id if link else None,
        removed_by=removed_by.id if removed_by else None,
        entry_id=entry.id,
        **said,
    )
    added.mac = keys.code(sealed_facts(added, entry_body=entry.body))
    added.person = AnswerPerson(salt=salt, **person)
    session.add(added)
    session.flush()
    return added


def sealed_facts(answer: Answer, *, entry_body: str) -> dict[str, Any]:
    """What an answer's code is made of: all its columns, and the entry that tells of it."""
    return {
        "version": answer.version_id,
        "partner": answer.partner_id,
        "sequence": answer.sequence,
        "digest": answer.digest,
        "verdict": answer.verdict,
        "public_name": answer.public_name,
        "public_note": answer.public_note,
        "authority": answer.authority,
        "board_decided_on": answer.board_decided_on.isoformat() if answer.board_decided_on else None,
        "at": rfc3339(answer.at),
        "request": answer.request_id,
        "link": answer.link_id,
        "removed_by": answer.removed_by,
        "entry": answer.entry_id,
        "entry_body": entry_body,
    }


def _tell(
    session: Session, request: Request, version: Version, added: Answer, kind: LetterKind, *, at: datetime
) -> None:
    contacts = contacts_with_links(session, request)
    queue_contact_letters(session, kind, version, contacts, at=at, answer_id=added.id)


def _tell_staff(session: Session, kind: LetterKind, version: Version, added: Answer, *, at: datetime) -> None:
    opener = session.scalars(select(Round).where(Round.version_id == version.id)).one().opener
    queue_staff_letter(session, kind, version, opener, at=at, answer_id=added.id)
