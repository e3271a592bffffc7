"""What is asked about before partners are asked: a round that ends by it, a near deadline, a newer version."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from signoff.domain.errors import Reason
from signoff.domain.phrasing import counted, enumerated, sentence_for

NEAR = timedelta(hours=24)
USUAL_DAYS = 14
_HOUR = 17


def ending_reason(number: int, approvals: int, *, is_public: bool) -> Reason:
    """That asking ends the open round on an earlier version, and what becomes of its approvals."""
    if is_public:
        text = f"This ends the round on version {number}. Its names stay public until a later version is published."
    elif approvals:
        text = f"This ends the round on version {number}: {counted(approvals, 'approval')} will no longer count."
    else:
        text = f"This ends the round on version {number}. No approvals are lost."
    return Reason("ends_round", text)


def near_deadline_reason(deadline: datetime, *, at: datetime) -> Reason | None:
    """That a deadline is so near that an email sent `at` may be read too late; None when it is not, or has passed."""
    if not timedelta(0) < deadline - at < NEAR:
        return None
    hours = int((deadline - at) / timedelta(hours=1))
    left = counted(hours, "hour") if hours else "less than an hour"
    text = f"The deadline is {left} after the email is sent. Partners may read it too late to answer."
    return Reason("near", text, "deadline")


def newer_version_reason(asked: int, newest: int) -> Reason | None:
    """That a newer version than the one asked about is saved; None when there is none."""
    if newest <= asked:
        return None
    return Reason("newer_saved", f"Version {newest} is saved already, but you are asking about version {asked}.")


def earlier_approval_reasons(number: int, partners: Sequence[tuple[str, int]]) -> list[Reason]:
    """Who approved an earlier version but not this one, as one reason; `partners` are names with those versions."""
    if not partners:
        return []
    names = enumerated([f"{name} (version {earlier})" for name, earlier in partners])
    text = sentence_for(
        len(partners),
        "One partner approved an earlier version but not version {version}, and is not named on it: {names}.",
        "{Number} partners approved an earlier version but not version {version}, and are not named on it: {names}.",
        version=number,
        names=names,
    )
    return [Reason("approved_earlier", text)]


def usual_deadline(at: datetime, zone: tzinfo) -> datetime:
    """The deadline that is proposed: 5 p.m. two weeks from now, on a weekday of the zone; in the zone's time."""
    day = (at.astimezone(zone) + timedelta(days=USUAL_DAYS)).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)
