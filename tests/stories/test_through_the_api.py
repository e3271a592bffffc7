"""The same story through the API, ending at the public page; and what each call refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from signoff.domain.permissions import Role
from signoff.services.accounts.api_tokens import make_token
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.conftest import deliver  # noqa: F401 - a fixture
from tests.letters.sink import Sink, text_of

V1 = "/api/v1"
EQUITY = "/positions/fund-the-coordinator/versions/1/findings/equity"
POSITION = {"title": "Open the yards", "summary": "Open them.", "body": "Unlock *every* yard."}


@pytest.fixture
def tokens(house: House) -> dict[str, str]:
    with house.database.unit_of_work() as session:
        return {
            role.value: make_token(
                house.act(session, house.user(session, role).actor), house.user(session, role), name="t"
            )
            for role in Role
        }


def partner(name: str) -> dict[str, Any]:
    slug = name.lower().replace(" ", "-")
    return {
        "name": name,
        "website": f"https://{slug}.example/",
        "level": "local",
        "contacts": [{"name": f"Ana {name}", "email": f"ana@{slug}.example", "job_title": "Chair"}],
    }


def test_from_the_first_draft_to_the_public_page(
    house: House,
    client: InspectingClient,
    tokens: dict[str, str],
    sink: Sink,
    deliver: Callable[[], list[str]],  # noqa: F811
) -> None:
    def call(method: str, path: str, role: str = "", json: Any = None, status: int = 200) -> Any:
        response = client.call(method, V1 + path, tokens.get(role, ""), json)
        assert response.status_code == status, response.text
        return response.get_json(force=True)

    principles = call("GET", "/principles")
    assert len(principles["criteria"]) == 9 and len(principles["principles"]) == 6
    for name in ("Alder Trust", "Birch Libraries"):
        assert call("POST", "/partners", "administrator", partner(name), 201)["slug"] == name.lower().replace(" ", "-")

    started = call("POST", "/positions", "drafter", POSITION, 201)
    assert started["slug"] == "open-the-yards" and started["version"]["number"] == 1
    base = "/positions/open-the-yards"
    assert call("POST", f"{base}/versions", "drafter", {"change_note": "None"}) == started
    change = {"body": "Unlock every yard.", "change_note": "Plainer"}
    second = call("POST", f"{base}/versions", "drafter", change, 201)
    assert second["version"]["number"] == 2

    version = f"{base}/versions/2"
    refused = call("POST", f"{version}/check", "reviewer", status=409)
    assert len(refused["reasons"]) == 10 and refused["status"] == 409 and refused["title"] and refused["detail"]
    assert len(call("GET", f"{version}/missing", "drafter")["to_send"]) == 11
    for criterion in principles["criteria"]:
        finding = {"verdict": "advances", "rationale": "It opens.", "quotes": ["every yard"]}
        call("PUT", f"{version}/findings/{criterion['key']}", "reviewer", finding)
    assert call("POST", f"{version}/check", "reviewer")["completed_by"] == "Reviewer Person"
    assert call("GET", f"{version}/missing", "drafter") == {"to_send": [], "to_publish": [], "warnings": []}

    asking = {"version": 2, "partners": "all", "deadline": "2026-12-04T17:00:00-05:00", "message": "Please."}
    round_ = call("POST", f"{base}/rounds", "publisher", asking, 201)
    assert (round_["requests"], round_["letters_queued"]) == (2, 2)
    again = call("POST", f"{base}/rounds", "publisher", asking)
    assert again == {**round_, "letters_queued": 0}
    # Two questions, and a word to each of four users that a token acts in their name.
    assert deliver() == ["sent"] * 6

    letter = text_of(sink.to("ana@alder-trust.example")[0])
    link = next(line for line in letter.splitlines() if "/r/" in line)
    page = link.removeprefix("http://127.0.0.1:8000")
    approval = {"answer": "approve", "authority": "board", "authorised": "yes", "full_name": "Ana Alder Trust"}
    assert client.submit(page, "/answer", **approval).status_code == 303

    progress = call("GET", f"{base}/rounds/{round_['id']}", "drafter")
    assert [(row["partner"], row["status"], row["letter"]) for row in progress["requests"]] == [
        ("alder-trust", "approved", "sent"),
        ("birch-libraries", "waiting", "sent"),
    ]
    assert "/r/" not in str(progress)

    published = call("POST", f"{base}/publish", "publisher", {"version": 2})
    assert published["signatory_count"] == 1
    house.clock.advance(minutes=1)
    assert call("POST", f"{base}/publish", "publisher", {"version": 2}) == published

    seen = call("GET", base)
    assert [(s["partner"], s["name"], s["website"]) for s in seen["signatories"]] == [
        ("alder-trust", "Alder Trust", "https://alder-trust.example/")
    ]
    assert seen["digest"] == second["version"]["digest"]
    assert "Alder Trust" in client.soup("/positions/open-the-yards").select_one("#signatories").text  # type: ignore[union-attr]

    call("POST", f"{base}/signatories/alder-trust/remove", "publisher", {"reason": "Asked to."})
    assert call("GET", base)["signatories"] == []
    call("POST", f"{base}/signatories/alder-trust/remove", "publisher", {"reason": "Again."}, 409)
    call("POST", f"{base}/retire", "publisher", {"reason": "Done."})
    call("GET", base, status=404)
    assert call("GET", base, "drafter")["state"] == "retired"

    kinds = [entry["kind"] for entry in call("GET", "/record?limit=200", "drafter")["items"]]
    # The round was still open; it ends with the publication.
    expected = ["partner_answered", "position_published", "name_removed", "round_closed", "position_retired"]
    assert kinds[-5:] == expected


def test_the_turns_of_a_round(house: House, client: InspectingClient, tokens: dict[str, str]) -> None:
    def call(method: str, path: str, role: str = "publisher", json: Any = None, status: int = 200, **more: str) -> Any:
        response = client.call(method, V1 + path, tokens[role], json, **more)
        assert response.status_code == status, response.text
        return response.get_json(force=True)

    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        house.say(session, version, "Alder")
    base = "/positions/fund-the-coordinator/rounds"
    item = f"{base}/1"
    for role in ("drafter", "reviewer", "administrator"):
        for act in ("remind", "extend", "recall"):
            call("POST", f"{item}/{act}", role, {}, 403)
    assert call("POST", f"{item}/remind") == {"partners": ["birch"]}
    assert call("POST", f"{item}/remind") == {"partners": []}
    extended = call("POST", f"{item}/extend", json={"deadline": "2026-12-20T17:00:00-05:00"})
    assert extended == {"deadline": "2026-12-20T22:00:00Z", "partners": ["birch"], "warnings": []}
    assert call("POST", f"{item}/extend", json={"deadline": "2026-12-20T17:00:00-05:00"})["partners"] == []
    assert call("POST", f"{item}/extend", json={"deadline": "2026-11-01T17:00:00-05:00"}, status=409)["reasons"]
    assert "deadline" in call("POST", f"{item}/extend", json={"deadline": "2026-12-20T17:00"}, status=422)["errors"]
    assert "reason" in call("POST", f"{item}/recall", json={}, status=422)["errors"]
    recalled = call("POST", f"{item}/recall", json={"reason": "Withdrawn."}, **{"Idempotency-Key": "r1"})
    assert recalled == {"partners": ["alder", "birch"], "voided": ["alder"]}
    assert call("POST", f"{item}/recall", json={"reason": "Withdrawn."}, **{"Idempotency-Key": "r1"}) == recalled
    call("POST", f"{item}/recall", json={"reason": "Again."}, status=409)
    call("POST", f"{item}/remind", status=409)
    seen = call("GET", item)
    assert (seen["ended_as"], seen["ended_reason"], seen["reminder_days"]) == ("recalled", "Withdrawn.", [7, 3, 1])
    assert {row["status"] for row in seen["requests"]} == {"removed", "recalled"}
    call("POST", f"{base}/99/remind", status=404)
    asking = {"version": 1, "partners": "all", "deadline": "2026-12-30T17:00:00-05:00"}
    assert call("POST", base, json=asking, status=409)["reasons"] == ["The round on version 1 was recalled."]
    for bad in (["7"], [0], [200], list(range(1, 20)), "7"):
        assert call("POST", base, json={**asking, "reminder_days": bad}, status=422)["errors"]["reminder_days"]


@pytest.mark.parametrize(
    ("role", "method", "path", "json", "status", "field"),
    [
        ("drafter", "POST", "/positions", {}, 422, "title"),
        ("drafter", "POST", "/positions", {**POSITION, "title": 7}, 422, "title"),
        ("drafter", "POST", "/positions", {**POSITION, "body": "a\0b"}, 422, "body"),
        ("drafter", "POST", "/positions", [1], 422, "body"),
        ("drafter", "POST", "/positions", {**POSITION, "kind": "poem"}, 422, "kind"),
        ("drafter", "POST", "/positions", {**POSITION, "title": "x" * 301}, 422, "title"),
        (
            "administrator", "POST", "/partners",
            {"name": "X", "contacts": [{"name": "A", "email": "drafter@coalition.example"}]}, 422, "contacts.1.email",
        ),
        (
            "administrator", "POST", "/partners",
            {"name": "X", "level": "moon", "contacts": [{"name": "A", "email": "a@x.example"}]}, 422, "level",
        ),
        (
            "administrator", "POST", "/partners",
            {"name": "X", "website": "javascript:alert(1)", "contacts": [{"name": "A", "email": "a@x.example"}]},
            422, "website",
        ),
        ("publisher", "POST", "/positions/fund-the-coordinator/rounds", {"version": "1"}, 422, "version"),
        (
            "publisher", "POST", "/positions/fund-the-coordinator/rounds",
            {"version": 1, "partners": ["nobody"], "deadline": "2026-12-04T17:00:00Z"}, 422, "partners",
        ),
        (
            "publisher", "POST", "/positions/fund-the-coordinator/rounds",
            {"version": 1, "partners": "all", "deadline": "2026-12-04T17:00:00"}, 422, "deadline",
        ),
        ("publisher", "POST", "/positions/fund-the-coordinator/publish", {"version": 10**23}, 422, "version"),
        ("reviewer", "PUT", EQUITY, {"verdict": "ok"}, 422, "verdict"),
        (
            "reviewer", "PUT", EQUITY,
            {"verdict": "advances"}, 422, "rationale",
        ),
        (
            "reviewer", "PUT", EQUITY,
            {"verdict": "advances", "rationale": "x", "quotes": ["not there"]}, 422, "quotes",
        ),
        ("drafter", "GET", "/record?limit=0", None, 422, "limit"),
        ("drafter", "GET", "/record?after=99999999999999999999999", None, 422, "after"),
    ],
)  # fmt: skip
def test_bad_input_is_said_field_by_field(
    house: House,
    client: InspectingClient,
    tokens: dict[str, str],
    role: str,
    method: str,
    path: str,
    json: Any,
    status: int,
    field: str,
) -> None:
    with house.database.unit_of_work() as session:
        house.position(session)
        house.partner(session, "Alder")
    response = client.call(method, V1 + path, tokens[role], json)
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    assert field in response.get_json(force=True)["errors"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/positions/nothing-here", 404),
        ("/positions/nothing-here/rounds/1", 404),
        ("/positions/99999999999999999999999", 404),
        ("/positions/x/versions/99999999999999999999999/missing", 404),
        ("/no-such-call", 404),
    ],
)
def test_what_is_not_there_is_a_problem_too(
    client: InspectingClient, tokens: dict[str, str], path: str, status: int
) -> None:
    response = client.call("GET", V1 + path, tokens["drafter"])
    assert (response.status_code, response.content_type) == (status, "application/problem+json")


def test_authors_do_not_check_their_own_position(
    house: House, client: InspectingClient, tokens: dict[str, str]
) -> None:
    with house.database.unit_of_work() as session:
        both = house.add_user(session, "both", ["drafter", "reviewer"])
        token = make_token(house.act(session, both.actor), both, name="t")
    client.call("POST", f"{V1}/positions", token, POSITION)
    finding = {"verdict": "advances", "rationale": "x"}
    path = f"{V1}/positions/open-the-yards/versions/1"
    assert client.call("PUT", f"{path}/findings/equity", token, finding).status_code == 403
    assert client.call("POST", f"{path}/check", token).status_code == 403
    assert client.call("PUT", f"{path}/findings/equity", tokens["reviewer"], finding).status_code == 200


def test_a_call_with_the_same_key_acts_once(house: House, client: InspectingClient, tokens: dict[str, str]) -> None:
    first = client.call("POST", f"{V1}/positions", tokens["drafter"], POSITION, **{"Idempotency-Key": "k1"})
    again = client.call("POST", f"{V1}/positions", tokens["drafter"], POSITION, **{"Idempotency-Key": "k1"})
    assert (first.status_code, first.text) == (again.status_code, again.text) == (201, again.text)
    other = {**POSITION, "title": "Another"}
    assert (
        client.call("POST", f"{V1}/positions", tokens["drafter"], other, **{"Idempotency-Key": "k1"}).status_code == 422
    )
    again = client.call("POST", f"{V1}/positions", tokens["drafter"], POSITION, **{"Idempotency-Key": "k2"})
    assert again.get_json()["slug"] == "open-the-yards-2"  # type: ignore[index]


def test_a_revoked_token_or_a_deactivated_user_is_no_one(
    house: House, client: InspectingClient, tokens: dict[str, str]
) -> None:
    assert client.call("GET", f"{V1}/record", tokens["drafter"]).status_code == 200
    with house.database.unit_of_work() as session:
        house.user(session, "drafter").deactivated_at = house.clock()
    response = client.call("GET", f"{V1}/record", tokens["drafter"])
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert client.call("GET", f"{V1}/positions", "signoff_nonsense").status_code == 401


def test_lists_are_paged_by_keys(house: House, client: InspectingClient, tokens: dict[str, str]) -> None:
    with house.database.unit_of_work() as session:
        for number in range(5):
            house.partner(session, f"Partner {number}")
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = client.call("GET", f"{V1}/partners?limit=2&after={after}").get_json()
        assert page is not None
        seen += [item["slug"] for item in page["items"]]
        assert all("contacts" not in item for item in page["items"])
        after = page["next"]
    assert seen == [f"partner-{number}" for number in range(5)]
    assert "contacts" in client.call("GET", f"{V1}/partners", tokens["drafter"]).get_json()["items"][0]  # type: ignore[index]
