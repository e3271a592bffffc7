"""Which function writes which letter."""

from collections.abc import Callable

from signoff.domain.letters import LetterKind
from signoff.letters import accounts, compose, consulting, turns
from signoff.letters.blocks import Draft
from signoff.letters.facts import LetterFacts

COMPOSE: dict[LetterKind, Callable[[LetterFacts], Draft]] = {
    LetterKind.REQUEST: compose.request,
    LetterKind.REMINDER: turns.reminder,
    LetterKind.REPLACED: turns.replaced,
    LetterKind.DEADLINE_MOVED: turns.deadline_moved,
    LetterKind.RECALLED: turns.recalled,
    LetterKind.FRESH_LINK: turns.fresh_link,
    LetterKind.REFERRED: turns.referred,
    LetterKind.RECEIPT: compose.receipt,
    LetterKind.WITHDRAWN: compose.withdrawn,
    LetterKind.PUBLISHED: compose.published,
    LetterKind.CONTESTED: compose.contested,
    LetterKind.INVITED: consulting.invited,
    LetterKind.COMMENT_SETTLED: consulting.comment_settled,
    LetterKind.NAME_SETTLED: consulting.name_settled,
    LetterKind.CONTACT_CHANGED: consulting.contact_changed,
    LetterKind.CONTACT_CONFIRMED: consulting.contact_confirmed,
    LetterKind.DECLINED: compose.declined,
    LetterKind.COMMENT: consulting.comment,
    LetterKind.NAME_PROPOSED: consulting.name_proposed,
    LetterKind.ROUND_CLOSED: turns.round_closed,
    LetterKind.UNDELIVERABLE: turns.undeliverable,
    LetterKind.ACCOUNT: accounts.account,
}
