"""A test client that inspects every page it fetches: the quality of all pages for the price of one fixture."""

from __future__ import annotations

import json
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

from bs4 import BeautifulSoup
from flask import Flask
from pypdf import PdfReader
from werkzeug.test import TestResponse

from tests.described import description_of, ensure_described
from tests.house import PASSWORD
from tests.inspected_page import InspectedPage


class InspectingClient:
    """Fetches pages, inspects each, and fills forms as a person without scripts would."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._client = app.test_client()

    def get(self, path: str, **more: Any) -> TestResponse:
        return self._inspected(self._client.get(path, **more))

    def head(self, path: str, **more: Any) -> TestResponse:
        return self._client.head(path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> TestResponse:
        return self._inspected(self._client.post(path, data=data, **more))

    def call(self, method: str, path: str, token: str = "", json: Any = None, **headers: str) -> TestResponse:
        """An API call with a token; its answer is held against the description of the API."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        response = self._client.open(path, method=method, json=json, headers=headers)
        ensure_described(description_of(self.app), method, path, response)
        return response

    def soup(self, path: str) -> BeautifulSoup:
        """A page that must be there, parsed."""
        response = self.get(path)
        assert response.status_code == 200, (path, response.status_code, response.text[:400])
        return BeautifulSoup(response.text, "html.parser")

    def sign_in(self, role: str) -> InspectingClient:
        """Sign in as the house's user of this role."""
        self.sign_out()
        response = self.submit("/login", "", email=f"{role}@coalition.example", password=PASSWORD)
        assert response.status_code == 303, response.text
        return self

    def sign_out(self) -> None:
        """Forget all cookies."""
        self._client = self.app.test_client()

    def fields_of(self, response: TestResponse, action: str) -> dict[str, Any]:
        """What the form to `action` of a page that was fetched would send as it was served."""
        for form in BeautifulSoup(response.text, "html.parser").find_all("form", method="post"):
            if form["action"].endswith(action):
                return dict(served_fields(form))
        raise AssertionError(f"there is no form to {action}")

    def form(self, path: str, action: str) -> tuple[str, list[tuple[str, str]]]:
        """The form of a page whose address ends with `action`, with what it would send as it was served."""
        page = self.soup(path)
        for form in page.find_all("form", method="post"):
            target = form["action"]
            if target.endswith(action) and not target.endswith("/logout"):
                return target, served_fields(form)
        raise AssertionError(f"{path} has no form to {action}")

    def submit(self, path: str, action: str, **fields: Any) -> TestResponse:
        """Fill fields of a served form and send it."""
        target, served = self.form(path, action)
        data: dict[str, Any] = {}
        for name, value in served:
            data.setdefault(name, []).append(value)
        data.update({name: value for name, value in fields.items() if not name.startswith("_")})
        data.update(fields.get("_more", {}))
        return self.post(target, data=data)

    def _inspected(self, response: TestResponse) -> TestResponse:
        is_saved = response.headers.get("Content-Disposition", "").startswith("attachment")
        is_page = (response.content_type or "").startswith("text/html") and not is_saved
        is_email = response.headers.get("Content-Security-Policy", "").endswith("sandbox")  # in a frame of ours
        if is_page and not is_email and "<html" in response.text and not 300 <= response.status_code < 400:
            inspect(response.text)
        return response


def served_fields(form: Any) -> list[tuple[str, str]]:
    """What a browser would send of a form that no one touched."""
    fields: list[tuple[str, str]] = []
    for field in form.find_all(["input", "textarea", "select"]):
        name = field.get("name")
        if not name or field.has_attr("disabled"):
            continue
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            fields.append((name, chosen.get("value", chosen.text) if chosen else ""))
        elif field.name == "textarea":
            fields.append((name, field.text.removeprefix("\n")))
        elif field.get("type") in ("radio", "checkbox"):
            if field.has_attr("checked"):
                fields.append((name, field.get("value", "on")))
        else:
            fields.append((name, field.get("value", "")))
    return fields


def inspect(html: str) -> None:
    """One h1, a title, a language, unique ids, labeled fields, nothing inline, headings without gaps."""
    page = InspectedPage(html)
    assert page.headings.count(1) == 1, page.headings
    assert page.titles and "".join(page.titles[0]).strip()
    assert page.language
    ids = set(page.ids)
    assert len(page.ids) == len(ids), sorted(i for i in ids if page.ids.count(i) > 1)
    for field in page.fields:
        if field.attributes.get("type") != "hidden":
            is_labeled = field.is_in_label or field.attributes.get("id", "-") in page.labeled
            assert is_labeled or field.attributes.get("aria-label"), field
    assert set(page.described_by) <= ids, set(page.described_by) - ids
    assert {target for target in page.targets if target} <= ids, set(page.targets) - ids
    for attributes, words in page.scripts:
        assert attributes.get("type") == "application/ld+json" and json.loads("".join(words))  # nothing executes it
    assert page.inline == []
    levels = page.headings[page.headings.index(1) :]
    for before, after in pairwise(levels):
        assert after <= before + 1, levels


def words_of(response: TestResponse) -> str:
    """What a reader sees: the text of a page, or of each sheet of a PDF; what can be read of other bytes."""
    if (response.content_type or "").startswith(("application/octet-stream", "image/")):
        return response.data.decode(errors="replace")
    if "openxmlformats" in (response.content_type or ""):
        with ZipFile(BytesIO(response.data)) as parts:
            return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    if response.content_type != "application/pdf":
        return response.text
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.data)).pages)
