"""The check of a version."""

from signoff.domain.permissions import Act
from signoff.domain.positions.publishing_rules import ordinary_reasons
from signoff.services.positions.checks import put_finding
from signoff.services.positions.exemptions import complete_check_and_tick, ordinary_words
from signoff.services.positions.positions import get_position, get_version
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import acting_call
from signoff.web.installation import current_act, db
from signoff.web.schemas.checks import CompletedCheck, Finding, PutFinding
from signoff.web.serializers import finding_shape


@calls.put("/positions/<slug:slug>/versions/<number:number>/findings/<key>", endpoint="put_finding")
@api(Act.CHECK)
@acting_call(200, shown=("position",))
def put(slug: str, number: int, key: str, body: PutFinding) -> Finding:
    """Record a finding.

    It is for one criterion, and it may be recorded again until the check is completed. No one checks a position
    that they saved a version of (403).
    """
    finding = put_finding(
        current_act(),
        get_version(db(), get_position(db(), slug), number),
        key,
        verdict=body.verdict,
        rationale=body.rationale,
        quotes=tuple(body.quotes),
    )
    return finding_shape(finding)


@calls.post("/positions/<slug:slug>/versions/<number:number>/check", endpoint="complete_check")
@api(Act.CHECK)
@acting_call(200, shown=("position", "missing"))
def complete(slug: str, number: int) -> CompletedCheck:
    """Complete the check.

    It is completed in the name of the token's user. While anything is missing, `reasons` says all of it (409).
    No one checks a position that they saved a version of (403).
    """
    version = get_version(db(), get_position(db(), slug), number)
    asked_about = ordinary_reasons(ordinary_words(db(), version))
    check = complete_check_and_tick(current_act(), version)
    return CompletedCheck(
        version=version.number,
        digest=check.digest,
        edition=check.edition.number,
        completed_by=check.completer.name,
        completed_at=check.completed_at,
        warnings=[reason.text for reason in asked_about],
    )
