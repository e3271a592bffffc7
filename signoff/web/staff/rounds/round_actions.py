"""Staff acts on an open round: remind, move the deadline, recall, drop one partner; each confirmed first."""

from collections.abc import Callable, Collection, Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Conflict, Invalid, Missing, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.domain.positions.status import RoundEnd
from signoff.letters.blocks import as_text
from signoff.letters.preview import preview_question
from signoff.models import Contact, Partner, Round, Version
from signoff.services.answers.recall import drop_partner, recall
from signoff.services.locks import hold_position, hold_version
from signoff.services.partners.partners import get_partner
from signoff.services.positions.publishing_rules import count_approvals
from signoff.services.positions.version_status import status_of
from signoff.services.rounds.board import BoardFilter, BoardRow, board, ids_on_board
from signoff.services.rounds.deadlines import move_deadline, waiting_partners
from signoff.services.rounds.reminders import WaitingPartner, remind_now, who_is_reminded, who_waits
from signoff.services.rounds.rounds import find_round
from signoff.web.access import staff
from signoff.web.installation import current_act, db, installation
from signoff.web.request_parsing import chosen_ids, shown_digest, whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.rounds.rounds import deadline_typed, local_minute, version_at


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round/remind")
@staff(Act.ASK)
def confirm_reminder(slug: str, number: int) -> str:
    """Exactly who would be reminded, and by which letter."""
    return _reminding(_round(version_at(slug, number)), None)


def remind_several(version: Version, ids: Collection[int]) -> str:
    """Exactly who of some partners would be reminded."""
    return _reminding(_round(version), ids)


def _reminding(round_: Round, only: Collection[int] | None) -> str:
    whom = who_is_reminded(db(), round_, at=installation().clock(), only=only)
    waiting = sum(only is None or waiting_partner.partner.id in only for waiting_partner in who_waits(db(), round_))
    reader = _reader(whom)
    return render_template(
        "staff/rounds/remind.html",
        section="staff.positions",
        version=round_.version,
        round=round_,
        whom=whom,
        is_choice=only is not None,
        not_waiting=0 if only is None else len(only) - waiting,
        passed_over=waiting - len(whom),
        letters=sum(len(waiting_partner.links) for waiting_partner in whom),
        reader=reader[1] if reader else None,
        sample=_sample(round_, *reader) if reader else None,
    )


def _reader(whom: Sequence[WaitingPartner]) -> tuple[Partner, Contact] | None:
    # Whose letter is looked at: whom staff picked, else the first.
    picked = whole_number(request.values.get("show", ""))
    readers = [(reader.partner, link.contact) for reader in whom for link in reader.links]
    return next((reader for reader in readers if reader[1].id == picked), readers[0] if readers else None)


def _sample(round_: Round, partner: Partner, contact: Contact) -> dict[str, str]:
    draft = preview_question(
        db(),
        LetterKind.REMINDER,
        round_.version,
        partner,
        contact,
        round_,
        settings=installation().settings,
        at=installation().clock(),
    )
    return {"subject": draft.subject, "text": as_text(draft.blocks)}


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/remind")
@staff(Act.ASK)
def remind(slug: str, number: int) -> Response:
    """Remind those who were shown; refused when somebody has answered or been reminded since."""
    result, shown = _round(version_at(slug, number)), chosen_ids("partner")
    if request.form.get("act") == "look":
        return Response(_reminding(result, shown), content_type="text/html; charset=utf-8")
    only = shown if request.form.get("choice") == "yes" else None
    reminded = remind_now(current_act(), result, only=only)
    if {partner.id for partner in reminded} != shown:
        raise Conflict("Meanwhile somebody answered or was reminded, so nobody was. Please look at the list again.")
    db().commit()
    flash(f"{counted(len(reminded), 'partner').capitalize()} reminded.")
    return _to_the_round(slug, number)


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round/deadline")
@staff(Act.ASK)
def show_deadline(slug: str, number: int) -> str:
    """The form for another deadline."""
    round_ = _round(version_at(slug, number))
    return _deadline_page(round_, {"deadline": local_minute(round_.deadline)})


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/deadline")
@staff(Act.ASK)
def set_deadline(slug: str, number: int) -> Response | tuple[str, int]:
    """Give the round another deadline, and tell those still waiting."""
    round_ = _round(version_at(slug, number))
    before = round_.deadline
    try:
        notified = move_deadline(current_act(), round_, deadline_typed())
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return _deadline_page(_round(version_at(slug, number)), request.form, errors=refusal.errors), 422
    except (Missing, Conflict) as refusal:
        db().rollback()
        sentence = " ".join(reason.text for reason in refusal.reasons) if isinstance(refusal, Missing) else refusal.text
        errors = {"deadline": sentence}
        return _deadline_page(_round(version_at(slug, number)), request.form, errors=errors), 409
    flash(_moved(moved=round_.deadline != before, told=len(notified)))
    return _to_the_round(slug, number)


def _moved(*, moved: bool, told: int) -> str:
    if not moved:
        return "It had this deadline already; nothing was changed."
    return f"The deadline has moved. {counted(told, 'partner').capitalize()} still waiting will be told."


def _deadline_page(round_: Round, typed: Mapping[str, str], *, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/rounds/deadline.html",
        section="staff.positions",
        version=round_.version,
        round=round_,
        typed=typed,
        errors=errors or {},
        waiting=waiting_partners(db(), round_.version_id),
        zone=str(installation().settings.timezone),
    )


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round/recall")
@staff(Act.ASK)
def confirm_recall(slug: str, number: int) -> str:
    """What recalling would do, and the form for its reason."""
    return _recall_page(_round(version_at(slug, number)))


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/recall")
@staff(Act.ASK)
def recall_round(slug: str, number: int) -> Response | tuple[str, int]:
    """Recall the round for good."""

    def act(version: Version, reason: str) -> str:
        _ensure_shown(version, _approvals_of)
        done = recall(current_act(), _round(version), reason=reason)
        return f"The round was recalled. {counted(len(done.partners), 'partner').capitalize()} will be told."

    return _with_reason(slug, number, act, lambda errors: _recall_page(_round(version_at(slug, number)), errors))


def _recall_page(round_: Round, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/rounds/recall.html",
        section="staff.positions",
        version=round_.version,
        round=round_,
        approvals=count_approvals(db(), round_.version),
        shown=_approvals_of(round_.version),
        life=status_of(db(), round_.version),
        errors=errors or {},
        typed=request.form,
    )


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round/partners/<slug:partner>/drop")
@staff(Act.ASK)
def confirm_drop(slug: str, number: int, partner: str) -> str:
    """What no longer asking one partner would do, and the form for its reason."""
    return _drop_page(version_at(slug, number), get_partner(db(), partner))


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/partners/<slug:partner>/drop")
@staff(Act.ASK)
def drop(slug: str, number: int, partner: str) -> Response | tuple[str, int]:
    """Stop asking one partner."""

    def act(version: Version, reason: str) -> str:
        result = get_partner(db(), partner)
        _ensure_shown(version, lambda version: _shown(_asked_still(version, {result.id})))
        drop_partner(current_act(), version, result, reason=reason)
        return f"{result.name} is no longer asked, and will be told."

    def page(errors: Mapping[str, str]) -> str:
        return _drop_page(version_at(slug, number), get_partner(db(), partner), errors)

    return _with_reason(slug, number, act, page)


def _drop_page(version: Version, partner: Partner, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/rounds/drop.html",
        section="staff.positions",
        version=version,
        partner=partner,
        shown=_shown(_asked_still(version, {partner.id})),
        errors=errors or {},
        typed=request.form,
    )


def drop_several(version: Version, ids: Collection[int], errors: Mapping[str, str] | None = None) -> str:
    """What no longer asking several partners would do, and the form for its reason."""
    round_ = _round(version)
    rows = _asked_still(version, ids)
    return render_template(
        "staff/rounds/drop_several.html",
        section="staff.positions",
        version=round_.version,
        rows=rows,
        approved=sum(row.status == "approved" for row in rows),
        shown=_shown(rows),
        errors=errors or {},
        typed=request.form,
    )


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/drop")
@staff(Act.ASK)
def drop_chosen(slug: str, number: int) -> Response | tuple[str, int]:
    """Stop asking exactly the partners that were shown."""
    ids = chosen_ids("partner")

    def act(version: Version, reason: str) -> str:
        _ensure_shown(version, lambda version: _shown(_asked_still(version, ids)))
        _round(version)
        chosen = [row.partner for row in _asked_still(version, ids)]
        for partner in chosen:
            drop_partner(current_act(), version, partner, reason=reason)
        return f"{counted(len(chosen), 'partner').capitalize()} no longer asked; each will be told."

    return _with_reason(slug, number, act, lambda errors: drop_several(version_at(slug, number), ids, errors))


def _ensure_shown(version: Version, now: "Callable[[Version], str]") -> None:
    # Judged while nobody answers: an approval that nobody was shown is not voided.
    hold_position(db(), version.position_id)
    hold_version(db(), version.id)
    if now(version) != request.form.get("shown"):
        raise Conflict("Somebody answered or was dropped meanwhile, so nothing was done. Please look again.")


def _approvals_of(version: Version) -> str:
    return shown_digest(map(str, ids_on_board(db(), version, BoardFilter(status="approved"))))


def _asked_still(version: Version, ids: Collection[int]) -> list[BoardRow]:
    return [row for row in board(db(), version, only=ids) if row.dropped_at is None]


def _shown(rows: Sequence[BoardRow]) -> str:
    return shown_digest(f"{row.partner.id}:{row.status}" for row in rows)


def _with_reason(
    slug: str, number: int, act: "Callable[[Version, str], str]", page: "Callable[[Mapping[str, str]], str]"
) -> Response | tuple[str, int]:
    try:
        done = act(version_at(slug, number), request.form.get("reason", ""))
        db().commit()
    except Invalid as refusal:
        db().rollback()
        return page(refusal.errors), 422
    flash(done)
    return _to_the_round(slug, number)


def _round(version: Version) -> Round:
    round_ = find_round(db(), version)
    if round_ is None:
        raise NotFound("No partner has been asked about this version.")
    if round_.ended_as in (RoundEnd.RECALLED, RoundEnd.REPLACED):
        raise Conflict(f"This round was {round_.ended_as}, for good. There is nothing to do about it any more.")
    return round_


def _to_the_round(slug: str, number: int) -> Response:
    return redirect(url_for("staff.board", slug=slug, number=number), 303)
