"""Verifies bundles and partners' proofs from the command line, with nothing but the file and a clock."""

import argparse
import os
import stat
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from signoff.evidence.attachments import MOST_PDF_BYTES, PDF, attachment_of
from signoff.evidence.comparison import Comparison, Outcome, compare
from signoff.evidence.heads import LONGEST_HEAD
from signoff.evidence.partner_proofs import PROOF_FORMAT, ProofVerdict, verify_proof
from signoff.evidence.position_bundles import BUNDLE_FORMAT, BundleVerdict, verify_bundle
from signoff.evidence.sentences import OF_A_PDF, bundle_sentences, proof_sentences
from signoff.evidence.strict_json import Refused, printable


def verify_file(
    file: bytes, *, now: datetime, pinned: str = "", kept: str = "", fresh_within: timedelta = timedelta(days=1)
) -> BundleVerdict | ProofVerdict:
    """What a file proves, a PDF by its attachment; Refused when it is none of ours, or anything in it is wrong."""
    if file.startswith(PDF):
        # Of a PDF, only what is attached to it is verified, and only a bundle is attached to one of ours.
        return verify_bundle(attachment_of(file), now=now, pinned=pinned, kept=kept, fresh_within=fresh_within)
    if f'"format":"{PROOF_FORMAT}"'.encode() in file and f'"format":"{BUNDLE_FORMAT}"'.encode() not in file:
        return verify_proof(file, now=now, pinned=pinned, kept=kept)
    return verify_bundle(file, now=now, pinned=pinned, kept=kept, fresh_within=fresh_within)


def read_file(path: str, most: int = MOST_PDF_BYTES) -> bytes:
    """The bytes of a file, or of the standard input for “-”, up to one more than `most`; Refused if it has none."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(most + 1)
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise Refused("This is not a regular file.")
        with open(path, "rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise Refused(f"{printable(path, 200)}: {reason}.".replace("..", ".")) from None


def _arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="verifier",
        description="Verifies a bundle, a PDF by its attached bundle, or a partner's proof made by Signoff.",
        epilog="Exit code 0: verified; 1: refused, or too old to say who is named now; 2: wrong arguments.",
    )
    parser.add_argument("file", help="the file, or - for the standard input")
    parser.add_argument("other", nargs="?", help="a second file: compares a partner's proof with a bundle")
    parser.add_argument("--key", default="", help="the public key that you trust: name+id+key")
    parser.add_argument("--head", default="", metavar="FILE", help="a checkpoint of the same log that you kept")
    parser.add_argument("--max-age", default=24, type=int, metavar="HOURS", help="accept older statements (24)")
    parser.add_argument("--text", action="store_true", help="print the text too")
    return parser.parse_args(given)


def main(given: Sequence[str]) -> int:
    """Verify one file, or compare two; prints sentences and returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    arguments = _arguments(given)
    try:
        lines, code = _verified(arguments)
    except Refused as problem:
        lines, code = [f"Not verified. {problem}"], 1
    except MemoryError:
        lines, code = ["Not verified. There is not enough memory for this file."], 1
    except KeyboardInterrupt:
        return 130
    except Exception as problem:  # whatever else a file may cause: it is not verified, and no traceback is printed
        lines, code = [f"Not verified. The file could not be read ({type(problem).__name__})."], 1
    try:
        (sys.stderr if code else sys.stdout).write("\n".join(lines) + "\n")
        sys.stdout.flush()
    except OSError:
        return 1
    return code


def _verified(arguments: argparse.Namespace) -> tuple[list[str], int]:
    now = datetime.fromtimestamp(time.time(), UTC)
    hours = min(max(arguments.max_age, 0), 1_000_000)
    kept = read_file(arguments.head, LONGEST_HEAD).decode(errors="replace") if arguments.head else ""
    files = [read_file(path) for path in (arguments.file, arguments.other) if path]
    given: Any = {"now": now, "pinned": arguments.key, "kept": kept, "fresh_within": timedelta(hours=hours)}
    verdicts = [verify_file(file, **given) for file in files]
    lines = [
        line
        for file, verdict in zip(files, verdicts, strict=True)
        for line in [*_told(verdict, with_text=arguments.text, is_pdf=file.startswith(PDF)), ""]
    ][:-1]
    if len(verdicts) == 2:
        comparison = compared(*verdicts)
        return [*lines, "", f"Compared: {comparison.sentence}"], int(comparison.outcome is not Outcome.AGREES)
    return lines, int(isinstance(verdicts[0], BundleVerdict) and verdicts[0].is_stale)


def _told(verdict: BundleVerdict | ProofVerdict, *, with_text: bool, is_pdf: bool) -> list[str]:
    if isinstance(verdict, ProofVerdict):
        return ["Verified: a partner's proof.", *proof_sentences(verdict)]
    title, who, *rest = bundle_sentences(verdict)
    names = [f"  - {_shown(name)}" for name in verdict.names]
    told = [f"Verified: a bundle{' that is attached to a PDF' if is_pdf else ''}.", title, who, *names, *rest]
    return [*told, *(text_lines(verdict) if with_text or is_pdf else []), *(["", OF_A_PDF] if is_pdf else [])]


def text_lines(verdict: BundleVerdict) -> list[str]:
    """The text that was verified, field by field, as it may be printed on a terminal."""
    told = list[str]()
    for name, value in verdict.fields.items():
        told += ["", f"{name}:", *map(_shown, value.split("\n"))]
    return told


def _shown(line: str) -> str:
    return printable(line.replace("\t", " "), len(line))


def compared(*verdicts: BundleVerdict | ProofVerdict) -> Comparison:
    """A partner's proof beside a bundle, in either order; Refused for two files of one kind."""
    proofs = [one for one in verdicts if isinstance(one, ProofVerdict)]
    bundles = [one for one in verdicts if isinstance(one, BundleVerdict)]
    if len(proofs) != 1 or len(bundles) != 1:
        raise Refused("To compare, give one partner's proof and one bundle.")
    return compare(proofs[0], bundles[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
