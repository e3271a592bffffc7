"""A partner's page: the exact text, what has been recorded, and the forms that apply now."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.answers import AnswerForm
from signoff.domain.links import form_value, is_form_value
from signoff.domain.refusals import Conflict, Invalid
from signoff.models import Link, Version
from signoff.services.answers import Said, answer, contest, withdraw
from signoff.services.links import get_link
from signoff.web.access import link_holder
from signoff.web.edge import refuse_cross_site
from signoff.web.installation import db, here
from signoff.web.partner.facts import gather

_ANSWER_FIELDS = tuple(vars(AnswerForm()))
_FORGED = "This form was not the one this page served. Nothing was recorded. Please answer on this page."


@link_holder
def show(secret: str) -> str:
    """The page behind a link: it says what is the case, and changes nothing."""
    return _page(_link(secret), secret)


@link_holder
def lead_back(secret: str, act: str) -> Response:
    """Reloading the answer to a form leads back to the link's page."""
    _link(secret)
    return redirect(url_for("partner.show", secret=secret))


@link_holder
def give_answer(secret: str) -> Response | tuple[str, int]:
    """Record approve, decline or abstain."""
    return _acted(secret, "answer", answer)


@link_holder
def give_withdrawal(secret: str) -> Response | tuple[str, int]:
    """Record that the partner takes its approval back."""
    return _acted(secret, "withdraw", withdraw)


@link_holder
def give_contest(secret: str) -> Response | tuple[str, int]:
    """Record that an answer was not the partner's."""
    return _acted(secret, "contest", contest)


def _acted(secret: str, form: str, act: Callable[..., Said]) -> Response | tuple[str, int]:
    refuse_cross_site()
    link = _link(secret)
    try:
        said = AnswerForm(**{name: request.form.get(name, "") for name in _ANSWER_FIELDS})
        act(db(), link, said, shown_digest=_shown_digest(link), keys=here().keys, clock=here().clock)
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _page(_link(secret), secret, form=form, errors=refusal.errors, typed=request.form), 422
    except Conflict as refusal:
        db().rollback()
        return _page(_link(secret), secret, form=form, conflict=refusal.text, typed=request.form), 409
    return redirect(url_for("partner.show", secret=secret), 303)


def _link(secret: str) -> Link:
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", secret):
        # Of the wrong shape, and therefore as unknown as any other: one and the same page.
        secret = "-" * 43
    return get_link(db(), secret)


def _shown_digest(link: Link) -> str:
    """The digest of the text that was shown; Invalid when the form is not one of this link's page."""
    digest = request.form.get("digest", "")
    if not digest:
        raise Invalid({"form": _FORGED})
    asked = db().get_one(Version, link.request.version_id).digest
    if digest == asked and not is_form_value(
        here().settings.secret_keys, request.form.get("form", ""), link.id, digest
    ):
        raise Invalid({"form": _FORGED})
    return digest


def _page(
    link: Link,
    secret: str,
    *,
    form: str = "",
    errors: Mapping[str, str] | None = None,
    conflict: str = "",
    typed: Mapping[str, str] | None = None,
) -> str:
    facts: dict[str, Any] = gather(db(), link, at=here().clock())
    return render_template(
        "partner/request.html",
        secret=secret,
        link=link,
        form_value=form_value(here().settings.secret_key, link.id, facts["version"].digest),
        failed_form=form,
        errors=errors or {},
        conflict=conflict,
        typed=typed or {},
        **facts,
    )


def add_to(pages: Blueprint) -> None:
    """Put these pages at their addresses."""
    pages.add_url_rule("/r/<secret>", "show", show, methods=["GET"])
    pages.add_url_rule("/r/<secret>/", "show", show, methods=["GET"])
    pages.add_url_rule("/r/<secret>/<any(answer, withdraw, contest):act>", "lead_back", lead_back, methods=["GET"])
    pages.add_url_rule("/r/<secret>/answer", "give_answer", give_answer, methods=["POST"])
    pages.add_url_rule("/r/<secret>/withdraw", "give_withdrawal", give_withdrawal, methods=["POST"])
    pages.add_url_rule("/r/<secret>/contest", "give_contest", give_contest, methods=["POST"])
