"""Security logs go after their days, by a worker's turn; what is still in use stays."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from signoff.models import IdempotentCall, SignInFailure, StaffSession
from signoff.services.accounts.sessions import start_session
from signoff.services.accounts.throttling import attempt_at_address, record_failure
from signoff.worker.turn import delete_old
from tests.house import House


def kept(house: House) -> Counter[str]:
    with house.database.reading() as session:
        tables = (SignInFailure, StaffSession, IdempotentCall)
        return Counter({one.__tablename__: session.scalar(select(func.count()).select_from(one)) for one in tables})


def test_old_logs_go_and_nothing_that_is_in_use(house: House) -> None:
    with house.database.unit_of_work() as session:
        user = house.user(session, "drafter")
        record_failure(session, attempt_at_address("a@b.example"), "127.0.0.1", clock=house.clock)
        call = IdempotentCall(user_id=user.id, key="k", request_digest="d", status=200, answer="{}", at=house.clock())
        session.add(call)
        start_session(session, user, clock=house.clock)
        start_session(session, user, clock=house.clock)
        ended = session.scalars(select(StaffSession)).first()
        assert ended is not None
        ended.ended_at = house.clock()
        lasting = session.scalars(select(StaffSession).order_by(StaffSession.id.desc())).first()
        assert lasting is not None
        ends_after = lasting.expires_at - house.clock()
    before = kept(house)
    assert before == Counter(sign_in_failure=2, staff_session=2, idempotent_call=1)
    house.clock.advance(days=90)
    delete_old(house.worker())
    assert kept(house) == before
    house.clock.advance(seconds=1)
    delete_old(house.worker())
    assert kept(house) == Counter(sign_in_failure=0, staff_session=2, idempotent_call=0)
    house.clock.now += ends_after + timedelta(seconds=1)
    delete_old(house.worker())
    assert kept(house) == Counter(sign_in_failure=0, staff_session=0, idempotent_call=0)
