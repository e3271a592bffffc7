"""An entry of the record as a sentence for people, made from its facts alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from sqlalchemy.orm import Session

from signoff.domain.answers.answers import Verdict
from signoff.domain.phrasing import counted
from signoff.models import Entry
from signoff.services.accounts.users import user_names
from signoff.services.record.beside import Beside, beside
from signoff.services.record.record import facts_of, partner_names_in
from signoff.web.record_sentences import SENTENCES

# Who acts besides a staff member.
OTHERS = {
    "contact": "a partner's contact",
    "applicant": "an applicant",
    "subscriber": "a subscriber",
    "operator": "the command line",
    "worker": "the background worker",
}


@dataclass(frozen=True)
class Activity:
    """One or several entries as one line: the newest of them, what they say, and who did it.

    Of several, `oldest` is the first of them, and `names` are the partners they tell of, newest first. Of one,
    `beside` is what people said and can have erased.
    """

    entry: Entry
    sentence: str
    by: str
    oldest: Entry | None = None
    names: tuple[str, ...] = ()
    beside: Beside = Beside()


def activities(session: Session, entries: Sequence[Entry]) -> list[Activity]:
    """One line for each entry, with the names of partners and users as they are now."""
    return _lines(session, entries, partner_names_in(session, entries))


def _lines(session: Session, entries: Sequence[Entry], partners: Mapping[str, str]) -> list[Activity]:
    users, words = user_names(session), beside(session, entries)
    return [
        Activity(entry, _sentence(entry, partners, users), _by(entry, users), beside=words.get(entry.id, Beside()))
        for entry in entries
    ]


def activity_line(session: Session, entries: Sequence[Entry], *, zone: tzinfo) -> list[Activity]:
    """The same, newest first, with likes gathered into one line: a reviewer's findings, one day's approvals."""
    partners = partner_names_in(session, entries)
    groups: list[list[Activity]] = []
    for line in _lines(session, entries, partners):
        if groups and _are_alike(groups[-1][-1].entry, line.entry, zone):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_gathered(group, partners) for group in groups]


def _gathered(group: Sequence[Activity], partners: Mapping[str, str]) -> Activity:
    newest, oldest = group[0], group[-1].entry
    if len(group) == 1:
        return newest
    facts = facts_of(newest.entry)
    if newest.entry.kind == "finding_recorded":
        return replace(newest, sentence=f"{counted(len(group), 'finding').capitalize()} on version {facts['version']}")
    slugs = [facts_of(line.entry)["partner"] for line in group]
    names = tuple(dict.fromkeys(partners.get(slug, slug) for slug in slugs))
    said = f"{counted(len(names), 'partner').capitalize()} approved version {facts['version']}"
    return replace(newest, sentence=said, by="", oldest=oldest, names=names, beside=Beside())


def _are_alike(newer: Entry, older: Entry, zone: tzinfo) -> bool:
    one, other = facts_of(newer), facts_of(older)
    if newer.kind != older.kind or (newer.position_id, one.get("version")) != (older.position_id, other.get("version")):
        return False
    if newer.kind == "finding_recorded":
        return newer.actor == older.actor
    if newer.kind != "partner_answered" or not one["verdict"] == other["verdict"] == Verdict.APPROVE:
        return False
    days = {entry.at.astimezone(zone).date() for entry in (newer, older)}
    return len(days) == 1 and one["partner"] != other["partner"]


def _sentence(entry: Entry, partners: Mapping[str, str], users: Mapping[int, str]) -> str:
    facts = facts_of(entry)
    if "user" in facts:
        facts["user"] = users.get(facts["user"], facts["user"])
    if "partner" in facts:
        facts["partner"] = partners.get(facts["partner"], facts["partner"])
    if "double" in facts:
        facts["double"] = partners.get(facts["double"], facts["double"])
    return SENTENCES[entry.kind](facts)


def _by(entry: Entry, users: Mapping[int, str]) -> str:
    kind, _, number = entry.actor.partition(":")
    if kind == "user":
        return users.get(int(number), f"user {number}")
    return OTHERS[kind]
