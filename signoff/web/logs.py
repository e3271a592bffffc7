"""How a process of ours logs: sentences for people, or one JSON object on each line for programs; never a secret."""

import json
import logging
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from signoff.db.database import UNAVAILABLE
from signoff.web.log_masking import mask, mask_logs

# The id of the request that this thread answers.
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


def start_logging(style: str) -> None:
    """Write everything that is logged in this process to standard error, as `text` or `json`; for processes of ours.

    In JSON each request and each email that leaves has a line of its own; in text only what someone should look at.
    """
    mask_logs()
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_without_known_tracebacks)
    handler.setFormatter(JsonLines() if style == "json" else _sentences())
    logging.getLogger().handlers = [handler]
    logging.getLogger("signoff").setLevel(logging.INFO if style == "json" else logging.WARNING)


def _sentences() -> logging.Formatter:
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    return formatter


class JsonLines(logging.Formatter):
    """A record as one line of JSON: when, how grave, who says what, for which request; `facts` stand beside these."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line.update(getattr(record, "facts", {}))
        if record.exc_info:
            line["traceback"] = mask(self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = record.stack_info
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_known_tracebacks(record: logging.LogRecord) -> bool:
    # Procrastinate logs a traceback for each connection that ends; the worker says in one line what it does about it.
    problem = record.exc_info[1] if record.exc_info else None
    if problem and record.name.startswith("procrastinate") and _is_unavailable(problem):
        said = " ".join(str(problem.__cause__ or problem).split())
        record.msg, record.args = "the database cannot be reached: %s", (said,)
        record.exc_info = record.exc_text = None
    return True


def _is_unavailable(problem: BaseException) -> bool:
    # Procrastinate is an extra, and may not be there to be imported.
    return isinstance(problem, UNAVAILABLE) or type(problem).__name__ == "ConnectorException"
