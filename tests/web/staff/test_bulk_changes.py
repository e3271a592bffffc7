"""Many partners changed at once: shown first, then exactly that, in one entry, and nothing that names another."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from signoff.domain.errors import Invalid, NotAsShown
from signoff.models import Entry, Partner
from signoff.services.partners.bulk_changes import MOST, BulkChange, change_partners, preview_change
from signoff.services.partners.partner_changes import form_of
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.test_as_shown import shown_form

PAGE = "/staff/partners/change"


@pytest.fixture
def dialect() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def three(house: House) -> House:
    with house.database.unit_of_work() as session:
        house.partner(session, "Alder", level="local", places=("Cleveland, OH",))
        house.partner(session, "Birch", level="state", networks=("Schools Together",))
        house.partner(session, "Cedar", level="local")
        house.leaves(session, "Cedar")
    return house


def forms(house: House) -> dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]:
    with house.database.reading() as session:
        of = {partner.name: form_of(partner) for partner in session.scalars(select(Partner))}
        return {name: (form.level, form.places, form.networks) for name, form in of.items()}


def test_partners_that_were_ticked_are_changed_as_it_was_shown(client: InspectingClient, three: House) -> None:
    client.sign_in("administrator")
    register = shown_form(client.get("/staff/partners/"), "sort=name")
    assert client.post(PAGE, data=register).status_code == 422  # no one is chosen
    asked = client.post(PAGE, data=register | {"partner": ["1", "2", "3"]})
    assert "Change three partners" in asked.text
    fields = {"partner": ["1", "2", "3"], "change": "level", "value": "Local"}
    shown = client.post(PAGE, data=shown_form(asked, PAGE) | fields)
    assert "This changes one partner" in shown.text and "Two others will not change" in shown.text
    assert forms(three)["Birch"][0] == "state"
    done = client.post(PAGE, data=shown_form(shown, PAGE) | {"partner": ["1", "2", "3"]})
    assert done.status_code == 303
    assert [level for level, _, _ in forms(three).values()] == ["local", "local", "local"]
    with three.database.reading() as session:
        entries = session.scalars(select(Entry.body).where(Entry.kind == "partners_changed")).all()
        assert [json.loads(body)["facts"] for body in entries] == [
            {"partners": ["birch"], "field": "level", "value": "local", "added": True}
        ]
    assert "One partner was changed: level set to “local”" in client.get("/staff/record").text
    assert client.post(PAGE, data=shown_form(asked, PAGE) | fields | {"value": "everywhere"}).status_code == 422


def change(house: House, field: str, value: str, *, added: bool = True, ids: tuple[int, ...] = (1, 2, 3)) -> int:
    with house.database.unit_of_work() as session:
        act, wanted = house.act(session, house.user(session, "administrator").actor), BulkChange(field, value, added)
        return len(change_partners(act, ids, wanted, shown=preview_change(session, ids, wanted).digest))


def test_places_and_networks_are_added_and_taken_away_beside_the_others(three: House) -> None:
    assert change(three, "places", "texas") == 2 and change(three, "places", "TX") == 0
    assert change(three, "places", "Cleveland, OH", added=False) == 1
    assert change(three, "networks", "Health for All") == 2
    assert change(three, "networks", "schools together", added=False) == 1
    assert forms(three) == {
        "Alder": ("local", ("TX",), ("Health for All",)),
        "Birch": ("state", ("TX",), ("Health for All",)),
        "Cedar": ("local", (), ()),
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("networks", "Friends of Birch"),  # would name a partner that is not asked
        ("networks", "Health\u200b for All"),
        ("places", "Birch, OH"),
        ("places", "Nowhere"),
        ("expertise", "dancing"),  # is not on the list
        ("level", "everywhere"),
        ("language", "Klingon"),
        ("name", "Alder"),
        ("networks", " "),
    ],
)
def test_what_one_partner_cannot_get_many_cannot(three: House, field: str, value: str) -> None:
    before = forms(three)
    with pytest.raises(Invalid):
        change(three, field, value)
    assert forms(three) == before


def test_nothing_is_changed_that_was_not_shown(app: Flask, three: House) -> None:
    wanted = BulkChange("level", "national")
    with three.database.reading() as session:
        shown = preview_change(session, (1, 2), wanted).digest
    change(three, "level", "national", ids=(2,))
    with three.database.unit_of_work() as session, pytest.raises(NotAsShown):
        change_partners(three.act(session, three.user(session, "administrator").actor), (1, 2), wanted, shown=shown)
    with three.database.reading() as session, pytest.raises(Invalid):
        preview_change(session, range(1, MOST + 2), wanted)
