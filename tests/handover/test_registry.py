"""Law: a table with a way to a person travels with them, or it is said why not."""

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, JSONField, Model

from adsum.handover.file_queries import BACK, NAMED_MODELS, STAYS, TABLES
from adsum.handover.rules import ABOUT, Goes
from adsum.people.models import Participant

MODELS: list[type[Model]] = list(apps.get_app_config("adsum").get_models())
SECRET = ("hash", "secret", "token", "password", "endpoint", "p256dh", "auth", "public_key", "credential", "challenge")
# What says something of a thing, or when something was, and lets nobody in.
NO_SECRET = {"sha256", "sent_sha256", "challenged_at", "public_key"}
NO_NUMBERS_IN = {
    "address.faults",
    "report.answers",
    "report.concerns",
    "wish.channels",
    "rung.rest",
    "enrolment.faults",
    "phonechange.before",
    "departure.ended",
    "lead.explanation",
    "recordcheck.answers",
    "monitoralert.doubts",
    "monitoralert.graves",
    "absconding.notes",
    "clock.pauses",
    "reviewask.because",
    "reviewdecision.weighed",
    "reviewdecision.facts",
    "reviewdecision.letter",
    "takeover.checkpoints",
    "oldrow.body",
    "oldline.raw",
    # Numbers of the court's, the same at every site.
    "courtstanding.court_case",
    "courtstanding.proceeding",
    "courtstanding.line",
    "courtstanding.hearing",
}


def with_a_way_to_somebody() -> set[type[Model]]:
    """Tables that point to a person, or to what points to one, or hold their number."""
    found: set[type[Model]] = {Participant}
    while True:
        more = {
            model
            for model in MODELS
            if any(one.remote_field and one.remote_field.model in found for one in model._meta.concrete_fields)
            or any(one.attname == "participant_id" for one in model._meta.concrete_fields)
        }
        if more <= found:
            return found
        found |= more


def test_every_table_about_a_person_is_carried_or_stays_for_a_reason() -> None:
    carried = {table.model for table in TABLES.values()}
    assert with_a_way_to_somebody() - carried - STAYS.keys() == set()
    assert carried & STAYS.keys() == set()
    assert all(STAYS.values())


def test_a_row_that_is_put_back_points_only_to_what_is_there() -> None:
    there = {table.model for table in BACK} | NAMED_MODELS
    lost = [
        f"{table.name}.{one.name}"
        for table in BACK
        for one in table.model._meta.concrete_fields
        if one.remote_field and not one.null and one.remote_field.model not in there
    ]
    assert lost == []


def test_rows_come_in_the_order_in_which_they_point_to_each_other() -> None:
    """Some keys are looked at with each statement, not at the end (core/references.py)."""
    place = {table.model: number for number, table in enumerate(BACK)}
    early = [
        f"{table.name}.{one.name}"
        for table in BACK
        for one in table.model._meta.concrete_fields
        if one.remote_field and place.get(one.remote_field.model, -1) > place[table.model]
    ]
    assert early == []


def test_no_number_of_a_row_is_overlooked_inside_of_a_column() -> None:
    odd = {
        f"{table.name}.{one.attname}"
        for table in BACK
        for one in table.model._meta.concrete_fields
        if isinstance(one, (JSONField, ArrayField)) or (isinstance(one, BigIntegerField) and not one.primary_key)
        if not one.remote_field and one.attname not in table.ids
    }
    assert odd - NO_NUMBERS_IN == set()
    about = {table.name for table in BACK if any(one.attname == "about" for one in table.model._meta.concrete_fields)}
    assert about == {table.name for table in BACK if "about" in table.ids}


def test_every_kind_of_thing_is_in_a_table() -> None:
    names = {model._meta.model_name for model in MODELS}
    assert set(ABOUT.values()) - names == set()


def test_no_column_with_a_secret_is_told() -> None:
    told = {
        f"{table.name}.{one.attname}"
        for table in TABLES.values()
        for one in table.model._meta.concrete_fields
        if any(word in one.attname for word in SECRET) and one.attname not in table.blank
        if not (one.attname in NO_SECRET and (table.goes == Goes.BACK or one.attname != "public_key"))
    }
    assert told == set()
