"""Staff pages of rounds: choose whom to ask, confirm exactly that, and see what came of it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import render_template, request

from signoff.domain.errors import Invalid, Missing, NotAsShown, Refusal
from signoff.domain.permissions import Act
from signoff.domain.rounds.asking import usual_deadline
from signoff.domain.rounds.reminders import DEFAULT_DAYS, days_ahead
from signoff.letters.blocks import Draft, as_text
from signoff.letters.preview import LetterPreview
from signoff.models import Contact, Partner, Round, Version
from signoff.services.partners.groups import FOUND, PartnerGroup, groups
from signoff.services.partners.partners import partners_of, present_partners
from signoff.services.partners.register import PartnerFilter, find_partners
from signoff.services.partners.stepping_back import asked_to_stop
from signoff.services.positions.positions import get_position, get_version
from signoff.services.positions.publishing_rules import reasons_not_to_send
from signoff.services.rounds.board import board as board_rows
from signoff.services.rounds.deadlines import count_waiting
from signoff.services.rounds.last_round import (
    AskedGroup,
    LastRound,
    count_unsent,
    find_open_round,
    last_round,
    warnings_before_asking,
)
from signoff.services.rounds.recipient_preview import RecipientPreview, to_be_asked
from signoff.services.rounds.rounds import RoundTerms, find_round, sound_terms
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import acting, db, installation, read_first
from signoff.web.request_parsing import chosen_ids, whole_number
from signoff.web.staff.blueprint import pages
from signoff.web.staff.publications.schedules import due_typed
from signoff.web.staff.rounds.reasons import LinkedReason, linked
from signoff.web.staff.rounds.sending import schedule, send
from signoff.web.staff.rounds.terms_form import local_minute, terms_typed

MOST_OFFERED = 300


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/ask")
@staff(Act.ASK)
def choose(slug: str, number: int) -> str:
    """Choose the partners, the deadline and a message."""
    return _choice(version_at(slug, number), {}, ())


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/ask")
@staff(Act.ASK)
@form_view(
    invalid=lambda refusal, slug, number: _not_sent(version_at(slug, number), refusal),
    conflict=lambda refusal, slug, number: _not_sent(version_at(slug, number), refusal),
)
def ask(slug: str, number: int) -> Done | str:
    """Show exactly who will be asked what; when that was confirmed, ask exactly them."""
    confirmed = {"send": send, "schedule": schedule}.get(request.form.get("act", ""))
    if confirmed is not None:
        version = version_at(slug, number)
        return confirmed(version, _ids(version))
    read_first()
    version = version_at(slug, number)
    if request.form.get("act") in ("find", "again"):
        return _choice(version, request.form, chosen_ids("partner"))
    return _confirmation(_preview(version))


def _not_sent(version: Version, refusal: Refusal) -> str:
    if isinstance(refusal, Missing):
        return _choice(version, request.form, _ids(version), missing=refusal)
    if isinstance(refusal, NotAsShown):
        return _shown_again(version, has_changed=True)
    if isinstance(refusal, Invalid) and refusal.errors.keys() & {"seen", "due"}:
        return _shown_again(version, errors=refusal.errors)
    if isinstance(refusal, Invalid):
        return _choice(version, request.form, _ids(version), errors=refusal.errors)
    raise refusal


def _shown_again(version: Version, **why: Any) -> str:
    try:
        return _confirmation(_preview(version), **why)
    except Missing as refusal:
        return _choice(version, request.form, _ids(version), missing=refusal)


def _preview(version: Version) -> RecipientPreview:
    ids = _ids(version)
    partners = [partner for partner in present_partners(db(), with_people=True) if partner.id in ids]
    return to_be_asked(db(), version, partners, sound_terms(terms_typed()))


def _ids(version: Version) -> set[int]:
    wanted = request.form.getlist("group")
    chosen = [group.ids for group in _groups(version)[0] if group.key in wanted] if wanted else []
    return chosen_ids("partner").union(*chosen)


def _remarks(version: Version) -> list[tuple[str, str]]:
    # Whom the chosen groups leave out; the groups are only named again where the page comes back.
    wanted = {*request.form.getlist("group"), *request.form.getlist("from_group")}
    chosen = (group for group in _groups(version)[0] if group.key in wanted and isinstance(group, PartnerGroup))
    return list(dict.fromkeys(remark for group in chosen for remark in group.remarks)) if wanted else []


def _warnings(mailing: RecipientPreview) -> list[LinkedReason]:
    partners = [partner for partner, _ in mailing.recipients]
    warnings = warnings_before_asking(
        db(), mailing.version, partners=partners, deadline=mailing.terms.deadline, clock=_when_sent
    )
    return linked(warnings, mailing.version)


def _when_sent() -> datetime:
    # What cannot be read as a time is said at its field.
    with suppress(Invalid):
        if request.form.get("act") == "schedule":
            return due_typed()
    return installation().clock()


def _confirmation(
    mailing: RecipientPreview, *, has_changed: bool = False, errors: Mapping[str, str] | None = None
) -> str:
    version, terms = mailing.version, mailing.terms
    partners = [partner for partner, _ in mailing.recipients]
    reasons = reasons_not_to_send(db(), version, partners=partners, deadline=terms.deadline, clock=installation().clock)
    if reasons:
        raise Missing(reasons, "Nothing was sent.")
    reader = _reader(mailing)
    sample = _sample(mailing, reader) if reader else None
    return render_template(
        "staff/rounds/preview_recipients.html",
        section="staff.positions",
        position=version.position,
        version=version,
        recipients=mailing.recipients,
        remarks=_remarks(version),
        leaving=asked_to_stop(db()),
        reminder_days=_days_ahead(terms),
        letters=mailing.letters,
        terms=terms,
        standing=find_round(db(), version),
        waiting=count_waiting(db(), version.id),
        reader=reader,
        sample=sample,
        sample_text=as_text(sample.blocks) if sample else "",
        shown=mailing.digest,
        has_changed=has_changed,
        warnings=_warnings(mailing),
        unsent=_unsent(version),
        errors=errors or {},
        form=request.form,
    )


def _days_ahead(terms: RoundTerms) -> tuple[int, ...]:
    here = installation()
    return days_ahead(terms.deadline, terms.reminder_days, here.settings.timezone, at=here.clock())


def _unsent(version: Version) -> int:
    ends = find_open_round(db(), version.position, besides=version)
    return count_unsent(db(), ends.version) if ends else 0


def _reader(mailing: RecipientPreview) -> Contact | None:
    # Whose letter is looked at: whom staff picked, else the first.
    picked = whole_number(request.form.get("show", ""))
    readers = [contact for _, contacts in mailing.recipients for contact in contacts]
    return next((reader for reader in readers if reader.id == picked), readers[0] if readers else None)


def _sample(mailing: RecipientPreview, contact: Contact) -> Draft:
    preview = LetterPreview(db(), installation().settings, installation().clock(), acting())
    return preview.request(mailing.version, mailing.terms, contact)


def _asked(version: Version) -> set[int]:
    return {row.partner.whole.id for row in board_rows(db(), version) if row.dropped_at is None}


def _groups(version: Version) -> tuple[list[PartnerGroup | AskedGroup], LastRound | None]:
    # Whom the last round asked comes first: most rounds on a newer version ask the same partners.
    present = groups(db(), at=installation().clock(), besides=_asked(version), searches=_searches())
    last = last_round(db(), version, present[0].ids) if present else None
    return [*(last.groups if last else []), *present], last


def _searches() -> list[str]:
    # What is searched for now, and what was when a group was chosen.
    kept = [*request.form.getlist("group"), *request.form.getlist("from_group")]
    words = (key.removeprefix(FOUND) for key in kept if key.startswith(FOUND))
    return list(dict.fromkeys(filter(None, (request.form.get("find", "").strip(), *words))))


def _choice(
    version: Version,
    typed: Mapping[str, str],
    ids: "set[int] | tuple[()]",
    *,
    errors: Mapping[str, str] | None = None,
    missing: Missing | None = None,
) -> str:
    standing, asked = find_round(db(), version), _asked(version)
    offered, last = _groups(version)
    reasons = missing.reasons if missing else reasons_not_to_send(db(), version, clock=installation().clock)
    return render_template(
        "staff/rounds/choose_partners.html",
        section="staff.positions",
        position=version.position,
        version=version,
        partners=_offered(asked, ids, words := typed.get("find", "").strip()),
        most=MOST_OFFERED,
        find=words,
        found_key=f"{FOUND}{words}",
        groups=offered,
        able=max((len(group.ids) for group in offered), default=0),
        chosen_groups=request.form.getlist("group") if typed else _usual_groups(standing, last),
        chosen=ids,
        standing=standing,
        typed=typed or _as_it_stands(standing, last),
        errors=errors or {},
        missing=linked(reasons, version),
        warnings=linked(warnings_before_asking(db(), version, clock=installation().clock), version),
        last=last,
    )


def _offered(asked: "set[int]", chosen: "set[int] | tuple[()]", words: str) -> list[Partner]:
    # Of a long register, who is chosen already comes first, then who has these words; the rest is one search away.
    present = find_partners(db(), PartnerFilter(words), limit=MOST_OFFERED + len(asked), with_particulars=False)
    offered = [partner for partner in present if partner.id not in asked]
    shown = offered[:MOST_OFFERED]
    ticked = partners_of(db(), set(chosen) - {partner.id for partner in shown} - asked)
    return [*ticked, *shown]


def _as_it_stands(standing: Round | None, last: LastRound | None) -> dict[str, str]:
    here, before = installation(), last.round if last else None
    usual = usual_deadline(here.clock(), here.settings.timezone)
    if standing is not None:
        # One that has passed would only be refused.
        return {"deadline": local_minute(standing.deadline if standing.deadline > here.clock() else usual)}
    return {
        "deadline": local_minute(usual),
        "message": before.message if before else "",
        "minimum": str(before.minimum) if before and before.minimum else "",
        "reminder_days": ", ".join(map(str, before.reminder_days if before else DEFAULT_DAYS)),
    }


def _usual_groups(standing: Round | None, last: LastRound | None) -> list[str]:
    return ["last:asked"] if last and last.groups and standing is None else []


def version_at(slug: str, number: int) -> Version:
    """The version at a staff address; NotFound otherwise."""
    return get_version(db(), get_position(db(), slug), number)
