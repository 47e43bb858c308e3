"""Draws a QR code in a page that is printed. No script, nothing from afar."""

import segno
from markupsafe import Markup

# More than this makes a square that a cheap telephone cannot read from 50 mm of paper.
MOST_BYTES = 1000


def square(text: str, instead: str) -> Markup:
    """A QR code (ISO/IEC 18004, level M) as SVG in the page; of what stands in its place when the text is too long."""
    content = text if len(text.encode()) <= MOST_BYTES else instead
    drawn = segno.make(content.encode(), error="m", micro=False, boost_error=False)
    # Drawn by segno from what the hub itself made: no text of others is in it.
    return Markup(drawn.svg_inline(border=4, omitsize=True, svgclass=None, lineclass=None))  # noqa: S704  # see above
