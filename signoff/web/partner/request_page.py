"""A partner's page: the exact text, what has been recorded, and the forms that apply now."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.answers.answers import AnswerForm
from signoff.domain.errors import Conflict, Invalid, StaleText
from signoff.models import Invitation, Link
from signoff.services.answers.answers import answer, contest, withdraw
from signoff.services.partners.name_proposals import propose_name
from signoff.services.partners.partners import ContactForm
from signoff.services.partners.referrals import refer
from signoff.services.rounds.consultations import comment
from signoff.web.access import link_holder
from signoff.web.installation import db, installation
from signoff.web.partner.blueprint import pages
from signoff.web.partner.context import page_context
from signoff.web.partner.invitation_page import invitation_page
from signoff.web.partner.link_auth import link_from_address, link_from_form, own_form_value, shown_digest
from signoff.web.request_parsing import refuse_cross_site

_ANSWER_FIELDS = tuple(vars(AnswerForm()))


@pages.get("/r/<secret>/")
@pages.get("/r/<secret>")
@link_holder
def show(secret: str) -> str:
    """The page behind a link: it says what is the case, and changes nothing."""
    return _page(link_from_form(secret), secret)


@pages.get("/r/<secret>/<any(answer, withdraw, contest, refer, name, comment):act>")
@link_holder
def lead_back(secret: str, act: str) -> Response:
    """Reloading the answer to a form leads back to the link's page."""
    link_from_form(secret)
    return redirect(url_for("partner.show", secret=secret))


@pages.post("/r/<secret>/answer")
@link_holder
def give_answer(secret: str) -> Response | tuple[str, int]:
    """Record approve, decline or abstain."""
    return acted(secret, "answer", _with_answer_form(answer))


@pages.post("/r/<secret>/withdraw")
@link_holder
def give_withdrawal(secret: str) -> Response | tuple[str, int]:
    """Record that the partner takes its approval back."""
    return acted(secret, "withdraw", _with_answer_form(withdraw))


@pages.post("/r/<secret>/contest")
@link_holder
def give_contest(secret: str) -> Response | tuple[str, int]:
    """Record that an answer was not the partner's."""
    return acted(secret, "contest", _with_answer_form(contest))


def _with_answer_form(act: Callable[..., Any]) -> "Callable[[Link], None]":
    def with_form(link: Link) -> None:
        said = AnswerForm(**{name: request.form.get(name, "") for name in _ANSWER_FIELDS})
        act(db(), link, said, shown_digest=shown_digest(link), keys=installation().keys, clock=installation().clock)

    return with_form


@pages.post("/r/<secret>/refer")
@link_holder
def name_colleague(secret: str) -> Response | tuple[str, int]:
    """Record that a colleague answers instead."""

    def act(link: Link) -> None:
        name, email, job_title = (request.form.get(field, "") for field in ("full_name", "email", "job_title"))
        form = ContactForm(name, email, job_title)
        key = installation().settings.secret_key
        refer(db(), link, form, shown_digest=shown_digest(link), key=key, clock=installation().clock)

    return acted(secret, "refer", act)


@pages.post("/r/<secret>/name")
@link_holder
def suggest_name(secret: str) -> Response | tuple[str, int]:
    """Record another name to stand under, for staff to accept."""

    def act(link: Link) -> None:
        name, signed = (request.form.get(field, "") for field in ("proposed_name", "full_name"))
        propose_name(db(), link, name, signed=signed, shown_digest=shown_digest(link), clock=installation().clock)

    return acted(secret, "name", act)


@pages.post("/r/<secret>/comment")
@link_holder
def give_comment(secret: str) -> Response | tuple[str, int]:
    """Record a comment on a passage of the text; an invitation serves for this alone."""

    def act(way: Link | Invitation) -> None:
        comment(
            db(),
            way,
            quote=request.form.get("quote", ""),
            words=request.form.get("comment", ""),
            shown_digest=shown_digest(way),
            clock=installation().clock,
        )

    return acted(secret, "comment", act, way_in=link_from_form)


def acted(
    secret: str,
    form: str,
    act: Callable[[Any], None],
    *,
    way_in: "Callable[[str], Link | Invitation]" = link_from_address,
) -> Response | tuple[str, int]:
    """Do what a form asks and lead back to the page; a refusal shows the page with what was typed."""
    refuse_cross_site()
    way = way_in(secret)
    try:
        act(way)
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _page(way_in(secret), secret, form=form, errors=refusal.errors, typed=request.form), 422
    except Conflict as refusal:
        db().rollback()
        return _page(way_in(secret), secret, form=form, conflict=refusal.text, typed=_kept(refusal)), 409
    return redirect(url_for("partner.show", secret=secret), 303)


def _kept(refusal: Conflict) -> dict[str, str]:
    # What was chosen and declared of another text is no answer to this one.
    dropped = {"answer", "authorised"} if isinstance(refusal, StaleText) else set()
    return {name: value for name, value in request.form.items() if name not in dropped}


def _page(way: Link | Invitation, secret: str, *, form: str = "", **refused: Any) -> str:
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
