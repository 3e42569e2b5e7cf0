"""Pictures drawn anew: the pixels of a JPEG, PNG, WebP or HEIC that somebody sends, and nothing that hides in it."""

import io
from enum import StrEnum
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

register_heif_opener()
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_ONE_AT_A_TIME = Lock()  # an unpacked picture is large: two at once could fill a small machine


class Fault(StrEnum):
    """Why there is no picture in it."""

    NO_PICTURE = "no-picture"
    TOO_MANY_PIXELS = "too-many-pixels"
    BROKEN = "broken"


class Unreadable(Exception):
    """This cannot be drawn anew; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def draw_anew(content: bytes, *, most_pixels: int, longest_side: int) -> bytes:
    """A plain JPEG of this picture, at most `longest_side` pixels long. Its size is looked at before it is unpacked.

    Raises Unreadable.
    """
    try:
        with _ONE_AT_A_TIME, Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > most_pixels:
                raise Unreadable(Fault.TOO_MANY_PIXELS)
            return _as_jpeg(picture, longest_side)
    except Unreadable:
        raise
    except Image.DecompressionBombError as error:
        raise Unreadable(Fault.TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise Unreadable(Fault.NO_PICTURE) from error
    except Exception as error:  # a decoder fed with hostile bytes fails in its own ways, all of which mean: broken
        raise Unreadable(Fault.BROKEN) from error


def _as_jpeg(picture: Image.Image, longest_side: int) -> bytes:
    """Pixels only: turned as the camera was held, on white; no EXIF, no GPS, no profile, no comment."""
    picture.draft("RGB", (longest_side, longest_side))
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((longest_side, longest_side))
    seen = turned.convert("RGBA")
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A"))
    written = io.BytesIO()
    plain.save(written, "JPEG", quality=85, optimize=True)
    return written.getvalue()
