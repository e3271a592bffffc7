"""Letters to staff about their own account: a way into it, or something that was done to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signoff.domain.accounts import AccountLinkPurpose, AccountNews
from signoff.domain.letters import LetterKind
from signoff.letters.base import BaseLetter, picks_letter
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterContext, required

_ALARM = "If you did not expect this, reply to this email at once."


@picks_letter(LetterKind.ACCOUNT, "staff account")
def account_letter(context: LetterContext) -> BaseLetter:
    """About a way into the account, what happened to it, or a token."""
    if context.row.account_link is not None:
        return AccountLinkLetter.load(context)
    return (AccountNewsLetter if context.row.account_news else TokenMadeLetter).load(context)


@dataclass(frozen=True)
class TokenMadeLetter(BaseLetter):
    """An API token was made; `name` says what it is for, if that was said."""

    name: str
    made_at: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "TokenMadeLetter":
        """Whatever became of the token since."""
        token = required(context.row.token)
        return cls(context.envelope, token.name, token.made_at)

    def compose(self) -> Draft:
        """Which token, and what it can do."""
        blocks: list[Block] = [
            Paragraph(
                f"An API token was made for your account with the {self.asker}. Anyone who has it can act in "
                "your name, with your roles."
            ),
            Facts(
                (
                    *((("What it is for", self.name),) if self.name else ()),
                    ("Made", self.in_full(self.made_at)),
                    ("Account", self.envelope.reader),
                )
            ),
            *_own_pages(self),
        ]
        return Draft("A new API token for your account", tuple(blocks))


@dataclass(frozen=True)
class AccountLinkLetter(BaseLetter):
    """A link that opens the account, once: to choose a password, or to confirm an address."""

    purpose: AccountLinkPurpose
    expires_at: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "AccountLinkLetter":
        """With what the link is for."""
        link = required(context.row.account_link)
        return cls(context.envelope, AccountLinkPurpose(link.purpose), link.expires_at)

    def compose(self) -> Draft:
        """What the link is for, and until when it works."""
        subject, opening, act = self._words()
        blocks: list[Block] = [
            Paragraph(opening),
            Address(self.envelope.link, act),
            Paragraph("This link is for you alone and works once. Please do not forward it."),
            Facts((("Works until", self.in_full(self.expires_at)), ("Account", self.envelope.reader))),
            self.human(),
        ]
        return Draft(subject, tuple(blocks))

    def _words(self) -> tuple[str, str, str]:
        match self.purpose:
            case AccountLinkPurpose.INVITE:
                return (
                    "Your account for the Coalition's positions",
                    f"An account was made for you with the {self.asker}, to work on its policy positions. Choose a "
                    "password to begin. You will sign in with it and this email address.",
                    "Choose your password",
                )
            case AccountLinkPurpose.RESET:
                return (
                    "Choose a new password",
                    f"Someone, probably you, asked for a new password for your account with the {self.asker}. If it "
                    "was not you, you can ignore this email. Your password stays the same.",
                    "Choose a new password",
                )
            case AccountLinkPurpose.ADDRESS:
                return (
                    "Confirm your new email address",
                    f"{self.envelope.reader} asked to use this email address for their account with the "
                    f"{self.asker}. The change takes effect when you confirm it here. If you know nothing about it, "
                    "you can ignore this email.",
                    "Confirm this address",
                )


_NEWS = {
    AccountNews.PASSWORD_CHANGED: (
        "Your password was changed",
        "has a new password. You were signed out everywhere else, and your API tokens no longer work",
    ),
    AccountNews.ADDRESS_CHANGED: (
        "Your email address was changed",
        "now uses another email address; this was the old one",
    ),
    AccountNews.AUTHENTICATOR_ADDED: (
        "An authenticator was added",
        "now asks for a code from an authenticator app",
    ),
    AccountNews.AUTHENTICATOR_REMOVED: ("Your authenticator was removed", "now asks for the password only"),
    AccountNews.RECOVERY_CODES_RENEWED: ("Your recovery codes were renewed", "has new recovery codes"),
    AccountNews.ROLES_CHANGED: ("Your roles were changed", "has different roles now"),
}


@dataclass(frozen=True)
class AccountNewsLetter(BaseLetter):
    """Something was done to the account."""

    news: AccountNews
    roles: Sequence[str]
    happened_at: datetime

    @classmethod
    def load(cls, context: LetterContext) -> "AccountNewsLetter":
        """With the roles as they are now."""
        row = context.row
        roles = [held.role for held in required(row.user).roles]
        return cls(context.envelope, AccountNews(required(row.account_news)), roles, row.queued_at)

    def compose(self) -> Draft:
        """What was done, and when."""
        subject, happened = _NEWS[self.news]
        roles = (("Roles", ", ".join(self.roles)),) if self.news == AccountNews.ROLES_CHANGED else ()
        blocks: list[Block] = [
            Paragraph(f"Your account with the {self.asker} {happened}."),
            Facts((("Account", self.envelope.reader), *roles, ("When", self.in_full(self.happened_at)))),
            *_own_pages(self),
        ]
        return Draft(subject, tuple(blocks))


def _own_pages(letter: BaseLetter) -> list[Block]:
    return [
        Paragraph(f"{_ALARM} You can sign in here:"),
        Address(f"{letter.base_url}/staff/", "Open Signoff"),
        letter.human(),
    ]
