"""What is wrong with a definition, in sentences that say which field and what to do."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, SchemaError

from accounts.models import Unit
from offices.models.application import Application
from offices.models.module import Module
from offices.modules import codes
from offices.modules.conditions import fields_of
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
    TRUTH,
    WHOLE,
    Definition,
    Field,
)
from offices.modules.expressions import BadExpression, names_in
from offices.modules.indicators import conditions_of, summed_in
from offices.modules.right_soundness import check_rights, check_street, listed
from offices.modules.shape import DEFINITION
from workflow.models import Process
from workflow.shape_words import sentence_of

# 民族 and 宗教 are never filters, labels or columns (rule 13 for all modules).
NEVER_SORTED = ("民族", "宗教")
FILTERS = {CHOICE, CHOICES, CODES, TRUTH, DAY, MOMENT, REF, NUMBER, WHOLE, COMPUTED}
NOT_LISTED = {PHOTO, FILE, ROWS}


class Problem(str):
    """A sentence, with the field that it is about where it is about one."""

    __slots__ = ("field", "part")
    field: str
    part: str

    @classmethod
    def at(cls, text: str, field: str = "", part: str = "") -> "Problem":
        found = cls(text)
        found.field, found.part = field, part
        return found


# Where in the definition each sort of mistake is mended.
BASE, FIELDS, RIGHTS, STEPS = "base", "fields", "rights", "steps"


def problems(data: Any) -> list[Problem]:
    """All that is wrong with what may be a definition; nothing where it is sound."""
    if found := misshapen(data):
        return found
    definition = Definition(data)
    if found := list(_fields(definition)):
        return found
    return [
        *_at(definition, FIELDS, _columns, _groups, _computed),
        *_at(definition, STEPS, _conditions, _days, _procedure),
        *_at(definition, RIGHTS, check_rights, check_street),
        *_at(definition, BASE, _elsewhere),
    ]


def misshapen(data: Any) -> list[Problem]:
    """What keeps it from being read at all."""
    shape = [sentence_of(error) for error in VALIDATOR.iter_errors(data)]
    if shape:
        return [Problem.at(text) for text in dict.fromkeys(shape)]
    try:
        Draft202012Validator.check_schema(_untitled(data["schema"]))
    except SchemaError as error:
        text = error.message[:200]
        said = _("“schema” is no JSON Schema: %(text)s") % {"text": text}
        return [Problem.at(said)]
    return []


def undrawable(data: Any) -> list[Problem]:
    """What keeps its form from being drawn, though it may be mended by hand."""
    if found := misshapen(data):
        return found
    definition = Definition(data)
    named = _at(definition, FIELDS, _columns, _groups, _computed)
    return [*_fields(definition), *named, *_at(definition, STEPS, _procedure)]


Checker = Callable[[Definition], Iterator[str]]


def _at(definition: Definition, part: str, *checkers: Checker) -> list[Problem]:
    """What the checkers say, each sentence at the field that it names first."""
    marks = {_of(one): one.within or one.name for one in definition.every_field()}
    found = []
    for checker in checkers:
        for text in checker(definition):
            at = [(text.find(mark), name) for mark, name in marks.items()]
            named = sorted(pair for pair in at if pair[0] >= 0)
            found.append(Problem.at(text, named[0][1] if named else "", part))
    return found


VALIDATOR = Draft202012Validator(DEFINITION)


def _untitled(schema: Any) -> Any:
    """Without our titles: in JSON Schema a title is one text, here it has languages."""
    if isinstance(schema, list):
        return [_untitled(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _untitled(part)
        for key, part in schema.items()
        if not (key == "title" and isinstance(part, dict) and "zh-hans" in part)
    }


def _of(one: Field) -> str:
    return f"“{one.path}”（{one.label}）" if one.label != one.name else f"“{one.path}”"


def _fields(definition: Definition) -> Iterator[Problem]:
    for one in definition.every_field():
        for text in _field(one, definition):
            yield Problem.at(text, one.within or one.name, FIELDS)


def _field(one: Field, definition: Definition) -> Iterator[str]:
    told = {"field": _of(one)}
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
        told = {"field": _of(one), "names": listed(missing)}
        yield (
            _(
                "Field %(field)s: the choices %(names)s"
                " have no Chinese name: add “x-labels”."
            )
            % told
        )


def _columns(definition: Definition) -> Iterator[str]:
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
    told = {"field": _of(one), "where": where}
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


def _shown(definition: Definition) -> Iterator[str]:
    if one := definition.label_field:
        told = {"field": _of(one)}
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
            told = {"field": _of(item)}
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


def _groups(definition: Definition) -> Iterator[str]:
    seen: set[str] = set()
    for group in definition.data.get("groups", ()):
        for name in group["fields"]:
            told = {"name": name}
            if name not in definition.fields:
                yield _("“%(name)s” in “groups” is none of the fields.") % told
            elif name in seen:
                yield _("“%(name)s” stands in two groups: leave it in one.") % told
            seen.add(name)
    for name in definition.schema.get("required", ()):
        if name not in definition.fields:
            yield _("“%(name)s” in “required” is none of the fields.") % {"name": name}
    for one in definition.computed:
        if one.is_required:
            yield _("Field %(field)s is computed and cannot be required.") % {
                "field": _of(one)
            }


def _conditions(definition: Definition) -> Iterator[str]:
    asked = [
        *((_of(one), one.when) for one in definition.fields.values() if one.when),
        *(
            (str(spec["title"]["zh-hans"]), spec.get("x-when"))
            for spec in definition.data.get("groups", ())
        ),
        *((one.code, one.spec.get("when")) for one in definition.reminders),
        *(
            (spec["code"], condition)
            for spec in definition.indicators
            for condition in conditions_of(spec)
        ),
    ]
    for where, condition in asked:
        for name in fields_of(condition):
            if name not in definition.fields:
                told = {"where": where, "name": name}
                yield (
                    _(
                        "%(where)s: its condition asks for “%(name)s”,"
                        " which is none of the fields."
                    )
                    % told
                )
    yield from _figures(definition)


def _figures(definition: Definition) -> Iterator[str]:
    """A figure reads what is not sealed, and adds up numbers."""
    for spec in definition.indicators:
        added = summed_in(spec)
        asked = [name for one in conditions_of(spec) for name in fields_of(one)]
        for name in dict.fromkeys([*asked, *added]):
            one = definition.fields.get(name)
            told = {"where": spec["code"], "field": _of(one) if one else name}
            if one and one.level != S1:
                yield (
                    _(
                        "Figure “%(where)s”: %(field)s is"
                        " sealed and cannot be counted by."
                    )
                    % told
                )
            kind = definition.schema["properties"].get(name, {}).get("type")
            if name in added and kind not in ("number", "integer"):
                yield _("Figure “%(where)s”: “%(field)s” is no number.") % told


def _computed(definition: Definition) -> Iterator[str]:
    reads: dict[str, set[str]] = {}
    for one in definition.fields.values():
        if one.kind != COMPUTED:
            continue
        told = {"field": _of(one)}
        try:
            names = names_in(one.expression)
        except BadExpression as error:
            yield _("Field %(field)s: its expression: %(why)s.") % {
                **told,
                "why": error,
            }
            continue
        reads[one.name] = names
        for name in sorted(names):
            if why := _unknown(definition, name):
                yield _(
                    "Field %(field)s: its expression reads “%(name)s”,"
                    " which is none of the fields."
                ) % {**told, "name": why}
            elif LEVELS.index(_level(definition, name)) > LEVELS.index(one.level):
                yield _(
                    "Field %(field)s is made from “%(name)s” and must be as sensitive."
                ) % {**told, "name": name}
    if cycle := _cycle(reads):
        yield _(
            "These fields are computed from one another in a circle: %(names)s."
        ) % {"names": listed(cycle)}


def _unknown(definition: Definition, name: str) -> str:
    group, _dot, column = name.partition(".")
    one = definition.fields.get(group)
    if one is None or (column and column not in one.columns):
        return name
    return ""


def _level(definition: Definition, name: str) -> str:
    return definition.fields[name.partition(".")[0]].level


def _cycle(reads: Mapping[str, set[str]]) -> set[str]:
    """The computed fields that none of is free of the others; nothing where all end."""
    left = {name: set(names) & set(reads) for name, names in reads.items()}
    while free := {name for name, names in left.items() if not names}:
        left = {name: names - free for name, names in left.items() if name not in free}
    return set(left)


def _days(definition: Definition) -> Iterator[str]:
    for one in definition.reminders:
        field = one.spec.get("field") or one.spec.get("every", {}).get("from")
        told = {"where": one.code, "name": field or "?"}
        found = definition.fields.get(str(field))
        if found is None or found.kind not in (DAY, MOMENT, COMPUTED):
            yield _("Reminder “%(where)s”: “%(name)s” is no field with a day.") % told
    twice = [one.code for one in definition.reminders]
    if len(set(twice)) != len(twice):
        yield _("Two reminders have the same code: give one another.")


def _elsewhere(definition: Definition) -> Iterator[str]:
    data = definition.data
    if not Application.objects.in_use().filter(code=data["application"]).exists():
        known = listed(Application.objects.in_use().values_list("code", flat=True))
        told = {"name": data["application"], "known": known}
        yield _("There is no application “%(name)s”; there are: %(known)s.") % told
    owner = data["owner"]
    offices = Application.objects.values_list("office", flat=True)
    units = Unit.objects.filter(code__endswith=owner)
    if owner not in set(offices) and not units.exists():
        yield _(
            "“owner”: there is no unit “%(name)s”:"
            " name an office or the code of a unit."
        ) % {"name": owner}


def _procedure(definition: Definition) -> Iterator[str]:
    code = definition.process
    process = None
    if code:
        rows = Process.objects.filter(code=code, kind="record")
        process = rows.order_by("-version").first()
        if process is None:
            yield _(
                "“process”: there is no procedure “%(name)s” of the kind “record”."
            ) % {"name": code}
    verbs = {move.verb for move in process.moves} if process else set()
    for verb, names in definition.data.get("steps", {}).items():
        told = {"verb": verb}
        if process and verb not in verbs:
            yield _("“steps”: the procedure has no move “%(verb)s”.") % told
        elif process and not any(
            "fields" in move.evidence for move in process.moves if move.verb == verb
        ):
            yield (
                _("“steps”: the move “%(verb)s” must take the evidence “fields”.")
                % told
            )
        for name in names:
            if name not in definition.fields:
                yield _("“steps”: “%(name)s” is none of the fields.") % {"name": name}
            elif definition.fields[name].kind == COMPUTED:
                yield _("“steps”: “%(name)s” is computed and cannot be filled in.") % {
                    "name": name
                }
