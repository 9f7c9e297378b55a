"""The classification's part of a site package: standards, classes, conditions."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import F, ProtectedError
from django.utils import timezone

from govmap.lib.errors import BadInput
from govmap.lib.package import read_json, read_rows
from workflow.class_rows import (
    CATEGORY_COLUMNS,
    CATEGORY_MORE,
    CHOICES,
    CONDITION_COLUMNS,
    CROSSWALK_COLUMNS,
    ConditionRows,
    Key,
    category_of,
    key_of,
)
from workflow.models import Category, Condition, Crosswalk, Standard
from workflow.package_rows import PackageRows, changed_by_hand

FAR = 10_000  # where orders wait while they change places
Rows = Iterable[tuple[str, dict[str, str]]]
# What is done with a row that is wrong: (where, what).
Report = Callable[[str, BadInput], None]


def refuse(where: str, error: BadInput) -> None:
    """Of a site package nothing is taken when one row is wrong."""
    raise BadInput(f"{where}: {error.text}") from error


def load(folder: Path) -> Iterator[str]:
    """Report lines. Rows are matched by their codes, conditions by their words.

    What an administrator changed since the last loading stays, unless the package says
    otherwise of it now. Classes that it no longer names stay, for cases refer to them.
    Raises BadInput that names file, line and what to do.
    """
    standards = load_standards(folder / "standards.json")
    yield f"standards: {len(standards)}"
    count = load_categories(folder / "categories.csv", standards)
    yield f"classes: {count}"
    if (folder / "crosswalk.csv").exists():
        yield f"crosswalk: {load_crosswalk(folder / 'crosswalk.csv')}"
    yield f"conditions: {load_conditions(folder / 'conditions.csv')}"


def load_standards(path: Path) -> dict[str, Standard]:
    rows = read_json(path)
    try:
        defaults = [row["code"] for row in rows if row.get("default")]
        standards = [_standard(row) for row in rows]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{path.name}: {error!r}. It must be a list of"
            ' {"code", "title": {"zh-hans"}, "valid_from": "YYYY-MM-DD", "default",'
            ' "local", "bare"}.'
        ) from error
    if len(defaults) != 1:
        raise BadInput(
            f'{path.name}: exactly one standard must have "default": true, the one'
            f" that reports use now; {len(defaults)} have it."
        )
    known, force = PackageRows("standards"), PackageRows("standard in force")
    fresh = [
        made
        for made, row in zip(standards, rows, strict=True)
        if known.is_new(made.code, {k: v for k, v in row.items() if k != "default"})
    ]
    Standard.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["titles", "valid_from", "local", "bare"],
    )
    if force.is_new("default", defaults[0]):
        Standard.objects.exclude(code=defaults[0]).update(is_default=False)
        Standard.objects.filter(code=defaults[0]).update(is_default=True)
    known.keep()
    force.keep()
    return {row.code: row for row in Standard.objects.all()}


def _standard(row: dict[str, Any]) -> Standard:
    since = row.get("valid_from")
    if not row["title"]["zh-hans"]:
        raise ValueError("a title is empty")
    local, bare = row.get("local", {}), row.get("bare", {})
    if any(meant not in CHOICES[unit] for unit, meant in bare.items()):
        raise ValueError(f"bare limits {bare}")
    if any(len(local[name]) != 2 for name in ("subclass", "class") if name in local):
        raise ValueError(f"local numbers {local}")
    return Standard(
        code=row["code"],
        titles=row["title"],
        valid_from=date.fromisoformat(since) if since else None,
        local=local,
        bare=bare,
    )


def load_categories(path: Path, standards: dict[str, Standard]) -> int:
    """Classes first, then their subclasses; returns how many rows were written."""
    rows = {"": {}, "sub": {}}  # type: dict[str, dict[Key, tuple[str, Any]]]
    for where, row in read_rows(path, CATEGORY_COLUMNS):
        try:
            key = key_of(row, row["code"], standards)
        except BadInput as error:
            raise BadInput(f"{where}: {error.text}") from error
        level = rows["sub" if row["parent"] else ""]
        if any(key in known for known in rows.values()):
            raise BadInput(f"{where}: {row['kind']} {row['code']} is there twice.")
        level[key] = where, row
    count = len(rows[""]) + len(rows["sub"])
    known = PackageRows("categories", by_hand=_classes_by_hand())
    for level in rows.values():
        for key in list(level):
            if not known.is_new(" ".join(key), level[key][1]):
                del level[key]
    _write_categories(rows[""], standards, {})
    _write_categories(rows["sub"], standards, categories_by_key(classes=True))
    known.keep()
    return count


def _classes_by_hand() -> list[str]:
    rows = categories_by_key(classes=True) | categories_by_key(classes=False)
    by_hand = changed_by_hand(Category)
    return [" ".join(key) for key, pk in rows.items() if str(pk) in by_hand]


def _write_categories(
    rows: dict[Key, tuple[str, dict[str, str]]],
    standards: dict[str, Standard],
    classes: dict[Key, int],
) -> None:
    categories, named = [], set[str]()
    for key, (where, row) in rows.items():
        parent = classes.get((key[0], key[1], row["parent"]))
        if row["parent"] and parent is None:
            raise BadInput(
                f"{where}: class {row['parent']} is not there. Add its row, with an"
                " empty parent."
            )
        try:
            category = category_of(row, standards[key[0]], key)
        except BadInput as error:
            raise BadInput(f"{where}: {error.text}") from error
        category.parent_id = parent
        categories.append(category)
        named.update(row)
    # What the table does not speak of stays as an administrator set it.
    more = [field for column, field in CATEGORY_MORE.items() if column in named]
    Category.objects.bulk_create(
        categories,
        update_conflicts=True,
        unique_fields=["standard", "kind", "code"],
        update_fields=["parent", "name", "name_en", "initials", *more],
    )


def categories_by_key(*, classes: bool) -> dict[Key, int]:
    """Ids of all classes, or of all subclasses."""
    rows = Category.objects.filter(parent__isnull=classes).order_by()
    keys = rows.values_list("standard__code", "kind", "code", "pk")
    return {(standard, kind, code): pk for standard, kind, code, pk in keys}


def load_crosswalk(path: Path) -> int:
    """The pairs that the file names; those that it named before and no more go."""
    classes = categories_by_key(classes=True) | categories_by_key(classes=False)
    known = PackageRows("crosswalk")
    wanted = set[tuple[int, int]]()
    count = 0
    for where, row in read_rows(path, CROSSWALK_COLUMNS):
        count += 1
        ends = []
        for end in ("from", "to"):
            key = (row[end], row[f"{end}_kind"], row[f"{end}_code"])
            if key not in classes:
                said = " ".join(key)
                raise BadInput(f"{where}: class {said} is not in categories.csv.")
            ends.append(classes[key])
        if known.is_new(f"{ends[0]} {ends[1]}", "pair"):
            wanted.add((ends[0], ends[1]))
    for pair in known.gone:
        old, new = map(int, pair.split())
        Crosswalk.objects.filter(old=old, new=new).delete()
    there = set(Crosswalk.objects.values_list("old", "new"))
    Crosswalk.objects.bulk_create(
        [Crosswalk(old_id=old, new_id=new) for old, new in sorted(wanted - there)]
    )
    known.keep()
    return count


@dataclass(frozen=True)
class Loaded:
    """What came of a table of conditions."""

    total: int
    changed: int  # subclasses
    kept: int  # conditions that the table dropped and cases need: retired

    def __str__(self) -> str:
        text = f"{self.total}, of {self.changed} classes new or changed"
        return f"{text}; {self.kept} dropped ones kept for cases" if self.kept else text


def load_conditions(path: Path) -> Loaded:
    """The conditions of those classes of which the file says something new."""
    tables = defaultdict(list)  # type: dict[str, list[tuple[str, dict[str, str]]]]
    for where, row in read_rows(path, CONDITION_COLUMNS):
        tables[f"{row['standard']} {row['kind']} {row['category']}"].append(
            (where, row)
        )
    known = PackageRows("conditions")
    same = [
        key
        for key, rows in tables.items()
        if not known.is_new(key, [row for _where, row in rows])
    ]
    count = sum(len(tables.pop(key)) for key in same)
    fresh = (row for rows in tables.values() for row in rows)
    done = write_conditions(fresh, ConditionRows(), refuse)
    known.keep()
    return replace(done, total=done.total + count)


def write_conditions(rows: Rows, reader: ConditionRows, report: Report) -> Loaded:
    """The conditions of every subclass that the table names, in the table's order.

    A condition keeps its row while its words stay, so cases that were filed under it
    keep their meaning. Those that the table dropped go, or are retired where a case
    needs them.
    """
    wanted = _wanted(rows, reader, report)
    known = defaultdict(list)  # type: dict[int, list[Condition]]
    for condition in Condition.objects.filter(category__in=wanted).order_by("order"):
        known[condition.category_id].append(condition)
    changed = [key for key in wanted if _content(wanted[key]) != _content(known[key])]
    kept = sum(_arrange(wanted[key], known[key]) for key in changed if known[key])
    new = [key for key in changed if not known[key]]
    Condition.objects.bulk_create([row for key in new for row in wanted[key]])
    return Loaded(sum(map(len, wanted.values())), len(changed), kept)


def _wanted(
    rows: Rows, reader: ConditionRows, report: Report
) -> dict[int, list[Condition]]:
    wanted = defaultdict(list)  # type: dict[int, list[Condition]]
    for where, row in rows:
        try:
            condition = reader.read(row)
        except BadInput as error:
            report(where, error)
            continue
        of_class = wanted[condition.category_id]
        condition.order = len(of_class) + 1
        of_class.append(condition)
    return wanted


CONTENT = (
    *("order", "text", "closing", "limit", "limit_type", "second_limit"),
    *("second_limit_type", "second_closing", "basis", "department_id", "retired_at"),
)


def content_of(row: Condition) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in CONTENT)


def _content(rows: list[Condition]) -> list[tuple[Any, ...]]:
    """What is in use; a retired one counts only where it is wanted again."""
    return [content_of(row) for row in rows if row.retired_at is None]


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
        since = row.retired_at or timezone.localdate()
        Condition.objects.filter(pk=row.pk).update(order=order, retired_at=since)
    return len(kept)


def _is_gone(row: Condition) -> bool:
    try:
        row.delete()
    except ProtectedError:
        return False
    return True
