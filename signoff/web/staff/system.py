"""The page System: how the installation runs, in words, for administrators."""

import platform
from importlib.metadata import PackageNotFoundError, version

from flask import current_app, render_template

from signoff.db import schema
from signoff.domain.letters import LetterState
from signoff.domain.permissions import Act
from signoff.web.access import staff
from signoff.web.installation import db, installation
from signoff.web.logs import log_problem, retry_log
from signoff.web.staff.blueprint import pages
from signoff.worker.condition import condition
from signoff.worker.engines import engine_name

_LIBRARIES = ("Flask", "SQLAlchemy", "cryptography")


@pages.get("/staff/system")
@staff(Act.SEE_SYSTEM)
def system() -> str:
    """What works and what does not: email, the worker, the record, the database and its disk, and the versions."""
    retry_log()
    here = installation()
    now, proxies = condition(db(), here), current_app.extensions["signoff_proxies"].problem
    return render_template(
        "staff/system.html",
        section="staff.users",
        now=now,
        problems=[*now.problems, *filter(None, [proxies, log_problem()])],
        settings=here.settings,
        engine=engine_name(here.settings),
        newest=schema.newest(),
        versions={name: _version(name) for name in ("signoff", *_LIBRARIES)} | {"Python": platform.python_version()},
        State=LetterState,
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # run from a checkout that was not installed
        return "not installed"
