"""The public log grows: on a beat, what is public is compared with what the log has said, and a head is signed.

Nothing is signed that was not checked first (`log_checks.py`). Left to `signoff verify`: going over leaves that were
signed long ago.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from sqlalchemy.orm import Session

from signoff.domain.time import Clock, rfc3339
from signoff.evidence.codes import SealingKeys
from signoff.evidence.heads import Head
from signoff.evidence.key_changes import change_key
from signoff.evidence.log_leaves import Leaf, Listed, State
from signoff.evidence.merkle import Frontier, leaf_hash
from signoff.evidence.notes import Signer
from signoff.evidence.public_state import record_commitment, state_tree
from signoff.evidence.strict_json import Refused
from signoff.models import LogHead, LogLeaf, LogList
from signoff.services.publications.log_checks import (
    current_signer,
    ensure_answers_stand,
    ensure_continues,
    ensure_genuine,
    ensure_told,
)
from signoff.services.publications.log_reading import (
    LogKeys,
    Told,
    log_keys,
    newest_head,
    rows_of,
    told_publications,
)
from signoff.services.publications.public_facts import Change, NotAsLogged, changes
from signoff.services.record.sealing import (
    SealingStopped,
    grown_record,
    may_be_more,
    newest_act,
    oldest_unsealed,
    seal_entries,
)

BEAT = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_IN_HOSTS = ":[]"


def origin_of(base_url: str) -> str:
    """The name of an installation's log, and of the keys that sign its heads: its address without the scheme.

    It counts until the log has its first leaf; from then on the log keeps its name, whatever the address.
    """
    parts = urlsplit(base_url)
    # The name of a log is visible ASCII without a plus sign.
    return f"{quote(parts.netloc, safe=_IN_HOSTS)}{quote(parts.path.rstrip('/'))}/log"


def seal(session: Session, *, base_url: str, keys: SealingKeys, clock: Clock, at_once: bool = True) -> int:
    """Seal what is not sealed yet and sign a head, if it is time; returns how many entries were sealed.

    It is time at the beat, when something public has changed, or `at_once`. While there may be more entries, the head
    waits for them. SealingStopped when something is not as it was recorded. The caller holds the lock of sealing.
    """
    try:
        last, told = newest_head(session), told_publications(session)
        if not (at_once or last is None or clock() >= last.time + BEAT or _is_public_news(session, told)):
            return 0
        is_new_day = last is not None and last.time.date() != clock().date()
        sealed = seal_entries(session, last, keys=keys, everywhere=is_new_day)
        if not may_be_more(sealed):
            _sign(session, last, told, base_url=base_url, keys=keys, clock=clock)
    except (NotAsLogged, Refused) as problem:
        raise SealingStopped(str(problem)) from None
    return sealed


def _is_public_news(session: Session, told: dict[int, Told]) -> bool:
    # Every act leaves an entry. What is not public makes no head before the beat.
    return oldest_unsealed(session) is not None and any(True for _ in changes(session, told))


def _sign(
    session: Session, last: LogHead | None, told: dict[int, Told], *, base_url: str, keys: SealingKeys, clock: Clock
) -> None:
    log = log_keys(session)
    signer = current_signer(log, keys)
    frontier = ensure_continues(session, last, told.values(), log, signer)
    record = grown_record(session, last, keys=keys)
    newest = keys.signers(log.origin or origin_of(base_url))[0]
    if signer != newest:
        frontier = _append(session, frontier, [(_introduction(newest, signer, log), None)])
    said = list(changes(session, told))
    ensure_told(session, last, [change.publication for change in said])
    frontier = _append_facts(session, frontier, said, keys)
    time = _time_of_head(session, last, clock)
    salt = secrets.token_hex(32)
    rows = rows_of(told_publications(session).values())
    commitment = record_commitment(record.size, record.root.hex(), salt)
    state = State(rfc3339(time), len(rows), state_tree(rows).root.hex(), commitment)
    frontier = _append(session, frontier, [(state, None)])
    session.add(
        LogHead(
            size=frontier.size,
            root=frontier.root.hex(),
            frontier=[item.hex() for item in frontier.heads],
            note=Head(newest.name, frontier.size, frontier.root).signed(newest),
            time=time,
            record_size=record.size,
            record_root=record.root.hex(),
            record_salt=salt,
            record_frontier=[item.hex() for item in record.heads],
        )
    )
    session.flush()


def _introduction(new: Signer, old: Signer | None, log: LogKeys) -> Leaf:
    if new.verifier in log.verifiers:
        raise SealingStopped("The first key of the sealing key file has signed the log before and was retired.")
    return change_key(new, old)


def _time_of_head(session: Session, last: LogHead | None, clock: Clock) -> datetime:
    # Whole seconds, not before anything that the head covers, whatever another machine's clock says.
    newest = max(clock(), newest_act(session, after=last.record_size if last else 0) or clock())
    time = newest if newest.microsecond == 0 else newest.replace(microsecond=0) + _SECOND
    return max(time, last.time + _SECOND) if last else time


def _append_facts(session: Session, frontier: Frontier, said: Sequence[Change], keys: SealingKeys) -> Frontier:
    for change in said:
        ensure_genuine(session, change.publication, keys)
        if isinstance(change.leaf, Listed):
            ensure_answers_stand(session, change.publication, keys)
            session.merge(LogList(publication_id=change.publication.id, salt=change.salt))
    return _append(session, frontier, [(change.leaf, change.publication.id) for change in said])


def _append(session: Session, frontier: Frontier, leaves: Sequence[tuple[Leaf, int | None]]) -> Frontier:
    hashes = [leaf_hash(leaf.encoded) for leaf, _ in leaves]
    for number, ((leaf, publication_id), hashed) in enumerate(zip(leaves, hashes, strict=True), frontier.size):
        session.add(
            LogLeaf(
                number=number,
                kind=leaf.content["kind"],
                publication_id=publication_id,
                content=leaf.encoded.decode(),
                hash=hashed.hex(),
            )
        )
    session.flush()
    return frontier.grown(hashes)
