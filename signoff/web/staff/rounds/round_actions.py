"""Staff acts on an open round: remind, move the deadline, recall, drop one partner; each confirmed first."""

from collections.abc import Collection, Mapping, Sequence

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict, Invalid, Missing, NotFound, Reason
from signoff.domain.permissions import Act
from signoff.domain.phrasing import counted
from signoff.domain.positions.status import RoundEnd
from signoff.domain.rounds.asking import near_deadline_reason
from signoff.domain.time import parse_local
from signoff.letters.blocks import as_text
from signoff.letters.preview import LetterPreview
from signoff.models import Contact, Partner, Round, Version
from signoff.services.answers.recall import drop_partner, drop_partners, recall
from signoff.services.partners.partners import get_entry
from signoff.services.partners.stepping_back import asked_to_stop
from signoff.services.positions.publishing_rules import count_approvals
from signoff.services.positions.version_status import status_of
from signoff.services.rounds.board import asked_still, digest_of_approvals, digest_of_rows
from signoff.services.rounds.deadlines import move_deadline, waiting_partners
from signoff.services.rounds.reminders import WaitingPartner, remind_now, who_is_reminded, who_waits
from signoff.services.rounds.rounds import find_round
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, current_act, db, installation
from signoff.web.request_parsing import chosen_ids, digest_shown, whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.rounds.rounds import version_at
from signoff.web.staff.rounds.terms_form import deadline_typed, local_minute


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
        leaving=asked_to_stop(db()),
        reader=reader,
        sample=_sample(round_, reader) if reader else None,
    )


def _reader(whom: Sequence[WaitingPartner]) -> Contact | None:
    # Whose letter is looked at: whom staff picked, else the first.
    picked = whole_number(request.values.get("show", ""))
    readers = [link.contact for reader in whom for link in reader.links]
    return next((reader for reader in readers if reader.id == picked), readers[0] if readers else None)


def _sample(round_: Round, contact: Contact) -> dict[str, str]:
    draft = LetterPreview(db(), installation().settings, installation().clock(), acting()).reminder(round_, contact)
    return {"subject": draft.subject, "text": as_text(draft.blocks)}


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/remind")
@staff(Act.ASK)
@form_view()
def remind(slug: str, number: int) -> Done | str:
    """Remind those who were shown; refused when someone has answered or been reminded since."""
    result, shown = _round(version_at(slug, number)), _chosen()
    if request.form.get("act") == "look":
        return _reminding(result, shown)
    only = shown if request.form.get("choice") == "yes" else None
    reminded = remind_now(current_act(), result, only=only, shown=shown)
    return _back_to_board(slug, number, f"{counted(len(reminded), 'partner').capitalize()} reminded.")


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round/deadline")
@staff(Act.ASK)
def show_deadline(slug: str, number: int) -> str:
    """The form for another deadline."""
    round_ = _round(version_at(slug, number))
    return _deadline_page(round_, {"deadline": local_minute(round_.deadline)})


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/deadline")
@staff(Act.ASK)
@form_view(
    invalid=lambda refusal, slug, number: _deadline_refused(slug, number, refusal.errors),
    conflict=lambda refusal, slug, number: _deadline_refused(slug, number, {"deadline": _sentence_of(refusal)}),
)
def set_deadline(slug: str, number: int) -> Done:
    """Give the round another deadline, and tell those still waiting."""
    round_ = _round(version_at(slug, number))
    before, deadline = round_.deadline, deadline_typed()
    if near_deadline_reason(deadline, at=installation().clock()) and request.form.get("seen") != "yes":
        raise Invalid({"seen": "Confirm that you have read this."})
    notified = move_deadline(current_act(), round_, deadline)
    return _back_to_board(slug, number, _moved(moved=round_.deadline != before, told=len(notified)))


def _deadline_refused(slug: str, number: int, errors: Mapping[str, str]) -> str:
    return _deadline_page(_round(version_at(slug, number)), request.form, errors=errors)


def _sentence_of(refusal: Missing | Conflict) -> str:
    return " ".join(reason.text for reason in refusal.reasons) if isinstance(refusal, Missing) else refusal.text


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
        warnings=_near(typed) if "seen" in (errors or {}) else [],
        waiting=waiting_partners(db(), round_.version_id),
    )


def _near(typed: Mapping[str, str]) -> list[Reason]:
    deadline = parse_local(typed["deadline"], installation().settings.timezone, fold=typed.get("deadline_fold", ""))
    reason = near_deadline_reason(deadline, at=installation().clock())
    return [reason] if reason else []


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round/recall")
@staff(Act.ASK)
def confirm_recall(slug: str, number: int) -> str:
    """What recalling would do, and the form for its reason."""
    return _recall_page(_round(version_at(slug, number)))


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/recall")
@staff(Act.ASK)
@form_view(invalid=lambda refusal, slug, number: _recall_page(_round(version_at(slug, number)), refusal.errors))
def recall_round(slug: str, number: int) -> Done:
    """Recall the round for good."""
    done = recall(current_act(), _round(version_at(slug, number)), reason=_reason(), shown=digest_shown())
    if not done.letters:
        return _back_to_board(slug, number, "The round was recalled. No one had been emailed about it.")
    told = counted(done.letters, "contact").capitalize()
    return _back_to_board(slug, number, f"The round was recalled. {told} will be told by email.")


def _recall_page(round_: Round, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/rounds/recall.html",
        section="staff.positions",
        version=round_.version,
        round=round_,
        approvals=count_approvals(db(), round_.version),
        shown=digest_of_approvals(db(), round_.version),
        life=status_of(db(), round_.version),
        errors=errors or {},
        typed=request.form,
    )


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round/partners/<slug:partner>/drop")
@staff(Act.ASK)
def confirm_drop(slug: str, number: int, partner: str) -> str:
    """What no longer asking one partner would do, and the form for its reason."""
    return _drop_page(version_at(slug, number), get_entry(db(), partner))


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/partners/<slug:partner>/drop")
@staff(Act.ASK)
@form_view(
    invalid=lambda refusal, slug, number, partner: _drop_page(
        version_at(slug, number), get_entry(db(), partner), refusal.errors
    )
)
def drop(slug: str, number: int, partner: str) -> Done:
    """Stop asking one partner."""
    version, dropped = version_at(slug, number), get_entry(db(), partner)
    drop_partner(current_act(), version, dropped, reason=_reason(), shown=digest_shown())
    return _back_to_board(
        slug, number, f"{dropped.name} is no longer asked. Its contacts who were emailed about it will be told."
    )


def _drop_page(version: Version, partner: Partner, errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "staff/rounds/drop.html",
        section="staff.positions",
        version=version,
        partner=partner,
        shown=digest_of_rows(asked_still(db(), version, {partner.id})),
        errors=errors or {},
        typed=request.form,
    )


def drop_several(version: Version, ids: Collection[int], errors: Mapping[str, str] | None = None) -> str:
    """What no longer asking several partners would do, and the form for its reason."""
    round_ = _round(version)
    rows = asked_still(db(), version, ids)
    return render_template(
        "staff/rounds/drop_several.html",
        section="staff.positions",
        version=round_.version,
        rows=rows,
        approved=sum(row.status == "approved" for row in rows),
        shown=digest_of_rows(rows),
        errors=errors or {},
        typed=request.form,
    )


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round/drop")
@staff(Act.ASK)
@form_view(invalid=lambda refusal, slug, number: drop_several(version_at(slug, number), _chosen(), refusal.errors))
def drop_chosen(slug: str, number: int) -> Done:
    """Stop asking exactly the partners that were shown."""
    round_ = _round(version_at(slug, number))
    dropped = drop_partners(current_act(), round_.version, _chosen(), reason=_reason(), shown=digest_shown())
    said = f"No longer asked: {counted(len(dropped), 'partner')}. Contacts who were emailed about it will be told."
    return _back_to_board(slug, number, said)


def _chosen() -> set[int]:
    return chosen_ids("partner")


def _reason() -> str:
    return request.form.get("reason", "")


def _round(version: Version) -> Round:
    round_ = find_round(db(), version)
    if round_ is None:
        raise NotFound("No partner has been asked about this version.")
    if round_.ended_as in (RoundEnd.RECALLED, RoundEnd.REPLACED):
        raise Conflict(f"This round was {round_.ended_as}, for good. There is nothing left to do about it.")
    return round_


def _back_to_board(slug: str, number: int, said: str) -> Done:
    return Done(url_for("staff.board", slug=slug, number=number), said)
