"""Meetings of partners as they are typed: what each part may say."""

from dataclasses import dataclass, replace
from datetime import datetime

from signoff.domain.positions.markdown import blocks_of, links_in
from signoff.domain.positions.markdown_rules import markdown_problem
from signoff.domain.positions.placeholders import has_computed
from signoff.domain.text_input import (
    clean_line,
    clean_text,
    clean_web_address,
    line_problem,
    text_problem,
    web_address_problem,
)

LONGEST_TITLE = 150  # characters
LONGEST_PLACE = 300
LONGEST_AGENDA = 10_000  # bytes


@dataclass(frozen=True)
class MeetingForm:
    """A meeting as it was typed; its times are aware UTC, its positions the slugs of those on the agenda."""

    title: str
    begins_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""
    agenda: str = ""
    positions: tuple[str, ...] = ()

    def cleaned(self) -> "MeetingForm":
        """The same in canonical characters."""
        return replace(
            self,
            title=clean_line(self.title),
            place=clean_line(self.place),
            link=clean_web_address(self.link),
            agenda=clean_text(self.agenda),
        )

    @property
    def problems(self) -> dict[str, str]:
        """What is wrong with a cleaned form by itself, by field."""
        errors = {
            "title": line_problem(self.title, longest=LONGEST_TITLE, prose=True),
            "ends": "" if self.ends_at > self.begins_at else "The meeting must end after it begins.",
            "place": line_problem(self.place, longest=LONGEST_PLACE, needed=False, prose=True) or self._where_problem,
            "link": web_address_problem(self.link) or self._link_problem,
            "agenda": self._agenda_problem,
        }
        return {name: sentence for name, sentence in errors.items() if sentence}

    @property
    def _where_problem(self) -> str:
        return "" if self.place or self.link else "Give a place, or a link to join."

    @property
    def _link_problem(self) -> str:
        secure = not self.link or self.link.startswith("https://")
        return "" if secure else "The link must begin with https://."

    @property
    def _agenda_problem(self) -> str:
        if not self.agenda:
            return ""
        if has_computed(self.agenda):
            return "Computed words cannot be used here."
        problem = text_problem(self.agenda, longest=LONGEST_AGENDA, markdown=True)
        return problem or markdown_problem(self.agenda)


def shown_words(title: str, place: str, agenda: str) -> dict[str, str]:
    """What anyone reads of a public meeting, by field: without Markdown, and with the addresses of links."""
    return {"title": title, "place": place, "agenda": "\n".join([*blocks_of(agenda), *links_in(agenda)])}
