"""What changed as readers see it: whole words and numbers, tables cell by cell, and nothing of Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signoff.domain.diff import Paragraph
from signoff.domain.positions.blocks import minutes_to_read, read_blocks
from signoff.domain.positions.changes import ReadChange, changed_sentences, read_changes
from signoff.domain.positions.text import Wording

MARKS = {"same": "{}", "gone": "[{}]", "new": "{{{}}}"}
TABLE = """| Place | 2026 | 2027 |
|---|---|---|
| Mesa | 18 | $19,700 |
| Yuma | 3 | 4 |
"""


def marked(runs: "ReadChange | Paragraph") -> str:
    return "".join(MARKS[run.kind].format(run.text) for run in runs.runs)


def body_changes(before: str, after: str) -> list[ReadChange]:
    (change,) = read_changes(Wording(body=before), Wording(body=after))
    assert change.field == "body"
    return list(change.blocks)


def changed(before: str, after: str) -> list[str]:
    return [marked(block) for block in body_changes(before, after) if block.kind != "same"]


def test_blocks_are_what_a_reader_sees() -> None:
    body = "## A *head*\n\nOne **two**[^1] [three](https://a.example/x).\\\nNext line.\n\n"
    body += "3. third\n4. fourth\n\n   more\n\n- dot\n\n> said\n\n    code  here\n\n" + TABLE + "\n[^1]: A note."
    assert [(block.kind, block.mark, block.words) for block in read_blocks(body)] == [
        ("heading", "", "A head"),
        ("paragraph", "", "One two three.\nNext line."),
        ("item", "3.", "third"),
        ("item", "4.", "fourth"),
        ("paragraph", "", "more"),
        ("item", "•", "dot"),
        ("quotation", "", "said"),
        ("code", "", "code  here"),
        ("table", "", "Place\t2026\t2027\nMesa\t18\t$19,700\nYuma\t3\t4"),
        ("item", "1.", "A note."),
    ]


def test_words_and_numbers_are_whole_and_marks_of_markdown_are_gone() -> None:
    before = "We ask for **$18,000** a year, 3.5% more, in 2026-27, for **full-time** work."
    after = "We ask for **$19,700** a year, 4.5% more, in 2027-28, for *half-time* work."
    assert changed(before, after) == [
        "We ask for [$18,000]{$19,700} a year, [3.5%]{4.5%} more, "
        "in [2026-27]{2027-28}, for [full-time]{half-time} work."
    ]


def test_a_sentence_put_in_changes_none_of_its_neighbors() -> None:
    before = "Awards at no less than eighty percent of the district's scale. It costs little."
    after = "Awards at no less than the district's scale. Two seats for students. It costs little."
    assert changed(before, after) == [
        "Awards at no less than [eighty percent of ]the district's scale. {Two seats for students. }It costs little."
    ]


def test_tables_are_compared_cell_by_cell_and_column_by_column() -> None:
    after = """| Place | Kind | 2026 | 2027 |
|---|---|---|---|
| Mesa | city | 20 | $19,700 |
| Tucson | city | 9 | 9 |
| Yuma | town | 3 | 4 |
"""
    (table,) = body_changes(TABLE, after)
    assert [[marked(cell) for cell in row] for row in table.rows] == [
        ["Place", "{Kind}", "2026", "2027"],
        ["Mesa", "{city}", "[18]{20}", "$19,700"],
        ["{Tucson}", "{city}", "{9}", "{9}"],
        ["Yuma", "{town}", "3", "4"],
    ]
    sentences, more = changed_sentences(Wording(body=TABLE), Wording(body=after), at_most=9)
    assert [(one.place, one.before, one.after) for one in sentences] == [
        ("", "", "Kind"),
        ("Mesa, 2026", "18", "20"),
        ("", "", "Tucson, city, 9, 9"),
    ]
    assert more == 0


def test_a_table_in_place_of_a_paragraph_is_no_change_of_words() -> None:
    blocks = body_changes("Place 2026 2027 Mesa 18 $19,700 Yuma 3 4", TABLE)
    assert [(block.kind, block.block.kind) for block in blocks] == [("gone", "paragraph"), ("new", "table")]


def test_what_changes_no_word_is_counted_and_a_link_that_leads_elsewhere_is_shown() -> None:
    before = "## One\n\nWe *never* agree.\n\nSee [the law](https://a.example/x)."
    after = "### One\n\nWe never agree.\n\nSee [the law](https://b.example/x)."
    (change,) = read_changes(Wording(body=before), Wording(body=after))
    assert change.only_form == 2
    assert [(marked(block), block.block.mark) for block in change.changed] == [
        ("[https://a.example/x]{https://b.example/x}", "[1]")
    ]
    (empty_lines,) = read_changes(Wording(body="a\n\nb"), Wording(body="a\n\n\nb"))
    assert empty_lines.changed == () and empty_lines.only_form == 1
    assert read_changes(Wording(body=before), Wording(body=before)) == ()


def test_each_block_says_which_heading_it_stands_under() -> None:
    before = "First.\n\n## Money\n\nAsk for ten.\n\n## Time\n\nGone soon, all of it."
    after = "First.\n\n## Money\n\nAsk for twelve.\n\n## Time"
    blocks = [block for block in body_changes(before, after) if block.kind != "same"]
    assert [(block.under, block.kind) for block in blocks] == [("Money", "changed"), ("Time", "gone")]
    assert [block.under for block in body_changes(before, after)] == ["", "", "Money", "", "Time"]


def test_choices_are_named_and_words_to_be_filled_in_are_described() -> None:
    (change,) = read_changes(Wording(kind="letter"), Wording(kind="testimony"))
    assert [marked(block) for block in change.changed] == ["[Letter]", "{Testimony}"]
    assert changed("We are few.", "We are {{ signatory_count }}.") == ["We are [few]{[number of signatories]}."]


def test_the_sentences_of_an_email_are_few_and_begin_with_the_text() -> None:
    before = Wording(
        title="Fund it",
        summary="We ask for grants.",
        body="One stays. Two had six. Dr. Ames of the U.S. Office agrees.",
    )
    after = Wording(
        title="Fund it now",
        summary="We ask for big grants.",
        body="One stays. Two had nine. A new one. Another new one. Dr. Ames of the U.S. Office agreed.",
    )
    sentences, more = changed_sentences(before, after, at_most=3)
    assert [(one.label, one.before, one.after) for one in sentences] == [
        ("Text", "Two had six.", "Two had nine."),
        ("Text", "", "A new one."),
        ("Text", "", "Another new one."),
    ]
    assert more == 3
    everything, _ = changed_sentences(before, after, at_most=9)
    assert [(one.label, one.after) for one in everything[3:]] == [
        ("Text", "Dr. Ames of the U.S. Office agreed."),
        ("Summary", "We ask for big grants."),
        ("Title", "Fund it now"),
    ]
    assert changed_sentences(before, before) == ([], 0)


texts = st.lists(st.text(alphabet="ab .|-*#>1\n", min_size=1, max_size=20), max_size=5).map("\n\n".join)


@given(texts, texts)
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    if before == after:
        return
    blocks = body_changes(before, after)
    was = ["".join(run.text for run in block.runs if run.kind != "new") for block in blocks if block.kind != "new"]
    now = ["".join(run.text for run in block.runs if run.kind != "gone") for block in blocks if block.kind != "gone"]
    assert was == [block.words for block in read_blocks(before)]
    assert now == [block.words for block in read_blocks(after)]


def test_the_form_of_a_block_tells_what_its_words_do_not() -> None:
    def forms(body: str) -> list[str]:
        return [block.form for block in read_blocks(body)]

    assert forms("a **b**") != forms("a *b*") != forms("a b")
    assert forms("## a") != forms("### a") and forms("- a") != forms("1. a") and forms("> a") != forms("a")
    assert forms("a\n\nb") == forms("a\n\n\nb")
    one, two = "[a](https://a.example) [b](https://b.example)", "[a](https://b.example) [b](https://b.example)"
    assert forms(one) != forms(two)
    assert forms("[a](https://a.example)") == forms("[a](https://b.example)")  # said by the list of links
    assert forms("```\na\n```") != forms("a")


def test_a_note_that_is_added_is_no_change_of_what_it_is_about() -> None:
    (change,) = read_changes(Wording(body="We ask.\n\nThey go."), Wording(body="We ask.[^1]\n\nThey go.\n\n[^1]: Yes."))
    assert change.only_form == 0 and [marked(block) for block in change.changed] == ["{Yes.}"]


def test_blocks_keep_what_is_seen_and_nothing_else() -> None:
    body = "One  two\nthree[^1] \\\nfour\n\n***\n\n```\na  b\n\n c\n```\n\n> - x\n>\n>   y\n\n"
    body += "| A | B |\n|---|---|\n| *1* | 2<3 |\n\n[^1]: Note."
    assert [(block.kind, block.mark, block.words) for block in read_blocks(body)] == [
        ("paragraph", "", "One two three\nfour"),
        ("code", "", "a  b\n\n c"),
        ("item", "•", "x"),
        ("quotation", "", "y"),
        ("table", "", "A\tB\n1\t2<3"),
        ("item", "1.", "Note."),
    ]
    assert read_blocks(body)[4].rows == (("A", "B"), ("1", "2<3"))


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (344, 1), (346, 2), (1_150, 5)])
def test_a_reader_takes_a_minute_for_every_230_words(words: int, minutes: int) -> None:
    assert minutes_to_read("one " * words) == minutes


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Dr. Ames asks. No. 5 is late.", "Dr. Ames asks. No. 6 is late.", ["No. 6 is late."]),
        ("We ask. They “agree.” So be it.", "We ask. They “disagree.” So be it.", ["They “disagree.”"]),
        ("Is it? It is!", "Is it? It was!", ["It was!"]),
        ("J. Lee asks it.", "J. Lee asked it.", ["J. Lee asked it."]),
        ("One. Two. Three.", "One.", ["", ""]),
        ("One.", "One. Two. Three.", ["Two.", "Three."]),
        ("One two. Three four.", "One too. Three for.", ["One too.", "Three for."]),
        ("Who pays? We stay.", "You pay. We stay.", ["You pay."]),
        ("We stay. Who pays? They go.", "We stay. You pay! They go.", ["You pay!"]),
        ("Who pays? Who asks? We stay.", "You pay. We stay.", ["You pay."]),
        ("Who pays? We stay.", "You pay. And more. We stay.", ["You pay. And more."]),
        ("Who pays us? We stay.", "Who paid? We stay.", ["Who paid?"]),
    ],
)
def test_whole_sentences_are_quoted(before: str, after: str, expected: list[str]) -> None:
    sentences, _ = changed_sentences(Wording(body=before), Wording(body=after), at_most=9)
    assert [one.after for one in sentences] == expected


def test_cells_and_rows_of_tables_are_told_by_their_place() -> None:
    def told(after: str) -> list[tuple[str, str, str]]:
        sentences, _ = changed_sentences(Wording(body=TABLE), Wording(body=after), at_most=9)
        assert {one.label for one in sentences} == {"Text"}
        return [(one.place, one.before, one.after) for one in sentences]

    assert told(TABLE.replace("| Mesa |", "| Mesa City |")) == [("Place", "Mesa", "Mesa City")]
    assert told(TABLE.replace("| 2027 |", "| 2028 |")) == [("", "2027", "2028")]
    assert told(TABLE.replace("| Yuma | 3 | 4 |\n", "")) == [("", "Yuma, 3, 4", "")]
    assert told("One.") == [("", "Place, 2026, 2027", ""), ("", "Mesa, 18, $19,700", ""), ("", "Yuma, 3, 4", "")] + [
        ("", "", "One.")
    ]
