"""What partners look at and report. A report is a flag for an officer; nothing in the file changes by it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from adsum.flags.actions import lapse_flags, raise_flag
from adsum.flags.models import Flag
from adsum.flags.rules import NewFlag, Reason
from adsum.ledger.actions import record, record_each
from adsum.ledger.rules import RULES, Actor
from adsum.partners.models import Partner, PartnerAnswer, PartnerReport, PartnerSecret, PartnerToken, PartnerUse
from adsum.partners.policy import PartnersPolicy
from adsum.partners.queries import find_partner_report
from adsum.partners.rules import REPORT_KINDS, ReportState, Said, flag_about
from adsum.people.models import Participant
from adsum.policies.queries import in_force

TAKEN_BACK = "The partner has taken its report back."


class ReportGone(Exception):
    """There is no such report, or this partner may not see it."""


class KeyUsed(Exception):
    """The partner has made another report under this key."""


class ReportSettled(Exception):
    """An officer has decided about it, or the partner has taken it back: it changes no more."""


class VersionPassed(Exception):
    """It has changed since the partner read it."""


def record_partner_looks(*, participant_ids: Sequence[int], actor: Actor, now: datetime) -> None:
    """A partner was told of these people; each of them sees it in their file."""
    with transaction.atomic():
        record_each(
            verb="file.viewed",
            actor=actor,
            subject_kind="participant",
            subjects=participant_ids,
            participants=participant_ids,
            now=now,
        )


def make_partner_report(
    *, participant: Participant, partner: Partner, said: Said, key: str, actor: Actor, now: datetime
) -> PartnerReport:
    """Keep what a partner says and put it before an officer. The same key again is the same report.

    Raises KeyUsed where the key is that of a report that says something else.
    """
    with transaction.atomic():
        known = {"partner": partner, "key": key}
        new = {
            "participant": participant,
            "kind": said.kind,
            "words": said.words,
            "facts": said.as_facts(),
            "made_at": now,
            "changed_at": now,
        }
        report, made = PartnerReport.objects.get_or_create(**known, defaults=new)
        if made:
            _record("partner-report.made", report, actor, now)
            details = {"partner": partner.title, "reported": REPORT_KINDS[said.kind]}
            about = flag_about(report.pk)
            flag = NewFlag(participant.pk, Reason.PARTNER_REPORT, about=about, details=details)
            raise_flag(flag=flag, actor=actor, now=now, policy=in_force(PartnersPolicy, now=now).version)
        elif (report.participant_id, report.said) != (participant.pk, said):
            raise KeyUsed
    return _found(report.pk, actor)


def change_partner_report(*, report_id: int, version: int, said: Said, actor: Actor, now: datetime) -> PartnerReport:
    """The partner says it otherwise, while nobody has decided. Raises ReportGone, ReportSettled, VersionPassed."""
    with transaction.atomic():
        report = _open_or_refuse(report_id, version, actor)
        if said.kind != report.kind:
            raise ReportSettled("Its kind stays as it was: take it back and make another.")
        changed = {"words": said.words, "facts": said.as_facts(), "changed_at": now, "version": report.version + 1}
        PartnerReport.objects.filter(pk=report.pk).update(**changed)
        _record("partner-report.changed", report, actor, now)
    return _found(report.pk, actor)


def withdraw_partner_report(*, report_id: int, version: int, actor: Actor, now: datetime) -> None:
    """The partner takes it back, and its flag goes. Raises ReportGone, ReportSettled, VersionPassed."""
    with transaction.atomic():
        report = _open_or_refuse(report_id, version, actor)
        PartnerReport.objects.filter(pk=report.pk).update(withdrawn_at=now, changed_at=now)
        _record("partner-report.withdrawn", report, actor, now)
        lapse_flags(about=[flag_about(report.pk)], reasons=[Reason.PARTNER_REPORT], why=TAKEN_BACK, now=now)


def _open_or_refuse(report_id: int, version: int, actor: Actor) -> PartnerReport:
    """The report as it is, with its flag held, so that no officer decides meanwhile about what they have not read."""
    waiting = Flag.objects.filter(about=flag_about(report_id), reason=Reason.PARTNER_REPORT)
    list(waiting.select_for_update())
    report = _found(report_id, actor)
    if report.state is not ReportState.OPEN:
        raise ReportSettled(f"It is {report.state} already, and changes no more.")
    if report.version != version:
        raise VersionPassed("It has changed since you read it: read it again.")
    return report


def _found(report_id: int, actor: Actor) -> PartnerReport:
    report = find_partner_report(report_id=report_id, seen_by=actor)
    if report is None:
        raise ReportGone
    return report


def _record(verb: str, report: PartnerReport, actor: Actor, now: datetime) -> None:
    record(
        verb=verb, actor=actor, now=now, subject=report, participant_id=report.participant_id, report_kind=report.kind
    )


def forget(*, before: datetime, now: datetime) -> None:
    """Erase reports from before this moment; the count stays in the ledger."""
    with transaction.atomic():
        count, _ = PartnerReport.objects.filter(made_at__lt=before).delete()
        record(
            verb="partner-reports.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(PartnersPolicy, now=now).version,
            count=count,
        )


def forget_spent(*, before: datetime, now: datetime) -> None:
    """Erase what has ended before this moment: tokens, replaced secrets, answers for repeats, counts of requests."""
    with transaction.atomic():
        tokens, _ = PartnerToken.objects.filter(expires_at__lt=before).delete()
        PartnerSecret.objects.filter(ends_at__lt=before).delete()
        answers, _ = PartnerAnswer.objects.filter(began_at__lt=before).delete()
        PartnerUse.objects.filter(minute__lt=before).delete()
        record(
            verb="partner-tokens.forgotten",
            actor=RULES,
            now=now,
            policy=in_force(PartnersPolicy, now=now).version,
            tokens=tokens,
            answers=answers,
        )
