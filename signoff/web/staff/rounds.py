"""Staff pages of rounds: choose whom to ask, confirm exactly that, and see what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.moments import parse_local
from signoff.domain.permissions import Act
from signoff.domain.refusals import Conflict, Invalid, Missing
from signoff.letters.blocks import as_text
from signoff.letters.preview import preview_request
from signoff.models import Partner, Round, Version
from signoff.services.gathering import reasons_not_to_send
from signoff.services.life import board as board_rows
from signoff.services.life import life_of, tally
from signoff.services.partners import present_partners
from signoff.services.positions import get_position, get_version
from signoff.services.rounds import ask as ask_partners
from signoff.services.rounds import find_round
from signoff.web.access import staff
from signoff.web.edge import whole_number
from signoff.web.installation import acting, db, here, read_first
from signoff.web.staff.reasons import linked


@staff(Act.ASK)
def choose(slug: str, number: int) -> str:
    """Choose the partners, the deadline and a message."""
    return _choice(_version(slug, number), {}, ())


@staff(Act.ASK)
def ask(slug: str, number: int) -> Response | tuple[str, int] | str:
    """Show exactly who will be asked what; when that was confirmed, ask exactly them."""
    confirmed = request.form.get("act") == "send"
    if not confirmed:
        read_first()
    version = _version(slug, number)
    ids = {whole_number(text) or 0 for text in request.form.getlist("partner")}
    partners = [partner for partner in present_partners(db(), with_people=True) if partner.id in ids]
    try:
        deadline = _deadline()
        minimum = _minimum()
        if not confirmed:
            return _confirmation(version, partners, deadline, minimum)
        _ensure_as_shown(partners, ids)
        ask_partners(
            db(),
            version,
            partners,
            deadline=deadline,
            message=request.form.get("message", ""),
            minimum=minimum,
            key=here().settings.secret_key,
            by=acting(),
            clock=here().clock,
        )
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _choice(version, request.form, ids, errors=refusal.errors), 422
    except Missing as refusal:
        db().rollback()
        return _choice(version, request.form, ids, missing=refusal), 409
    return redirect(url_for("staff.board", slug=slug, number=number), 303)


def _ensure_as_shown(partners: Sequence[Partner], ids: "set[int]") -> None:
    if len(partners) != len(ids):
        raise Conflict("A partner that was shown can no longer be asked. Nothing was sent. Please choose again.")


def _deadline() -> datetime:
    return parse_local(
        request.form.get("deadline", ""), here().settings.timezone, fold=request.form.get("deadline_fold", "")
    )


def _minimum() -> int:
    number = whole_number(request.form.get("minimum", "").strip() or "0")
    if number is None:
        raise Invalid({"minimum": "Please give a number, or leave this empty."})
    return number


def _confirmation(
    version: Version, partners: Sequence[Partner], deadline: datetime, minimum: int
) -> "str | tuple[str, int]":
    clock = here().clock
    reasons = reasons_not_to_send(db(), version, partners=partners, deadline=deadline, clock=clock)
    if reasons:
        raise Missing(reasons, "Nothing was sent.")
    recipients = [
        (partner, [contact for contact in partner.contacts if contact.may_answer and contact.removed_at is None])
        for partner in partners
    ]
    sample = (
        preview_request(
            db(),
            version,
            partners[0],
            recipients[0][1][0],
            deadline=deadline,
            message=request.form.get("message", ""),
            settings=here().settings,
        )
        if recipients
        else None
    )
    return render_template(
        "staff/confirm.html",
        section="staff.positions",
        position=version.position,
        version=version,
        recipients=recipients,
        letters=sum(len(contacts) for _, contacts in recipients),
        deadline=deadline,
        minimum=minimum,
        sample=sample,
        sample_text=as_text(sample.blocks) if sample else "",
        form=request.form,
    )


def _choice(
    version: Version,
    typed: Mapping[str, str],
    ids: "set[int] | tuple[()]",
    *,
    errors: Mapping[str, str] | None = None,
    missing: Missing | None = None,
) -> str:
    standing = find_round(db(), version)
    asked = {row.partner.id for row in board_rows(db(), version)} if standing else set()
    reasons = missing.reasons if missing else reasons_not_to_send(db(), version, clock=here().clock)
    return render_template(
        "staff/choose.html",
        section="staff.positions",
        position=version.position,
        version=version,
        partners=[partner for partner in present_partners(db(), with_people=True) if partner.id not in asked],
        chosen=ids,
        standing=standing,
        typed=typed or _as_it_stands(standing),
        errors=errors or {},
        missing=linked(reasons, version),
        zone=str(here().settings.timezone),
    )


def _as_it_stands(standing: Round | None) -> dict[str, str]:
    if standing is None:
        return {}
    return {"deadline": standing.deadline.astimezone(here().settings.timezone).strftime("%Y-%m-%dT%H:%M")}


@staff(Act.READ)
def board(slug: str, number: int) -> str:
    """The board of a round: one row for each partner asked."""
    version = _version(slug, number)
    rows = board_rows(db(), version)
    counts = tally(db(), version)
    return render_template(
        "staff/board.html",
        section="staff.positions",
        position=version.position,
        version=version,
        life=life_of(db(), version),
        rows=rows,
        tally=counts,
        answered=sum(counts.values()) - counts.get("waiting", 0) - counts.get("unanswered", 0),
    )


def _version(slug: str, number: int) -> Version:
    return get_version(db(), get_position(db(), slug), number)


def add_to(pages: Blueprint) -> None:
    """Put these pages at their addresses."""
    base = "/staff/positions/<slug:slug>/versions/<int(max=2147483647):number>"
    pages.add_url_rule(f"{base}/ask", "choose", choose, methods=["GET"])
    pages.add_url_rule(f"{base}/ask", "ask", ask, methods=["POST"])
    pages.add_url_rule(f"{base}/round", "board", board)
