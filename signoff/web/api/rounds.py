"""Rounds: ask partners, and see what came of it."""

from collections.abc import Sequence
from functools import partial

from signoff.domain.errors import Invalid
from signoff.domain.permissions import Act
from signoff.domain.rounds.asking import near_deadline_reason
from signoff.domain.rounds.reminders import DEFAULT_DAYS, parse_days
from signoff.domain.time import parse_instant
from signoff.models import Partner
from signoff.services.answers.recall import recall as recall_round
from signoff.services.partners.partners import count_present, present_partners
from signoff.services.positions.positions import get_position, get_version
from signoff.services.rounds.board import BoardRow, board, tally
from signoff.services.rounds.deadlines import move_deadline
from signoff.services.rounds.large_rounds import LargeRound, Part, is_large, plan_round
from signoff.services.rounds.last_round import warnings_before_asking
from signoff.services.rounds.reminders import remind_now
from signoff.services.rounds.rounds import AskResult, RoundTerms, get_round
from signoff.services.rounds.rounds import ask as ask_partners
from signoff.web.access import api
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import acting_call, reading_call
from signoff.web.api.preconditions import ensure_unchanged
from signoff.web.installation import current_act, db, installation, read_first, write_now
from signoff.web.round_parts import ask_part_and_commit
from signoff.web.schemas.rounds import (
    AskedPartners,
    AskPartners,
    Extended,
    NewDeadline,
    Recalled,
    RecallRound,
    Reminded,
    RequestLine,
    RoundProgress,
)
from signoff.worker.asking import ask_in_parts

_SHOWN = ("position",)  # to who asks


@calls.post("/positions/<slug:slug>/rounds")
@api(Act.ASK)
@acting_call(201, 200, shown=_SHOWN)
def ask(slug: str, body: AskPartners) -> tuple[AskedPartners, int]:
    """Ask partners.

    Ask them to approve a version. For a version that has its round this adds partners, moves the deadline, or
    reopens the round (200). While anything is missing, `reasons` says all of it (409).
    """
    in_parts = is_large(count_present(db()) if body.partners == "all" else len(body.partners))
    if in_parts:
        read_first()
    version, partners = get_version(db(), get_position(db(), slug), body.version), _partners(body)
    act, terms = current_act(), _terms(body)
    asked_about = warnings_before_asking(db(), version, partners=partners, deadline=terms.deadline, clock=act.clock)
    if in_parts:
        planned = plan_round(act, version, partners, terms)
        asked = ask_in_parts(planned, partial(_ask_part, slug, planned), installation().database)
        write_now()
    else:
        asked = ask_partners(act, version, partners, terms)
    answer = AskedPartners(
        id=asked.round.id,
        requests=asked.requests,
        letters_queued=asked.letters_queued,
        warnings=[reason.text for reason in asked_about],
    )
    return answer, 201 if asked.is_new else 200


def _ask_part(slug: str, planned: LargeRound, part: Part) -> AskResult:
    write_now()
    if part is planned.parts[0]:
        ensure_unchanged(_SHOWN, {"slug": slug})  # nothing was held while it was planned
    return ask_part_and_commit(planned, part)


def _terms(body: AskPartners) -> RoundTerms:
    days = DEFAULT_DAYS if body.reminder_days is None else parse_days(" ".join(map(str, body.reminder_days)))
    return RoundTerms(parse_instant(body.deadline), body.message, body.minimum, days)


def _partners(body: AskPartners) -> list[Partner]:
    present = {partner.slug: partner for partner in present_partners(db())}
    if body.partners == "all":
        return list(present.values())
    unknown = [slug for slug in body.partners if slug not in present]
    if unknown:
        raise Invalid({"partners": f"There is no partner “{unknown[0]}”."})
    return [present[slug] for slug in dict.fromkeys(body.partners)]


@calls.post("/positions/<slug:slug>/rounds/<number:number>/remind")
@api(Act.ASK)
@acting_call(200, shown=("round", "position"))
def remind(slug: str, number: int) -> Reminded:
    """Remind partners.

    Those that have not answered are reminded, at most once in 24 hours.
    """
    round_ = get_round(db(), get_position(db(), slug), number)
    return Reminded(partners=_slugs(remind_now(current_act(), round_)))


@calls.post("/positions/<slug:slug>/rounds/<number:number>/extend")
@api(Act.ASK)
@acting_call(200, shown=("round", "position"))
def extend(slug: str, number: int, body: NewDeadline) -> Extended:
    """Change the deadline.

    It may move either way. The partners that have not answered are told.
    """
    round_ = get_round(db(), get_position(db(), slug), number)
    act, deadline = current_act(), parse_instant(body.deadline)
    near = near_deadline_reason(deadline, at=act.at())
    notified = move_deadline(act, round_, deadline)
    return Extended(deadline=round_.deadline, partners=_slugs(notified), warnings=[near.text] if near else [])


@calls.post("/positions/<slug:slug>/rounds/<number:number>/recall")
@api(Act.ASK)
@acting_call(200, shown=("round", "position"))
def recall(slug: str, number: int, body: RecallRound) -> Recalled:
    """Recall a round.

    This ends it for good. Its approvals no longer count, unless the version is public.
    """
    round_ = get_round(db(), get_position(db(), slug), number)
    done = recall_round(current_act(), round_, reason=body.reason)
    return Recalled(partners=_slugs(done.partners), voided=_slugs(done.voided))


def _slugs(partners: Sequence[Partner]) -> list[str]:
    return [partner.slug for partner in partners]


@calls.get("/positions/<slug:slug>/rounds/<number:number>", endpoint="round")
@api(Act.READ)
@reading_call()
def progress(slug: str, number: int) -> RoundProgress:
    """Read the progress of a round.

    There is one row for each request, and never a link.
    """
    round_ = get_round(db(), get_position(db(), slug), number)
    return RoundProgress(
        id=round_.id,
        version=round_.version.number,
        digest=round_.version.digest,
        deadline=round_.deadline,
        minimum=round_.minimum,
        opened_at=round_.opened_at,
        ended_at=round_.ended_at,
        ended_as=round_.ended_as,
        ended_reason=round_.ended_reason,
        reminder_days=round_.reminder_days,
        progress=tally(db(), round_.version),
        requests=[_line(row) for row in board(db(), round_.version)],
    )


def _line(row: BoardRow) -> RequestLine:
    answer, person, letter = row.answer, row.person, row.letter
    return RequestLine(
        partner=row.partner.slug,
        name=row.partner.name,
        status=row.status,
        letter=letter.state if letter else None,
        letter_reply=letter.reply if letter else "",
        answered_at=answer.at if answer else None,
        answered_by=person.full_name if person else None,
        public_name=answer.public_name if answer else None,
        public_note=answer.public_note if answer else "",
        authority=answer.authority if answer else None,
        board_decided_on=answer.board_decided_on if answer else None,
        reason=person.reason if person else None,
        note=person.note if person else None,
    )
