"""The JSON Schema of a person's bundle (2020-12), from the tables that it carries: docs/person-bundle.schema.json."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from adsum.handover.file_queries import NAMED, TABLES
from adsum.handover.rules import FORMAT, VERSION, Goes

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
KINDS: dict[type, Schema] = {
    models.BooleanField: {"type": "boolean"},
    models.DateTimeField: {"type": "string", "format": "date-time"},
    models.DateField: {"type": "string", "format": "date"},
    models.UUIDField: {"type": "string", "format": "uuid"},
    models.BinaryField: {"type": "string", "contentEncoding": "base64"},
    models.DurationField: TEXT,
    models.JSONField: {},
    models.FloatField: {"type": "number"},
    models.IntegerField: NUMBER,
    models.ForeignKey: NUMBER,
}


def bundle_schema() -> str:
    """The page, as text."""
    files = {f"{one.goes}/{one.name}.jsonl": _row(one.model._meta.concrete_fields) for one in TABLES.values()}
    for named in NAMED:
        told = (one for one in named.model._meta.concrete_fields if one.attname not in named.untold)
        files[f"{Goes.NAMED}/{named.name}.jsonl"] = _row(told)
    schema: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT}, version {VERSION}",
        "description": "By the name of a file: its JSON value, or that of each of its lines.",
        "$defs": {
            "bundle.json": _whole(
                {
                    **dict.fromkeys(("case_number", "site", "public_key", "made_by", "reason", "program"), TEXT),
                    "made_at": KINDS[models.DateTimeField],
                    "participant": NUMBER,
                    "lacking": {"type": "array", "items": SHA256},
                    "format": {"const": FORMAT},
                    "version": {"const": VERSION},
                }
            ),
            "signature.json": _whole(dict.fromkeys(("statement", "signature", "public_key"), TEXT)),
            "checkpoints.json": {
                "type": "array",
                "items": _whole({"size": NUMBER, **dict.fromkeys(("at", "root", "signature"), TEXT)}),
            },
            "ledger.jsonl": _whole(
                {
                    "says": TEXT,
                    **{name: {"type": ["integer", "null"]} for name in ("sequence", "size")},
                    "path": {"type": "array", "items": SHA256},
                }
            ),
            **files,
        },
    }
    return json.dumps(schema, indent=1) + "\n"


def _whole(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _row(fields: Iterable[Any]) -> Schema:
    return _whole({one.attname: _or_none(_kind(one), one) for one in fields})


def _or_none(kind: Schema, one: Any) -> Schema:
    return {**kind, "type": [kind["type"], "null"]} if one.null and "type" in kind else kind


def _kind(one: Any) -> Schema:
    if isinstance(one, ArrayField):
        return {"type": "array", "items": _kind(one.base_field)}
    return next((kind for field, kind in KINDS.items() if isinstance(one, field)), TEXT)
