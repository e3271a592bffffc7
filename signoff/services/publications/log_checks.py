"""What is checked before a head is signed: that the log goes on where its last head ended, that answers are genuine."""

import json
from collections.abc import Collection, Iterable, Mapping, Set

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import Verdict
from signoff.domain.time import rfc3339
from signoff.evidence.codes import SealingKeys
from signoff.evidence.consistency import inclusion_proof
from signoff.evidence.heads import Head, open_sole
from signoff.evidence.key_changes import chain_of
from signoff.evidence.log_leaves import State
from signoff.evidence.merkle import Frontier, is_included, leaf_hash
from signoff.evidence.notes import Signer
from signoff.evidence.public_state import record_commitment, state_tree
from signoff.evidence.strict_json import Refused
from signoff.models import Answer, Base, Entry, LogHead, LogLeaf, Partner, Position, Publication, Version
from signoff.models.base import among
from signoff.models.publications import signatory
from signoff.models.row_codes import CODED
from signoff.services.publications.log_reading import LogKeys, Told, rows_of, state_of
from signoff.services.record.row_codes import is_right, key_column, with_codes
from signoff.services.record.sealing import (
    ANSWER_KINDS,
    SealingStopped,
    checked_frontier,
    ensure_entries_are_there,
    ensure_recorded,
    positions_told_of,
)
from signoff.services.record.stored_tree import PUBLIC_LOG


def current_signer(log: LogKeys, keys: SealingKeys) -> Signer | None:
    """The signer of the log's newest heads; None for a log without a key. SealingStopped when we do not have it."""
    if not log.changes:
        return None
    current = log.verifiers[-1]
    for signer in keys.signers(log.origin):
        if signer.verifier == current:
            return signer
    raise SealingStopped(f"The sealing key file does not have the key that signs the log ({current.fingerprint}).")


def ensure_continues(
    session: Session, last: LogHead | None, told: Iterable[Told], log: LogKeys, signer: Signer | None
) -> Frontier:
    """The frontier of the log at its last head; SealingStopped unless leaves, state and signature belong together."""
    if session.scalar(select(func.count()).select_from(LogLeaf)) != (last.size if last else 0):
        raise SealingStopped("The leaves of the public log do not end where its last head ends.")
    if last is None:
        return Frontier()
    if signer is None:
        raise SealingStopped("The public log has no key.")
    frontier = checked_frontier(last.size, last.frontier, last.root)
    try:
        chain_of([change for change, _ in log.changes], log.origin)
        if open_sole(last.note, signer.verifier) != Head(log.origin, last.size, frontier.root):
            raise SealingStopped("The last head of the public log is not the head of its leaves.")
        _ensure_state(session, last, told)
    except Refused as problem:
        raise SealingStopped(f"The public log is not as it was signed. {problem}") from None
    return frontier


def _ensure_state(session: Session, last: LogHead, told: Iterable[Told]) -> None:
    state, rows = state_of(session, last), rows_of(told)
    path = inclusion_proof(PUBLIC_LOG.nodes(session, last.size), last.size - 1, last.size)
    if not is_included(leaf_hash(state.encoded), last.size - 1, last.size, path, bytes.fromhex(last.root)):
        raise SealingStopped("The last state of the public log is not the one that was signed.")
    if state != _expected(last, state, len(rows), state_tree(rows).root.hex()):
        raise SealingStopped(
            "The leaves of the public log, or the record's head, do not make the state that was signed."
        )


def _expected(last: LogHead, state: State, positions: int, root: str) -> State:
    record = record_commitment(last.record_size, last.record_root, last.record_salt)
    return State(time=rfc3339(last.time), positions=positions, root=root, record=record)


def ensure_told(session: Session, last: LogHead | None, publications: Collection[Publication]) -> None:
    """SealingStopped when something public of one of these changed of which no entry since the last head tells."""
    if not publications:
        return
    told = positions_told_of(session, after=last.record_size if last else 0)
    for publication in publications:
        if publication.position_id not in told:
            raise SealingStopped(f"What is public of {_named(publication)} has changed, and no entry says why.")


def ensure_genuine(session: Session, publication: Publication, keys: SealingKeys) -> None:
    """SealingStopped unless this installation wrote the publication, its position and its version as they are."""
    wrote = (
        (Publication, publication.id),
        (Position, publication.position_id),
        (Version, publication.version_id),
    )
    for model, number in wrote:
        _ensure_written(session, model, [number], keys, publication)


def _ensure_written(
    session: Session, model: type[Base], ids: Collection[int], keys: SealingKeys, publication: Publication
) -> None:
    table = Base.metadata.tables[model.__tablename__]
    rows = session.execute(with_codes(table).where(among(key_column(table), ids))).mappings().all()
    if len(rows) != len(ids) or not all(is_right(table, row, keys) for row in rows):
        noun = CODED[table.name]
        raise SealingStopped(f"A {noun} that {_named(publication)} depends on is not as this program wrote it.")


def _named(publication: Publication) -> str:
    return f"version {publication.version.number} of “{publication.position.slug}”"


def ensure_answers_stand(session: Session, publication: Publication, keys: SealingKeys) -> None:
    """SealingStopped unless the list names just those whose last answer in the record approves, each with our code."""
    ensure_entries_are_there(session)
    rows = session.execute(
        select(signatory.c.partner, Answer, Entry)
        .join(Answer, Answer.id == signatory.c.answer_id)
        .outerjoin(Entry, Entry.id == Answer.entry_id)
        .where(signatory.c.publication_id == publication.id)
    ).all()
    last = _last_in_record(session, publication)
    for partner, answer, entry in rows:
        if entry is None or last.get(partner) != (answer.sequence, Verdict.APPROVE):
            raise SealingStopped(f"A name on {_named(publication)} does not stand by the last answer in the record.")
    ensure_recorded(session, [entry for _, _, entry in rows], keys=keys)
    _ensure_nobody_is_missing(
        session, publication, {slug for slug, (_, said) in last.items() if said == Verdict.APPROVE}
    )
    partners = session.scalars(select(Partner.id).where(Partner.slug.in_(last))).all() if last else []
    _ensure_written(session, Partner, partners, keys, publication)


def _ensure_nobody_is_missing(session: Session, publication: Publication, approved: Set[str]) -> None:
    listed = select(signatory.c.partner).where(signatory.c.publication_id == publication.id)
    left = select(Partner.slug).where(Partner.left_at < publication.published_at)
    if missing := approved - set(session.scalars(listed)) - set(session.scalars(left)):
        raise SealingStopped(f"{_named(publication)} does not name {min(missing)}, whose last answer approves it.")


def _last_in_record(session: Session, publication: Publication) -> Mapping[str, tuple[int, str]]:
    entries = select(Entry.body).where(Entry.position_id == publication.position_id, Entry.kind.in_(ANSWER_KINDS))
    last = dict[str, tuple[int, str]]()
    for body in session.scalars(entries):
        facts = json.loads(body)["facts"]
        if facts["version"] == publication.version.number:
            said = (facts["sequence"], facts["verdict"])
            last[facts["partner"]] = max(said, last.get(facts["partner"], said))
    return last
