"""Staff review what partners propose, a name or a colleague, and record words that are not a partner."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict, Invalid
from signoff.domain.partners.name_conflicts import unanswered
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.models import Link, NameProposal, Partner, Version
from signoff.services.locks import hold_names
from signoff.services.partners.name_conflicts import ask_about_names
from signoff.services.partners.name_proposals import get_proposal, settle_name
from signoff.services.partners.partners import get_partner
from signoff.services.partners.referrals import get_referral, settle_referral
from signoff.services.positions.checks import is_author
from signoff.services.positions.exemptions import (
    digest_of,
    exempt_words,
    hold_for_exempting,
    ordinary_words,
    tick_ordinary_words,
)
from signoff.services.positions.mentions import passages_of
from signoff.services.rounds.consultations import version_of
from signoff.web.access import staff
from signoff.web.installation import acting, current_act, db
from signoff.web.name_questions import answers_in
from signoff.web.reauthentication import ask_for_proof
from signoff.web.request_parsing import shown_digest
from signoff.web.staff.blueprint import pages
from signoff.web.staff.rounds.rounds import version_at


@pages.post("/staff/proposals/<number:number>")
@staff(Act.SETTLE)
def settle_proposal(number: int) -> Response | tuple[str, int]:
    """Accept a proposed name, or not; what lets somebody speak for a partner asks for a proof."""
    accepted = _accepted()
    if accepted and (page := ask_for_proof()):
        return page
    proposal = get_proposal(db(), number)
    if accepted and (question := _ask_about(proposal)):
        return question
    answers = answers_in(request.form)
    settle_name(current_act(), proposal, accepted=accepted, answers=answers)
    where = _round_of(proposal.link)
    db().commit()
    flash(f"“{proposal.name}” was {'accepted' if accepted else 'not accepted'}; the partner is told.")
    return redirect(where, 303)


def _ask_about(proposal: NameProposal) -> tuple[str, int] | None:
    # A text that is public may hold the name; then accepting it makes that text name the partner.
    hold_names(db())
    question = ask_about_names(db(), [proposal.name], besides=proposal.partner)
    looked = request.form.get("different") == "yes" and request.form.get("asked") == question.digest
    is_settled = not unanswered(question.conflicts, answers_in(request.form))
    if (is_settled and (looked or not question.in_public)) or proposal.settled_at is not None:
        return None
    if any(conflict.reads_alike for conflict in question.conflicts):
        return None  # the act itself refuses it, at its field
    version = proposal.link.request.version
    return render_template(
        "staff/partners/settle_name.html",
        section="staff.positions",
        proposal=proposal,
        question=question,
        version=version,
    ), 409


@pages.post("/staff/referrals/<number:number>")
@staff(Act.SETTLE)
def settle_colleague(number: int) -> Response:
    """Accept a colleague in another mail domain, or not."""
    accepted = _accepted()
    if accepted and (page := ask_for_proof()):
        return page
    referral = get_referral(db(), number)
    settle_referral(current_act(), referral, accepted=accepted)
    where = _round_of(referral.link)
    db().commit()
    flash(f"The colleague was {'accepted' if accepted else 'not accepted'}; the partner is told.")
    return redirect(where, 303)


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
    return _passages(version_at(slug, number), get_partner(db(), partner))


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/words/<slug:partner>")
@staff(Act.CHECK)
def exempt(slug: str, number: int, partner: str) -> Response | tuple[str, int]:
    """Record why these words are not the partner."""
    version, result = version_at(slug, number), get_partner(db(), partner)
    hold_for_exempting(db(), version)
    if _shown(version, result) != request.form.get("shown"):
        raise Conflict("Meanwhile these words or the partner's names are others. Nothing was recorded; look again.")
    try:
        reason = request.form.get("reason", "")
        exempt_words(current_act(), version, result, reason=reason)
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _passages(version_at(slug, number), get_partner(db(), partner), errors=refusal.errors), 422
    flash(f"Recorded: these words are not {result.name}.")
    return redirect(url_for("staff.position", slug=slug), 303)


def _passages(version: Version, partner: Partner, *, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/positions/exempt.html",
        section="staff.positions",
        version=version,
        partner=partner,
        passages=passages_of(db(), version, partner.id),
        author=is_author(db(), version, acting()),
        shown=_shown(version, partner),
        errors=errors or {},
        typed=request.form,
    )


def _shown(version: Version, partner: Partner) -> str:
    return shown_digest(passage.words for passage in passages_of(db(), version, partner.id))


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
def tick_ordinary(slug: str, number: int) -> Response:
    """Record that none of these words is a partner."""
    version, shown = version_at(slug, number), request.form.get("shown", "")
    count = tick_ordinary_words(current_act(), version, shown=shown)
    db().commit()
    flash(f"Recorded: {counted(count, 'passage')} looked at.")
    return redirect(url_for("staff.position", slug=slug), 303)
