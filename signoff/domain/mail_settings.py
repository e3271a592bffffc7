"""How email leaves, and what proves the reports that come back, as an operator set it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MailSettings:
    """How letters leave: server, encryption, sign-in, and how long to wait (seconds)."""

    server: str
    port: int
    use_tls: bool
    use_ssl: bool
    username: str
    password: str
    sender: str
    timeout: float
    bounce_address: str = ""


@dataclass(frozen=True)
class MailHooks:
    """What proves the reports of mail services; empty for services that are not used."""

    ses_topic: str = ""
    postmark_login: str = ""
    mailgun_key: str = ""
    sendgrid_key: str = ""
