"""The pages of sharing and of reports in a real browser: looked at by axe, on a phone and on a desk."""

from playwright.sync_api import Browser, expect

from tests.browser.person import Person
from tests.house import House

POSITION = "/positions/fund-the-coordinator"


def test_someone_copies_the_frame_and_reports_a_problem_and_axe_finds_nothing(
    browser: Browser, site: str, house: House
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder Trust")
        house.say(session, version, "Alder Trust", public_note="For one year.")
        house.publish(session, version)
    for width, dark in ((375, True), (1280, False)):
        reader = Person(browser, site, width=width, dark=dark)
        page = reader.go(POSITION)
        page.get_by_text("Embed on your site").click()
        assert f"/embed{POSITION.removeprefix('/positions')}" in page.get_by_label("HTML code").input_value()
        assert reader.findings() == [] and not reader.overflows()
        reader.go(f"/embed{POSITION.removeprefix('/positions')}")
        assert reader.findings() == [] and not reader.overflows()
        page = reader.go(POSITION)
        page.get_by_role("link", name="Report a problem with this list").click()
        assert reader.findings() == [] and not reader.overflows()
        page.get_by_label("What is wrong").fill("Alder Trust never signed this.")
        page.get_by_role("button", name="Send report").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
        reader.sign_in("publisher").go("/staff/reports")
        assert reader.findings() == [] and not reader.overflows()
        page.get_by_role("button", name="Mark as settled").first.click()
        expect(page.get_by_text("The report was marked as settled.")).to_be_visible()
        reader.close()
