"""Who may confirm a contact as the second person, to the second."""

from datetime import UTC, datetime, timedelta

import pytest

from signoff.domain.accounts import confirmer_problems

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "problems"), [(0, 1), (23.9997, 1), (24, 1), (24.0003, 0), (2_400, 0)], ids=lambda value: str(value)
)
def test_an_account_confirms_once_it_is_older_than_a_day(hours: float, problems: int) -> None:
    added = NOW - timedelta(hours=hours)
    assert len(confirmer_problems(added_at=added, password_chosen_at=added, at=NOW)) == problems


def test_a_password_that_another_person_set_confirms_nothing() -> None:
    (problem,) = confirmer_problems(added_at=NOW - timedelta(days=9), password_chosen_at=None, at=NOW)
    assert "Choose your own" in problem
