"""The tree that is set on paper: every word and number of the HTML, apart where the page has them apart."""

from typing import Any

import pytest

from signoff.domain.positions.markdown import html_of
from signoff.paper.tree import plain_blocks, tree_of


def tree(body: str) -> list[Any]:
    return tree_of(html_of(body))


def inline(nodes: list[Any]) -> str:
    return "".join(node if isinstance(node, str) else inline(node[2]) for node in nodes)


def test_the_tree_is_the_html() -> None:
    assert tree("Hi *you*\nthere<br>.\n\n- a\n- b") == [
        ["p", {}, ["Hi ", ["em", {}, ["you"]], " there<br>."]],
        ["ul", {}, [["li", {}, ["a"]], ["li", {}, ["b"]]]],
    ]
    assert tree("```\n a\n  b\n```") == [["pre", {}, [" a\n  b\n"]]]


@pytest.mark.parametrize("frame", ["{}", "- {}", "> {}", "1. {}\n   - x", "x[^1]\n\n[^1]: {}"])
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("*not*\n**able**", "not able"),
        ("[one](https://a.example)\n[two](https://b.example)", "one two"),
        ("`one`\n`two`", "one two"),
        ("**one *two***\n*three*", "one two three"),
        ("<https://a.example>\n*b*", "https://a.example b"),
    ],
)
def test_a_line_break_between_marked_words_is_a_space(frame: str, typed: str, read: str) -> None:
    indent = " " * (0 if frame == "{}" else 2 if frame[0] in "->" else 3)
    body = frame.format(typed.replace("\n", "\n" + ("> " if frame[0] == ">" else indent)))
    assert read in inline(tree(body)), tree(body)


def test_notes_beside_each_other_are_not_one_number() -> None:
    notes = "\n\n[^1]: a\n[^2]: b"
    assert inline(tree(f"x[^1]\n[^2]{notes}")[:1]) == "x1 2"
    assert inline(tree(f"x[^1][^2]{notes}")[:1]) == "x1\u202f2"


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("levels", [5, 6, 7, 11, 12, 13, 18])
def test_lists_keep_their_numbers_however_deep_they_are(levels: int, before: int) -> None:
    """Item n of level n, and one more after it; quotations around them shift where the lists become lines."""
    quoted = "> " * before
    items = [f"{quoted}{'   ' * level}1. level {level}" for level in range(levels)]
    items.append(f"{quoted}{'   ' * (levels - 1)}2. *last*\n{quoted}{'   ' * levels}word")
    words = " ".join(plain_blocks(tree("\n".join(items))))
    assert words == " ".join(f"1. level {level}" for level in range(levels)) + " 2. last word"


def test_what_stands_too_deep_for_a_structure_is_read_in_lines() -> None:
    deep = "> " * 11
    body = f"{deep}| a | b |\n{deep}|---|---|\n{deep}| c | d |\n{deep}\n{deep}- e\\\n{deep}  f\n{deep}- g\n"
    body += f"{deep}\n{deep}```\n{deep}h\n{deep}i\n{deep}```\n"
    (text,) = plain_blocks(tree(body))
    assert text == "a b c d • e f • g h i"


def headings(body: str) -> list[str]:
    return [node[0] for node in tree(body)]


@pytest.mark.parametrize(
    ("body", "levels"),
    [
        ("### One", ["h2"]),
        ("## One\n#### Two\n### Three\n# Four", ["h2", "h3", "h3", "h2"]),
        ("#### One\n## Two\n##### Three", ["h2", "h2", "h3"]),
        ("###### One\n##### Two\n#### Three\n###### Four", ["h2", "h2", "h2", "h3"]),
        ("#\n### One", ["p", "h2"]),
    ],
)
def test_headings_leave_out_no_level(body: str, levels: list[str]) -> None:
    assert headings(body) == levels


def test_a_block_reads_in_the_direction_of_its_first_letter() -> None:
    body = "12, *שלום* and more.\n\nHello שלום.\n\n- العربية\n- two\n\n| א | b |\n|---|---|"
    first, second, items, table = tree(body)
    assert [node[1].get("dir") for node in (first, second, items, table)] == ["rtl", None, "rtl", "rtl"]
