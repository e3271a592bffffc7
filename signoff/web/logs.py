"""How a process of ours logs: sentences for people, or one JSON object on each line for programs; never a secret."""

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

from signoff.db.database import UNAVAILABLE
from signoff.web.log_masking import mask, mask_logs

# The id of the request that this thread answers.
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


def start_logging(style: str) -> None:
    """Write everything that is logged in this process to standard error, as `text` or `json`; for processes of ours.

    In JSON each request and each email that leaves has a line of its own; in text only what someone should look at.
    """
    mask_logs()
    handler = LogLines(sys.stderr)
    handler.addFilter(_without_known_tracebacks)
    handler.setFormatter(JsonLines() if style == "json" else _sentences())
    logging.getLogger().handlers = [handler]
    logging.getLogger("signoff").setLevel(logging.INFO if style == "json" else logging.WARNING)


class LogLines(logging.StreamHandler[TextIO]):
    """Writes the lines of the log, and remembers when they cannot be written: the log itself cannot say so."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._why = ""  # why the last line could not be written; empty when it was

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; the first one after lines that were lost says that they are missing."""
        self.try_again()
        if not self.problem:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the library's name)
        """Remember why a line could not be written."""
        problem = sys.exc_info()[1]
        if isinstance(problem, OSError):
            self._why = problem.strerror or str(problem)
        else:
            super().handleError(record)

    @property
    def problem(self) -> str:
        """Why lines of the log are lost right now, in a sentence; empty when they are not."""
        with self.lock or nullcontext():
            return f"The log cannot be written: {self._why}." if self._why else ""

    def try_again(self) -> None:
        """Say in the log that lines are missing, if any are; nothing is lost from then on once that can be written."""
        with self.lock or nullcontext():
            if self._why:
                said = f"The log could not be written for a while: {self._why}. Lines before this one may be missing."
                self._why = ""
                super().emit(logging.LogRecord("signoff", logging.WARNING, __file__, 0, said, (), None))


def log_problem() -> str:
    """Why the log of this process cannot be written, in a sentence; empty when it can be, or is not ours."""
    return next(filter(None, (handler.problem for handler in _our_lines())), "")


def retry_log() -> None:
    """Write to a log that could not be written: a process that has little to log would not notice that it can again."""
    for handler in _our_lines():
        handler.try_again()


def _our_lines() -> Iterator[LogLines]:
    return (handler for handler in logging.getLogger().handlers if isinstance(handler, LogLines))


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
