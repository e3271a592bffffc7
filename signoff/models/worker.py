"""The worker's sign of life: one row, read by /readyz."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from signoff.models.base import Base


class WorkerBeat(Base):
    """When the worker last looked for work."""

    __tablename__ = "worker_beat"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    at: Mapped[datetime]
