"""Finds facts for many letters at once: the same few queries for one letter as for a hundred."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from signoff.domain.letters import PROVEN, LetterKind
from signoff.letters.news_queries import NewsletterNews, SubscriberNews
from signoff.letters.undelivered import Undelivered, undelivered_of
from signoff.models import (
    Answer,
    Coalition,
    Complaint,
    Letter,
    Link,
    Partner,
    Publication,
    Request,
    ReviewAssignment,
    Round,
    StaffUser,
    Version,
    VersionCheck,
)
from signoff.models.publications import signatory
from signoff.models.rounds import request_state
from signoff.services.answers.current_answers import public_names_of
from signoff.services.outbox.complaints import open_complaints
from signoff.services.outbox.heard import has_told
from signoff.services.positions.checks import checks_that_count
from signoff.services.positions.reviewers import assignments
from signoff.services.publications.partner_proofs import proofs_of
from signoff.services.rounds.deadlines import count_round_acts
from signoff.services.rounds.previous_versions import KnownVersion, known_before

_Pair = tuple[int, int]  # a version's id and a partner's


def partner_id_of(letter: Letter) -> int | None:
    """The partner that a letter is about; letters to staff are about the partner of whatever they tell of."""
    # What it tells of comes first: a contact may hear of a question that was asked under its partner's other entry.
    about = letter.link or letter.answer or letter.comment or letter.referral or letter.proposal
    whose = about or letter.contact or letter.changed_contact
    return whose.partner_id if whose else None


class LetterBatch:
    """What the letters of a batch share: each query runs once for all of them, when the first letter needs it."""

    def __init__(self, session: Session, letters: Sequence[Letter]) -> None:
        self.session = session
        self._letters = letters
        self._version_ids = {letter.version_id for letter in letters if letter.version_id is not None}
        self._partners_of: dict[int | None, set[int]] = defaultdict(set)
        for letter in letters:
            if partner_id := partner_id_of(letter):
                self._partners_of[letter.version_id].add(partner_id)
        self._partner_ids = set[int]().union(*self._partners_of.values())
        self._known: dict[int, dict[int, KnownVersion]] = {}
        self._names: dict[int, list[str]] | None = None
        self._users: dict[int, StaffUser] = {}

    @cached_property
    def coalition(self) -> Coalition:
        """The Coalition."""
        return self.session.get_one(Coalition, 1)

    @cached_property
    def partners(self) -> dict[int, Partner]:
        """The partners concerned, by id."""
        result = self.session.scalars(select(Partner).where(Partner.id.in_(self._partner_ids)))
        return {partner.id: partner for partner in result}

    @cached_property
    def complaints(self) -> Mapping[int, Complaint]:
        """The complaints that no one has settled, by the contact's id."""
        return open_complaints(self.session)

    @cached_property
    def rounds(self) -> dict[int, Round]:
        """The rounds, by the version they ask about."""
        return self._by_version(Round)

    @cached_property
    def publications(self) -> dict[int, Publication]:
        """The publications, also those that have ended, by version."""
        return self._by_version(Publication)

    @cached_property
    def answered_at(self) -> dict[int | None, datetime]:
        """When each link of the letters was last answered by."""
        links = {letter.link_id for letter in self._letters if letter.link_id is not None}
        latest = select(Answer.link_id, func.max(Answer.at)).where(Answer.link_id.in_(links))
        return {row.link_id: row[1] for row in self.session.execute(latest.group_by(Answer.link_id))}

    @cached_property
    def replacing(self) -> set[int]:
        """The links of the letters that replace an earlier one of the same contact to the same request."""
        earlier = aliased(Link)
        is_earlier = and_(
            earlier.request_id == Link.request_id, earlier.contact_id == Link.contact_id, earlier.id < Link.id
        )
        links = {letter.link_id for letter in self._letters if letter.link_id is not None}
        return set(self.session.scalars(select(Link.id).join(earlier, is_earlier).where(Link.id.in_(links))))

    @cached_property
    def requests(self) -> dict[_Pair, Request]:
        """The requests, by version and partner."""
        query = select(Request).where(
            Request.version_id.in_(self._version_ids), Request.partner_id.in_(self._partner_ids)
        )
        result = self.session.scalars(query.options(lazyload("*")))
        return {(request.version_id, request.partner_id): request for request in result}

    @cached_property
    def request_states(self) -> dict[_Pair, str]:
        """The state of each request, by version and partner."""
        return self._by_pair(request_state, request_state.c.status)

    @cached_property
    def public_names(self) -> dict[_Pair, str]:
        """The names that are on published versions now, by version and partner."""
        return self._by_pair(signatory, signatory.c.public_name)

    @cached_property
    def round_acts(self) -> dict[int, int]:
        """How often something was done to the rounds of each position, by the position's id."""
        return count_round_acts(self.session, self._position_ids)

    @property
    def _position_ids(self) -> set[int]:
        return {letter.version.position_id for letter in self._letters if letter.version is not None}

    @cached_property
    def named_on_positions(self) -> set[_Pair]:
        """Which partners are named on which positions now, as pairs of the position's id and the partner's."""
        named = select(signatory.c.position_id, signatory.c.partner_id)
        where = signatory.c.position_id.in_(self._position_ids), signatory.c.partner_id.in_(self._partner_ids)
        return {(position_id, partner_id) for position_id, partner_id in self.session.execute(named.where(*where))}

    @cached_property
    def public_versions(self) -> dict[int, int]:
        """The number of the version that is public now, by the position's id."""
        rows = self.session.execute(
            select(Version.position_id, Version.number)
            .join(Publication, Publication.version_id == Version.id)
            .where(Version.position_id.in_(self._position_ids), Publication.ended_at.is_(None))
        )
        return dict(rows.all())

    @cached_property
    def asked_about_public(self) -> dict[_Pair, Round]:
        """The round that asked a partner about the version that is public now, by the position and the partner."""
        rows = self.session.execute(
            select(Round.position_id, Request.partner_id, Round)
            .join(Request, Request.version_id == Round.version_id)
            .join(Publication, Publication.version_id == Round.version_id)
            .where(Round.position_id.in_(self._position_ids), Request.partner_id.in_(self._partner_ids))
            .where(Request.dropped_at.is_(None), Publication.ended_at.is_(None))
        )
        return {(position_id, partner_id): asked for position_id, partner_id, asked in rows}

    @cached_property
    def public_titles(self) -> dict[int, str]:
        """The title of the version that is public now, by the position's id, where strangers asked about one."""
        positions: set[int | None] = {one.application.position.id for one in self._letters if one.application}
        positions |= {one.subscription.position_id for one in self._letters if one.subscription}
        rows = self.session.execute(
            select(Version.position_id, Version.title)
            .join(Publication, Publication.version_id == Version.id)
            .where(Version.position_id.in_(positions), Publication.ended_at.is_(None))
        )
        return dict(rows.all())

    @cached_property
    def news(self) -> SubscriberNews:
        """What those of the readers are told who subscribed."""
        return SubscriberNews(self.session, self._letters)

    @cached_property
    def newsletters(self) -> NewsletterNews:
        """What the newsletters tell."""
        return NewsletterNews(self.session)

    @cached_property
    def heard(self) -> set[tuple[int | None, int | None]]:
        """Which contacts were told that their partner is asked about which version, as pairs of ids."""
        contacts = {letter.contact_id for letter in self._letters if letter.contact_id is not None}
        told = select(Letter.version_id, Letter.contact_id).where(
            Letter.version_id.in_(self._version_ids),
            Letter.contact_id.in_(contacts),
            has_told(besides=[letter.id for letter in self._letters]),
        )
        return {(version_id, contact_id) for version_id, contact_id in self.session.execute(told)}

    @cached_property
    def signatory_counts(self) -> dict[int, int]:
        """How many partners are named on each version now."""
        count = select(signatory.c.version_id, func.count()).where(signatory.c.version_id.in_(self._version_ids))
        return dict(self.session.execute(count.group_by(signatory.c.version_id)).all())

    @cached_property
    def last_answers(self) -> dict[_Pair, int]:
        """The number of the last answer to each version of each partner whose answers the letters are about."""
        pairs = {(letter.answer.version_id, letter.answer.partner_id) for letter in self._letters if letter.answer}
        rows = self.session.execute(
            select(Answer.version_id, Answer.partner_id, func.max(Answer.sequence))
            .where(tuple_(Answer.version_id, Answer.partner_id).in_(pairs))
            .group_by(Answer.version_id, Answer.partner_id)
        )
        return {(version_id, partner_id): sequence for version_id, partner_id, sequence in rows}

    @cached_property
    def signers(self) -> dict[int, int]:
        """The contacts who gave the answers that the letters are about, by the link each used."""
        ids = [letter.answer.link_id for letter in self._letters if letter.answer and letter.answer.link_id]
        return dict(self.session.execute(select(Link.id, Link.contact_id).where(Link.id.in_(ids))).all())

    @cached_property
    def proofs(self) -> dict[int, str]:
        """The partners' proofs of the answers that letters bring proofs of, by the answer's id; those there can be."""
        telling = [letter for letter in self._letters if letter.kind in PROVEN and letter.contact_id is not None]
        return proofs_of(self.session, [letter.answer for letter in telling if letter.answer])

    @cached_property
    def undelivered(self) -> dict[int, list[Undelivered]]:
        """Whom no letter about these versions reaches, by version."""
        return undelivered_of(self.session, self._version_ids)

    @cached_property
    def newest_versions(self) -> dict[int, Version]:
        """The newest version of each position that the letters are about, by the position."""
        positions = {letter.version.position_id for letter in self._letters if letter.version}
        newest = select(func.max(Version.id)).where(Version.position_id.in_(positions)).group_by(Version.position_id)
        query = select(Version).where(Version.id.in_(newest)).options(joinedload(Version.saver))
        return {version.position_id: version for version in self.session.scalars(query)}

    @cached_property
    def checks(self) -> dict[int, VersionCheck]:
        """The check that counts for each of these newest versions, by the version."""
        return checks_that_count(self.session, list(self.newest_versions.values()))

    @cached_property
    def assignments(self) -> dict[int, ReviewAssignment]:
        """Who is asked by name to check these positions, by the position."""
        return assignments(self.session, self.newest_versions)

    def writer_of(self, letter: Letter) -> StaffUser | None:
        """Who at the Coalition writes a letter to others: who published, delivers or sends it, or who asks."""
        if letter.delivery is not None:
            return self._user(letter.delivery.delivered_by)
        if letter.newsletter is not None and letter.contact_id is not None:
            return self._user(letter.newsletter.sender_id) if letter.newsletter.sender_id else None
        if letter.kind == LetterKind.COMMITMENTS and letter.acceptance_link is not None:
            return self._user(letter.acceptance_link.asked_by)
        if letter.contact_id is None or letter.version_id is None:
            return None
        if letter.kind == LetterKind.PUBLISHED and letter.version_id in self.publications:
            return self._user(self.publications[letter.version_id].published_by)
        if letter.invitation is not None:
            return self._user(letter.invitation.invited_by)
        return self._user(self.rounds[letter.version_id].opened_by) if letter.version_id in self.rounds else None

    def _user(self, number: int) -> StaffUser:
        if number not in self._users:
            self._users[number] = self.session.get_one(StaffUser, number)
        return self._users[number]

    def names_to_approve(self, at: datetime) -> dict[int, list[str]]:
        """The names under which each partner may approve at the moment of the batch, by the partner's id."""
        if self._names is None:
            self._names = public_names_of(self.session, self._partner_ids, at=at)
        return self._names

    def known_before(self, version: Version) -> dict[int, KnownVersion]:
        """Which earlier version each partner knows, by partner; found once for each version."""
        if version.id not in self._known:
            self._known[version.id] = known_before(self.session, version, self._partners_of[version.id])
        return self._known[version.id]

    def _by_version(self, table: Any) -> dict[int, Any]:
        query = select(table).where(table.version_id.in_(self._version_ids)).options(lazyload("*"))
        return {row.version_id: row for row in self.session.scalars(query)}

    def _by_pair(self, view: Any, column: Any) -> dict[_Pair, Any]:
        rows = self.session.execute(
            select(view.c.version_id, view.c.partner_id, column).where(
                view.c.version_id.in_(self._version_ids), view.c.partner_id.in_(self._partner_ids)
            )
        )
        return {(version_id, partner_id): value for version_id, partner_id, value in rows}
