"""The page of one position: how far it is, what to do next, who answered, and what happened."""

from flask import render_template, url_for

from signoff.domain.errors import Reason
from signoff.domain.permissions import Act, may
from signoff.domain.positions.next_step import Step
from signoff.domain.positions.publishing_rules import naming_reasons, note_reasons
from signoff.models import Version
from signoff.services.partners.name_proposals import waiting_names
from signoff.services.partners.referrals import waiting_referrals
from signoff.services.positions.checks import carried_findings, findings_of, is_author, missing_for_completion
from signoff.services.positions.mentions import first_of_each, unapproved_mentions
from signoff.services.positions.positions import get_position
from signoff.services.positions.publishing_rules import reasons_of_both_gates
from signoff.services.positions.reviewers import find_assignment
from signoff.services.positions.version_status import VersionStatus, statuses_of_versions
from signoff.services.principles.editions import latest_edition
from signoff.services.publications.delivered_names import deliveries_of
from signoff.services.publications.public_queries import signatories
from signoff.services.publications.schedules import waiting_acts
from signoff.services.record.record import count_entries, entries
from signoff.services.rounds.board import BoardFilter, board
from signoff.services.rounds.last_round import count_unsent
from signoff.services.rounds.progress import RoundProgress, days_left, progress_of
from signoff.web.access import staff
from signoff.web.activity_feed import activity_line
from signoff.web.installation import acting, db, installation
from signoff.web.staff.blueprint import pages
from signoff.web.staff.positions.next_step import NextStep, next_step_of
from signoff.web.staff.publications.publishing_facts import publishing_facts
from signoff.web.staff.rounds.reasons import LinkedReason, linked

_MOST_ENTRIES, _MOST_EVENTS, _MOST_ROWS, _MOST_NAMES = 200, 10, 8, 60


@pages.get("/staff/positions/<slug:slug>")
@staff(Act.READ)
def position(slug: str) -> str:
    """A position's life: text, check, approvals, publication, with the next step and what is missing."""
    result = get_position(db(), slug)
    versions = statuses_of_versions(db(), [result])[result.id]
    latest = versions[0]
    live = next((life for life in versions if life.publication and life.publication.ended_at is None), None)
    # What was public once passes no gate again.
    gates = ([], []) if latest.publication else reasons_of_both_gates(db(), latest.version, clock=installation().clock)
    progress = progress_of(db(), latest.version) if latest.round else RoundProgress()
    step = next_step_of(
        latest, progress, may_be_sent=not gates[0], may_be_published=not latest.publication and not gates[1]
    )
    happened = entries(db(), position=result, limit=_MOST_ENTRIES, newest_first=True)
    return render_template(
        "staff/positions/position.html",
        section="staff.positions",
        position=result,
        latest=latest,
        versions=versions,
        live=live,
        signatories=signatories(db(), live.publication) if live and live.publication else [],
        named=_named_in_public(live.version) if live else [],
        next=step,
        publishing=_publishing(step),
        scheduled=waiting_acts(db(), result),
        deliveries=deliveries_of(db(), result),
        **_approvals(versions, step),
        criteria=result.edition.criteria,
        **_check(latest),
        to_send=linked(gates[0], latest.version),
        to_publish=linked(gates[1], latest.version),
        in_force=latest_edition(db()),
        timeline=activity_line(db(), happened, zone=installation().settings.timezone)[:_MOST_EVENTS],
        events=len(happened) if len(happened) < _MOST_ENTRIES else count_entries(db(), result),
    )


def _publishing(step: NextStep) -> dict[str, object] | None:
    # All that the page before publishing shows, so that one press is enough; what has to be confirmed, or is too long
    # for this page, is shown there.
    if step.step != Step.PUBLISH or not may(acting(), Act.PUBLISH):
        return None
    facts = publishing_facts(step.life.version)
    return None if facts["warnings"] or step.progress.named > _MOST_NAMES else facts


def _check(latest: VersionStatus) -> dict[str, object]:
    # A completed check is told by who completed it; what is still to do for it needs more.
    if latest.check:
        return {"findings": (), "to_complete": (), "author": False, "assignment": None, "carried": 0}
    version = latest.version
    return {
        "findings": findings_of(db(), version),
        "to_complete": linked(_still_to_check(missing_for_completion(db(), version)), version),
        "author": is_author(db(), version, acting()),
        "assignment": find_assignment(db(), version.position),
        "carried": sum(finding.stands for finding in carried_findings(db(), version).values()),
    }


def _still_to_check(reasons: list[Reason]) -> list[Reason]:
    # Whether the text advances any criterion is known only once each has a finding.
    return [reason for reason in reasons if reason.code == "finding"] or reasons


def _approvals(versions: list[VersionStatus], step: NextStep) -> dict[str, object]:
    # The newest round, which may be on an earlier version than the newest.
    asked = next((life for life in versions if life.round is not None), None)
    if asked is None or asked.round is None:
        return {"asked": None}
    at, zone = installation().clock(), installation().settings.timezone
    number = asked.version.id
    return {
        "asked": asked,
        "progress": step.progress if asked is step.life else progress_of(db(), asked.version),
        "days_left": days_left(asked.round, zone=zone, at=at),
        "unsent": count_unsent(db(), asked.version) if asked is not versions[0] else 0,
        "rows": board(db(), asked.version, BoardFilter(sort="-answered"), limit=_MOST_ROWS),
        "proposals": [item for item in waiting_names(db()) if item.link.request.version_id == number],
        "referrals": [item for item in waiting_referrals(db()) if item.link.request.version_id == number],
    }


def _named_in_public(version: Version) -> list[LinkedReason]:
    # By a name agreed after it was published; the gate knew none.
    mentions = unapproved_mentions(db(), version)
    named = naming_reasons(first_of_each(mentions.written))
    in_text = [LinkedReason(reason.text, url_for("staff.partner", slug=reason.about)) for reason in named]
    return in_text + linked(note_reasons(mentions.in_notes), version)
