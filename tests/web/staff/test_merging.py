"""Merging two entries: found, previewed, done and undone by an administrator; by the API too."""

import pytest
from click.testing import CliRunner

from signoff.cli.partners import partners
from signoff.models import Version
from signoff.services.accounts.api_tokens import make_token
from tests.house import House
from tests.inspection import InspectingClient

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])
DOUBLE, INTO = "/staff/partners/alder-trustees", "/staff/partners/alder-trust"


@pytest.fixture
def twice(house: House) -> House:
    """Alder Trust is asked and is in the register twice; the second entry knows another person and a tag."""
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder Trust", "Birch")
        house.partner(session, "Alder Trustees", "Bo Alder", tags=("ohio",))
    house.clock.advance(minutes=1)
    return house


def test_an_administrator_merges_two_entries_and_undoes_it(client: InspectingClient, twice: House) -> None:
    client.sign_in("administrator")
    assert f"{INTO.rpartition('/')[2]}" in client.get(f"{DOUBLE}/merge").text
    assert "Birch" in client.get(f"{DOUBLE}/merge?q=birch").text
    page = client.get(f"{DOUBLE}/merge?into=alder-trust").text
    for shown in ("Bo Alder, bo@alder-trustees.example", "Tags added", "ohio", "can answer for it after 24 hours"):
        assert shown in page
    done = client.submit(f"{DOUBLE}/merge?into=alder-trust", "/merge")
    assert done.status_code == 303 and done.location == INTO
    page = client.get(INTO).text
    assert "Merged entry" in page and "Added when Alder Trustees was merged" in page and "was merged into" in page
    # Every page of the double leads to the one that stays; what acts on it is refused.
    for path in (DOUBLE, "/partners/alder-trustees"):
        assert client.get(path).status_code == 302
        assert client.get(path).location.endswith(path.replace("alder-trustees", "alder-trust"))
    assert "partners/alder-trustees" not in client.get("/partners/").text + client.get("/staff/partners/").text
    undone = client.submit(INTO, "/merge/undo")
    assert undone.status_code == 303 and undone.location == DOUBLE
    assert client.get(DOUBLE).status_code == 200 and "Merged entry" not in client.get(INTO).text


def test_no_address_of_a_double_tells_of_a_partner_that_left(client: InspectingClient, twice: House) -> None:
    with twice.database.unit_of_work() as session:
        twice.merge(session, "Alder Trustees", "Alder Trust")
        twice.leaves(session, "Alder Trust")
    unknown = client.get("/partners/nobody")
    for slug in ("alder-trustees", "alder-trust"):
        page = client.get(f"/partners/{slug}")
        assert page.status_code == unknown.status_code == 404 and "Location" not in page.headers
        assert "alder trust" not in page.text.lower()


def test_what_stands_against_a_merge_is_said_with_what_to_do(client: InspectingClient, twice: House) -> None:
    with twice.database.unit_of_work() as session:
        version = twice.asked(session, "Cedar", title="Open the yards")
        twice.say(session, version, "Cedar")
        twice.publish(session, version)
    client.sign_in("administrator")
    page = client.get("/staff/partners/cedar/merge?into=birch").text
    assert "These entries cannot be merged now" in page and "Merge Birch into Cedar instead" in page
    assert "/staff/partners/birch/merge?into=cedar" in page.replace("&amp;", "&")
    act = client.fields_of(client.get(f"{DOUBLE}/merge?into=alder-trust"), "/merge")
    refused = client.post("/staff/partners/cedar/merge", data={**act, "into": "birch", "shown": ""})
    assert refused.status_code == 409 and "is named in public as" in refused.text
    nobody = client.post("/staff/partners/cedar/merge", data={**act, "into": "nobody"})
    assert nobody.status_code == 422 and "Choose a partner from the register." in nobody.text


def test_a_name_said_to_be_anothers_leads_to_the_merge(client: InspectingClient, twice: House) -> None:
    client.sign_in("administrator")
    path = "/staff/partners/birch/edit"
    same = client.submit(path, path, aliases="Alder Trusts", **{"answer:alder-trust:Alder Trusts": "same"})
    same = client.submit(
        path,
        path,
        aliases="Alder Trusts",
        **{"answer:alder-trust:Alder Trusts": "same", "answer:alder-trustees:Alder Trusts": "different"},
    )
    assert same.status_code == 409 and "/staff/partners/alder-trust/merge?into=birch" in same.text


def test_a_program_merges_two_entries(client: InspectingClient, twice: House) -> None:
    with twice.database.unit_of_work() as session:
        by = twice.user(session, "administrator")
        token = make_token(twice.act(session, by.actor), by, name="t")
    call = "/api/v1/partners/alder-trustees/merge"
    assert client.call("POST", call, token, {"into": "nobody"}).status_code == 422
    merged = client.call("POST", call, token, {"into": "alder-trust"})
    assert merged.status_code == 200 and merged.json is not None
    assert merged.json["slug"] == "alder-trust" and "Alder Trustees" in merged.json["aliases"]
    assert [person["name"] for person in merged.json["contacts"]] == ["Ana Alder Trust", "Bo Alder"]
    again = client.call("POST", call, token, {"into": "birch"})
    assert again.status_code == 409 and again.json is not None
    assert again.json["detail"] == "Alder Trustees was merged into Alder Trust. Nothing was changed."
    itself = client.call("POST", "/api/v1/partners/birch/merge", token, {"into": "birch"})
    assert itself.status_code == 409 and itself.json is not None and itself.json["reasons"]
    apart = client.call("POST", f"{call}/undo", token)
    assert apart.status_code == 200 and apart.json is not None and apart.json["slug"] == "alder-trustees"
    assert client.call("POST", f"{call}/undo", token).status_code == 409
    assert client.call("POST", call, token, {"into": "alder-trust"}).status_code == 200
    with twice.database.unit_of_work() as session:
        twice.say(session, session.get_one(Version, 1), "Alder Trust")
    refused = client.call("POST", f"{call}/undo", token)
    assert refused.status_code == 409 and refused.json is not None
    assert "has answered since" in refused.json["reasons"][0]


def test_the_operator_merges_two_entries_and_undoes_it(twice: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", twice.database.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SIGNOFF_SECRET_KEY", twice.settings.secret_key)
    monkeypatch.setenv("SIGNOFF_SEALING_KEY_FILE", str(twice.settings.sealing_key_file))
    run = CliRunner().invoke
    assert run(partners, ["merge", "alder-trustees", "alder-trust"]).exit_code == 0
    undone = run(partners, ["undo-merge", "alder-trustees"])
    assert (undone.exit_code, undone.output) == (0, "Alder Trustees and Alder Trust are separate partners again.\n")
    again = run(partners, ["undo-merge", "alder-trustees"])
    assert again.exit_code == 1 and "is not merged into another partner" in again.output
