"""The witness: cosigns heads that follow those it cosigned before, over HTTP as C2SP's tlog-witness has it."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from signoff.evidence.cosignatures import cosign
from signoff.evidence.heads import read_head
from signoff.evidence.notes import Signer, Verifier
from signoff.evidence.strict_json import Refused
from signoff.evidence.witnessing import (
    LONGEST_REQUEST,
    WitnessAnswer,
    WitnessRequest,
    answer_of,
    read_witness_request,
)
from signoff.oversight.witness_folder import WitnessFolder

_WORDS = {
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
    413: "Content Too Large", 422: "Unprocessable Content", 500: "Internal Server Error",
}  # fmt: skip


@dataclass(frozen=True)
class Witness:
    """Answers one request at a time; `clock` gives seconds since 1970, `tell` hears of heads that do not follow."""

    folder: WitnessFolder
    signer: Signer
    keys: Sequence[Verifier]
    clock: Callable[[], float]
    tell: Callable[[str], None] = lambda _: None
    _one: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, body: bytes) -> WitnessAnswer:
        """What a request for a cosignature gets. The head is on the disk before its cosignature leaves."""
        try:
            request = read_witness_request(body)
        except Refused as problem:
            return WitnessAnswer(400, f"{problem}\n")
        with self._one:
            return self._decide(request)

    def _decide(self, request: WitnessRequest) -> WitnessAnswer:
        origin = request.note.partition("\n")[0]
        latest = self.folder.latest(origin) if any(key.name == origin for key in self.keys) else None
        answer = answer_of(request, self.keys, latest)
        if answer.status in (409, 422):
            self._note_refused(request, answer)
        if answer.status != 200:
            return answer
        head = read_head(request.note)
        if head != latest:
            self.folder.keep(head, request.note)
        return WitnessAnswer(200, cosign(request.note, self.signer, int(self.clock())))

    def _note_refused(self, request: WitnessRequest, answer: WitnessAnswer) -> None:
        head = read_head(request.note)
        latest = self.folder.latest(head.origin)
        if answer.status == 422:
            # Anyone can post a good head with a wrong proof, so that alone is no evidence.
            self.tell(f"A head of {head.size} leaves of “{head.origin}” came without a proof that it follows.")
        elif latest and latest.size == head.size and latest.root != head.root:
            self.tell(f"“{head.origin}” was forked: its key has signed two heads of {head.size} leaves.")
            self.folder.keep_refused(request.note, datetime.fromtimestamp(self.clock(), UTC))


def witness_app(witness: Witness) -> Callable[[Mapping[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """The WSGI application of a witness: POST /add-checkpoint, and nothing else."""

    def app(environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            answer = _answered(witness, environ)
        except (OSError, Refused) as problem:
            # What was cosigned cannot be read or kept: then nothing is cosigned.
            why = f"{problem.filename}: {problem.strerror}." if isinstance(problem, OSError) else str(problem)
            witness.tell(f"Nothing is cosigned: {why}")
            answer = WitnessAnswer(500, "The witness cannot work right now.\n")
        content = answer.body.encode()
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(content)))]
        if answer.status == 405:
            headers.append(("Allow", "POST"))
        start_response(f"{answer.status} {_WORDS[answer.status]}", headers)
        return [content]

    return app


def _answered(witness: Witness, environ: Mapping[str, Any]) -> WitnessAnswer:
    if environ.get("PATH_INFO") != "/add-checkpoint":
        return WitnessAnswer(404, "This is a witness: logs post their heads to /add-checkpoint.\n")
    if environ.get("REQUEST_METHOD") != "POST":
        return WitnessAnswer(405, "Logs post their heads here.\n")
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LONGEST_REQUEST:
        return WitnessAnswer(413, "This is longer than any request to witness a checkpoint.\n")
    return witness.answer(environ["wsgi.input"].read(int(length)))
