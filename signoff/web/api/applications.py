"""Applications: open a position to organizations that are no partners yet, and decide about those that apply."""

from signoff.domain.errors import Invalid
from signoff.domain.partners.applications import Decision
from signoff.domain.permissions import Act
from signoff.domain.positions.slugs import encoded
from signoff.domain.text_input import clean_line
from signoff.domain.time import parse_instant
from signoff.models import Application, Position
from signoff.services.partners.application_decisions import (
    Decided,
    accept_application,
    link_application,
    reject_application,
)
from signoff.services.partners.application_matches import matches_of
from signoff.services.partners.applications import applications_of, count_unconfirmed, get_application
from signoff.services.partners.partners import get_partner
from signoff.services.partners.sign_on import end_sign_on, find_sign_on, open_sign_on
from signoff.services.positions.positions import get_position
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import Page, acting_call, reading_call
from signoff.web.installation import current_act, db, installation
from signoff.web.schemas.applications import (
    ApplicationLine,
    Applications,
    Decide,
    DecidedApplication,
    NameMatch,
    OpenSignOn,
    SignOnState,
)


@calls.post("/positions/<slug:slug>/sign-on", endpoint="open_sign_on")
@api(Act.OPEN_SIGN_ON)
@acting_call(200)
def switch(slug: str, body: OpenSignOn) -> SignOnState:
    """Open or end applications.

    While a position is open, organizations that are no partners yet can ask to sign it. It needs a round that takes
    answers; without one, `reasons` says so (409).
    """
    position = get_position(db(), slug)
    if body.open:
        until = parse_instant(body.until, field="until") if body.until else None
        open_sign_on(current_act(), position, until=until)
    else:
        end_sign_on(current_act(), position)
    return _state(position)


def _state(position: Position) -> SignOnState:
    opened = find_sign_on(db(), position, at=installation().clock())
    url = f"{installation().settings.base_url}/positions/{encoded(position.slug)}/sign-on"
    return SignOnState(open=opened is not None, until=opened.until if opened else None, url=url)


@calls.get("/positions/<slug:slug>/sign-on", endpoint="applications")
@api(Act.READ)
@reading_call()
def listed(slug: str, page: Page) -> Applications:
    """List applications.

    These are the confirmed ones, oldest first, with names in the register that each may be taken for.
    """
    position = get_position(db(), slug)
    found = applications_of(db(), position, after=page.after, limit=page.limit)
    now = _state(position)
    return Applications(
        open=now.open,
        until=now.until,
        url=now.url,
        unconfirmed=count_unconfirmed(db(), position),
        items=[_line(one) for one in found],
        next=page.next([one.id for one in found]),
    )


_TYPED = ("id", "organization", "website", "full_name", "email", "job_title", "level", "state")
_WHEN = ("applied_at", "confirmed_at", "decision", "decided_at")


def _line(one: Application) -> ApplicationLine:
    matches = matches_of(db(), one) if one.decided_at is None and not one.is_erased else None
    conflicts = matches.question.conflicts if matches else ()
    return ApplicationLine(
        **{name: getattr(one, name) for name in (*_TYPED, *_WHEN)},
        partner=one.partner.slug if one.partner else None,
        agreed=None if one.agreed is None else bool(one.agreed),
        matches=[
            NameMatch(
                partner=conflict.registered.slug,
                name=conflict.registered.name,
                reads_alike=conflict.reads_alike,
                text=conflict.sentence,
            )
            for conflict in conflicts
        ],
        notes=list(matches.shared) if matches else [],
        mailbox=matches.mailbox.value if matches else None,
    )


@calls.post("/positions/<slug:slug>/sign-on/<number:number>", endpoint="decide_application")
@api(Act.DECIDE_APPLICATIONS)
@acting_call(200)
def decide(slug: str, number: int, body: Decide) -> DecidedApplication:
    """Decide about an application.

    `accept` makes a partner, after questions about its name were answered as for any new partner; `link` says that
    the organization is a partner already, one of whose contacts has to agree; `reject` tells the applicant.
    """
    made = get_application(db(), get_position(db(), slug), number)
    decided = _decide(made, body)
    return DecidedApplication(
        id=made.id,
        decision=body.decision,
        partner=decided.partner.slug if decided.partner else None,
        asked=decided.is_asked,
    )


def _decide(made: Application, body: Decide) -> Decided:
    match body.decision:
        case Decision.ACCEPT:
            answers = {(clean_line(answer.name), answer.partner): answer.answer for answer in body.answers}
            return accept_application(current_act(), made, answers=answers)
        case Decision.LINK:
            return link_application(current_act(), made, get_partner(db(), body.partner))
        case Decision.REJECT:
            return reject_application(current_act(), made)
        case _:
            raise Invalid({"decision": "Please decide: accept, link or reject."})
