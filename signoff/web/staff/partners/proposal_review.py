"""Staff review what partners propose, a name or a colleague, and record words that are not a partner."""

from collections.abc import Mapping

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Invalid, NamesInDoubt, Refusal
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.models import Link, NameProposal, Partner, Version
from signoff.services.partners.name_conflicts import ask_about_names
from signoff.services.partners.name_proposals import get_proposal, settle_name
from signoff.services.partners.partners import get_entry
from signoff.services.partners.referrals import get_referral, settle_referral
from signoff.services.positions.checks import is_author
from signoff.services.positions.exemptions import (
    digest_of,
    digest_of_words,
    exempt_words,
    ordinary_words,
    tick_ordinary_words,
)
from signoff.services.positions.mentions import passages_of
from signoff.services.rounds.consultations import version_of
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, current_act, db
from signoff.web.name_questions import answers_in
from signoff.web.reauthentication import ask_for_proof
from signoff.web.request_parsing import digest_shown
from signoff.web.staff.blueprint import pages
from signoff.web.staff.rounds.rounds import version_at


@pages.post("/staff/proposals/<number:number>")
@staff(Act.SETTLE)
@form_view(conflict=lambda refusal, number: _ask_about(refusal, get_proposal(db(), number)))
def settle_proposal(number: int) -> Done | Response:
    """Accept a proposed name, or not; what lets someone speak for a partner asks for a proof."""
    accepted, form = _accepted(), request.form
    if accepted and (page := ask_for_proof()):
        return page
    proposal = get_proposal(db(), number)
    looked_at = form.get("asked", "") if form.get("different") == "yes" else ""
    settle_name(current_act(), proposal, accepted=accepted, answers=answers_in(form), looked_at=looked_at)
    name = proposal.name
    said = (
        f"“{name}” was accepted; the partner is told."
        if accepted
        else f"“{name}” was not accepted; the partner is told."
    )
    return Done(_round_of(proposal.link), said)


def _ask_about(refusal: Refusal, proposal: NameProposal) -> str:
    if not isinstance(refusal, NamesInDoubt):
        raise refusal
    return render_template(
        "staff/partners/settle_name.html",
        section="staff.positions",
        proposal=proposal,
        question=ask_about_names(db(), [proposal.name], besides=proposal.partner),
        version=proposal.link.request.version,
    )


@pages.post("/staff/referrals/<number:number>")
@staff(Act.SETTLE)
@form_view()
def settle_colleague(number: int) -> Done | Response:
    """Accept a colleague in another mail domain, or not."""
    accepted = _accepted()
    if accepted and (page := ask_for_proof()):
        return page
    referral = get_referral(db(), number)
    settle_referral(current_act(), referral, accepted=accepted)
    if referral.names_nobody:
        said = "Marked as settled."
    elif accepted:
        said = "The colleague was accepted; the partner is told."
    else:
        said = "The colleague was not accepted; the partner is told."
    return Done(_round_of(referral.link), said)


def _accepted() -> bool:
    choice = request.form.get("settle", "")
    if choice not in ("accept", "refuse"):
        raise Invalid({"settle": "Please accept this or not."})
    return choice == "accept"


def _round_of(link: Link) -> str:
    version = version_of(db(), link)
    return url_for("staff.board", slug=version.position.slug, number=version.number)


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/words/<slug:partner>")
@staff(Act.READ)
def judge_words(slug: str, number: int, partner: str) -> str:
    """The passages that hold a partner's name, and the form to say why they are not it."""
    return _passages(version_at(slug, number), get_entry(db(), partner))


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/words/<slug:partner>")
@staff(Act.CHECK)
@form_view(
    invalid=lambda refusal, slug, number, partner: _passages(
        version_at(slug, number), get_entry(db(), partner), errors=refusal.errors
    )
)
def exempt(slug: str, number: int, partner: str) -> Done:
    """Record why these words are not the partner."""
    result = get_entry(db(), partner)
    reason = request.form.get("reason", "")
    exempt_words(current_act(), version_at(slug, number), result, reason=reason, shown=digest_shown())
    return Done(url_for("staff.position", slug=slug), f"Recorded: these words are not {result.name}.")


def _passages(version: Version, partner: Partner, *, errors: Mapping[str, str] | None = None) -> str:
    passages = passages_of(db(), version, partner.id)
    return render_template(
        "staff/positions/exempt.html",
        section="staff.positions",
        version=version,
        partner=partner,
        passages=passages,
        author=is_author(db(), version, acting()),
        shown=digest_of_words(passages),
        errors=errors or {},
        typed=request.form,
    )


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/ordinary")
@staff(Act.READ)
def judge_ordinary(slug: str, number: int) -> str:
    """The passages in which ordinary words spell a partner's name, and one button to say that none of them is one."""
    version = version_at(slug, number)
    passages = ordinary_words(db(), version)
    return render_template(
        "staff/positions/ordinary_words.html",
        section="staff.positions",
        version=version,
        passages=passages,
        author=is_author(db(), version, acting()),
        shown=digest_of(passages),
    )


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/ordinary")
@staff(Act.CHECK)
@form_view()
def tick_ordinary(slug: str, number: int) -> Done:
    """Record that none of these words is a partner."""
    count = tick_ordinary_words(current_act(), version_at(slug, number), shown=digest_shown())
    return Done(url_for("staff.position", slug=slug), f"Recorded: {counted(count, 'passage')} looked at.")
