"""Adds one answer: its entry in the record, the row with its code, and the person's words, which can be erased."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signoff.domain.answers.answers import Verdict
from signoff.evidence.canonical import commitment
from signoff.models import Answer, AnswerPerson, Link, Request
from signoff.services.act import ActContext
from signoff.services.record.answer_codes import sealed_facts
from signoff.services.record.record import record


@dataclass(frozen=True)
class AnswerContent:
    """What an answer says: its columns, and the words of the person, which can be erased."""

    columns: Mapping[str, Any]
    person: Mapping[str, str | None]


def add_answer(
    act: ActContext, request: Request, last: Answer | None, content: AnswerContent, *, at: datetime, link: Link | None
) -> Answer:
    """Add an answer after the last one: first its entry, then the row with its code, then the person's words.

    Who acts is the contact whose `link` it is, or without one the staff who take the name away.
    """
    version, sequence = request.version, last.sequence + 1 if last else 1
    salt = secrets.token_hex(16)
    facts = _facts(request, sequence, content.columns, commitment(content.person, salt))
    kind = "partner_answered" if link else "name_removed"
    entry = record(act.session, kind, by=act.by, at=at, facts=facts, position=version.position)
    added = Answer(
        version_id=version.id,
        partner_id=request.partner_id,
        sequence=sequence,
        digest=version.digest,
        at=at,
        request_id=request.id,
        link_id=link.id if link else None,
        removed_by=None if link else act.by.id,
        entry_id=entry.id,
        **content.columns,
    )
    added.mac = act.keys.code(sealed_facts(added, entry_body=entry.body))
    added.person = AnswerPerson(salt=salt, **content.person)
    act.session.add(added)
    act.session.flush()
    return added


def add_removal(act: ActContext, request: Request, last: Answer, reason: str, *, at: datetime) -> Answer:
    """Add the answer by which staff take a name away, with the reason its partner is told."""
    columns = {"verdict": Verdict.REMOVE.value, "public_name": None, "public_note": "", "authority": None}
    person = {"full_name": None, "job_title": None, "reason": reason, "note": None}
    return add_answer(act, request, last, AnswerContent(columns, person), at=at, link=None)


def _facts(request: Request, sequence: int, columns: Mapping[str, Any], person: str) -> dict[str, Any]:
    version = request.version
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "digest": version.digest,
        "partner": request.partner.slug,
        "sequence": sequence,
        "verdict": columns["verdict"],
        "person": person,
    }
    if columns["verdict"] != Verdict.REMOVE:
        facts |= {name: columns[name] for name in ("public_name", "public_note", "authority")}
    return facts
