"""Square codes (QR), drawn for a page."""

import segno


def draw_square(said: str, *, error: str, scale: int, boost_error: bool = True) -> str:
    """An SVG that says nothing to who hears the page: what is around it is the picture, and names it."""
    drawing = segno.make(said, error=error, boost_error=boost_error, micro=False)
    drawn: str = drawing.svg_inline(scale=scale, border=2, svgclass="qr", lineclass=None, omitsize=True)
    return drawn.replace("<svg ", '<svg aria-hidden="true" ', 1)
