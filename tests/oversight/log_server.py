"""A public log behind a real HTTP server on loopback, which can be told to misbehave."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from signoff.evidence.merkle import leaf_hash
from signoff.evidence.strict_json import Refused
from signoff.evidence.tiles import WIDTH, entry_bundle, read_tile_path, tile_root
from signoff.oversight.log_reading import LogReader
from tests.evidence.public_log import PublicLog


@dataclass
class LogServer:
    """Serves the log that it has at the moment; `instead` has other answers (status, body) by path."""

    log: PublicLog
    port: int = 0
    instead: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def reader(self) -> LogReader:
        return LogReader(f"http://127.0.0.1:{self.port}")

    def answer(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if path in self.instead:
            return self.instead[path]
        if path == "/log/checkpoint":
            return 200, self.log.heads[-1].encode()
        try:
            tile = read_tile_path(path.removeprefix("/log/tile/"))
        except Refused:
            return 404, b""
        first, leaves = tile.number * WIDTH, self.log.leaves
        if tile.level < 0:
            return 200, entry_bundle(leaves[first : first + tile.width])
        level = [leaf_hash(leaf) for leaf in leaves]
        for _ in range(tile.level):
            level = [tile_root(b"".join(level[at : at + WIDTH])) for at in range(0, len(level) // WIDTH * WIDTH, WIDTH)]
        return 200, b"".join(level[first : first + tile.width])


@contextmanager
def serving(log: PublicLog) -> Iterator[LogServer]:
    served = LogServer(log)

    class Requests(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = served.answer(self.path)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
