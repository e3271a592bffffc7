"""Letters to staff about their own account: something that acts in their name was made."""

from signoff.domain.moments import in_full
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph
from signoff.letters.facts import LetterFacts
from signoff.letters.phrases import human


def token_made(facts: LetterFacts) -> Draft:
    """To a staff member: whoever holds this new token acts with your roles."""
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
        Paragraph("If you do not know of it, reply to this letter at once. Your pages:"),
        Address(f"{facts.post.base_url}/staff/", "Open Signoff"),
        human(),
    ]
    return Draft("A new API token for your account", tuple(blocks))
