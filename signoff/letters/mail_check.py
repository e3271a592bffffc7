"""Tries how email leaves by the settings: a real test email, and what can be told of the sender's domain from here."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import dns.resolver

from signoff.domain.return_addresses import return_address
from signoff.letters.delivery.trial import Trial, send_trial
from signoff.letters.sender_dns import Finding, Standing, look_at
from signoff.settings import Settings

_PATIENCE = 10.0  # seconds; a person waits
_LOCAL = ("localhost", "127.0.0.1", "::1")


def check_mail(
    settings: Settings, *, to: str, sender: str, resolver: dns.resolver.Resolver | None
) -> Iterator[Finding]:
    """Send a test email to an address, from `sender` by name, and say what was found; the first is about sending."""
    mail = replace(settings.mail, timeout=min(settings.mail.timeout, _PATIENCE))
    host = urlsplit(settings.base_url).hostname or "localhost"
    base = mail.bounce_address
    returns_to = return_address(base, settings.secret_key, secrets.token_hex(16)) if base else ""
    trial = send_trial(mail, to=to, sender=sender, host=host, returns_to=returns_to)
    yield from _sending(trial, mail.server, to)
    domain = mail.sender.rpartition("@")[2]
    if "." not in domain:
        yield Finding(Standing.WRONG, f"{mail.sender} is not a sender that can be answered. Set SIGNOFF_MAIL_SENDER.")
    elif resolver is None:
        yield Finding(Standing.UNKNOWN, f"SPF and DMARC of {domain} were not checked: this machine has no name server.")
    else:
        yield from look_at(domain, base.rpartition("@")[2] or domain, resolver)


def _sending(trial: Trial, server: str, to: str) -> Iterator[Finding]:
    if trial.problem:
        yield Finding(Standing.WRONG, trial.problem)
    else:
        sentence = (
            f"The mail server {server} accepted a test email to {to}. Look for it in that inbox and in its spam folder."
        )
        yield Finding(Standing.GOOD, sentence)
    if trial.encryption:
        ends = f", and its certificate is valid until {trial.certificate_ends}" if trial.certificate_ends else ""
        yield Finding(Standing.GOOD, f"The connection is encrypted ({trial.encryption}){ends}.")
    elif not trial.problem and server not in _LOCAL:
        yield Finding(Standing.WRONG, "The connection is not encrypted. Set SIGNOFF_MAIL_USE_TLS or _USE_SSL.")
