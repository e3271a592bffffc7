"""A witness cosigns what follows, each size once, and keeps what it cosigned before it answers."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from signoff.cli.witness import witness as command
from signoff.evidence import whole_files
from signoff.evidence.cosignatures import WitnessKey, witness_key
from signoff.evidence.heads import Head
from signoff.evidence.notes import Signer
from signoff.evidence.strict_json import Refused
from signoff.evidence.witnessing import LONGEST_REQUEST, WitnessRequest
from signoff.oversight.http_client import Unreachable, exchange
from signoff.oversight.witness import Witness, witness_app
from signoff.oversight.witness_folder import WitnessFolder
from tests.evidence.naive_tree import proof
from tests.evidence.public_log import ALDER, BIRCH, FIRST, ORIGIN, SECOND, PublicLog, small_log
from tests.letters.sink import free_port
from tests.served import PROJECT

NAME = "witness.example/w1"


def grown(*names: Any) -> PublicLog:
    log = small_log()
    for one in names:
        log.list(names=(one,))
        log.head()
    return log


def started(path: Path, **more: Any) -> Client:
    """A witness that knows the log, from what the folder holds, as after a restart."""
    path.mkdir(exist_ok=True)
    (path / "logs.txt").write_text(f"# the Coalition\n\n{FIRST.verifier}\n")
    folder = WitnessFolder(path)
    made = Witness(folder, folder.signer(NAME), folder.logs(), lambda: 1_764_425_000.9, **more)
    return Client(witness_app(made))


def posted(client: Client, log: PublicLog, number: int, old: int = 0) -> Any:
    note = log.heads[number]
    size = int(note.split("\n")[1])
    steps = proof(old, log.leaves[:size]) if 0 < old < size else []
    return client.post("/add-checkpoint", data=str(WitnessRequest(old, tuple(steps), note)))


def test_it_cosigns_a_log_that_grows_across_restarts(tmp_path: Path) -> None:
    log = grown(ALDER, BIRCH)
    for number, old in ((0, 0), (0, 4), (1, 4), (2, 6)):
        response = posted(started(tmp_path), log, number, old)
        assert response.status_code == 200 and response.text.count("\n") == 1
        key = witness_key(WitnessFolder(tmp_path).signer(""))
        assert key.seen_at(log.heads[number] + response.text) == 1_764_425_000
        assert WitnessKey.read(str(key)) == key
    assert (tmp_path / "key.json").stat().st_mode & 0o777 == 0o600


def test_a_fork_and_a_rollback_get_no_cosignature(tmp_path: Path) -> None:
    told: list[str] = []
    log, fork = grown(ALDER, ALDER), grown(BIRCH, ALDER)
    client = started(tmp_path, tell=told.append)
    assert posted(client, log, 1).status_code == 200
    # Two heads of one size: whatever old size is claimed.
    for old in (0, 4, 6):
        response = posted(client, fork, 1, old)
        assert (response.status_code, response.text) == (409, "6\n")
        assert response.content_type == "text/x.tlog.size"
    assert (posted(client, log, 0).status_code, posted(client, log, 0, 4).text) == (409, "6\n")
    assert posted(client, fork, 2, 6).status_code == 422
    assert posted(client, log, 2, 6).status_code == 200
    assert any("two heads of 6 leaves" in words for words in told)
    kept = "".join(path.read_text() for path in tmp_path.glob("wrong-heads-*.txt"))
    assert f"\n{fork.heads[1]}\n" in kept and log.heads[0] not in kept


def test_a_head_is_on_the_disk_before_its_cosignature_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    client, log = started(tmp_path, tell=told.append), grown(ALDER)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(whole_files.os, "write", full)
        response = posted(client, log, 0)
    assert response.status_code == 500 and "— " not in response.text
    assert [path.suffix for path in (tmp_path / "heads").iterdir()] == [], "nothing half-written stays"
    assert re.fullmatch(rf"Nothing is cosigned: {tmp_path}/heads/[0-9a-f]+\.txt: No space left on device\.", told[-1])
    done: list[str] = []
    with monkeypatch.context() as watched:
        watched.setattr(whole_files.os, "fsync", lambda _file: done.append("settled"))
        watched.setattr("signoff.oversight.witness.cosign", lambda *_: done.append("cosigned") or "x")
        posted(client, log, 0)
    assert done == ["settled", "settled", "cosigned"]  # the file, its folder, and only then the signature


def test_a_head_that_cannot_be_read_stops_cosigning(tmp_path: Path) -> None:
    log = grown(ALDER)
    assert posted(started(tmp_path), log, 0).status_code == 200
    next((tmp_path / "heads").iterdir()).write_text("cut o")
    assert posted(started(tmp_path), log, 1, 4).status_code == 500
    assert posted(started(tmp_path), log, 0, 0).status_code == 500


def test_the_other_answers(tmp_path: Path) -> None:
    client, log = started(tmp_path), grown(ALDER)
    stranger = Signer("other.example/log", bytes(32))
    head = Head(ORIGIN, 4, log.tree(4).root)
    requests = [
        (str(WitnessRequest(0, (), Head(stranger.name, 4, bytes(32)).signed(stranger))), 404),
        (str(WitnessRequest(0, (), head.signed(SECOND))), 403),
        (str(WitnessRequest(0, (), head.text + "\n")), 403),
        (str(WitnessRequest(9, (), log.heads[0])), 400),
        (str(WitnessRequest(0, (bytes(32),), log.heads[0])), 422),
        ("", 400),
        ("old 0\n\n" + "x" * 1000, 400),
        ("x" * (LONGEST_REQUEST + 1), 413),
    ]
    for body, status in requests:
        assert client.post("/add-checkpoint", data=body).status_code == status, body[:80]
    assert client.get("/add-checkpoint").status_code == 405
    assert client.get("/").status_code == 404
    assert not (tmp_path / "heads").exists()


@pytest.mark.parametrize(
    ("name", "logs", "words"),
    [
        ("", str(FIRST.verifier), "needs a name"),
        ("a name", str(FIRST.verifier), "no space"),
        ("plus+plus", str(FIRST.verifier), "no space"),
        ("w" * 300, str(FIRST.verifier), "at most 200"),
        (NAME, "", "Write the public keys"),
        (NAME, f"# one\n{FIRST.verifier}x\n", "line 2"),
    ],
)
def test_what_it_cannot_begin_with_is_one_sentence(tmp_path: Path, name: str, logs: str, words: str) -> None:
    (tmp_path / "logs.txt").write_text(logs)
    done = CliRunner().invoke(command, ["--name", name, "--folder", str(tmp_path)])
    assert done.exit_code == 1 and words in done.output, done.output


def test_a_key_keeps_its_name_and_a_broken_one_is_not_replaced(tmp_path: Path) -> None:
    folder = WitnessFolder(tmp_path)
    first = folder.signer(NAME)
    assert folder.signer("") == folder.signer(NAME) == first
    with pytest.raises(Refused, match="a folder of its own"):
        folder.signer("witness.example/w2")
    (tmp_path / "key.json").write_text("{}")
    with pytest.raises(Refused, match="not the key of a witness"):
        folder.signer(NAME)


def test_a_killed_process_has_not_forgotten(tmp_path: Path) -> None:
    log, fork, port = grown(ALDER), grown(BIRCH), free_port()
    started(tmp_path / "w")
    url = f"http://127.0.0.1:{port}/add-checkpoint"

    def run() -> subprocess.Popen[bytes]:
        options = ["--folder", str(tmp_path / "w"), "--port", str(port)]
        environ = {**os.environ, "PYTHONPATH": str(PROJECT)}
        return subprocess.Popen(
            [sys.executable, "-m", "signoff", "witness", *options],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def post(request: WitnessRequest) -> Any:
        late = time.monotonic() + 30
        while True:
            try:
                return exchange(url, patience=5, most=10_000, body=str(request).encode())
            except Unreachable:
                assert time.monotonic() < late, "it does not listen"
                time.sleep(0.05)

    process = run()
    assert post(WitnessRequest(0, (), log.heads[1])).status == 200
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    process = run()
    assert post(WitnessRequest(0, (), fork.heads[1])).status == 409
    assert post(WitnessRequest(6, (), fork.heads[1])).status == 409
    assert post(WitnessRequest(6, (), log.heads[1])).status == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
