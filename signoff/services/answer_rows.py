"""Adds one answer: its entry in the record, the row with its code, and the erasable words of the person."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from signoff.domain.answers import Verdict
from signoff.domain.moments import rfc3339
from signoff.domain.permissions import Actor
from signoff.evidence.canonical import commitment
from signoff.evidence.codes import SealingKeys
from signoff.models import Answer, AnswerPerson, Link, Request, Version
from signoff.services.record import record


def add_answer(
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
    """Add an answer after the last one: first its entry, then the row with its code, then the person's words."""
    sequence = last.sequence + 1 if last else 1
    salt = secrets.token_hex(16)
    by = removed_by or Actor("contact", link.contact_id if link else None)
    facts = _facts(request, version, sequence, said, commitment(person, salt))
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
    said = {"verdict": Verdict.REMOVE.value, "public_name": None, "public_note": "", "authority": None}
    person = {"full_name": None, "job_title": None, "reason": reason, "note": None}
    return add_answer(session, request, version, last, said, person=person, removed_by=by, keys=keys, at=at)


def _facts(request: Request, version: Version, sequence: int, said: Mapping[str, Any], person: str) -> dict[str, Any]:
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "digest": version.digest,
        "partner": request.partner.slug,
        "sequence": sequence,
        "verdict": said["verdict"],
        "person": person,
    }
    if said["verdict"] != Verdict.REMOVE:
        facts |= {name: said[name] for name in ("public_name", "public_note", "authority")}
    return facts


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
