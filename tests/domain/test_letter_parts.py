"""The parts of a letter are taken out of a file where their words leave no doubt, and no word of it is lost."""

# ruff: noqa: E501  (letters and what they become are easier to read whole)

import pytest

from signoff.domain.positions.files.content import Block, BlockKind, Reading, Run
from signoff.domain.positions.files.reading import read_file
from signoff.domain.positions.files.writing import file_text
from tests.text_files import link, p, word

WANTED = ("title", "date_line", "addressed_to", "salutation", "closing", "copies", "enclosures", "press_contact")
BREAK = "<w:r><w:br/></w:r>"
ABOVE = "The lines above the date and the addressees, since each sheet has the Coalition’s letterhead: “{}”"
HEAD = (
    p("December 4, 2026"),
    p("The Honorable Ann Lee, Chair", BREAK, "United States Senate"),
    p("The Honorable Bo Rey", BREAK, "United States Senate"),
    p("RE: Five years for schools"),
    p("Dear Chair Lee and Mr. Rey:"),
)
TAIL = (p("Sincerely,"), p("cc: The Subcommittee"), p("Enclosures: A table"))
ADDRESS = "The Honorable Ann Lee, Chair\nUnited States Senate\n\nThe Honorable Bo Rey\nUnited States Senate"


def test_a_letter_comes_apart_into_its_fields() -> None:
    result = read_file("letter.docx", word(*HEAD, p("We ask."), p("Thank you."), *TAIL), wanted=WANTED)
    assert (result.title, result.body, result.left_out) == ("Five years for schools", "We ask.\n\nThank you.", ())
    assert result.parts == {
        "date_line": "December 4, 2026", "addressed_to": ADDRESS, "salutation": "Dear Chair Lee and Mr. Rey:",
        "closing": "Sincerely,", "copies": "The Subcommittee", "enclosures": "A table",
    }  # fmt: skip


def test_only_what_is_wanted_is_taken_and_the_rest_stays() -> None:
    result = read_file("letter.docx", word(*HEAD, p("We ask."), *TAIL), wanted=("closing",))
    assert result.parts == {"closing": "Sincerely,"}
    assert result.body.startswith("December 4, 2026\n\nThe Honorable Ann Lee, Chair\\\nUnited States Senate")
    assert "RE: Five years for schools" in result.body and result.body.endswith(
        "cc: The Subcommittee\n\nEnclosures: A table"
    )


# Each: paragraphs, the parts, and what stays in the text.
ODD = {
    "no letter": (
        (p("December 4, 2026"), p("We ask."), p("Sincerely,")),
        {},
        "December 4, 2026\n\nWe ask.\n\nSincerely,",
    ),
    "a link in the address": (
        (p("Ann ", link("Lee", "https://example.org/")), p("Dear Ann:"), p("We ask.")),
        {"salutation": "Dear Ann:"},
        "Ann [Lee](https://example.org/)\n\nWe ask.",
    ),
    "words like a closing amid the text": (
        (p("Dear Ann:"), p("Sincerely, we ask."), p("Regards to all of you from us")),
        {"salutation": "Dear Ann:"},
        "Sincerely, we ask.\n\nRegards to all of you from us",
    ),
    "a signer below the closing": (
        (p("Dear Ann,"), p("We ask."), p("Respectfully submitted,"), p("Paul Publisher")),
        {"salutation": "Dear Ann,", "closing": "Respectfully submitted,"},
        "We ask.",
    ),
    "a paragraph before the salutation": (
        (p("A long paragraph that no address has. " * 5), p("Dear Ann:"), p("We ask.")),
        {"salutation": "Dear Ann:"},
        f"{('A long paragraph that no address has. ' * 5).strip()}\n\nWe ask.",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_what_leaves_doubt_stays_in_the_text(name: str) -> None:
    paragraphs, parts, body = ODD[name]
    result = read_file("letter.docx", word(*paragraphs, links=("https://example.org/",)), wanted=WANTED)
    assert (dict(result.parts), result.body) == (parts, body)


def test_an_empty_line_parts_addressees_whose_lines_are_paragraphs() -> None:
    lines = [p("Ann Lee"), p("Senate"), p(""), p("Bo Rey"), p("House"), p("Dear both:"), p("We ask.")]
    assert read_file("a.docx", word(*lines), wanted=WANTED).parts["addressed_to"] == "Ann Lee\nSenate\n\nBo Rey\nHouse"


def test_a_zip_code_ends_an_addressee_whose_lines_are_paragraphs() -> None:
    lines = [
        p("Ann Lee"),
        p("Washington, DC  20510"),
        p("Bo Rey"),
        p("OH 43210 Hall"),
        p("Columbus, OH 43210-0001"),
    ]
    result = read_file("a.docx", word(*lines, p("Cy Fox"), p("Dear all:"), p("We ask.")), wanted=WANTED)
    assert result.parts["addressed_to"] == (
        "Ann Lee\nWashington, DC 20510\n\nBo Rey\nOH 43210 Hall\nColumbus, OH 43210-0001\n\nCy Fox"
    )


@pytest.mark.parametrize("wanted", [WANTED, WANTED[:-1]])
def test_a_press_contact_is_no_enclosure(wanted: tuple[str, ...]) -> None:
    below = (p("Enclosure: A table"), p("Press contact: Ann Lee, (202) 555-0148"))
    result = read_file("a.docx", word(p("Dear Ann:"), p("We ask."), p("Sincerely,"), *below), wanted=wanted)
    contact = result.parts.get("press_contact", result.body.removeprefix("We ask.\n\nPress contact: "))
    assert (result.parts["enclosures"], contact) == ("A table", "Ann Lee, (202) 555-0148")


def test_headings_of_a_letter_are_one_level_below_its_title() -> None:
    html = b"<p>RE: Schools</p><p>Dear Ann:</p><h3>What we ask</h3><h4>Now</h4><p>We ask.</p>"
    result = read_file("a.html", html, wanted=WANTED)
    assert result.body == "## What we ask\n\n### Now\n\nWe ask."


def test_names_below_a_closing_stay_out_where_the_form_has_a_closing() -> None:
    below = (p("Sincerely,", BREAK, "for all"), p("Alder Trust"), p("Birch League"))
    result = read_file("a.docx", word(p("Dear Ann:"), p("We ask."), *below), wanted=("salutation", "copies"))
    assert (result.body, result.left_out) == (
        "We ask.\n\nSincerely,\\\nfor all",
        (NAMES.format("Alder Trust; Birch League"),),
    )


def test_a_letterhead_with_a_phone_number_of_its_own_is_the_coalitions() -> None:
    head = (p("4 Elm Street, Ohio • (202) 555-0199"), p("202 • Ohio"), p("May 1, 2026"))
    result = read_file(
        "a.docx", word(*head, p("Dear Ann:"), p("We ask.")), wanted=WANTED, sender="4 Elm Street, Ohio 202"
    )
    ours, others = "The Coalition’s letterhead: “4 Elm Street, Ohio • (202) 555-0199”", ABOVE.format("202 • Ohio")
    assert (result.left_out, result.body) == ((ours, others), "We ask.")


def test_the_coalitions_own_letterhead_stays_out_and_is_listed() -> None:
    lines = [p("THE COALITION"), p("4 Elm Street, Ohio"), p("Draft 2"), p("May 1, 2026"), p("Dear Ann:"), p("We ask.")]
    result = read_file("a.docx", word(*lines), wanted=WANTED, sender="The Coalition 4 Elm Street, Ohio")
    ours = "The Coalition’s letterhead: “THE COALITION; 4 Elm Street, Ohio”"
    assert result.left_out == (ours, ABOVE.format("Draft 2"))
    assert (result.body, result.parts["date_line"]) == ("We ask.", "May 1, 2026")


def test_names_below_the_closing_are_listed_and_what_follows_them_is_taken() -> None:
    names = [p(f"Organization {number}") for number in range(9)]
    below = [
        p("cc: The Speaker"),
        p("The Chair"),
        p("Enclosures (2):", BREAK, "A table"),
        p("A map"),
        p("Thank you again."),
    ]
    result = read_file("a.docx", word(p("Dear Ann:"), p("We ask."), p("Sincerely,"), *names, *below), wanted=WANTED)
    assert result.body == "We ask.\n\nThank you again."
    listed = "; ".join(f"Organization {number}" for number in range(9))
    assert result.left_out == (
        "The number of enclosures: “(2)”",
        f"The names below the closing, where the partners that approve will be named: “{listed}”",
    )
    assert {name: result.parts[name] for name in ("closing", "copies", "enclosures")} == {
        "closing": "Sincerely,", "copies": "The Speaker\nThe Chair", "enclosures": "A table\nA map",
    }  # fmt: skip


def said(words: str, kind: BlockKind = BlockKind.PARAGRAPH, *, quoted: bool = False) -> Block:
    return Block(kind, (Run(words),), level=1 if kind == BlockKind.HEADING else -1, is_quoted=quoted)


ITEM, HEADING = BlockKind.ITEM, BlockKind.HEADING
DEAR = "Dear Ann:"
LINE = "x" * 120  # as long as a line of an address may be
NAMES = "The names below the closing, where the partners that approve will be named: “{}”"
OURS = "Kept below the closing, since it names the Coalition; please take out any partner: “{}”"
US = "The Coalition for Schools"
SENDER = "The Coalition for Schools, 4 Elm Street, Suite 123"
ROWS = Block(BlockKind.TABLE, rows=(((Run("Ann"),), (Run("Bo"),)),))
# Each: the blocks of a letter, the title, the parts, what stays in the text, and what is listed.
LETTERS: dict[str, tuple[list[Block | str], str, dict[str, str], str, list[str]]] = {
    # The salutation.
    "to nobody in person": (["To Whom It May Concern,", "a"], "", {"salutation": "To Whom It May Concern,"}, "a", []),
    "to nobody in two lines": (["To whom\nit may concern:", "a"], "", {"salutation": "To whom it may concern:"}, "a", []),
    "a salutation of two lines": (["Dear Ann Lee\nand  Bo Rey:", "a"], "", {"salutation": "Dear Ann Lee and Bo Rey:"}, "a", []),
    "a salutation as far down as one is looked for": ([*[""] * 39, DEAR, "a"], "", {"salutation": DEAR}, "a", []),
    "a salutation farther down": ([*[""] * 40, DEAR, "a"], "", {}, f"{DEAR}\n\na", []),
    "a salutation in a quotation": ([said(DEAR, quoted=True), "a"], "", {}, f"> {DEAR}\n\na", []),
    "a salutation in a list": ([said(DEAR, ITEM), "a"], "", {}, f"- {DEAR}\n\na", []),
    "the first of two": ([DEAR, "a", "Dear Bo:"], "", {"salutation": DEAR}, "a\n\nDear Bo:", []),
    # What stands above it.
    "a date with a line of its own": (["x", "4 December 2026", "Ann Lee", DEAR, "a"], "", {"date_line": "4 December 2026", "addressed_to": "Ann Lee", "salutation": DEAR}, "a", [ABOVE.format("x")]),
    "a date with another line": (["May 1, 2026\nBy email", "Ann Lee", DEAR, "a"], "", {"addressed_to": "Ann Lee", "salutation": DEAR}, "May 1, 2026\\\nBy email\n\na", []),
    "a date that is filled in": (["{{date}}", DEAR, "a"], "", {"date_line": "{{date}}", "salutation": DEAR}, "a", []),
    "a date below the salutation": ([DEAR, "May 1, 2026", "a"], "", {"salutation": DEAR}, "May 1, 2026\n\na", []),
    "a subject of two lines, between addressees": (["Ann Lee", "Re: Five\nyears", "Bo Rey", DEAR, "a"], "Five years", {"addressed_to": "Ann Lee\n\nBo Rey", "salutation": DEAR}, "a", []),
    "an address as wide as one may be": ([LINE, "Ohio", DEAR, "a"], "", {"addressed_to": f"{LINE}\nOhio", "salutation": DEAR}, "a", []),
    "an address that is wider": (["Ohio", f"{LINE}x", DEAR, "a"], "", {"salutation": DEAR}, f"Ohio\n\n{LINE}x\n\na", []),
    "lines and paragraphs of addressees": (["Ann Lee", "Senate\nWashington", "Bo Rey", "House", "", "Cy Fox\nOhio", DEAR, "a"], "", {"addressed_to": "Ann Lee\n\nSenate\nWashington\n\nBo Rey\nHouse\n\nCy Fox\nOhio", "salutation": DEAR}, "a", []),
    "a heading above": ([said("Ask", HEADING), "Ann Lee", DEAR, "a"], "Ask", {"addressed_to": "Ann Lee", "salutation": DEAR}, "a", []),
    "the Coalition's letterhead": ([said("THE COALITION FOR SCHOOLS", HEADING), "Draft", "Suite 123 | x\n4 Elm", "4 Elm St", "May 1, 2026", "Suite 123", DEAR, "a"], "", {"date_line": "May 1, 2026", "addressed_to": "Suite 123", "salutation": DEAR}, "a", ["The Coalition’s letterhead: “THE COALITION FOR SCHOOLS; Suite 123 | x 4 Elm”", ABOVE.format("Draft; 4 Elm St")]),
    "a letterhead without a date": (["The Coalition for Schools", DEAR, "a"], "", {"addressed_to": "The Coalition for Schools", "salutation": DEAR}, "a", []),
    # What stands below.
    "who signs for the Coalition": ([DEAR, "a", "With gratitude,\nAnn", "Chair\n2\n3", "", US, "6"], "", {"salutation": DEAR, "closing": f"With gratitude,\nAnn\nChair\n2\n3\n{US}\n6"}, "a", [OURS.format(f"Ann; Chair 2 3; {US}; 6")]),
    "more lines with the Coalition": ([DEAR, "a", "Best regards,", "1\n2\n3", US, "5", "6", "7"], "", {"salutation": DEAR, "closing": "Best regards,"}, "a", [NAMES.format(f"1 2 3; {US}; 5; 6; 7")]),
    "one other organization": ([DEAR, "a", "Sincerely,", "Alder Trust"], "", {"salutation": DEAR, "closing": "Sincerely,"}, "a", [NAMES.format("Alder Trust")]),
    "other organizations in the closing's own lines": ([DEAR, "a", "Sincerely,\nAlder Trust\nBirch League"], "", {"salutation": DEAR, "closing": "Sincerely,"}, "a", [NAMES.format("Alder Trust; Birch League")]),
    "a table with the Coalition": ([DEAR, "a", "Sincerely,", Block(BlockKind.TABLE, rows=(((Run(US),), (Run("Bo"),)),)), US], "", {"salutation": DEAR, "closing": "Sincerely,"}, "a", [NAMES.format(f"{US} Bo; {US}")]),
    "a list of names": ([DEAR, "a", "Yours truly,", said("Ann", ITEM), ROWS], "", {"salutation": DEAR, "closing": "Yours truly,"}, "a", [NAMES.format("Ann; Ann Bo")]),
    "words below a closing": ([DEAR, "a", "Sincerely,", "Ann", f"{LINE}x"], "", {"salutation": DEAR, "closing": "Sincerely,"}, f"a\n\n{LINE}x", [NAMES.format("Ann")]),
    "the widest line below a closing": ([DEAR, "a", "Sincerely,", LINE], "", {"salutation": DEAR, "closing": "Sincerely,"}, "a", [NAMES.format(LINE)]),
    "the last of two closings": ([DEAR, "Respectfully,", "a", "Kind regards,", "Ann"], "", {"salutation": DEAR, "closing": "Kind regards,"}, "Respectfully,\n\na", [NAMES.format("Ann")]),
    "a closing alone": ([DEAR, "a", "Sincerely,"], "", {"salutation": DEAR, "closing": "Sincerely,"}, "a", []),
    "a closing above": (["Sincerely,", DEAR, "a"], "", {"addressed_to": "Sincerely,", "salutation": DEAR}, "a", []),
    "copies, enclosures and a contact": (
        [DEAR, "a", "Sincerely,", "Ann", "CC: Bo\nCy", "Di", "Attachment (2): x", "y", "", "Media contacts: z"],
        "",
        {"salutation": DEAR, "closing": "Sincerely,", "copies": "Bo\nCy\nDi", "enclosures": "x\ny", "press_contact": "z"},
        "a",
        ["The number of enclosures: “(2)”", NAMES.format("Ann")],
    ),
    "what goes on below copies, and what does not": ([DEAR, "a", "Sincerely,", "cc: Bo", "Cy", "Thank you!"], "", {"salutation": DEAR, "closing": "Sincerely,", "copies": "Bo\nCy"}, "a\n\nThank you!", []),
    "a longer line below copies": ([DEAR, "a", "Sincerely,", "cc: Bo", f"{LINE}x"], "", {"salutation": DEAR, "closing": "Sincerely,", "copies": "Bo"}, f"a\n\n{LINE}x", []),
    "copies twice": ([DEAR, "a", "Sincerely,", "cc: Bo", "Copies: Cy"], "", {"salutation": DEAR, "copies": "Cy", "closing": "Sincerely,"}, "a", [NAMES.format("cc: Bo")]),
    "copies without a closing": ([DEAR, "cc: no", "cc: Bo", *"abcde"], "", {"salutation": DEAR, "copies": "\n".join(["Bo", *"abcde"])}, "cc: no", []),
    "copies without a closing, far up": ([DEAR, "cc: Bo", *"abcdef"], "", {"salutation": DEAR}, "\n\n".join(["cc: Bo", *"abcdef"]), []),
}  # fmt: skip


@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_block_by_block(name: str) -> None:
    blocks, title, parts, body, left_out = LETTERS[name]
    reading = Reading(blocks=[said(each) if isinstance(each, str) else each for each in blocks])
    result = file_text(reading, wanted=WANTED, sender=SENDER)
    assert (result.title, dict(result.parts), result.body, list(result.left_out)) == (title, parts, body, left_out)


def test_the_number_of_enclosures_stays_with_enclosures_that_stay() -> None:
    reading = Reading(blocks=[said(each) for each in (DEAR, "a", "Sincerely,", "Enclosures (2): x")])
    result = file_text(reading, wanted=("salutation",))
    assert (result.body, result.left_out) == ("a\n\nSincerely,\n\nEnclosures (2): x", ())
