"""Partners' proofs: for an answer, the file that shows it in the record that the newest signed head commits to."""

import logging
from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.evidence.file_writing import proof_file
from signoff.evidence.partner_proofs import verify_proof
from signoff.evidence.strict_json import Refused
from signoff.models import Answer, Entry, Leaf, LogHead
from signoff.models.base import among, batched
from signoff.services.publications.log_reading import anchor_of, newest_head, place_of
from signoff.services.record.stored_tree import PUBLIC_LOG, RECORD


def proofs_of(session: Session, answers: Iterable[Answer]) -> dict[int, str]:
    """The proofs of these answers, by the answer's id: of those that are under the newest head, each verified.

    An answer whose proof is not whole is left out, and the log of the program says why.
    """
    head, by_entry = newest_head(session), {answer.entry_id: answer.id for answer in answers}
    if head is None:
        return {}
    found = dict[int, str]()
    try:
        for entry_id, file in _files(session, list(by_entry), head):
            found[by_entry[entry_id]] = file
    except Refused as problem:
        logging.getLogger("signoff").error("no partner's proof can be made: %s", problem)
    return found


def _files(session: Session, entry_ids: list[int], head: LogHead) -> Iterator[tuple[int, str]]:
    anchor = anchor_of(session, head, PUBLIC_LOG.nodes(session, head.size), in_bundle=False)
    nodes = RECORD.nodes(session, head.record_size)
    for number, entry_id, body in _sealed(session, entry_ids, head):
        try:
            file = proof_file(
                entry=body,
                place=place_of(nodes, number, head.record_size),
                record={"size": head.record_size, "root": head.record_root, "salt": head.record_salt},
                **anchor,
            )
            verify_proof(file, now=head.time)
        except (Refused, ValueError, KeyError, TypeError) as problem:
            logging.getLogger("signoff").error("the proof of place %s of the record is not whole: %s", number, problem)
        else:
            yield entry_id, file


def _sealed(session: Session, entry_ids: list[int], head: LogHead) -> Iterator[tuple[int, int, str]]:
    for some in batched(entry_ids):
        sealed = select(Leaf.number, Entry.id, Entry.body).join(Entry, Entry.id == Leaf.entry_id)
        rows = session.execute(sealed.where(among(Leaf.entry_id, some), Leaf.number < head.record_size))
        yield from ((number, entry_id, body) for number, entry_id, body in rows)
