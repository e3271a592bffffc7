"""Rounds: ask partners, and see what came of it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint

from signoff.domain.moments import parse_instant, rfc3339
from signoff.domain.permissions import Act
from signoff.domain.refusals import Invalid
from signoff.domain.reminders import DEFAULT_DAYS, parse_days
from signoff.models import Partner
from signoff.services.board import BoardRow, board, tally
from signoff.services.deadlines import move_deadline
from signoff.services.endings import recall as recall_round
from signoff.services.partners import present_partners
from signoff.services.positions import get_position, get_version
from signoff.services.reminding import remind_now
from signoff.services.rounds import Terms, get_round
from signoff.services.rounds import ask as ask_partners
from signoff.web.access import api
from signoff.web.api.edge import Answer, Body, acting_call, reading_call
from signoff.web.installation import acting, db, here


@api(Act.ASK)
@acting_call
def ask(slug: str) -> Answer:
    """Ask partners about a version; for one that has its round: add partners, extend or reopen it."""
    found, body = get_position(db(), slug), Body.read()
    number, message = body.number("version"), body.text("message")
    minimum, deadline = body.number("minimum", default=0), body.text("deadline")
    partners = _partners(body)
    days = parse_days(" ".join(map(str, body.numbers("reminder_days")))) if body.has("reminder_days") else DEFAULT_DAYS
    body.ensure_sound()
    asked = ask_partners(
        db(),
        get_version(db(), found, number),
        partners,
        Terms(parse_instant(deadline), message, minimum, days),
        key=here().settings.secret_key,
        by=acting(),
        clock=here().clock,
    )
    content = {"id": asked.round.id, "requests": asked.requests, "letters_queued": asked.letters_queued}
    return content, 201 if asked.is_new else 200


def _partners(body: Body) -> list[Partner]:
    present = {partner.slug: partner for partner in present_partners(db())}
    if body.raw("partners") == "all":
        return list(present.values())
    slugs = body.texts("partners")
    unknown = [slug for slug in slugs if slug not in present]
    if unknown:
        raise Invalid({"partners": f"There is no partner “{unknown[0]}”."})
    return [present[slug] for slug in dict.fromkeys(slugs)]


@api(Act.ASK)
@acting_call
def remind(slug: str, number: int) -> Answer:
    """Remind those who have not answered; the partners that were."""
    found = get_round(db(), get_position(db(), slug), number)
    return {"partners": _slugs(remind_now(db(), found, by=acting(), clock=here().clock))}, 200


@api(Act.ASK)
@acting_call
def extend(slug: str, number: int) -> Answer:
    """Give a round another deadline; the partners that are told."""
    found, body = get_round(db(), get_position(db(), slug), number), Body.read()
    deadline = body.text("deadline")
    body.ensure_sound()
    told = move_deadline(db(), found, parse_instant(deadline), by=acting(), clock=here().clock)
    return {"deadline": rfc3339(found.deadline), "partners": _slugs(told)}, 200


@api(Act.ASK)
@acting_call
def recall(slug: str, number: int) -> Answer:
    """Recall a round for good; the partners it concerns, and those whose approvals are void."""
    found, body = get_round(db(), get_position(db(), slug), number), Body.read()
    reason = body.text("reason")
    body.ensure_sound()
    done = recall_round(db(), found, reason=reason, keys=here().keys, by=acting(), clock=here().clock)
    return {"partners": _slugs(done.partners), "voided": _slugs(done.voided)}, 200


def _slugs(partners: Sequence[Partner]) -> list[str]:
    return [partner.slug for partner in partners]


@api(Act.READ)
@reading_call
def progress(slug: str, number: int) -> dict[str, Any]:
    """A round's progress, with one row for each request; never a link."""
    found = get_round(db(), get_position(db(), slug), number)
    return {
        "id": found.id,
        "version": found.version.number,
        "digest": found.version.digest,
        "deadline": rfc3339(found.deadline),
        "minimum": found.minimum,
        "opened_at": rfc3339(found.opened_at),
        "ended_at": rfc3339(found.ended_at) if found.ended_at else None,
        "ended_as": found.ended_as,
        "ended_reason": found.ended_reason,
        "reminder_days": found.reminder_days,
        "progress": tally(db(), found.version),
        "requests": [_row_shape(row) for row in board(db(), found.version)],
    }


def _row_shape(row: BoardRow) -> dict[str, Any]:
    return {
        "partner": row.partner.slug,
        "name": row.partner.name,
        "status": row.status,
        "letter": row.letter.state if row.letter else None,
        "letter_reply": row.letter.reply if row.letter else "",
        "answered_at": rfc3339(row.answer.at) if row.answer else None,
        "answered_by": row.person.full_name if row.person else None,
        "public_name": row.answer.public_name if row.answer else None,
        "public_note": row.answer.public_note if row.answer else "",
        "authority": row.answer.authority if row.answer else None,
        "board_decided_on": decided.isoformat() if (decided := row.answer and row.answer.board_decided_on) else None,
        "reason": row.person.reason if row.person else None,
        "note": row.person.note if row.person else None,
    }


def add_to(calls: Blueprint) -> None:
    """Put these calls at their addresses."""
    calls.add_url_rule("/positions/<slug:slug>/rounds", "ask", ask, methods=["POST"])
    one = "/positions/<slug:slug>/rounds/<int(max=2147483647):number>"
    calls.add_url_rule(one, "round", progress, methods=["GET"])
    calls.add_url_rule(f"{one}/remind", "remind", remind, methods=["POST"])
    calls.add_url_rule(f"{one}/extend", "extend", extend, methods=["POST"])
    calls.add_url_rule(f"{one}/recall", "recall", recall, methods=["POST"])
