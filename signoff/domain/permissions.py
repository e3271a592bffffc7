"""Who may do what: the one table that pages, services, API and commands ask."""

from dataclasses import dataclass
from enum import StrEnum

from signoff.domain.errors import NotAllowed


class Role(StrEnum):
    """A staff member's role; roles combine and none implies another."""

    DRAFTER = "drafter"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """Something staff do."""

    READ = "read staff pages"
    DRAFT = "start positions and save versions"
    ASK_REVIEW = "ask a reviewer"
    CHECK = "record findings and complete checks"
    MOVE = "move positions to a newer principles edition"
    TEND_WORDS = "change the words that suggestions look for"
    CONSULT = "invite and settle comments"
    ASK = "open, extend or recall rounds, or remind"
    SETTLE = "accept a proposed name or a referral"
    LET_THROUGH = "show partners' descriptions, logos and notices on public pages"
    CONFIRM_CONTACT = "confirm a contact's new address"
    PUBLISH = "publish and retire positions"
    OPEN_SIGN_ON = "open a position for applications"
    SCHEDULE = "schedule the sending of a round or a publication, or cancel it"
    REMOVE_NAME = "remove a name"
    DELIVER = "deliver a published position"
    SETTLE_REPORTS = "settle reports about public lists"
    TELL_PARTNERS = "plan partner meetings, write newsletters, and email contacts about them"
    TEND_LETTERS = "retry or cancel emails, or resume their sending"
    MANAGE_USERS = "manage users"
    MANAGE_PARTNERS = "manage partners and contacts"
    DECIDE_APPLICATIONS = "accept, link or reject applications"
    MANAGE_EDITIONS = "draft and adopt principles editions"
    MANAGE_COALITION = "describe the Coalition"
    SEE_SYSTEM = "see how the installation is running"
    MANAGE_TOKENS = "make API tokens for others"
    OPEN_RESTORED = "open public pages after a restore"
    ERASE = "erase what is stored about a person"


ALLOWED: dict[Act, frozenset[Role]] = {
    Act.READ: frozenset(Role),
    Act.DRAFT: frozenset({Role.DRAFTER}),
    Act.ASK_REVIEW: frozenset({Role.DRAFTER}),
    Act.CHECK: frozenset({Role.REVIEWER}),
    Act.MOVE: frozenset({Role.DRAFTER, Role.ADMINISTRATOR}),
    Act.TEND_WORDS: frozenset({Role.REVIEWER, Role.ADMINISTRATOR}),
    Act.CONSULT: frozenset({Role.DRAFTER}),
    Act.ASK: frozenset({Role.PUBLISHER}),
    Act.SETTLE: frozenset({Role.PUBLISHER}),
    Act.LET_THROUGH: frozenset({Role.PUBLISHER}),
    Act.CONFIRM_CONTACT: frozenset({Role.PUBLISHER, Role.ADMINISTRATOR}),
    Act.PUBLISH: frozenset({Role.PUBLISHER}),
    Act.OPEN_SIGN_ON: frozenset({Role.PUBLISHER}),
    Act.SCHEDULE: frozenset({Role.PUBLISHER}),
    Act.REMOVE_NAME: frozenset({Role.PUBLISHER}),
    Act.DELIVER: frozenset({Role.PUBLISHER}),
    Act.SETTLE_REPORTS: frozenset({Role.PUBLISHER}),
    Act.TELL_PARTNERS: frozenset({Role.PUBLISHER}),
    Act.TEND_LETTERS: frozenset({Role.PUBLISHER, Role.ADMINISTRATOR}),
    Act.MANAGE_USERS: frozenset({Role.ADMINISTRATOR}),
    Act.MANAGE_PARTNERS: frozenset({Role.ADMINISTRATOR}),
    Act.DECIDE_APPLICATIONS: frozenset({Role.ADMINISTRATOR}),
    Act.MANAGE_EDITIONS: frozenset({Role.ADMINISTRATOR}),
    Act.MANAGE_COALITION: frozenset({Role.ADMINISTRATOR}),
    Act.SEE_SYSTEM: frozenset({Role.ADMINISTRATOR}),
    Act.MANAGE_TOKENS: frozenset({Role.ADMINISTRATOR}),
    Act.OPEN_RESTORED: frozenset({Role.ADMINISTRATOR}),
    Act.ERASE: frozenset({Role.ADMINISTRATOR}),
}
# Roles that can name partners in public, or change who may: they need a second factor where the installation says so.
NEEDS_SECOND_FACTOR = frozenset({Role.PUBLISHER, Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Actor:
    """Who acts: a user with roles, a contact through a link, a stranger by mail, the operator, the worker, or no one.

    `kind` is user, contact, applicant, subscriber, operator, worker or no one; `id` is the row's id for the first four.
    """

    kind: str
    id: int | None = None
    roles: frozenset[Role] = frozenset()

    @property
    def label(self) -> str:
        """How the record names this actor: no name, so that people can be erased."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


OPERATOR = Actor("operator", roles=frozenset({Role.ADMINISTRATOR}))
WORKER = Actor("worker")
NOBODY = Actor("nobody")  # has not signed in; nothing is recorded in this name


def may(actor: Actor, act: Act) -> bool:
    """Whether this actor's roles allow the act."""
    return bool(actor.roles & ALLOWED[act])


def ensure_own(actor: Actor, owner: Actor, sentence: str) -> None:
    """Refuse with NotAllowed, and this sentence, anyone but the one whose own matter it is."""
    if actor.label != owner.label:
        raise NotAllowed(sentence)


def ensure_own_or_may(actor: Actor, owner: Actor, act: Act) -> None:
    """Refuse with NotAllowed anyone who is neither the one whose own matter it is nor allowed the act for others."""
    if actor.label != owner.label:
        ensure_may(actor, act)


def ensure_may(actor: Actor, act: Act) -> None:
    """Refuse with NotAllowed an actor whose roles do not allow the act."""
    if not may(actor, act):
        raise NotAllowed(f"Your roles do not allow you to {act.value}.")
