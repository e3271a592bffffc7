"""`signoff user` and `signoff token`: staff accounts and their API tokens."""

import secrets
import sys

import click

from signoff.cli.command import ensure_ready, with_installation
from signoff.cli.failure import Failed
from signoff.domain.permissions import OPERATOR, Role
from signoff.services.accounts.api_tokens import make_token
from signoff.services.accounts.passwords import Passwords
from signoff.services.accounts.users import FirstPassword, add_user, find_user
from signoff.worker.installation import Installation


@click.group()
def user() -> None:
    """Staff users."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--job-title", default="", help="Appears below the name in emails to partners.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_installation
def user_add(
    context: Installation, email: str, name: str, job_title: str, roles: tuple[str, ...], password_stdin: bool
) -> None:
    """Add someone who works for the Coalition."""
    ensure_ready(context)
    password = read_password(password_stdin)
    with context.database.unit_of_work() as session:
        act, first = context.act(session, OPERATOR), first_password(password)
        add_user(act, email=email, name=name, roles=list(roles), job_title=job_title, password=first)
    click.echo(f"Added {email} as {', '.join(roles)}.")
    if not password_stdin and not sys.stdin.isatty():
        click.echo("No password was given: this user cannot sign in, but may have tokens.", err=True)


def first_password(password: str, *, is_own: bool = False) -> FirstPassword:
    """The password that the account begins with, whether its user typed it or the operator who runs this command."""
    return FirstPassword(password, Passwords().hash(password), is_own)


def read_password(from_stdin: bool) -> str:
    """The password from standard input or typed twice; without a terminal one that no one knows."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return secrets.token_urlsafe(32)


@click.group()
def token() -> None:
    """API tokens."""


@token.command("add")
@click.argument("email")
@click.option("--name", default="", help="What the token is for.")
@with_installation
def token_add(context: Installation, email: str, name: str) -> None:
    """Make an API token for a user and print it, once."""
    ensure_ready(context)
    with context.database.unit_of_work() as session:
        user = find_user(session, email)
        if user is None:
            raise Failed(f"There is no user {email}.")
        secret = make_token(context.act(session, OPERATOR), user, name=name)
    click.echo(secret)
