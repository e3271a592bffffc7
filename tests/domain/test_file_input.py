"""What a file is, told by its first bytes."""

import pytest

from signoff.domain.file_input import other_kind


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"GIF89a", "a picture"),
        (b"{\\rtf1", "an RTF text"),
        (b"PK\x03\x04", ""),
        (b"100%PDF", ""),
        (b"", ""),
    ],
)
def test_what_is_neither_text_nor_archive_is_told_by_its_beginning(raw: bytes, kind: str) -> None:
    assert other_kind(raw) == kind
