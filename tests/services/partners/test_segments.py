"""Segments: who fits them is found anew each time, and a group says whom it leaves out and why."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, NotAllowed, NotFound
from signoff.models import Entry
from signoff.services.partners.expertise import add_expertise
from signoff.services.partners.groups import LATER, LEFT, NO_CONTACT, READS_ONLY, PartnerGroup, groups
from signoff.services.partners.partner_additions import add_partner
from signoff.services.partners.partner_changes import change_partner, form_of, tag_all_found
from signoff.services.partners.partner_export import exported_rows
from signoff.services.partners.partners import ContactForm, PartnerForm
from signoff.services.partners.register import PartnerFilter, digest_of_found, find_partners, ids_of
from signoff.services.partners.segments import filter_of, get_segment, remove_segment, save_segment, segments
from tests.house import House

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
READERS = PartnerFilter(place="OH", expertise="literacy")
OF_OHIO = {"places": ("Ohio",), "expertise": ("literacy",)}


def group(house: House, session: Session, key: str) -> PartnerGroup:
    return {one.key: one for one in groups(session, at=house.clock())}[key]


def test_a_segment_says_whom_it_leaves_out_and_why(house: House, session: Session) -> None:
    act = house.act(session, house.user(session, "administrator").actor)
    add_expertise(act, "literacy")
    alder, birch = (house.partner(session, name, **OF_OHIO) for name in ("Alder", "Birch"))
    house.partner(session, "Cedar", places=("MI",), expertise=("literacy",))
    house.partner(session, "Delta", **OF_OHIO)
    house.leaves(session, "Delta")
    add_partner(act, PartnerForm("Elm", **OF_OHIO))  # type: ignore[arg-type]
    add_partner(act, PartnerForm("Fir", contacts=(ContactForm("Ana Fir", "ana@fir.example", "", False),), **OF_OHIO))  # type: ignore[arg-type]
    house.correct(session, birch.contacts[0], email="new@birch.example")
    segment = save_segment(act, "Readers of Ohio", READERS)
    found = group(house, session, f"segment:{segment.id}")
    assert (found.words, found.ids) == ("Readers of Ohio", {alder.id, birch.id})
    assert found.remarks == (("Birch", LATER), ("Delta", LEFT), ("Elm", NO_CONTACT), ("Fir", READS_ONLY))
    # Those who left are nobody that “all partners” would leave out.
    assert ("Delta", LEFT) not in group(house, session, "all").remarks
    change_partner(act, alder, replace(form_of(alder), places=("MI",)))
    assert group(house, session, f"segment:{segment.id}").ids == {birch.id}


def test_a_segment_is_kept_under_one_name_and_removed(house: House, session: Session) -> None:
    act = house.act(session, house.user(session, "administrator").actor)
    segment = save_segment(act, "Readers", READERS)
    assert filter_of(segment) == READERS
    for name, wanted in (
        ("READERS", READERS),
        (" ", READERS),
        ("Everybody", PartnerFilter()),
        ("Anas", PartnerFilter("Ana", level="local")),
    ):
        with pytest.raises(Invalid) as refusal:
            save_segment(act, name, wanted)
        assert list(refusal.value.errors) == ["segment"]
    with pytest.raises(NotAllowed):
        save_segment(house.act(session, house.user(session, "publisher").actor), "Others", READERS)
    number = segment.id
    remove_segment(act, segment)
    assert not segments(session)
    with pytest.raises(NotFound):
        get_segment(session, number)
    kinds = [entry.kind for entry in session.query(Entry).order_by(Entry.id)][-2:]
    assert kinds == ["segment_saved", "segment_removed"]


def test_a_segment_is_tagged_and_exported_as_it_is_found(house: House, session: Session) -> None:
    act = house.act(session, house.user(session, "administrator").actor)
    alder = house.partner(session, "Alder", level="local")
    house.partner(session, "Birch")
    wanted = filter_of(save_segment(act, "Local ones", PartnerFilter(level="local")))
    shown = digest_of_found(ids_of(session, wanted))
    assert tag_all_found(act, wanted, "spring", added=True, shown=shown) == [alder]
    names = [row[0] for row in exported_rows(session, find_partners(session, wanted), "")]
    assert names == ["name", "Alder"]
