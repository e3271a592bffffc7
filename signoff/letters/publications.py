"""The letter about a publication."""

from signoff.domain.phrasing import counted
from signoff.domain.time import in_full
from signoff.letters.blocks import Block, Draft, Facts, Paragraph
from signoff.letters.context import LetterFacts
from signoff.letters.snippets import about, human, own_link


def published(facts: LetterFacts) -> Draft:
    """To the contacts of each signatory: the position is public, with their organization's name."""
    assert facts.publication is not None
    blocks: list[Block] = [
        Paragraph(
            f"“{facts.version.title}” is published. {facts.named_as} is named on it, as it approved, among "
            f"{counted(facts.signatory_count, 'signatory', 'signatories')}."
        ),
        Facts(
            (
                ("Published", in_full(facts.publication.published_at, facts.post.zone)),
                *about(facts),
            )
        ),
        *own_link("You can withdraw at any time; the name then disappears at once:", facts),
        human(),
    ]
    return Draft(f"Published: {facts.version.title}", tuple(blocks))
