"""All guards of all tables, and what moves revisions.

A table without a decision about its rows keeps the program from starting.
"""

from signoff.models import (
    acceptances,
    accounts,
    answers,
    applications,
    coalition,
    consultations,
    deliveries,
    directory,
    letters,
    meetings,
    merges,
    newsletters,
    partner_imports,
    partners,
    positions,
    postings,
    principles,
    problem_reports,
    proposals,
    public_log,
    publications,
    record,
    restorations,
    returns,
    revisions,
    rounds,
    row_codes,
    schedules,
    sealing,
    subscriptions,
    turns,
    words,
    worker,
)
from signoff.models.base import Base
from signoff.models.constraint_guards import constraint_guards
from signoff.models.guard_kinds import Guard

_MODULES = (
    positions,
    turns,
    principles,
    partners,
    partner_imports,
    directory,
    accounts,
    merges,
    acceptances,
    rounds,
    consultations,
    proposals,
    postings,
    applications,
    subscriptions,
    meetings,
    newsletters,
    answers,
    publications,
    problem_reports,
    schedules,
    deliveries,
    letters,
    returns,
    coalition,
    record,
    row_codes,
    sealing,
    public_log,
    revisions,
    words,
    worker,
    restorations,
)

_OWN: tuple[Guard, ...] = tuple(guard for module in _MODULES for guard in module.GUARDS)
_FROZEN = {guard.table: guard for guard in _OWN if guard.name == f"{guard.table}_frozen"}


def ensure_all_decided(tables: set[str]) -> None:
    """Refuse tables of which no model says what of them is frozen and whether their rows stay."""
    undecided = tables - set(_FROZEN)
    if undecided:
        raise RuntimeError(f"tables without `guarded(…)` in their module: {', '.join(sorted(undecided))}")


ensure_all_decided(set(Base.metadata.tables))
row_codes.ensure_tables_decided(set(Base.metadata.tables))

MOVES = revisions.moves_of({name: tuple(table.columns.keys()) for name, table in Base.metadata.tables.items()})
OF_CONSTRAINTS = tuple(constraint_guards(Base.metadata.sorted_tables, _FROZEN))
GUARDS: tuple[Guard, ...] = (*OF_CONSTRAINTS, *_OWN)
