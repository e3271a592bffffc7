"""What a publisher confirmed on the page that shows who will be asked: done at once, in parts, or scheduled."""

from collections.abc import Collection
from functools import partial

from flask import request, url_for

from signoff.domain.errors import AskedInPart
from signoff.domain.phrasing import counted
from signoff.models import Version
from signoff.services.publications.schedules import schedule_asking
from signoff.services.rounds.large_rounds import LargeRound, Part, is_large, plan_as_shown
from signoff.services.rounds.recipient_preview import RecipientPreview, ask_as_shown, partners_as_shown, to_be_asked
from signoff.services.rounds.rounds import AskResult, sound_terms
from signoff.web.forms import Done
from signoff.web.installation import current_act, db, installation, read_first, write_now
from signoff.web.request_parsing import digest_shown
from signoff.web.round_parts import ask_part_and_commit
from signoff.web.staff.publications.schedules import due_typed
from signoff.web.staff.rounds.terms_form import terms_typed
from signoff.worker.asking import ask_in_parts


def send(version: Version, ids: Collection[int]) -> Done:
    """Ask exactly whom the page showed."""
    there = url_for("staff.board", slug=version.position.slug, number=version.number)
    if not is_large(len(ids)):
        sent = ask_as_shown(
            current_act(), version, ids, terms_typed(), shown=digest_shown(), is_warned=_has_read_warnings()
        )
        return Done(there, _said(sent))
    try:
        return Done(there, _said(_send_in_parts(version.id, ids)))
    except AskedInPart as refusal:
        return Done(there, refusal.text, changed=False)
    finally:
        write_now()


def _send_in_parts(version_id: int, ids: Collection[int]) -> RecipientPreview:
    read_first()
    version, terms = db().get_one(Version, version_id), sound_terms(terms_typed())
    preview = to_be_asked(db(), version, partners_as_shown(db(), ids), terms)
    planned = plan_as_shown(current_act(), preview, shown=digest_shown(), is_warned=_has_read_warnings())
    ask_in_parts(planned, partial(_send_part, planned), installation().database)
    return preview


def _send_part(planned: LargeRound, part: Part) -> AskResult:
    write_now()
    return ask_part_and_commit(planned, part)


def _has_read_warnings() -> bool:
    return request.form.get("seen") == "yes"


def _said(sent: RecipientPreview) -> str:
    if not sent.recipients:
        return "The deadline is set."
    asked, people = counted(len(sent.recipients), "partner"), counted(sent.letters, "contact")
    return f"You asked {asked}. Emails to {people} are on their way."


def schedule(version: Version, ids: Collection[int]) -> Done:
    """Let exactly those be asked, at the moment that was typed."""
    scheduled = schedule_asking(
        current_act(),
        version,
        ids,
        terms_typed(),
        due=due_typed(),
        shown=digest_shown(),
        is_warned=_has_read_warnings(),
    )
    asked = counted(len(scheduled.partner_ids), "partner")
    said = f"Scheduled: {asked} will be asked on {installation().settings.formats.full(scheduled.due_at)}."
    return Done(url_for("staff.position", slug=version.position.slug), said)
