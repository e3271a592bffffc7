"""The command line: each command is a thin call of a service; errors are one sentence."""

import secrets
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from signoff import schema
from signoff.bundle_command import verify_bundle
from signoff.command import Failed, Here, ensure_ready, with_installation
from signoff.domain.permissions import OPERATOR, Role
from signoff.engines import upgrade as upgrade_database
from signoff.evidence.codes import SealingKeys, key_file
from signoff.letters_commands import bounce, letters
from signoff.models import PrinciplesEdition, StaffRole
from signoff.partner_commands import partners
from signoff.services.coalition import describe_coalition, find_coalition
from signoff.services.editions import adopt_edition, first_edition
from signoff.services.sealing import origin_of
from signoff.services.sign_ins import make_token
from signoff.services.users import Passwords, add_user, find_user
from signoff.services.verification import verify as verify_all
from signoff.web.installation import utc_now
from signoff.web.serving import serve_forever
from signoff.worker_command import worker

try:
    from signoff.demo.run import run_demo
except ModuleNotFoundError:  # the extra `demo` is not installed, as in production
    run_demo = None  # type: ignore[assignment]

DEFAULT_COALITION = "Coalition for Community Schools"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Signoff: partners are named on a position only after they approved that exact text."""


main.add_command(letters)
main.add_command(bounce)
main.add_command(worker)
main.add_command(partners)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@with_installation
def serve(here: Here, host: str, port: int) -> None:
    """Serve pages and API until stopped."""
    ensure_ready(here)
    with here.database.reading() as session:
        if find_coalition(session) is None:
            raise Failed("This installation is not set up yet; run `signoff init`.")
    serve_forever(
        here.settings,
        host=host,
        port=port,
        ready=lambda: click.echo(f"Serving {here.settings.base_url} on {host}:{port}", err=True),
    )


@main.group("db")
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
@with_installation
def upgrade(here: Here) -> None:
    """Bring the schema to its newest revision."""
    if here.database.engine.url.database and here.database.engine.dialect.name == "sqlite":
        Path(here.database.engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    click.echo(f"The database is at revision {upgrade_database(here.database, here.settings)}.")


@database.command("downgrade")
@click.argument("revision")
@with_installation
def downgrade(here: Here, revision: str) -> None:
    """Take the schema back to REVISION, `base` for none. What it held is lost."""
    click.echo(f"The database is at revision {schema.downgrade(here.database, revision) or 'base'}.")


@database.command("current")
@with_installation
def current(here: Here) -> None:
    """Say which revision the database is at."""
    if here.database.is_missing:
        click.echo("base")
        return
    with here.database.engine.connect() as connection:
        click.echo(schema.current(connection) or "base")


@main.command("init")
@click.option("--admin", "email", default="", help="Mail address of the first administrator.")
@click.option("--name", default="", help="The administrator's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--coalition", default=DEFAULT_COALITION, show_default=True)
@click.option("--reply-to", default="", help="Where a person reads replies to letters.  [default: the administrator]")
@with_installation
def init(here: Here, email: str, name: str, password_stdin: bool, coalition: str, reply_to: str) -> None:
    """Record the first principles edition, the Coalition's facts, the first administrator; again does nothing."""
    if bool(email) != bool(name):
        raise click.UsageError("--admin and --name belong together.")
    ensure_ready(here)
    password = _password(password_stdin) if email else ""
    done = []
    with here.database.unit_of_work() as session:
        administrator = select(StaffRole.user_id).where(StaffRole.role == Role.ADMINISTRATOR).limit(1)
        if email and session.scalar(administrator) is None:
            typed = password_stdin or sys.stdin.isatty()
            _add(session, email, name, [Role.ADMINISTRATOR], password, is_own=typed)
            done.append(f"Added the administrator {email}.")
        if session.scalar(select(PrinciplesEdition.id).limit(1)) is None:
            adopt_edition(session, first_edition(), by=OPERATOR, clock=utc_now)
            done.append("Recorded the principles edition of September 2016.")
        known = find_coalition(session)
        if known is None or (reply_to and not known.reply_to):
            coalition = known.name if known else coalition
            describe_coalition(session, name=coalition, reply_to=reply_to or email, by=OPERATOR, clock=utc_now)
            done.append(f"Set up for {coalition}.")
    for line in done:
        click.echo(line)


@main.group()
def user() -> None:
    """Staff users."""


@user.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@with_installation
def user_add(here: Here, email: str, name: str, roles: tuple[str, ...], password_stdin: bool) -> None:
    """Add somebody who works for the Coalition."""
    ensure_ready(here)
    password = _password(password_stdin)
    with here.database.unit_of_work() as session:
        _add(session, email, name, list(roles), password)
    click.echo(f"Added {email} as {', '.join(roles)}.")
    if not password_stdin and not sys.stdin.isatty():
        click.echo("No password was given: this user cannot sign in, but may have tokens.", err=True)


def _add(session: Any, email: str, name: str, roles: list[Any], password: str, *, is_own: bool = False) -> None:
    add_user(
        session,
        email=email,
        name=name,
        roles=roles,
        password=password,
        passwords=Passwords(),
        by=OPERATOR,
        clock=utc_now,
        is_own_password=is_own,
    )


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return secrets.token_urlsafe(32)


@main.group()
def token() -> None:
    """API tokens."""


@token.command("add")
@click.argument("email")
@click.option("--name", default="", help="What the token is for.")
@with_installation
def token_add(here: Here, email: str, name: str) -> None:
    """Make an API token for a user and print it, once."""
    ensure_ready(here)
    with here.database.unit_of_work() as session:
        found = find_user(session, email)
        if found is None:
            raise Failed(f"There is no user {email}.")
        secret = make_token(session, found, name=name, by=OPERATOR, clock=utc_now)
    click.echo(secret)


@main.command("verify")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", metavar="PUBLIC", help="The public key that must have signed it.")
def verify(file: Path | None, key: str) -> None:
    """Verify the whole record, or offline the bundle in FILE."""
    if file is None:
        _verify_record(key)
    else:
        verify_bundle(file, key)


@with_installation
def _verify_record(here: Here, key: str) -> None:
    keys = SealingKeys.read(here.settings.sealing_key_file)
    own = keys.signers(origin_of(here.settings.base_url))[0].verifier
    click.echo(f"Sealing key {keys.fingerprint}, signing key {own.fingerprint}: {own}")
    if key and str(own) != key.strip():
        raise Failed("This installation signs with another key than the one you gave.")
    with here.database.reading() as session:
        if schema.current(session.connection()) != schema.newest():
            raise Failed("The database is not at the newest revision; run `signoff db upgrade`.")
        found = verify_all(session, keys)
    click.echo(
        f"{found.versions} versions, {found.answers} answers, {found.entries} entries looked at; {found.sealed} sealed."
    )
    if found.wrong:
        raise Failed("\n".join(found.wrong))
    click.echo("All is as it was recorded.")


@main.command("sealing-key")
@click.argument("file", type=click.Path(path_type=Path))
def sealing_key(file: Path) -> None:
    """Make a sealing key file, readable by its owner only; an existing FILE is left alone."""
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(key_file(secrets.token_hex(4), secrets.token_bytes(32)))
    except OSError as problem:
        raise Failed(f"{file}: {problem.strerror}.") from None
    click.echo(f"Made {file}. Keep a copy in a safe place: without it no answer can be verified.")


@main.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--reset", is_flag=True, help="Throw the demo's data away first.")
def demo(port: int, reset: bool) -> None:
    """Run a demonstration with invented partners and a mail catcher, on this machine only."""
    if run_demo is None:
        raise Failed("The demo needs its extra; install it with `pip install 'signoff[demo]'`.")
    try:
        run_demo(port=port, reset=reset, tell=click.echo)
    except OSError as problem:
        raise Failed(f"The demo cannot start: {problem.strerror or problem}.") from None
