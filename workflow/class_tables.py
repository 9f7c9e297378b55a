"""Classes and the crosswalk as tables that administrators send, row by row."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from govmap.lib.errors import BadInput
from govmap.lib.sheets import Row
from govmap.lib.trial import Report, State
from workflow import class_export
from workflow.class_rows import (
    CATEGORY_COLUMNS,
    CATEGORY_MORE,
    CROSSWALK_COLUMNS,
    KINDS,
    Key,
    category_of,
    key_of,
    wrong,
)
from workflow.class_taking import Asked, Table
from workflow.models import Category, Crosswalk, Standard

CATEGORY_WORDS = {
    **{"标准": "standard", "类型": "kind", "代码": "code", "大类代码": "parent"},
    **{"名称": "name", "英文名称": "name_en", "自定义": "local", "紧急": "urgent"},
    **{"需照片": "photo", "查重半径": "radius", "查重小时": "hours"},
    **{"标签": "tags", "停用日期": "retired"},
}
CROSSWALK_WORDS = {
    **{"原标准": "from", "原类型": "from_kind", "原代码": "from_code"},
    **{"现标准": "to", "现类型": "to_kind", "现代码": "to_code"},
}


def classes_by_key() -> dict[Key, Category]:
    rows = Category.objects.select_related("standard").order_by()
    return {(row.standard.code, row.kind, row.code): row for row in rows}


# Classes


class ClassRows:
    """Writes classes, main classes before what belongs to them."""

    def __init__(self) -> None:
        self.standards = {row.code: row for row in Standard.objects.all()}
        self.known = classes_by_key()
        self.seen: set[Key] = set()

    def write(self, rows: Iterable[Row], report: Report) -> int:
        found = list(rows)
        heads = [row for row in found if not row[1].get("parent")]
        for where, row in [*heads, *(row for row in found if row[1].get("parent"))]:
            try:
                self._take(row)
            except BadInput as error:
                report(where, error)
        return len(found)

    def _take(self, row: Mapping[str, str]) -> None:
        key = key_of(row, row["code"], self.standards)
        if key in self.seen:
            raise wrong(
                gettext_noop("class %(code)s is there twice."), code=row["code"]
            )
        self.seen.add(key)
        made = category_of(row, self.standards[key[0]], key)
        made.parent = self._parent(row, key)
        named = [field for column, field in CATEGORY_MORE.items() if column in row]
        fields = ["parent_id", "name", "name_en", "initials", *named]
        old = self.known.get(key)
        if old is None:
            made.save()
        elif any(getattr(old, name) != getattr(made, name) for name in fields):
            for name in fields:
                setattr(old, name, getattr(made, name))
            old.save(update_fields=[name.removesuffix("_id") for name in fields])
        self.known[key] = old or made

    def _parent(self, row: Mapping[str, str], key: Key) -> Category | None:
        if not row["parent"]:
            return None
        head = self.known.get((key[0], key[1], row["parent"]))
        if head is None or head.parent_id is not None:
            raise wrong(
                gettext_noop("class %(code)s is no main class of this edition."),
                code=row["parent"],
            )
        return head


def _class_state(rows: list[Row]) -> State:
    """All classes of the editions that the rows name."""
    named = {row.get("standard", "") for _line, row in rows}
    found = Category.objects.filter(standard__code__in=named)
    return {
        f"{line[0]} {line[1]} {line[2]}": _cells(class_export.CATEGORY_ALL, line)
        for line in class_export.category_lines(found)
    }


def _cells(columns: Iterable[str], line: Iterable[Any]) -> dict[str, str]:
    texts = ["" if cell is None else str(cell) for cell in line]
    return dict(zip(columns, texts, strict=True))


CLASSES = Table(
    title=gettext_lazy("Classes from a file"),
    columns=class_export.CATEGORY_ALL,
    needed=CATEGORY_COLUMNS,
    words=CATEGORY_WORDS,
    write=lambda rows, report, asked: ClassRows().write(rows, report),
    state=_class_state,
    here="workflow:classes_take",
    back="workflow:classes",
)

# The crosswalk


def pair_of(row: Mapping[str, str], known: Mapping[Key, Category]) -> Crosswalk:
    """What a row says is the same. Raises BadInput."""
    ends = []
    for end in ("from", "to"):
        kind = str(KINDS.get(row[f"{end}_kind"], row[f"{end}_kind"]))
        found = known.get((row[end], kind, row[f"{end}_code"]))
        if found is None:
            raise wrong(
                gettext_noop("class %(code)s is not in the classification."),
                code=f"{row[end]} {kind} {row[f'{end}_code']}",
            )
        ends.append(found)
    old, new = ends
    if old.standard_id == new.standard_id:
        raise wrong(gettext_noop("both classes are of one edition: name two editions."))
    return Crosswalk(old=old, new=new)


def write_crosswalk(rows: Iterable[Row], report: Report, asked: Asked) -> int:
    """The pairs of every two editions that the rows name: these and no others."""
    known, wanted, editions = classes_by_key(), set(), set()
    count = 0
    for where, row in rows:
        count += 1
        try:
            pair = pair_of(row, known)
        except BadInput as error:
            report(where, error)
            continue
        wanted.add((pair.old_id, pair.new_id))
        editions.add((pair.old.standard_id, pair.new.standard_id))
    for old, new in editions:
        between = Crosswalk.objects.filter(old__standard=old, new__standard=new)
        for one in between:
            if (one.old_id, one.new_id) in wanted:
                wanted.discard((one.old_id, one.new_id))
            else:
                one.delete()
    for old, new in sorted(wanted):
        Crosswalk.objects.create(old_id=old, new_id=new)
    return count


def _crosswalk_state(rows: list[Row]) -> State:
    named = {row.get(end, "") for _line, row in rows for end in ("from", "to")}
    between = Q(old__standard__code__in=named, new__standard__code__in=named)
    return {
        " ".join([*line[:3], "→", *line[3:]]): {}
        for line in class_export.crosswalk_lines(Crosswalk.objects.filter(between))
    }


CROSSWALK = Table(
    title=gettext_lazy("Crosswalk from a file"),
    columns=CROSSWALK_COLUMNS,
    needed=CROSSWALK_COLUMNS,
    words=CROSSWALK_WORDS,
    write=write_crosswalk,
    state=_crosswalk_state,
    here="workflow:crosswalk_take",
    back="workflow:crosswalk",
)
