"""Publish, retire, remove a name."""

from flask import Blueprint
from sqlalchemy import select

from signoff.domain.permissions import Act
from signoff.domain.refusals import Conflict
from signoff.domain.slugs import encoded
from signoff.models import Position, Round, Version
from signoff.services.answers import remove_name
from signoff.services.gathering import warnings_before_publishing
from signoff.services.partners import get_partner
from signoff.services.positions import get_position, get_version
from signoff.services.publications import find_live_publication
from signoff.services.publications import publish as publish_version
from signoff.services.publications import retire as retire_position
from signoff.services.reading import signatories
from signoff.web.access import api
from signoff.web.api.calls import acting_call
from signoff.web.installation import acting, db, here
from signoff.web.schemas.publications import Publish, Published, RemovedName, RemoveName, Retire, Retired


@api(Act.PUBLISH)
@acting_call(200, shown=("position",))
def publish(slug: str, body: Publish) -> Published:
    """Publish a version.

    Publishing it again answers the same. While anything is missing, `reasons` says all of it (409).
    """
    version = get_version(db(), get_position(db(), slug), body.version)
    live = publish_version(db(), version, by=acting(), clock=here().clock)
    return Published(
        slug=slug,
        version=body.version,
        published_at=live.published_at,
        signatory_count=len(signatories(db(), live)),
        url=f"{here().settings.base_url}/positions/{encoded(slug)}",
        warnings=[reason.text for reason in warnings_before_publishing(version)],
    )


@api(Act.PUBLISH)
@acting_call(200, shown=("position",))
def retire(slug: str, body: Retire) -> Retired:
    """Retire a publication."""
    ended = retire_position(db(), get_position(db(), slug), reason=body.reason, by=acting(), clock=here().clock)
    return Retired(slug=slug, version=ended.version.number, retired_at=ended.ended_at or here().clock())


@api(Act.REMOVE_NAME)
@acting_call(200, shown=("position",))
def remove(slug: str, partner: str, body: RemoveName) -> RemovedName:
    """Remove a name.

    No call adds one: only the partner's own answer does.
    """
    found = get_position(db(), slug)
    version = get_version(db(), found, body.version) if body.version else _version_with_names(found)
    named = get_partner(db(), partner)
    answer = remove_name(db(), version, named, reason=body.reason, keys=here().keys, by=acting(), clock=here().clock)
    return RemovedName(partner=partner, version=version.number, removed_at=answer.at)


def _version_with_names(found: Position) -> Version:
    live = find_live_publication(db(), found)
    if live is not None:
        return live.version
    asked = db().scalar(select(Round).where(Round.position_id == found.id).order_by(Round.id.desc()).limit(1))
    if asked is None:
        raise Conflict("No partner was asked about this position; there is no name to remove.")
    return asked.version


def add_to(calls: Blueprint) -> None:
    """Put these calls at their addresses."""
    position = "/positions/<slug:slug>"
    calls.add_url_rule(f"{position}/publish", "publish", publish, methods=["POST"])
    calls.add_url_rule(f"{position}/retire", "retire", retire, methods=["POST"])
    calls.add_url_rule(f"{position}/signatories/<slug:partner>/remove", "remove_name", remove, methods=["POST"])
