"""Runs the demonstration: catcher, worker and pages in one process, on loopback, with data of its own."""

import shutil
import socket
from collections.abc import Callable

from signoff.db import schema
from signoff.db.database import Database
from signoff.demo.catcher import Catcher
from signoff.demo.story import ACCOUNTS, PASSWORD, tell_story
from signoff.domain.time import Clock
from signoff.evidence.codes import SealingKeys
from signoff.settings import INSTANCE, Settings, read_settings
from signoff.web.serving import serve_forever
from signoff.worker.beside import WorkerBeside
from signoff.worker.engines import open_database
from signoff.worker.installation import WorkerContext, utc_now
from signoff.worker.turn import deliver as send_due
from signoff.worker.turn import delivery_of, seal_all

_HOST = "127.0.0.1"


def run_demo(*, port: int, reset: bool, tell: Callable[[str], None]) -> None:
    """Run until stopped. Reads no setting from the environment, so it can touch no real installation."""
    folder = INSTANCE / "demo"
    whole = folder / "told"
    if reset or not whole.exists():
        shutil.rmtree(folder, ignore_errors=True)
    _ensure_free(port)
    catcher = Catcher(folder / "letters")
    catcher.start()
    settings = _settings(port, catcher.port)
    database = open_database(settings)
    schema.upgrade(database)
    if not whole.exists():
        tell("Writing the demo's story …")
        _tell_story(database, settings)
        whole.touch()
    worker = WorkerBeside(database, settings, watch=1)
    try:
        serve_forever(
            settings,
            host=_HOST,
            port=port,
            ready=lambda: tell(_welcome(settings.base_url)),
            demo_inbox=catcher.caught,
        )
    finally:
        worker.stop()
        catcher.stop()


def _tell_story(database: Database, settings: Settings) -> None:
    def deliver(clock: Clock) -> None:
        context = WorkerContext(database, settings, clock)
        seal_all(context)
        send_due(context, delivery_of(context))

    with database.writer() as session:
        keys = SealingKeys.read(settings.sealing_key_file)
        tell_story(session, keys=keys, link_key=settings.secret_key, now=utc_now(), deliver=deliver)


def _settings(port: int, mail_port: int) -> Settings:
    chosen = {
        "SIGNOFF_BASE_URL": f"http://{_HOST}:{port}",
        "SIGNOFF_MAIL_SERVER": _HOST,
        "SIGNOFF_MAIL_PORT": str(mail_port),
        "SIGNOFF_MAIL_SENDER": "positions@coalition.example",
    }
    return read_settings(chosen, instance=INSTANCE / "demo")


def _ensure_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((_HOST, port))


def _welcome(base_url: str) -> str:
    accounts = "\n".join(f"  {email:<32} {role}" for email, _, role, _ in ACCOUNTS)
    return (
        f"\nSignoff, the demonstration\n\n"
        f"  Public site     {base_url}/\n"
        f"  Staff           {base_url}/staff/\n"
        f"  Demo inbox      {base_url}/demo/inbox\n\n"
        f"Accounts, all with the password “{PASSWORD}”:\n{accounts}\n\n"
        f"Stop with Ctrl-C. `make demo` continues, `make demo-reset` starts over.\n"
    )
