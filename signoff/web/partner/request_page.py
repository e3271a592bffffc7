"""A partner's page: the exact text, what has been recorded, and the forms that apply now."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.answers.answers import AnswerForm
from signoff.domain.errors import Conflict, Invalid, LinkDead, StaleText
from signoff.models import AcceptanceLink, Invitation, Link
from signoff.services.answers.answers import answer, contest, withdraw
from signoff.services.partners.application_decisions import settle_application
from signoff.services.partners.name_proposals import propose_name
from signoff.services.partners.partners import ContactForm
from signoff.services.partners.referrals import refer
from signoff.services.partners.stepping_back import step_back
from signoff.services.partners.taking_back import take_back
from signoff.services.rounds.consultations import comment
from signoff.web.access import link_holder
from signoff.web.forms import Done, View, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.partner.blueprint import pages
from signoff.web.partner.commitments import commitments_page
from signoff.web.partner.context import page_context
from signoff.web.partner.invitation_page import invitation_page
from signoff.web.partner.link_auth import (
    acting_link,
    link_from_address,
    link_from_form,
    own_form_value,
    shown_digest,
    way_of,
    without_punctuation,
)
from signoff.web.request_parsing import refuse_cross_site, whole_number

_ANSWER_FIELDS = tuple(vars(AnswerForm()))
_FORMS = "answer, withdraw, contest, refer, 'take-back', elsewhere, name, comment, applicant, commitments"


@pages.get("/r/<secret>/")
@pages.get("/r/<secret>")
@link_holder
def show(secret: str) -> str | Response:
    """The page behind a link: it says what is the case, and changes nothing."""
    exact = without_punctuation(secret)
    if exact == secret:
        return _page(way_of(secret), secret)
    with suppress(LinkDead):  # its own page says so
        way_of(exact)
    return redirect(url_for("partner.show", secret=exact))


@pages.get(f"/r/<secret>/<any({_FORMS}):act>")
@link_holder
def lead_back(secret: str, act: str) -> Response:
    """Reloading the answer to a form leads back to the link's page."""
    way_of(secret)
    return redirect(url_for("partner.show", secret=secret))


def _form_of(page: str, *, way_in: "Callable[[str], Link | Invitation]" = link_from_address) -> Callable[[View], Any]:
    # What is refused shows the page with what was typed.
    return form_view(
        invalid=lambda refusal, secret: _page(
            way_in(secret), secret, form=page, errors=refusal.errors, typed=request.form
        ),
        conflict=lambda refusal, secret: _page(
            way_in(secret), secret, form=page, conflict=refusal.text, typed=_kept(refusal)
        ),
    )


@pages.post("/r/<secret>/answer")
@link_holder
@_form_of("answer")
def give_answer(secret: str) -> Done:
    """Record approve, decline or abstain."""
    return _record(answer, secret)


@pages.post("/r/<secret>/withdraw")
@link_holder
@_form_of("withdraw")
def give_withdrawal(secret: str) -> Done:
    """Record that the partner takes its approval back."""
    return _record(withdraw, secret)


@pages.post("/r/<secret>/contest")
@link_holder
@_form_of("contest")
def give_contest(secret: str) -> Done:
    """Record that an answer was not the partner's."""
    return _record(contest, secret)


def _record(act: Callable[..., Any], secret: str) -> Done:
    link = acting_link(secret)
    said = AnswerForm(**_typed(*_ANSWER_FIELDS))
    act(current_act(link.actor), link, said, shown_digest=shown_digest(link))
    return _back_to(secret, "recorded")


@pages.post("/r/<secret>/refer")
@link_holder
@_form_of("refer")
def name_colleague(secret: str) -> Done:
    """Record that a colleague answers instead."""
    link, typed = acting_link(secret), _typed("full_name", "email", "job_title")
    form = ContactForm(typed["full_name"], typed["email"], typed["job_title"])
    key = installation().settings.secret_key
    refer(db(), link, form, shown_digest=shown_digest(link), key=key, clock=installation().clock)
    return _back_to(secret, "referral")


@pages.post("/r/<secret>/take-back")
@link_holder
@_form_of("take-back")
def take_colleague_back(secret: str) -> Done:
    """Record that this contact answers after all, not the colleague they named."""
    link = acting_link(secret)
    signed = request.form.get("full_name", "")
    take_back(current_act(link.actor), link, signed=signed, shown_digest=shown_digest(link))
    return _back_to(secret, "referral")


@pages.post("/r/<secret>/elsewhere")
@link_holder
@_form_of("elsewhere")
def ask_elsewhere(secret: str) -> Done:
    """Record that this contact asks not to be written to anymore; staff see to it."""
    link = acting_link(secret)
    signed = request.form.get("full_name", "")
    step_back(db(), link, signed=signed, shown_digest=shown_digest(link), clock=installation().clock)
    return _back_to(secret, "elsewhere")


@pages.post("/r/<secret>/applicant")
@link_holder
@_form_of("applicant")
def settle_applicant(secret: str) -> Done:
    """Record whether an applicant may answer for this organization."""
    link, typed = acting_link(secret), _typed("application", "agreed", "full_name")
    if typed["agreed"] not in ("yes", "no"):
        raise Invalid({"agreed": "Please say yes or no."})
    settle_application(
        current_act(link.actor),
        link,
        whole_number(typed["application"]) or 0,
        agreed=typed["agreed"] == "yes",
        signed=typed["full_name"],
        shown_digest=shown_digest(link),
    )
    return _back_to(secret, "applicant")


@pages.post("/r/<secret>/name")
@link_holder
@_form_of("name")
def suggest_name(secret: str) -> Done:
    """Record another name to stand under, for staff to accept."""
    link, typed = acting_link(secret), _typed("proposed_name", "full_name")
    propose_name(
        db(),
        link,
        typed["proposed_name"],
        signed=typed["full_name"],
        shown_digest=shown_digest(link),
        clock=installation().clock,
    )
    return _back_to(secret, "name-form")


@pages.post("/r/<secret>/comment")
@link_holder
@_form_of("comment", way_in=link_from_form)
def give_comment(secret: str) -> Done:
    """Record a comment on a passage of the text; an invitation serves for this alone."""
    refuse_cross_site()
    way, typed = link_from_form(secret), _typed("quote", "comment")
    comment(
        db(),
        way,
        quote=typed["quote"],
        words=typed["comment"],
        shown_digest=shown_digest(way),
        clock=installation().clock,
    )
    return _back_to(secret, "comments")


def _typed(*fields: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in fields}


def _back_to(secret: str, part: str) -> Done:
    # The part of the page that says what was recorded: browsers take the focus there.
    return Done(url_for("partner.show", secret=secret, _anchor=part))


def _kept(refusal: Conflict) -> dict[str, str]:
    # What was chosen and declared of another text is no answer to this one.
    dropped = {"answer", "authority", "authorised"} if isinstance(refusal, StaleText) else set()
    return {name: value for name, value in request.form.items() if name not in dropped}


def _page(way: Link | Invitation | AcceptanceLink, secret: str, *, form: str = "", **refused: Any) -> str:
    if isinstance(way, AcceptanceLink):
        return commitments_page(way, secret)
    if isinstance(way, Invitation):
        return invitation_page(way, secret, **refused)
    return request_page(way, secret, form=form, **refused)


def request_page(
    link: Link,
    secret: str,
    *,
    form: str = "",
    errors: Mapping[str, str] | None = None,
    conflict: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    """The page of a question, with what a refused form held."""
    facts = page_context(db(), link, at=installation().clock(), shown=(typed or {}).get("digest", ""))
    return render_template(
        "partner/request.html",
        secret=secret,
        link=link,
        form_value=own_form_value(link, facts["version"].digest),
        failed_form=form,
        errors=errors or {},
        conflict=conflict,
        typed=typed or {},
        **facts,
    )
