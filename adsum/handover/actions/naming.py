"""What the old site's rows point to beside themselves: found here by what it says, or brought as the old site's."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Model

from adsum.court.models import CourtDrop
from adsum.enrolment.models import Wave
from adsum.handover.rules import BundleRefused
from adsum.law.models import LawRule
from adsum.monitors.models import Monitor
from adsum.offices.models import FieldOffice, Staff
from adsum.questions.models import QuestionTemplate
from adsum.records.models import OutsideRecord, RecordSource, RecordVersion

Row = dict[str, Any]
_OF_EVERY_OFFICE = "*"
_OF_A_RULE = (
    "kind", "days", "unit", "counts_from", "mail_days", "rolls", "tolls_outage", "tolls_request",
    "starts_on", "ends_on", "source",
)  # fmt: skip


class Namer:
    """Finds or brings what is pointed to. `numbers`: of each table, the number there and the one here."""

    def __init__(self, site: str, now: datetime) -> None:
        self._site, self._now = site, now
        self._brought: set[int] = set()  # records
        self.numbers: dict[str, dict[int, int]] = {}
        self.matched: list[str] = []

    def take(self, model: type[Model], row: Row) -> None:
        """One row of a table that is pointed to."""
        name = model._meta.model_name or ""
        here = _HOW[model](self, row) if model in _HOW else None
        if here is not None:
            self.numbers.setdefault(name, {})[int(row["id"])] = here

    def _find(self, table: str, number: int | None) -> int | None:
        return None if number is None else self.numbers.get(table, {}).get(number)

    def office(self, row: Row) -> int:
        """An office there stays one of the old site, also where one here has its code: it happened there."""
        about = {"name": row["name"], "time_zone": row["time_zone"], "phone": row["phone"]}
        found, _ = FieldOffice._base_manager.get_or_create(
            site=row["site"] or self._site, code=row["code"], defaults=about
        )
        return found.pk

    def staff(self, row: Row) -> int:
        """The same person, where address and name say so; otherwise an author at the old site, without access."""
        if not row["site"]:
            known = Staff.objects.filter(email__iexact=row["email"], name__iexact=row["name"]).first()
            if known is not None:
                self.matched.append(known.name)
                return known.pk
        site, number = row["site"] or self._site, row["site_number"] or row["id"]
        mark = hashlib.sha256(site.encode()).hexdigest()[:20]
        author = {
            "name": row["name"],
            "email": f"{number}@{mark}.invalid",
            "role": row["role"],
            "languages": row["languages"],
            "password": "!",
            "is_active": False,
            "office_id": self._find("fieldoffice", row["office_id"]),
        }
        return Staff._base_manager.get_or_create(site=site, site_number=number, defaults=author)[0].pk

    def _old_office(self, number: int | None) -> int:
        """The old office with this number; without one, what stands for all of the old site's."""
        here = self._find("fieldoffice", number)
        if here is not None:
            return here
        about = {"name": f"Every office of {self._site}"[:120], "time_zone": "UTC"}
        return FieldOffice._base_manager.get_or_create(site=self._site, code=_OF_EVERY_OFFICE, defaults=about)[0].pk

    def template(self, row: Row) -> int:
        """The same questions; or those of the old site, which nobody is asked here."""
        same = QuestionTemplate.objects.filter(body=row["body"], level=row["level"]).order_by("pk").first()
        if same is not None:
            return same.pk
        about = {"body": row["body"], "valid_from": row["valid_from"], "published_at": row["published_at"]}
        office = self._old_office(row["office_id"])
        return QuestionTemplate.objects.get_or_create(
            office_id=office, level=row["level"], version=row["version"], defaults=about
        )[0].pk

    def rule(self, row: Row) -> int | None:
        """The same rule of law, if it holds here; another site's is no law here."""
        same = LawRule.objects.filter(approved_at__isnull=False, vacated_at__isnull=True)
        same = same.filter(**{name: row[name] for name in _OF_A_RULE if row[name] is not None})
        return same.order_by("pk").values_list("pk", flat=True).first()

    def drop(self, row: Row) -> int | None:
        """The same drop of the court, if it came here too."""
        return CourtDrop.objects.filter(digest=row["digest"]).values_list("pk", flat=True).first()

    def wave(self, row: Row) -> int:
        """The list by which somebody came in there. It is the old site's: no stage of it starts here."""
        about = {"started_at": row["started_at"], "whole_at": row["whole_at"]}
        office = self._old_office(row["office_id"])
        return Wave.objects.get_or_create(office_id=office, name=row["name"], defaults=about)[0].pk

    def monitor(self, row: Row) -> int:
        """The same device, if it is here by now; otherwise it is in the old office's stock."""
        same = Monitor.objects.filter(serial=row["serial"]).first()
        if same is not None and same.level != row["level"]:
            raise BundleRefused(f"the device {row['serial']} is another one here: one of them has a wrong number")
        office = self._old_office(row["office_id"])
        about = {name: value for name, value in row.items() if name not in ("id", "office_id")}
        return same.pk if same else Monitor.objects.create(office_id=office, **about).pk

    def source(self, row: Row) -> int:
        """The same source of records; or the old site's, which is asked nothing any more."""
        same = RecordSource.objects.filter(code=row["code"], agency=row["agency"], adapter=row["adapter"]).first()
        if same is not None:
            return same.pk
        code = row["code"]
        if RecordSource.objects.filter(code=code).exists():
            code = f"{code[:28]}-{hashlib.sha256(self._site.encode()).hexdigest()[:10]}"
        about = {name: value for name, value in row.items() if name not in ("id", "code", "ended_at")}
        ended = {"ended_at": row["ended_at"] or self._now}
        return RecordSource.objects.get_or_create(code=code, defaults=about | ended)[0].pk

    def record(self, row: Row) -> int:
        """The same record of the same source; or as the old site had it, without anybody being looked up for it."""
        source = self._find("recordsource", row["source_id"])
        about = {name: value for name, value in row.items() if name not in ("id", "source_id", "record_id")}
        about["screened_at"] = row["screened_at"] or self._now
        found, fresh = OutsideRecord.objects.get_or_create(source_id=source, record_id=row["record_id"], defaults=about)
        if fresh:
            self._brought.add(row["id"])
        return found.pk

    def version(self, row: Row) -> int | None:
        """A version of a record that was brought; where the record was here, so are its versions."""
        if row["record_id"] not in self._brought:
            return None
        about = {name: value for name, value in row.items() if name not in ("id", "record_id")}
        record = self.numbers["outsiderecord"][row["record_id"]]
        return RecordVersion.objects.create(record_id=record, **about).pk


_HOW: dict[type[Model], Callable[[Namer, Row], int | None]] = {
    FieldOffice: Namer.office,
    Staff: Namer.staff,
    QuestionTemplate: Namer.template,
    LawRule: Namer.rule,
    CourtDrop: Namer.drop,
    Wave: Namer.wave,
    Monitor: Namer.monitor,
    RecordSource: Namer.source,
    OutsideRecord: Namer.record,
    RecordVersion: Namer.version,
}
