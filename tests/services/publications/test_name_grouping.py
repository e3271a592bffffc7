"""The grouping of names on sheets: a publisher's choice, recorded, that changes nothing that was approved."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Conflict, Invalid, NotAllowed
from signoff.models import Entry, Position, Publication
from signoff.services.act import ActContext
from signoff.services.publications.name_grouping import group_names
from signoff.services.record.record import facts_of
from tests.house import House


def acting(house: House, session: Session, role: str) -> ActContext:
    return house.act(session, house.user(session, role).actor)


SQLITE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def test_a_publisher_groups_the_names_and_the_record_says_so(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        house.publish(session, version)
        digest = version.digest
        group_names(acting(house, session, "publisher"), version.position, grouping="alphabet")
        group_names(acting(house, session, "publisher"), version.position, grouping="alphabet")
    with house.database.reading() as session:
        publication = session.scalars(select(Publication)).one()
        assert (publication.grouping, publication.version.digest) == ("alphabet", digest)
        (entry,) = session.scalars(select(Entry).where(Entry.kind == "names_grouped"))
        assert facts_of(entry) == {"position": publication.position.slug, "version": 1, "grouping": "alphabet"}


@SQLITE
def test_it_is_refused_to_others_for_unknown_words_and_before_publishing(house: House) -> None:
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        with pytest.raises(Conflict, match="not published"):
            group_names(acting(house, session, "publisher"), version.position, grouping="alphabet")
        house.publish(session, version)
        with pytest.raises(Invalid):
            group_names(acting(house, session, "publisher"), version.position, grouping="random")
        for role in ("drafter", "reviewer", "administrator"):
            with pytest.raises(NotAllowed):
                group_names(acting(house, session, role), session.get_one(Position, 1), grouping="alphabet")
