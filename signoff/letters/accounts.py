"""Letters to staff about their own account: a way into it, or something that was done to it."""

from signoff.domain.accounts import AccountLinkPurpose, AccountNews
from signoff.domain.time import in_full
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterFacts
from signoff.letters.snippets import human

_ALARM = "If you do not know of it, reply to this letter at once."


def account(facts: LetterFacts) -> Draft:
    """To a staff member: about a token, a way into the account, or what happened to it."""
    if facts.account_link is not None:
        return _WAYS[AccountLinkPurpose(facts.account_link.purpose)](facts)
    return _news(facts) if facts.account_news else _token_made(facts)


def _token_made(facts: LetterFacts) -> Draft:
    token = facts.token
    assert token is not None
    blocks: list[Block] = [
        Paragraph(
            f"An API token was made for your account with the {facts.asker}. Whoever holds it acts in your name, "
            "with your roles."
        ),
        Facts(
            (
                *((("What it is for", token.name),) if token.name else ()),
                ("Made", in_full(token.made_at, facts.post.zone)),
                ("Account", facts.reader),
            )
        ),
        Paragraph(f"{_ALARM} Your pages:"),
        Address(f"{facts.post.base_url}/staff/", "Open Signoff"),
        human(),
    ]
    return Draft("A new API token for your account", tuple(blocks))


def _invited(facts: LetterFacts) -> Draft:
    return _way(
        facts,
        "Your account for the Coalition's positions",
        f"An account was made for you with the {facts.asker}, to work on its policy positions. Choose a password to "
        "begin; you sign in with it and this mail address.",
        "Choose your password",
    )


def _reset(facts: LetterFacts) -> Draft:
    return _way(
        facts,
        "Choose a new password",
        f"Somebody, probably you, asked for a new password for your account with the {facts.asker}. If it was not you, "
        "nothing needs to be done: the present password goes on working.",
        "Choose a new password",
    )


def _new_address(facts: LetterFacts) -> Draft:
    return _way(
        facts,
        "Confirm your new address",
        f"{facts.reader} asked that this become the mail address of their account with the {facts.asker}. It does once "
        "it is confirmed here; if you know nothing of it, nothing needs to be done.",
        "Confirm this address",
    )


def _way(facts: LetterFacts, subject: str, first: str, act: str) -> Draft:
    assert facts.account_link is not None
    blocks: list[Block] = [
        Paragraph(first),
        Address(facts.link, act),
        Paragraph("This link is yours alone and works once. Please do not pass it on."),
        Facts((("Works until", in_full(facts.account_link.expires_at, facts.post.zone)), ("Account", facts.reader))),
        human(),
    ]
    return Draft(subject, tuple(blocks))


_WAYS = {
    AccountLinkPurpose.INVITE: _invited,
    AccountLinkPurpose.RESET: _reset,
    AccountLinkPurpose.ADDRESS: _new_address,
}

_NEWS = {
    AccountNews.PASSWORD_CHANGED: (
        "Your password was changed",
        "was given a new password. It was signed out everywhere else, and its API tokens no longer work",
    ),
    AccountNews.ADDRESS_CHANGED: (
        "Your mail address was changed",
        "has another mail address now; this was the old one",
    ),
    AccountNews.AUTHENTICATOR_ADDED: (
        "An authenticator was added",
        "asks for a code of an authenticator app from now on",
    ),
    AccountNews.AUTHENTICATOR_REMOVED: ("Your authenticator was removed", "asks for the password alone from now on"),
    AccountNews.RECOVERY_CODES_RENEWED: ("Your recovery codes were renewed", "has other recovery codes now"),
    AccountNews.ROLES_CHANGED: ("Your roles were changed", "has other roles now"),
}


def _news(facts: LetterFacts) -> Draft:
    subject, happened = _NEWS[AccountNews(facts.account_news)]
    rows = [("Account", facts.reader)]
    if facts.account_news == AccountNews.ROLES_CHANGED:
        rows.append(("Roles", ", ".join(facts.roles)))
    if facts.happened_at is not None:
        rows.append(("When", in_full(facts.happened_at, facts.post.zone)))
    blocks: list[Block] = [
        Paragraph(f"Your account with the {facts.asker} {happened}."),
        Facts(tuple(rows)),
        Paragraph(f"{_ALARM} Your pages:"),
        Address(f"{facts.post.base_url}/staff/", "Open Signoff"),
        human(),
    ]
    return Draft(subject, tuple(blocks))
