"""`signoff verify FILE`: a bundle verified offline, told in sentences; it needs no installation."""

from pathlib import Path

import click

from signoff.command import Failed
from signoff.domain.counting import counted
from signoff.domain.principles import FINDING_WORDS, Finding
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
    _say(f"Signing key {found.verifier.fingerprint}: {found.verifier}")
    if not key:
        _say("This is the key that the bundle names itself. Compare it with the one you know, or give --key.")
    if found.wrong:
        raise Failed("\n".join(map(_plain, ["Not verified.", *found.wrong])))
    assert found.checkpoint is not None
    _say("Verified.")
    _say(f"“{found.title}”, version {found.version}, is the text that was checked, published and approved.")
    verdicts = ", ".join(f"{number} {FINDING_WORDS[Finding(verdict)]}" for verdict, number in found.verdicts.items())
    _say(f"A reviewer checked it against edition {found.edition} on {found.checked_at[:10]}: {verdicts}.")
    if not found.reasons_sealed:
        _say("The reasons and quotations of that check are from before such were sealed; they are not proven.")
    _say(f"{counted(len(found.names), 'signatory', 'signatories').capitalize()}:")
    for name in found.names:
        _say(f"  {name}")
    _say(
        f"All of it stands in the record {found.checkpoint.origin}, whose head of {found.checkpoint.size:,} leaves "
        "was signed. Who withdrew later is not in this file; the position's page says who stands now."
    )


def _say(line: str) -> None:
    click.echo(_plain(line))


def _plain(text: str) -> str:
    # A file from elsewhere must not steer the terminal it is told on.
    return "".join(character if character.isprintable() else "�" for character in text)
