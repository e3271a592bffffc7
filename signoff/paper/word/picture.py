"""The logo in a Word file: where it stands in its line, how large, and what it is called for who cannot see it."""

import struct
from xml.sax.saxutils import quoteattr

from signoff.paper.word.markup import element

LOGO_PART = "media/logo.png"
LOGO_RELATION = "logo"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_INCH = 914_400  # in the units of drawings
_HIGHEST, _WIDEST = _INCH // 2, 2 * _INCH


def logo_run(png: bytes, called: str) -> str:
    """A run with the logo, at most half an inch high; it refers to its file by LOGO_RELATION."""
    width, height = struct.unpack(">II", png[16:24])
    scale = min(_HIGHEST / height, _WIDEST / width)
    size = f'cx="{round(width * scale)}" cy="{round(height * scale)}"'
    picture = (
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="logo.png"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{LOGO_RELATION}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    )
    inline = (
        f'<wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {size}/><wp:docPr id="1" name="Logo" descr={quoteattr(called)}/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture">{picture}</a:graphicData>'
        "</a:graphic></wp:inline>"
    )
    return element("r", element("drawing", inline))
