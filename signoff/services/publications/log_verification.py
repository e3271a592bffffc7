"""Verifies the public log: leaves and heads follow from each other, and what is public is what they say."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from signoff.domain.time import rfc3339
from signoff.evidence.codes import SealingKeys
from signoff.evidence.heads import Head, bears_signature, read_head
from signoff.evidence.log_leaves import Ended, Leaf, Listed, Published, State
from signoff.evidence.log_replay import LogReplay
from signoff.evidence.merkle import leaf_hash
from signoff.evidence.notes import Verifier
from signoff.evidence.public_state import record_commitment
from signoff.evidence.strict_json import Refused
from signoff.models import LogHead, LogLeaf
from signoff.services.publications.log_reading import log_keys, told_publications
from signoff.services.publications.public_facts import NotAsLogged, changes_of, no_longer_there
from signoff.services.publications.witnessed_heads import wrong_cosignatures
from signoff.services.record.publication_entries import whole_publications
from signoff.services.record.sealing import positions_waiting


@dataclass(frozen=True)
class LogReport:
    """How many leaves and heads were looked at, the log's keys, and every sentence about what is wrong."""

    leaves: int
    heads: int
    keys: tuple[Verifier, ...]
    wrong: tuple[str, ...]


def verify_log(session: Session, keys: SealingKeys, *, kept: str = "") -> LogReport:
    """Replay the whole log and compare it with what is public; `kept` is a head that someone kept."""
    try:
        known = log_keys(session)
        replay, leaves, heads, wrong = _replayed(session, known.origin, kept)
    except Refused as problem:
        return LogReport(0, 0, (), (str(problem),))
    if replay.keys and replay.keys[-1] not in [signer.verifier for signer in keys.signers(replay.origin)]:
        wrong.append("The key that signs the public log is not in the sealing key file.")
    wrong += [*_wrong_with_facts(session), *wrong_cosignatures(session)]
    # The replay and the comparison may both come upon the same leaf.
    return LogReport(leaves, heads, replay.keys, tuple(dict.fromkeys(wrong)))


def _replayed(session: Session, origin: str, kept: str) -> tuple[LogReplay, int, int, list[str]]:
    replay, wrong, seen = LogReplay(origin), list[str](), 0
    heads = {head.size: head for head in session.scalars(select(LogHead).order_by(LogHead.size))}
    number, asked = len(heads), read_head(kept) if kept else None
    publications = {one.id: (one.position.slug, one.version.number) for one in session.scalars(whole_publications())}
    ends_with_head = True
    leaves = session.scalars(select(LogLeaf).order_by(LogLeaf.number).execution_options(yield_per=500))
    for leaf in leaves:
        try:
            said = replay.add(leaf.content.encode())
        except Refused as problem:
            leaves.close()
            return replay, seen, number, [*wrong, str(problem)]
        wrong += _wrong_with_leaf(leaf, said, replay, publications)
        seen, ends_with_head = seen + 1, replay.frontier.size in heads
        if head := heads.pop(replay.frontier.size, None):
            wrong += _wrong_with_head(head, said, replay)
        if asked and asked.size == seen:
            wrong += _wrong_with_kept(asked, kept, replay)
            asked = None
    wrong += [f"The head of {size} leaves was signed, but so many are not there." for size in heads]
    if not ends_with_head:
        wrong.append("The last leaves of the public log are under no head.")
    if asked:
        wrong.append(f"The log has no {asked.size} leaves, as the head that you kept has: it was rolled back.")
    return replay, seen, number, wrong


def _wrong_with_leaf(
    leaf: LogLeaf, said: Leaf, replay: LogReplay, publications: dict[int, tuple[str, int]]
) -> Iterator[str]:
    place = replay.frontier.size - 1
    if leaf.number != place:
        yield f"Place {place} of the public log is empty."
    if leaf.hash != leaf_hash(said.encoded).hex():
        yield f"The hash kept with leaf {place} of the log is not its own."
    if leaf.kind != said.content["kind"]:
        yield f"Leaf {place} of the log is kept under another kind."
    about = (said.position, said.version) if isinstance(said, Published | Listed | Ended) else None
    if about != publications.get(leaf.publication_id or 0):
        yield f"Leaf {place} of the log is kept with another publication."


def _wrong_with_head(head: LogHead, last: Leaf, replay: LogReplay) -> Iterator[str]:
    try:
        replay.ensure_head(head.note)
    except Refused as problem:
        yield f"The head of {head.size} leaves is not right. {problem}"
    frontier = replay.frontier
    if (head.root, head.frontier) != (frontier.root.hex(), [item.hex() for item in frontier.heads]):
        yield f"The root or frontier kept with the head of {head.size} leaves is not the one of these leaves."
    if isinstance(last, State):
        if last.time != rfc3339(head.time):
            yield f"The time kept with the head of {head.size} leaves is not the one that was signed."
        if last.record != record_commitment(head.record_size, head.record_root, head.record_salt):
            yield f"The record kept with the head of {head.size} leaves is not the one it commits to."


def _wrong_with_kept(asked: Head, kept: str, replay: LogReplay) -> Iterator[str]:
    if not any(bears_signature(kept, key) for key in replay.keys):
        yield "The head that you kept is not signed by a key of this log."
    if (asked.origin, asked.root) != (replay.origin, replay.frontier.root):
        yield f"The log was forked: at {asked.size} leaves it differs from the head that you kept."


def _wrong_with_facts(session: Session) -> Iterator[str]:
    if "signatory" not in inspect(session.connection()).get_view_names():
        yield "What is public cannot be compared with the log: the view signatory is not there."
        return
    try:
        told, waiting = told_publications(session), positions_waiting(session)
        everything = list(session.scalars(whole_publications()))
    except Refused as problem:
        yield str(problem)
        return
    gone = told.keys() - {publication.id for publication in everything}
    yield from (no_longer_there(told[one]) for one in sorted(gone))
    for publication in everything:
        named = f"version {publication.version.number} of “{publication.position.slug}”"
        try:
            new = [change.leaf.content["kind"] for change in changes_of(session, publication, told.get(publication.id))]
        except (NotAsLogged, Refused) as problem:
            yield str(problem)
            continue
        # What was done since the last head is in entries that are not sealed yet.
        if new and publication.position_id not in waiting:
            yield f"What is public of {named} is not what the log says ({', '.join(new)})."
