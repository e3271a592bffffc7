"""What the domain name system says of a sender's domain: who may send for it, and where its email goes.

Only what the records say can be told from here. Whether a message passes is known to the server that receives it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import dns.exception
import dns.name
import dns.resolver

_PATIENCE = 4.0  # seconds for each question, in all
_ABOUT_DKIM = (
    "DKIM can be seen only in an email that has arrived. Save the test email with its headers, and have the command "
    "“signoff mail test --arrived FILE” read it."
)


class Standing(StrEnum):
    """Whether something is as it should be."""

    GOOD = "good"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, in a sentence."""

    standing: Standing
    sentence: str


class _CannotLook(Exception):
    """No name server answers, which says nothing of the domain."""


def look_at(domain: str, envelope_domain: str, resolver: dns.resolver.Resolver) -> Iterator[Finding]:
    """What is found about the domain of the sender, and about that of the envelope's sender, to which bounces go."""
    try:
        yield _bounces(envelope_domain, resolver)
        yield _spf(envelope_domain, resolver)
        yield _dmarc(domain, resolver)
        yield Finding(Standing.UNKNOWN, _ABOUT_DKIM)
    except _CannotLook:
        sentence = f"SPF, DKIM and DMARC of {domain} were not checked: no name server could be reached from here."
        yield Finding(Standing.UNKNOWN, sentence)
        return
    if not is_aligned(domain, envelope_domain):
        yield Finding(
            Standing.WRONG,
            f"Bounces go to {envelope_domain} and the sender is at {domain}. SPF then counts for nothing under DMARC; "
            "use addresses of one domain.",
        )


def system_resolver() -> dns.resolver.Resolver | None:
    """The name servers of this machine; None when it has none."""
    try:
        return dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return None


def is_aligned(domain: str, other: str) -> bool:
    """Whether one of two domains is the other, or lies below it."""
    one, two = domain.lower().rstrip("."), other.lower().rstrip(".")
    return one == two or one.endswith(f".{two}") or two.endswith(f".{one}")


def _bounces(domain: str, resolver: dns.resolver.Resolver) -> Finding:
    if _ask(domain, "MX", resolver):
        return Finding(Standing.GOOD, f"{domain} accepts email, so bounces can come back.")
    return Finding(
        Standing.WRONG, f"{domain} names no mail server (MX), so bounces are lost and many servers refuse its email."
    )


def _spf(domain: str, resolver: dns.resolver.Resolver) -> Finding:
    records = [text for text in _ask(domain, "TXT", resolver) if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        return Finding(Standing.WRONG, f"{domain} has no SPF record: it does not say which servers may send for it.")
    if len(records) > 1:
        return Finding(
            Standing.WRONG, f"{domain} has {len(records)} SPF records. Only one is allowed, so none of them counts."
        )
    if records[0].lower().split()[-1] in ("+all", "all"):
        return Finding(Standing.WRONG, f"The SPF record of {domain} lets every server send for it: {records[0]}")
    return Finding(Standing.GOOD, f"{domain} has an SPF record. Your mail server must be in it: {records[0]}")


def _dmarc(domain: str, resolver: dns.resolver.Resolver) -> Finding:
    labels = domain.rstrip(".").split(".")
    for start in range(max(1, len(labels) - 1)):
        above = ".".join(labels[start:])
        records = [text for text in _ask(f"_dmarc.{above}", "TXT", resolver) if text.upper().startswith("V=DMARC1")]
        if len(records) == 1:
            return Finding(Standing.GOOD, f"{above} has a DMARC record: {records[0]}")
        if records:
            return Finding(Standing.WRONG, f"{above} has {len(records)} DMARC records. Only one is allowed.")
    return Finding(Standing.WRONG, f"{domain} has no DMARC record. Large mailbox providers ask for one.")


def _ask(name: str, kind: str, resolver: dns.resolver.Resolver) -> list[str]:
    try:
        answer = resolver.resolve(name, kind, lifetime=min(_PATIENCE, resolver.lifetime), search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError):
        raise _CannotLook from None
    except UnicodeError:
        return []  # no name that could be asked about
    if kind == "TXT":
        return [b"".join(row.strings).decode("utf-8", "replace")[:300] for row in answer]
    return [str(row) for row in answer]
