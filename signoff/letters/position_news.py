"""How letters tell what happened to a position: published, updated, joined, and by whom, as it stands now."""

from collections.abc import Sequence

from signoff.domain.phrasing import counted
from signoff.domain.positions.slugs import encoded
from signoff.letters.base import BaseLetter
from signoff.letters.blocks import Block, Paragraph, Quoted
from signoff.services.publications.news import PositionNews

_MOST_NAMED = 40  # organizations that one list names


def list_of_names(names: Sequence[str]) -> list[Block]:
    """Names of organizations on a line each; of a long list the first, and how many more."""
    more = len(names) - _MOST_NAMED
    lines = [*names[:_MOST_NAMED], *([f"and {counted(more, 'more organization')}"] if more > 0 else [])]
    return [Quoted("\n".join(lines))] if lines else []


class PositionNewsLetter(BaseLetter):
    """A letter that tells of positions."""

    def page_of(self, item: PositionNews) -> str:
        """The address of the position."""
        return f"{self.base_url}/positions/{encoded(item.publication.position.slug)}"

    def about_position(self, item: PositionNews) -> list[Block]:
        """What happened to it, with the names of those who joined."""
        return [Paragraph(self._what_happened(item)), *list_of_names(item.names)]

    def _what_happened(self, item: PositionNews) -> str:
        title, who = item.publication.version.title, counted(len(item.names), "organization").capitalize()
        if not item.is_published:
            return f"{who} joined the signatories of “{title}”:"
        when = self.formats.day(item.publication.published_at)
        signed = f"{who} approved exactly this text:" if item.names else "It has no signatories yet."
        what = f"A new version of “{title}”" if item.is_update else f"“{title}”"
        return f"{what} was published on {when}. {signed}"
