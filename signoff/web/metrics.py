"""What Prometheus reads: requests of this process, and how the installation is; never with a partner or a person."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from threading import Lock

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from signoff.db.errors import Trouble
from signoff.db.write_queue import WriteQueue
from signoff.domain.letters import UNDELIVERED, LetterState
from signoff.web.request_log import RequestFacts
from signoff.worker.condition import Condition

# When each series began is one more series for each of them, which no one reads.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What one process counts of its requests. Each process counts for itself."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = _Requests()
        self._registry.register(self._requests)
        self._trouble = Counter(
            "signoff_database_trouble",
            "Requests answered with 503 because the database was busy or unavailable.",
            ["kind"],
            registry=self._registry,
        )

    def see(self, facts: RequestFacts) -> None:
        """Count a request."""
        self._requests.count(facts)

    def see_trouble(self, trouble: Trouble) -> None:
        """Count a request that the database kept from being served."""
        self._trouble.labels(trouble.value).inc()

    def as_text(self, condition: Condition | None, queue: WriteQueue | None) -> bytes:
        """Everything in Prometheus's format; without a condition the database does not answer."""
        now = CollectorRegistry()
        now.register(_Read([*_of_database(condition, queue), *(_of_condition(condition) if condition else ())]))
        return generate_latest(self._registry) + generate_latest(now)


class _Requests:
    """How many requests there were and how long they took, in plain numbers: pages from memory wait for the counting.

    prometheus_client takes a lock and looks labels up for each number; here that is done once for each request.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._seconds: dict[tuple[str, str], list[float]] = {}  # their sum, then how many took how long

    def count(self, facts: RequestFacts) -> None:
        """Count a request."""
        answered, asked = (facts.method, facts.route, facts.status), (facts.method, facts.route)
        with self._lock:
            self._numbers[answered] = self._numbers.get(answered, 0) + 1
            row = self._seconds.get(asked) or self._seconds.setdefault(asked, [0.0] * (len(_SECONDS) + 2))
            row[0] += facts.seconds
            row[1 + bisect_left(_SECONDS, facts.seconds)] += 1

    def collect(self) -> Iterator[Metric]:
        """The numbers of this moment."""
        with self._lock:
            numbers = dict(self._numbers)
            seconds = {asked: list(row) for asked, row in self._seconds.items()}
        answered = CounterMetricFamily(
            "signoff_requests",
            "Requests answered, by the pattern of their address.",
            labels=["method", "route", "status"],
        )
        for (method, route, status), number in numbers.items():
            answered.add_metric([method, route, str(status)], number)
        yield answered
        taken = HistogramMetricFamily("signoff_request_seconds", "How long requests took.", labels=["method", "route"])
        for asked, (whole, *each) in seconds.items():
            within = list(zip((*map(str, _SECONDS), "+Inf"), accumulate(each), strict=True))
            taken.add_metric(asked, buckets=within, sum_value=whole)
        yield taken


class _Read:
    """What was read for this one answer, as prometheus_client wants it."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    def collect(self) -> Iterator[Metric]:
        """What was read."""
        yield from self._metrics


def _of_database(condition: Condition | None, queue: WriteQueue | None) -> Iterator[Metric]:
    yield _gauge("signoff_database_up", "1 while the database answers.", condition is not None)
    if queue is not None:
        waited, turned_away = queue.waits
        yield CounterMetricFamily("signoff_write_wait_seconds", "Seconds that writers have waited.", value=waited)
        yield CounterMetricFamily("signoff_writers_turned_away", "Writers that waited too long.", value=turned_away)


def _of_condition(condition: Condition) -> Iterator[Metric]:
    mail, at = condition.mail, condition.mail.at
    letters = GaugeMetricFamily("signoff_emails", "Emails that wait or did not arrive, by state.", labels=["state"])
    for state in (LetterState.QUEUED, LetterState.SENDING, *UNDELIVERED):
        letters.add_metric([state.value], condition.letters.get(state, 0))
    yield letters
    paused = GaugeMetricFamily("signoff_email_paused", "1 while email is paused, by what ends it.", labels=["until"])
    is_paused = mail.paused_since is not None
    paused.add_metric(["next_try"], float(is_paused and mail.again_at is not None))
    paused.add_metric(["someone_resumes"], float(is_paused and mail.again_at is None))
    yield paused
    for name, what, since in (
        (
            "signoff_oldest_due_email_seconds",
            "For how long the oldest email that is due has waited.",
            mail.oldest_due_at,
        ),
        ("signoff_worker_beat_age_seconds", "How long ago the worker was seen.", mail.worker_seen_at),
        (
            "signoff_sealing_lag_seconds",
            "For how long the oldest entry has waited to be sealed.",
            condition.unsealed_since,
        ),
        ("signoff_head_age_seconds", "How old the newest signed head is.", condition.signed_at),
        ("signoff_backup_age_seconds", "How old the newest backup is that was made here.", condition.backed_up_at),
    ):
        if since is not None or name in _ZERO_WITHOUT:
            yield _gauge(name, what, max(0.0, (at - since).total_seconds()) if since else 0.0)
    yield _gauge("signoff_unwitnessed", "Witnesses that do not cosign.", len(condition.unwitnessed))
    yield _gauge("signoff_database_bytes", "How large the database is.", condition.storage.size)
    if condition.disks.free is not None:
        yield _gauge("signoff_disk_free_bytes", "What is left on the disk of the database.", condition.disks.free)
    yield _gauge("signoff_problems", "How many lines `signoff status` would print.", len(condition.problems))


# Where nothing waits, it has waited for no time; a worker or a head that was never seen has no age.
_ZERO_WITHOUT = ("signoff_oldest_due_email_seconds", "signoff_sealing_lag_seconds")


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=float(value))
