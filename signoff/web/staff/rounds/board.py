"""The board of a round: what came of each question, filtered and sorted, as a page and as CSV; acts on those ticked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from signoff.domain.permissions import Act, Role, may
from signoff.domain.positions.next_step import Step
from signoff.domain.time import rfc3339
from signoff.models import Referral, Round, Version
from signoff.services.accounts.users import names_of_role, user_names
from signoff.services.outbox.outbox import LetterFilter as WantedLetters
from signoff.services.outbox.outbox import count_by_state
from signoff.services.partners.contact_confirmation import confirmation_problems
from signoff.services.partners.name_proposals import waiting_names
from signoff.services.partners.referrals import referrals_of
from signoff.services.positions.exemptions import exemptions_of
from signoff.services.positions.publishing_rules import reasons_not_to_publish
from signoff.services.positions.version_status import VersionStatus, status_of
from signoff.services.publications.schedules import waiting_acts
from signoff.services.rounds.board import (
    SORTS,
    BoardFilter,
    BoardRow,
    answers_by_day,
    board,
    count_on_board,
    ids_on_board,
)
from signoff.services.rounds.progress import RoundProgress, days_left, progress_of
from signoff.web.access import staff
from signoff.web.installation import acting, db, installation
from signoff.web.request_parsing import chosen_ids, whole_number
from signoff.web.spreadsheet import as_csv, as_workbook
from signoff.web.staff.blueprint import pages
from signoff.web.staff.positions.next_step import NextStep, next_step_of
from signoff.web.staff.rounds.round_actions import drop_several, remind_several
from signoff.web.staff.rounds.rounds import version_at
from signoff.web.states import STATES

ON_ONE_PAGE = 50
_FEWEST_DAYS, _MOST_DAYS = 2, 62


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round", endpoint="board")
@staff(Act.READ)
def show_board(slug: str, number: int) -> str:
    """The board of a round, a page of rows at a time."""
    version, board_filter = version_at(slug, number), _wanted()
    page = max(1, whole_number(request.args.get("page", "")) or 1)
    life, progress, named = status_of(db(), version), progress_of(db(), version), referrals_of(db(), version)
    result = count_on_board(db(), version, board_filter) if board_filter.words else _counted(progress, board_filter)
    return render_template(
        "staff/rounds/board.html",
        section="staff.positions",
        position=version.position,
        version=version,
        life=life,
        next=(step := _next_step(life, progress)),
        progress=progress,
        days_left=_days_left(life),
        rows=board(db(), version, board_filter, offset=(page - 1) * ON_ONE_PAGE, limit=ON_ONE_PAGE),
        wanted=board_filter,
        found=result,
        page=page,
        pages=max(1, -(-result // ON_ONE_PAGE)),
        at=lambda **changes: _address(version, board_filter, **changes),
        letters=count_by_state(db(), WantedLetters(version_id=version.id)),
        chart=_chart(version, life.round) if life.round else None,
        users=user_names(db()),
        handed={item.partner_id: item for item in named if not item.names_nobody},
        author=False,
        scheduled=waiting_acts(db(), version.position) if step and step.step == Step.PUBLISH else (),
        proposals=[item for item in waiting_names(db()) if item.link.request.version_id == version.id],
        confirmation_problems=confirmation_problems(db(), acting(), at=installation().clock()),
        referrals=(unsettled := [item for item in named if item.settled_at is None]),
        administrators=_who_changes_contacts(unsettled),
        exemptions=exemptions_of(db(), version),
    )


def _who_changes_contacts(unsettled: list[Referral]) -> list[str]:
    # Said only to those who may not do it themselves.
    if may(acting(), Act.MANAGE_PARTNERS) or not any(item.names_nobody for item in unsettled):
        return []
    return names_of_role(db(), Role.ADMINISTRATOR)


def _wanted() -> BoardFilter:
    asked = request.values
    return BoardFilter(
        status=asked.get("status", "") if asked.get("status") in STATES else "",
        words=asked.get("q", "").strip()[:200],
        sort=asked.get("sort", "") if asked.get("sort") in SORTS else "name",
    )


def _counted(progress: RoundProgress, board_filter: BoardFilter) -> int:
    if board_filter.status == "noted":
        return progress.with_note
    return progress.counts.get(board_filter.status, 0) if board_filter.status else sum(progress.counts.values())


def _next_step(life: VersionStatus, progress: RoundProgress) -> NextStep | None:
    if not life.round:
        return None
    may_be_published = life.publication is None and not reasons_not_to_publish(db(), life.version)
    return next_step_of(life, progress, may_be_sent=True, may_be_published=may_be_published)


def _days_left(life: VersionStatus) -> int:
    here = installation()
    return days_left(life.round, zone=here.settings.timezone, at=here.clock()) if life.round else 0


def _address(version: Version, board_filter: BoardFilter, **changes: Any) -> str:
    query = {"status": board_filter.status, "q": board_filter.words, "sort": board_filter.sort} | changes
    kept = {name: value for name, value in query.items() if value and (name, value) != ("sort", "name")}
    return url_for("staff.board", slug=version.position.slug, number=version.number, **kept)


@dataclass(frozen=True)
class _Chart:
    """Answers on each day of a round; `most` is the height of the tallest bar."""

    days: list[tuple[date, int]]
    most: int


def _chart(version: Version, asked: Round) -> _Chart | None:
    zone = installation().settings.timezone
    given = dict(answers_by_day(db(), version, zone))
    if len(given) < _FEWEST_DAYS:
        return None
    last = max(given)
    first = max(min(asked.opened_at.astimezone(zone).date(), min(given)), last - timedelta(days=_MOST_DAYS - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return _Chart([(day, given.get(day, 0)) for day in days], max(given.values()))


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round.csv")
@staff(Act.READ)
def export_board(slug: str, number: int) -> Response:
    """The rows that are wanted as CSV."""
    version = version_at(slug, number)
    return as_csv(_cells(board(db(), version, _wanted())), name=f"{version.position.slug}-{version.number}.csv")


@pages.get("/staff/positions/<slug:slug>/versions/<number:number>/round.xlsx")
@staff(Act.READ)
def export_board_as_workbook(slug: str, number: int) -> Response:
    """The rows that are wanted as an Excel workbook."""
    version = version_at(slug, number)
    return as_workbook(_cells(board(db(), version, _wanted())), name=f"{version.position.slug}-{version.number}.xlsx")


_COLUMNS = (
    "partner", "status", "letter", "letter_reply", "public_name", "answered_at", "by", "job_title", "reason", "note",
)  # fmt: skip


def _cells(rows: list[BoardRow]) -> Iterator[tuple[str, ...]]:
    yield _COLUMNS
    for row in rows:
        answer, person, letter = row.answer, row.person, row.letter
        said = (person.full_name, person.job_title, person.reason, person.note) if person else (None,) * 4
        yield (
            row.partner.name,
            STATES[row.status][0],
            letter.state if letter else "",
            letter.reply if letter else "",
            (answer.public_name or "") if answer else "",
            rfc3339(answer.at) if answer else "",
            *(words or "" for words in said),
        )


@pages.post("/staff/positions/<slug:slug>/versions/<number:number>/round")
@staff(Act.ASK)
def act_on_board(slug: str, number: int) -> AnyResponse | str:
    """Show exactly what would be done to the ticked partners, or to all that were found; nothing is done yet."""
    version, board_filter = version_at(slug, number), _wanted()
    everyone = request.form.get("whom") == "all"
    ids = set(ids_on_board(db(), version, board_filter)) if everyone else chosen_ids("partner")
    if not ids:
        flash("No partner is selected. Nothing was done.", "note")
        return redirect(_address(version, board_filter), 303)
    return drop_several(version, ids) if request.form.get("act") == "drop" else remind_several(version, ids)
