"""A witness behind a real HTTP server on loopback, in a thread."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from signoff.evidence.cosignatures import Witness as NamedWitness
from signoff.evidence.cosignatures import witness_key
from signoff.evidence.notes import Verifier
from signoff.oversight.witness import Witness, witness_app
from signoff.oversight.witness_folder import WitnessFolder

NAME = "witness.example/w1"


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        pass


@contextmanager
def witnessing(path: Path, *keys: Verifier, name: str = NAME) -> Iterator[NamedWitness]:
    """A witness that knows the logs of these keys, as settings name it."""
    path.mkdir(parents=True, exist_ok=True)
    folder = WitnessFolder(path)
    made = Witness(folder, folder.signer(name), keys, time.time)
    server = make_server("127.0.0.1", 0, witness_app(made), threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield NamedWitness(witness_key(made.signer), f"http://127.0.0.1:{server.port}")
    finally:
        server.shutdown()
        server.server_close()
