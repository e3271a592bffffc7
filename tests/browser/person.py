"""A person at a browser: finds things by their labels and roles, and looks at every page with axe."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page

from tests.house import PASSWORD

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All that axe judges by the colors that are computed; everything else is the same in both schemes.
BY_COLOR = ["color-contrast", "link-in-text-block"]
# One loop of a template makes all rows of a table: axe needs a minute for two thousand and finds the same in each.
LIKE_THE_ROWS_BEFORE = "table.rows tbody tr:nth-child(n + 101)"


class Person:
    """One browser context; `scripts` off is a browser that runs none."""

    def __init__(
        self, browser: Browser, site: str, *, scripts: bool = True, width: int = 1280, dark: bool = False
    ) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        # What the browser says of an answer's status is no complaint about the page.
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def go(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.site + path)
        return self.page

    def sign_in(self, role: str) -> "Person":
        self.context.clear_cookies()
        page = self.go("/login")
        page.get_by_label("Email address").fill(f"{role}@coalition.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff/")
        return self

    def findings(self) -> list[str]:
        """What axe finds on the page as it stands, and what the browser complained about."""
        self.page.evaluate(AXE)
        return self._violations(WCAG) + self.complaints

    def findings_in_dark(self) -> list[str]:
        """What axe finds in the colors of the dark scheme, on a page that `findings` has looked at."""
        self.page.emulate_media(color_scheme="dark")
        found = self._violations(BY_COLOR)
        self.page.emulate_media(color_scheme="light")
        return found

    def _violations(self, tags_or_rules: list[str]) -> list[str]:
        result: Any = self.page.evaluate(
            "([exclude, only]) => axe.run({exclude: [exclude]}, {runOnly: only})", [LIKE_THE_ROWS_BEFORE, tags_or_rules]
        )
        return [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    def unreachable(self) -> list[str]:
        """What can be pressed or filled in and that Tab never reaches; within a toolbar the arrows do."""
        result: list[str] = self.page.evaluate(
            """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button]')]
                .filter((e) => e.type !== 'hidden' && e.checkVisibility() && !e.disabled && e.tabIndex !== 0)
                .filter((e) => !e.closest('[role=toolbar]')).map((e) => e.outerHTML.slice(0, 200))"""
        )
        return result

    def overflows(self) -> bool:
        """Whether the page is wider than the window, or on a phone a list of rows wider than its place."""
        return bool(
            self.page.evaluate(
                """() => [document.documentElement, ...document.querySelectorAll('.scroll:has(> .rows)')]
                    .filter((e) => e === document.documentElement || innerWidth < 640)
                    .some((e) => e.scrollWidth > e.clientWidth)"""
            )
        )

    def close(self) -> None:
        self.context.close()
