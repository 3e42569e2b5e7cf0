"""What may be kept as a document, and what becomes of it. Pure: bytes and facts in, bytes and words out."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import puremagic

from adsum.core.pdfs import Uncleanable, clean_pdf
from adsum.core.pictures import Fault, Unreadable, draw_anew
from adsum.documents.policy import DocumentsPolicy

JPEG, PDF = "image/jpeg", "application/pdf"


class Kind(StrEnum):
    """What a document is for."""

    ADDRESS_PROOF = "address-proof"
    PHOTO = "photo"
    ENROLMENT_PHOTO = "enrolment-photo"
    EXCUSE = "excuse"
    CONTEST = "contest"
    REVIEW = "review"


class Says(StrEnum):
    """What somebody says who shows no paper or no photo. Each is a normal answer, and none is a fault."""

    NO_PAPERS = "no-papers"
    STAYS_WITH_SOMEBODY = "stays-with-somebody"
    SHELTER = "shelter"
    NO_FIXED_ADDRESS = "no-fixed-address"
    NO_CAMERA = "no-camera"


class Scan(StrEnum):
    """What the scanner said. A quarantined document is shown to nobody until a scanner has answered."""

    NOT_CONFIGURED = "not-configured"
    CLEAN = "clean"
    QUARANTINED = "quarantined"


class FormCode(StrEnum):
    """Which agencies' forms a new address needs. Their words stand in the portal's templates."""

    COURT = "court"
    BENEFITS = "benefits"
    OFFICE = "office"


class Refusal(StrEnum):
    """Why a file is not kept. Its words for the participant stand in the portal's templates."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    WRONG_TYPE = "wrong-type"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too-many-pixels"
    ACTIVE_PDF = "active-pdf"
    INFECTED = "infected"
    INCOMPLETE = "incomplete"
    TOO_MANY = "too-many"
    NOT_FOUND = "not-found"


_OF_PICTURES = {
    Fault.NO_PICTURE: Refusal.WRONG_TYPE,
    Fault.TOO_MANY_PIXELS: Refusal.TOO_MANY_PIXELS,
    Fault.BROKEN: Refusal.BROKEN,
}


class DocumentRefused(Exception):
    """The file cannot be kept; `refusal` says why. Nothing that was kept before is lost by it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True)
class Clean:
    """A file as it is kept."""

    content: bytes
    media_type: str


def make_clean(content: bytes, *, kind: Kind, policy: DocumentsPolicy) -> Clean:
    """The same picture drawn anew, or the same pages of a PDF, without anything hidden. Raises DocumentRefused.

    What the sender calls the file decides nothing: only what it is. A photo of a person is a picture, never a PDF.
    """
    if not content:
        raise DocumentRefused(Refusal.EMPTY)
    if len(content) > policy.largest_megabytes * 1_000_000:
        raise DocumentRefused(Refusal.TOO_LARGE)
    if _is_pdf(content):
        return _pages_only(content, kind)
    return Clean(_draw_anew(content, policy), JPEG)


def _is_pdf(content: bytes) -> bool:
    try:
        return content.startswith(b"%PDF-") and puremagic.from_string(content) == ".pdf"
    except (puremagic.PureError, ValueError):
        return False


def _draw_anew(content: bytes, policy: DocumentsPolicy) -> bytes:
    try:
        return draw_anew(content, most_pixels=policy.most_megapixels * 1_000_000, longest_side=policy.longest_side_px)
    except Unreadable as error:
        raise DocumentRefused(_OF_PICTURES[error.fault]) from error


def _pages_only(content: bytes, kind: Kind) -> Clean:
    """The pages of a PDF; one that cannot be cleaned is refused, and a photo of the paper does as well."""
    if kind not in (Kind.ADDRESS_PROOF, Kind.EXCUSE, Kind.CONTEST, Kind.REVIEW):
        raise DocumentRefused(Refusal.WRONG_TYPE)
    if b"%%EOF" not in content[-2048:]:
        raise DocumentRefused(Refusal.BROKEN)
    try:
        return Clean(clean_pdf(content), PDF)
    except Uncleanable as error:
        raise DocumentRefused(Refusal.ACTIVE_PDF) from error


def piece_fault(*, offset: int, piece: int, kept: int, length: int, policy: DocumentsPolicy) -> str:
    """Why this piece cannot be added to what is kept; nothing when it can. All in bytes."""
    if offset != kept:
        return "offset"
    if piece > policy.piece_kilobytes * 1_000:
        return "piece"
    return "length" if offset + piece > length else ""


@dataclass(frozen=True)
class FormDoc:
    """A form as its agency names it, with the rule that sets its clock and where the agency takes it."""

    code: FormCode
    number: str
    agency: str
    source: str
    page: str


FORMS = (
    FormDoc(
        FormCode.COURT,
        "EOIR-33/IC",
        "Immigration Court (EOIR)",
        "8 CFR 1003.15(d)(2)",
        "https://respondentaccess.eoir.justice.gov/en/forms/eoir33ic/",
    ),
    FormDoc(FormCode.BENEFITS, "AR-11", "USCIS", "8 CFR 265.1", "https://www.uscis.gov/ar-11"),
    FormDoc(FormCode.OFFICE, "", "", "", ""),
)


@dataclass(frozen=True)
class FormDue:
    """One form that a new address needs, and the last day for it."""

    doc: FormDoc
    due_on: date


def forms_due(changed_on: date, *, policy: DocumentsPolicy) -> list[FormDue]:
    """The forms that a change of address on this day needs. Holidays are not left out, so no day is too late."""
    last_days = {
        FormCode.COURT: add_working_days(changed_on, policy.court_form_working_days),
        FormCode.BENEFITS: changed_on + timedelta(days=policy.benefits_form_days),
        FormCode.OFFICE: changed_on + timedelta(days=policy.office_form_days),
    }
    return [FormDue(doc, last_days[doc.code]) for doc in FORMS]


def add_working_days(day: date, count: int) -> date:
    """The day that is `count` working days (Monday to Friday) after this one."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def download_headers(document_id: int, media_type: str) -> dict[str, str]:
    """What goes with a document so that no browser runs or guesses anything in it."""
    ending = "pdf" if media_type == PDF else "jpg"
    return {
        "Content-Disposition": f'attachment; filename="document-{document_id}.{ending}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
