"""The status of a version and of a request: read from what happened, never stored."""

from enum import StrEnum


class VersionState(StrEnum):
    """Where a version stands in its life."""

    DRAFTED = "drafted"
    CHECKED = "checked"
    ASKING = "asking"
    PUBLISHED = "published"
    RETIRED = "retired"
    SUPERSEDED = "superseded"


def version_state(*, check_completed: bool, round_open: bool, published: bool, ended_as: str | None) -> VersionState:
    """The state of a version: what its publication says, else its round, else its check."""
    if ended_as is not None:
        return VersionState(ended_as)
    if published:
        return VersionState.PUBLISHED
    if round_open:
        return VersionState.ASKING
    return VersionState.CHECKED if check_completed else VersionState.DRAFTED


class RequestStatus(StrEnum):
    """What came of the question to one partner."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    ABSTAINED = "abstained"
    WITHDRAWN = "withdrawn"
    CONTESTED = "contested"
    REMOVED = "removed"
    UNANSWERED = "unanswered"
    SUPERSEDED = "superseded"
    RECALLED = "recalled"
    DROPPED = "dropped"


class RoundEnd(StrEnum):
    """How a round ended."""

    CLOSED = "closed"
    REPLACED = "replaced"
    RECALLED = "recalled"


class ScheduledKind(StrEnum):
    """What can be scheduled."""

    ASK = "ask"
    PUBLISH = "publish"


class ScheduleEnd(StrEnum):
    """How a scheduled act ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


class PublicationEnd(StrEnum):
    """How a publication ended."""

    RETIRED = "retired"
    SUPERSEDED = "superseded"
