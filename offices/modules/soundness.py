"""What is wrong with a definition, in sentences that say which field and what to do."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, SchemaError

from accounts.models import Unit
from offices.models.application import Application
from offices.modules.conditions import fields_of
from offices.modules.definition import (
    COMPUTED,
    DAY,
    LEVELS,
    MOMENT,
    S1,
    Definition,
)
from offices.modules.expressions import BadExpression, names_in
from offices.modules.field_soundness import (
    check_columns,
    check_field,
    check_unique,
    name_of,
)
from offices.modules.indicators import conditions_of, summed_in
from offices.modules.right_soundness import check_rights, check_street, listed
from offices.modules.shape import DEFINITION
from offices.modules.step_soundness import check_procedure, check_step_fields
from offices.modules.total_soundness import check_totals
from workflow.shape_words import sentence_of


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
        *_at(definition, FIELDS, check_columns, _groups, _computed, check_unique),
        *_at(definition, STEPS, _conditions, _days, check_procedure, check_totals),
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
    named = _at(definition, FIELDS, check_columns, _groups, _computed)
    # Who does a step of its own may still be open.
    steps = check_step_fields if definition.flow else check_procedure
    return [*_fields(definition), *named, *_at(definition, STEPS, steps)]


Checker = Callable[[Definition], Iterator[str]]


def _at(definition: Definition, part: str, *checkers: Checker) -> list[Problem]:
    """What the checkers say, each sentence at the field that it names first."""
    marks = {name_of(one): one.within or one.name for one in definition.every_field()}
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


def _fields(definition: Definition) -> Iterator[Problem]:
    for one in definition.every_field():
        for text in check_field(one, definition):
            yield Problem.at(text, one.within or one.name, FIELDS)


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
                "field": name_of(one)
            }


def _conditions(definition: Definition) -> Iterator[str]:
    asked = [
        *((name_of(one), one.when) for one in definition.fields.values() if one.when),
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
            told = {"where": spec["code"], "field": name_of(one) if one else name}
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
        told = {"field": name_of(one)}
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
