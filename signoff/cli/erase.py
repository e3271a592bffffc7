"""`signoff erase`: what is stored about a person is erased; proofs stay valid."""

import sys

import click

from signoff.cli.command import ensure_ready, with_installation
from signoff.domain.permissions import OPERATOR
from signoff.services.partners.erasure import ErasurePreview, erase_person, preview_erasure
from signoff.worker.installation import Installation


@click.command()
@click.argument("email")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased, and what stays.")
@with_installation
def erase(context: Installation, email: str, dry_run: bool) -> None:
    """Erase what is stored about the person at EMAIL: facts, salts and free words."""
    ensure_ready(context)
    with context.database.reading() as session:
        preview = preview_erasure(session, email)
    _show("Erases:" if not dry_run else "Would erase:", preview)
    if dry_run:
        return
    if sys.stdin.isatty():
        click.confirm("Erase this for good?", abort=True)
    with context.database.unit_of_work() as session:
        erase_person(context.act(session, OPERATOR), email, shown=preview.digest)
    click.echo("Erased. The record shows that data was erased, but not whose.")


def _show(heading: str, preview: ErasurePreview) -> None:
    click.echo("\n".join([heading, *(f"  - {line}" for line in preview.erased)]))
    if preview.stays:
        click.echo("\n".join(["Stays:", *(f"  - {line}" for line in preview.stays)]))
