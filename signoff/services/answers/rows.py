"""Adds one answer: its entry in the record, the row with its code, and the person's words, which can be erased."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from signoff.domain.answers.answers import Verdict
from signoff.domain.permissions import Actor
from signoff.evidence.canonical import commitment
from signoff.evidence.codes import SealingKeys
from signoff.models import Answer, AnswerPerson, Link, Request, Version
from signoff.services.record.answer_codes import sealed_facts
from signoff.services.record.record import record


def add_answer(
    session: Session,
    request: Request,
    version: Version,
    last: Answer | None,
    columns: Mapping[str, Any],
    *,
    person: Mapping[str, str | None],
    link: Link | None = None,
    removed_by: Actor | None = None,
    keys: SealingKeys,
    at: datetime,
) -> Answer:
    """Add an answer after the last one: first its entry, then the row with its code, then the person's words."""
    sequence = last.sequence + 1 if last else 1
    salt = secrets.token_hex(16)
    by = removed_by or Actor("contact", link.contact_id if link else None)
    facts = _facts(request, version, sequence, columns, commitment(person, salt))
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
        **columns,
    )
    added.mac = keys.code(sealed_facts(added, entry_body=entry.body))
    added.person = AnswerPerson(salt=salt, **person)
    session.add(added)
    session.flush()
    return added


def add_removal(
    session: Session,
    request: Request,
    version: Version,
    last: Answer,
    reason: str,
    *,
    keys: SealingKeys,
    by: Actor,
    at: datetime,
) -> Answer:
    """Add the answer by which staff take a name away, with the reason its partner is told."""
    columns = {"verdict": Verdict.REMOVE.value, "public_name": None, "public_note": "", "authority": None}
    person = {"full_name": None, "job_title": None, "reason": reason, "note": None}
    return add_answer(session, request, version, last, columns, person=person, removed_by=by, keys=keys, at=at)


def _facts(
    request: Request, version: Version, sequence: int, columns: Mapping[str, Any], person: str
) -> dict[str, Any]:
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
