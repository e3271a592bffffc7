"""Carries out the imports that were left to the worker, so that no page waits for them and a stopped one goes on."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from signoff.db.database import Database
from signoff.db.errors import trouble_of
from signoff.domain.errors import Refusal
from signoff.domain.permissions import WORKER
from signoff.services.partners.partner_files import PartnerFile, read_partners
from signoff.services.partners.partner_import import ImportPlan, plan_import
from signoff.services.partners.spreadsheet_files import read_sheet
from signoff.services.partners.staged_imports import (
    StagedFile,
    end_import,
    get_import,
    importing_user,
    next_import,
    note_done,
    read_staged,
    size_of,
)
from signoff.worker.high_water import notice_older_copy
from signoff.worker.importing import Importer, ImportInterrupted, ImportStopped
from signoff.worker.installation import WorkerContext
from signoff.worker.only_one import AnotherWorker, only_one

_LOCK = 7_446_333
_MEANWHILE_EVERY = 5.0  # seconds


def carry_out_imports(context: WorkerContext, *, meanwhile: Callable[[], None]) -> None:
    """Carry out every import under way, oldest first, unless another worker does; `meanwhile` is done in between.

    An import that ends halfway because the worker does is planned again by the next one, which does the rest.
    """
    try:
        with only_one(context.database, _LOCK, "import-lock"):
            while not context.stopped() and not notice_older_copy(context):
                number = _next(context.database)
                if number is None:
                    return
                _carry_out(context, number, meanwhile)
    except AnotherWorker:
        return


def _next(database: Database) -> int | None:
    with database.reading() as session:
        return next_import(session)


def _carry_out(context: WorkerContext, number: int, meanwhile: Callable[[], None]) -> None:
    reason = ""
    try:
        staged, plan, file, before = _planned(context.database, number)
        importer = Importer(
            context.database,
            lambda session: context.act(session, importing_user(session, number)),
            choices=staged.given.choices,
            note=lambda act, done: note_done(act, number, before + done),
            tell=_now_and_then(meanwhile),
            stopped=context.stopped,
        )
        importer.carry_out(plan, file)
    except ImportInterrupted:
        return
    except ImportStopped as stopped:
        reason = stopped.refusal.text
    except Refusal as refusal:
        reason = refusal.text
    except Exception as fault:
        if isinstance(fault, SQLAlchemyError) and trouble_of(fault, writing=True):
            raise
        # One file must not keep everything else from being sealed and sent at each turn.
        logging.getLogger("signoff").exception("import %d was ended by a fault", number)
        reason = "A fault in the program ended the import. The log says more."
    with context.database.unit_of_work() as session:
        end_import(context.act(session, WORKER), number, reason=reason)


def _planned(database: Database, number: int) -> tuple[StagedFile, ImportPlan, PartnerFile, int]:
    """The file of an import, what is left of it to do, and how much was done before."""
    with database.reading() as session:
        staged = read_staged(session, number)
        file = read_partners(read_sheet(staged.given.raw), staged.given.columns)
        plan = plan_import(session, file, staged.given.choices)
        staged.ensure_shown(plan)
        before = get_import(session, number).wanted - size_of(plan)
        # Partners that were added before a stop are known by now, and may not have their parents yet.
        return staged, replace(plan, parents=tuple(sorted(staged.parents))), file, before


def _now_and_then(do: Callable[[], None]) -> Callable[[int], None]:
    last = time.monotonic()

    def tell(_done: int) -> None:
        nonlocal last
        if time.monotonic() - last > _MEANWHILE_EVERY:
            do()
            last = time.monotonic()

    return tell
