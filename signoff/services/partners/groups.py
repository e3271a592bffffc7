"""Groups of partners that can be asked together, and whom each of them leaves out and why."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.partners.places import state_name
from signoff.models import Contact, Partner, PartnerPlace, PartnerTag
from signoff.models.partners import LEVELS
from signoff.services.partners.register import MAY_BE_ASKED, PartnerFilter, has_contact, ids_in_any_state, ids_of
from signoff.services.partners.segments import filter_of, segments

FOUND = "found:"  # before the words of a search
LEFT = "has left the Coalition"
NO_CONTACT = "has no contact with an email address"
READS_ONLY = "has no contact who may answer"
LATER = "is asked, but cannot answer until a contact’s address is confirmed"


@dataclass(frozen=True)
class PartnerGroup:
    """Partners that can be chosen together: by which key, in which words, and whom.

    `remarks` are names of partners of the group that are not asked, or cannot answer at once, each with why.
    """

    key: str
    words: str
    ids: frozenset[int]
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Register:
    """Whom groups can hold: who may be asked, of whom there is something to say, and the levels of all present."""

    able: Collection[int]
    remarks: Mapping[int, tuple[str, str]]
    levels: Mapping[int, str | None]


def groups(
    session: Session, *, at: datetime, besides: Collection[int] = (), searches: Iterable[str] = ()
) -> list[PartnerGroup]:
    """All present partners that someone may answer for, those of each level, tag and state, of each segment and search.

    `besides` are left out of all. Groups in which no one can be asked are left out, but for segments.
    """
    register = _read(session, at, besides)
    members: dict[str, set[int]] = {"all": set(register.levels)}
    members |= {f"level:{level}": {n for n, own in register.levels.items() if own == level} for level in LEVELS}
    for number, tag in session.execute(select(PartnerTag.partner_id, PartnerTag.tag).order_by(PartnerTag.tag)):
        members.setdefault(f"tag:{tag}", set()).add(number)
    places = select(PartnerPlace.partner_id, PartnerPlace.state).where(PartnerPlace.until.is_(None))
    for number, code in sorted(session.execute(places), key=lambda row: state_name(row.state)):
        members.setdefault(f"state:{code}", set()).add(number)
    usual = [_group(register, key, _group_words(key), ids) for key, ids in members.items()]
    kept = [
        _group(register, f"segment:{segment.id}", segment.name, ids_in_any_state(session, filter_of(segment)))
        for segment in segments(session)
    ]
    found = [
        _group(register, f"{FOUND}{words}", f"every partner found for “{words}”", ids_of(session, PartnerFilter(words)))
        for words in searches
    ]
    return [*(group for group in (*usual, *found) if group.ids), *kept]


def _group(register: _Register, key: str, words: str, members: Iterable[int]) -> PartnerGroup:
    own = list(members)
    remarks = sorted((register.remarks[n] for n in own if n in register.remarks), key=lambda one: one[0].casefold())
    return PartnerGroup(key, words, frozenset(n for n in own if n in register.able), tuple(remarks))


def _group_words(key: str) -> str:
    kind, _, name = key.partition(":")
    if kind == "state":
        return state_name(name)
    return {"all": "all partners", "level": f"{name} level", "tag": f"tagged “{name}”"}[kind]


def _read(session: Session, at: datetime, besides: Collection[int]) -> _Register:
    at_once = has_contact(Contact.may_answer == 1, Contact.answers_from <= at)
    columns = (Partner.id, Partner.name, Partner.level, Partner.left_at, MAY_BE_ASKED, has_contact(), at_once)
    rows = session.execute(select(*columns).where(Partner.merged_into_id.is_(None)))
    able: set[int] = set()
    remarks: dict[int, tuple[str, str]] = {}
    levels: dict[int, str | None] = {}
    for number, name, level, left_at, may_be_asked, is_reached, answers_now in rows:
        if number in besides:
            continue
        if left_at is not None:
            remarks[number] = (name, LEFT)
            continue
        levels[number] = level
        if may_be_asked:
            able.add(number)
        if not answers_now:
            why = LATER if may_be_asked else READS_ONLY if is_reached else NO_CONTACT
            remarks[number] = (name, why)
    return _Register(able, remarks, levels)
