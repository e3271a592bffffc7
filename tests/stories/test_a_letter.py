"""A letter as word processors have it comes in, is approved and published, and leaves as PDF and as a Word file."""

import io
import re

import pytest
from pypdf import PdfReader

from signoff.models import Version
from tests.house import House
from tests.inspection import InspectingClient
from tests.text_files import p, r, table, word
from tests.word_files import WordFile

NEW = "/staff/positions/new"
BREAK, RIGHT = "<w:r><w:br/></w:r>", '<w:jc w:val="right"/>'
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
LETTER = word(
    p("December 4, 2026"),
    p("The Honorable Ann Lee, Chair", BREAK, "United States Senate"),
    p(r("Re: Five years for schools", "<w:b/>")),
    p("Dear Chair Lee:"),
    p("We ask for five years.", NOTE),
    p("What it costs", style="berschrift1"),
    table((p("Item"), p("Cost", more=RIGHT)), (p("Pay"), p("$92,000", more=RIGHT))),
    p("pay like a teacher’s;", numbered=(2, 0)),
    p("two seats for families.", numbered=(2, 0)),
    p("Sincerely,"),
    p("cc: The Subcommittee"),
    footnotes=f'<w:footnote w:id="2">{p("By telephone, in October.")}</w:footnote>',
)
# In this order, whatever stands between them.
READ = (
    "December 4, 2026", "The Honorable Ann Lee, Chair", "United States Senate", "Re: Five years for schools",
    "Dear Chair Lee:", "We ask for five years.", "What it costs", "Item", "Cost", "Pay", "$92,000",
    "pay like a teacher’s;", "two seats for families.", "Sincerely,", "Alder Trust", "Birch Libraries",
    "cc: The Subcommittee", "Summary: Five-year grants.",
)  # fmt: skip


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_letter_comes_in_and_leaves_as_it_was_approved(house: House, client: InspectingClient) -> None:
    client.sign_in("drafter")
    target, served = client.form(NEW, "/new")
    filled = client.post(target, data={**dict(served), "act": "file", "file": (io.BytesIO(LETTER), "letter.docx")})
    assert (
        "These parts of the letter were moved to their own fields" in filled.text
        and "Nothing was left out." in filled.text
    )
    form = client.fields_of(filled, "/new") | {"act": "save", "summary": "Five-year grants."}
    assert client.post(target, data=form).status_code == 303
    with house.database.unit_of_work() as session:
        version = session.get_one(Version, 1)
        assert (version.kind, version.title, version.closing) == ("letter", "Five years for schools", "Sincerely,")
        asked = [house.partner(session, name) for name in ("Alder Trust", "Birch Libraries")]
        house.ask(session, house.checked(session, version), asked)
        for partner in asked:
            house.say(session, version, partner.name)
        house.publish(session, version)
        body = version.body
    assert body.startswith("We ask for five years.[^1]\n\n## What it costs") and "| --- | ---: |" in body

    pages = [
        page.extract_text()
        for page in PdfReader(io.BytesIO(client.get("/positions/five-years-for-schools.pdf").data)).pages
    ]
    assert "By telephone, in October." in pages[0]
    file = WordFile(client.get("/positions/five-years-for-schools.docx").data)
    assert "By telephone, in October." in file.notes()
    for words in ("".join(pages), file.words()):
        assert re.search(".*?".join(map(re.escape, READ)), " ".join(words.split())), words
