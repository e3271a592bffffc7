"""Staff hear by email that a contact asks to receive no more emails, unless someone has seen to it before."""

from collections.abc import Callable

from signoff.services.partners.referrals import settle_referral
from signoff.services.partners.stepping_back import step_back
from tests.house import House
from tests.letters.sink import Sink


def test_the_publisher_hears_who_asks_not_to_be_emailed(
    house: House, sink: Sink, deliver: Callable[[], list[str]]
) -> None:
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
        for name in ("Alder", "Birch"):
            link, signed = house.link(session, version, name), f"ana {name}"
            asked = step_back(session, link, signed=signed, shown_digest=version.digest, clock=house.clock)
        settle_referral(house.act(session, house.user(session, "publisher").actor), asked, accepted=False)
    deliver()
    (letter,) = sink.to("publisher@coalition.example")
    assert letter["Subject"] == "Please decide: Ana Alder of Alder asks not to be emailed"
    assert "/staff/positions/fund-the-coordinator/versions/1/round" in str(letter)
