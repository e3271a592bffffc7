"""Partners from a CSV file: what it would do is shown first, and exactly that is done."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Invalid
from signoff.domain.permissions import Act, Actor
from signoff.domain.phrasing import counted
from signoff.services.partners.import_questions import NO_ROW_ANSWERS, RowAnswers
from signoff.services.partners.name_conflicts import NameQuestion
from signoff.services.partners.partner_files import COLUMNS
from signoff.services.partners.partner_import import ImportPlan, plan_import
from signoff.web.access import staff
from signoff.web.installation import acting, close_session, db, installation, read_first
from signoff.web.reauthentication import ask_for_proof
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages
from signoff.worker.importing import ImportStopped, import_partners

LARGEST_FILE = 8_000_000  # bytes
MOST_AT_ONCE = 16_000
_SHOWN = 200


@pages.get("/staff/partners/import")
@staff(Act.MANAGE_PARTNERS)
def show_import() -> str:
    """What a file must look like, and where to give it."""
    return _page()


@pages.post("/staff/partners/import")
@staff(Act.MANAGE_PARTNERS, largest=2 * LARGEST_FILE)
def take_import() -> Response | tuple[str, int] | str:
    """Show what a file would do; when that was confirmed, do exactly that."""
    confirmed = request.form.get("act") == "import"
    if confirmed and (page := ask_for_proof()):
        return page
    raw = _given()
    # Planned as a reader, also when it is confirmed: it takes long, and each part is judged again when it is added.
    by = acting()
    read_first()
    answers = _row_answers()
    try:
        plan = plan_import(db(), raw)
        whole = plan_import(db(), raw, answers) if answers else plan
        if len(whole.new_partners) > MOST_AT_ONCE:
            raise Invalid({"file": f"Up to {MOST_AT_ONCE:,} new partners at once; the command takes more."})
    except Invalid as refusal:
        return _page(errors=refusal.errors), 422
    asked = whole.question
    if confirmed and plan.digest != request.form.get("shown"):
        return _page(plan, raw, asked=asked, answers=answers, has_changed=True), 409
    if confirmed and asked and not _has_looked_at(asked):
        return _page(plan, raw, asked=asked, answers=answers, is_unconfirmed=True), 409
    return _carry_out(whole, raw, answers, by) if confirmed else _page(plan, raw, asked=asked)


def _has_looked_at(question: NameQuestion) -> bool:
    return request.form.get("different") == "yes" and request.form.get("asked") == question.digest


def _row_answers() -> RowAnswers:
    # A field for each row and partner: answer:7:alder-trust.
    fields = (field.split(":") for field in request.form if field.startswith("answer:") and field.count(":") == 2)
    numbered = ((field, whole_number(field[1])) for field in fields)
    return {(number, field[2]): request.form[":".join(field)] for field, number in numbered if number is not None}


def _carry_out(plan: ImportPlan, raw: bytes, answers: RowAnswers, by: Actor) -> Response | tuple[str, int]:
    here = installation()
    close_session()
    try:
        import_partners(here.database, lambda session: here.act(session, by), plan, raw, answers=answers)
    except ImportStopped as stopped:
        read_first()
        return _page(errors=_stopped_because(stopped)), 409
    partners, contacts, doubtful = len(plan.new_partners), len(plan.new_contacts), len(plan.names.doubtful)
    flash(
        f"{counted(partners, 'partner').capitalize()} added, and {counted(contacts, 'contact')} of known ones."
        + (f" {counted(doubtful, 'row').capitalize()} left out because of the name." if doubtful else "")
    )
    return redirect(url_for("staff.partners", sort="-joined"), 303)


def _stopped_because(stopped: ImportStopped) -> dict[str, str]:
    done = f"{counted(stopped.added, 'row').capitalize()} were added and stay. Give the file again to go on."
    refusal = stopped.refusal
    return {"file": f"{refusal.text} {done}", **(refusal.errors if isinstance(refusal, Invalid) else {})}


def _given() -> bytes:
    file = request.files.get("file")
    return file.read() if file and file.filename else request.form.get("csv", "").encode()


def _page(
    plan: ImportPlan | None = None,
    raw: bytes = b"",
    *,
    asked: NameQuestion | None = None,
    answers: RowAnswers = NO_ROW_ANSWERS,
    errors: Mapping[str, str] | None = None,
    has_changed: bool = False,
    is_unconfirmed: bool = False,
) -> str:
    return render_template(
        "staff/partners/partner_import.html",
        section="staff.partners",
        columns=COLUMNS,
        plan=plan,
        question=asked,
        answers=answers,
        csv=raw.decode("utf-8-sig") if plan else "",
        most=_SHOWN,
        errors=errors or {},
        has_changed=has_changed,
        is_unconfirmed=is_unconfirmed,
    )
