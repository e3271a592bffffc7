"""Proxies in front: a number that does not fit is said once in the log, by what requests really bring."""

import logging

import pytest

from signoff.web.mounting import ProxyCheck


@pytest.mark.parametrize(
    ("trusted", "forwarded", "path", "word"),
    [
        (0, "", "/", ""),
        (0, "203.0.113.9", "/", "is 0"),
        (1, "203.0.113.9", "/", ""),
        (1, "", "/", "fewer proxies (0)"),
        (2, "203.0.113.9", "/login", "fewer proxies (1)"),
        (2, "203.0.113.9, 198.51.100.1", "/", ""),
        (2, "192.0.2.1, 203.0.113.9, 198.51.100.1", "/", ""),
        (1, "", "/healthz", ""),
        (1, "", "/at/signoff/readyz", ""),
    ],
)
def test_a_number_that_does_not_fit_is_said_once(
    trusted: int, forwarded: str, path: str, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    served = []
    check = ProxyCheck(lambda environ, _start: served.append(environ["PATH_INFO"]) or [], trusted)
    asked = {"PATH_INFO": path} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})
    with caplog.at_level(logging.WARNING, "signoff"):
        for _ in range(3):
            check(dict(asked), lambda *_: lambda _: None)
    assert served == [path] * 3
    assert [word in line for line in caplog.messages] == ([True] if word else []), caplog.messages
    assert "203.0.113.9" not in caplog.text
    assert word in check.problem if word else check.problem == ""
