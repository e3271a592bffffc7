"""Words that are filled in: never part of a name, whatever marks stand between."""

import pytest

from signoff.domain.computed import computed_problem, filled


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


def test_filling_in() -> None:
    assert filled("{{signatory_count}} of {{date}}", {"signatory_count": "3"}) == "3 of [day of publication]"
