"""The WSGI entry point for any server: `signoff.wsgi:app`, or `wsgi:app`."""

import gc

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from signoff.db import schema
from signoff.settings import SettingsRefused, load_settings
from signoff.web.app import create_app
from signoff.web.fault_reports import report_faults
from signoff.web.logs import start_logging
from signoff.worker.engines import ensure_ready, open_database
from signoff.worker.high_water import notice_older_copy
from signoff.worker.installation import Installation


def _kept(made: Flask) -> Flask:
    """The application, whose objects stay as long as the process and are not gone over for garbage again and again.

    That takes a sixth of a second each time, and everyone whom the process serves waits.
    """
    gc.collect()
    gc.freeze()
    return made


def _made() -> Flask:
    """The application; one sentence and exit code 1 where settings or database keep it from starting."""
    try:
        settings = load_settings()
        start_logging(settings.log)
        report_faults(settings.sentry_dsn)
        database = open_database(settings)
        try:
            ensure_ready(database, settings)
            notice_older_copy(Installation(database, settings))
        except SQLAlchemyError:
            pass  # it does not answer at the moment: pages say so until it does
        finally:
            database.engine.dispose()
        return _kept(create_app(settings))
    except (SettingsRefused, schema.NotReady) as problem:
        raise SystemExit(str(problem)) from None


app = _made()
