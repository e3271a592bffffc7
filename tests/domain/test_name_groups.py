"""The order of names and their groups: as a reader of English looks them up."""

from typing import Any

import pytest

from signoff.domain.errors import Invalid
from signoff.domain.publications.name_groups import (
    LONGEST_KEY,
    NameGroup,
    by_letter,
    counted,
    ensure_known,
    first_letter,
    in_groups,
    keys_under,
    matching,
    name_order,
    order_key,
    page_of_groups,
    pages_of_groups,
    state_first,
    states_with_names,
)


def row(name: str, level: str | None = None, state: str = "") -> dict[str, Any]:
    return {"public_name": name, "order_key": order_key(name), "level": level, "state": state}


def in_order(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda one: one["order_key"])


def test_names_stand_where_a_reader_looks_for_them() -> None:
    expected = [
        "2 Rivers", "The Alder Trust", "Ángel House", "Angela's House", "“Birch” County", "École du Lac",
        "Ecology Center", "Łódź Friends", "Lodz Library", "Nandu Club", "ñandú Club", "the Oak", "Ørsted Hall",
        "Theater for All", "Zürich School", "العربية", "中文学校",
    ]  # fmt: skip
    backwards = expected[::-1]
    assert sorted(backwards, key=name_order) == sorted(backwards, key=order_key) == expected


def test_a_key_fits_into_an_index_and_puts_long_names_in_order() -> None:
    long = ["\ufdfa" * 200, "A" * 199 + "a", "A" * 199 + "b"]
    assert [len(order_key(name)) for name in long] == [LONGEST_KEY] * 3
    assert sorted(long, key=order_key) == [*long[1:], long[0]]


def test_groups_follow_the_level_and_leave_out_what_is_empty() -> None:
    rows = in_order(row("Zeta", "national"), row("Beta"), row("The Alpha", "national"), row("Gamma", "local"))
    found = [(group.heading, [one["public_name"] for one in group.rows]) for group in in_groups(rows, "level")]
    assert found == [
        ("National organizations", ["The Alpha", "Zeta"]),
        ("Local organizations", ["Gamma"]),
        ("Other organizations", ["Beta"]),
    ]


def test_one_list_has_no_heading() -> None:
    for rows, grouping in (([row("A", "local"), row("B")], "alphabet"), ([row("A"), row("B")], "level")):
        (group,) = in_groups(rows, grouping)
        assert (group.heading, [one["public_name"] for one in group.rows]) == ("", ["A", "B"])
    assert in_groups([], "level") == []


def test_states_follow_national_organizations_by_their_names() -> None:
    rows = [
        row("Zeta", "local", "AL"),
        row("Beta", "state", "TX"),
        row("Alpha", "national", "TX"),
        row("Gamma", None, "AK"),
        row("Delta", "local"),
    ]
    found = [(group.heading, [one["public_name"] for one in group.rows]) for group in in_groups(rows, "state")]
    assert found == [
        ("National organizations", ["Alpha"]),
        ("Alabama", ["Zeta"]),
        ("Alaska", ["Gamma"]),
        ("Texas", ["Beta"]),
        ("Other organizations", ["Delta"]),
    ]


def test_names_are_looked_up_under_the_first_letter_that_counts() -> None:
    names = ["The Alder Trust", "Ángel House", "“Birch” County", "2 Rivers", "العربية", "Łódź Friends"]
    assert [first_letter(order_key(name)) for name in names] == ["A", "A", "B", "Other", "Other", "L"]
    odd = ["Æon", "Ǆ", "Zürich", "Þing", "Ａlder", "αlpha", "…", ""]
    assert [first_letter(order_key(name)) for name in odd] == ["A", "D", "Z", "Z", "A", "Other", "Other", "Other"]
    rows = in_order(*map(row, names))
    assert [group.heading for group in by_letter(rows)] == ["A", "B", "L", "Other"]


def test_a_reader_finds_a_name_by_parts_of_it_and_by_its_place() -> None:
    rows = [row("Asociación Unida", "state", "TX"), row("Birch County", "local", "OH"), row("Cedar", "national")]
    found = {
        words: [one["public_name"] for one in matching(rows, words)]
        for words in ("asociacion", "UNIDA tex", "ohio", "oh", "national", "birch tx", "", "...")
    }
    assert found == {
        "asociacion": ["Asociación Unida"],
        "UNIDA tex": ["Asociación Unida"],
        "ohio": ["Birch County"],
        "oh": ["Birch County"],
        "national": ["Cedar"],
        "birch tx": [],
        "": [one["public_name"] for one in rows],
        "...": [one["public_name"] for one in rows],
    }


def said(groups: list[NameGroup]) -> list[tuple[str, list[str], int, bool]]:
    """Each group's heading, the names shown of it, how many are in it, and whether others of it stand before."""
    return [(one.heading, [row["public_name"] for row in one.rows], one.number, one.continues) for one in groups]


def test_a_page_shows_a_part_of_the_groups() -> None:
    groups = [NameGroup("A", tuple(map(row, ["Alder", "Ash", "Aspen"]))), NameGroup("B", (row("Birch"),))]
    assert said(page_of_groups(groups, begins=0, size=2)) == [("A", ["Alder", "Ash"], 3, False)]
    assert said(page_of_groups(groups, begins=2, size=2)) == [("A", ["Aspen"], 3, True), ("B", ["Birch"], 1, False)]
    assert said(page_of_groups(groups, begins=3, size=2)) == [("B", ["Birch"], 1, False)]
    assert page_of_groups(groups, begins=4, size=2) == []
    assert pages_of_groups([*groups, NameGroup("C", (row("Cedar"),))], 2) == {"A": 1, "B": 2, "C": 3}


def test_kinds_of_names_say_how_many_they_are() -> None:
    kinds = NameGroup("National", ({"number": 3}, {"number": 4}))
    assert [group.number for group in counted([kinds])] == [7] and kinds.number == 2


def test_the_keys_of_a_letter_are_those_of_its_names() -> None:
    names = ["Alder", "Zürich", "2 Rivers", "العربية", "Birch"]
    found = {
        letter: [
            name
            for name in names
            for begins, ends in keys_under(letter)
            if begins <= order_key(name) and (not ends or order_key(name) < ends)
        ]
        for letter in ("A", "B", "M", "Z", "Other")
    }
    assert found == {"A": ["Alder"], "B": ["Birch"], "M": [], "Z": ["Zürich"], "Other": ["2 Rivers", "العربية"]}


def test_the_names_of_one_state_may_stand_first() -> None:
    rows = [row("Alder", "national", "OH"), row("Birch", "local", "OH"), row("Cedar", "state", "TX"), row("Dell")]
    assert states_with_names([*rows, row("Elm", None, "AK"), row("Fir", "local", "OH"), row("G", "local", "XX")]) == {
        "AK": 1,
        "OH": 2,
        "TX": 1,
    }
    assert [(heading, names) for heading, names, *_ in said(state_first(rows, "level", "OH"))] == [
        ("Ohio", ["Birch"]),
        ("National organizations", ["Alder"]),
        ("State organizations", ["Cedar"]),
        ("Other organizations", ["Dell"]),
    ]
    assert [heading for heading, *_ in said(state_first(rows[1:2] + rows[3:], "level", "OH"))] == [
        "Ohio",
        "Other organizations",
    ]
    assert said(state_first(rows, "level", "ME")) == said(in_groups(rows, "level"))


def test_only_groupings_on_offer_are_taken() -> None:
    for grouping in ("level", "state", "alphabet"):
        ensure_known(grouping)
    with pytest.raises(Invalid) as refusal:
        ensure_known("size")
    assert refusal.value.errors == {"grouping": "Please choose one of those listed."}
