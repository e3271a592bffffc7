"""What commands of an installation stand on: it, and its refusals as one sentence with exit code 1."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from signoff.cli.failure import Failed
from signoff.db import schema
from signoff.db.database import Database
from signoff.db.write_queue import Busy
from signoff.domain.errors import Invalid, Missing, Refusal
from signoff.settings import SettingsRefused, load_settings
from signoff.web.log_masking import mask_crashes, mask_logs
from signoff.worker.engines import AnotherWorker, open_database
from signoff.worker.installation import Installation


def with_installation(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command its installation, and turn refusals into sentences."""

    @wraps(command)
    def call(*args: Any, **options: Any) -> Any:
        mask_logs()
        mask_crashes()
        try:
            settings = load_settings()
            with _closed_afterwards(open_database(settings)) as database:
                return command(Installation(database, settings), *args, **options)
        except Missing as refusal:
            raise Failed("\n".join([refusal.text, *(reason.text for reason in refusal.reasons)])) from None
        except Invalid as refusal:
            lines = [f"{name}: {sentence}" for name, sentence in refusal.errors.items()]
            raise Failed("\n".join(lines)) from None
        except (Refusal, SettingsRefused, schema.SchemaBroken, CommandError, ValueError) as problem:
            raise Failed(f"{str(problem).rstrip('.')}.") from None
        except AnotherWorker:
            raise Failed("Another worker of this installation is running.") from None
        except Busy:
            raise Failed("The database is busy. Nothing was changed; please try again.") from None
        except SQLAlchemyError as problem:
            message = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
            raise Failed(f"The database refused: {message.rstrip('.')}.") from None
        except OSError as problem:
            where = f"{problem.filename}: " if problem.filename else ""
            raise Failed(f"{where}{problem.strerror or problem}.") from None

    return call


@contextmanager
def _closed_afterwards(database: Database) -> Iterator[Database]:
    try:
        yield database
    finally:
        database.engine.dispose()


def ensure_ready(context: Installation) -> None:
    """Fail unless the database is at the newest revision with all its guards."""
    try:
        schema.ensure_ready(context.database)
    except schema.NotReady as problem:
        raise Failed(str(problem)) from None
