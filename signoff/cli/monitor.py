"""`signoff monitor`: follows an installation's public log from outside; needs no database."""

import signal
import smtplib
import sys
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import click

from signoff.cli.failure import Failed, os_error_text
from signoff.evidence.heads import read_key
from signoff.evidence.strict_json import Refused, printable
from signoff.letters.delivery.header_check import UnsafeMessage
from signoff.letters.delivery.transport import ServerRefused
from signoff.oversight.alarm_mail import send_alarm
from signoff.oversight.folder_locks import InUse, only_user
from signoff.oversight.http_client import is_address
from signoff.oversight.log_reading import LogReader
from signoff.oversight.monitor import Followed, Look, look
from signoff.oversight.monitor_folder import MonitorFolder
from signoff.oversight.pages import wrong_with_pages
from signoff.settings import INSTANCE, MailSettings, SettingsRefused, load_mail_settings

SETTLES_WITHIN = 20.0  # seconds in which a head follows a public change, where the worker runs


@dataclass(frozen=True)
class _Monitor:
    log: LogReader
    folder: MonitorFolder
    pinned: str
    missed_after: timedelta
    mail: MailSettings | None
    to: tuple[str, ...]

    def look(self, *, only_news: bool = False) -> bool:
        """Look once and say what was found, or only what is new; whether all is well."""
        found = self._follow()
        if found.followed and not found.findings:
            found = self._compare_pages(found)
        now = datetime.now(UTC)
        is_news = {one.kind for one in found.findings} != self.folder.told()
        if found.blamed and is_news:
            self.folder.keep_blamed(found.blamed, at=now)
        if is_news or not only_news:
            self._say(found)
        if is_news:
            self._mail(found)
        return not found.findings

    def _say(self, found: Look) -> None:
        for one in found.findings:
            click.echo(printable(one.sentence, 1_000), err=True)
        if found.followed and not found.findings:
            click.echo(_all_is_well(found.followed))

    def _follow(self) -> Look:
        now = datetime.now(UTC)
        found = look(
            self.log,
            self.folder.followed(),
            pinned=self.pinned,
            now=now,
            missed_after=self.missed_after,
            tell=_tell_progress,
        )
        kept = self.folder.followed() if found.followed else None
        if found.followed and (kept is None or kept.note != found.followed.note):
            self.folder.keep(found.followed, at=now)
        return found

    def _compare_pages(self, found: Look) -> Look:
        if not found.followed or not wrong_with_pages(self.log, found.followed, now=datetime.now(UTC)):
            return found
        # What changed a moment ago is in the next head.
        time.sleep(SETTLES_WITHIN)
        again = self._follow()
        if not again.followed or again.findings:
            return again
        return replace(again, findings=tuple(wrong_with_pages(self.log, again.followed, now=datetime.now(UTC))))

    def _mail(self, found: Look) -> None:
        sentences = [printable(one.sentence, 1_000) for one in found.findings]
        if self.mail:
            send_alarm(self.mail, self.to, place=self.log.place, sentences=sentences, at=time.time())
        self.folder.note_told([one.kind for one in found.findings])


@click.command()
@click.argument("url")
@click.option("--key", default="", metavar="PUBLIC", help="The public key that you trust, or one that handed over.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where heads are kept.  [default: instance/monitor/…]")
@click.option("--every", type=click.FloatRange(1, 86_400), metavar="SECONDS", help="Keep checking, instead of once.")
@click.option(
    "--missed-after",
    default=10.0,
    show_default=True,
    type=click.FloatRange(1, 100_000),
    metavar="MINUTES",
    help="How old the newest head may be.",
)
@click.option(
    "--mail",
    "to",
    multiple=True,
    metavar="ADDRESS",
    help="An address to email when something is wrong; may be given more than once.",
)
def monitor(
    url: str, key: str, folder: Path | None, every: float | None, missed_after: float, to: tuple[str, ...]
) -> None:
    """Follow the public log of the installation at URL, keep its heads, and tell of problems by exit code and email."""
    if not is_address(url):
        raise click.BadParameter("Give the address of an installation, such as https://signoff.coalition.example.")
    log = LogReader(url)
    kept = folder or INSTANCE / "monitor" / quote(log.place, safe="")
    try:
        pinned = str(read_key(key.strip())) if key else ""
        mail = load_mail_settings() if to else None
        with only_user(kept):
            made = _Monitor(log, MonitorFolder(kept), pinned, timedelta(minutes=missed_after), mail, to)
            is_well = _go_on(made, every) if every else made.look()
    except (Refused, InUse, SettingsRefused, ServerRefused, UnsafeMessage) as problem:
        raise Failed(f"{str(problem).rstrip('.')}.") from None
    except smtplib.SMTPException as problem:
        raise Failed(f"The email was not sent: {str(problem).rstrip('.')}.") from None
    except OSError as problem:
        raise Failed(os_error_text(problem)) from None
    if not is_well:
        sys.exit(1)


def _go_on(made: _Monitor, every: float) -> bool:
    """Look again and again until stopped; whether all was well at the last look."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    is_well, is_first = True, True
    while not stopping.is_set():
        try:
            is_well = made.look(only_news=not is_first)
            is_first = False
        # Whom it was to tell has not heard of it: the next look tries again.
        except (smtplib.SMTPException, ServerRefused) as problem:
            is_well = False
            click.echo(f"Not done: {str(problem).rstrip('.')}.", err=True)
        except OSError as problem:
            is_well = False
            click.echo(f"Not done: {os_error_text(problem)}", err=True)
        stopping.wait(every)
    return is_well


def _tell_progress(done: int, of: int) -> None:
    if sys.stderr.isatty() and (done % 5_000 == 0 or done == of):
        click.echo(f"\r{done:,} of {of:,} leaves" + ("\n" if done == of else ""), err=True, nl=False)


def _all_is_well(followed: Followed) -> str:
    key, moment = followed.replay.keys[-1], followed.replay.time
    return (
        f"No problem found. The log “{followed.head.origin}” has {followed.head.size:,} leaves; its newest head is of "
        f"{moment:%Y-%m-%d %H:%M:%S} UTC, signed with the key {key.fingerprint}: {key}"
    )
