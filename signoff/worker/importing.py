"""Carries out an import of partners in short transactions, so that whoever else writes hardly waits."""

import time
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.domain.errors import Refusal, RegisterChanged
from signoff.services.act import ActContext
from signoff.services.partners.import_questions import NO_ROW_ANSWERS, RowAnswers
from signoff.services.partners.partner_import import (
    ImportPlan,
    add_planned_contact,
    add_planned_partners,
    plan_import,
    record_sameness,
)

_FIRST, _FEWEST, _MOST = 20, 10, 1_000  # partners, or contacts of known ones, in one transaction
_LASTS = 0.3  # seconds that one transaction is to take
_MOST_PLANS = 5


class ImportStopped(Exception):
    """The import ended early; what it had added until then stays, and importing the file again goes on."""

    def __init__(self, refusal: Refusal, added: int) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal
        self.added = added


class Importer:
    """One import under way: how much is done, and by whom."""

    def __init__(
        self,
        database: Database,
        act_in: Callable[[Session], ActContext],
        *,
        answers: RowAnswers = NO_ROW_ANSWERS,
        tell: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._answers = answers
        self._database = database
        self._act_in = act_in
        self._tell = tell
        self._size = _FIRST
        self._done = 0

    def carry_out(self, plan: ImportPlan, raw: bytes) -> None:
        """Do what a plan of this file says, in parts; ImportStopped when one of them cannot be done any more.

        Each part is judged again under its own locks. Where the register has grown meanwhile, the rest is planned
        again, and goes on while it is the same and asks nothing new.
        """
        try:
            self._add_partners(plan, raw)
            self._add_contacts(plan)
            self._record_sameness(plan)
        except Refusal as refusal:
            raise ImportStopped(refusal, self._done) from refusal

    def _add_partners(self, plan: ImportPlan, raw: bytes) -> None:
        state, left, plans = plan.state, plan.new_partners, 1
        while left:
            some = left[: self._size]
            began = time.monotonic()
            try:
                with self._database.unit_of_work() as session:
                    state = add_planned_partners(self._act_in(session), some, state, plan.names)
            except RegisterChanged:
                plans += 1
                if plans > _MOST_PLANS:
                    raise
                state = self._planned_again(replace(plan, new_partners=left), raw).state
                continue
            left = left[len(some) :]
            self._note(len(some), began)

    def _planned_again(self, rest: ImportPlan, raw: bytes) -> ImportPlan:
        with self._database.reading() as session:
            now = plan_import(session, raw, self._answers)
        if now.new_partners != rest.new_partners or not now.question.is_part_of(rest.question):
            raise RegisterChanged
        return now

    def _add_contacts(self, plan: ImportPlan) -> None:
        left = plan.new_contacts
        while left:
            some, began = left[: self._size], time.monotonic()
            with self._database.unit_of_work() as session:
                act = self._act_in(session)
                for partner, contact in some:
                    add_planned_contact(act, partner, contact)
            left = left[len(some) :]
            self._note(len(some), began)

    def _record_sameness(self, plan: ImportPlan) -> None:
        if plan.names.same:
            with self._database.unit_of_work() as session:
                record_sameness(self._act_in(session), plan.names)

    def _note(self, added: int, began: float) -> None:
        self._done += added
        self._tell(self._done)
        took = max(time.monotonic() - began, 0.001)
        self._size = min(_MOST, max(_FEWEST, min(int(added * _LASTS / took), 2 * self._size)))


def import_partners(
    database: Database,
    act_in: Callable[[Session], ActContext],
    plan: ImportPlan,
    raw: bytes,
    *,
    answers: RowAnswers = NO_ROW_ANSWERS,
    tell: Callable[[int], None] = lambda _: None,
) -> None:
    """Carry out a plan that was made of this file and these answers.

    `act_in` gives the context of an act in a session; `tell` hears how many rows were added so far.
    """
    Importer(database, act_in, answers=answers, tell=tell).carry_out(plan, raw)
