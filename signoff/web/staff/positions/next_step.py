"""What to do next about a version, for the pages that offer it first."""

from dataclasses import dataclass
from datetime import datetime

from signoff.domain.permissions import Role
from signoff.domain.positions.next_step import Step
from signoff.domain.rounds.reminders import AT_MOST_EVERY
from signoff.services.accounts.users import names_of_role
from signoff.services.positions.version_status import VersionStatus
from signoff.services.rounds.progress import RoundProgress, count_to_remind, next_reminder, step_of
from signoff.web.installation import acting, db, installation

# The role that may take a step; the others read who can.
_ROLES = {
    Step.CHECK: Role.REVIEWER,
    Step.REWRITE: Role.DRAFTER,
    **dict.fromkeys((Step.ASK, Step.REMIND, Step.REACH, Step.ADD, Step.PUBLISH), Role.PUBLISHER),
}


@dataclass(frozen=True)
class NextStep:
    """What to do next about a version, with all that its sentence says."""

    step: Step
    life: VersionStatus
    progress: RoundProgress
    to_remind: int
    reminder: datetime | None
    was_just_asked: bool
    may_be_published: bool
    role: str
    people: list[str]

    @property
    def may_be_taken(self) -> bool:
        """Whether who is signed in has the role for it; the others read in `people` who can take it."""
        return not self.role or self.role in acting().roles


def next_step_of(
    life: VersionStatus, progress: RoundProgress, *, may_be_sent: bool, may_be_published: bool
) -> NextStep:
    """What to do next about a version, as things are now."""
    at, zone = installation().clock(), installation().settings.timezone
    is_open = life.round is not None and life.round.ended_at is None
    to_remind = count_to_remind(db(), life.version, at=at) if is_open and progress.waiting else 0
    step = step_of(life, progress, to_remind=to_remind, may_be_sent=may_be_sent, may_be_published=may_be_published)
    return NextStep(
        step,
        life,
        progress,
        to_remind,
        next_reminder(life.round, zone=zone, at=at) if life.round else None,
        life.round is not None and at - life.round.opened_at < AT_MOST_EVERY,
        may_be_published,
        role := _ROLES.get(step, ""),
        names_of_role(db(), Role(role)) if role and role not in acting().roles else [],
    )
