"""How fast a published position is served, as a ratio against the page of the fewest names in the same run.

Run with `make bench`. What is measured is the application's own time for a request, without a network: the page
reads its names from the answers each time. A ratio below that of the numbers of names is better than linear.
"""

import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from signoff.db import schema
from signoff.db.database import Database
from signoff.web.app import create_app
from tests.house import House, settings_for

SIZES = (10, 500, 2000)
REQUESTS = 30


def main() -> None:
    print(f"{'signatories':>12} {'page ms':>9} {'json ms':>9} {'bytes':>9} {'page ratio':>11} {'names ratio':>12}")
    with tempfile.TemporaryDirectory() as folder:
        first = 0.0
        for size in SIZES:
            page, json, length = measure(size, Path(folder) / str(size))
            first = first or page
            ratios = f"{page / first:>10.1f}x {size / SIZES[0]:>11.0f}x"
            print(f"{size:>12} {page * 1000:>9.2f} {json * 1000:>9.2f} {length:>9} {ratios}")


def measure(size: int, folder: Path) -> tuple[float, float, int]:
    """Seconds for the page and for its JSON, and the length of the page in bytes."""
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'signoff.db'}")
    schema.upgrade(database)
    house = House(settings_for(f"sqlite:///{folder / 'signoff.db'}", folder), database)
    with database.unit_of_work() as session:
        house.furnish(session)
        names = [f"Partner {number:05}" for number in range(size)]
        version = house.asked(session, *names)
        for name in names:
            house.say(session, version, name)
        house.publish(session, version)
        session.execute(text("ANALYZE"))
    app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    page = seconds(app, "/positions/fund-the-coordinator")
    json = seconds(app, "/positions/fund-the-coordinator.json")
    return page, json, len(call(app, "/positions/fund-the-coordinator"))


def seconds(app: Callable[..., Any], path: str) -> float:
    """The median of the times one request takes."""
    call(app, path)
    times = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        call(app, path)
        times.append(time.perf_counter() - began)
    return sorted(times)[REQUESTS // 2]


def call(app: Callable[..., Any], path: str) -> bytes:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    answer = app(environ, lambda status, headers, problem=None: None)
    try:
        return b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()


main()
