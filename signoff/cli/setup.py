"""`signoff init`: what a new installation needs once."""

import sys

import click
from sqlalchemy import select

from signoff.cli.command import ensure_ready, with_installation
from signoff.cli.users import first_password, read_password
from signoff.domain.permissions import OPERATOR, Role
from signoff.models import PrinciplesEdition
from signoff.models.accounts import holders
from signoff.services.accounts.users import add_user, find_user
from signoff.services.coalition import describe_coalition, find_coalition
from signoff.services.principles.editions import adopt_edition, first_edition
from signoff.worker.installation import Installation

DEFAULT_COALITION = "Coalition for Community Schools"


@click.command("init")
@click.option("--admin", "email", default="", help="Email address of the first administrator.")
@click.option("--name", default="", help="The administrator's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--coalition", default=DEFAULT_COALITION, show_default=True)
@click.option("--reply-to", default="", help="Where a person reads replies to emails.  [default: the administrator]")
@with_installation
def init(context: Installation, email: str, name: str, password_stdin: bool, coalition: str, reply_to: str) -> None:
    """Record the first principles edition, the Coalition's facts, the first administrator; again does nothing."""
    if bool(email) != bool(name):
        raise click.UsageError("--admin and --name belong together.")
    ensure_ready(context)
    password = read_password(password_stdin) if email else ""
    done = []
    with context.database.unit_of_work() as session:
        administrator = holders(Role.ADMINISTRATOR).limit(1)
        if email and session.scalar(administrator) is not None and find_user(session, email) is None:
            left = "There is an administrator already, so this account was not added; use `signoff user add`."
            click.echo(left, err=True)
        elif email and session.scalar(administrator) is None:
            typed = password_stdin or sys.stdin.isatty()
            act, first = context.act(session, OPERATOR), first_password(password, is_own=typed)
            add_user(act, email=email, name=name, roles=[Role.ADMINISTRATOR], password=first)
            done.append(f"Added the administrator {email}.")
        if session.scalar(select(PrinciplesEdition.id).limit(1)) is None:
            adopt_edition(context.act(session, OPERATOR), first_edition())
            done.append("Recorded the principles edition of September 2016.")
        known = find_coalition(session)
        if known is None or (reply_to and not known.reply_to):
            coalition = known.name if known else coalition
            describe_coalition(context.act(session, OPERATOR), name=coalition, reply_to=reply_to or email)
            done.append(f"Set up for {coalition}.")
    for line in done:
        click.echo(line)
