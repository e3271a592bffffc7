"""Deletes security logs that are old: failed sign-ins, sessions that are over, kept answers of the API."""

from datetime import datetime

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from signoff.models import IdempotentCall, SignInFailure, StaffSession


def delete_old_logs(session: Session, *, before: datetime) -> None:
    """Delete what happened, or was over, before this moment. A repeated call of the API acts again from then on."""
    over = func.coalesce(StaffSession.ended_at, StaffSession.expires_at)
    session.execute(delete(SignInFailure).where(SignInFailure.at < before))
    session.execute(delete(StaffSession).where(over < before, StaffSession.expires_at < before))
    session.execute(delete(IdempotentCall).where(IdempotentCall.at < before))
