"""Staff pages of publishing, retiring, and removing a name."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act
from signoff.domain.publications.name_groups import GROUPING_WORDS, Grouping
from signoff.models import Version
from signoff.services.answers.answers import remove_name as remove
from signoff.services.partners.partners import get_entry
from signoff.services.positions.positions import get_position, get_version, latest_version
from signoff.services.positions.publishing_rules import reasons_not_to_publish, warnings_before_publishing
from signoff.services.publications.publications import find_live_publication
from signoff.services.publications.publications import publish as publish_version
from signoff.services.publications.publications import retire as retire_position
from signoff.services.publications.schedules import schedule_publishing
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.staff.blueprint import pages
from signoff.web.staff.publications.publishing_facts import publishing_facts
from signoff.web.staff.publications.schedules import due_typed
from signoff.web.staff.rounds.reasons import linked
from signoff.web.staff.rounds.rounds import version_at


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/publish")
@staff(Act.PUBLISH)
def confirm_publish(slug: str, number: int) -> str:
    """What publishing would do: which names would stand, and what is missing."""
    return _confirmation(get_version(db(), get_position(db(), slug), number))


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/publish")
@staff(Act.PUBLISH, proven=True)
@form_view(
    invalid=lambda refusal, slug, number: _confirmation(version_at(slug, number), errors=refusal.errors),
    conflict=lambda refusal, slug, number: _confirmation(version_at(slug, number)),
)
def publish(slug: str, number: int) -> Done | tuple[str, int]:
    """Make the version public, now or at a time."""
    version = version_at(slug, number)
    if request.form.get("act") == "schedule":
        return _schedule(version)
    if warnings_before_publishing(version) and request.form.get("seen") != "yes":
        return _confirmation(version, errors={"seen": "Please read what the text says and check the box."}), 422
    publish_version(current_act(), version, grouping=_grouping())
    return Done(url_for("staff.position", slug=slug), f"Version {number} is public.")


def _schedule(version: Version) -> Done:
    is_warned = request.form.get("seen") == "yes"
    scheduled = schedule_publishing(current_act(), version, grouping=_grouping(), due=due_typed(), is_warned=is_warned)
    when = installation().settings.formats.full(scheduled.due_at)
    said = f"Scheduled: version {version.number} will be published on {when}."
    return Done(url_for("staff.position", slug=version.position.slug), said)


def _grouping() -> str:
    return request.form.get("grouping", Grouping.LEVEL)


def _confirmation(version: Version, *, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/publications/publish.html",
        section="staff.positions",
        position=version.position,
        version=version,
        newest=latest_version(db(), version.position).number,
        missing=linked(reasons_not_to_publish(db(), version), version),
        errors=errors or {},
        groupings=GROUPING_WORDS,
        grouping=_grouping(),
        due=request.form.get("due", ""),
        **publishing_facts(version),
    )


@pages.get("/staff/positions/<slug:slug>/retire")
@staff(Act.PUBLISH)
def confirm_retire(slug: str) -> str:
    """Ask for the reason of retiring a position."""
    return _retirement(slug, {})


@pages.post("/staff/positions/<slug:slug>/retire")
@staff(Act.PUBLISH, proven=True)
@form_view(invalid=lambda refusal, slug: _retirement(slug, refusal.errors))
def retire(slug: str) -> Done:
    """Take the live publication back."""
    ended = retire_position(current_act(), get_position(db(), slug), reason=request.form.get("reason", ""))
    said = (
        f"Version {ended.version.number} is retired and no longer names anyone. The partners it named will be told, "
        "and so will those that could still answer."
    )
    return Done(url_for("staff.position", slug=slug), said)


def _retirement(slug: str, errors: "dict[str, str]") -> str:
    position = get_position(db(), slug)
    live = find_live_publication(db(), position)
    if live is None:
        raise Conflict("This position is not published; there is nothing to retire.")
    return render_template(
        "staff/publications/retire.html",
        section="staff.positions",
        position=position,
        live=live,
        errors=errors,
        reason=request.form.get("reason", ""),
    )


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/signatories/<slug:partner>/remove")
@staff(Act.REMOVE_NAME)
def confirm_remove(slug: str, number: int, partner: str) -> str:
    """Ask for the reason of removing a name."""
    return _removal(slug, number, partner, {})


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/signatories/<slug:partner>/remove")
@staff(Act.REMOVE_NAME)
@form_view(invalid=lambda refusal, slug, number, partner: _removal(slug, number, partner, refusal.errors))
def remove_name(slug: str, number: int, partner: str) -> Done:
    """Take a partner's name off a version."""
    version, named = version_at(slug, number), get_entry(db(), partner)
    remove(current_act(), version, named, reason=request.form.get("reason", ""))
    return Done(url_for("staff.board", slug=slug, number=number), f"{named.name} is no longer named. It will be told.")


def _removal(slug: str, number: int, partner: str, errors: "dict[str, str]") -> str:
    version = get_version(db(), get_position(db(), slug), number)
    result = get_entry(db(), partner)
    return render_template(
        "staff/publications/remove.html",
        section="staff.positions",
        position=version.position,
        version=version,
        partner=result,
        errors=errors,
        reason=request.form.get("reason", ""),
    )
