"""The directory by level and expertise, the map of states, and the pages of states: the same partners in each."""

from dataclasses import replace

import pytest

from signoff.domain.partners.places import STATES
from signoff.domain.partners.tile_map import TILES, tiles
from signoff.services.partners.expertise import add_expertise
from signoff.services.partners.partner_changes import change_partner, form_of
from tests.house import House
from tests.inspection import InspectingClient


def test_every_state_has_one_tile_and_its_shade() -> None:
    shown = [code for row in TILES for code in row if code]
    assert sorted(shown) == sorted(STATES) and len({len(row) for row in TILES}) == 1
    found = {tile.code: (tile.partners, tile.shade) for row in tiles({"OH": 8, "MI": 1, "US": 99}) for tile in row}
    assert (found["OH"], found["MI"], found["CA"]) == ((8, 4), (1, 1), (0, 0))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_partners_are_where_they_work(client: InspectingClient, house: House) -> None:
    with house.database.unit_of_work() as session:
        act = house.act(session, house.user(session, "administrator").actor)
        add_expertise(act, "literacy")
        house.partner(session, "Alder", level="state", places=("OH", "Cleveland, OH"), expertise=("literacy",))
        house.partner(session, "Birch", level="local", places=("Cleveland, OH", "MI"), notes="Speak to Ana.")
        house.partner(session, "Cedar", places=("nationwide",), joined_year="2014")
        house.partner(session, "Delta", places=("OH",))
        house.leaves(session, "Delta")
        elm = house.partner(session, "Elm", places=("TX",))
        change_partner(act, elm, replace(form_of(elm), places=()))
    page = client.soup("/partners/map")
    assert [link.text for link in page.select(".tiles a")] == ["MI, Michigan: 1 partner", "OH, Ohio: 2 partners"]
    assert "CA, California: none" in [tile.text for tile in page.select(".tiles .none")]
    rows = [[cell.text for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert rows == [["Michigan", "1"], ["Ohio", "2"], ["Nationwide", "1"]]
    ohio = client.soup("/partners/map/oh")
    told = {s.h2.text: [a.text for a in s.select("li > a")] for s in ohio.select("section.band") if s.h2}
    assert told == {"Statewide": ["Alder"], "Cleveland": ["Alder", "Birch"]}
    assert [a.text for a in client.soup("/partners/map/us").select("li > a")] == ["Cedar"]
    assert "No partner is listed in Texas" in client.get("/partners/map/tx").text
    for unknown in ("zz", "OH", "ohio"):
        assert client.get(f"/partners/map/{unknown}").status_code == 404
    assert [a.text for a in client.soup("/partners/?expertise=literacy").select(".directory li > a")] == ["Alder"]
    assert [a.text for a in client.soup("/partners/?level=local").select(".directory li > a")] == ["Birch"]
    both = client.get("/partners/?level=local&expertise=literacy").text
    assert "No partners match these filters" in both
    listed = client.get("/partners/").text + client.get("/partners/birch").text + client.get("/partners/cedar").text
    assert "Cleveland" in listed and "Speak to Ana" not in listed and "2014" not in listed
    assert "Speak to Ana" not in client.get("/api/v1/partners").text
    items = client.get("/api/v1/partners?state=oh").get_json()["items"]
    assert [(item["slug"], item["state"]) for item in items] == [("alder", "OH"), ("birch", None)]
    assert "notes" not in items[0] and items[0]["expertise"] == ["literacy"]
