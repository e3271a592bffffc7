"""What should happen next to a position's newest version, so that its page offers that first."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The next thing to do about a version."""

    CHECK = "check"
    FIX = "fix"  # something keeps it from being sent
    ASK = "ask"
    REMIND = "remind"
    WAIT = "wait"  # everyone who has not answered was reminded within the last day
    REACH = "reach"  # no email reaches those who have not answered
    ADD = "add"  # more partners, or more time: no one is waiting, and it cannot be published yet
    PUBLISH = "publish"
    REWRITE = "rewrite"  # this version is over
    DONE = "done"


@dataclass(frozen=True)
class StepFacts:
    """What is known of a version: its check, its round, its publication, and both gates."""

    is_checked: bool
    may_be_sent: bool
    may_be_published: bool
    has_round: bool = False
    round_is_open: bool = False
    round_is_void: bool = False  # recalled or replaced
    is_public: bool = False
    was_public: bool = False
    waiting: int = 0
    to_remind: int = 0
    unreached: int = 0


def next_step(facts: StepFacts) -> Step:
    """The one thing that its page offers first."""
    if facts.was_public or (facts.round_is_void and not facts.is_public):
        return Step.REWRITE
    if facts.round_is_open and facts.waiting:
        return Step.REMIND if facts.to_remind else Step.WAIT
    if facts.round_is_open and facts.unreached:
        return Step.REACH
    if facts.is_public:
        return Step.DONE
    if not facts.is_checked:
        return Step.CHECK
    if not facts.has_round:
        return Step.ASK if facts.may_be_sent else Step.FIX
    return Step.PUBLISH if facts.may_be_published else Step.ADD
