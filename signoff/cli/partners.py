"""`signoff partners`: the partner register."""

import sys
from pathlib import Path
from typing import Any

import click

from signoff.cli.command import ensure_ready, with_installation
from signoff.cli.failure import Failed, os_error_text
from signoff.domain.errors import Invalid
from signoff.domain.partners.import_columns import Columns
from signoff.domain.permissions import OPERATOR
from signoff.domain.spreadsheets import csv_file, workbook_file
from signoff.evidence.whole_files import write_whole
from signoff.services.partners.import_columns import columns_by_heading, likely_columns, remember_columns
from signoff.services.partners.import_questions import NO_ROW_ANSWERS, ImportChoices, read_answers
from signoff.services.partners.merging import merge, undo_merge
from signoff.services.partners.partner_export import exported_rows
from signoff.services.partners.partner_files import PartnerFile, read_partners
from signoff.services.partners.partner_import import ImportPlan, plan_import
from signoff.services.partners.partners import get_entry, get_partner, present_partners
from signoff.services.partners.spreadsheet_files import Sheet, read_sheet
from signoff.worker.importing import ImportStopped, import_partners
from signoff.worker.installation import Installation


@click.group()
def partners() -> None:
    """The partner register."""


@partners.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--answers",
    "given",
    type=click.File("rb"),
    help="A file of answers about rows that were left out: `row,same|affiliate|different,slug`.",
)
@click.option(
    "--map",
    "said",
    multiple=True,
    metavar="'HEADING=column'",
    help="Say what a column of the file holds; `HEADING=` leaves it out. May be repeated.",
)
@with_installation
def partners_import(here: Installation, file: Any, dry_run: bool, given: Any, said: tuple[str, ...]) -> None:
    """Add partners and contacts from a spreadsheet: CSV in any dialect, or XLSX.

    What its columns hold is guessed from their headings and printed. Nothing is added while any row is refused. Known
    partners are left alone. Rows whose names may be taken for those of other partners are printed with their numbers
    and left out.
    """
    ensure_ready(here)
    sheet = read_sheet(file.read())
    choices = ImportChoices(read_answers(given.read()) if given else NO_ROW_ANSWERS)
    with here.database.reading() as session:
        columns = columns_by_heading(sheet, likely_columns(session, sheet), said)
        _tell_columns(sheet, columns)
        read = read_partners(sheet, columns)
        plan = plan_import(session, read, choices)
        _tell(plan)
    if not dry_run:
        with here.database.unit_of_work() as session:
            remember_columns(here.act(session, OPERATOR), sheet, columns)
        _carry_out(here, plan, read, choices)
    done = "Would add" if dry_run else "Added"
    click.echo(
        f"{done} {len(plan.new_partners)} partners and {len(plan.new_contacts)} contacts of known partners; "
        f"{plan.known_contacts} contacts were known already."
    )
    if left := len(plan.names.doubtful):
        click.echo(
            f"Left out because of their names: {left}. Answer with --answers FILE: row,same|affiliate|different,slug"
        )


def _tell_columns(sheet: Sheet, columns: Columns) -> None:
    click.echo(f"Read as {sheet.read_as}.")
    for number, heading in enumerate(sheet.headings):
        if (field := columns.get(number)) is not None and heading != field:
            click.echo(f"  {heading or sheet.letters[number]} → {field}")


def _tell(plan: ImportPlan) -> None:
    for sentence in plan.left_out:
        click.echo(f"- {sentence}")
    for form in plan.new_partners:
        click.echo(f"+ {form.name} ({', '.join(contact.email for contact in form.contacts)})")
    for partner, contact in plan.new_contacts:
        click.echo(f"+ {partner.name}: contact {contact.email}")
    for row in plan.names.doubtful:
        for conflict in row.conflicts:
            answers = "|".join(conflict.choices)
            click.echo(f"? row {row.line}: {conflict.sentence} ({row.line},{answers},{conflict.registered.slug})")
    for version, passage in plan.question.in_public:
        click.echo(f"? “{passage.name}” appears in “{version.title}”, which is public")
    for word in plan.question.in_words:
        click.echo(f"? “{word.name}” appears in “{word.words}”, which is shown with {word.partner}")


def _carry_out(here: Installation, plan: ImportPlan, file: PartnerFile, choices: ImportChoices) -> None:
    whole, is_watched = len(plan.new_partners) + len(plan.new_contacts), sys.stderr.isatty()

    def tell(added: int) -> None:
        if is_watched:
            click.echo(f"\r{added:,} of {whole:,} added", err=True, nl=added == whole)

    try:
        import_partners(
            here.database, lambda session: here.act(session, OPERATOR), plan, file, choices=choices, tell=tell
        )
    except ImportStopped as stopped:
        errors = stopped.refusal.errors.items() if isinstance(stopped.refusal, Invalid) else ()
        lines = [stopped.refusal.text, *(f"{name}: {sentence}" for name, sentence in errors)]
        again = f"{stopped.added} of {whole} were added and stay; import the file again to go on."
        raise Failed("\n".join([*lines, again])) from None


@partners.command("merge")
@click.argument("double", metavar="FROM")
@click.argument("into", metavar="INTO")
@with_installation
def partners_merge(here: Installation, double: str, into: str) -> None:
    """Merge one entry of the register into another, both given by the last part of their addresses.

    INTO is asked, listed and found for both from then on. Answers stay as they were given. Refused, with every reason,
    when it would change what is public or when both answered one version.
    """
    ensure_ready(here)
    with here.database.unit_of_work() as session:
        pair = [get_partner(session, slug) for slug in (double, into)]
        merge(here.act(session, OPERATOR), *pair)
        click.echo(f"Merged {pair[0].name} into {pair[1].name}.")


@partners.command("undo-merge")
@click.argument("double", metavar="FROM")
@with_installation
def partners_undo_merge(here: Installation, double: str) -> None:
    """Undo the merge of FROM, so that it is a partner of its own again.

    Refused, with every reason, once either has answered since, or when it would change what is public.
    """
    ensure_ready(here)
    with here.database.unit_of_work() as session:
        entry = get_entry(session, double)
        row = undo_merge(here.act(session, OPERATOR), entry)
        click.echo(f"{entry.name} and {row.into.name} are separate partners again.")


@partners.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@with_installation
def partners_export(here: Installation, file: str) -> None:
    """Write the register as FILE.csv or FILE.xlsx, in the form that an import reads."""
    ensure_ready(here)
    writers = {".csv": csv_file, ".xlsx": workbook_file}
    write = writers.get(Path(file).suffix.lower())
    if write is None:
        raise Failed("Please give a name that ends in .csv or .xlsx.")
    with here.database.reading() as session:
        found = present_partners(session, with_people=True)
        content = write(exported_rows(session, found, here.settings.base_url))
    _write_whole(Path(file).resolve(), content)
    click.echo(f"Wrote {len(found)} partners to {file}.")


def _write_whole(path: Path, content: bytes) -> None:
    # What was there stays when there is no room for the new one; a file for its owner alone stays one.
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666
        write_whole(path, content, mode=mode)
    except OSError as problem:
        raise Failed(os_error_text(problem, where=path, outcome="Nothing was written.")) from None
