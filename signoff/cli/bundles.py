"""`signoff verify FILE`: a bundle verified offline, told in sentences; it needs no installation."""

from pathlib import Path

import click

from signoff.cli.command import Failed
from signoff.domain.phrasing import counted
from signoff.domain.principles.principles import FINDING_WORDS, Finding
from signoff.evidence.bundles import Unreadable, examine
from signoff.evidence.notes import NotANote


def verify_bundle(file: Path, key: str) -> None:
    """Verify a bundle and say what it proves; Failed with every fault, or when it cannot be read."""
    try:
        examined = examine(file.read_text(encoding="utf-8"), pinned=key)
    except UnicodeDecodeError:
        raise Failed("This file is not a bundle of Signoff, or it was cut short.") from None
    except (Unreadable, NotANote) as problem:
        raise Failed(str(problem)) from None
    _say(f"Signing key {examined.verifier.fingerprint}: {examined.verifier}")
    if not key:
        _say("This is the key that the bundle names itself. Compare it with the one you know, or give --key.")
    if examined.wrong:
        raise Failed("\n".join(map(_plain, ["Not verified.", *examined.wrong])))
    assert examined.checkpoint is not None
    _say("Verified.")
    _say(f"“{examined.title}”, version {examined.version}, is the text that was checked, published and approved.")
    verdicts = ", ".join(f"{number} {FINDING_WORDS[Finding(verdict)]}" for verdict, number in examined.verdicts.items())
    _say(f"A reviewer checked it against edition {examined.edition} on {examined.checked_at[:10]}: {verdicts}.")
    if not examined.reasons_sealed:
        _say("The reasons and quotations of that check are from before such were sealed; they are not proven.")
    _say(f"{counted(len(examined.names), 'signatory', 'signatories').capitalize()}:")
    for name in examined.names:
        _say(f"  {name}")
    _say(
        f"All of it stands in the record {examined.checkpoint.origin}, whose head of "
        f"{examined.checkpoint.size:,} leaves "
        "was signed. Who withdrew later is not in this file; the position's page says who stands now."
    )


def _say(line: str) -> None:
    click.echo(_plain(line))


def _plain(text: str) -> str:
    # A file from elsewhere must not steer the terminal it is told on.
    return "".join(character if character.isprintable() else "�" for character in text)
