"""The Markdown file of a position: what people typed as plain words is plain words there too."""

from bs4 import BeautifulSoup

from signoff.domain.positions.markdown import html_of, parsed
from tests.house import House
from tests.inspection import InspectingClient

FILE = "/positions/fund-the-coordinator.md"
MARKUP = (
    "It says so <!-- and ~~never~~ ![otherwise](https://t.example/x.png) *x* `y` [z](https://z.example) # &amp; |a|"
)


def published(client: InspectingClient, house: House, *, reason: str = "Because.", **fields: str) -> str:
    with house.database.unit_of_work() as session:
        version = house.position(session, **fields)
        house.findings(session, version)
        house.finding(session, version, "vision", reason)
        house.complete(session, version)
        house.publish(session, version)
    return client.get(FILE).text


def kinds(markdown: str) -> set[str]:
    return {token.type for block in parsed(markdown).tokens for token in (block, *(block.children or ()))}


def words_shown(markdown: str) -> str:
    return BeautifulSoup(html_of(markdown), "html.parser").get_text()


def test_a_reason_is_literal(client: InspectingClient, house: House) -> None:
    text = published(client, house, reason=MARKUP)
    assert not kinds(text) & {"image", "html_block", "html_inline", "s_open", "em_open", "code_inline", "table_open"}
    assert MARKUP in words_shown(text)


def test_a_line_that_is_set_in_is_no_code(client: InspectingClient, house: House) -> None:
    text = published(client, house, summary="We ask:\n\n    five-year grants (for *all*)\n\ttwo-year plans")
    assert not kinds(text) & {"code_block", "fence"}
    assert "five-year grants (for *all*)<br>\ntwo-year plans" in html_of(text)
