"""`signoff verify`: the whole record, or one bundle offline."""

from pathlib import Path

import click

from signoff.cli.bundles import verify_bundle
from signoff.cli.command import CommandContext, Failed, with_installation
from signoff.db import schema
from signoff.evidence.codes import SealingKeys
from signoff.services.record.sealing import origin_of
from signoff.services.record.verification import verify_record as verify_all


@click.command("verify")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", metavar="PUBLIC", help="The public key that must have signed it.")
def verify(file: Path | None, key: str) -> None:
    """Verify the whole record, or offline the bundle in FILE."""
    if file is None:
        _verify_record(key)
    else:
        verify_bundle(file, key)


@with_installation
def _verify_record(context: CommandContext, key: str) -> None:
    keys = SealingKeys.read(context.settings.sealing_key_file)
    own = keys.signers(origin_of(context.settings.base_url))[0].verifier
    click.echo(f"Sealing key {keys.fingerprint}, signing key {own.fingerprint}: {own}")
    if key and str(own) != key.strip():
        raise Failed("This installation signs with another key than the one you gave.")
    with context.database.reading() as session:
        if schema.current(session.connection()) != schema.newest():
            raise Failed("The database is not at the newest revision; run `signoff db upgrade`.")
        result = verify_all(session, keys)
    click.echo(
        f"{result.versions} versions, {result.answers} answers, {result.entries} entries looked at; "
        f"{result.sealed} sealed."
    )
    if result.wrong:
        raise Failed("\n".join(result.wrong))
    click.echo("All is as it was recorded.")
