"""`signoff mail test`: a real test email by the settings, and what is wrong in plain sentences."""

from collections.abc import Iterable
from typing import BinaryIO

import click

from signoff.cli.command import with_installation
from signoff.cli.failure import Failed
from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.letters.arrived_test import MOST_BYTES, read_arrived
from signoff.letters.mail_check import check_mail
from signoff.letters.sender_dns import Finding, Standing, system_resolver
from signoff.worker.installation import Installation

_MARKS = {Standing.GOOD: "ok     ", Standing.WRONG: "wrong  ", Standing.UNKNOWN: "unknown"}


@click.group()
def mail() -> None:
    """Test the email settings."""


@mail.command("test")
@click.argument("address", required=False)
@click.option("--arrived", type=click.File("rb"), metavar="FILE", help="The test email as it arrived, with headers.")
@with_installation
def test(context: Installation, address: str | None, arrived: BinaryIO | None) -> None:
    """Send a test email to ADDRESS with these settings, and say what is wrong; exit 1 if anything is.

    With --arrived, read the test email as it arrived instead, and say what the server that received it found.
    """
    if (address is None) == (arrived is None):
        raise click.UsageError("Give an address to send to, or --arrived with the email that arrived.")
    if arrived is not None:
        _say(read_arrived(arrived.read(MOST_BYTES)))
        return
    to = clean_email(address or "")
    if problem := email_problem(to):
        raise click.BadParameter(problem)
    _say(check_mail(context.settings, to=to, sender="Signoff", resolver=system_resolver()))


def _say(findings: Iterable[Finding]) -> None:
    wrong = 0
    for finding in findings:
        click.echo(f"{_MARKS[finding.standing]}  {finding.sentence}")
        wrong += finding.standing == Standing.WRONG
    if wrong:
        raise Failed("Email can fail for the reasons above." if wrong > 1 else "Email can fail for the reason above.")
