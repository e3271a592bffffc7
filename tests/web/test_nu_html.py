"""Every kind of page held against the Nu HTML checker, which `make torture` gets from npm."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from signoff.models import Version
from tests.house import House
from tests.inspection import InspectingClient
from tests.web.test_queries import PAGES, furnish, turned

JAR = Path(sys.prefix) / "nu" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
HERE = "/staff/positions/fund-the-coordinator"
MORE = {
    "public": [
        "/login", "/login/forgotten", "/principles/1", "/positions/", "/nowhere", "/embed/fund-the-coordinator",
        "/subscribe", "/partners/map", "/partners/map/oh", "/meetings", "/verify/offline.html",
        "/positions/fund-the-coordinator/report", "/positions/fund-the-coordinator/versions/1",
    ],
    "drafter": [
        "/staff/", "/staff/positions/new", f"{HERE}/edit", HERE, f"{HERE}/comments", f"{HERE}/compare", "/staff/help",
        f"{HERE}/versions/1", "/staff/editions/",
    ],
    "reviewer": ["/staff/", "/staff/positions/position-0/versions/1/check", "/staff/positions/open/versions/1/check"],
    "publisher": [
        "/staff/", "/staff/positions/many/versions/1/round/remind", "/staff/positions/many/versions/1/round/deadline",
        "/staff/positions/many/versions/1/round/recall", "/staff/positions/many/versions/1/publish",
        "/staff/positions/many", "/staff/positions/many/versions/1/round", "/staff/positions/many/comments",
        "/staff/positions/open", f"{HERE}/retire", f"{HERE}/versions/1/signatories/partner-000/remove",
        f"{HERE}/versions/1/round/partners/partner-000/drop", f"{HERE}/deliver", f"{HERE}/grouping", f"{HERE}/sign-on",
        "/staff/news", "/staff/newsletters/new", "/staff/meetings/new", "/staff/reports", "/staff/replies",
        "/staff/partners/commitments", "/staff/partners/expertise", "/staff/partners/segments",
        "/staff/partners/partner-000/profile",
    ],
    "administrator": [
        "/staff/partners/new", "/staff/partners/import", "/staff/partners/partner-000", "/staff/users/new",
        "/staff/partners/partner-000/edit", "/staff/partners/partner-000/leave", "/staff/users/1", "/staff/letters/1",
        "/staff/account/authenticator", "/staff/coalition", "/staff/system", "/staff/erase", "/staff/restored",
        "/staff/partners/partner-000/merge", "/staff/partners/commitments/ask",
    ],
}  # fmt: skip


@pytest.mark.torture
def test_the_nu_html_checker_finds_no_error(client: InspectingClient, house: House, tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None or not JAR.exists():
        pytest.skip("NU HTML CHECKER SKIPPED: Java or vnu-jar is missing; `make torture` gets the second where npm is")
    furnish(house, partners=3, positions=1)
    turned(house, ["Oak 0", "Oak 1"], "Many")
    with house.database.unit_of_work() as session:
        house.position(session, "Open")
        version = session.scalars(select(Version).where(Version.title == "Many")).one()
        secret = house.secret(house.link(session, version, "Oak 0"))
    own = [f"/r/{secret}{page}" for page in ("", "/packet", "/organization", "/profile", "/fresh")]
    addresses: dict[str, str] = {}
    for role, pages in {**MORE, "public": [*PAGES["public"], *MORE["public"], *own], "": PAGES["publisher"]}.items():
        client.sign_out() if role == "public" else client.sign_in(role or "publisher")
        for path in pages:
            response = client.get(path)
            if response.mimetype == "text/html" and response.status_code not in (302, 303):
                assert response.status_code in (200, 404), (path, response.status_code)
                name = f"{len(addresses):03}.html"
                addresses[name] = path
                (tmp_path / name).write_text(response.text, encoding="utf-8")
    assert len(addresses) > 90
    command = [java, "-jar", str(JAR), "--errors-only", "--format", "json", *map(str, sorted(tmp_path.glob("*.html")))]
    checked = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603
    found = {
        (addresses[Path(message["url"]).name], message["message"], message.get("extract", "")[:120])
        for message in json.loads(checked.stderr)["messages"]
    }
    assert not found, "\n".join(map(str, sorted(found)))
