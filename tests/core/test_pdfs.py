"""A PDF is kept as its pages: nothing tells who wrote it, where and with what; nothing in it can act."""

import base64
import io
import zlib
from collections.abc import Callable

import pytest
from pikepdf import (
    Array,
    AttachedFileSpec,
    Dictionary,
    Encryption,
    Name,
    Pdf,
    PdfImage,
    Stream,
    StreamDecodeLevel,
    String,
)
from PIL import Image

from adsum.core.pdfs import Uncleanable, clean_pdf

Change = Callable[[Pdf], object]
SECRETS = [
    f"Secret{what}".encode() for what in ("Author", "Camera", "Comment", "Script", "Attachment", "Tool", "OfPhoto")
]
TELL_TALES = [*SECRETS, b"secret", b"GPS", b"40,42", b"JavaScript", b"Annot", b"Metadata", b"EmbeddedFile", b"Exif"]
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="40,42.5N"/>
</rdf:RDF></x:xmpmeta>"""


def photo() -> bytes:
    exif, written = Image.Exif(), io.BytesIO()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (60, 40), "red").save(written, "JPEG", exif=exif, comment=b"SecretComment")
    return written.getvalue()


def make_pdf(*changes: Change, **how: object) -> bytes:
    """A page with a red photo on it."""
    pdf, written = Pdf.new(), io.BytesIO()
    page = pdf.add_blank_page(page_size=(300, 300))
    facts = {"/Type": Name.XObject, "/Subtype": Name.Image, "/Width": 60, "/Height": 40, "/BitsPerComponent": 8,
             "/ColorSpace": Name.DeviceRGB, "/Filter": Name.DCTDecode}  # fmt: skip
    page.obj.Resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(Stream(pdf, photo(), facts))))
    page.obj.Contents = Stream(pdf, b"q 60 0 0 40 10 10 cm /Im0 Do Q")
    for change in changes:
        change(pdf)
    pdf.save(written, **how)  # type: ignore[arg-type]
    return written.getvalue()


def tell_all(pdf: Pdf) -> None:
    """Author, place, tool, attachment, scripts, a link: what files from offices and phones hold."""
    pdf.docinfo["/Author"] = "SecretAuthor"
    pdf.Root.Metadata = Stream(pdf, XMP, Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.OpenAction = script()
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script()])))
    pdf.attachments["secret.txt"] = AttachedFileSpec(
        pdf, b"SecretAttachment", description="", filename="secret.txt", mime_type="", creation_date="", mod_date=""
    )
    page = pdf.pages[0].obj
    page.AA, page.PieceInfo = Dictionary(O=script()), Dictionary(Tool=Dictionary(Private=String("SecretTool")))
    link = Dictionary(S=Name.URI, URI=String("http://secret.example"))
    page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=link)])
    page.Resources.XObject.Im0.Metadata = Stream(pdf, b"SecretOfPhoto", Type=Name.Metadata, Subtype=Name.XML)


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('SecretScript')"))


def photo_in(content: bytes) -> Image.Image:
    with Pdf.open(io.BytesIO(content)) as pdf:
        photo = pdf.pages[0].obj.Resources.XObject.Im0
        assert isinstance(photo, Stream)
        return PdfImage(photo).as_pil_image()


def unpacked(content: bytes) -> bytes:
    """The same file with nothing packed, so that it can be searched."""
    written = io.BytesIO()
    with Pdf.open(io.BytesIO(content)) as pdf:
        pdf.save(written, compress_streams=False, stream_decode_level=StreamDecodeLevel.generalized)
    return written.getvalue()


def test_nothing_that_tells_or_acts_is_left_and_the_page_is_the_same() -> None:
    sent = make_pdf(tell_all)
    assert [word for word in TELL_TALES if word not in unpacked(sent)] == []
    clean = clean_pdf(sent)
    assert [word for word in TELL_TALES if word in unpacked(clean)] == []
    assert photo_in(clean).getpixel((3, 3)) == (254, 0, 0)
    with Pdf.open(io.BytesIO(clean)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in pdf.trailer
        assert pdf.pages[0].Contents.read_bytes() == b"q 60 0 0 40 10 10 cm /Im0 Do Q"
    assert clean_pdf(sent) == clean


def fill_in(pdf: Pdf) -> None:
    """A form whose field has a value and no picture of it, as programs leave it."""
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), V=String("Maria"), F=4,
        Rect=Array([10, 100, 200, 120]), DA=String("/Helv 12 Tf 0 g"),
    )  # fmt: skip
    field = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = Array([field])
    resources = Dictionary(Font=Dictionary(Helv=font))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), NeedAppearances=True, DR=resources, DA=String("/Helv 12 Tf"))


def test_what_is_filled_into_a_form_stays_to_be_seen() -> None:
    with Pdf.open(io.BytesIO(clean_pdf(make_pdf(fill_in)))) as pdf:
        drawn = [one for _, one in pdf.pages[0].obj.Resources.XObject.items() if one.get("/Subtype") == Name.Form]
        assert any(b"Maria" in one.read_bytes() for one in drawn)
        assert "/Annots" not in pdf.pages[0].obj


@pytest.mark.parametrize("wrapped", ["/ASCII85Decode", "/ASCIIHexDecode", "/FlateDecode"])
def test_a_photo_in_a_wrapping_is_cleaned_too(wrapped: str) -> None:
    def wrap(pdf: Pdf) -> None:
        ways: dict[str, Callable[[bytes], bytes]] = {
            "/ASCII85Decode": lambda raw: base64.a85encode(raw) + b"~>",
            "/ASCIIHexDecode": lambda raw: raw.hex().encode() + b">",
            "/FlateDecode": zlib.compress,
        }
        pdf.pages[0].obj.Resources.XObject.Im0.write(
            ways[wrapped](photo()), filter=Array([Name(wrapped), Name.DCTDecode])
        )

    clean = clean_pdf(make_pdf(wrap))
    assert b"Secret" not in clean
    assert photo_in(clean).getpixel((3, 3)) == (254, 0, 0)


def test_locked_against_changes_only_is_no_hindrance() -> None:
    clean = clean_pdf(make_pdf(tell_all, encryption=Encryption(owner="company", user="")))
    assert b"Encrypt" not in clean
    assert photo_in(clean).size == (60, 40)


def xfa(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=Stream(pdf, b"<xdp/>"))


def elsewhere(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject.Im0.F = String("file:///etc/passwd")


def no_jpeg(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject.Im0.write(b"no photo at all", filter=Name.DCTDecode)


def acting_within(pdf: Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject.Im0.Odd = script()


def packed(inside: bytes) -> bytes:
    return make_pdf().replace(
        b"xref\n", b"99 0 obj\n<< /Type /ObjStm >>\nstream\n" + inside + b"\nendstream\nendobj\nxref\n", 1
    )


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n%%EOF\n",
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n",
        make_pdf(encryption=Encryption(owner="x", user="secret")),
        make_pdf(xfa),
        make_pdf(elsewhere),
        make_pdf(no_jpeg),
        make_pdf(acting_within),
        packed(b"no zlib at all"),
        packed(zlib.compress(b" " * 60_000_000)),
        make_pdf(lambda pdf: [pdf.add_blank_page() for _ in range(300)]),
    ],
    ids=["empty", "no-page", "locked", "xfa", "elsewhere", "no-jpeg", "acting", "unreadable", "bomb", "many-pages"],
)
def test_what_cannot_be_cleaned_is_refused(content: bytes) -> None:
    with pytest.raises(Uncleanable):
        clean_pdf(content)


def test_a_circle_ends() -> None:
    def circle(pdf: Pdf) -> None:
        one = pdf.make_indirect(Dictionary())
        one.Self = one
        pdf.pages[0].obj.Resources.Odd = one

    assert clean_pdf(make_pdf(circle))
