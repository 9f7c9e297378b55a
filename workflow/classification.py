"""The classification's part of a site package: standards, classes, conditions."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import F, ProtectedError

from accounts.models import Unit
from govmap.lib.errors import BadInput
from govmap.lib.package import read_json, read_rows
from workflow.models import Category, Condition, Standard
from workflow.models.clock import LimitType
from workflow.pinyin import initials

CATEGORY_COLUMNS = ("standard", "kind", "code", "parent", "name", "name_en")
CONDITION_COLUMNS = (
    *("standard", "kind", "category", "text", "closing"),
    *("limit", "limit_unit", "department"),
)
LONGEST_LIMIT = 1000  # of whatever unit; more is a slip of the pen
FAR = 10_000  # where orders wait while they change places

# (code of the standard, kind, code): codes of parts and of events overlap.
Key = tuple[str, str, str]


def load(folder: Path) -> Iterator[str]:
    """Report lines. Rows are matched by their codes, conditions by their words.

    Classes that a package no longer names stay, for cases refer to them. Raises
    BadInput that names file, line and what to do.
    """
    standards = load_standards(folder / "standards.json")
    yield f"standards: {len(standards)}"
    count = load_categories(folder / "categories.csv", standards)
    yield f"classes: {count}"
    yield f"conditions: {load_conditions(folder / 'conditions.csv')}"


def load_standards(path: Path) -> dict[str, Standard]:
    rows = read_json(path)
    try:
        defaults = [row["code"] for row in rows if row.get("default")]
        standards = [_standard(row) for row in rows]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{path.name}: {error!r}. It must be a list of"
            ' {"code", "title": {"zh-hans"}, "valid_from": "YYYY-MM-DD", "default"}.'
        ) from error
    if len(defaults) != 1:
        raise BadInput(
            f'{path.name}: exactly one standard must have "default": true, the one'
            f" that reports use now; {len(defaults)} have it."
        )
    Standard.objects.exclude(code__in=defaults).update(is_default=False)
    Standard.objects.bulk_create(
        standards,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["titles", "valid_from", "is_default"],
    )
    return {row.code: row for row in Standard.objects.all()}


def _standard(row: dict[str, Any]) -> Standard:
    since = row.get("valid_from")
    if not row["title"]["zh-hans"]:
        raise ValueError("a title is empty")
    return Standard(
        code=row["code"],
        titles=row["title"],
        valid_from=date.fromisoformat(since) if since else None,
        is_default=bool(row.get("default")),
    )


def load_categories(path: Path, standards: dict[str, Standard]) -> int:
    """Classes first, then their subclasses; returns how many rows were written."""
    rows = {"": {}, "sub": {}}  # type: dict[str, dict[Key, tuple[str, Any]]]
    for where, row in read_rows(path, CATEGORY_COLUMNS):
        key = _key(where, row, row["code"], standards)
        level = rows["sub" if row["parent"] else ""]
        if any(key in known for known in rows.values()):
            raise BadInput(f"{where}: {row['kind']} {row['code']} is there twice.")
        level[key] = where, row
    _write_categories(rows[""], standards, {})
    _write_categories(rows["sub"], standards, categories_by_key(classes=True))
    return len(rows[""]) + len(rows["sub"])


def _key(where: str, row: dict[str, str], code: str, standards: Any) -> Key:
    if row["standard"] not in standards:
        raise BadInput(
            f"{where}: standard “{row['standard']}” is not in standards.json."
        )
    if row["kind"] not in Category.Kind.values:
        raise BadInput(f"{where}: kind “{row['kind']}” must be part or event.")
    return row["standard"], row["kind"], code


def _write_categories(
    rows: dict[Key, tuple[str, dict[str, str]]],
    standards: dict[str, Standard],
    classes: dict[Key, int],
) -> None:
    categories = []
    for (standard, kind, code), (where, row) in rows.items():
        parent = classes.get((standard, kind, row["parent"]))
        if row["parent"] and parent is None:
            raise BadInput(
                f"{where}: class {row['parent']} is not there. Add its row, with an"
                " empty parent."
            )
        categories.append(
            Category(
                standard=standards[standard],
                kind=kind,
                code=_fits(where, Category, "code", code),
                parent_id=parent,
                name=_fits(where, Category, "name", row["name"]),
                name_en=_fits(where, Category, "name_en", row["name_en"], least=0),
                initials=initials(row["name"])[:60],
            )
        )
    Category.objects.bulk_create(
        categories,
        update_conflicts=True,
        unique_fields=["standard", "kind", "code"],
        update_fields=["parent", "name", "name_en", "initials"],
    )


def _fits(where: str, model: Any, name: str, text: str, least: int = 1) -> str:
    most = model._meta.get_field(name).max_length
    if not least <= len(text) <= most:
        raise BadInput(
            f"{where}: {name} has {len(text)} characters; it must have"
            f" {least} to {most}."
        )
    return text


def categories_by_key(*, classes: bool) -> dict[Key, int]:
    """Ids of all classes, or of all subclasses."""
    rows = Category.objects.filter(parent__isnull=classes).order_by()
    keys = rows.values_list("standard__code", "kind", "code", "pk")
    return {(standard, kind, code): pk for standard, kind, code, pk in keys}


def load_conditions(path: Path) -> str:
    """The conditions of every subclass that the file names, in the file's order.

    A condition keeps its row while its words stay, so cases that were filed under it
    keep their meaning. Those that the file dropped go, unless a case needs them.
    """
    wanted = defaultdict(list)  # type: dict[int, list[Condition]]
    for condition in _conditions(path):
        wanted[condition.category_id].append(condition)
    known = defaultdict(list)  # type: dict[int, list[Condition]]
    for condition in Condition.objects.filter(category__in=wanted).order_by("order"):
        known[condition.category_id].append(condition)
    changed = [key for key in wanted if _content(wanted[key]) != _content(known[key])]
    kept = sum(_arrange(wanted[key], known[key]) for key in changed if known[key])
    new = [key for key in changed if not known[key]]
    Condition.objects.bulk_create([row for key in new for row in wanted[key]])
    text = f"{sum(map(len, wanted.values()))}, of {len(changed)} classes new or changed"
    return f"{text}; {kept} dropped ones kept for their cases" if kept else text


def _conditions(path: Path) -> Iterator[Condition]:
    subclasses = categories_by_key(classes=False)
    units = dict(Unit.objects.values_list("code", "pk"))
    standards = dict.fromkeys(standard for standard, _, _ in subclasses)
    orders = defaultdict(int)  # type: dict[int, int]
    for where, row in read_rows(path, CONDITION_COLUMNS):
        category = subclasses.get(_key(where, row, row["category"], standards))
        if category is None:
            raise BadInput(
                f"{where}: {row['kind']} {row['category']} of {row['standard']} is no"
                " subclass. Add it to categories.csv or correct the code."
            )
        if row["department"] and row["department"] not in units:
            raise BadInput(
                f"{where}: department “{row['department']}” is not in units.csv."
            )
        orders[category] += 1
        yield Condition(
            category_id=category,
            order=orders[category],
            text=_fits(where, Condition, "text", row["text"]),
            closing=_fits(where, Condition, "closing", row["closing"], least=0),
            limit=_limit(where, row["limit"]),
            limit_type=_limit_type(where, row["limit_unit"]),
            department_id=units.get(row["department"]),
        )


def _limit(where: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LONGEST_LIMIT):
        raise BadInput(
            f"{where}: limit “{text}” must be a whole number from 1 to {LONGEST_LIMIT}."
        )
    return int(text)


def _limit_type(where: str, text: str) -> str:
    """Bare hours or days are refused: how they run is the site's own decision."""
    if text not in LimitType.values:
        known = ", ".join(LimitType.values)
        raise BadInput(f"{where}: limit_unit “{text}” must be one of {known}.")
    return text


def _content(rows: list[Condition]) -> list[tuple[Any, ...]]:
    return [
        (row.order, row.text, row.closing, row.limit, row.limit_type, row.department_id)
        for row in rows
    ]


def _arrange(wanted: list[Condition], known: list[Condition]) -> int:
    """Make one subclass's conditions as wanted; returns how many old ones stay."""
    rows = Condition.objects.filter(category=known[0].category_id)
    # No two may have one order, not even while they change places.
    rows.update(order=F("order") + FAR)
    left = list(known)
    for row in wanted:
        same = next((old for old in left if old.text == row.text), None)
        if same:
            left.remove(same)
            row.pk = same.pk
            row.save(force_update=True)
        else:
            row.save(force_insert=True)
    kept = [row for row in left if not _is_gone(row)]
    for order, row in enumerate(kept, start=len(wanted) + 1):
        Condition.objects.filter(pk=row.pk).update(order=order)
    return len(kept)


def _is_gone(row: Condition) -> bool:
    try:
        row.delete()
    except ProtectedError:
        return False
    return True
