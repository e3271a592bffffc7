"""`signoff verify` without a file: everything that is stored, or with --quick only the stored leaves."""

import sys
from collections.abc import Sequence

import click
from sqlalchemy.orm import Session

from signoff.cli.command import with_installation
from signoff.cli.failure import Failed
from signoff.db import schema
from signoff.evidence.codes import SealingKeys
from signoff.evidence.strict_json import Refused, printable
from signoff.services.publications.log_reading import log_keys
from signoff.services.publications.log_verification import verify_log
from signoff.services.publications.public_log import origin_of
from signoff.services.publications.quick_verification import verify_leaves
from signoff.services.record.tree_walk import Progress, unheard
from signoff.services.record.verification import verify_record as verify_all
from signoff.worker.high_water import lag_of, read_mark
from signoff.worker.installation import Installation

_QUICK_SAYS = (
    "The stored leaves are the ones that were signed. Entries, answers, texts and what is public were not compared "
    "with them; `signoff verify` without --quick does that."
)


@with_installation
def verify_stored(context: Installation, key: str, kept: str, *, quick: bool) -> None:
    """Go over all that is stored, or the leaves alone, and print what was found; Failed when anything is wrong."""
    with context.database.reading() as session:
        lag = lag_of(session, read_mark(session, context.settings))
    go_over(context, key, kept, quick=quick, also_wrong=[lag] if lag else [])


def go_over(
    context: Installation, key: str = "", kept: str = "", *, quick: bool = False, also_wrong: Sequence[str] = ()
) -> None:
    """Verify what is stored, and print what was found; Failed with every fault, and what is wrong besides."""
    keys = context.keys
    with context.database.reading() as session:
        if schema.current(session.connection()) != schema.newest():
            raise Failed("The database is not at the newest revision; run `signoff db upgrade`.")
        try:
            log = log_keys(session)
            own = keys.signers(log.origin or origin_of(context.settings.base_url))[0].verifier
            click.echo(f"Sealing key {keys.fingerprint}, signing key {own.fingerprint}: {own}")
            if key and key not in map(str, log.verifiers or [own]):
                raise Failed("This installation does not sign with the key that you gave.")
            looked_at, wrong = _quick(session, keys) if quick else _deep(session, keys, kept)
        except Refused as problem:
            raise Failed(str(problem)) from None
    click.echo(looked_at)
    if wrong := [*wrong, *also_wrong]:
        raise Failed("\n".join(printable(sentence, 2_000) for sentence in wrong))
    click.echo(_QUICK_SAYS if quick else "Everything is as it was recorded.")


def _deep(session: Session, keys: SealingKeys, kept: str) -> tuple[str, Sequence[str]]:
    result, log = verify_all(session, keys, _progress()), verify_log(session, keys, kept=kept)
    looked_at = (
        f"{result.versions} versions, {result.answers} answers, {result.entries} entries checked; "
        f"{result.sealed} sealed. {log.leaves} leaves and {log.heads} heads of the public log checked."
    )
    return looked_at, [*result.wrong, *log.wrong]


def _quick(session: Session, keys: SealingKeys) -> tuple[str, Sequence[str]]:
    result = verify_leaves(session, keys, _progress())
    looked_at = (
        f"The stored leaves of {result.entries} sealed entries and {result.leaves} leaves of the public log compared "
        f"with {result.heads} heads."
    )
    return looked_at, result.wrong


def _progress() -> Progress:
    if not sys.stderr.isatty():
        return unheard
    return lambda done: click.echo(f"\r{done:,} entries", err=True, nl=False)
