"""Verifies what is stored: each version's digest, each answer's code and entry, each row's code, who is named."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.db.comparison import differences
from signoff.domain.positions.text import digest
from signoff.evidence.canonical import commitment
from signoff.evidence.codes import SealingKeys
from signoff.models import Answer, Entry, Version
from signoff.services.record.answer_codes import sealed_facts
from signoff.services.record.entry_verification import EntryWalk, facts_in
from signoff.services.record.merge_verification import verify_merges
from signoff.services.record.name_verification import verify_names
from signoff.services.record.places import Places
from signoff.services.record.publication_entries import wrong_with_publications
from signoff.services.record.row_verification import verify_rows
from signoff.services.record.seal_verification import verify_seals
from signoff.services.record.stored_indexes import wrong_with_indexes
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
    """Look at every row that people read, every name, answer and entry, and at the guards that keep them."""
    places = Places(session)
    wrong = [difference.sentence for difference in differences(session.connection())]
    wrong += wrong_with_indexes(session)
    wrong += verify_rows(session, keys, places)
    wrong += verify_names(session)
    wrong += verify_merges(session)
    wrong += _wrong_with_texts(session, places)
    answers = 0
    rows = select(Answer, Entry).outerjoin(Entry, Entry.id == Answer.entry_id).order_by(Answer.id)
    told = set[int]()
    for answer, entry in session.execute(rows.execution_options(yield_per=500)):
        answers += 1
        told.add(answer.entry_id)
        said = f"Answer {answer.sequence} of {places.partner(answer.partner_id)} to {places.version(answer.version_id)}"
        wrong += (f"{said} {problem}" for problem in _wrong_with_answer(answer, entry, keys))
    walk = EntryWalk(session, keys, told)
    wrong += walk.wrong()
    wrong += walk.wrong_with_roles(session)
    wrong += walk.wrong_with_lists(session)
    wrong += wrong_with_publications(session)
    sealed = verify_seals(session, tell)
    versions = session.scalar(select(func.count()).select_from(Version)) or 0
    return VerificationReport(versions, answers, walk.entries, sealed.entries, (*wrong, *sealed.wrong))


def _wrong_with_texts(session: Session, places: Places) -> Iterator[str]:
    for version in session.scalars(select(Version).execution_options(yield_per=500)):
        if digest(version.wording) != version.digest:
            yield f"The text of {places.version(version.id)} does not have the digest it was saved with."


def _wrong_with_answer(answer: Answer, entry: Entry | None, keys: SealingKeys) -> Iterator[str]:
    if entry is None:
        yield "has no entry in the record."
        return
    if not keys.is_code(answer.mac, sealed_facts(answer, entry_body=entry.body)):
        yield "does not have the code of this installation."
    facts = facts_in(entry)
    if facts is None:
        return  # said of the entry itself
    same = ("digest", "sequence", "verdict", "public_name", "public_note", "authority")
    if any(name in facts and facts[name] != getattr(answer, name) for name in same):
        yield f"is not what entry {entry.id} of the record says."
    person = answer.person
    if person is None:
        yield "has lost the words of the person who gave it."
        return
    said = {name: getattr(person, name) for name in ("full_name", "job_title", "reason", "note")}
    if person.salt is None and any(value is not None for value in said.values()):
        yield "has words of a person that were erased before."
    if person.salt is not None and facts.get("person") != commitment(said, person.salt):
        yield "has other words of the person who gave it than were recorded."
