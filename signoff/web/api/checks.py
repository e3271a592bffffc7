"""The check of a version."""

from flask import Blueprint

from signoff.domain.moments import rfc3339
from signoff.domain.permissions import Act
from signoff.services.checks import complete_check, put_finding
from signoff.services.positions import get_position, get_version
from signoff.web.access import api
from signoff.web.api.edge import Answer, Body, acting_call
from signoff.web.installation import acting, db, here
from signoff.web.shapes import finding_shape


@api(Act.CHECK)
@acting_call
def put(slug: str, number: int, key: str) -> Answer:
    """Put the finding for one criterion."""
    version, body = get_version(db(), get_position(db(), slug), number), Body.read()
    verdict, rationale, quotes = body.text("verdict"), body.text("rationale"), body.texts("quotes")
    body.ensure_sound()
    finding = put_finding(
        db(), version, key, verdict=verdict, rationale=rationale, quotes=quotes, by=acting(), clock=here().clock
    )
    return finding_shape(finding), 200


@api(Act.CHECK)
@acting_call
def complete(slug: str, number: int) -> Answer:
    """Complete the check in the caller's name."""
    version = get_version(db(), get_position(db(), slug), number)
    check = complete_check(db(), version, by=acting(), clock=here().clock)
    return {
        "version": version.number,
        "digest": check.digest,
        "edition": check.edition.number,
        "completed_by": check.completer.name,
        "completed_at": rfc3339(check.completed_at),
    }, 200


def add_to(calls: Blueprint) -> None:
    """Put these calls at their addresses."""
    version = "/positions/<slug:slug>/versions/<int(max=2147483647):number>"
    calls.add_url_rule(f"{version}/findings/<key>", "put_finding", put, methods=["PUT"])
    calls.add_url_rule(f"{version}/check", "complete_check", complete, methods=["POST"])
