"""The settings of one installation: read from the environment, typed, and refused when unsafe."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from signoff.domain import setting_values
from signoff.domain.accounts import is_easy_to_guess
from signoff.domain.formats import Formats, ensure_known_locale
from signoff.domain.mail_settings import MailHooks, MailSettings
from signoff.evidence.codes import key_file
from signoff.evidence.cosignatures import Witness, read_witnesses
from signoff.evidence.key_files import KeyFiles, KeysMissing
from signoff.evidence.strict_json import Refused

PREFIX = "SIGNOFF_"
SHORTEST_SECRET = 32  # bytes


class SettingsRefused(Exception):
    """A setting is unknown, cannot be read, or would run the installation unsafely."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name without prefix, its default as text, and what it is for."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("INSTANCE", "instance/", "The folder for what is made: database, keys, and what `signoff up` is told."),
    Setting("DATABASE_URL", "SQLite under instance/", "Where all is kept: sqlite:///… or postgresql+psycopg://…."),
    Setting(
        "SECRET_KEY", "made under instance/ on loopback", "Signs sessions and makes partners' links; 32 bytes or more."
    ),
    Setting("SECRET_KEY_FALLBACKS", "", "Earlier secret keys, separated by spaces; links made with them keep working."),
    Setting(
        "BASE_URL",
        "http://127.0.0.1:8000",
        "The address that every link in an email starts with; https except on loopback.",
    ),
    Setting("TIMEZONE", "America/New_York", "The zone in which times are shown."),
    Setting("LOCALE", "en_US", "The locale by which dates, times and numbers are written."),
    Setting("MAIL_SERVER", "127.0.0.1", "The SMTP server that accepts email."),
    Setting("MAIL_PORT", "25", "Its port."),
    Setting("MAIL_USE_TLS", "no", "STARTTLS, with the server's certificate checked."),
    Setting("MAIL_USE_SSL", "no", "TLS from the first byte, with the server's certificate checked."),
    Setting("MAIL_USERNAME", "", "The name to sign in with at the mail server."),
    Setting("MAIL_PASSWORD", "", "The password to sign in with at the mail server."),
    Setting("MAIL_SENDER", "signoff@localhost", "The address that email is sent from."),
    Setting("MAIL_TIMEOUT", "30", "Seconds to wait for the mail server before trying again later."),
    Setting("MAIL_BOUNCE_ADDRESS", "", "Where undelivered email returns, with a code added before the @ of each."),
    Setting("MAIL_SES_TOPIC", "", "The ARN of the SNS topic to which Amazon SES reports bounces and complaints."),
    Setting("MAIL_POSTMARK_LOGIN", "", "USER:PASSWORD that Postmark sends with its reports; 20 characters or more."),
    Setting("MAIL_MAILGUN_KEY", "", "The key with which Mailgun signs its reports."),
    Setting("MAIL_SENDGRID_KEY", "", "The public key that verifies SendGrid's reports."),
    Setting("WORKER", "built-in", "Who works: built-in, one worker; distributed, any number, with PostgreSQL."),
    Setting(
        "TWO_FACTOR", "optional", "Whether publishers and administrators need an authenticator: optional, required."
    ),
    Setting("RETENTION_DAYS", "90", "After how many days failed sign-ins, ended sessions and the like are deleted."),
    Setting("TRUSTED_PROXIES", "0", "How many reverse proxies stand in front; 0 trusts no forwarding header."),
    Setting("WITNESSES", "", "Who cosigns our heads: KEY@ADDRESS for each witness, separated by spaces."),
    Setting("LOG", "text", "How the server and the worker log: text, json."),
    Setting("METRICS_TOKEN", "", "What may read /metrics; this machine needs none while the base URL is on loopback."),
    Setting("SENTRY_DSN", "", "The Sentry server that is told of faults; needs the extra `sentry`."),
    Setting("SEALING_KEY_FILE", "made under instance/ on loopback", "The file with the keys that prove each answer."),
)


@dataclass(frozen=True)
class Settings:
    """Everything an installation can be told; made by read_settings only."""

    instance: Path
    database_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    base_url: str
    timezone: ZoneInfo
    locale: str
    mail: MailSettings
    mail_hooks: MailHooks
    worker: str
    two_factor: str
    retention_days: int
    trusted_proxies: int
    witnesses: tuple[Witness, ...]
    log: str
    metrics_token: str
    sentry_dsn: str
    sealing_key_file: Path

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The key in use, then the earlier ones."""
        return (self.secret_key, *self.secret_key_fallbacks)

    @property
    def formats(self) -> Formats:
        """How dates, times and numbers are written for people."""
        return Formats(self.locale, self.timezone)

    @property
    def is_https(self) -> bool:
        """Whether people reach the installation by https."""
        return self.base_url.startswith("https://")


def read_settings(
    environ: Mapping[str, str], *, instance: Path, may_make_keys: Callable[[str], bool] = lambda _: True
) -> Settings:
    """Read every SIGNOFF_ variable of `environ`; `instance` is the folder for what is made by default.

    `may_make_keys` is asked, with the database's address, before missing keys are made on loopback.
    Refuses with SettingsRefused: an unknown name, a bad value, http or a missing key off loopback.
    """
    _refuse_unknown(environ)
    given = _Given(environ)
    base_url = given.read("BASE_URL", setting_values.base_url)
    database_url = read_database_url(environ, instance=instance)
    keys = KeyFiles(instance, setting_values.is_loopback(base_url), lambda: may_make_keys(database_url))
    return Settings(
        instance=instance,
        database_url=database_url,
        secret_key=_secret_key(given.text("SECRET_KEY"), keys),
        secret_key_fallbacks=given.read("SECRET_KEY_FALLBACKS", _secret_keys),
        base_url=base_url,
        timezone=given.read("TIMEZONE", setting_values.zone),
        locale=given.read("LOCALE", ensure_known_locale),
        mail=_mail(given),
        mail_hooks=_mail_hooks(given),
        worker=_worker(given, database_url),
        two_factor=given.read("TWO_FACTOR", setting_values.one_of("optional", "required")),
        retention_days=given.read("RETENTION_DAYS", setting_values.between(1, 3650)),
        trusted_proxies=given.read("TRUSTED_PROXIES", setting_values.between(0, 9)),
        witnesses=given.read("WITNESSES", _witnesses),
        log=given.read("LOG", setting_values.one_of("text", "json")),
        metrics_token=given.read("METRICS_TOKEN", setting_values.token),
        sentry_dsn=given.read("SENTRY_DSN", setting_values.sentry_dsn),
        sealing_key_file=_sealing_key_file(given.text("SEALING_KEY_FILE"), keys),
    )


def read_database_url(environ: Mapping[str, str], *, instance: Path) -> str:
    """Only where all is kept; refuses a bad address as read_settings does."""
    return _database_url(_Given(environ).text("DATABASE_URL") or f"sqlite:///{instance / 'signoff.db'}")


def read_mail_settings(environ: Mapping[str, str]) -> MailSettings:
    """Only how letters leave, for what runs without an installation of its own; refuses as read_settings does."""
    _refuse_unknown(environ)
    return _mail(_Given(environ))


class _Given:
    """The values given, with each setting's default behind them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._defaults = {setting.name: setting.default for setting in SETTINGS}

    def text(self, name: str) -> str:
        return self._environ.get(PREFIX + name, "").strip()

    def read(self, name: str, reader: "Callable[[str], Any]") -> Any:
        text = self.text(name) or self._defaults[name]
        try:
            return reader(text)
        except ValueError as problem:
            raise SettingsRefused(f"{PREFIX}{name} {problem}.") from None


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {PREFIX + setting.name for setting in SETTINGS}
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIX) and name not in known}
    unknown = sorted(name for name in ours if not setting_values.is_injected(name.removeprefix(PREFIX), ours[name]))
    if unknown:
        raise SettingsRefused(f"{unknown[0]} is not a setting of Signoff; docs/operators.md lists them.")


def _mail(given: _Given) -> MailSettings:
    mail = MailSettings(
        server=given.read("MAIL_SERVER", str),
        port=given.read("MAIL_PORT", setting_values.between(1, 65535)),
        use_tls=given.read("MAIL_USE_TLS", setting_values.yes_or_no),
        use_ssl=given.read("MAIL_USE_SSL", setting_values.yes_or_no),
        username=given.text("MAIL_USERNAME"),
        password=given.text("MAIL_PASSWORD"),
        sender=given.read("MAIL_SENDER", setting_values.mail_address),
        timeout=given.read("MAIL_TIMEOUT", setting_values.between(1, 600)),
        bounce_address=given.read("MAIL_BOUNCE_ADDRESS", setting_values.bounce_address),
    )
    if mail.use_tls and mail.use_ssl:
        raise SettingsRefused("SIGNOFF_MAIL_USE_TLS and SIGNOFF_MAIL_USE_SSL exclude each other; choose one.")
    if bool(mail.username) != bool(mail.password):
        raise SettingsRefused("SIGNOFF_MAIL_USERNAME and SIGNOFF_MAIL_PASSWORD belong together; give both or neither.")
    return mail


def _mail_hooks(given: _Given) -> MailHooks:
    return MailHooks(
        ses_topic=given.read("MAIL_SES_TOPIC", setting_values.topic),
        postmark_login=given.read("MAIL_POSTMARK_LOGIN", setting_values.login),
        mailgun_key=given.read("MAIL_MAILGUN_KEY", setting_values.shared_key),
        sendgrid_key=given.read("MAIL_SENDGRID_KEY", setting_values.public_key),
    )


def _worker(given: _Given, database_url: str) -> str:
    worker: str = given.read("WORKER", setting_values.one_of("built-in", "distributed"))
    if worker == "distributed" and not database_url.startswith("postgresql"):
        raise SettingsRefused("SIGNOFF_WORKER can be distributed only with PostgreSQL.")
    return worker


def _database_url(text: str) -> str:
    for scheme in ("postgresql://", "postgres://"):
        if text.startswith(scheme):
            return "postgresql+psycopg://" + text.removeprefix(scheme)
    if text.startswith(("sqlite:///", "postgresql+psycopg://")) and ":memory:" not in text and text != "sqlite:///":
        return text
    raise SettingsRefused(
        "SIGNOFF_DATABASE_URL must begin with sqlite:/// and name a file, or with postgresql+psycopg://."
    )


def _secret_key(given: str, keys: KeyFiles) -> str:
    if given:
        if len(given.encode()) < SHORTEST_SECRET:
            raise SettingsRefused("SIGNOFF_SECRET_KEY must have 32 bytes or more.")
        if is_easy_to_guess(given):
            raise SettingsRefused(
                "SIGNOFF_SECRET_KEY is easy to guess; use a random one, such as "
                '`python3 -c "import secrets; print(secrets.token_urlsafe(48))"` prints.'
            )
        return given
    if not keys.loopback:
        raise SettingsRefused(
            "SIGNOFF_SECRET_KEY must be given (32 bytes or more) when the base URL is not on loopback."
        )
    return _found(keys, "secret_key", lambda: secrets.token_urlsafe(48))


def _secret_keys(text: str) -> tuple[str, ...]:
    keys = tuple(text.split())
    if any(len(key.encode()) < SHORTEST_SECRET for key in keys):
        raise ValueError("must hold keys of 32 bytes or more, separated by spaces")
    return keys


def _witnesses(text: str) -> tuple[Witness, ...]:
    try:
        witnesses = read_witnesses(text)
        for one in witnesses:
            setting_values.base_url(one.url)
    except (Refused, ValueError):
        raise ValueError(
            "must name each witness once, as KEY@ADDRESS with the key that it prints and an https address, such as "
            "witness.example/w1+0a1b2c3d+BA…@https://witness.example"
        ) from None
    return witnesses


def _sealing_key_file(given: str, keys: KeyFiles) -> Path:
    if given:
        if not Path(given).is_file():
            raise SettingsRefused("SIGNOFF_SEALING_KEY_FILE names no file; make one with `signoff sealing-key FILE`.")
        return Path(given)
    path = keys.folder / "sealing_key.json"
    if not keys.loopback and not path.is_file():
        raise SettingsRefused("SIGNOFF_SEALING_KEY_FILE must be given when the base URL is not on loopback.")
    _found(keys, path.name, new_sealing_key)
    return path


def _found(keys: KeyFiles, name: str, make: Callable[[], str]) -> str:
    try:
        return keys.read(name, make)
    except KeysMissing as problem:
        raise SettingsRefused(str(problem)) from None


def new_sealing_key() -> str:
    """The text of a new sealing key file."""
    return key_file(secrets.token_hex(4), secrets.token_bytes(32))
