"""`signoff verify FILE`: a bundle verified offline, told in sentences; it needs no installation."""

from pathlib import Path

import click

from signoff.command import Failed
from signoff.domain.counting import counted
from signoff.evidence.bundles import Unreadable, examine
from signoff.evidence.notes import NotANote


def verify_bundle(file: Path, key: str) -> None:
    """Verify a bundle and say what it proves; Failed with every fault, or when it cannot be read."""
    try:
        found = examine(file.read_text(encoding="utf-8"), pinned=key)
    except UnicodeDecodeError:
        raise Failed("This file is not a bundle of Signoff, or it was cut short.") from None
    except (Unreadable, NotANote) as problem:
        raise Failed(str(problem)) from None
    click.echo(f"Signing key {found.verifier.fingerprint}: {found.verifier}")
    if not key:
        click.echo("This is the key that the bundle names itself. Compare it with the one you know, or give --key.")
    if found.wrong:
        raise Failed("\n".join(found.wrong))
    assert found.checkpoint is not None
    click.echo(f"“{found.title}”, version {found.version}, is the text that was checked, published and approved.")
    click.echo(f"{counted(len(found.names), 'signatory', 'signatories').capitalize()}:")
    for name in found.names:
        click.echo(f"  {name}")
    click.echo(
        f"All of it stands in the record {found.checkpoint.origin}, whose head of {found.checkpoint.size:,} entries "
        "was signed. Who withdrew later is not in this file; the position's page says who stands now."
    )
