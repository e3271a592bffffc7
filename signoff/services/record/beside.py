"""What stands beside entries of the record: who answered and why, whom a partner named, what a deadline was.

People's words are kept apart from the record, so that they can be erased; what was erased is empty here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.models import Answer, AnswerPerson, Entry, Referral
from signoff.services.record.record import facts_of

_DEADLINES = ("round_opened", "round_extended", "round_shortened")


@dataclass(frozen=True)
class Beside:
    """Of one entry: a person's name and job title, their reason, and the deadline (RFC 3339) with the one before."""

    person: str = ""
    job_title: str = ""
    reason: str = ""
    deadline: str = ""
    deadline_before: str = ""


def beside(session: Session, entries: Sequence[Entry]) -> dict[int, Beside]:
    """What stands beside these entries, by their ids; three queries at most."""
    return _answers(session, entries) | _referrals(session, entries) | _deadlines(session, entries)


def _answers(session: Session, entries: Sequence[Entry]) -> dict[int, Beside]:
    ids = [entry.id for entry in entries if entry.kind in ("partner_answered", "name_removed")]
    rows = session.execute(
        select(Answer.entry_id, AnswerPerson.full_name, AnswerPerson.job_title, AnswerPerson.reason)
        .join(AnswerPerson, AnswerPerson.answer_id == Answer.id)
        .where(Answer.entry_id.in_(ids))
    )
    return {number: Beside(name or "", title or "", reason or "") for number, name, title, reason in rows}


def _referrals(session: Session, entries: Sequence[Entry]) -> dict[int, Beside]:
    about = {
        entry.id: facts_of(entry)["referral"]
        for entry in entries
        if entry.kind in ("request_referred", "referral_settled", "referral_taken_back")
    }
    if not about:
        return {}
    rows = session.execute(
        select(Referral.id, Referral.full_name, Referral.job_title).where(Referral.id.in_(about.values()))
    )
    named = {number: Beside(name or "", title or "") for number, name, title in rows}
    return {number: named[referral] for number, referral in about.items() if referral in named}


def _deadlines(session: Session, entries: Sequence[Entry]) -> dict[int, Beside]:
    wanted = {entry.id for entry in entries if entry.kind in _DEADLINES}
    positions = {entry.position_id for entry in entries if entry.id in wanted}
    query = select(Entry).where(Entry.kind.in_(_DEADLINES), Entry.position_id.in_(positions)).order_by(Entry.id)
    last: dict[tuple[int | None, int], str] = {}
    found = {}
    for entry in session.scalars(query):
        facts = facts_of(entry)
        place = (entry.position_id, facts["version"])
        if entry.id in wanted:
            found[entry.id] = Beside(deadline=facts["deadline"], deadline_before=last.get(place, ""))
        last[place] = facts["deadline"]
    return found
