"""PDFs kept as pages and nothing else: who wrote them, where, with what, and whatever could act is taken out."""

import base64
import binascii
import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

from pikepdf import (
    Array,
    Dictionary,
    Name,
    Object,
    ObjectStreamMode,
    PasswordError,
    Pdf,
    PdfError,
    Stream,
    StreamDecodeLevel,
)

_OF_A_PAGE = {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group"}
_TELL_TALES = ("/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/AF", "/Measure", "/PtData", "/LGIDict")
_ACTIONS = {
    "/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
    "/Sound", "/Named", "/RichMediaExecute", "/Hide", "/ResetForm", "/SetOCGState", "/Trans", "/GoTo3DView",
}  # fmt: skip
_MOST_OBJECTS = 100_000
_MOST_UNPACKED = 50_000_000
_MOST_PAGES = 300
_STREAM = re.compile(rb"stream\r?\n")
_SELF_UNPACKED = re.compile(rb"/(ObjStm|XRef)(?![A-Za-z])")


class Uncleanable(Exception):
    """This PDF is broken, locked, or such that nobody can say what is in it."""


def clean_pdf(content: bytes) -> bytes:
    """The same pages without document information, XMP, attachments, scripts, links, form fields, or photos' EXIF.

    What is filled into a form is drawn onto its page first. Raises Uncleanable.
    """
    _refuse_bombs(content)
    try:
        with Pdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if len(pdf.objects) > _MOST_OBJECTS or not 0 < len(pdf.pages) <= _MOST_PAGES:
                raise Uncleanable
            _draw_forms(pdf)
            _keep_pages_only(pdf)
            _clean_objects(pdf)
            written = io.BytesIO()
            pdf.save(
                written,
                deterministic_id=True,
                object_stream_mode=ObjectStreamMode.disable,
                stream_decode_level=StreamDecodeLevel.none,
                encryption=False,
            )
    except (
        PdfError,
        PasswordError,
        ValueError,
        TypeError,
        KeyError,
        RuntimeError,
        RecursionError,
        zlib.error,
    ) as error:
        raise Uncleanable from error
    return written.getvalue()


def _refuse_bombs(content: bytes) -> None:
    """The parser unpacks streams of objects by itself, so first see how large they get. Raises Uncleanable."""
    left = _MOST_UNPACKED
    for found in _STREAM.finditer(content):
        head = content[max(0, content.rfind(b"obj", 0, found.start())) : found.start()]
        if not _SELF_UNPACKED.search(re.sub(rb"#([0-9A-Fa-f]{2})", lambda one: bytes([int(one[1], 16)]), head)):
            continue
        unpacker = zlib.decompressobj()
        try:
            left -= len(unpacker.decompress(content[found.end() :], left + 1))
        except zlib.error as error:
            raise Uncleanable from error
        if left < 0:
            raise Uncleanable


def _draw_forms(pdf: Pdf) -> None:
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary) and "/XFA" in form:
        raise Uncleanable
    if isinstance(form, Dictionary):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("print")


def _keep_pages_only(pdf: Pdf) -> None:
    """Nothing hangs on the document but its pages, and on a page nothing but what is drawn."""
    for name in set(pdf.Root.keys()) - {"/Type", "/Pages", "/Version"}:
        del pdf.Root[name]
    for name in set(pdf.trailer.keys()) & {"/Info", "/ID"}:
        del pdf.trailer[name]
    for page in pdf.pages:
        for name in set(page.obj.keys()) - _OF_A_PAGE:
            del page.obj[name]
    pdf.remove_unreferenced_resources()


def _clean_objects(pdf: Pdf) -> None:
    """What lies deeper: in pictures, fonts, and groups. Raises Uncleanable where something could act all the same."""
    for one in _reachable(pdf.Root):
        for name in _TELL_TALES:
            if name in one:
                del one[name]
        if "/JS" in one or "/EF" in one or str(one.get("/S")) in _ACTIONS or one.get("/Type") == Name.Filespec:
            raise Uncleanable
        if isinstance(one, Stream):
            _clean_stream(one)


def _reachable(root: Object) -> Iterator[Any]:
    """Each dictionary and stream that can be reached from here, once."""
    waiting: list[Any] = [root]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        one = waiting.pop()
        if not isinstance(one, (Dictionary, Array, Stream)) or one.objgen in seen:
            continue
        if one.is_indirect:
            seen.add(one.objgen)
        count += 1
        if count > 10 * _MOST_OBJECTS:
            raise Uncleanable
        if not isinstance(one, Array):
            yield one
        waiting.extend(one if isinstance(one, Array) else [one[name] for name in list(one.keys())])


def _clean_stream(stream: Stream) -> None:
    if "/F" in stream:  # its bytes lie in another file
        raise Uncleanable
    filters = stream.get("/Filter", Array())
    names = [str(one) for one in (filters if isinstance(filters, Array) else [filters])]
    if "/JPXDecode" in names:
        raw = stream.read_raw_bytes()
        if names != ["/JPXDecode"] or any(box in raw for box in (b"xml ", b"uuid", b"Exif")):
            raise Uncleanable
    if "/DCTDecode" in names:
        if names[-1] != "/DCTDecode":
            raise Uncleanable
        jpeg = _unwrapped(stream.read_raw_bytes(), names[:-1])
        parms = stream.get("/DecodeParms")
        last = parms[-1] if isinstance(parms, Array) and len(parms) else parms
        stream.write(
            _without_segments(jpeg), filter=Name.DCTDecode, decode_parms=last if isinstance(last, Dictionary) else None
        )


def _unwrapped(raw: bytes, filters: list[str]) -> bytes:
    for name in filters:
        if name == "/ASCII85Decode":
            raw = base64.a85decode(raw.strip().removeprefix(b"<~").removesuffix(b"~>"))
        elif name == "/ASCIIHexDecode":
            raw = binascii.unhexlify(re.sub(rb"[\s>]", b"", raw))
        elif name == "/FlateDecode":
            raw = zlib.decompressobj().decompress(raw, _MOST_UNPACKED)
        else:
            raise Uncleanable
    return raw


def _without_segments(jpeg: bytes) -> bytes:
    """A JPEG without its application segments (EXIF, XMP, thumbnails) and comments; Adobe's says how colours are kept.

    ITU-T T.81, B.1: each segment is FF, its marker, two bytes of length; the scan begins with FFDA and is copied.
    """
    if jpeg[:2] != b"\xff\xd8":
        raise Uncleanable
    kept, at = [b"\xff\xd8"], 2
    while jpeg[at : at + 2] != b"\xff\xda":
        marker, length = jpeg[at + 1 : at + 2], int.from_bytes(jpeg[at + 2 : at + 4])
        if jpeg[at : at + 1] != b"\xff" or length < 2 or at + 2 + length > len(jpeg):
            raise Uncleanable
        if not (b"\xe1" <= marker <= b"\xed" or marker in (b"\xef", b"\xfe")):
            kept.append(jpeg[at : at + 2 + length])
        at += 2 + length
    end = jpeg.rfind(b"\xff\xd9")
    return b"".join(kept) + jpeg[at : end + 2 if end > at else len(jpeg)]
