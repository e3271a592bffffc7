"""Pictures that people give: read with suspicion, and written again as small PNG files of our own making."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

LARGEST_PICTURE = 2_000_000  # bytes
MOST_PIXELS = 20_000_000
_WIDEST, _HIGHEST = 640, 240  # pixels of what is kept
_READ = ("PNG", "JPEG")
_TOO_MANY_PIXELS = f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels. Please make it smaller."


@dataclass(frozen=True)
class Picture:
    """A PNG file with its size in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, as 64 hexadecimal characters."""
        return hashlib.sha256(self.content).hexdigest()


def picture_of(given: bytes) -> Picture:
    """A PNG or JPEG file drawn again, no larger than it has to be, without anything but its pixels.

    ValueError, with a sentence for people, for other files, damaged ones, and what is too large.
    """
    if len(given) > LARGEST_PICTURE:
        raise ValueError(f"This file is larger than {LARGEST_PICTURE // 1_000_000} MB. Please choose a smaller one.")
    if not _begins_like_a_picture(given):
        raise ValueError("Please choose a PNG or JPEG file. SVG and other kinds of files are not accepted.")
    try:
        return _drawn_again(given)
    except Image.DecompressionBombError as problem:
        raise ValueError(_TOO_MANY_PIXELS) from problem
    except (OSError, SyntaxError, EOFError) as problem:
        raise ValueError("This picture is damaged and cannot be read. Please save it again as PNG.") from problem


def _begins_like_a_picture(given: bytes) -> bool:
    return given.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))


def _drawn_again(given: bytes) -> Picture:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the next line has a lower limit
        opened = Image.open(BytesIO(given), formats=_READ)
    if opened.width * opened.height > MOST_PIXELS:
        raise ValueError(_TOO_MANY_PIXELS)
    drawn = ImageOps.exif_transpose(opened).convert("RGBA")
    drawn.thumbnail((_WIDEST, _HIGHEST))
    # On a new sheet, so that nothing that came with the picture is kept: no place, no name, no color profile.
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    if clean.getchannel("A").getextrema() == (255, 255):
        clean = clean.convert("RGB")
    file = BytesIO()
    clean.save(file, "PNG", optimize=True)
    return Picture(file.getvalue(), *clean.size)
