"""The classification written as a site package and a spreadsheet read it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from govmap.lib.sheets import csv_text
from workflow.class_rows import (
    CATEGORY_COLUMNS,
    CATEGORY_MORE,
    CONDITION_COLUMNS,
    CONDITION_MORE,
    CROSSWALK_COLUMNS,
)
from workflow.models import Category, Condition, Crosswalk, Standard

CATEGORY_ALL = (*CATEGORY_COLUMNS, *CATEGORY_MORE)
CONDITION_ALL = (*CONDITION_COLUMNS, *CONDITION_MORE)


def category_lines(rows: QuerySet[Category] | None = None) -> Iterator[list[Any]]:
    """Main classes before their subclasses, as they must be read."""
    found = Category.objects.all() if rows is None else rows
    for row in found.select_related("standard", "parent").order_by(
        "standard__code", "kind", "code"
    ):
        parent = row.parent.code if row.parent else ""
        yield [
            *(row.standard.code, row.kind, row.code, parent, row.name, row.name_en),
            *(row.is_local, row.urgent, row.photo, row.duplicate_radius),
            *(row.duplicate_hours, ";".join(row.tags), row.retired_at),
        ]


def condition_lines(rows: QuerySet[Condition] | None = None) -> Iterator[list[Any]]:
    """Conditions in use, in the order of their classes."""
    found = Condition.objects.all() if rows is None else rows
    for row in (
        found.filter(retired_at__isnull=True)
        .select_related("category__standard", "department")
        .order_by(
            "category__standard__code", "category__kind", "category__code", "order"
        )
    ):
        category = row.category
        yield [
            *(category.standard.code, category.kind, category.code, row.text),
            *(row.closing, row.limit, row.limit_type),
            row.department.code if row.department else "",
            *(row.second_limit, row.second_limit_type, row.second_closing, row.basis),
        ]


def crosswalk_lines(
    rows: QuerySet[Crosswalk] | None = None,
) -> Iterator[list[str]]:
    found = Crosswalk.objects.all() if rows is None else rows
    found = found.select_related("old__standard", "new__standard")
    for row in found.order_by("old__standard__code", "old__kind", "old__code", "new"):
        for_each = [
            [end.standard.code, end.kind, end.code] for end in (row.old, row.new)
        ]
        yield [*for_each[0], *for_each[1]]


def standards() -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "title": row.titles,
            "valid_from": row.valid_from.isoformat() if row.valid_from else None,
            "default": row.is_default,
            "local": row.local,
            "bare": row.bare,
        }
        for row in Standard.objects.order_by("code")
    ]


def write(folder: Path) -> None:
    """The folder ``classification`` of a site package: what `load` reads again."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(standards(), ensure_ascii=False, indent=1)
    (folder / "standards.json").write_text(text, encoding="utf-8")
    for name, columns, lines in (
        ("categories.csv", CATEGORY_ALL, category_lines()),
        ("crosswalk.csv", CROSSWALK_COLUMNS, crosswalk_lines()),
        ("conditions.csv", CONDITION_ALL, condition_lines()),
    ):
        (folder / name).write_text(
            csv_text(columns, lines), encoding="utf-8", newline=""
        )
