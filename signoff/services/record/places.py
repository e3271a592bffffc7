"""Says where a fault is: by position and version number, by partner, by entry; never by a row's id."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from signoff.models import (
    Answer,
    Authenticator,
    Contact,
    Criterion,
    Link,
    Partner,
    Position,
    PrinciplesEdition,
    Publication,
    Request,
    StaffUser,
    Version,
)

_POINTERS = ("answer_id", "request_id", "link_id", "contact_id", "criterion_id", "publication_id", "authenticator_id")


class Places:
    """What the rows of a database are about, looked up once for all of them."""

    def __init__(self, session: Session) -> None:
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
        """What a row is called at the beginning of a sentence."""
        own = {
            "version": lambda: self.version(row["id"])[0].upper() + self.version(row["id"])[1:],
            "partner": lambda: f"The partner {row['name']}",
            "position": lambda: f"The position “{row['slug']}”",
            "principles_edition": lambda: f"Edition {row['number']} of the principles",
        }
        return own[table]() if table in own else f"The {noun}{self.about(row)}"

    def about(self, row: RowMapping) -> str:
        """What a row is about, in words that follow its noun; empty when it is about nothing else."""
        known: dict[str, Any] = dict(row)
        pointed = (
            self._answers,
            self._requests,
            self._links,
            self._contacts,
            self._criteria,
            self._publications,
            self._authenticators,
        )
        for name, other in zip(_POINTERS, pointed, strict=True):
            known = {**other.get(row.get(name) or 0, {}), **known}
        known.setdefault("partner_id", row.get("from_id"))  # of a merge of partners
        names = ("name", "full_name", "recipient", "title", "subject", "word")
        called = next((row[name] for name in names if row.get(name)), "")
        return "".join([f" “{called}”" if called else "", *self._parts(known)])

    def _parts(self, known: Mapping[str, Any]) -> Sequence[str]:
        parts = []
        if known.get("version_id") is not None:
            parts.append(f" of {self.version(known['version_id'])}")
        elif known.get("position_id") is not None:
            parts.append(f" of “{self._slugs.get(known['position_id'], 'a position that is gone')}”")
        if known.get("edition_id") in self._editions and not parts:
            parts.append(f" of edition {self._editions[known['edition_id']]}")
        if known.get("partner_id") is not None:
            parts.append(f" of {self.partner(known['partner_id'])}")
        if known.get("user_id") is not None:
            parts.append(f" of {self._users.get(known['user_id'], 'a staff account that is gone')}")
        return parts


def _by_id(session: Session, key: Any, *values: Any) -> dict[int, Any]:
    rows = session.execute(select(key, *values))
    return {number: one[0] if len(one) == 1 else tuple(one) for number, *one in rows}
