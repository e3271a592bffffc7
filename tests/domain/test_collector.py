"""The garbage collector rests while it is told to, and goes on afterwards."""

import gc

import pytest

from signoff.domain.collector import collector_at_rest


def test_the_collector_rests_and_goes_on_however_the_work_ends() -> None:
    with pytest.raises(ValueError), collector_at_rest():
        with collector_at_rest():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the outer work has not ended"
        raise ValueError
    assert gc.isenabled()
