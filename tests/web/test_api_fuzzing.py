"""The API under generated calls: whoever calls, and with whatever, no failure and nothing undocumented."""

from collections import Counter
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from signoff.domain.permissions import Role
from signoff.services.accounts.api_tokens import make_token
from tests.house import House
from tests.web.test_api_description import CALLERS

# Only the extra `dev` has it; an interpreter of the matrix says that it is missing.
schemathesis = pytest.importorskip("schemathesis")
of_openapi = pytest.importorskip("schemathesis.specs.openapi.checks")
pytestmark = pytest.mark.torture

CHECKS = [
    schemathesis.checks.not_a_server_error,
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_schema_conformance,
    of_openapi.response_headers_conformance,
]
MODES = schemathesis.GenerationMode
# What there is in the house that is fuzzed, so that calls get past the first lookup.
IN_ADDRESSES: dict[str, list[Any]] = {
    "slug": ["fund-the-coordinator", "open-the-yards", "close-the-gap"],
    "number": [1, 2],
    "key": ["equity", "vision"],
    "partner": ["alder", "birch", "cedar"],
}
IN_BODIES: dict[str, list[Any]] = {
    "version": [1],
    "partners": ["all", ["alder"], ["birch", "cedar"]],
    "deadline": ["2026-12-04T17:00:00-05:00", "2026-12-20T17:00:00Z"],
    "quotes": [[]],
    "email": ["ana@dogwood.example"],
    "level": ["local"],
    "website": ["https://dogwood.example/"],
}
# How many, for each call and each of well-formed and malformed; few where the caller is turned away at the door.
MANY, FEW = 20, 2


def _furnished(house: House) -> dict[str, str]:
    """One position that is public, one that is asked about, one that is drafted; and a token for each role."""
    with house.database.unit_of_work() as session:
        public = house.asked(session, "Alder", "Birch", "Cedar")
        house.say(session, public, "Alder")
        house.publish(session, public)
        house.checked(session, house.position(session, "Open the yards"))
        house.position(session, "Close the gap")
        return {
            role.value: make_token(
                house.act(session, house.user(session, role).actor), house.user(session, role), name="t"
            )
            for role in Role
        }


@pytest.mark.parametrize("caller", ["", *(role.value for role in Role)])
@pytest.mark.parametrize("mode", MODES)
def test_generated_calls_get_documented_answers(app: Flask, house: House, caller: str, mode: Any) -> None:
    tokens = _furnished(house)
    # Calls go past a client that would unpack what is packed; pages from memory are, for whoever takes gzip.
    headers = {"Accept-Encoding": "identity"}
    if caller:
        headers["Authorization"] = f"Bearer {tokens[caller]}"
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    seen: Counter[int] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        described = operation.definition.raw
        may = CALLERS.get(described["operationId"])
        if mode is MODES.NEGATIVE and not (described["parameters"] or "requestBody" in described):
            continue  # nothing to get wrong

        @settings(
            max_examples=MANY if may is None or caller in may else FEW,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        def call(case: Any, data: st.DataObject) -> None:
            if data.draw(st.integers(0, 3)):
                case.path_parameters = {
                    name: data.draw(st.sampled_from(IN_ADDRESSES[name])) for name in case.path_parameters or {}
                }
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)
            seen[response.status_code] += 1

        call()
    assert seen[200], "nothing got through"
