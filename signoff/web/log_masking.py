"""Masks secrets in whatever the process logs: links of partners and accounts, API tokens, cookies, passwords."""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

# An address may be written as it is, percent-encoded, or encoded again inside another address.
_SLASH = r"(?:/|%(?:25)*2f)+"
_REST = r"(?:(?!%(?:25)*(?:2f|3f|23|26))[^\s/?#&'\"<>\\])+"
_CHARACTER = r"(?:[A-Za-z0-9_-]|%(?:25)*[2-7][0-9A-Fa-f])"
_BEFORE_SECRETS = rf"r|%(?:25)*72|login{_SLASH}link|sign-on|set-up|subscriptions"
_PATTERNS = [
    (re.compile(rf"({_SLASH}(?:{_BEFORE_SECRETS}){_SLASH}){_REST}", re.IGNORECASE), r"\1***"),
    (re.compile(r"\bsignoff_[A-Za-z0-9_-]{24,}"), "signoff_***"),
    (re.compile(r"(authorization['\"]?\s*[:=,]\s*['\"]?)[^\r\n'\"]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{16,}"), r"\1 ***"),
    (re.compile(r"(cookie['\"]?\s*[:=,]\s*['\"]?)[^\r\n'\"]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"((?:__Host-|__Secure-)?signoff=)[^\s;,'\"]+"), r"\1***"),
    (re.compile(r"(://)[^/\s:@'\"]+:[^/\s@'\"]+@"), r"\1***@"),
    # Whatever else has the length and the letters of a secret, wherever it stands.
    (
        re.compile(
            rf"(?:(?<![A-Za-z0-9_%-])|(?<=%2F)|(?<=%2f)|(?<=%3D))"
            rf"(?=[0-9a-z_%-]*[A-Z])(?=[0-9A-Z_%-]*[a-z]){_CHARACTER}{{43}}(?![A-Za-z0-9_-])"
        ),
        "***",
    ),
]


def mask(text: str) -> str:
    """The text without secrets: `/r/***`, `/login/link/***`, and stars for tokens, cookies and passwords."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


class MaskedRecord(logging.LogRecord):
    """A log record that never held a secret: not in its message, its arguments, its traceback or its stack.

    `template` is the message as the program has it, without its arguments.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.template = mask(str(self.msg))
        if isinstance(self.args, tuple):
            self.args = tuple(mask(value) if isinstance(value, str) else value for value in self.args)
        message = self._message()
        if (masked := mask(message)) != message:
            self.msg, self.args = masked, ()

    def _message(self) -> str:
        try:
            return self.getMessage()
        except Exception:  # the arguments do not fit; logging would print them as they are
            self.msg, self.args = mask(f"{self.msg} {self.args!r}"), ()
            return str(self.msg)

    @property
    def exc_text(self) -> str | None:
        """The traceback, which a formatter leaves here before it is written."""
        return self._exc_text

    @exc_text.setter
    def exc_text(self, text: str | None) -> None:
        self._exc_text = mask(text) if text else text

    @property
    def stack_info(self) -> str | None:
        """The stack, where one was asked for."""
        return self._stack_info

    @stack_info.setter
    def stack_info(self, text: str | None) -> None:
        self._stack_info = mask(text) if text else text


def mask_logs() -> None:
    """From here on every record of every logger is masked, whichever code made the logger or handles it.

    A filter on a logger does not see what its children log, and one on a handler only its own handler's; records are
    all made by one factory.
    """
    logging.setLogRecordFactory(MaskedRecord)


def mask_crashes() -> None:
    """What ends a command or one of its threads is printed masked; for processes that are ours alone."""
    sys.excepthook = _print_masked
    threading.excepthook = lambda crash: _print_masked(crash.exc_type, crash.exc_value, crash.exc_traceback)


def _print_masked(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    if not issubclass(kind, SystemExit):
        sys.stderr.write(mask("".join(traceback.format_exception(kind, problem, trace))))
