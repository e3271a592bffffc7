"""Makes the README's screenshots from the demonstration, in a browser, so that they show what is true now.

Run with `make screenshots`. It runs a demonstration of its own beside any other, on a free port.
"""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "images"
POSITION = "every-community-school-needs-a-coordinator-paid-for-years"
ASKING = "open-the-schoolyard-after-the-last-bell"
PASSWORD = "seven lanterns by the gate"  # noqa: S105 - the demo prints it


def main() -> None:
    """Start the demo again, photograph four pages, stop it."""
    FOLDER.mkdir(exist_ok=True)
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    demo = subprocess.Popen([sys.executable, "-m", "signoff", "demo", "--reset", "--port", str(port)])  # noqa: S603
    try:
        _wait_for(f"{base}/healthz")
        _wait_for_letters(base)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            _photograph(browser, base)
            browser.close()
    finally:
        demo.terminate()
        demo.wait(10)


def _photograph(browser: Browser, base: str) -> None:
    page = browser.new_page(viewport={"width": 1180, "height": 900})
    _shoot(page, f"{base}/positions/{POSITION}", "public")
    _shoot(page, _link(base), "partner")
    page.goto(f"{base}/login")
    page.get_by_label("Email address").fill("paul@coalition.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff/")
    _shoot(page, f"{base}/staff/positions/{ASKING}", "staff")
    _shoot(page, f"{base}/staff/positions/{ASKING}/versions/2/round", "round")


def _shoot(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.evaluate("document.querySelector('.demo')?.remove()")
    page.screenshot(path=FOLDER / f"{name}.png", clip={"x": 0, "y": 0, "width": 1180, "height": 900})


def _link(base: str) -> str:
    inbox = _read(f"{base}/demo/inbox")
    # Of a partner that approved the first version, so that the question and what changed are seen.
    asked_again = r'href="(/demo/inbox/\d+)">Text changed: please answer again[^<]*</a></th><td[^>]*>Lena'
    for letter in re.findall(asked_again, inbox):
        if search_result := re.search(rf"{re.escape(base)}/r/[\w-]+", _read(base + letter)):
            return search_result[0]
    raise RuntimeError("no request letter in the demo inbox")


def _wait_for_letters(base: str) -> None:
    _until(lambda: "please answer again" in _read(f"{base}/demo/inbox"))


def _wait_for(address: str) -> None:
    def answers() -> bool:
        try:
            return bool(_read(address))
        except OSError:
            return False

    _until(answers)


def _until(done) -> None:  # type: ignore[no-untyped-def]
    for _ in range(300):
        if done():
            return
        time.sleep(0.2)
    raise RuntimeError("the demo did not start")


def _read(address: str) -> str:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - loopback
        return str(answer.read().decode())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
