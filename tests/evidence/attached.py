"""A PDF with an attachment, as small as one can be: what tests bend."""

import zlib


def pdf_with(*contents: bytes, length: str = "", filtered: str = "/Filter/FlateDecode", packed: bool = True) -> bytes:
    """A file that begins like a PDF and has an attachment for each content."""
    parts = [b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"]
    for number, content in enumerate(contents, 2):
        stream = zlib.compress(content, 1) if packed else content
        dictionary = f"<</Length {length or len(stream)}/Type/EmbeddedFile{filtered}/Params<</Size 1>>>>"
        parts += [f"{number} 0 obj\n{dictionary}\nstream\n".encode(), stream, b"\nendstream\nendobj\n"]
    return b"".join([*parts, b"%%EOF\n"])
