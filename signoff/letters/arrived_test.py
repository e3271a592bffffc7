"""Reads the test email as it arrived: what the server that received it found of SPF, DKIM and DMARC, in its headers."""

import email
import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.utils import parseaddr

from signoff.letters.delivery.failures import as_stored
from signoff.letters.sender_dns import Finding, Standing, is_aligned

MOST_BYTES = 256_000
_RESULT = re.compile(r"(?i)\b(spf|dkim|dmarc)=([a-z]+)")
_SIGNER = re.compile(r"(?:^|;)\s*d=([^;\s]+)")


def read_arrived(raw: bytes) -> Iterator[Finding]:
    """What is found in a message that arrived; the receiver's own words are the topmost ones."""
    message = email.message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32)
    domain = parseaddr(str(message.get("From", "")))[1].rpartition("@")[2]
    if not domain:
        yield Finding(
            Standing.WRONG, "This is not an email: it has no sender. Save the test email with all its headers."
        )
        return
    yield from _of_receiver(message)
    yield from _alignment(message, domain)


def _of_receiver(message: Message) -> Iterator[Finding]:
    results = dict[str, str]()
    # Others further down could be written by anyone on the way.
    for name, result in _RESULT.findall(str(message.get("Authentication-Results", ""))):
        results.setdefault(name.upper(), result.lower())
    if not results:
        yield Finding(Standing.UNKNOWN, "The receiving server did not record what it checked.")
    for name, result in results.items():
        standing = Standing.GOOD if result == "pass" else Standing.WRONG
        yield Finding(standing, f"The receiving server says of {name}: {result}.")


def _alignment(message: Message, domain: str) -> Iterator[Finding]:
    signers = [found[1] for value in message.get_all("DKIM-Signature", []) if (found := _SIGNER.search(str(value)))]
    named = as_stored(", ".join(signers))
    if not signers:
        yield Finding(Standing.WRONG, "The email has no DKIM signature; switch signing on at your mail server.")
    elif any(is_aligned(domain, signer) for signer in signers):
        yield Finding(Standing.GOOD, f"The DKIM signature is by {named}, which matches the sender's domain {domain}.")
    else:
        yield Finding(Standing.WRONG, f"The DKIM signature is by {named}, not by the sender's domain {domain}.")
    path = parseaddr(str(message.get("Return-Path", "")))[1].rpartition("@")[2]
    if path and not is_aligned(domain, path):
        yield Finding(Standing.UNKNOWN, f"The envelope sender is at {path}, not {domain}: only DKIM counts for DMARC.")
