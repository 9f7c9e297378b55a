"""OpenAPI 3.1 of one module's records: its definition, as other programs read it."""

from collections.abc import Iterable
from typing import Any

from offices.modules import codes
from offices.modules.definition import (
    CODES,
    COMPUTED,
    FILE,
    PHOTO,
    PLACE,
    REF,
    ROWS,
    TIME,
    Definition,
    Field,
)

KEPT = (
    *("type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "pattern", "format", "multipleOf", "items"),
    *("minItems", "maxItems"),
)
# A time of day as it is kept: no seconds and no zone, so no "time" of RFC 3339.
CLOCK = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
UUIDS = {"type": "array", "items": {"type": "string", "format": "uuid"}}


def field_schema(one: Field) -> dict[str, Any]:
    """One field: its kind, its bounds, its sensitivity."""
    said: dict[str, Any] = {"title": one.label, "x-sensitivity": one.level}
    if one.kind == COMPUTED:
        return {**said, "readOnly": True, "x-computed": one.expression}
    if one.kind in (PHOTO, FILE):
        return {**said, **UUIDS}
    if one.kind == PLACE:
        numbers = {"type": "number"}
        pair = {"type": "array", "items": numbers, "minItems": 2, "maxItems": 2}
        return {**said, **pair, "description": "longitude, latitude"}
    if one.kind == REF:
        return {**said, "type": "string", "x-ref": one.ref}
    if one.kind == CODES:
        known = [code for code, _label in codes.find(one.codes) or ()]
        return {**said, "type": "string", "enum": known}
    if one.kind == ROWS:
        columns = {name: field_schema(column) for name, column in one.columns.items()}
        row = {"type": "object", "properties": columns}
        return {**said, "type": "array", "items": row, "maxItems": one.most}
    if one.kind == TIME:
        return {**said, **CLOCK, "examples": ["08:30"]}
    kept = {key: one.spec[key] for key in KEPT if key in one.spec}
    if one.choices:
        said["x-labels"] = {str(choice.code): choice.label for choice in one.choices}
    return {**said, **kept}


def fields_schema(definition: Definition, names: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of these names, or those that a new record is asked."""
    chosen = set(names) or set(definition.fields) - definition.asked_by_steps
    needed = definition.schema.get("required", ())
    return {
        "type": "object",
        "properties": {
            name: field_schema(one)
            for name, one in definition.fields.items()
            if name in chosen
        },
        "required": [name for name in needed if name in chosen],
        "additionalProperties": False,
    }


def _step_name(verb: str) -> str:
    return f"Step_{verb}"


def _act(verb: str) -> dict[str, Any]:
    """The body of one move of the procedure that fills in fields."""
    fields = {"$ref": f"#/components/schemas/{_step_name(verb)}"}
    evidence = {"fields": fields, "note": {"type": "string"}}
    return {
        "type": "object",
        "required": ["act_id", "verb"],
        "properties": {
            "act_id": {"type": "string", "format": "uuid"},
            "verb": {"const": verb},
            "after_event": {"type": "integer"},
            "evidence": {"type": "object", "properties": evidence},
        },
    }


def _acts(definition: Definition) -> dict[str, Any]:
    """The moves that fill in fields, at the address of a record's acts."""
    if not definition.steps:
        return {}
    shapes = [_act(verb) for verb in definition.steps]
    content = {"application/json": {"schema": {"oneOf": shapes}}}
    body = {"required": True, "content": content}
    uuid = {
        **{"name": "uuid", "in": "path", "required": True},
        "schema": {"type": "string", "format": "uuid"},
    }
    answer = {"description": "the record after the move"}
    post = {"summary": "make a move", "requestBody": body}
    return {
        "/{uuid}/acts/": {
            "parameters": [uuid],
            "post": {**post, "responses": {"200": answer}},
        }
    }


def document(definition: Definition, address: str) -> dict[str, Any]:
    """The whole document; ``address`` is that of the module's records."""
    entry = {"$ref": "#/components/schemas/Written"}
    body = {"required": True, "content": {"application/json": {"schema": entry}}}
    answer = {"description": "the record with its story"}
    return {
        "openapi": "3.1.0",
        "info": {"title": definition.title, "version": str(definition.data["format"])},
        "servers": [{"url": address}],
        "paths": {
            "/": {
                "get": {"summary": "list", "responses": {"200": answer}},
                "post": {
                    "summary": "write one",
                    "requestBody": body,
                    "responses": {"201": answer, "200": answer},
                },
            },
            **_acts(definition),
        },
        "components": {"schemas": _schemas(definition)},
    }


def _schemas(definition: Definition) -> dict[str, Any]:
    steps = {
        _step_name(verb): fields_schema(definition, names)
        for verb, names in definition.steps.items()
    }
    return {
        "Fields": fields_schema(definition),
        **steps,
        "Written": {
            "type": "object",
            "required": ["uuid", "fields"],
            "properties": {
                "uuid": {"type": "string", "format": "uuid"},
                "fields": {"$ref": "#/components/schemas/Fields"},
                "street": {"type": "string"},
                "community": {"type": "string"},
            },
        },
    }
