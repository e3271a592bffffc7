"""The names of a Word file: in rows that are read in their order, under headings that each page has, none alone."""

from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from signoff.paper.word.names import signatories
from tests.paper.test_word import file_of, published
from tests.word_files import W

HEBREW = "בית ספר"


def group(heading: str, *names: str) -> dict[str, Any]:
    return {"heading": heading, "names": [{"name": name, "mark": "", "caption": ""} for name in names]}


def tables(*groups: dict[str, Any]) -> list[Element]:
    made = "".join(signatories(groups))
    return list(ElementTree.fromstring(f'<w:body xmlns:w="{W[1:-1]}">{made}</w:body>').iter(f"{W}tbl"))


def rows(table: Element) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]


def kept(table: Element) -> list[bool]:
    """Which rows stay on the page of the next one, by what each of their paragraphs asks for."""
    asked = [{one.find(f"{W}pPr/{W}keepNext") is not None for one in row.iter(f"{W}p")} for row in table.iter(f"{W}tr")]
    assert all(len(row) == 1 for row in asked)
    return [row == {True} for row in asked]


def test_names_stand_in_groups_with_numbered_remarks_and_the_file_stays_one_section() -> None:
    file = file_of("Text", names=400)
    names = [name for name in file.styled("SignatorySmall") if name]
    assert len(names) == 400
    assert file.styled("SignatoryHeading") == ["National organizations", "Local organizations"]
    assert names[:3] == ["Partner 001\u00a0(Ohio)", "Partner 003", "Partner 005*1"]
    assert "*2 Partner 009: “Remark of 9”" in file.words()
    assert len(list(file.part("document").iter(f"{W}sectPr"))) == 1
    assert len(published("Text", names=400)) < 100_000
    assert "No signatories yet. This position is published by the Coalition alone." in file_of("Text").words()


def test_the_mark_of_a_remark_stands_at_the_name_before_its_state_and_only_its_number_is_raised() -> None:
    one = group("", *"ABCDEF")
    one["names"][0] |= {"mark": "*2", "caption": "(OH)"}
    (table,) = tables(one)
    (cell, *_) = table.iter(f"{W}tc")
    runs = [("".join(run.itertext()), run.find(f"{W}rPr/{W}vertAlign") is not None) for run in cell.iter(f"{W}r")]
    assert [part for part in runs if part[0]] == [("A", False), ("*", False), ("2", True), ("\u00a0(OH)", False)]


@pytest.mark.parametrize(("names", "columns"), [(6, 2), (160, 2), (161, 3)])
def test_names_are_read_from_left_to_right_in_as_many_columns_as_on_paper(names: int, columns: int) -> None:
    said = [f"Partner {number}" for number in range(names)]
    (table,) = tables(group("", *said))
    read = rows(table)
    assert {len(row) for row in read} == {columns}
    assert [name for row in read for name in row if name] == said
    assert not tables(group("", *said[:5]))


def test_the_heading_of_a_group_is_repeated_on_each_page_of_it() -> None:
    made = tables(group("Ohio", *"ABCDEFGH"), group("Utah", *"JKLM"))
    assert [rows(table)[:2] for table in made] == [[["Ohio", ""], ["A", "B"]], [["Utah", ""], ["J", "K"]]]
    for table in made:
        heads = [row.find(f"{W}trPr/{W}tblHeader") is not None for row in table.iter(f"{W}tr")]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in table.iter(f"{W}tr"))


def test_many_groups_of_few_names_are_beside_their_headings() -> None:
    groups = [group("Iowa", "A", "B"), group("Ohio", *"CDEFG"), *(group(state, "H") for state in ("Texas", "Utah"))]
    assert len(tables(*groups)) == 4
    (table,) = tables(*groups, group("Vermont", "J"))
    assert rows(table) == [
        ["Iowa", "A", "B"], ["Ohio", "C", "D"], ["", "E", "F"], ["", "G", ""], ["Texas", "H", ""], ["Utah", "H", ""],
        ["Vermont", "J", ""],
    ]  # fmt: skip
    assert kept(table) == [False, True, True, False, False, False, False]


def test_a_group_of_more_rows_than_a_page_keeps_has_its_heading_above_on_each_page() -> None:
    states = [group(state, "A") for state in ("Iowa", "Maine", "Texas", "Utah")]
    states += [group(f"State {number}", "B") for number in range(20)]
    whole = [f"Partner {number}" for number in range(40)]
    (beside,) = tables(*states, group("Vermont", *whole))
    assert kept(beside)[-20:] == [True] * 19 + [False]
    above = tables(*states, group("Vermont", *whole, "One more"))
    assert len(above) == 25
    assert rows(above[-1])[0] == ["Vermont", ""]
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in above[-1].iter(f"{W}tr")][:2] == [True, False]


def test_no_page_begins_or_ends_with_one_row_of_a_group() -> None:
    (table,) = tables(group("", *(f"Partner {number}" for number in range(9))))
    assert kept(table) == [True, False, False, True, False]
    (small, large) = tables(group("Ohio", *"ABC"), group("Utah", *"DEFGHIJKLM"))
    styled = [row.find(f".//{W}pStyle") for row in large.iter(f"{W}tr")]
    assert styled[0] is not None and styled[0].get(f"{W}val") == "SignatoryHeading"
    assert [row.find(f".//{W}keepNext") is not None for row in small.iter(f"{W}tr")] == [False, True, False]


def test_the_first_names_stay_with_the_closing_and_gaps_part_the_groups() -> None:
    made = signatories([group("Ohio", *"ABC"), group("Utah", "D")])
    asked = [(">".join(ElementTree.fromstring(f'<b xmlns:w="{W[1:-1]}">{one}</b>').itertext()), "keepNext" in one)
             for one in made]  # fmt: skip
    assert asked == [("", True), ("Ohio>A>B>C", True), ("", False), ("Utah>D", False), ("", False)]
    lines = ElementTree.fromstring(f'<b xmlns:w="{W[1:-1]}">{made[1]}</b>').findall(f"{W}p")
    assert [one.find(f"{W}pPr/{W}keepNext") is not None for one in lines] == [False, True, True, False]


def test_five_names_a_group_on_average_are_not_few() -> None:
    assert len(tables(*(group(state, *"ABCDE") for state in ("Iowa", "Maine", "Ohio", "Texas", "Utah")))) == 5


def test_a_name_from_the_right_stands_with_the_others() -> None:
    document = file_of("Text", names=9, first=HEBREW).part("document")
    (right,) = [one for one in document.iter(f"{W}p") if HEBREW in "".join(one.itertext())]
    assert right.find(f"{W}pPr/{W}bidi") is None
    assert "".join(right.itertext()) == f"\u200e{HEBREW}\u200e"
    assert [one.find(f"{W}rPr/{W}rtl") is not None for one in right.iter(f"{W}r")] == [False, True, False]
