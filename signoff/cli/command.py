"""What commands of an installation stand on: it, and its refusals as one sentence with exit code 1."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from signoff.backups.archive import BackupRefused
from signoff.cli.failure import Failed, os_error_text
from signoff.db import schema
from signoff.db.database import Database
from signoff.db.errors import FOR_THE_LOG, trouble_of
from signoff.db.write_queue import Busy
from signoff.domain.errors import Invalid, Missing, Refusal
from signoff.settings import Settings, SettingsRefused, load_settings
from signoff.web.log_masking import mask_crashes, mask_logs
from signoff.worker import engines
from signoff.worker.engines import open_database
from signoff.worker.installation import Installation
from signoff.worker.new_installation import is_unused
from signoff.worker.only_one import AnotherWorker


def with_installation(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command its installation, and turn refusals into sentences."""
    return _with_settings(command, load_settings)


def with_new_installation(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command by which an installation begins: on loopback it makes keys while none were used."""
    return _with_settings(command, lambda: load_settings(may_make_keys=is_unused))


def _with_settings(command: Callable[..., Any], load: Callable[[], Settings]) -> Callable[..., Any]:
    @in_sentences
    @wraps(command)
    def call(*args: Any, **options: Any) -> Any:
        settings = load()
        with closed_afterwards(open_database(settings)) as database:
            return command(Installation(database, settings), *args, **options)

    return call


def in_sentences(command: Callable[..., Any]) -> Callable[..., Any]:
    """Mask what the command logs, and turn its refusals into sentences with exit code 1."""

    @wraps(command)
    def call(*args: Any, **options: Any) -> Any:
        mask_logs()
        mask_crashes()
        try:
            return command(*args, **options)
        except Missing as refusal:
            raise Failed("\n".join([refusal.text, *(reason.text for reason in refusal.reasons)])) from None
        except Invalid as refusal:
            lines = [f"{name}: {sentence}" for name, sentence in refusal.errors.items()]
            raise Failed("\n".join(lines)) from None
        except (Refusal, SettingsRefused, schema.NotReady, schema.SchemaBroken, CommandError, ValueError) as problem:
            raise Failed(f"{str(problem).rstrip('.')}.") from None
        except BackupRefused as refusal:
            raise Failed(str(refusal)) from None
        except AnotherWorker:
            raise Failed("Another worker of this installation is running.") from None
        except Busy:
            raise Failed("The database is busy. Nothing was changed; please try again.") from None
        except SQLAlchemyError as problem:
            message = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
            trouble = trouble_of(problem, writing=True)
            said = FOR_THE_LOG[trouble].capitalize() if trouble else "The database refused"
            raise Failed(f"{said}: {message.rstrip('.')}.") from None
        except OSError as problem:
            raise Failed(os_error_text(problem)) from None

    return call


@contextmanager
def closed_afterwards(database: Database) -> Iterator[Database]:
    """Let a database go at the end of a block."""
    try:
        yield database
    finally:
        database.engine.dispose()


def ensure_ready(context: Installation) -> None:
    """Fail unless the database is at the newest revision with all its guards, and has what its worker needs."""
    engines.ensure_ready(context.database, context.settings)
