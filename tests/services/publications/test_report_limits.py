"""The limits of problem reports hold for those that arrive at once, about different positions too."""

import threading

import pytest

from signoff.domain.errors import TooMany
from signoff.domain.publications.problem_reports import MOST_OF_NETWORK
from signoff.models import Version
from tests.house import House


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_a_report_waits_for_one_that_is_being_made_elsewhere(house: House) -> None:
    with house.database.unit_of_work() as session:
        versions = []
        for partner, title in (("Alder", "Fund the coordinator"), ("Birch", "Open the yards")):
            versions.append(house.asked(session, partner, title=title))
            house.publish(session, versions[-1])
        for _ in range(MOST_OF_NETWORK - 1):
            house.report(session, versions[0])
        first, second = (version.id for version in versions)
    refused = threading.Event()

    def report() -> None:
        try:
            with house.database.unit_of_work() as session:
                house.report(session, session.get_one(Version, second))
        except TooMany:
            refused.set()

    with house.database.unit_of_work() as session:
        house.report(session, session.get_one(Version, first))
        other = threading.Thread(target=report)
        other.start()
        other.join(0.5)
        assert other.is_alive()
    other.join()
    assert refused.is_set()
