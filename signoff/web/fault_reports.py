"""Tells a Sentry server of faults: where in the program they are, and nothing of who or what was served."""

import logging
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from signoff.settings import SettingsRefused
from signoff.web.log_masking import MaskedRecord
from signoff.web.logs import REQUEST_ID

try:
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
except ModuleNotFoundError:  # the extra `sentry` is not installed
    sentry_sdk = None  # type: ignore[assignment]

_KEPT = ("event_id", "timestamp", "platform", "level", "release")
_KEPT_OF_FRAME = ("module", "function", "lineno")


def report_faults(dsn: str) -> None:
    """From here on what this process logs as an error is also sent to `dsn`; to no one while that is empty.

    SettingsRefused when the extra `sentry` is not installed.
    """
    if not dsn:
        return
    if sentry_sdk is None:
        raise SettingsRefused("SIGNOFF_SENTRY_DSN needs its extra: pip install 'signoff[sentry]'.")
    sentry_sdk.init(
        dsn=dsn,
        release=f"signoff@{_version()}",
        before_send=_only_where,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR), AtexitIntegration(_wait_quietly)],
        auto_session_tracking=False,
        send_client_reports=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
    )


def _version() -> str:
    try:
        return version("signoff")
    except PackageNotFoundError:
        return "unknown"


def _wait_quietly(_pending: int, _seconds: float) -> None:
    """Sentry's own would print to the terminal while it sends the last reports."""


def _only_where(event: Mapping[str, Any], hint: Mapping[str, Any]) -> Any:
    # Made of what is known to name no one, so that what a later version of Sentry's library adds is left out. Words of
    # exceptions and arguments of log lines are left out, masked or not: they may quote what someone typed.
    record = hint.get("log_record")
    return {
        **{name: event[name] for name in _KEPT if name in event},
        "logger": getattr(record, "name", "unknown"),
        "logentry": {"message": record.template if isinstance(record, MaskedRecord) else "A fault without words."},
        "exception": {"values": [_where(one) for one in _values(event.get("exception"))]},
        "tags": {"request_id": REQUEST_ID.get() or "none"},
    }


def _where(one: Mapping[str, Any]) -> dict[str, Any]:
    frames = (one.get("stacktrace") or {}).get("frames") or ()
    kept = [{name: frame.get(name) for name in _KEPT_OF_FRAME} for frame in frames]
    return {"type": one.get("type"), "module": one.get("module"), "stacktrace": {"frames": kept}}


def _values(said: Any) -> Iterable[Mapping[str, Any]]:
    return said.get("values") or () if isinstance(said, Mapping) else ()
