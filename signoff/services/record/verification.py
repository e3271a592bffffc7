"""Verifies what is stored: each version's digest, each answer's code and entry, and who is named in public."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.db.comparison import differences
from signoff.domain.positions.text import digest
from signoff.domain.time import rfc3339
from signoff.evidence.canonical import canonical_json, commitment
from signoff.evidence.codes import SealingKeys
from signoff.models import Answer, Entry, Version
from signoff.services.record.answer_codes import sealed_facts
from signoff.services.record.name_verification import verify_names
from signoff.services.record.publication_entries import wrong_with_publications
from signoff.services.record.seal_verification import verify_seals
from signoff.services.record.tree_walk import Progress, unheard


@dataclass(frozen=True)
class VerificationReport:
    """How much was looked at, and every sentence about what is wrong."""

    versions: int
    answers: int
    entries: int
    sealed: int
    wrong: tuple[str, ...]


def verify_record(session: Session, keys: SealingKeys, tell: Progress = unheard) -> VerificationReport:
    """Look at every version, name, answer and entry, and at the guards that keep them."""
    wrong = [difference.sentence for difference in differences(session.connection())]
    wrong += verify_names(session)
    versions = answers = entries = 0
    for version in session.scalars(select(Version).execution_options(yield_per=500)):
        versions += 1
        if digest(version.wording) != version.digest:
            wrong.append(f"Version {version.id}: its text does not have the digest it was saved with.")
    rows = session.execute(
        select(Answer, Entry).outerjoin(Entry, Entry.id == Answer.entry_id).execution_options(yield_per=500)
    )
    told = set()
    for answer, entry in rows:
        answers += 1
        told.add(answer.entry_id)
        wrong += _wrong_with_answer(answer, entry, keys)
    for entry in session.scalars(select(Entry).order_by(Entry.id).execution_options(yield_per=500)):
        entries += 1
        wrong += _wrong_with_entry(entry)
        if entry.kind in ("partner_answered", "name_removed") and entry.id not in told:
            wrong.append(f"Entry {entry.id} tells of an answer that is not there.")
    wrong += wrong_with_publications(session)
    sealed = verify_seals(session, tell)
    return VerificationReport(versions, answers, entries, sealed.entries, (*wrong, *sealed.wrong))


def _wrong_with_answer(answer: Answer, entry: Entry | None, keys: SealingKeys) -> Iterator[str]:
    if entry is None:
        yield f"Answer {answer.id} has no entry in the record."
        return
    if not keys.is_code(answer.mac, sealed_facts(answer, entry_body=entry.body)):
        yield f"Answer {answer.id}: its code was not made by this installation."
    try:
        facts = json.loads(entry.body)["facts"]
    except (ValueError, KeyError, TypeError):
        return  # said of the entry itself
    same = ("digest", "sequence", "verdict", "public_name", "public_note", "authority")
    if any(name in facts and facts[name] != getattr(answer, name) for name in same):
        yield f"Answer {answer.id} and entry {entry.id} disagree."
    person = answer.person
    if person is None or person.salt is None:
        return
    said = {name: getattr(person, name) for name in ("full_name", "job_title", "reason", "note")}
    if facts.get("person") != commitment(said, person.salt):
        yield f"Answer {answer.id}: the person's words are not those that were recorded."


def _wrong_with_entry(entry: Entry) -> Iterator[str]:
    try:
        body = json.loads(entry.body)
    except ValueError:
        yield f"Entry {entry.id} cannot be read."
        return
    if not isinstance(body, dict) or set(body) != {"format", "kind", "at", "by", "facts", "salt"}:
        yield f"Entry {entry.id} lacks what an entry consists of."
        return
    if canonical_json(body) != entry.body:
        yield f"Entry {entry.id} is not in canonical form."
    if (body.get("kind"), body.get("at"), body.get("by")) != (entry.kind, rfc3339(entry.at), entry.actor):
        yield f"Entry {entry.id}: its columns and its body disagree."
