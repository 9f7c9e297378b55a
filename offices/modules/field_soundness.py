"""What is wrong with single fields, and with where they are shown."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from offices.models.module import Module
from offices.modules import codes
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    COMPUTED,
    DAY,
    FILE,
    LEVELS,
    MOMENT,
    NUMBER,
    PHOTO,
    PLACE,
    REF,
    ROWS,
    S1,
    S3,
    S4,
    TIME,
    TRUTH,
    WHOLE,
    Definition,
    Field,
)
from offices.modules.right_soundness import listed

# 民族 and 宗教 are never filters, labels or columns (rule 13 for all modules).
NEVER_SORTED = ("民族", "宗教")
FILTERS = {
    CHOICE,
    CHOICES,
    CODES,
    TRUTH,
    DAY,
    MOMENT,
    TIME,
    REF,
    NUMBER,
    WHOLE,
    COMPUTED,
}
NOT_LISTED = {PHOTO, FILE, ROWS}


def name_of(one: Field) -> str:
    return f"“{one.path}”（{one.label}）" if one.label != one.name else f"“{one.path}”"


def check_field(one: Field, definition: Definition) -> Iterator[str]:
    told = {"field": name_of(one)}
    if not one.spec.get("title"):
        yield _("Field %(field)s has no name: give it a Chinese “title”.") % told
    own = definition.fields[one.within] if one.within else one
    if "x-sensitivity" not in own.spec:
        yield (
            _("Field %(field)s: say how sensitive it is: “x-sensitivity” S1, S2 or S3.")
            % told
        )
    if one.level == S4:
        yield (
            _("Field %(field)s: what is S4 is not held here: leave the field out.")
            % told
        )
    if one.within and LEVELS.index(one.level) > LEVELS.index(own.level):
        told["level"] = one.level
        yield _("Field %(field)s: its group must be as sensitive: %(level)s.") % told
    if one.kind in (CHOICE, CHOICES):
        yield from _labels(one)
    if one.kind == CODES and codes.find(one.codes) is None:
        told |= {"name": one.codes, "known": listed(codes.names())}
        yield (
            _(
                "Field %(field)s: there is no code list"
                " “%(name)s”; there are: %(known)s."
            )
            % told
        )
    if one.kind == REF and one.ref.startswith("record:"):
        other = one.ref.partition(":")[2]
        known = Module.objects.filter(code=other).exists() or other == definition.code
        if not known:
            told["name"] = other
            yield (
                _(
                    "Field %(field)s refers to the module"
                    " “%(name)s”, which is not there."
                )
                % told
            )
    if one.kind == ROWS and not one.columns:
        yield _("Field %(field)s is a list: say in “items” what it is made of.") % told
    for column in one.columns.values():
        if column.kind in (ROWS, FILE, PHOTO, PLACE, COMPUTED):
            told["column"] = column.label
            yield (
                _(
                    "Field %(field)s: the column “%(column)s” must"
                    " be simpler: move it out of the group."
                )
                % told
            )
    if "type" not in one.spec and not any(key in one.spec for key in HAVE_TYPE):
        yield _("Field %(field)s: say its “type”.") % told


HAVE_TYPE = (
    *("x-ref", "x-codes", "x-photo", "x-file", "x-place", "x-computed", "enum"),
)


def _labels(one: Field) -> Iterator[str]:
    spec = one.spec["items"] if one.kind == CHOICES else one.spec
    labels = spec.get("x-labels") or one.spec.get("x-labels") or {}
    missing = [str(code) for code in spec.get("enum", ()) if str(code) not in labels]
    if missing:
        told = {"field": name_of(one), "names": listed(missing)}
        yield (
            _(
                "Field %(field)s: the choices %(names)s"
                " have no Chinese name: add “x-labels”."
            )
            % told
        )


def check_columns(definition: Definition) -> Iterator[str]:
    symbol = definition.symbol.get("label")
    lists: Mapping[str, list[str]] = {
        _("the list"): definition.data["list"],
        _("the filters"): definition.data.get("filters", []),
        _("the search"): definition.data.get("search", []),
        _("the map"): [symbol] if symbol else [],
        _("the notice"): definition.notice.get("items", []),
    }
    for where, names in lists.items():
        for name in names:
            told = {"name": name, "where": where}
            if (one := definition.fields.get(name)) is None:
                yield _("“%(name)s” in %(where)s is none of the fields.") % told
    for place in ("list", "filters"):
        where = _("the list") if place == "list" else _("the filters")
        for name in definition.data.get(place, ()):
            if one := definition.fields.get(name):
                yield from _column(one, place, where)
    yield from _shown(definition)


def _column(one: Field, place: str, where: str) -> Iterator[str]:
    told = {"field": name_of(one), "where": where}
    if one.level == S3:
        yield (
            _("Field %(field)s is sensitive (S3) and cannot stand in %(where)s.") % told
        )
    if place == "filters" and one.level != S1:
        yield (
            _(
                "Field %(field)s is personal and cannot stand in %(where)s:"
                " put it into “search”, where it is found exactly."
            )
            % told
        )
    if any(word in one.label for word in NEVER_SORTED):
        yield (
            _("Field %(field)s: ethnicity and religion never stand in %(where)s.")
            % told
        )
    if place == "list" and one.kind in NOT_LISTED:
        yield (
            _(
                "Field %(field)s is a picture, a file or"
                " a group and cannot stand in %(where)s."
            )
            % told
        )
    if place == "filters" and one.kind not in FILTERS:
        yield (
            _(
                "Field %(field)s cannot be filtered by:"
                " choose a choice, a day or a number."
            )
            % told
        )


def check_unique(definition: Definition) -> Iterator[str]:
    """What no two entries may say at once is internal, and of one value each."""
    for name in dict.fromkeys(one for names in definition.unique for one in names):
        one = definition.fields.get(name)
        if one is None:
            yield _("“%(name)s” in “unique” is none of the fields.") % {"name": name}
        elif not one.is_open or one.is_many or one.kind in (PHOTO, FILE, PLACE):
            yield _(
                "Field %(field)s cannot keep entries apart: choose an internal one"
                " with one value."
            ) % {"field": name_of(one)}
        elif name in definition.asked_by_steps:
            yield _(
                "Field %(field)s is asked by a step and cannot keep entries apart."
            ) % {"field": name_of(one)}


def _shown(definition: Definition) -> Iterator[str]:
    if one := definition.label_field:
        told = {"field": name_of(one)}
        if one.level != S1:
            yield (
                _("Field %(field)s is personal and cannot be the label on the map.")
                % told
            )
        if any(word in one.label for word in NEVER_SORTED):
            yield _("Field %(field)s: ethnicity and religion are never a label.") % told
    for name in definition.notice.get("items", ()):
        item = definition.fields.get(name)
        if item and (item.kind in NOT_LISTED or item.kind == PLACE):
            told = {"field": name_of(item)}
            yield (
                _(
                    "Field %(field)s cannot be posted: name"
                    " what the rule lets everybody read."
                )
                % told
            )
    if definition.symbol.get("on_wall") and set(definition.levels) - {S1}:
        yield _(
            "The module has personal fields and cannot stand"
            " on the wall: set “on_wall” to false."
        )
