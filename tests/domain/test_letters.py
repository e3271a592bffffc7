"""How long letters wait for a mail server that is away."""

import pytest

from signoff.domain.letters import line_delay


@pytest.mark.parametrize(
    ("tries", "seconds"), [(0, 15), (1, 15), (2, 30), (3, 60), (6, 480), (7, 600), (12, 600), (10_000, 600)]
)
def test_the_line_waits_twice_as_long_each_time_up_to_ten_minutes(tries: int, seconds: int) -> None:
    assert line_delay(tries, 0).total_seconds() == seconds


def test_jitter_moves_a_wait_by_a_quarter_at_most() -> None:
    assert [line_delay(2, jitter).total_seconds() for jitter in (-1, 0, 1)] == [22.5, 30, 37.5]
