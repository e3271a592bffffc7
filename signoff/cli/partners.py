"""`signoff partners`: the partner register."""

import sys
from typing import Any

import click

from signoff.cli.command import Failed, ensure_ready, with_installation
from signoff.domain.errors import Invalid
from signoff.domain.permissions import OPERATOR
from signoff.services.partners.import_questions import NO_ROW_ANSWERS, RowAnswers, read_answers
from signoff.services.partners.partner_import import ImportPlan, plan_import
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
    help="A file that takes rows left out before: `row,same|affiliate|different,slug`.",
)
@with_installation
def partners_import(here: Installation, file: Any, dry_run: bool, given: Any) -> None:
    """Add partners and contacts from a CSV file; nothing while any row is refused. Known partners are left alone.

    Rows whose names may be taken for those of other partners are printed with their numbers and left out.
    """
    ensure_ready(here)
    raw = file.read()
    answers = read_answers(given.read()) if given else NO_ROW_ANSWERS
    with here.database.reading() as session:
        plan = plan_import(session, raw, answers)
        _tell(plan)
    if not dry_run:
        _carry_out(here, plan, raw, answers)
    done = "Would add" if dry_run else "Added"
    click.echo(
        f"{done} {len(plan.new_partners)} partners and {len(plan.new_contacts)} contacts of known partners; "
        f"{plan.known_contacts} contacts were known already."
    )
    if left := len(plan.names.doubtful):
        click.echo(
            f"Left out because of their names: {left}. Answer with --answers FILE: row,same|affiliate|different,slug"
        )


def _tell(plan: ImportPlan) -> None:
    for form in plan.new_partners:
        click.echo(f"+ {form.name} ({', '.join(contact.email for contact in form.contacts)})")
    for partner, contact in plan.new_contacts:
        click.echo(f"+ {partner.name}: contact {contact.email}")
    for row in plan.names.doubtful:
        for conflict in row.conflicts:
            answers = "|".join(conflict.choices)
            click.echo(f"? row {row.line}: {conflict.sentence} ({row.line},{answers},{conflict.registered.slug})")
    for version, passage in plan.question.in_public:
        click.echo(f"? “{passage.name}” stands in “{version.title}”, which is public")


def _carry_out(here: Installation, plan: ImportPlan, raw: bytes, answers: RowAnswers) -> None:
    whole, is_watched = len(plan.new_partners) + len(plan.new_contacts), sys.stderr.isatty()

    def tell(added: int) -> None:
        if is_watched:
            click.echo(f"\r{added:,} of {whole:,} added", err=True, nl=added == whole)

    try:
        import_partners(
            here.database, lambda session: here.act(session, OPERATOR), plan, raw, answers=answers, tell=tell
        )
    except ImportStopped as stopped:
        errors = stopped.refusal.errors.items() if isinstance(stopped.refusal, Invalid) else ()
        lines = [stopped.refusal.text, *(f"{name}: {sentence}" for name, sentence in errors)]
        again = f"{stopped.added} of {whole} were added and stay; import the file again to go on."
        raise Failed("\n".join([*lines, again])) from None
