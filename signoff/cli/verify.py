"""`signoff verify`: a file or two, for which little is loaded so that it starts soon, or all that is stored."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import click

from signoff.cli.failure import Failed
from signoff.evidence.attachments import PDF
from signoff.evidence.comparison import Outcome
from signoff.evidence.heads import LONGEST_HEAD
from signoff.evidence.partner_proofs import ProofVerdict
from signoff.evidence.position_bundles import BundleVerdict
from signoff.evidence.sentences import OF_A_PDF, bundle_sentences, proof_sentences
from signoff.evidence.strict_json import Refused, printable
from signoff.evidence.verifier import compared, read_file, text_lines, verify_file


@click.command("verify")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.argument("other", required=False, type=click.Path(path_type=Path))
@click.option("--key", default="", metavar="PUBLIC", help="The public key that you trust.")
@click.option("--since", default="", metavar="FILE", help="A head of the log that you kept.")
@click.option("--quick", is_flag=True, help="Compare only the stored leaves with the signed heads.")
def verify(file: Path | None, other: Path | None, key: str, since: str, quick: bool) -> None:
    """Verify everything that is stored, or offline the bundle, PDF or partner's proof in FILE.

    With OTHER as well, compare a partner's proof with a bundle: does the list contradict what the partner said?
    """
    if quick and (file or since):
        raise click.UsageError("--quick cannot be used with a file or with --since.")
    try:
        kept = read_file(since, LONGEST_HEAD).decode(errors="replace") if since else ""
        if file is not None:
            _verify_files([path for path in (file, other) if path], key.strip(), kept)
    except Refused as problem:
        raise Failed(f"Not verified. {problem}") from None
    except MemoryError:
        raise Failed("Not verified. There is not enough memory for this file.") from None
    if file is None:
        import_module("signoff.cli.verify_stored").verify_stored(key.strip(), kept, quick=quick)


def _verify_files(files: Sequence[Path], key: str, kept: str) -> None:
    verdicts = [_verify_file(file, key, kept, for_now=len(files) == 1) for file in files]
    if len(verdicts) == 2:
        comparison = compared(*verdicts)
        if comparison.outcome is not Outcome.AGREES:
            raise Failed(f"Compared: {comparison.sentence}")
        click.echo(f"Compared: {comparison.sentence}")


def _verify_file(file: Path, key: str, kept: str, *, for_now: bool) -> BundleVerdict | ProofVerdict:
    content = read_file(str(file))
    verdict = verify_file(content, now=datetime.now(UTC), pinned=key, kept=kept)
    signed_by = verdict.anchor.key
    click.echo(f"Signing key {signed_by.fingerprint}: {printable(str(signed_by), 500)}")
    if not isinstance(verdict, BundleVerdict):
        click.echo("\n".join(["Verified: a partner's proof.", *proof_sentences(verdict)]))
        return verdict
    title, who, *rest = bundle_sentences(verdict)
    names = [f"  {printable(name, len(name))}" for name in verdict.names]
    of_pdf = [*text_lines(verdict), "", OF_A_PDF] if content.startswith(PDF) else []
    told = "\n".join([title, who, *names, *rest, *of_pdf])
    if verdict.is_stale and for_now:
        raise Failed(f"Whole and signed, but it does not say who is named now.\n{told}")
    click.echo(f"Verified: a bundle{' that is attached to a PDF' if of_pdf else ''}.\n{told}")
    return verdict
