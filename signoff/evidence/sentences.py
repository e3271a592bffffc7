"""What verified evidence says, in plain sentences that claim no more than it proves."""

from datetime import datetime, timedelta

from signoff.evidence.anchors import Anchor
from signoff.evidence.partner_proofs import ProofVerdict
from signoff.evidence.position_bundles import BundleVerdict
from signoff.evidence.strict_json import printable

OF_A_PDF = (
    "Only the file that is attached to the PDF was verified. Compare the text and the names above with the sheet: "
    "anyone can print other words around a true attachment."
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ANSWERS = {
    "approve": "approved this text",
    "decline": "declined to approve this text",
    "abstain": "abstained",
    "withdraw": "withdrew its approval",
    "contest": "stated that the answer given in its name was not its own",
    "remove": "was removed from the list by staff",
}


def bundle_sentences(verdict: BundleVerdict) -> list[str]:
    """What a bundle proves, how old that is, and whose signature it rests on."""
    count = len(verdict.signatories)
    who = {0: "No organizations were", 1: "1 organization was"}.get(count, f"{count:,} organizations were")
    return [
        f"“{printable(verdict.title, 300)}” (version {verdict.version})",
        f"{who} named under exactly this text as of {in_words(verdict.anchor.time)}.",
        _age_sentence(verdict),
        *_key_sentences(verdict.anchor),
    ]


def _age_sentence(verdict: BundleVerdict) -> str:
    if verdict.has_later_head:
        return "The log has a later head, the one you gave. Get a new file to see who is named now."
    if verdict.is_stale:
        return f"This statement is {duration(verdict.age)} old. Get a new file to see who is named now."
    return f"That was {duration(verdict.age)} ago. The file does not show what happened after that."


def proof_sentences(verdict: ProofVerdict) -> list[str]:
    """What a partner's proof proves, under which head, and whose signature it rests on."""
    name = f" under the name “{printable(verdict.public_name, 300)}”" if verdict.public_name else ""
    partner, answer = printable(verdict.partner, 200), _ANSWERS[verdict.verdict]
    return [
        f"On {in_words(verdict.at)}, the partner “{partner}” {answer}{name}.",
        f"The text is version {verdict.version} of “{printable(verdict.position, 200)}”, digest {verdict.digest}.",
        f"The head of {in_words(verdict.anchor.time)} commits to a record that has this answer.",
        "The file does not show whether the partner answered again after that.",
        *_key_sentences(verdict.anchor),
    ]


def _key_sentences(anchor: Anchor) -> list[str]:
    signed = f"The head is signed for the log “{printable(anchor.head.origin, 200)}”"
    key = f"the key with the fingerprint {anchor.key.fingerprint}"
    if anchor.pinned and len(anchor.keys) > 1:
        return [
            f"{signed} with {key}; the key you gave is among the keys of this log, which handed over to each other."
        ]
    if anchor.pinned:
        return [f"{signed} with the key you gave."]
    return [
        f"{signed} with {key}.",
        "You gave no key, so anyone could have made this file with a key of their own. "
        "Compare the fingerprint with one that you have from another source.",
    ]


def in_words(moment: datetime) -> str:
    """A moment in UTC as Americans write it: November 29, 2026, 2:03 p.m. UTC."""
    half = "a.m." if moment.hour < 12 else "p.m."
    return f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year}, {moment.hour % 12 or 12}:{moment:%M} {half} UTC"


def duration(span: timedelta) -> str:
    """How long something is: 3 minutes, 2 hours, 9 days."""
    seconds = int(span.total_seconds())
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return _counted(seconds // size, unit)
    return _counted(seconds, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number:,} {unit}" + ("" if number == 1 else "s")
