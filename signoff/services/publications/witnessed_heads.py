"""Cosignatures of our heads: what witnesses are asked, the lines that they gave, and why one did not."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from signoff.evidence.consistency import consistency_proof
from signoff.evidence.cosignatures import Witness, WitnessKey
from signoff.evidence.strict_json import Refused
from signoff.evidence.witnessing import WitnessRequest
from signoff.models import Cosignature, LogHead, WitnessProblem
from signoff.services.locks import hold_sealing
from signoff.services.publications.log_reading import newest_head
from signoff.services.record.stored_tree import PUBLIC_LOG

AGAIN_AFTER = timedelta(minutes=5)


def cosigned_note(session: Session, head: LogHead) -> str:
    """A head as it is served to those who follow the log: signed, with a line of each witness that cosigned it."""
    lines = select(Cosignature.line).where(Cosignature.size == head.size).order_by(Cosignature.witness)
    return head.note + "".join(session.scalars(lines))


def size_cosigned(session: Session, key: WitnessKey) -> int:
    """How many leaves the newest head has that this witness cosigned; 0 when it cosigned none."""
    return session.scalar(select(func.max(Cosignature.size)).where(Cosignature.witness == str(key))) or 0


def witnesses_to_ask(
    session: Session, witnesses: Sequence[Witness], *, at: datetime, at_once: bool
) -> list[tuple[Witness, WitnessRequest]]:
    """Each witness that has not cosigned the newest head, with what to post to it.

    One that had a problem is asked again after five minutes, or `at_once`.
    """
    head = newest_head(session)
    if head is None:
        return []
    rests = select(WitnessProblem.witness).where(WitnessProblem.tried_at > at - AGAIN_AFTER)
    resting = set() if at_once else set(session.scalars(rests))
    sizes = [(one, size_cosigned(session, one.key)) for one in witnesses if str(one.key) not in resting]
    return [(one, request_of(session, head, size)) for one, size in sizes if size < head.size]


def request_of(session: Session, head: LogHead, old: int) -> WitnessRequest:
    """The request to cosign a head, with the proof that it follows the head of the size `old`.

    Refused where leaves are missing.
    """
    proof = consistency_proof(PUBLIC_LOG.nodes(session, head.size), old, head.size)
    return WitnessRequest(old, tuple(proof), head.note)


def add_cosignature(session: Session, witness: Witness, note: str, line: str) -> None:
    """Keep the line by which a witness cosigned a head. Refused when it is not its signature over this head."""
    if not _is_line_of(witness.key, line, note):
        raise Refused(f"The witness “{witness.name}” answered with a cosignature that is not valid.")
    hold_sealing(session)
    head, key = newest_head_of(session, note), str(witness.key)
    if session.get(Cosignature, (head.size, key)) is None:
        session.add(Cosignature(size=head.size, witness=key, line=line))
    session.execute(delete(WitnessProblem).where(WitnessProblem.witness == key))


def newest_head_of(session: Session, note: str) -> LogHead:
    """The stored head of this note. Refused when it no longer exists."""
    head = session.scalar(select(LogHead).where(LogHead.note == note).order_by(LogHead.size.desc()).limit(1))
    if head is None:
        raise Refused("The head that was cosigned is no longer in the log.")
    return head


def note_problem(session: Session, witness: Witness, problem: str, *, at: datetime) -> bool:
    """Keep why a witness did not cosign; whether that is new."""
    hold_sealing(session)
    key = str(witness.key)
    row = session.get(WitnessProblem, key)
    if row is None:
        session.add(WitnessProblem(witness=key, problem=problem, since=at, tried_at=at))
        return True
    is_new = row.problem != problem
    row.problem, row.tried_at = problem, at
    return is_new


def witness_problems(session: Session, witnesses: Iterable[Witness]) -> Sequence[WitnessProblem]:
    """Why witnesses that we name do not cosign, the longest first."""
    keys = [str(one.key) for one in witnesses]
    query = select(WitnessProblem).where(WitnessProblem.witness.in_(keys)).order_by(WitnessProblem.since)
    return session.scalars(query).all() if keys else ()


def wrong_cosignatures(session: Session) -> Iterator[str]:
    """A sentence for each stored cosignature that is not one of its witness over its head."""
    rows = session.execute(
        select(Cosignature, LogHead.note)
        .outerjoin(LogHead, LogHead.size == Cosignature.size)
        .order_by(Cosignature.size)
        .execution_options(yield_per=500)
    )
    for cosignature, note in rows:
        if not _is_valid(cosignature, note):
            yield f"A cosignature of the head of {cosignature.size} leaves is not valid."


def _is_valid(cosignature: Cosignature, note: str | None) -> bool:
    try:
        return note is not None and _is_line_of(WitnessKey.read(cosignature.witness), cosignature.line, note)
    except Refused:
        return False


def _is_line_of(key: WitnessKey, line: str, note: str) -> bool:
    return line.endswith("\n") and line.count("\n") == 1 and key.seen_at(note + line) is not None
