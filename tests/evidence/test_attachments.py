"""What is attached to a PDF: read in the one way in which our PDFs store it, and refused in a sentence otherwise."""

import zlib

import pytest

from signoff.evidence.attachments import attachment_of
from signoff.evidence.strict_json import Refused
from tests.evidence.attached import pdf_with

GOOD = [
    pdf_with(b"{}"),
    pdf_with(b"{}", packed=False, filtered=""),
    pdf_with(b"{}", filtered="/Filter [ /FlateDecode ]"),
    pdf_with(b"{}").replace(b"/Type/EmbeddedFile", b"/Type /EmbeddedFile").replace(b"stream\n", b"stream\r\n", 1),
]
BENT = {
    "no attachment": (pdf_with(), "carries no evidence"),
    "another name": (pdf_with(b"{}").replace(b"EmbeddedFile", b"EmbeddedFiles"), "carries no evidence"),
    "two": (pdf_with(b"{}", b"{}"), "several attachments"),
    "a length elsewhere": (pdf_with(b"{}", length="9 0 R"), "not stored"),
    "a wrong length": (pdf_with(b"{}", length="3"), "not stored"),
    "no end": (pdf_with(b"{}").replace(b"endstream", b"end"), "not stored"),
    "no stream": (pdf_with(b"{}").replace(b"\nstream\n", b"\n"), "not stored"),
    "another filter": (pdf_with(b"{}", filtered="/Filter/LZWDecode"), "not stored"),
    "not packed": (pdf_with(b"{}", packed=False), "damaged"),
    "cut": (pdf_with(zlib.compress(b"{}")[:-2], packed=False), "damaged"),
    "more than is packed": (pdf_with(zlib.compress(b"{}") + b"x", packed=False), "damaged"),
    "too much": (pdf_with(b" " * 17_000_000), "larger than any evidence"),
}


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_an_attachment_is_read(number: int) -> None:
    assert attachment_of(GOOD[number]) == b"{}"


@pytest.mark.parametrize("name", BENT)
def test_what_our_pdfs_do_not_look_like_is_refused(name: str) -> None:
    file, sentence = BENT[name]
    with pytest.raises(Refused, match=sentence):
        attachment_of(file)
