"""The views as tables that can be selected from; each is read here and written nowhere."""

from sqlalchemy import Column, Integer, MetaData, Table, Text

from signoff.models.base import Instant

# A metadata of their own: no migration and no create_all may take a view for a table.
_VIEWED = MetaData()

approval = Table(
    "approval",
    _VIEWED,
    Column("answer_id", Integer),
    Column("version_id", Integer),
    Column("partner_id", Integer),
    Column("public_name", Text),
    Column("public_note", Text),
    Column("at", Instant),
)

signatory = Table(
    "signatory",
    _VIEWED,
    Column("publication_id", Integer),
    Column("position_id", Integer),
    Column("version_id", Integer),
    Column("partner_id", Integer),
    Column("answer_id", Integer),
    Column("public_name", Text),
    Column("public_note", Text),
    Column("approved_at", Instant),
    Column("partner", Text),
    Column("level", Text),
    Column("website", Text),
    Column("left_at", Instant),
)

listing = Table(
    "listing",
    _VIEWED,
    Column("publication_id", Integer),
    Column("answer_id", Integer),
    Column("partner_id", Integer),
    Column("public_name", Text),
    Column("listed_from", Instant),
    Column("listed_until", Instant),
    Column("ended_by", Text),
)

request_state = Table(
    "request_state",
    _VIEWED,
    Column("request_id", Integer),
    Column("version_id", Integer),
    Column("partner_id", Integer),
    Column("answer_id", Integer),
    Column("answered_at", Instant),
    Column("status", Text),
)
