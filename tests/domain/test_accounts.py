"""Who may confirm a contact as the second person, to the second; and which secret keys are easy to guess."""

from datetime import UTC, datetime, timedelta

import pytest

from signoff.domain.accounts import confirmer_problems, is_easy_to_guess, password_problem

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


@pytest.mark.parametrize(
    ("key", "is_easy"),
    [
        ("2468013579" * 4, True),
        ("a" * 64, True),
        ("umbrella-walnut-penguin-trombone-lantern-biscuit-gravel-meadow", True),
        ("4f1c9be07d3a86522b9ad07f6ce1835e4a7bd2f09c6e83175db20fa9864c1e73", False),
        ("kT9v-Qw2xZ7rLm4pYs8nHd3cJf6gBb1eUa5o", False),
    ],
)
def test_a_key_of_rows_or_of_words_is_easy_to_guess(key: str, is_easy: bool) -> None:
    assert is_easy_to_guess(key) is is_easy


def test_what_keeps_an_account_from_confirming_is_said() -> None:
    assert confirmer_problems(added_at=NOW, password_chosen_at=None, at=NOW) == [
        "Your account is less than 24 hours old. It can confirm contacts after that.",
        "Your password was set by someone else. Choose your own on your account page first.",
    ]


def test_a_password_has_a_shortest_and_a_longest_length() -> None:
    assert password_problem("é" * 15) == password_problem("a" * 200) == ""
    assert password_problem("a" * 14) == "Please use at least 15 characters; four or five unrelated words are good."
    assert password_problem("a" * 201) == "Please use at most 200 characters."
