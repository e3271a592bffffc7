"""Lays the triggers that move revisions: on SQLite after each row, on PostgreSQL when the transaction commits."""

from dataclasses import dataclass

from signoff.models.guards import MOVES
from signoff.models.revisions import SITE, Moves

# One at a time, and last of all locks: what a transaction looks for here (is this version public?) stays true until it
# has committed, and none that waits here is waited for.
_LOCK = 7_316_402
_INSERTED = "INSERT INTO public_revision (scope, token)"
_REPLACED = "ON CONFLICT (scope) DO UPDATE SET token = excluded.token"
_ACTS = {"INSERT": ("NEW",), "UPDATE": ("NEW", "OLD"), "DELETE": ("OLD",)}


@dataclass(frozen=True)
class RevisionTrigger:
    """A trigger with the statement that makes it; on PostgreSQL it calls a function of its name with this body."""

    name: str
    statement: str
    body: str = ""


def revision_triggers(dialect: str) -> list[RevisionTrigger]:
    """All triggers that move revisions on this kind of database, with their statements as it gives them back."""
    if dialect == "sqlite":
        return [_on_sqlite(moves, act) for moves in MOVES for act in _ACTS]
    return [_on_postgresql(moves) for moves in MOVES]


def _on_sqlite(moves: Moves, act: str) -> RevisionTrigger:
    name = f"{moves.table}_{act.lower()}_moves"
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in moves.shown)
    wanted = [f"({changed})"] if act == "UPDATE" else []
    wanted += [f"{_ACTS[act][0]}.{moves.only_with} IS NOT NULL"] if moves.only_with else []
    when = f"WHEN {' AND '.join(wanted)} " if wanted else ""
    moved = " UNION ".join(_scopes(moves, row) for row in _ACTS[act])
    statement = (
        f"CREATE TRIGGER {name} AFTER {act} ON {moves.table} {when}BEGIN "
        f"{_INSERTED} SELECT scope, hex(randomblob(16)) FROM ({moved}) WHERE true {_REPLACED}; END"
    )
    return RevisionTrigger(name, statement)


def _on_postgresql(moves: Moves) -> RevisionTrigger:
    name = f"{moves.table}_moves"
    same = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM OLD.{column}" for column in moves.shown)
    none = ""
    if moves.only_with:
        none = f"IF TG_OP <> 'DELETE' THEN IF NEW.{moves.only_with} IS NULL THEN RETURN NULL; END IF; END IF; "
    body = (
        f" BEGIN {none}IF TG_OP = 'UPDATE' THEN IF {same} THEN RETURN NULL; END IF; END IF; "
        f"PERFORM pg_advisory_xact_lock({_LOCK}); "
        f"IF TG_OP <> 'DELETE' THEN {_moved_once(_scopes(moves, 'NEW'))} END IF; "
        f"IF TG_OP <> 'INSERT' THEN {_moved_once(_scopes(moves, 'OLD'))} END IF; RETURN NULL; END "
    )
    # Deferred: a revision is locked when everything else is done, and for no longer than committing takes.
    statement = (
        f"CREATE CONSTRAINT TRIGGER {name} AFTER INSERT OR DELETE OR UPDATE ON {moves.table} "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
    return RevisionTrigger(name, statement, body)


def _moved_once(scopes: str) -> str:
    # Ten thousand rows of one transaction move a revision once: each further version of one row would cost more, and
    # so would each try to add one that is there.
    return (
        f"{_INSERTED} SELECT moved.scope, gen_random_uuid()::text FROM ({scopes}) moved "
        "WHERE NOT EXISTS (SELECT 1 FROM public_revision own "
        f"WHERE own.scope = moved.scope AND own.xmin = pg_current_xact_id()::xid) {_REPLACED};"
    )


def _scopes(moves: Moves, row: str) -> str:
    if not moves.position:
        return " UNION ".join(f"SELECT {scope} AS scope" for scope in moves.scopes)
    position = moves.position.format(row=row)
    return f"SELECT position_id AS scope FROM ({position}) one UNION SELECT {SITE} FROM ({position}) one"
