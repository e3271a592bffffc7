"""`signoff up`: everything on one machine, from nothing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from signoff.cli.command import closed_afterwards, in_sentences
from signoff.cli.failure import Failed
from signoff.db.database import Database
from signoff.services.coalition import find_coalition
from signoff.settings import (
    PREFIX,
    Settings,
    given_environment,
    instance_folder,
    keep_settings,
    kept_settings,
    read_settings,
)
from signoff.web.app import create_app
from signoff.web.fault_reports import report_faults
from signoff.web.logs import start_logging
from signoff.web.one_time_address import LASTS, SetUp
from signoff.web.serving import heed_signals, serve_application
from signoff.worker.beside import WorkerBeside
from signoff.worker.engines import open_database
from signoff.worker.high_water import notice_older_copy
from signoff.worker.installation import Installation, utc_now
from signoff.worker.new_installation import has_administrator, make_database, make_keys

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_WATCH = 5.0  # seconds between the worker's looks


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--set-up-from-anywhere", is_flag=True, help="Let the set-up pages answer other machines too.")
@in_sentences
def up(host: str, port: int, set_up_from_anywhere: bool) -> None:
    """Run Signoff on this machine: make what is missing, serve the pages and run the worker, until stopped."""
    heed_signals()
    folder = _Folder(port)
    make_keys(folder.given, folder.path)
    settings = folder.load()
    start_logging(settings.log)
    report_faults(settings.sentry_dsn)
    if settings.worker != "built-in":
        raise Failed(
            "With SIGNOFF_WORKER=distributed, run `signoff serve` and `signoff worker` instead of `signoff up`."
        )
    with closed_afterwards(open_database(settings)) as database:
        make_database(database, settings)
        running = _Running(folder, database, host, port)
        if has_administrator(database):
            _ensure_set_up(database)
            notice_older_copy(Installation(database, settings))
            running.start()
        else:
            running.open_set_up(anywhere=set_up_from_anywhere)
        try:
            serve_application(running, host=host, port=port, ready=running.tell)
        finally:
            running.stop()


class _Folder:
    """The settings of this machine: what the operator gave, and below it what the folder keeps."""

    def __init__(self, port: int) -> None:
        self.given: Mapping[str, str] = given_environment()
        self.path: Path = instance_folder(self.given)
        self._usual = {f"{PREFIX}BASE_URL": f"http://127.0.0.1:{port}"}

    def load(self) -> Settings:
        """All settings, as they are now."""
        environ = {**self._usual, **kept_settings(self.path), **self.given}
        return read_settings(environ, instance=self.path, may_make_keys=lambda _: False)

    def keep(self, values: Mapping[str, str]) -> None:
        """Keep what was typed."""
        keep_settings(self.path, values)

    @property
    def fixed(self) -> frozenset[str]:
        """The names of the settings that the operator gave, without their prefix."""
        return frozenset(name.removeprefix(PREFIX) for name in self.given if name.startswith(PREFIX))


class _Running:
    """What is served at the moment: the set-up pages, then the site with a worker beside it."""

    def __init__(self, folder: _Folder, database: Database, host: str, port: int) -> None:
        self._folder, self._database = folder, database
        self._place = f"{host}:{port}"
        self._served: WSGIApplication | None = None
        self._set_up: SetUp | None = None
        self._worker: WorkerBeside | None = None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        assert self._served is not None
        return self._served(environ, start_response)

    def open_set_up(self, *, anywhere: bool) -> None:
        """Serve the set-up pages until there is an administrator."""
        folder = self._folder
        self._set_up = SetUp(utc_now, folder.fixed, folder.keep, folder.load, self._finish, anywhere)
        self._served = create_app(folder.load(), set_up=self._set_up)

    def start(self) -> None:
        """Serve the site with the settings as they are now, and work."""
        settings = self._folder.load()
        self._served = create_app(settings)
        self._worker = WorkerBeside(self._database, settings, watch=_WATCH)

    def stop(self) -> None:
        """Let the worker finish the email that it is sending."""
        if self._worker is not None:
            self._worker.stop()

    def _finish(self) -> None:
        self._set_up = None
        self.start()
        self.tell()

    def tell(self) -> None:
        """Say where it is, or the way to set it up."""
        if self._set_up is None:
            base_url = self._folder.load().base_url
            click.echo(f"Signoff runs at {base_url}/, listening on {self._place}. Stop it with Ctrl-C.", err=True)
            return
        where = "" if self._set_up.anywhere else " on this machine"
        click.echo(
            f"Signoff is not set up yet. Within {LASTS.seconds // 60} minutes, open this address{where}:\n\n"
            f"  http://{self._place.replace('0.0.0.0', '127.0.0.1')}/set-up/{self._set_up.secret}\n\n"  # noqa: S104
            "It works until you have made the administrator's account. Start `signoff up` again to get another.",
            err=True,
        )


def _ensure_set_up(database: Database) -> None:
    with database.reading() as session:
        if find_coalition(session) is None:
            raise Failed("This installation is not set up yet; run `signoff init`.")
