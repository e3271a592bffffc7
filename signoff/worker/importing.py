"""Carries out an import of partners in short transactions, so that other writers hardly wait."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.domain.collector import collecting_seldom
from signoff.domain.errors import Refusal, RegisterChanged
from signoff.models.base import batched
from signoff.services.act import ActContext
from signoff.services.partners.import_differences import Known
from signoff.services.partners.import_questions import NO_CHOICES, ImportChoices
from signoff.services.partners.partner_files import PartnerFile
from signoff.services.partners.partner_import import (
    ImportPlan,
    add_planned_contact,
    add_planned_partners,
    change_planned_partner,
    enter_planned_parents,
    plan_import,
    record_sameness,
)

T = TypeVar("T")

_FIRST, _FEWEST, _MOST = 20, 10, 1_000  # partners, or contacts of known ones, in one transaction
# Seconds for one transaction: on SQLite all who write wait for it, on PostgreSQL those who change contacts or names.
_LASTS = {"sqlite": 0.3, "postgresql": 0.6}
_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds; before the rest is planned again while no part can be added


class ImportStopped(Exception):
    """The import ended early; what it had added until then stays, and importing the file again goes on."""

    def __init__(self, refusal: Refusal, added: int) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal
        self.added = added


class ImportInterrupted(Exception):
    """The worker was asked to stop between two parts; the rest is still to be done."""


class Importer:
    """One import under way: how much is done, and by whom.

    `note` hears in the transaction of each part, and `tell` after it, how many partners and contacts are done.
    """

    def __init__(
        self,
        database: Database,
        act_in: Callable[[Session], ActContext],
        *,
        choices: ImportChoices = NO_CHOICES,
        tell: Callable[[int], None] = lambda _: None,
        note: Callable[[ActContext, int], None] = lambda _act, _done: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._choices = choices
        self._note_within, self._stopped = note, stopped
        self._database = database
        self._act_in = act_in
        self._tell = tell
        self._size = _FIRST
        self._done = 0

    @collecting_seldom()
    def carry_out(self, plan: ImportPlan, file: PartnerFile) -> None:
        """Do what a plan of this file says, in parts; ImportStopped when one of them cannot be done anymore.

        Each part is judged again under its own locks. Where the register has grown meanwhile, the rest is planned
        again, and goes on while it is the same and asks nothing new. Another import under way is let past.
        """
        try:
            self._add_partners(plan, file)
            self._enter_parents(plan)
            self._in_parts(plan.new_contacts, add_planned_contact)
            self._in_parts(plan.changes, change_planned_partner)
            self._record_sameness(plan)
        except Refusal as refusal:
            raise ImportStopped(refusal, self._done) from refusal

    def _add_partners(self, plan: ImportPlan, file: PartnerFile) -> None:
        state, left, pauses = plan.state, plan.new_partners, iter(_PAUSES)
        while left:
            some = left[: self._size]
            began = time.monotonic()
            try:
                with self._part(len(some)) as act:
                    state = add_planned_partners(act, some, state, plan.names)
            except RegisterChanged:
                if (pause := next(pauses, None)) is None:
                    raise
                time.sleep(pause)
                state = self._planned_again(replace(plan, new_partners=left), file).state
                continue
            left, pauses = left[len(some) :], iter(_PAUSES)
            self._count(len(some), began)

    @contextmanager
    def _part(self, size: int) -> Iterator[ActContext]:
        if self._stopped():
            raise ImportInterrupted
        with self._database.unit_of_work() as session:
            act = self._act_in(session)
            yield act
            self._note_within(act, self._done + size)

    def _planned_again(self, rest: ImportPlan, file: PartnerFile) -> ImportPlan:
        with self._database.reading() as session:
            now = plan_import(session, file, self._choices)
        if now.new_partners != rest.new_partners or not now.question.is_part_of(rest.question):
            raise RegisterChanged
        return now

    def _enter_parents(self, plan: ImportPlan) -> None:
        for some in batched(plan.parents, _FIRST):
            with self._part(0) as act:
                enter_planned_parents(act, some)

    def _in_parts(self, left: Sequence[tuple[Known, T]], act_on: Callable[[ActContext, Known, T], None]) -> None:
        while left:
            some, began = left[: self._size], time.monotonic()
            with self._part(len(some)) as act:
                for partner, what in some:
                    act_on(act, partner, what)
            left = left[len(some) :]
            self._count(len(some), began)

    def _record_sameness(self, plan: ImportPlan) -> None:
        if plan.names.same:
            with self._part(0) as act:
                record_sameness(act, plan.names)

    def _count(self, added: int, began: float) -> None:
        self._done += added
        self._tell(self._done)
        took = max(time.monotonic() - began, 0.001)
        lasts = _LASTS[self._database.engine.dialect.name]
        self._size = min(_MOST, max(_FEWEST, min(int(added * lasts / took), 2 * self._size)))


def import_partners(
    database: Database,
    act_in: Callable[[Session], ActContext],
    plan: ImportPlan,
    file: PartnerFile,
    *,
    choices: ImportChoices = NO_CHOICES,
    tell: Callable[[int], None] = lambda _: None,
) -> None:
    """Carry out a plan that was made of this file and these choices.

    `act_in` gives the context of an act in a session; `tell` hears how many rows were added so far.
    """
    Importer(database, act_in, choices=choices, tell=tell).carry_out(plan, file)
