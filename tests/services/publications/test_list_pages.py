"""Pages of a list, read by key, say together what the whole list says, in every grouping."""

from typing import Any

import pytest
from sqlalchemy import select

from signoff.domain.publications.name_groups import GROUPING_WORDS, by_letter, counted, in_groups
from signoff.models import Publication
from signoff.services.publications.list_pages import kinds_of_names, names_on_page
from signoff.services.publications.public_queries import signatories, with_states
from tests.house import House

NAMES: dict[str, dict[str, Any]] = {
    "Zinnia": {"level": "local", "places": ("Cleveland, OH", "Toledo, OH")},
    "The Alder Trust": {"level": "national", "places": ("OH",)},
    "Ávila Club": {"level": "state", "places": ("TX",)},
    "Avila Friends": {"level": "state", "places": ("TX", "OH")},
    "2 Rivers": {"level": "local"},
    "العربية": {"level": "national"},
    "Birch": {},
    "Cedar": {"places": ("TX",)},
    "Gone": {"level": "local"},
    "Left": {"level": "state", "places": ("TX",)},
}


@pytest.fixture
def named(house: House) -> House:
    """All these signed; one withdrew, and one left the Coalition before the position was published."""
    with house.database.unit_of_work() as session:
        partners = [house.partner(session, name, **more) for name, more in NAMES.items()]
        version = house.checked(session, house.position(session))
        house.ask(session, version, partners)
        for name in NAMES:
            house.say(session, version, name, **({"public_note": "Yes."} if name in ("Birch", "Gone") else {}))
        house.leaves(session, "Left")
        house.clock.advance(days=1)
        house.publish(session, version)
        house.withdraw(session, version, "Gone")
    return house


@pytest.mark.parametrize("grouping", GROUPING_WORDS)
def test_pages_say_together_what_the_list_says(named: House, grouping: str) -> None:
    with named.database.unit_of_work() as session:
        session.scalars(select(Publication)).one().grouping = grouping
    with named.database.reading() as session:
        publication = session.scalars(select(Publication)).one()
        whole = in_groups(with_states(session, signatories(session, publication)), grouping)
        kinds = kinds_of_names(session, publication)
        groups = counted(in_groups(kinds, grouping))
        if grouping == "alphabet":
            whole, groups = by_letter(whole[0].rows), counted(by_letter(groups[0].rows))
        assert [(one.heading, one.number) for one in groups] == [(one.heading, one.number) for one in whole]
        assert sum(kind["noted"] for kind in kinds) == 1
        every = [(one.heading, row["public_name"]) for one in whole for row in one.rows]
        assert len(every) == len(NAMES) - 2
        for size in (1, 3, 100):
            found = []
            for begins in range(0, len(every), size):
                page = names_on_page(session, publication, groups, begins=begins, size=size)
                rows = [(one.heading, row["public_name"]) for one in page for row in one.rows]
                assert rows == every[begins : begins + size]
                before = {heading for heading, _ in every[:begins]}
                assert all(one.continues == (one.heading in before) for one in page)
                found += [row for one in page for row in one.rows]
            assert found == [row for one in whole for row in one.rows]
