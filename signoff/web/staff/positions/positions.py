"""Staff pages of positions: the list, one position's life, its versions, and the editor."""

from collections.abc import Mapping

from flask import render_template, request, url_for

from signoff.domain.permissions import Act
from signoff.domain.positions.publishing_rules import naming_reasons, note_reasons
from signoff.domain.positions.text import FIELD_NAMES, FIELDS, Place, Wording, clean, problems
from signoff.models import Position, Version
from signoff.services.positions.checks import carried_findings, findings_of, is_author, missing_for_completion
from signoff.services.positions.mentions import first_of_each, unapproved_mentions
from signoff.services.positions.positions import (
    all_positions,
    get_position,
    get_version,
    latest_version,
    save_version,
    start_position,
)
from signoff.services.positions.presence import note_presence
from signoff.services.positions.publishing_rules import reasons_of_both_gates
from signoff.services.positions.reviewers import find_assignment
from signoff.services.positions.version_status import statuses_of_versions
from signoff.services.principles.editions import latest_edition
from signoff.services.publications.public_queries import signatories
from signoff.services.publications.schedules import waiting_acts
from signoff.services.record.record import entries
from signoff.services.rounds.board import asked_now, tally
from signoff.web.access import staff
from signoff.web.activity_feed import activity_line
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, current_act, db, installation, read_first
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.positions.similar_positions import near_facts
from signoff.web.staff.rounds.reasons import LinkedReason, linked

_ON_ONE_PAGE = 100


@pages.get("/staff/positions/")
@staff(Act.READ)
def positions() -> str:
    """All positions with the state of their newest version."""
    result = all_positions(db(), after=whole_number(request.args.get("after", "")) or 0, limit=_ON_ONE_PAGE)
    return render_template(
        "staff/positions/positions.html",
        section="staff.positions",
        positions=result,
        lives=statuses_of_versions(db(), result),
        full=len(result) == _ON_ONE_PAGE,
    )


@pages.get("/staff/positions/<slug:slug>")
@staff(Act.READ)
def position(slug: str) -> str:
    """A position's life: text, check, round, publication, with the next act and what is missing."""
    result = get_position(db(), slug)
    versions = statuses_of_versions(db(), [result])[result.id]
    latest = versions[0]
    live = next((life for life in versions if life.publication and life.publication.ended_at is None), None)
    asked = next((life for life in versions if life.round is not None), None)
    # What was public once passes no gate again.
    gates = ([], []) if latest.publication else reasons_of_both_gates(db(), latest.version, clock=installation().clock)
    return render_template(
        "staff/positions/position.html",
        section="staff.positions",
        position=result,
        latest=latest,
        versions=versions,
        live=live,
        signatories=signatories(db(), live.publication) if live and live.publication else [],
        named=_named_in_public(live.version) if live else [],
        asked=asked,
        tally=(counts := tally(db(), asked.version) if asked else {}),
        asked_now=asked_now(counts),
        criteria=result.edition.criteria,
        findings=findings_of(db(), latest.version),
        to_complete=[] if latest.check else linked(missing_for_completion(db(), latest.version), latest.version),
        to_send=linked(gates[0], latest.version),
        to_publish=linked(gates[1], latest.version),
        author=is_author(db(), latest.version, acting()),
        assignment=find_assignment(db(), result),
        scheduled=waiting_acts(db(), result),
        in_force=latest_edition(db()),
        carried=0
        if latest.check
        else sum(carried_finding.stands for carried_finding in carried_findings(db(), latest.version).values()),
        timeline=activity_line(db(), entries(db(), position=result, limit=200, newest_first=True)),
    )


def _named_in_public(version: Version) -> list[LinkedReason]:
    # By a name agreed after it was published; the gate knew none.
    mentions = unapproved_mentions(db(), version)
    named = naming_reasons(first_of_each(mentions.written))
    in_text = [LinkedReason(reason.text, url_for("staff.partner", slug=reason.about)) for reason in named]
    return in_text + linked(note_reasons(mentions.in_notes), version)


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>")
@staff(Act.READ)
def version(slug: str, number: int) -> str:
    """One version as it was saved."""
    position = get_position(db(), slug)
    return render_template(
        "staff/positions/version.html",
        section="staff.positions",
        position=position,
        version=get_version(db(), position, number),
    )


@pages.get("/staff/positions/new")
@staff(Act.DRAFT)
def new_position() -> str:
    """The empty editor."""
    return _editor(None, vars(Wording()))


@pages.post("/staff/positions/new")
@staff(Act.DRAFT)
@form_view(invalid=lambda refusal: _editor(None, _typed(), errors=refusal.errors))
def save_new_position() -> Done | str:
    """Start a position from what was typed, or show it as readers will see it."""
    typed = _typed()
    if request.form.get("act") == "preview":
        read_first()
        return _editor(None, typed, preview=True)
    saved = start_position(current_act(), _wording(typed))
    return Done(url_for("staff.position", slug=saved.position.slug))


@pages.get("/staff/positions/<slug:slug>/edit")
@staff(Act.DRAFT)
def edit(slug: str) -> str:
    """The editor with the newest version."""
    position = get_position(db(), slug)
    latest = latest_version(db(), position)
    return _editor(position, {**vars(latest.wording), "began_from": str(latest.number), "change_note": ""})


@pages.post("/staff/positions/<slug:slug>/edit")
@staff(Act.DRAFT)
@form_view(
    invalid=lambda refusal, slug: _editor(get_position(db(), slug), _typed(), errors=refusal.errors),
    conflict=lambda refusal, slug: _editor_beside_newer(get_position(db(), slug), refusal.text),
)
def save_edit(slug: str) -> Done | str:
    """Save what was typed as the next version; refused, with both texts, when somebody saved a newer one."""
    typed = _typed()
    if request.form.get("act") == "preview":
        read_first()
        return _editor(get_position(db(), slug), typed, preview=True)
    _, is_new = save_version(
        current_act(),
        get_position(db(), slug),
        _wording(typed),
        change_note=typed["change_note"],
        began_from=whole_number(typed["began_from"]) or 0,
    )
    said = "The new version is saved, without approvals." if is_new else "Nothing was changed, so no version was made."
    return Done(url_for("staff.position", slug=slug), said)


@pages.post("/staff/positions/<slug:slug>/presence")
@staff(Act.DRAFT)
@form_view()
def presence(slug: str) -> Done:
    """Say that one has this draft open, and hear who else has; for the editor's own script."""
    others = note_presence(current_act(), get_position(db(), slug))
    return Done(page=lambda: render_template("parts/presence.html", others=others))


def _editor_beside_newer(position: Position, conflict: str) -> str:
    newer = latest_version(db(), position)
    typed = {**_typed(), "began_from": str(newer.number)}
    return _editor(position, typed, conflict=conflict, newer=newer)


@pages.post("/staff/positions/preview")
@staff(Act.DRAFT)
def preview() -> str:
    """What was typed as readers will see it, for the editor's own page; nothing is saved."""
    read_first()
    wording = clean(_wording(_typed()))
    return render_template("parts/preview.html", preview=wording, problems=_while_typing(wording), preview_page="live-")


def _while_typing(wording: Wording) -> dict[str, str]:
    # What is empty still is no news to who is writing it.
    return {name: sentence for name, sentence in problems(wording).items() if getattr(wording, name)}


_FACTS = tuple(field.name for field in FIELDS if field.place == Place.FACTS)
_FIELDS = (*FIELD_NAMES, "change_note", "began_from")


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in _FIELDS}


def _wording(typed: Mapping[str, str]) -> Wording:
    return Wording(**{name: typed[name] for name in FIELD_NAMES})


def _editor(
    position: Position | None,
    typed: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    conflict: str = "",
    newer: Version | None = None,
    preview: bool = False,
) -> str:
    wording = clean(_wording(typed))
    return render_template(
        "staff/positions/edit.html",
        section="staff.positions",
        position=position,
        typed=typed,
        facts_given=any(
            typed[field.name] != getattr(Wording(), field.name) for field in FIELDS if field.place == Place.FACTS
        ),
        errors=errors or (problems(wording) if preview else {}),
        conflict=conflict,
        newer=newer,
        preview=wording if preview else None,
        preview_page="",
        problems={},
        **near_facts(wording, besides=position),
    )
