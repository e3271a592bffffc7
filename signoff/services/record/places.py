"""Says where a fault is: by position and version number, by partner, by entry; never by a row's id."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import RowMapping, Table, select
from sqlalchemy.orm import Session

from signoff.models import (
    Answer,
    Authenticator,
    Base,
    Contact,
    Criterion,
    Link,
    Partner,
    Position,
    PrinciplesEdition,
    Publication,
    Request,
    SignOn,
    StaffUser,
    Version,
)

_POINTERS = (
    *("answer_id", "request_id", "link_id", "contact_id", "criterion_id", "publication_id", "authenticator_id"),
    "sign_on_id",
)
_NAMES = ("name", "full_name", "recipient", "title", "subject", "word")


class Places:
    """What the rows of a database are about, looked up once for all of them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ranks = dict[str, dict[tuple[Any, ...], int]]()
        self._slugs = _by_id(session, Position.id, Position.slug)
        self._partners = _by_id(session, Partner.id, Partner.name)
        self._versions = _by_id(session, Version.id, Version.position_id, Version.number)
        self._users = _by_id(session, StaffUser.id, StaffUser.name)
        self._editions = _by_id(session, PrinciplesEdition.id, PrinciplesEdition.number)
        requests = _by_id(session, Request.id, Request.version_id, Request.partner_id)
        self._requests = {key: {"version_id": version, "partner_id": who} for key, (version, who) in requests.items()}
        answers = _by_id(session, Answer.id, Answer.version_id, Answer.partner_id)
        self._answers = {key: {"version_id": version, "partner_id": who} for key, (version, who) in answers.items()}
        self._links = {
            key: self._requests.get(one, {}) for key, one in _by_id(session, Link.id, Link.request_id).items()
        }
        self._contacts = {
            key: {"partner_id": who} for key, who in _by_id(session, Contact.id, Contact.partner_id).items()
        }
        publications = _by_id(session, Publication.id, Publication.version_id)
        self._publications = {key: {"version_id": version} for key, version in publications.items()}
        criteria = _by_id(session, Criterion.id, Criterion.edition_id)
        self._criteria = {key: {"edition_id": edition} for key, edition in criteria.items()}

        owners = _by_id(session, Authenticator.id, Authenticator.user_id)
        self._authenticators = {key: {"user_id": who} for key, who in owners.items()}
        openings = _by_id(session, SignOn.id, SignOn.position_id)
        self._openings = {key: {"position_id": position} for key, position in openings.items()}

    def version(self, version_id: int) -> str:
        """A version in words: “version 2 of ‘fund-it’”."""
        position, number = self._versions.get(version_id, (0, 0))
        if not number:
            return "a version that is gone"
        position_slug = self._slugs.get(position)
        return f"version {number} of " + (f"“{position_slug}”" if position_slug else "a position that is gone")

    def partner(self, partner_id: int) -> str:
        """A partner by its name."""
        return str(self._partners.get(partner_id, "a partner that is gone"))

    def called(self, table: str, noun: str, row: RowMapping) -> str:
        """What a row is called at the beginning of a sentence; one that nothing names, by its rank among its kind."""
        own = {
            "cosignature": lambda: f"A cosignature of the head of {row['size']} leaves",
            "entry": lambda: f"Entry {row['id']} of the record",
            "leaf": lambda: f"Leaf {row['number']} of the record",
            "log_leaf": lambda: f"Leaf {row['number']} of the log",
            "version": lambda: self.version(row["id"])[0].upper() + self.version(row["id"])[1:],
            "partner": lambda: f"The partner {row['name']}",
            "position": lambda: f"The position “{row['slug']}”",
            "principles_edition": lambda: f"Edition {row['number']} of the principles",
        }
        if table in own:
            return own[table]()
        about = self._about(row)
        if any(is_there for _, is_there in about):
            return f"The {noun}{''.join(part for part, _ in about)}"
        return f"The {_nth(self._rank(table, row))} {noun}{''.join(f',{part},' for part, _ in about[:1])}"

    def _rank(self, table: str, row: RowMapping) -> int:
        """How many rows of its table a row comes after, itself counted. All are ranked once: all may be wrong."""
        key: Table = Base.metadata.tables[table]
        columns = list(key.primary_key.columns)
        if table not in self._ranks:
            rows = self._session.execute(select(*columns).order_by(*columns))
            self._ranks[table] = {tuple(one): rank for rank, one in enumerate(rows, 1)}
        return self._ranks[table][tuple(row[column.name] for column in columns)]

    def _about(self, row: RowMapping) -> list[tuple[str, bool]]:
        """What a row is about, in words that follow its noun, each with whether that is there."""
        known: dict[str, Any] = dict(row)
        pointed = (
            self._answers,
            self._requests,
            self._links,
            self._contacts,
            self._criteria,
            self._publications,
            self._authenticators,
            self._openings,
        )
        for name, other in zip(_POINTERS, pointed, strict=True):
            known = {**other.get(row.get(name) or 0, {}), **known}
        known.setdefault("partner_id", row.get("from_id"))  # of a merge of partners
        called = next((row[name] for name in _NAMES if row.get(name)), "")
        return [*([(f" “{called}”", True)] if called else []), *self._parts(known)]

    def _parts(self, known: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
        version, position, edition = (known.get(name) for name in ("version_id", "position_id", "edition_id"))
        if version in self._versions or (version is not None and position is None):
            yield f" of {self.version(version)}", self._versions.get(version, (0, 0))[0] in self._slugs
        elif position is not None:
            there = position in self._slugs
            yield f" of “{self._slugs[position]}”" if there else " of a position that is gone", there
        elif edition in self._editions:
            yield f" of edition {self._editions[edition]}", True
        if (partner := known.get("partner_id")) is not None:
            yield f" of {self.partner(partner)}", partner in self._partners
        if (user := known.get("user_id")) is not None:
            yield f" of {self._users.get(user, 'a staff account that is gone')}", user in self._users


def _nth(rank: int) -> str:
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def _by_id(session: Session, key: Any, *values: Any) -> dict[int, Any]:
    rows = session.execute(select(key, *values))
    return {number: one[0] if len(one) == 1 else tuple(one) for number, *one in rows}
