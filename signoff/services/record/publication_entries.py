"""Compares publications with the record: each must have been published, and ended, by an act that was recorded."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.time import rfc3339
from signoff.models import Entry, Position, Publication, Version


def wrong_with_publications(session: Session) -> Iterator[str]:
    """A sentence for each publication whose beginning or end the record does not have, and for each that is missing."""
    said, shown = dict(_recorded(session)), dict[tuple[Any, ...], str]()
    for publication in session.scalars(whole_publications()):
        named = f"version {publication.version.number} of “{publication.position.slug}”"
        shown |= dict.fromkeys(_acts_of(publication), named)
    yield from sorted({f"The record does not say so of {shown[act]}: {act[0]}." for act in shown.keys() - said.keys()})
    gone = said.keys() - shown.keys()
    yield from sorted(
        f"The record says “{act[0]}” of version {act[2]} of “{said[act]}”, but it is not so." for act in gone
    )


def whole_publications() -> Select[Publication]:
    """The publications whose version and position are there; of others, `verify` says that something is missing."""
    whole = select(Publication).join(Version, Version.id == Publication.version_id)
    whole = whole.join(Position, Position.id == Publication.position_id)
    return whole.options(joinedload(Publication.position)).order_by(Publication.id)


def _acts_of(publication: Publication) -> Iterator[tuple[Any, ...]]:
    about = (publication.position_id, publication.version.number)
    yield ("published", *about, publication.version.digest, rfc3339(publication.published_at))
    if publication.ended_at:
        reason = publication.ended_reason if publication.ended_as == "retired" else ""
        yield (str(publication.ended_as), *about, reason, rfc3339(publication.ended_at))


def _recorded(session: Session) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Each act that entries tell of, with the slug of its position."""
    kinds = ("position_published", "position_retired", "position_superseded")
    for entry in session.scalars(select(Entry).where(Entry.kind.in_(kinds))):
        try:
            body = json.loads(entry.body)
            facts = body["facts"]
            more = facts.get("digest", facts.get("reason", ""))
            act = (entry.kind.removeprefix("position_"), entry.position_id, facts["version"], more, body["at"])
            yield act, str(facts["position"])
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # said of the entry itself
