"""Partners from a spreadsheet: what its columns hold and what it would do is shown first, and exactly that is done."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from signoff.domain.errors import Invalid
from signoff.domain.partners.import_columns import LABELS, Columns, ImportField
from signoff.domain.permissions import Act, Actor
from signoff.domain.phrasing import counted
from signoff.models import PartnerImport
from signoff.services.partners.import_columns import likely_columns, remember_columns
from signoff.services.partners.import_questions import NO_CHOICES, ImportChoices
from signoff.services.partners.name_conflicts import NameQuestion
from signoff.services.partners.partner_files import COLUMNS, PartnerFile, read_partners
from signoff.services.partners.partner_import import ImportPlan, plan_import
from signoff.services.partners.spreadsheet_files import Sheet, read_sheet
from signoff.services.partners.staged_imports import GivenFile, get_import, own_import, size_of, stage_import
from signoff.web.access import staff
from signoff.web.installation import acting, close_session, db, installation, read_first, write_now
from signoff.web.reauthentication import ask_for_proof
from signoff.web.request_parsing import whole_number
from signoff.web.staff.blueprint import pages
from signoff.worker.importing import ImportStopped, import_partners

LARGEST_FILE = 14_000_000  # bytes; carried by the page it is a third larger
MOST_AT_ONCE = 100_000
WHILE_THE_PAGE_WAITS = 500  # partners and contacts; the worker imports more
_SHOWN = 200
_SAMPLES = 3  # rows beside each column


@dataclass(frozen=True)
class _Import:
    """A file on its way through the page: what it is, how its columns are read, and what it would do."""

    raw: bytes = b""
    sheet: Sheet | None = None
    columns: Columns = field(default_factory=dict)
    plan: ImportPlan | None = None
    choices: ImportChoices = NO_CHOICES
    question: NameQuestion = NameQuestion()  # what is asked about public texts, with the choices made

    @property
    def read(self) -> Sheet:
        """The file's table, once it was read."""
        assert self.sheet is not None
        return self.sheet

    @property
    def carried(self) -> str:
        """The file, as the page hands it back."""
        return base64.b64encode(self.raw).decode()

    def samples(self, column: int) -> list[str]:
        """What stands in a column in the first rows that have something there."""
        cells = (row.cells[column] for row in self.read.rows if row.cells[column])
        return [cell for cell, _ in zip(cells, range(_SAMPLES), strict=False)]


@pages.get("/staff/partners/import")
@staff(Act.MANAGE_PARTNERS)
def show_import() -> str:
    """What a file may look like, and where to give it."""
    return _page(_Import(), under_way=own_import(db(), acting()))


@pages.get("/staff/partners/import/<number:number>", endpoint="import_progress")
@staff(Act.MANAGE_PARTNERS)
def show_progress(number: int) -> str:
    """How far an import is that the worker carries out, or how it ended."""
    item = get_import(db(), number)
    return render_template("staff/partners/import_progress.html", section="staff.partners", item=item)


@pages.post("/staff/partners/import")
@staff(Act.MANAGE_PARTNERS, largest=2 * LARGEST_FILE)
def take_import() -> Response | tuple[str, int] | str:
    """Show how a file is read and what it would do; when that was confirmed, do exactly that."""
    confirmed = request.form.get("act") == "import"
    if confirmed and (page := ask_for_proof()):
        return page
    # Planned as a reader, also when it is confirmed: it takes long, and each part is judged again when it is added.
    by = acting()
    read_first()
    given = _Import()
    try:
        given = _given()
        file = read_partners(given.read, given.columns)
        plan = plan_import(db(), file)
        if len(plan.new_partners) > MOST_AT_ONCE:
            raise Invalid({"file": f"Up to {MOST_AT_ONCE:,} new partners at once; the command takes more."})
        whole = plan_import(db(), file, given.choices) if given.choices != NO_CHOICES else plan
    except Invalid as refusal:
        return _page(given, errors=refusal.errors), 422
    shown = replace(given, plan=plan, question=whole.question)
    if confirmed and plan.digest != request.form.get("shown"):
        return _page(shown, has_changed=True), 409
    if confirmed and whole.question and not _has_looked_at(whole.question):
        return _page(shown, is_unconfirmed=True), 409
    if not confirmed:
        return _page(shown)
    does = _leave_to_worker if size_of(whole) > WHILE_THE_PAGE_WAITS else _carry_out
    return does(given, whole, file, by)


def _given() -> _Import:
    raw = _file_given()
    if len(raw) > LARGEST_FILE:
        raise Invalid({"file": f"The file is larger than {LARGEST_FILE // 1_000_000} MB; the command takes more."})
    sheet = read_sheet(raw)
    return _Import(raw, sheet, _columns(sheet), choices=ImportChoices(_row_answers(), _taken()))


def _file_given() -> bytes:
    if (file := request.files.get("file")) and file.filename:
        return bytes(file.read())
    try:
        return base64.b64decode(request.form.get("carried", ""), validate=True) or request.form.get("csv", "").encode()
    except binascii.Error:
        raise Invalid({"file": "The file did not arrive whole. Please choose it again."}) from None


def _columns(sheet: Sheet) -> Columns:
    if "column:0" not in request.form:
        return likely_columns(db(), sheet)
    chosen = {number: request.form.get(f"column:{number}", "") for number in range(len(sheet.headings))}
    return {number: ImportField(name) for number, name in chosen.items() if name in set(ImportField)}


def _has_looked_at(question: NameQuestion) -> bool:
    return request.form.get("different") == "yes" and request.form.get("asked") == question.digest


def _row_answers() -> Mapping[tuple[int, str], str]:
    # A field for each row and partner: answer:7:alder-trust.
    fields = (each.split(":") for each in request.form if each.startswith("answer:") and each.count(":") == 2)
    numbered = ((each, whole_number(each[1])) for each in fields)
    return {(number, each[2]): request.form[":".join(each)] for each, number in numbered if number is not None}


def _taken() -> frozenset[tuple[str, str]]:
    # A field for each difference that is taken from the file: take:alder-trust:website.
    fields = (each.split(":") for each in request.form if each.startswith("take:") and each.count(":") == 2)
    return frozenset((each[1], each[2]) for each in fields if request.form[":".join(each)] == "yes")


def _carry_out(given: _Import, plan: ImportPlan, file: PartnerFile, by: Actor) -> Response | tuple[str, int]:
    here = installation()
    close_session()
    try:
        with here.database.unit_of_work() as session:
            remember_columns(here.act(session, by), given.read, given.columns)
        import_partners(here.database, lambda session: here.act(session, by), plan, file, choices=given.choices)
    except ImportStopped as stopped:
        read_first()
        return _page(_Import(), errors=_stopped_because(stopped), added=stopped.added), 409
    flash(_what_was_done(plan), "done")
    return redirect(url_for("staff.partners", sort="-joined"), 303)


def _leave_to_worker(given: _Import, plan: ImportPlan, _file: PartnerFile, by: Actor) -> Response:
    act = installation().act(write_now(), by)
    remember_columns(act, given.read, given.columns)
    number = stage_import(act, GivenFile(given.raw, given.columns, given.choices), plan).id
    act.session.commit()
    return redirect(url_for("staff.import_progress", number=number), 303)


def _what_was_done(plan: ImportPlan) -> str:
    done = [
        f"{counted(len(plan.new_partners), 'partner').capitalize()} added,"
        f" and {counted(len(plan.new_contacts), 'contact')} of known ones.",
        f"{counted(len(plan.changes), 'partner').capitalize()} changed." if plan.changes else "",
        f"{counted(len(plan.names.doubtful), 'row').capitalize()} left out because of the name."
        if plan.names.doubtful
        else "",
    ]
    return " ".join(filter(None, done))


def _stopped_because(stopped: ImportStopped) -> dict[str, str]:
    refusal = stopped.refusal
    again = "Import the file again to continue." if stopped.added else "Import the file again."
    return {"file": f"{refusal.text} {again}", **(refusal.errors if isinstance(refusal, Invalid) else {})}


def _page(
    given: _Import,
    *,
    errors: Mapping[str, str] | None = None,
    added: int = 0,
    has_changed: bool = False,
    is_unconfirmed: bool = False,
    under_way: PartnerImport | None = None,
) -> str:
    return render_template(
        "staff/partners/partner_import.html",
        section="staff.partners",
        given=given,
        plan=given.plan,
        question=given.question,
        answers=given.choices.answers,
        taken=given.choices.taken,
        columns=COLUMNS,
        labels=LABELS,
        most=_SHOWN,
        errors=errors or {},
        added=added,
        has_changed=has_changed,
        is_unconfirmed=is_unconfirmed,
        under_way=under_way,
    )
