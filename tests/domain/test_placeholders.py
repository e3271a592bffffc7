"""Words that are filled in: never part of a name, whatever marks stand between."""

import pytest

from signoff.domain.positions.placeholders import computed_problem, filled, filled_html
from signoff.domain.positions.text import Wording, clean, problems


@pytest.mark.parametrize(
    "text",
    ["{{signatory_count}} partners", "Signed ({{ signatory_count }}) on {{date}}.", "No such words", "“{{date}}”"],
)
def test_where_they_may_stand(text: str) -> None:
    assert computed_problem(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "{{signatory_count}}CAN",
        "{{signatory_count}}**CAN**",
        "{{signatory_count}}[CAN](https://can.example)",
        "{{signatory_count}}\u200bCAN",
        "50{{signatory_count}}",
        "[{{date}}](https://x.example)CAN",
        "{{signatory_count}}-CAN",
    ],
)
def test_where_a_number_would_become_part_of_a_name(text: str) -> None:
    assert computed_problem(text)


@pytest.mark.parametrize(
    "body",
    [
        r"We are 1,{\{signatory_count}} groups.",
        "We are *{*{signatory_count}} groups.",
        "We are {{signatory\\_count}} groups.",
        "We are {{*signatory_count*}} groups.",
        r"On {{date}} and {\{date}}.",
    ],
)
def test_what_is_read_has_the_places_of_what_was_typed(body: str) -> None:
    sentence = problems(clean(Wording(title="T", summary="S", body=body)))["body"]
    assert "do not use Markdown" in sentence


def test_a_place_may_stand_in_any_part_of_a_text() -> None:
    body = "# {{date}}\n\n- {{signatory_count}} of us[^1]\n- `{{date}}`\n\n| {{date}} |\n|---|\n\n[^1]: {{date}}"
    body = body.replace("`{{date}}`", "by {{ date }}.")
    assert problems(clean(Wording(title="T", summary="On {{date}}", body=body))) == {}


def test_nothing_is_filled_in_inside_of_a_tag() -> None:
    assert filled_html('<a href="https://x.example/?{{date}}">x</a>', {"date": "now"}) == (
        '<a href="https://x.example/?{{date}}">x</a>'
    )


def test_filling_in() -> None:
    assert filled("{{signatory_count}} of {{date}}", {"signatory_count": "3"}) == "3 of [day of publication]"


def test_what_is_filled_in_is_marked_and_addresses_are_left_alone() -> None:
    html = filled_html('<a href="/{{date}}">We {{ signatory_count }}, {{date}}</a>', {"signatory_count": "58"})
    mark = '<span class="computed" title="Filled in when the page is read; not part of the approved text">{}</span>'
    assert html.startswith(f'<a href="/{{{{date}}}}">We {mark.format("58")}, <span class="computed"')
    assert html.endswith("</span></a>") and "{{" not in html.removeprefix('<a href="/{{date}}">')
