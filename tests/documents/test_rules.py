"""What a file is, whatever its sender calls it; and the clocks of a change of address."""

import io
from datetime import date

import pytest
from pikepdf import Encryption
from PIL import Image
from pillow_heif import from_pillow

from adsum.documents.policy import DocumentsPolicy
from adsum.documents.rules import (
    DocumentRefused,
    FormCode,
    Kind,
    Refusal,
    add_working_days,
    forms_due,
    make_clean,
    piece_fault,
)
from tests.core.test_pdfs import make_pdf, tell_all
from tests.factories import make_picture

POLICY = DocumentsPolicy()

SMALL = DocumentsPolicy(most_megapixels=12, largest_megabytes=2)
PDF = make_pdf()


def with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright: the picture has to be turned
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    return make_picture(form="JPEG", exif=exif, comment=b"SecretComment")


def heic() -> bytes:
    written = io.BytesIO()
    from_pillow(Image.new("RGB", (64, 48), "red")).save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [make_picture(), make_picture(form="JPEG"), make_picture(form="WEBP"), heic()],
    ids=["png", "jpeg", "webp", "heic"],
)
def test_every_kind_of_picture_becomes_a_plain_jpeg(content: bytes) -> None:
    clean = make_clean(content, kind=Kind.PHOTO, policy=POLICY)
    assert (clean.media_type, clean.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")


def test_nothing_hidden_is_left_and_the_picture_stands_upright() -> None:
    sent = with_gps()
    assert b"SecretCamera" in sent
    clean = make_clean(sent, kind=Kind.ADDRESS_PROOF, policy=POLICY).content
    assert b"Secret" not in clean
    picture = Image.open(io.BytesIO(clean))
    assert (dict(picture.getexif()), picture.size, "comment" in picture.info) == ({}, (40, 60), False)


def test_what_follows_the_picture_in_its_file_is_dropped() -> None:
    sent = make_picture(form="JPEG") + b"<script>alert(1)</script>"
    assert b"script" not in make_clean(sent, kind=Kind.PHOTO, policy=POLICY).content


def test_a_large_picture_is_made_smaller() -> None:
    clean = make_clean(make_picture(5000, 100), kind=Kind.PHOTO, policy=POLICY).content
    assert Image.open(io.BytesIO(clean)).size == (2400, 48)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Refusal.EMPTY),
        (b"x" * 2_000_001, Refusal.TOO_LARGE),
        (b"hello", Refusal.WRONG_TYPE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.WRONG_TYPE),
        (b"GIF89a" + b"\0" * 40, Refusal.WRONG_TYPE),
        (make_picture(400, 400, form="JPEG")[:-400], Refusal.BROKEN),
        (make_picture(400, 400)[:200], Refusal.BROKEN),
        (make_picture(4000, 3001), Refusal.TOO_MANY_PIXELS),
        (PDF[: len(PDF) // 2], Refusal.BROKEN),
        (make_pdf(encryption=Encryption(owner="x", user="secret")), Refusal.ACTIVE_PDF),
    ],
    ids=lambda value: value if isinstance(value, Refusal) else "file",
)  # fmt: skip
def test_what_is_not_kept(content: bytes, refusal: Refusal) -> None:
    with pytest.raises(DocumentRefused) as refused:
        make_clean(content, kind=Kind.ADDRESS_PROOF, policy=SMALL)
    assert refused.value.refusal == refusal


def test_a_pdf_is_kept_without_what_it_tells_but_is_no_photo_of_a_person() -> None:
    clean = make_clean(make_pdf(tell_all), kind=Kind.ADDRESS_PROOF, policy=POLICY)
    assert (clean.media_type, clean.content[:5], b"Secret" in clean.content) == ("application/pdf", b"%PDF-", False)
    with pytest.raises(DocumentRefused):
        make_clean(PDF, kind=Kind.PHOTO, policy=POLICY)


@pytest.mark.parametrize(
    ("offset", "piece", "kept", "fault"),
    [
        (0, 10, 0, ""),
        (10, 90, 10, ""),
        (0, 10, 10, "offset"),
        (20, 10, 10, "offset"),
        (10, 91, 10, "length"),
        (0, 64_001, 0, "piece"),
    ],
)
def test_a_piece_goes_on_exactly_where_the_last_one_ended(offset: int, piece: int, kept: int, fault: str) -> None:
    assert piece_fault(offset=offset, piece=piece, kept=kept, length=100, policy=POLICY) == fault


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 11, 20), 5, date(2026, 11, 27)),
        (date(2026, 11, 21), 5, date(2026, 11, 27)),
        (date(2026, 11, 23), 1, date(2026, 11, 24)),
        (date(2028, 2, 28), 2, date(2028, 3, 1)),
    ],
)
def test_working_days(day: date, count: int, last: date) -> None:
    assert add_working_days(day, count) == last


def test_each_agency_has_its_own_clock() -> None:
    due = {one.doc.code: one.due_on.isoformat() for one in forms_due(date(2026, 11, 20), policy=POLICY)}
    assert due == {FormCode.COURT: "2026-11-27", FormCode.BENEFITS: "2026-11-30", FormCode.OFFICE: "2026-11-25"}
