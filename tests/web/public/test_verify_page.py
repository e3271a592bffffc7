"""The page that verifies: what it knows, how a digest is looked up, the copy to keep, and the command to take away."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest

from signoff.evidence.approved_text import KNOWN_FIELDS
from signoff.evidence.standalone import standalone
from signoff.web.public import offline
from tests.house import House
from tests.inspection import InspectingClient
from tests.services.publications.logged import sealed

SCRIPTS = Path(offline.__file__).parents[2] / "static" / "verify"


@pytest.fixture
def digest(house: House) -> str:
    """The digest of a published text with one name."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder")
        house.say(session, version, "Alder")
        house.publish(session, version)
        return version.digest


def test_it_knows_the_keys_of_the_log_with_their_places(house: House, client: InspectingClient, digest: str) -> None:
    assert json.loads(client.soup("/verify").select_one("#verifier")["data-pins"]) == []
    sealed(house)
    bundle = json.loads(client.get("/positions/fund-the-coordinator/proof").text)
    known = json.loads(client.soup("/verify").select_one("#verifier")["data-pins"])
    assert known == [{"key": bundle["keys"][0]["key"], "index": 0}]


def test_a_digest_leads_to_its_version(house: House, client: InspectingClient, digest: str) -> None:
    found = client.get(f"/verify?digest={digest}")
    assert found.status_code == 302
    assert found.headers["Location"] == f"/positions/fund-the-coordinator/versions/1#sha256-{digest}"
    assert client.soup("/positions/fund-the-coordinator").select_one(f"#sha256-{digest}").text == digest
    spaced = f"{digest[:32].upper()} {digest[32:]}"
    assert client.get("/verify", query_string={"digest": spaced}).status_code == 302
    with house.database.unit_of_work() as session:
        unpublished = house.position(session, "Unpublished").digest
    for wrong, sentence in (
        (unpublished, "No text with this digest"),
        ("0" * 64, "No text"),
        ("x", "all 64"),
        ("0" * 999, "all 64"),
    ):
        page = client.get(f"/verify?digest={wrong}")
        assert page.status_code == 200 and sentence in page.text


def test_the_copy_to_keep_is_one_file_that_reaches_no_network(
    house: House, client: InspectingClient, digest: str
) -> None:
    sealed(house)
    response = client.app.test_client().get("/verify/offline.html")
    assert response.headers["Content-Disposition"] == 'attachment; filename="verify.html"'
    page = response.text
    script = re.search(r'<script type="module">(.*?)</script>', page, re.DOTALL)[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])
    for kind, content in (("script", script), ("style", style)):
        assert f"{kind}-src 'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ") and "connect" not in policy
    assert not re.search(r"\b(src|href)=(?!\"#)", page.replace(script, "").replace(style, ""))
    assert not re.search(r"^(import|export) ", script, re.MULTILINE) and "class Page" in script
    assert '"index": 0' in unescape(re.search(r'data-pins="([^"]*)"', page)[1])


def test_two_modules_that_define_one_name_make_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.js").write_text('import { a } from "./other.js";\nconst a = 1;\n')
    (tmp_path / "other.js").write_text("export const a = 2;\n")
    monkeypatch.setattr(offline, "_FOLDER", tmp_path)
    with pytest.raises(ValueError, match="twice"):
        offline.one_script.__wrapped__()


def test_the_command_to_take_away_is_the_lone_verifier(client: InspectingClient) -> None:
    response = client.get("/verify/verifier.py")
    assert response.text == standalone() and response.headers["Content-Disposition"].startswith("attachment")


def test_the_browser_knows_the_fields_of_a_text_that_the_program_knows() -> None:
    listed = re.search(r"KNOWN_FIELDS = \[(.*?)\]", (SCRIPTS / "approved_text.js").read_text(), re.DOTALL)[1]
    assert tuple(re.findall(r'"(\w+)"', listed)) == KNOWN_FIELDS


def test_scripts_stay_small_and_say_what_they_are() -> None:
    for path in SCRIPTS.glob("*.js"):
        text = path.read_text()
        assert text.startswith("// ") and text.count("\n") <= 300, path
        assert "innerHTML" not in text and "eval(" not in text, path
