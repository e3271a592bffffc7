"""The verifier as one file: it runs alone, says sentences, and no input gets a traceback out of it."""

import json
import os
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from signoff.evidence.attachments import MOST_PDF_BYTES
from signoff.evidence.canonical import canonical_json
from signoff.evidence.heads import LONGEST_HEAD, read_head
from signoff.evidence.position_bundles import verify_bundle
from signoff.evidence.sentences import bundle_sentences, duration, in_words
from signoff.evidence.standalone import MODULES, standalone
from signoff.evidence.strict_json import MOST_BYTES, Refused
from signoff.evidence.verifier import main, read_file, verify_file
from tests.evidence.attached import pdf_with
from tests.evidence.public_log import ALDER, BIRCH, FIRST, NOW, SECOND, PublicLog, small_log

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the verifier and nothing else."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "verifier.py").write_text(standalone(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    """Runs the verifier isolated from this project; bytes among its arguments become files."""

    def run(*given: str | bytes, **more: Any) -> subprocess.CompletedProcess[str]:
        arguments = []
        for number, one in enumerate(given):
            if isinstance(one, bytes):
                (folder / f"{number}.json").write_bytes(one)
            arguments.append(f"{number}.json" if isinstance(one, bytes) else one)
        return subprocess.run(
            [sys.executable, "-I", "verifier.py", *arguments],
            cwd=folder, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60, **more,
        )  # fmt: skip

    return run


def log_of_now(ago: timedelta = timedelta(minutes=3)) -> PublicLog:
    log = PublicLog()
    log.record(partner=ALDER)
    log.publish()
    log.head(datetime.now(UTC) - ago)
    return log


def test_it_says_who_was_named_and_as_of_when(run: Run) -> None:
    done = run(log_of_now().bundle().encode(), "--key", str(FIRST.verifier), "--text")
    assert (done.returncode, done.stderr) == (0, "")
    assert "“Fund it” (version 1)\n2 organizations were named under exactly this text as of " in done.stdout
    assert "  - Alder School Fund\n  - Birch “Éa” & Sons\nThat was 3 minutes ago." in done.stdout
    assert "with the key you gave." in done.stdout and "\nbody:\n## A\n\nB é\n" in done.stdout


def test_without_a_key_it_claims_less(run: Run) -> None:
    done = run(log_of_now().bundle().encode())
    assert done.returncode == 0 and FIRST.verifier.fingerprint in done.stdout
    assert "You gave no key, so anyone could have made this file" in done.stdout


def test_a_partners_proof_alone_and_beside_a_list(run: Run) -> None:
    log = log_of_now()
    proof, bundle = log.proof(0).encode(), log.bundle().encode()
    alone = run(proof)
    assert alone.returncode == 0 and "the partner “alder” approved this text under the name" in alone.stdout
    both = run(proof, bundle)
    assert both.returncode == 0 and both.stdout.endswith("Compared: The list names the partner as it approved.\n")
    log.list(names=(BIRCH,))
    log.head(datetime.now(UTC) - timedelta(minutes=1))
    without = run(log.bundle().encode(), proof)
    assert without.returncode == 1 and "Ask for the proof of what ended the approval." in without.stderr
    assert "one partner's proof and one bundle" in run(proof, proof).stderr


def test_an_old_statement_is_told_with_its_age(run: Run) -> None:
    bundle = log_of_now(timedelta(days=9, hours=1)).bundle().encode()
    old = run(bundle)
    assert old.returncode == 1 and "This statement is 9 days old. Get a new file" in old.stderr
    assert run(bundle, "--max-age", "240").returncode == 0


def test_of_a_pdf_the_attachment_is_verified_and_shown(run: Run) -> None:
    bundle = log_of_now().bundle().encode()
    done = run(pdf_with(bundle), "--key", str(FIRST.verifier))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Verified: a bundle that is attached to a PDF.\n")
    assert "\nbody:\n## A\n\nB é\n" in done.stdout and done.stdout.endswith("around a true attachment.\n")
    assert run(pdf_with(bundle.replace(b"Alder", b"Elder"))).returncode == 1


def test_a_kept_head(run: Run) -> None:
    log = log_of_now()
    bundle, same = log.bundle().encode(), log.heads[-1].encode()
    later = log.head(datetime.now(UTC)).encode()
    for kept, code, said in ((same, 0, ""), (later, 1, "has a later head"), (b"junk", 1, "not a checkpoint")):
        done = run(bundle, "--head", kept)
        assert done.returncode == code and said in done.stderr
    for kept in (b"x" * (LONGEST_HEAD + 1), same + b"\n" * LONGEST_HEAD, "/dev/zero"):
        done = run(bundle, "--head", kept)
        assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1, done.stderr


BAD = {
    "nothing": (b"", "The file is empty"),
    "no text": (b"\xff\xfe\x00", "not text in UTF-8"),
    "no json": (b"hello", "not JSON"),
    "a PDF": (b"%PDF-1.7\n...", "This PDF carries no evidence"),
    "a PDF that swells": (pdf_with(b" " * 20_000_000), "larger than any evidence"),
    "an endless PDF": (b"%PDF-" + b" " * MOST_PDF_BYTES, "larger than any PDF"),
    "a PDF of marks": (b"%PDF-" + b"/Type/EmbeddedFile" * 1_000_000, "several attachments"),
    "deep": (b'{"a":' * 1_100_000, "more parts"),
    "many objects": (b'{"a":[' + b"{}," * 499_990 + b"{}]}", "not of the format"),
    "all numbers differ": (
        b'{"a":[' + b",".join(b"%d" % n for n in range(10**9, 10**9 + 990_000)) + b"]}",
        "not of the",
    ),
    "deeper": (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "nested too deeply"),
    "a huge number": (b'{"a":' + b"9" * 5_000_000 + b"}", "negative, too large"),
    "a fraction": (b'{"a":1e400}', "not a whole number"),
    "half a character": (b'{"a":"\\ud800"}', "canonical JSON"),
    "endless": (b" " * (MOST_BYTES + 1), "larger than"),
    "many numbers": (b'{"a":[' + b"1," * 8_000_000 + b"1]}", "more parts"),
    "many lists": (b'{"a":[' + b"[]," * 499_990 + b"[]]}", "not of the format"),
    "control": (b'{"format":"\\u001b[31m"}', "not of the format"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_sentence_in_bounded_time_and_memory(run: Run, name: str) -> None:
    file, sentence = BAD[name]
    start = time.perf_counter()
    done = run(file, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (700 * 2**20, 700 * 2**20)))
    assert time.perf_counter() - start < 30
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1
    assert done.stderr.startswith("Not verified. ") and sentence in done.stderr and "\x1b" not in done.stderr


def test_what_is_no_file(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in ("/dev/zero", "absent", "/", str(tmp_path / "fifo"), "/proc/self/mem"):
        done = run(path)
        assert done.returncode == 1 and done.stderr.startswith("Not verified. ") and "Traceback" not in done.stderr
    with open("/dev/zero", "rb") as endless:
        assert "larger than" in run("-", stdin=endless).stderr
    assert run().returncode == run("x", "--max-age", "y").returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_terminal_will_do(folder: Path, encoding: str) -> None:
    (folder / "file.json").write_text(log_of_now().bundle(), encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": encoding}
    command = [sys.executable, "verifier.py", "file.json"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_no_change_of_any_kind_gets_a_traceback() -> None:
    """Bytes flipped, cut, doubled and mixed by chance, in both kinds of files."""
    chance, log = random.Random(2026), log_of_now()
    for good in (log.bundle().encode(), log.proof(0).encode()):
        for _ in range(1_500):
            bent = bytearray(good)
            for _ in range(chance.randint(1, 4)):
                place, end = sorted(chance.choices(range(len(bent) + 1), k=2))
                match chance.randrange(4):
                    case 0:
                        bent[place:end] = b""
                    case 1:
                        bent[place:place] = bent[place:end][:500]
                    case 2:
                        bent[place : place + 1] = chance.randbytes(1)
                    case _:
                        bent[place:place] = chance.choice([b"{", b"}", b"[", b'"', b",", b"9" * 50, b"\\ud800", b"1e9"])
            if bytes(bent) != good:
                with pytest.raises(Refused):
                    verify_file(bytes(bent), now=datetime.now(UTC))


def test_it_starts_soon(run: Run) -> None:
    file, took = log_of_now().bundle().encode(), []
    for _ in range(5):
        start = resource.getrusage(resource.RUSAGE_CHILDREN)
        run(file)
        end = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    assert min(took) < 0.4, took  # seconds of processor; 0.2 on an idle machine


def test_the_file_is_the_modules_and_needs_nothing_else() -> None:
    source = standalone()
    assert "signoff.evidence" not in re.sub(r'""".*?"""', "", source, flags=re.DOTALL)
    third = set(re.findall(r"^\s*(?:from|import) (\w+)", source, re.MULTILINE)) - set(sys.stdlib_module_names)
    assert third == {"cryptography"}
    assert MODULES[-1] == "verifier" and len(set(MODULES)) == len(MODULES)


def test_names_of_two_modules_must_differ(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text("WIDTH = 1\n")
    monkeypatch.setattr("signoff.evidence.standalone.MODULES", ("one", "two"))
    monkeypatch.setattr("signoff.evidence.standalone.files", lambda _package: tmp_path)
    with pytest.raises(ValueError, match="both define"):
        standalone()


def test_the_command_in_the_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b.json").write_text(log_of_now().bundle())
    assert main([str(tmp_path / "b.json")]) == 0
    assert "Verified: a bundle." in capsys.readouterr().out
    assert main([str(tmp_path / "b.json"), "--key", "x"]) == 1
    assert "public key cannot be read" in capsys.readouterr().err
    (tmp_path / "b.json").write_text(canonical_json({**json.loads(small_log().bundle()), "version": 2}))
    assert main([str(tmp_path / "b.json")]) == 1
    with pytest.raises(Refused, match="null (byte|character)"):
        read_file("a\x00b")


def test_sentences_claim_no_more_than_is_proven() -> None:
    log = small_log()
    told = bundle_sentences(verify_bundle(log.bundle(), now=NOW))
    assert told[2] == "That was 10 minutes ago. The file does not show what happened after that."
    log.introduce(SECOND, FIRST)
    log.list(names=())
    log.head()
    told = bundle_sentences(verify_bundle(log.bundle(), now=NOW, pinned=str(FIRST.verifier)))
    assert told[1].startswith("No organizations were named") and "handed over to each other" in told[-1]
    log.list(names=(ALDER,))
    kept = log.head()
    log.heads.append(read_head(kept).signed(SECOND))
    assert bundle_sentences(verify_bundle(log.bundle(), now=NOW))[1].startswith("1 organization was named")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (7_300, "2 hours"), (777_700, "9 days")],
)
def test_how_long(seconds: int, words: str) -> None:
    assert duration(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 29, 0, 5, tzinfo=UTC), "November 29, 2026, 12:05 a.m. UTC"),
        (datetime(2026, 1, 2, 12, 0, tzinfo=UTC), "January 2, 2026, 12:00 p.m. UTC"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "December 31, 2026, 11:59 p.m. UTC"),
    ],
)
def test_moments_in_words(moment: datetime, words: str) -> None:
    assert in_words(moment) == words
