"""Staff pages of applications: the switch of a position, what came, and the decision about each."""

from collections.abc import Mapping
from datetime import datetime

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict, Invalid, Missing, NamesInDoubt, Refusal
from signoff.domain.partners.applications import Decision
from signoff.domain.permissions import Act
from signoff.domain.time import parse_local
from signoff.models import Application
from signoff.services.partners.application_decisions import (
    Decided,
    accept_application,
    link_application,
    reject_application,
)
from signoff.services.partners.application_matches import matches_of, partner_called
from signoff.services.partners.applications import applications_of, count_unconfirmed, get_application
from signoff.services.partners.sign_on import (
    end_sign_on,
    find_sign_on,
    find_taking_round,
    open_sign_on,
    reasons_not_to_open,
)
from signoff.services.positions.positions import get_position, latest_version
from signoff.services.publications.publications import find_live_publication
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.name_questions import answers_in
from signoff.web.staff.blueprint import pages
from signoff.web.staff.rounds.terms_form import local_minute


@pages.get("/staff/positions/<slug:slug>/sign-on")
@staff(Act.READ)
def sign_on(slug: str) -> str:
    """Whether the position is open for applications, and those that came."""
    return _list(slug, {})


@pages.post("/staff/positions/<slug:slug>/sign-on")
@staff(Act.OPEN_SIGN_ON)
@form_view(
    invalid=lambda refusal, slug: _list(slug, refusal.errors),
    conflict=lambda refusal, slug: _list(slug, {} if isinstance(refusal, Missing) else {"until": refusal.text}),
)
def switch_sign_on(slug: str) -> Done:
    """Open the position for applications until a time, or end that."""
    position = get_position(db(), slug)
    if request.form.get("act") == "end":
        ended = end_sign_on(current_act(), position)
        said = "Applications have ended. The public form is gone." if ended else "Applications had ended already."
    else:
        opened = open_sign_on(current_act(), position, until=_until())
        ended, said = True, f"Open for applications until {installation().settings.formats.full(opened.until)}."
    return Done(url_for("staff.sign_on", slug=slug), said, changed=ended)


def _until() -> datetime:
    typed, fold = request.form.get("until", ""), request.form.get("until_fold", "")
    return parse_local(typed, installation().settings.timezone, fold=fold, field="until")


def _list(slug: str, errors: Mapping[str, str]) -> str:
    position, at = get_position(db(), slug), installation().clock()
    opened, asked = find_sign_on(db(), position, at=at), find_taking_round(db(), position, at=at)
    until = opened.until if opened else asked.deadline if asked else None
    return render_template(
        "staff/sign_on/applications.html",
        section="staff.positions",
        position=position,
        version=latest_version(db(), position),
        live=find_live_publication(db(), position),
        opened=opened,
        missing=reasons_not_to_open(db(), position, at=at),
        deadline=asked.deadline if asked else None,
        applications=applications_of(db(), position),
        unconfirmed=count_unconfirmed(db(), position),
        address=f"{installation().settings.base_url}/positions/{slug}/sign-on",
        errors=errors,
        typed=request.form or {"until": local_minute(until) if until else ""},
    )


@pages.get("/staff/positions/<slug:slug>/sign-on/<number:number>")
@staff(Act.READ)
def application(slug: str, number: int) -> str:
    """One application beside what the register knows of it, and the decision."""
    return _page(slug, number, {})


@pages.post("/staff/positions/<slug:slug>/sign-on/<number:number>")
@staff(Act.DECIDE_APPLICATIONS, proven=True)
@form_view(
    invalid=lambda refusal, slug, number: _page(slug, number, refusal.errors),
    conflict=lambda refusal, slug, number: _page(slug, number, {}, conflict=_sentence(refusal)),
)
def decide_application(slug: str, number: int) -> Done:
    """Accept, link or reject an application."""
    made = get_application(db(), get_position(db(), slug), number)
    name = made.organization or "the organization"
    match request.form.get("decision", ""):
        case Decision.ACCEPT:
            decided = _accept(made)
            said = f"{name} is a partner now. {_asked(decided)}"
        case Decision.LINK:
            decided = _link(made)
            partner = decided.partner.name if decided.partner else ""
            said = f"Linked to {partner}. Signoff will email its contacts, and one of them must agree."
        case Decision.REJECT:
            reject_application(current_act(), made)
            said = "The application was rejected. Signoff will email the applicant."
        case _:
            raise Invalid({"decision": "Choose to accept, link or reject the application."})
    return Done(url_for("staff.sign_on", slug=slug), said)


def _accept(made: Application) -> Decided:
    form = request.form
    looked_at = form.get("asked", "") if form.get("different") == "yes" else ""
    return accept_application(current_act(), made, answers=answers_in(form), looked_at=looked_at)


def _link(made: Application) -> Decided:
    partner = partner_called(db(), request.form.get("partner", ""), request.form.get("partner_name", ""))
    return link_application(current_act(), made, partner)


def _asked(decided: Decided) -> str:
    if decided.is_asked:
        return "Its link is on the way. It can answer after a day, or once a second person confirms its contact."
    return "It has not been asked about this position yet. A publisher can ask it."


def _sentence(refusal: Refusal) -> str:
    if isinstance(refusal, NamesInDoubt):
        return "Answer first whether the name belongs to a partner in the register. Nothing was changed."
    return refusal.text if isinstance(refusal, Conflict) else ""


def _page(slug: str, number: int, errors: Mapping[str, str], *, conflict: str = "") -> str:
    position = get_position(db(), slug)
    made = get_application(db(), position, number)
    is_open = made.decided_at is None and not made.is_erased
    return render_template(
        "staff/sign_on/application.html",
        section="staff.positions",
        position=position,
        version=latest_version(db(), position),
        application=made,
        matches=matches_of(db(), made) if is_open else None,
        answers=answers_in(request.form),
        errors=errors,
        conflict=conflict,
        typed=request.form,
    )
