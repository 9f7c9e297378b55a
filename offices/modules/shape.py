"""The shape of a definition, as JSON Schema (Draft 2020-12); its sense is checked in
`soundness`."""

from typing import Any

from offices.models.module import Module
from offices.modules.conditions import STANDS, TESTS
from offices.modules.definition import FORMAT, FORMATS
from offices.modules.flow import LIMITS, MOST
from offices.modules.rights import RIGHTS, WHERE

NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 40}
CODE = {"type": "string", "pattern": "^[a-z][a-z0-9_-]*$", "maxLength": 24}
OWNER = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]*$", "maxLength": 40}
TITLES = {
    "type": "object",
    "required": ["zh-hans"],
    "properties": {"zh-hans": {"pattern": "[\u4e00-\u9fff]"}},
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 200},
}
WORDS = {
    "type": "object",
    "required": ["zh-hans"],
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 400},
}
DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
NAMES = {"type": "array", "items": NAME, "uniqueItems": True, "maxItems": 60}
SPAN = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {
        unit: {"type": "integer", "minimum": 0, "maximum": 1200}
        for unit in ("days", "months", "years")
    },
    "additionalProperties": False,
}
CONDITION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "all": {"type": "array", "items": {"$ref": "#/$defs/condition"}},
        "any": {"type": "array", "items": {"$ref": "#/$defs/condition"}},
        "field": NAME,
        **{name: {} for name in (*TESTS, *STANDS)},
        "in": {"type": "array", "minItems": 1},
        "phase": {"enum": ["collect", "dispatch", "resolve", "verify", "done"]},
        **{
            name: {"type": "boolean"} for name in ("filled", "ended", "late", "overdue")
        },
    },
    "additionalProperties": False,
    "dependentRequired": {test: ["field"] for test in TESTS},
}
RIGHT = {
    "type": "object",
    "required": ["role", "where"],
    "properties": {"role": NAME, "where": {"enum": list(WHERE)}, "unit": OWNER},
    "additionalProperties": False,
}
WHO = {"type": "array", "items": RIGHT, "minItems": 1}
# What a field may say besides what JSON Schema says of it.
EXTRA: dict[str, Any] = {
    "title": TITLES,
    "x-labels": {"type": "object", "additionalProperties": WORDS},
    "x-sensitivity": {"enum": ["S1", "S2", "S3", "S4"]},
    "x-codes": NAME,
    "x-ref": {
        "type": "string",
        "pattern": "^(person|household|dwelling|organization|part|case"
        "|record:[a-z][a-z0-9_-]*)$",
    },
    "x-unit": {"anyOf": [{"type": "string", "maxLength": 20}, WORDS]},
    "x-computed": {"type": "string", "minLength": 1, "maxLength": 500},
    **{name: {"const": True} for name in ("x-file", "x-photo", "x-place")},
    "x-when": {"$ref": "#/$defs/condition"},
    "x-help": WORDS,
    # Why it is asked although a register holds it.
    "x-asked-because": WORDS,
    "x-format": {"enum": list(FORMATS)},
    "type": {"enum": ["string", "number", "integer", "boolean", "array", "object"]},
    "format": {"enum": ["date", "date-time", "time", "email"]},
}
FIELD: dict[str, Any] = {
    "type": "object",
    "properties": {
        **EXTRA,
        "items": {
            "type": "object",
            "properties": {
                "properties": {
                    "type": "object",
                    "propertyNames": NAME,
                    "additionalProperties": {"$ref": "#/$defs/field"},
                }
            },
        },
    },
}
SCHEMA = {
    "type": "object",
    "required": ["type", "properties"],
    "properties": {
        "type": {"const": "object"},
        "properties": {
            "type": "object",
            "propertyNames": NAME,
            "minProperties": 1,
            "maxProperties": 200,
            "additionalProperties": {"$ref": "#/$defs/field"},
        },
        "required": NAMES,
    },
}
REMINDER = {
    "type": "object",
    "required": ["code", "title"],
    "properties": {
        "code": NAME,
        "title": TITLES,
        "field": NAME,
        "before": SPAN,
        "after": SPAN,
        "every": {
            "type": "object",
            "required": ["from"],
            "properties": {**SPAN["properties"], "from": NAME},  # type: ignore[dict-item]
            "additionalProperties": False,
        },
        "when": {"$ref": "#/$defs/condition"},
        "who": WHO,
    },
    "additionalProperties": False,
}
FLOW_STEP = {
    "type": "object",
    "required": ["code", "title", "who"],
    "properties": {
        "code": {**NAME, "maxLength": 16},
        "title": TITLES,
        "who": {**WHO, "minItems": 0},
        "fields": NAMES,
        "limit": {
            "type": "object",
            "required": ["limit", "type"],
            "properties": {
                "limit": {"type": "integer", "minimum": 1, "maximum": 3650},
                "type": {"enum": [str(one) for one in LIMITS]},
            },
            "additionalProperties": False,
        },
        **{name: {"type": "boolean"} for name in ("back", "refuse", "apart")},
    },
    "additionalProperties": False,
}
FLOW = {"type": "array", "items": FLOW_STEP, "minItems": 1, "maxItems": MOST}
INDICATOR = {
    "type": "object",
    "required": ["code", "title", "denominator"],
    # A share of records, the mean of a field, or one field's sum in another's.
    "oneOf": [{"required": [one]} for one in ("numerator", "mean", "sums")],
    "properties": {
        "code": NAME,
        "title": TITLES,
        "numerator": {"$ref": "#/$defs/condition"},
        "denominator": {"$ref": "#/$defs/condition"},
        "mean": NAME,
        "sums": {
            "type": "object",
            "required": ["part", "whole"],
            "properties": {"part": NAME, "whole": NAME},
            "additionalProperties": False,
        },
        "unit": {"type": "string", "maxLength": 10},
    },
    "additionalProperties": False,
}
TOTAL = {
    "type": "object",
    "required": ["code", "title", "module"],
    "properties": {
        "code": NAME,
        "title": TITLES,
        "module": CODE,
        "by": {"enum": ["record", "person", "household", "dwelling", "organization"]},
        **dict.fromkeys(("sum", "of_year", "left_of"), NAME),
        "when": {"$ref": "#/$defs/condition"},
        "unit": {"type": "string", "maxLength": 10},
    },
    "additionalProperties": False,
}
NOTICE = {
    "type": "object",
    "required": ["items", "days"],
    "properties": {
        "items": {**NAMES, "minItems": 1},
        "days": {"type": "integer", "minimum": 1, "maximum": 365},
        "kind": {"enum": ["statutory_days", "whole_work_days"]},
        "phone": {"type": "string", "maxLength": 40},
        "basis": WORDS,
    },
    "additionalProperties": False,
}
DEFINITION: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$defs": {"condition": CONDITION, "field": FIELD},
    "type": "object",
    "required": [
        *("format", "code", "title", "application", "about", "owner", "schema"),
        *("list", "rights"),
    ],
    "properties": {
        "format": {"const": FORMAT},
        "code": CODE,
        "guide_number": {"type": ["integer", "null"], "minimum": 1, "maximum": 99},
        "title": TITLES,
        "summary": WORDS,
        "application": CODE,
        "about": {"enum": list(Module.About.values)},
        "owner": OWNER,
        "street": {"anyOf": [OWNER, {"type": "null"}]},
        "ends_on": {"anyOf": [DAY, {"type": "null"}]},
        "order": {"type": "integer", "minimum": 0, "maximum": 999},
        "schema": SCHEMA,
        "groups": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["title", "fields"],
                "properties": {
                    "title": TITLES,
                    "fields": NAMES,
                    "x-when": {"$ref": "#/$defs/condition"},
                },
                "additionalProperties": False,
            },
        },
        **dict.fromkeys(("list", "filters", "search"), NAMES),
        "symbol": {
            "type": "object",
            "properties": {
                "icon": {"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": 40},
                "color": {"type": "string", "pattern": "^(#[0-9a-fA-F]{6}|[a-z-]+)$"},
                "label": NAME,
                "on_wall": {"type": "boolean"},
            },
            "additionalProperties": False,
        },
        "rights": {
            "type": "object",
            "required": ["read", "write"],
            "properties": {
                **dict.fromkeys(RIGHTS, WHO),
                "export": {**WHO, "minItems": 0},
                "sensitive": {
                    "type": "object",
                    "properties": {"S2": WHO, "S3": WHO},
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
        },
        "process": {"type": ["string", "null"], "maxLength": 40},
        "steps": {"type": "object", "additionalProperties": NAMES},
        "flow": {"anyOf": [FLOW, {"type": "null"}]},
        "reminders": {"type": "array", "items": REMINDER, "maxItems": 20},
        "indicators": {"type": "array", "items": INDICATOR, "maxItems": 20},
        "totals": {"type": "array", "items": TOTAL, "maxItems": 6},
        "papers": {"type": "array", "items": {"type": "string", "maxLength": 40}},
        "notice": {"anyOf": [NOTICE, {"type": "null"}]},
        "visit": {"type": "boolean"},
        "unique": {
            "type": "array",
            "items": {**NAMES, "minItems": 1, "maxItems": 6},
            "maxItems": 5,
        },
        "opens_case": {
            "anyOf": [
                {
                    "type": "object",
                    "required": ["category"],
                    "properties": {
                        "category": {"type": "string", "maxLength": 10},
                        "kind": {"enum": ["event", "part"]},
                    },
                    "additionalProperties": False,
                },
                {"type": "null"},
            ]
        },
    },
    "additionalProperties": False,
}
