"""Publish, retire, remove a name."""

from flask import Blueprint
from sqlalchemy import select

from signoff.domain.moments import rfc3339
from signoff.domain.permissions import Act
from signoff.domain.refusals import Conflict
from signoff.models import Position, Round, Version
from signoff.services.answers import remove_name
from signoff.services.partners import get_partner
from signoff.services.positions import get_position, get_version
from signoff.services.publications import find_live_publication
from signoff.services.publications import publish as publish_version
from signoff.services.publications import retire as retire_position
from signoff.services.reading import signatories
from signoff.web.access import api
from signoff.web.api.edge import Answer, Body, acting_call
from signoff.web.installation import acting, db, here


@api(Act.PUBLISH)
@acting_call
def publish(slug: str) -> Answer:
    """Make a version public; again answers the same."""
    found, body = get_position(db(), slug), Body.read()
    number = body.number("version")
    body.ensure_sound()
    live = publish_version(db(), get_version(db(), found, number), by=acting(), clock=here().clock)
    named = signatories(db(), live)
    return {
        "slug": slug,
        "version": number,
        "published_at": rfc3339(live.published_at),
        "signatory_count": len(named),
        "url": f"{here().settings.base_url}/positions/{slug}",
    }, 200


@api(Act.PUBLISH)
@acting_call
def retire(slug: str) -> Answer:
    """Take the live publication back, with a reason the public reads."""
    found, body = get_position(db(), slug), Body.read()
    reason = body.text("reason")
    body.ensure_sound()
    ended = retire_position(db(), found, reason=reason, by=acting(), clock=here().clock)
    return {"slug": slug, "version": ended.version.number, "retired_at": rfc3339(ended.ended_at or here().clock())}, 200


@api(Act.REMOVE_NAME)
@acting_call
def remove(slug: str, partner: str) -> Answer:
    """Take a partner's name off; there is no call that puts one on."""
    found, body = get_position(db(), slug), Body.read()
    reason, number = body.text("reason"), body.number("version", default=0)
    body.ensure_sound()
    version = get_version(db(), found, number) if number else _version_with_names(found)
    answer = remove_name(
        db(), version, get_partner(db(), partner), reason=reason, keys=here().keys, by=acting(), clock=here().clock
    )
    return {"partner": partner, "version": version.number, "removed_at": rfc3339(answer.at)}, 200


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
