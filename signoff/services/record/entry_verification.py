"""Verifies the record's entries: each as the program wrote it, none twice, and lists that name who approved last."""

import json
from collections.abc import Iterator, Set
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import Verdict
from signoff.domain.time import rfc3339
from signoff.evidence.canonical import canonical_json
from signoff.evidence.codes import SealingKeys
from signoff.models import Entry, Position, Publication, StaffRole, StaffUser, Version
from signoff.models.publications import signatory
from signoff.services.record.sealing import ANSWER_KINDS

_KEYS = {"format", "kind", "at", "by", "facts", "salt"}
_ENDINGS = {
    Verdict.WITHDRAW: "a withdrawal",
    Verdict.CONTEST: "that it never approved",
    Verdict.REMOVE: "taken away by staff",
    Verdict.DECLINE: "a decline",
    Verdict.ABSTAIN: "an abstention",
}


def facts_in(entry: Entry) -> dict[str, Any] | None:
    """The facts of an entry; None when they cannot be read."""
    try:
        facts = json.loads(entry.body)["facts"]
    except (ValueError, KeyError, TypeError):
        return None
    return facts if isinstance(facts, dict) else None


class EntryWalk:
    """One walk over all entries: what is wrong with them, and what was answered last."""

    def __init__(self, session: Session, keys: SealingKeys, told: Set[int]) -> None:
        """`told` are the ids of the entries that an answer goes with."""
        self.entries = 0
        self._session, self._keys, self._told = session, keys, told
        self._slugs = dict(session.execute(select(Position.id, Position.slug)).all())
        self._last: dict[tuple[str, int, str], tuple[int, str]] = {}
        self._roles: dict[int, list[str]] = {}
        self._bodies = set[int]()

    def wrong(self) -> Iterator[str]:
        """Every sentence about an entry; entries are named by their number in the record, as staff read it."""
        query = select(Entry).order_by(Entry.id).execution_options(yield_per=500)
        for entry in self._session.scalars(query):
            self.entries += 1
            yield from (f"Entry {entry.id} of the record {problem}" for problem in self._wrong_with(entry))
            if (said := hash(entry.body)) in self._bodies:
                yield f"Entry {entry.id} of the record repeats an earlier one."
            self._bodies.add(said)

    def _wrong_with(self, entry: Entry) -> Iterator[str]:
        if not self._keys.are_codes_of_entries([(entry.leaf, entry.code)]):
            yield "does not have the code of this installation."
        try:
            body = json.loads(entry.body)
        except ValueError:
            yield "cannot be read."
            return
        if not isinstance(body, dict) or set(body) != _KEYS or not isinstance(body["facts"], dict):
            yield "lacks what an entry consists of."
            return
        if canonical_json(body) != entry.body:
            yield "is not in canonical form."
        facts = body["facts"]
        if (body["kind"], body["at"], body["by"]) != (entry.kind, rfc3339(entry.at), entry.actor):
            yield "has columns that disagree with its body."
        yield from self._wrong_with_place(entry, facts)
        if body["kind"] in ("user_added", "user_changed"):
            self._roles[facts.get("user", 0)] = facts.get("roles", [])
        if body["kind"] in ANSWER_KINDS:
            self._note_answer(facts)
            if entry.id not in self._told:
                yield f"tells of an answer that is not there{_about(facts)}."

    def _wrong_with_place(self, entry: Entry, facts: dict[str, Any]) -> Iterator[str]:
        if entry.position_id is not None and entry.position_id not in self._slugs:
            yield f"is about the position “{facts.get('position', '')}”, which is not there."
        elif (entry.position_id is None) != ("position" not in facts):
            yield "is kept beside another position than it is about."

    def _note_answer(self, facts: dict[str, Any]) -> None:
        try:
            about = (facts["position"], facts["version"], facts["partner"])
            said = (facts["sequence"], facts["verdict"])
        except KeyError:
            return
        self._last[about] = max(said, self._last.get(about, said))

    def wrong_with_roles(self, session: Session) -> Iterator[str]:
        """A sentence for each staff account that has other roles than it was given by the last entry about them."""
        held = dict[int, list[str]]()
        having = select(StaffRole.user_id, StaffRole.role).where(StaffRole.ended_at.is_(None))
        for user, role in session.execute(having):
            held.setdefault(user, []).append(role)
        names = dict(session.execute(select(StaffUser.id, StaffUser.name)).all())
        for user in sorted(self._roles.keys() | held.keys()):
            if sorted(held.get(user, [])) != sorted(self._roles.get(user, [])):
                yield f"{names.get(user, 'A staff account that is gone')} has other roles than the record says."

    def wrong_with_lists(self, session: Session) -> Iterator[str]:
        """A sentence for each name on a public list that does not stand by its partner's last answer in the record."""
        if "signatory" not in inspect(session.connection()).get_view_names():
            return  # said of the view itself
        rows = session.execute(
            select(Publication, signatory.c.public_name, signatory.c.partner)
            .join(signatory, signatory.c.publication_id == Publication.id)
            .join(Version, Version.id == Publication.version_id)
            .join(Position, Position.id == Publication.position_id)
            .order_by(Publication.id, signatory.c.partner)
        )
        for publication, name, slug in rows:
            number, position = publication.version.number, publication.position.slug
            _, verdict = self._last.get((position, number, slug), (0, ""))
            if verdict != Verdict.APPROVE:
                last = (
                    f"whose last answer is {_ENDINGS[Verdict(verdict)]}"
                    if verdict
                    else "which the record has not asked"
                )
                yield f"The list of version {number} of “{position}” names {name}, {last}."


def _about(facts: dict[str, Any]) -> str:
    try:
        return f": {facts['verdict']} of {facts['partner']} to version {facts['version']} of “{facts['position']}”"
    except KeyError:
        return ""
