"""Posts the newest head to the witnesses that the settings name, in bounded time, and keeps what they answer."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from signoff.evidence.cosignatures import Witness
from signoff.evidence.heads import read_head
from signoff.evidence.strict_json import Refused
from signoff.evidence.witnessing import WitnessRequest
from signoff.oversight.http_client import HttpAnswer, Unreachable, exchange
from signoff.services.publications.witnessed_heads import (
    add_cosignature,
    newest_head_of,
    note_problem,
    request_of,
    witnesses_to_ask,
)
from signoff.worker.high_water import notice_older_copy
from signoff.worker.installation import WorkerContext

_PATIENCE = 4.0  # seconds for all witnesses together, and once more for those that are behind
_LONGEST_ANSWER = 10_000  # bytes

_Asked = Sequence[tuple[Witness, WitnessRequest]]
_Answers = list[tuple[Witness, WitnessRequest, HttpAnswer | str]]


def ask_witnesses(context: WorkerContext, *, at_once: bool = False) -> None:
    """Have the newest head cosigned by every witness that has not; what keeps one from it is logged and kept."""
    try:
        if context.settings.witnesses and not notice_older_copy(context):
            _ask(context, at_once=at_once)
    except Refused as problem:
        logging.getLogger("signoff").error("Nothing is posted to witnesses: %s Run `signoff verify`.", problem)


def _ask(context: WorkerContext, *, at_once: bool) -> None:
    witnesses = context.settings.witnesses
    with context.database.reading() as session:
        asked = witnesses_to_ask(session, witnesses, at=context.clock(), at_once=at_once)
    answers = _posted(asked)
    behind = _requests_of_those_behind(context, answers)
    later = _posted(behind)
    asked_again = {witness for witness, _ in behind}
    for witness, request, answer in [*later, *(one for one in answers if one[0] not in asked_again)]:
        _keep(context, witness, request, answer)


def _posted(asked: _Asked) -> _Answers:
    """What each answered, all at the same time; a sentence where no answer came."""
    if not asked:
        return []
    pool = ThreadPoolExecutor(len(asked), thread_name_prefix="witness")
    posted = [(witness, request, pool.submit(_post, witness, request)) for witness, request in asked]
    wait([future for _, _, future in posted], timeout=_PATIENCE + 1)
    pool.shutdown(wait=False, cancel_futures=True)
    return [(witness, request, _answer_of(witness, future)) for witness, request, future in posted]


def _post(witness: Witness, request: WitnessRequest) -> HttpAnswer | str:
    url = f"{witness.url}/add-checkpoint"
    try:
        return exchange(url, patience=_PATIENCE, most=_LONGEST_ANSWER, body=str(request).encode())
    except Unreachable as problem:
        return f"The witness “{witness.name}” does not answer: {problem}"


def _answer_of(witness: Witness, future: "Future[HttpAnswer | str]") -> HttpAnswer | str:
    return future.result() if future.done() else f"The witness “{witness.name}” does not answer in time."


def _requests_of_those_behind(context: WorkerContext, answers: _Answers) -> list[tuple[Witness, WitnessRequest]]:
    """A second request for each witness that says that it cosigned another size than we think."""
    requests = []
    with context.database.reading() as session:
        for witness, request, answer in answers:
            size, ours = _size_in(answer), read_head(request.note).size
            if size is not None and size != request.old and size <= ours:
                requests.append((witness, request_of(session, newest_head_of(session, request.note), size)))
    return requests


def _size_in(answer: HttpAnswer | str) -> int | None:
    # Of a 409: how many leaves the newest head has that the witness cosigned.
    if isinstance(answer, str) or answer.status != 409:
        return None
    text = answer.body[:20].decode("ascii", "replace").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _keep(context: WorkerContext, witness: Witness, request: WitnessRequest, answer: HttpAnswer | str) -> None:
    problem = answer if isinstance(answer, str) else _problem_with(witness, request, answer)
    if isinstance(answer, HttpAnswer) and not problem:
        try:
            with context.database.unit_of_work() as session:
                add_cosignature(session, witness, request.note, answer.body.decode(errors="replace"))
        except Refused as refusal:
            problem = str(refusal)
    if problem:
        with context.database.unit_of_work() as session:
            is_new = note_problem(session, witness, problem, at=context.clock())
        if is_new:
            logging.getLogger("signoff").warning("%s", problem)


def _problem_with(witness: Witness, request: WitnessRequest, answer: HttpAnswer) -> str:
    ours, theirs, name = read_head(request.note).size, _size_in(answer), f"The witness “{witness.name}”"
    if answer.status == 200:
        return ""
    if theirs is not None and theirs > ours:
        return f"{name} cosigned a head of {theirs} leaves; ours has only {ours}. The log was rolled back or forked."
    if theirs == ours:
        return f"{name} cosigned another head of {ours} leaves: the log was forked."
    sentences = {
        403: f"{name} does not accept the signature of this log. Its operator needs the log's public key.",
        404: f"{name} does not know this log. Its operator needs the log's public key.",
        422: f"{name} finds that the head of {ours} leaves does not follow the one it cosigned: the log was forked.",
    }
    return sentences.get(answer.status, f"{name} answers {answer.status}.")
