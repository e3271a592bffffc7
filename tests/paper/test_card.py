"""The picture of a position: whatever the title, all of it is within the picture."""

from io import BytesIO

from PIL import Image

from signoff.paper.card import Card, card_png


def test_every_title_fits_its_picture() -> None:
    for title in ("W" * 500, "تمويل منسق المدرسة", "学校", "Every school deserves more. " * 40):
        picture = Image.open(BytesIO(card_png(Card(title, "28 signatories", "Coalition")))).convert("L")
        margins = [(0, 40, 60, 630), (1140, 40, 1200, 630), (80, 470, 1120, 486)]
        assert all(picture.crop(box).getextrema()[0] > 200 for box in margins), title
