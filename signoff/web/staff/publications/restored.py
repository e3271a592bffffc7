"""The page of a copy that was put back: how old it is, what it lacks, what leaves once it is open; and its opening."""

from flask import render_template, request, url_for

from signoff.domain.errors import Conflict
from signoff.domain.permissions import Act
from signoff.evidence.heads import LONGEST_HEAD
from signoff.evidence.strict_json import Refused
from signoff.services.publications.kept_heads import compared_with_kept
from signoff.services.publications.log_reading import newest_head
from signoff.services.publications.restorations import (
    find_closed,
    newest_entry_at,
    open_restored,
    waiting_for_opening,
)
from signoff.web.access import staff
from signoff.web.forms import Done, form_view
from signoff.web.installation import current_act, db, installation
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages
from signoff.worker.high_water import lag_of, read_mark, signed_here


@pages.get("/staff/restored")
@staff(Act.OPEN_RESTORED)
def restored() -> str:
    """What an administrator reads before the copy is opened; `head` is a kept head to compare it with."""
    return _page()


@pages.post("/staff/restored/open")
@staff(Act.OPEN_RESTORED, proven=True)
@form_view(conflict=lambda refusal: _page(refusal.text))
def open_pages() -> Done:
    """Public pages are shown and email leaves again."""
    if request.form.get("seen") != "yes":
        raise Conflict("Please confirm that you read this page. Nothing was changed.")
    shown = whole_number(request.form.get("restoration", "")) or 0
    open_restored(current_act(), shown=shown, signed=signed_here(db(), installation().settings))
    return Done(url_for("staff.start"), "Public pages are open, and email is being sent.")


def _page(problem: str = "") -> str:
    closed, at = find_closed(db()), installation().clock()
    kept = request.args.get("head", "")[:LONGEST_HEAD]
    return render_template(
        "staff/publications/restored.html",
        section="staff.start",
        closed=closed,
        newest_at=newest_entry_at(db()),
        head=newest_head(db()),
        lag=lag_of(db(), read_mark(db(), installation().settings)),
        waiting=waiting_for_opening(db(), at=at),
        kept=kept,
        compared=_compared(kept) if kept.strip() else "",
        problem=problem,
    )


def _compared(kept: str) -> str:
    try:
        return compared_with_kept(db(), kept)
    except Refused as refusal:
        return str(refusal)
