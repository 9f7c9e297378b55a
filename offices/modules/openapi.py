"""OpenAPI 3.1 of one module's records: its definition, as other programs read it."""

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
    Definition,
    Field,
)

KEPT = (
    *("type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("minLength", "maxLength", "pattern", "format", "multipleOf", "items"),
    *("minItems", "maxItems"),
)
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
    kept = {key: one.spec[key] for key in KEPT if key in one.spec}
    if one.choices:
        said["x-labels"] = {str(choice.code): choice.label for choice in one.choices}
    return {**said, **kept}


def fields_schema(definition: Definition) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: field_schema(one) for name, one in definition.fields.items()
        },
        "required": list(definition.schema.get("required", ())),
        "additionalProperties": False,
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
            }
        },
        "components": {
            "schemas": {
                "Fields": fields_schema(definition),
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
        },
    }
