"""The receipt on paper: a PDF in the reader's language, with the square code that proves it offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from adsum.checkins.queries import find_receipt
from adsum.core.ids import read_code
from adsum.core.typesetting import typeset
from adsum.portal.access import participants_only
from adsum.portal.receipts import qr_file_of, signed_lines

if TYPE_CHECKING:
    from datetime import datetime

    from adsum.checkins.models import Report
    from adsum.people.models import Participant

Row = tuple[str, str]
MOST_LINES = 60


@participants_only
@require_safe
def receipt_paper(request: HttpRequest, participant: Participant, number: str) -> HttpResponse:
    """My receipt as a PDF, to print or to show."""
    report = find_receipt(receipt_number=read_code(number), seen_by=participant.as_actor())
    if report is None:
        raise Http404
    made = typeset(
        "receipt", words_of(report, participant), language=get_language() or "en", made_at=report.received_at
    )
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="adsum-receipt-{report.receipt_number}.pdf"'
    return response


def words_of(report: Report, participant: Participant) -> dict[str, Any]:
    """What stands on the paper of this receipt, in the language that is active."""
    return {
        "title": _("We have your check-in"),
        "from": f"Adsum · {participant.office.name}",
        "number_label": _("Number of your receipt"),
        "number": str(report),
        "rows": [row for row in _rows(report, participant) if row[1]],
        "proof_title": _("Proof to keep"),
        "qr": qr_file_of(report),
        "qr_alt": _("Square code with the signed receipt"),
        "qr_words": _(
            "This square code holds your receipt and our signature. Anybody can check it, even without the internet."
        ),
        "check_words": _("Check a receipt"),
        "check_at": f"{settings.PUBLIC_URL}{reverse('receipts')}",
        "signed_label": _("The same as text"),
        "signed": signed_lines(report),
    }


def _rows(report: Report, participant: Participant) -> list[Row]:
    due = date_format(report.duty.due_on, "DATE_FORMAT") if report.duty else ""
    wants = report.message or report.wants_contact
    return [
        (_("It arrived on"), _moment(report.received_at)),
        (_("You made it on"), _moment(report.made_at) if report.made_at else ""),
        (_("Your name"), participant.full_name),
        (_("For the check-in of"), due),
        (_("Your address"), _address(report)),
        (_("Your place"), render_to_string("portal/place.html", {"report": report}).strip()),
        (_("Your new phone number"), report.new_phone),
        (_("Your message"), _flowing(report.message)),
        (_("Your officer"), _("Your officer will see that you want contact.") if wants else ""),
    ]


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return f"{date_format(here, 'DATETIME_FORMAT')} ({here:%Z})"


def _address(report: Report) -> str:
    if report.lives_there:
        return _("You said: I still live there.")
    if report.lives_there is None:
        return _("You did not answer. That is all right.")
    missing = _("Your new address is still missing. You can send it with one more check-in.")
    return f"{_('You said: I live somewhere else now.')}\n{report.address_given or missing}"


def _flowing(text: str) -> str:
    """What somebody wrote; without its line breaks where those would fill page after page."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "\n".join(lines) if len(lines) <= MOST_LINES else " ".join(lines)
