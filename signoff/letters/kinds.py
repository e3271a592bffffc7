"""Which function writes which letter."""

from collections.abc import Callable

from signoff.domain.letters import LetterKind
from signoff.letters import accounts, answers, consultations, publications, rounds
from signoff.letters.blocks import Draft
from signoff.letters.context import LetterFacts

COMPOSE: dict[LetterKind, Callable[[LetterFacts], Draft]] = {
    LetterKind.REQUEST: rounds.request,
    LetterKind.REMINDER: rounds.reminder,
    LetterKind.REPLACED: rounds.replaced,
    LetterKind.DEADLINE_MOVED: rounds.deadline_moved,
    LetterKind.RECALLED: rounds.recalled,
    LetterKind.FRESH_LINK: rounds.fresh_link,
    LetterKind.REFERRED: rounds.referred,
    LetterKind.RECEIPT: answers.receipt,
    LetterKind.WITHDRAWN: answers.withdrawn,
    LetterKind.PUBLISHED: publications.published,
    LetterKind.CONTESTED: answers.contested,
    LetterKind.INVITED: consultations.invited,
    LetterKind.COMMENT_SETTLED: consultations.comment_settled,
    LetterKind.NAME_SETTLED: consultations.name_settled,
    LetterKind.CONTACT_CHANGED: consultations.contact_changed,
    LetterKind.CONTACT_CONFIRMED: consultations.contact_confirmed,
    LetterKind.DECLINED: answers.declined,
    LetterKind.COMMENT: consultations.comment,
    LetterKind.NAME_PROPOSED: consultations.name_proposed,
    LetterKind.ROUND_CLOSED: rounds.round_closed,
    LetterKind.UNDELIVERABLE: rounds.undeliverable,
    LetterKind.ACCOUNT: accounts.account,
}
