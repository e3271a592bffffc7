"""The bundle of a published position: its text, check and list under the newest signed head."""

import logging

from sqlalchemy.orm import Session

from signoff.domain.errors import NotSealedYet
from signoff.domain.positions.text import canonical
from signoff.evidence.file_writing import Place, bundle_file
from signoff.evidence.position_bundles import verify_bundle
from signoff.evidence.public_state import state_tree
from signoff.evidence.strict_json import Refused
from signoff.models import LogHead, Publication
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


def bundle_of(session: Session, publication: Publication) -> str:
    """The bundle of a live publication, with the list as it is now, verified.

    NotSealedYet while the list is another than the newest head's, a minute at most where the worker runs.
    """
    head = newest_head(session)
    if head is None:
        raise NotSealedYet
    try:
        told = told_publications(session)
        file = _file(session, publication, told, head)
        verify_bundle(file, now=head.time)
    except Refused as problem:
        logging.getLogger("signoff").error("no bundle of “%s” can be made: %s", publication.position.slug, problem)
        raise NotSealedYet from None
    return file


def _file(session: Session, publication: Publication, told: dict[int, Told], head: LogHead) -> str:
    said, listed = told.get(publication.id), list_as_told(session, publication)
    if said is None or said.row is None or said.row.list != listed.digest:
        raise NotSealedYet
    nodes, rows = PUBLIC_LOG.nodes(session, head.size), rows_of(told.values())
    number = rows.index(said.row)
    return bundle_file(
        text=canonical(publication.version.wording).decode(),
        check=check_of(session, publication),
        published_at=said.published.at,
        publication=place_of(nodes, said.index, head.size),
        listed=listed,
        list_place=place_of(nodes, said.list_index, head.size),
        row=Place(number, state_tree(rows).proof(number)),
        **anchor_of(session, head, nodes, in_bundle=True),
    )
