"""What is public now, as leaves of the log, beside what the log has said: the difference is what it says next."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.positions.text import digest
from signoff.domain.time import rfc3339
from signoff.evidence.file_writing import prepare_list
from signoff.evidence.log_leaves import Ended, Leaf, Listed, Published
from signoff.evidence.public_state import check_digest
from signoff.models import LogList, Position, PrinciplesEdition, Publication, Version
from signoff.models.publications import signatory
from signoff.services.positions.checks import finding_facts, shown_check
from signoff.services.publications.list_cache import WrittenList, cache_of
from signoff.services.publications.log_reading import Told


class NotAsLogged(Exception):
    """What is public is not what the log says of it, and no act can have changed it."""


@dataclass(frozen=True)
class Change:
    """A leaf that the log has to say next, about which publication; for a list, with its new salt."""

    leaf: Leaf
    publication: Publication
    salt: str = ""


def changes(session: Session, told: Mapping[int, Told]) -> Iterator[Change]:
    """What is public now and was not when the log last said so, in the order of the acts.

    NotAsLogged when a text, a check or a time is another than the log says.
    """
    everything = select(Publication).order_by(Publication.id).options(joinedload(Publication.position))
    for publication in session.scalars(everything):
        yield from changes_of(session, publication, told.get(publication.id))
    for gone in sorted(told.keys() - set(session.scalars(select(Publication.id)))):
        raise NotAsLogged(no_longer_there(told[gone]))


def no_longer_there(said: Told) -> str:
    """A sentence about a publication that was deleted, as the log has named it."""
    named = f"version {said.published.version} of “{said.published.position}”"
    return f"The log tells that {named} was published, but no publication of it is there."


def changes_of(session: Session, publication: Publication, said: Told | None) -> Iterator[Change]:
    """What the log has to say of one publication beyond what it has said."""
    published = published_leaf(session, publication)
    if said is None:
        yield Change(published, publication)
    elif said.published != published:
        raise NotAsLogged(f"The text, the check or the time of {_named(publication)} is not what the log says.")
    ending = _ending(publication)
    if said and said.ended and said.ended != ending:
        raise NotAsLogged(f"The end of {_named(publication)} is not what the log says.")
    if ending and not (said and said.ended):
        yield Change(ending, publication)
    if not ending:
        yield from _change_of_list(session, publication, said)


def _change_of_list(session: Session, publication: Publication, said: Told | None) -> Iterator[Change]:
    if said and said.listed and list_as_told(session, publication).listed.digest == said.listed.list:
        return
    salt = secrets.token_hex(32)
    listed = _written(publication, salt, _names_on(session, publication)).listed
    yield Change(Listed(listed.position, listed.version, listed.text, listed.digest), publication, salt)


def _named(publication: Publication) -> str:
    return f"version {publication.version.number} of “{publication.position.slug}”"


def published_leaf(session: Session, publication: Publication) -> Published:
    """The publication as the log says it. NotAsLogged when the text does not have its digest."""
    version: Version | None = publication.version
    if version is None or session.get(Position, publication.position_id) is None:
        raise NotAsLogged("The version or the position of a publication no longer exists.")
    if digest(version.wording) != version.digest:
        raise NotAsLogged(f"The text of {_named(publication)} does not have the digest it was saved with.")
    about = (publication.position.slug, version.number, version.digest)
    check = check_digest(check_of(session, publication))
    return Published(*about, check=check, at=rfc3339(publication.published_at))


def _ending(publication: Publication) -> Ended | None:
    if publication.ended_at is None:
        return None
    position, number = publication.position.slug, publication.version.number
    return Ended(str(publication.ended_as), position, number, rfc3339(publication.ended_at))


def check_of(session: Session, publication: Publication) -> dict[str, Any]:
    """The check of what is published, as bundles carry it."""
    checked = shown_check(session, publication.version)
    if checked.check is None or session.get(PrinciplesEdition, checked.check.edition_id) is None:
        raise NotAsLogged(f"The check of {_named(publication)} is not there.")
    return {
        "edition": checked.check.edition.number,
        "adopted_on": checked.check.edition.adopted_on.isoformat(),
        "completed_at": rfc3339(checked.check.completed_at),
        "findings": [finding_facts(finding) for finding in checked.findings],
    }


def list_as_told(session: Session, publication: Publication) -> WrittenList:
    """The list of a publication as it is now, under the salt of the list that the log last told."""
    told, named = session.get(LogList, publication.id), _names_on(session, publication)
    if told is None:
        return _written(publication, secrets.token_hex(32), named)
    # The rows are read each time, so what is kept is never another list than the present one.
    about = (publication.position.slug, publication.version.number, publication.version.digest, told.salt, named)
    key = hashlib.sha256(repr(about).encode()).digest()
    return cache_of(session).get(key, lambda: _written(publication, told.salt, named))


_Named = tuple[str, str, str, datetime]  # the partner's slug, its name and note, and when it approved


def _names_on(session: Session, publication: Publication) -> list[_Named]:
    columns = (signatory.c.partner, signatory.c.public_name, signatory.c.public_note, signatory.c.approved_at)
    query = select(*columns).where(signatory.c.publication_id == publication.id).order_by(signatory.c.partner)
    return [(partner, name, note, at) for partner, name, note, at in session.connection().execute(query)]


def _written(publication: Publication, salt: str, named: Sequence[_Named]) -> WrittenList:
    signatories = [
        {"partner": partner, "name": name, "note": note, "approved_at": rfc3339(approved_at)}
        for partner, name, note, approved_at in named
    ]
    version = publication.version
    listed = prepare_list(publication.position.slug, version.number, version.digest, salt, signatories)
    latest = max((approved_at for *_, approved_at in named), default=None)
    return WrittenList(listed, rfc3339(latest) if latest else "")
