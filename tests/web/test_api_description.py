"""The description of the API says what the API does: who may call, what it takes, and all that it answers."""

import json
from typing import Any

import pytest
from flask import Flask

from signoff.domain.permissions import Role
from signoff.services.accounts.api_tokens import make_token
from tests.described import described_schema, description_of, operation_at
from tests.house import House
from tests.inspection import InspectingClient

V1 = "/api/v1"
FILLED = {"slug": "nothing-here", "number": "7", "key": "equity", "partner": "nobody"}
# Kept by hand: every role, as each may read; and who may make each call. Everything else is for everyone.
STAFF = {"drafter", "reviewer", "publisher", "administrator"}
CALLERS = {
    "add_partner": {"administrator"},
    "change_partner": {"administrator"},
    "merge_partner": {"administrator"},
    "undo_merge": {"administrator"},
    "start_position": {"drafter"},
    "change_position": {"drafter"},
    "save_version": {"drafter"},
    "missing": STAFF,
    "put_finding": {"reviewer"},
    "complete_check": {"reviewer"},
    "ask": {"publisher"},
    "round": STAFF,
    "remind": {"publisher"},
    "extend": {"publisher"},
    "recall": {"publisher"},
    "publish": {"publisher"},
    "retire": {"publisher"},
    "remove_name": {"publisher"},
    "deliver": {"publisher"},
    "take_back_delivery": {"publisher"},
    "open_sign_on": {"publisher"},
    "applications": STAFF,
    "commitments": STAFF,
    "decide_application": {"administrator"},
    "record": STAFF,
}
OPEN = {"principles", "editions", "edition", "partners", "positions", "position", "openapi"}


def operations(description: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), V1 + path.format(**FILLED), operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def test_every_call_says_who_may_make_it_and_means_it(app: Flask, house: House, client: InspectingClient) -> None:
    with house.database.unit_of_work() as session:
        tokens = {
            role.value: make_token(
                house.act(session, house.user(session, role).actor), house.user(session, role), name="t"
            )
            for role in Role
        }
    description = description_of(app)
    assert {operation["operationId"] for _, _, operation in operations(description)} == {*CALLERS, *OPEN}
    for method, path, operation in operations(description):
        may = CALLERS.get(operation["operationId"])
        assert ({} in operation["security"]) == (may is None), path
        assert {"401", "403"} <= set(operation["responses"])
        anonymous = client.call(method, path, json=None if method == "GET" else {})
        assert (anonymous.status_code == 401) == (may is not None), path
        for role, token in tokens.items():
            response = client.call(method, path, token, None if method == "GET" else {})
            assert (response.status_code == 403) == (may is not None and role not in may), (path, role)
            if may and len(may) == 1:
                assert (role in operation["description"]) == (role in may), (path, role)


def test_every_call_is_explained(app: Flask) -> None:
    for _, path, operation in operations(description_of(app)):
        assert operation["summary"] and operation["description"].endswith("."), path
        assert all(parameter["description"] for parameter in operation["parameters"]), path
        assert all(response["description"] for response in operation["responses"].values()), path


def test_what_acts_says_what_it_can_refuse(app: Flask) -> None:
    for method, path, operation in operations(description_of(app)):
        statuses = set(operation["responses"])
        assert ("404" in statuses) or "nothing-here" not in path
        if method != "GET":
            assert {"400", "409", "412", "413", "415", "422", "503"} <= statuses, path
        takes_key = any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
        assert takes_key == (method == "POST")


def test_answers_leave_no_field_open(app: Flask) -> None:
    """A field that is not described, or one that is missing, is refused by the schema itself."""
    description = description_of(app)
    bodies = {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for _, _, operation in operations(description)
        if "requestBody" in operation
    } | {"NewContact", "NewPlace"}
    assert len(bodies) > 10
    for name, schema in description["components"]["schemas"].items():
        if name == "Description":
            continue
        assert schema["additionalProperties"] is False, name
        if name not in (*bodies, "Problem"):
            assert sorted(schema["required"]) == sorted(schema["properties"]), name


def test_every_example_is_one(app: Flask) -> None:
    schemas = description_of(app)["components"]["schemas"]
    shown = {name: schema["examples"] for name, schema in schemas.items() if "examples" in schema}
    assert len(shown) > 25
    for name, examples in shown.items():
        validator = described_schema(json.dumps({"$ref": f"#/components/schemas/{name}"}))
        for example in examples:
            assert [problem.message for problem in validator.iter_errors(example)] == [], name
    assert set(shown["PublicPosition"][0]) == set(schemas["PublicPosition"]["properties"])


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"name": "X"}, {"contacts": "Please fill this in."}),
        ({"name": None, "contacts": []}, {"name": "Please fill this in."}),
        (
            {"name": 7, "level": 3, "nmae": "X", "contacts": [{"name": "A", "email": 1}, {"name": "B"}]},
            {
                "name": "Please give text.",
                "level": "Please give text.",
                "contacts.1.email": "Please give text.",
                "contacts.2.email": "Please fill this in.",
                "nmae": "There is no such field here. This call takes: name, public_names, aliases, website, level, "
                "tags, state, places, expertise, networks, parent, joined_year, language, notes, contacts, answers.",
            },
        ),
        ({"name": "X", "contacts": ["Ana"]}, {"contacts.1": "Please give an object with named fields."}),
        (
            {"name": "X", "aliases": ["Y", 7], "tags": "a", "contacts": []},
            {"aliases": "Item 2: Please give text.", "tags": "Please give a list."},
        ),
        (
            {"name": "X", "contacts": [{"name": "A", "email": "a@x.example", "may_answer": "yes", "phone": "1"}]},
            {
                "contacts.1.may_answer": "Please give true or false.",
                "contacts.1.phone": "There is no such field here.",
            },
        ),
    ],
)
def test_what_a_body_gets_wrong_is_said_at_each_field(
    house: House, client: InspectingClient, body: Any, errors: dict[str, str]
) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "administrator")
        token = make_token(house.act(session, user.actor), user, name="t")
    response = client.call("POST", f"{V1}/partners", token, body)
    assert response.status_code == 422
    assert response.get_json(force=True)["errors"] == errors
    listed = client.call("GET", f"{V1}/partners", token).get_json()
    assert listed is not None and listed["items"] == []


def test_a_call_without_a_body_takes_none(house: House, client: InspectingClient) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "reviewer")
        token = make_token(house.act(session, user.actor), user, name="t")
        house.position(session)
    path = f"{V1}/positions/fund-the-coordinator/versions/1/check"
    response = client.call("POST", path, token, {"version": 2})
    assert response.get_json(force=True)["errors"] == {"version": "There is no such field here. This call takes none."}
    assert client.call("POST", path, token, {}).status_code == 409


def test_an_address_that_is_not_there_is_not_described(app: Flask) -> None:
    assert operation_at(description_of(app), "GET", f"{V1}/no-such-call") is None


def test_the_page_shows_every_call_with_an_example(app: Flask, client: InspectingClient) -> None:
    page = client.soup("/api/v1/")
    described = operations(description_of(app))
    shown = page.select("section.call")
    assert len(shown) == len(described)
    for section, (method, _, operation) in zip(shown, described, strict=True):
        heading, where, command = (section.select_one(part) for part in ("h3", ".where", "pre"))
        assert heading and where and command
        assert heading.text == operation["summary"] and where.text.startswith(f"{method} /")
        assert (
            command.text.startswith("curl http://127.0.0.1:8000/api/v1/") and "{" not in command.text.split("--json")[0]
        )
        assert ("$TOKEN" in command.text) == ({} not in operation["security"])
        assert section.select("details pre")
    words = page.select_one("main")
    assert words
    for term in ("Idempotency-Key", "Retry-After", "problem+json", "offset from UTC", "account page", "null"):
        assert term in words.text, term


def test_the_examples_of_the_page_are_taken(house: House, client: InspectingClient) -> None:
    """The bodies that the page shows are bodies that the API takes."""
    with house.database.unit_of_work() as session:
        tokens = {
            role.value: make_token(
                house.act(session, house.user(session, role).actor), house.user(session, role), name="t"
            )
            for role in Role
        }
    for method, path, operation in operations(description_of(client.app)):
        if method == "GET" or "requestBody" not in operation:
            continue
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        example = description_of(client.app)["components"]["schemas"][name].get("examples", [{}])[0]
        (role,) = CALLERS[operation["operationId"]]
        response = client.call(method, path, tokens[role], example)
        assert response.status_code in (201, 404), (path, response.text)
