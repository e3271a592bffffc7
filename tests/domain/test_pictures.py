"""Pictures that people give: only PNG and JPEG come in, and nothing but pixels is kept."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from signoff.domain.pictures import LARGEST_PICTURE, picture_of


def drawn(kind: str, size: tuple[int, int] = (120, 60), mode: str = "RGB", **options: object) -> bytes:
    file = BytesIO()
    Image.new(mode, size, 0 if mode in ("1", "L", "P") else (10, 90, 87, 128)[: len(mode)]).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("JPEG", "RGB"), ("JPEG", "L")]
)
def test_png_and_jpeg_become_png(kind: str, mode: str) -> None:
    picture = picture_of(drawn(kind, mode=mode))
    read = Image.open(BytesIO(picture.content))
    assert (read.format, read.size, (picture.width, picture.height)) == ("PNG", (120, 60), (120, 60))
    assert len(picture.digest) == 64


def test_a_large_picture_is_made_smaller_in_proportion() -> None:
    picture = picture_of(drawn("PNG", (3000, 750)))
    assert (picture.width, picture.height) == (640, 160)


def test_what_came_with_the_picture_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "taken at home"
    turned = picture_of(drawn("JPEG", exif=exif))
    assert (turned.width, turned.height) == (60, 120) and b"taken at home" not in turned.content
    notes = PngInfo()
    notes.add_text("Comment", "Birch Union stands behind this")
    noted = picture_of(drawn("PNG", pnginfo=notes, icc_profile=b"a profile"))
    assert not Image.open(BytesIO(noted.content)).info and noted.content.count(b"IDAT") == 1
    assert picture_of(noted.content).digest == noted.digest


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "SVG"),
        (drawn("GIF"), "PNG or JPEG"),
        (drawn("TIFF"), "PNG or JPEG"),
        (drawn("WEBP"), "PNG or JPEG"),
        (b"", "PNG or JPEG"),
        (drawn("PNG")[:60], "damaged"),
        (drawn("JPEG")[:200], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "damaged"),
        (b"\xff\xd8\xff" + b"%PDF-1.7" * 20, "damaged"),
        (drawn("PNG") + b"\0" * LARGEST_PICTURE, "2 MB"),
        (drawn("PNG", (30_000, 1_000), "1"), "million pixels"),
        (drawn("PNG", (20_000, 20_000), "1"), "million pixels"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(given: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        picture_of(given)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (b"GIF89a", "Please choose a PNG or JPEG file. SVG and other kinds of files are not accepted."),
        (drawn("PNG")[:60], "This picture is damaged and cannot be read. Please save it again as PNG."),
        (drawn("PNG") + b"\0" * LARGEST_PICTURE, "This file is larger than 2 MB. Please choose a smaller one."),
        (drawn("PNG", (5_000, 4_001), "1"), "This picture has more than 20 million pixels. Please make it smaller."),
    ],
)
def test_each_refusal_is_a_whole_sentence(given: bytes, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011
        picture_of(given)
    assert str(refusal.value) == sentence


def test_a_picture_keeps_its_transparency_and_is_drawn_no_larger() -> None:
    clear, solid = (Image.open(BytesIO(picture_of(drawn("PNG", (8, 8), mode)).content)) for mode in ("RGBA", "RGB"))
    assert (clear.mode, clear.getpixel((0, 0))) == ("RGBA", (10, 90, 87, 128))
    assert (solid.mode, solid.getpixel((0, 0)), solid.size) == ("RGB", (10, 90, 87), (8, 8))
    tall = picture_of(drawn("PNG", (100, 480)))
    assert (tall.width, tall.height) == (50, 240)
