"""`signoff verify` without a file: everything that is stored."""

import click

from signoff.cli.command import with_installation
from signoff.cli.failure import Failed
from signoff.db import schema
from signoff.evidence.strict_json import Refused
from signoff.services.publications.log_reading import log_keys
from signoff.services.publications.log_verification import verify_log
from signoff.services.publications.public_log import origin_of
from signoff.services.record.verification import verify_record as verify_all
from signoff.worker.installation import Installation


@with_installation
def verify_stored(context: Installation, key: str, kept: str) -> None:
    """Go over all that is stored and print what was found; Failed when anything is wrong."""
    keys = context.keys
    with context.database.reading() as session:
        if schema.current(session.connection()) != schema.newest():
            raise Failed("The database is not at the newest revision; run `signoff db upgrade`.")
        try:
            origin = log_keys(session).origin or origin_of(context.settings.base_url)
            own = keys.signers(origin)[0].verifier
            click.echo(f"Sealing key {keys.fingerprint}, signing key {own.fingerprint}: {own}")
            result, log = verify_all(session, keys), verify_log(session, keys, kept=kept)
        except Refused as problem:
            raise Failed(str(problem)) from None
    if key and key not in map(str, log.keys or [own]):
        raise Failed("This installation signs with another key than the one you gave.")
    click.echo(
        f"{result.versions} versions, {result.answers} answers, {result.entries} entries looked at; "
        f"{result.sealed} sealed. {log.leaves} leaves and {log.heads} heads of the public log looked at."
    )
    if wrong := [*result.wrong, *log.wrong]:
        raise Failed("\n".join(wrong))
    click.echo("All is as it was recorded.")
