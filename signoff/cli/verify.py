"""`signoff verify`: everything that is stored, or one file offline."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from signoff.cli.command import Failed, with_installation
from signoff.db import schema
from signoff.evidence.comparison import Outcome
from signoff.evidence.heads import LONGEST_HEAD
from signoff.evidence.partner_proofs import ProofVerdict
from signoff.evidence.position_bundles import BundleVerdict
from signoff.evidence.sentences import bundle_sentences, proof_sentences
from signoff.evidence.strict_json import Refused, printable
from signoff.evidence.verifier import compared, read_file, verify_file
from signoff.services.publications.log_reading import log_keys
from signoff.services.publications.log_verification import verify_log
from signoff.services.publications.public_log import origin_of
from signoff.services.record.verification import verify_record as verify_all
from signoff.worker.installation import Installation


@click.command("verify")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.argument("other", required=False, type=click.Path(path_type=Path))
@click.option("--key", default="", metavar="PUBLIC", help="The public key that you trust.")
@click.option("--since", default="", metavar="FILE", help="A head of the log that you kept.")
def verify(file: Path | None, other: Path | None, key: str, since: str) -> None:
    """Verify everything that is stored, or offline the bundle or partner's proof in FILE.

    With OTHER as well, compare a partner's proof with a bundle: does the list contradict what the partner said?
    """
    try:
        kept = read_file(since, LONGEST_HEAD).decode(errors="replace") if since else ""
        if file is not None:
            _verify_files([path for path in (file, other) if path], key.strip(), kept)
    except Refused as problem:
        raise Failed(f"Not verified. {problem}") from None
    if file is None:
        _verify_record(key.strip(), kept)


def _verify_files(files: Sequence[Path], key: str, kept: str) -> None:
    verdicts = [_verify_file(file, key, kept, for_now=len(files) == 1) for file in files]
    if len(verdicts) == 2:
        comparison = compared(*verdicts)
        if comparison.outcome is not Outcome.AGREES:
            raise Failed(f"Compared: {comparison.sentence}")
        click.echo(f"Compared: {comparison.sentence}")


def _verify_file(file: Path, key: str, kept: str, *, for_now: bool) -> BundleVerdict | ProofVerdict:
    verdict = verify_file(read_file(str(file)), now=datetime.now(UTC), pinned=key, kept=kept)
    signed_by = verdict.anchor.key
    click.echo(f"Signing key {signed_by.fingerprint}: {printable(str(signed_by), 500)}")
    if not isinstance(verdict, BundleVerdict):
        click.echo("\n".join(["Verified: a partner's proof.", *proof_sentences(verdict)]))
        return verdict
    title, who, *rest = bundle_sentences(verdict)
    names = [f"  {printable(name, len(name))}" for name in verdict.names]
    told = "\n".join([title, who, *names, *rest])
    if verdict.is_stale and for_now:
        raise Failed(f"Whole and signed, but it does not say who is named now.\n{told}")
    click.echo(f"Verified: a bundle.\n{told}")
    return verdict


@with_installation
def _verify_record(context: Installation, key: str, kept: str) -> None:
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
