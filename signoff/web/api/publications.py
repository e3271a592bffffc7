"""Publish, retire, remove a name."""

from sqlalchemy import select

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act
from signoff.domain.positions.slugs import encoded
from signoff.models import Position, Round, Version
from signoff.services.answers.answers import remove_name
from signoff.services.partners.partners import get_entry
from signoff.services.positions.positions import get_position, get_version
from signoff.services.positions.publishing_rules import warnings_before_publishing
from signoff.services.publications.public_queries import signatories
from signoff.services.publications.publications import find_live_publication
from signoff.services.publications.publications import publish as publish_version
from signoff.services.publications.publications import retire as retire_position
from signoff.services.rounds.last_round import earlier_approvals_warning
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import acting_call
from signoff.web.installation import current_act, db, installation
from signoff.web.schemas.publications import Publish, Published, RemovedName, RemoveName, Retire, Retired


@calls.post("/positions/<slug:slug>/publish")
@api(Act.PUBLISH)
@acting_call(200, shown=("position",))
def publish(slug: str, body: Publish) -> Published:
    """Publish a version.

    Publishing it again answers the same. While anything is missing, `reasons` says all of it (409).
    """
    version = get_version(db(), get_position(db(), slug), body.version)
    warnings = [*warnings_before_publishing(version), *earlier_approvals_warning(db(), version)]
    live = publish_version(current_act(), version)
    return Published(
        slug=slug,
        version=body.version,
        published_at=live.published_at,
        signatory_count=len(signatories(db(), live)),
        url=f"{installation().settings.base_url}/positions/{encoded(slug)}",
        warnings=[reason.text for reason in warnings],
    )


@calls.post("/positions/<slug:slug>/retire")
@api(Act.PUBLISH)
@acting_call(200, shown=("position",))
def retire(slug: str, body: Retire) -> Retired:
    """Retire a publication."""
    ended = retire_position(current_act(), get_position(db(), slug), reason=body.reason)
    return Retired(slug=slug, version=ended.version.number, retired_at=ended.ended_at or installation().clock())


@calls.post("/positions/<slug:slug>/signatories/<slug:partner>/remove", endpoint="remove_name")
@api(Act.REMOVE_NAME)
@acting_call(200, shown=("position",))
def remove(slug: str, partner: str, body: RemoveName) -> RemovedName:
    """Remove a name.

    No call adds one: only the partner's own answer does.
    """
    position = get_position(db(), slug)
    version = get_version(db(), position, body.version) if body.version else _version_with_names(position)
    named = get_entry(db(), partner)
    answer = remove_name(current_act(), version, named, reason=body.reason)
    return RemovedName(partner=partner, version=version.number, removed_at=answer.at)


def _version_with_names(position: Position) -> Version:
    live = find_live_publication(db(), position)
    if live is not None:
        return live.version
    asked = db().scalar(select(Round).where(Round.position_id == position.id).order_by(Round.id.desc()).limit(1))
    if asked is None:
        raise Conflict("No partner was asked about this position; there is no name to remove.")
    return asked.version
