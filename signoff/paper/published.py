"""A published text on paper: a letter or a position with exactly the names that stand now, or a page of summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno

from signoff.domain.formats import Formats
from signoff.domain.phrasing import counted
from signoff.domain.positions.sheets import ONE_PAGE
from signoff.domain.positions.text import Wording, canonical
from signoff.domain.publications.name_groups import NameGroup
from signoff.paper.stationery import Stationery
from signoff.paper.text import text_facts
from signoff.paper.typesetting import set_on_paper

WHOLE, SUMMARY = "whole", "summary"
KINDS_OF_SHEET = (WHOLE, SUMMARY)
_IN_ONE_COLUMN = 5
IN_TWO_COLUMNS = 160  # names; more stand in three narrow columns
_EACH = "Each organization approved exactly this text. "


@dataclass(frozen=True)
class PublishedText:
    """A publication as its sheets tell it, with the addresses of its page and of the page that verifies.

    `computed` has the words to be filled in, `captions` what is said beside a name, `checked` a sentence, `findings`
    one row for each criterion, and `bundle` the evidence of the list as it is, empty while there is none.
    """

    wording: Wording
    computed: Mapping[str, str]
    number: int
    digest: str
    published_at: datetime
    formats: Formats
    groups: Sequence[NameGroup]
    captions: Mapping[str, str]
    departures: Sequence[str]
    checked: str
    findings: Sequence[Mapping[str, Any]]
    page_address: str
    verify_address: str
    bundle: str


def columns_for(number: int) -> int:
    """In how many columns so many names stand below a text, on paper and in a Word file."""
    return 1 if number <= _IN_ONE_COLUMN else 2 if number <= IN_TWO_COLUMNS else 3


def published_pdf(text: PublishedText, stationery: Stationery, *, sheet: str = WHOLE) -> bytes:
    """The PDF of one of KINDS_OF_SHEET. What is whole has every word of the text; the summary says that it has not.

    It waits for its turn: who must not wait long takes a place in line before reading the names.
    """
    facts = published_facts(text, stationery)
    paper = "summary" if sheet == SUMMARY else "letter" if facts["is_letter"] else "position"
    return set_on_paper({"paper": paper, **facts}, is_patient=True)


def published_facts(text: PublishedText, stationery: Stationery) -> dict[str, Any]:
    """What every sheet of a publication is set from."""
    on = text.published_at.astimezone(text.formats.zone)
    of_text = text_facts(text.wording, text.computed)
    summary = next(part for place in ("body", "about") for part in of_text[place] if part["name"] == "summary")
    groups, remarks = marked_names(text)
    return {
        **of_text,
        **stationery.facts(),
        **proof_facts(text, stationery.coalition),
        "day": [on.year, on.month, on.day],
        "summary": [{**summary, "style": "lede"}],
        "abridged": ONE_PAGE.says,
        "incomplete": False,
        "groups": groups,
        "columns": columns_for(sum(len(group.rows) for group in text.groups)),
        "remarks": remarks,
        "departures": list(text.departures),
        "checked": text.checked,
        "findings": [dict(finding) for finding in text.findings],
    }


def proof_facts(text: PublishedText, coalition: str) -> dict[str, Any]:
    """What lets a reader check a sheet: its foot, the code of the version with its digest, and the evidence of now."""
    page, day = text.page_address, text.formats.day(text.published_at)
    version_address = f"{page}/versions/{text.number}"
    named = sum(len(group.rows) for group in text.groups)
    code = segno.make(f"{version_address}#sha256-{text.digest}", error="m", micro=False)
    return {
        "facts": [coalition, f"published {day}", f"version {text.number}"],
        "counted": counted(named, "signatory", "signatories").capitalize(),
        "foot": [f"{_EACH if named else ''}Who has signed, as of today:", version_address],
        "digest": text.digest,
        "short_digest": f"{text.digest[:8]}…{text.digest[-4:]}",
        "length": text.formats.number(len(canonical(text.wording))),
        "page_address": page,
        "text_address": f"{page}/text",
        "verify_address": text.verify_address,
        "cite": f"{coalition}, “{text.wording.title}”, version {text.number}, published {day}, {page}.",
        "bundle": text.bundle,
        "code": code.svg_inline(border=0),
    }


def marked_names(text: PublishedText) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """The groups of names, and the remarks that their marks lead to, numbered in the order of the names."""
    rows = [row for group in text.groups for row in group.rows]
    noted = [row for row in rows if row["public_note"]]
    marks = {id(row): "*" if len(noted) == 1 else f"*{number}" for number, row in enumerate(noted, 1)}
    groups = [
        {
            "heading": group.heading,
            "names": [
                {
                    "name": row["public_name"],
                    "website": row["website"],
                    "mark": marks.get(id(row), ""),
                    "caption": text.captions.get(row["public_name"], ""),
                }
                for row in group.rows
            ],
        }
        for group in text.groups
    ]
    return groups, [{"mark": marks[id(row)], "name": row["public_name"], "note": row["public_note"]} for row in noted]
