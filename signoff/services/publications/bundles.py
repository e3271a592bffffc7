"""The bundle of a published position: its text, check and list under the newest signed head."""

import logging
import struct
import zlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from signoff.domain.errors import NotSealedYet
from signoff.domain.positions.text import canonical
from signoff.evidence.file_writing import Place, bundle_around, written_around
from signoff.evidence.position_bundles import ensure_around_list
from signoff.evidence.public_state import state_tree
from signoff.models import LogHead, Publication
from signoff.services.publications.list_cache import WrittenList, deflated
from signoff.services.publications.log_reading import (
    Told,
    anchor_of,
    newest_head,
    place_of,
    rows_of,
    told_publications,
)
from signoff.services.publications.public_facts import check_of, list_as_told
from signoff.services.record.stored_tree import PUBLIC_LOG

_GZIP_HEAD = b"\x1f\x8b\x08" + bytes(6) + b"\xff"  # RFC 1952: deflate, without a name or a time


@dataclass(frozen=True)
class Bundle:
    """A verified bundle: what stands before its list, the list, and what stands after it."""

    before: str
    list: WrittenList
    after: str

    @property
    def text(self) -> str:
        """The file."""
        return f"{self.before}{self.list.listed.json}{self.after}"

    @property
    def gzipped(self) -> bytes:
        """The file as gzip, for which the list was squeezed when it was made."""
        whole = self.text.encode()
        pieces = (deflated(self.before.encode()), self.list.deflated, deflated(self.after.encode(), is_last=True))
        return _GZIP_HEAD + b"".join(pieces) + struct.pack("<LL", zlib.crc32(whole), len(whole) % 2**32)


def bundle_of(session: Session, publication: Publication) -> Bundle:
    """The bundle of a live publication, with the list as it is now, verified.

    NotSealedYet while the list is another than the newest head's, a minute at most where the worker runs.
    """
    head = newest_head(session)
    if head is None:
        raise NotSealedYet
    try:
        return _bundle(session, publication, told_publications(session), head)
    except ValueError as problem:  # Refused, or parts that do not go together
        logging.getLogger("signoff").error("no bundle of “%s” can be made: %s", publication.position.slug, problem)
        raise NotSealedYet from None


def _bundle(session: Session, publication: Publication, told: dict[int, Told], head: LogHead) -> Bundle:
    said, written = told.get(publication.id), list_as_told(session, publication)
    if said is None or said.row is None or said.row.list != written.listed.digest:
        raise NotSealedYet
    nodes, rows = PUBLIC_LOG.nodes(session, head.size), rows_of(told.values())
    number = rows.index(said.row)
    around = bundle_around(
        text=canonical(publication.version.wording).decode(),
        check=check_of(session, publication),
        published_at=said.published.at,
        publication=place_of(nodes, said.index, head.size),
        listed=written.listed,
        list_place=place_of(nodes, said.list_index, head.size),
        row=Place(number, state_tree(rows).proof(number)),
        **anchor_of(session, head, nodes, in_bundle=True),
    )
    ensure_around_list(around, written.listed.digest, written.latest, now=head.time)
    before, after = written_around(around)
    return Bundle(before, written, after)
