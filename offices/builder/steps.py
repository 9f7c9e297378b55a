"""The changes that a draft goes through, each upon the plain data of a definition.

Whatever is said, what a step leaves can be drawn; what it lacks the checker explains.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from offices.builder.arranging import (
    arrange,
    forget,
    may_filter,
    may_label,
    may_list,
    may_search,
    put_sections,
    sections,
    show_by_itself,
)
from offices.builder.formulas import to_codes, uses
from offices.builder.guessing import CHINESE, level_of, read_columns, read_lines
from offices.builder.kinds import LABELS, Given, spec_of, title_of
from offices.builder.said import BadStep, Said
from offices.builder.words import WORDS
from offices.models import Application, Module
from offices.modules import codes, refs
from offices.modules.conditions import fields_of
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    COMPUTED,
    LEVELS,
    PLACE,
    REF,
    ROWS,
    S1,
    TRUTH,
    Definition,
    Field,
)
from offices.modules.expressions import BadExpression

Data = dict[str, Any]
REGISTERS = ("person", "household", "dwelling", "organization", "part")
MOST_FIELDS = 120


@dataclass
class Work:
    """A draft under a change. ``taken``: codes that earlier versions gave to fields;
    another field never gets one of these, for old records would take it for theirs.
    """

    data: Data
    taken: frozenset[str] = frozenset()
    subject: str = ""  # what it was about, in words
    made: list[str] = field(default_factory=list)

    @property
    def definition(self) -> Definition:
        return Definition(self.data)

    @property
    def properties(self) -> Data:
        found: Data = self.data["schema"]["properties"]
        return found

    def free(self, wanted: str = "") -> str:
        """A code that no field has or had."""
        taken = self.taken | set(self.properties)
        if wanted and wanted not in taken:
            return wanted
        number = 1
        while f"f{number}" in taken:
            number += 1
        return f"f{number}"


Step = Callable[[Work, Said], None]
EMPTY_PARTS: Mapping[str, Any] = {
    **{"list": [], "filters": [], "search": [], "groups": []},
    **{"reminders": [], "indicators": [], "symbol": {}, "rights": {}},
}


def taken_step(
    data: Mapping[str, Any], step: Step, said: Said, taken: frozenset[str]
) -> Work:
    """The draft after one step. Raises BadStep; then nothing is changed."""
    work = Work(copy.deepcopy(dict(data)), taken)
    for name, empty in EMPTY_PARTS.items():
        if work.data.get(name) is None:
            work.data[name] = copy.deepcopy(empty)
    work.data["schema"].setdefault("required", [])
    step(work, said)
    arrange(work.data)
    return work


def set_base(work: Work, said: Said) -> None:
    """What the module is called, is about, whose it is, how long it lasts."""
    data, title = work.data, said.text("title", 40)
    if title is not None:
        if not CHINESE.search(title):
            raise BadStep(title=_("Give it a Chinese name."))
        data["title"] = title_of(title, data.get("title"))
    if (summary := said.text("summary", 400)) is not None:
        data.pop("summary", None)
        if summary:
            data["summary"] = {"zh-hans": summary}
    if application := said.word("application", 24):
        if not Application.objects.in_use().filter(code=application).exists():
            raise BadStep(application=_("Choose one of the list."))
        data["application"] = application
    if about := said.word("about", 20):
        if about not in Module.About.values:
            raise BadStep(about=_("Choose one of the list."))
        data["about"] = about
        have_subject(work)
    if (ends_on := said.text("ends_on", 10)) is not None:
        data["ends_on"] = _day(ends_on)
    if owner := said.word("owner", 40):
        data["owner"] = owner
    for name in ("icon", "color"):
        if found := said.word(name, 40):
            data["symbol"][name] = found
    work.subject = data["title"]["zh-hans"]


def _day(text: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadStep(ends_on=_("A day such as 2026-03-08, please.")) from error


def have_subject(work: Work) -> None:
    """What the module is about is chosen from its register, and never typed."""
    about = work.data["about"]
    fields = work.definition.fields.values()
    if about in REGISTERS and not any(one.ref == about for one in fields):
        _first(work, about, {"x-ref": about, "title": title_of(WORDS["refs"][about])})
    if about == PLACE and not any(one.kind == PLACE for one in fields):
        title = {"title": title_of(WORDS["place"])}
        _first(work, PLACE, {"x-place": True, **title})


def _first(work: Work, wanted: str, spec: Data) -> None:
    name = work.free(wanted)
    rest = sections(work.data)
    work.properties[name] = {**spec, "x-sensitivity": S1}
    put_sections(work.data, [(rest[0][0] if rest else "", name), *rest])
    work.data["schema"]["required"].insert(0, name)
    if may_list(work.definition.fields[name]):
        work.data["list"].insert(0, name)


def add_fields(work: Work, said: Said) -> None:
    """One field a line, in the last section or after the field that is named."""
    found = read_lines(said.word("lines", 4000))
    if not found:
        raise BadStep(lines=_("Type what is to be asked: one field a line."))
    if len(work.properties) + len(found) > MOST_FIELDS:
        raise BadStep(lines=_("A module has at most 120 fields."))
    for title, _given in found:
        if not CHINESE.search(title):
            told = {"title": title}
            raise BadStep(lines=_("“%(title)s” needs a Chinese name.") % told)
    if len(found) == 1 and (kind := said.word("kind", 20)) in LABELS:
        found = [(found[0][0], _given_anew(found[0][1], kind))]
    order = sections(work.data)
    after = said.word("after", 40)
    place = next((n for n, row in enumerate(order, 1) if row[1] == after), len(order))
    section = order[place - 1][0] if order else ""
    for title, given in found:
        name = work.free()
        spec = {"title": title_of(title), "x-sensitivity": level_of(title, given.kind)}
        work.properties[name] = spec_of(given, spec)
        order.insert(place, (section, name))
        place += 1
        work.made.append(name)
    put_sections(work.data, order)
    for name in work.made:
        show_by_itself(work.data, name)
    work.subject = "、".join(title for title, _given in found)


def _given_anew(given: Given, kind: str) -> Given:
    """The same words under a kind that was chosen."""
    if kind in (CHOICE, CHOICES) and not given.options:
        return Given(kind, options=[_("Choice 1"), _("Choice 2")])
    if kind == CODES:
        return Given(kind, codes=next(iter(codes.names()), ""))
    if kind == COMPUTED:
        return Given(kind, expression="0")
    if kind == ROWS:
        return Given(kind, columns=read_columns(_("Name")))
    return Given(kind, options=given.options, unit=given.unit)


def the_field(work: Work, said: Said) -> Field:
    """The field that is meant. Raises BadStep where somebody took it away."""
    one = work.definition.fields.get(said.word("name", 40))
    if one is None:
        raise BadStep(name=_("This field is not there any more."))
    work.subject = one.label
    return one


def set_field(work: Work, said: Said) -> None:
    """Everything that one field says of itself."""
    one = the_field(work, said)
    name = one.name
    spec = dict(work.properties[name])
    _say_title(spec, said)
    given = _given(work, one, said)
    spec = spec_of(given, spec)
    if (level := said.word("level", 2)) in LEVELS:
        spec["x-sensitivity"] = level
    for key, said_as in (("x-help", "help"), ("x-asked-because", "because")):
        if (text := said.text(said_as, 400)) is not None:
            spec.pop(key, None)
            if text:
                spec[key] = {"zh-hans": text}
    work.properties[name] = spec
    _say_when(work, name, said)
    _say_needed(work, name, said)
    _say_places(work, name, said)
    section = said.text("section", 40)
    if section is not None:
        _to_section(work, name, section)
    work.subject = Definition(work.data).fields[name].label


def _say_title(spec: Data, said: Said) -> None:
    title = said.text("title", 60)
    if title is None:
        return
    if not CHINESE.search(title):
        raise BadStep(title=_("Give it a Chinese name."))
    spec["title"] = title_of(title, spec.get("title"))


def given_of(one: Field) -> Given:
    """What a field says of its kind."""
    spec = one.spec
    return Given(
        one.kind,
        options=[choice.label for choice in one.choices],
        unit=one.unit,
        least=spec.get("minimum"),
        most=spec.get("maximum"),
        codes=one.codes,
        ref=one.ref,
        expression=one.expression,
    )


def _given(work: Work, one: Field, said: Said) -> Given:
    kind = said.word("kind", 20) or one.kind
    if kind not in LABELS:
        raise BadStep(kind=_("Choose one of the list."))
    given = given_of(one)
    changed = kind != given.kind
    given.kind = kind
    if (unit := said.text("unit", 20)) is not None:
        given.unit = unit
    for bound in ("least", "most"):
        if said.text(bound) is not None:
            setattr(given, bound, said.number(bound))
    if None not in (given.least, given.most) and given.least > given.most:  # type: ignore[operator]
        raise BadStep(most=_("The greatest must not be below the least."))
    if kind in (CHOICE, CHOICES):
        given.options = _options(said, given.options)
    if kind == CODES:
        given.codes = said.word("codes", 40) or given.codes
        if codes.find(given.codes) is None:
            if not changed:
                raise BadStep(codes=_("Choose one of the list."))
            given.codes = next(iter(codes.names()), "")
    if kind == REF:
        given.ref = said.word("ref", 60) or given.ref or "person"
        if refs.target_of(given.ref) is None:
            raise BadStep(ref=_("Choose one of the list."))
    if kind == COMPUTED:
        given.expression = _expression(work, one, said, given)
    if kind == ROWS:
        given.columns = _columns(one, said)
    return given


def _options(said: Said, before: list[str]) -> list[str]:
    text = said.text("options", 6000)
    if text is None:
        return before or [_("Choice 1"), _("Choice 2")]
    lines = [line.strip()[:60] for line in text.replace("\r", "").split("\n")]
    found = list(dict.fromkeys(line for line in lines if line))
    if not found:
        return before or [_("Choice 1"), _("Choice 2")]
    if len(found) > 200:
        raise BadStep(options=_("A list has at most 200 choices."))
    return found


def _expression(work: Work, one: Field, said: Said, given: Given) -> str:
    text = said.text("expression", 500)
    if not text:
        return given.expression or "0"
    others = {**work.properties}
    others.pop(one.name, None)
    definition = Definition({**work.data, "schema": {"properties": others}})
    try:
        return to_codes(text, definition)
    except BadExpression as error:
        raise BadStep(
            expression=_("It cannot be read: %(why)s.") % {"why": error}
        ) from error


def _columns(one: Field, said: Said) -> Any:
    text = said.text("columns", 4000)
    if text:
        found = read_columns(text)[:20]
        if any(not CHINESE.search(column.title) for column in found):
            raise BadStep(columns=_("Each column needs a Chinese name."))
        if found:
            return found
    if one.kind == ROWS:
        return [_column(column) for column in one.columns.values()]
    return read_columns(_("Name"))


def _column(one: Field) -> Any:
    from_lines = read_columns(one.label)[0]
    from_lines.given = given_of(one)
    return from_lines


def _say_when(work: Work, name: str, said: Said) -> None:
    """Asked only where another field says so: where it holds something, or one of."""
    asked = said.text("when_field", 40)
    if asked is None:
        return
    spec = work.properties[name]
    spec.pop("x-when", None)
    other = work.definition.fields.get(asked)
    if not asked or other is None:
        return
    if asked == name:
        raise BadStep(when_field=_("A field cannot wait for itself."))
    if name in _waits_for(work, asked):
        raise BadStep(when_field=_("These fields would wait for one another."))
    values = said.many("when_values") or []
    spec["x-when"] = condition(other, values)


def _waits_for(work: Work, name: str) -> set[str]:
    """The fields for which a field waits, and those for which these wait."""
    found: set[str] = set()
    left = [name]
    while left:
        spec = work.properties.get(left.pop(), {})
        more = set(fields_of(spec.get("x-when"))) - found
        found |= more
        left += more
    return found


def condition(other: Field, values: list[str]) -> Data:
    """That a field holds one of these values, or anything where none is named."""
    if other.kind == TRUTH:
        wanted: list[Any] = [value == "true" for value in values]
    else:
        wanted = [one.code for one in other.choices if str(one.code) in values]
        if other.kind == CODES:
            wanted = values
    if not wanted:
        return {"field": other.name, "filled": True}
    if len(wanted) == 1:
        return {"field": other.name, "is": wanted[0]}
    return {"field": other.name, "in": wanted}


def _say_needed(work: Work, name: str, said: Said) -> None:
    needed = said.flag("needed")
    if needed is None:
        return
    names = [one for one in work.data["schema"]["required"] if one != name]
    work.data["schema"]["required"] = [*names, name] if needed else names


def _say_places(work: Work, name: str, said: Said) -> None:
    places = {
        "list": ("in_list", may_list),
        "filters": ("in_filters", may_filter),
        "search": ("in_search", may_search),
    }
    one = work.definition.fields[name]
    for place, (word, may) in places.items():
        wanted = said.flag(word)
        if wanted is None:
            continue
        if not wanted and name in work.data[place]:
            work.data[place].remove(name)
        elif wanted and name not in work.data[place] and may(one):
            work.data[place].append(name)
    is_label = said.flag("is_label")
    if is_label and may_label(one):
        work.data["symbol"]["label"] = name
    elif is_label is False and work.data["symbol"].get("label") == name:
        del work.data["symbol"]["label"]


def _to_section(work: Work, name: str, section: str) -> None:
    if section and not CHINESE.search(section):
        raise BadStep(section=_("Give it a Chinese name."))
    order = sections(work.data)
    here = next(title for title, one in order if one == name)
    if here == section:
        return
    order.remove((here, name))
    last = [n for n, row in enumerate(order, 1) if row[0] == section]
    order.insert(last[-1] if last else len(order), (section, name))
    put_sections(work.data, order)


def move_field(work: Work, said: Said) -> None:
    """One up or down, or to a place that is counted from 0; it takes the section on."""
    one = the_field(work, said)
    order = sections(work.data)
    at = next(n for n, row in enumerate(order) if row[1] == one.name)
    if said.text("to") is not None:
        to = int(max(0, min(said.number("to") or 0, len(order) - 1)))
    else:
        to = at + (-1 if said.word("by") == "-1" else 1)
    if not 0 <= to < len(order):
        return
    section = order[to][0]
    here = order.pop(at)[0]
    next_to_it = abs(to - at) == 1 and said.text("to") is None
    if next_to_it and section != here:
        # Over the edge of a section it only changes the section.
        order.insert(at, (section, one.name))
    else:
        order.insert(to, (section, one.name))
    put_sections(work.data, order)


def drop_field(work: Work, said: Said) -> None:
    """Take a field out. What is worked out from it must go first."""
    one = the_field(work, said)
    users = [
        other.label
        for other in work.definition.computed
        if other.name != one.name and uses(other.expression, one.name)
    ]
    if users:
        told = {"names": "、".join(users)}
        raise BadStep(
            name=_("%(names)s is worked out from it: change that first.") % told
        )
    order = [row for row in sections(work.data) if row[1] != one.name]
    forget(work.data, one.name)
    del work.properties[one.name]
    put_sections(work.data, order)


def refer_instead(work: Work, said: Said) -> None:
    """Not asked again: the field goes, and the entry of the register is chosen."""
    one = the_field(work, said)
    kind = said.word("refer_to", 60)
    if refs.target_of(kind) is None:
        raise BadStep(kind=_("Choose one of the list."))
    there = any(other.ref == kind for other in work.definition.fields.values())
    if there:
        drop_field(work, said)
        return
    title = WORDS["refs"].get(kind, one.label)
    spec = {"x-ref": kind, "title": title_of(title), "x-sensitivity": S1}
    order = sections(work.data)
    name = work.free(kind.partition(":")[0])
    place = next(n for n, row in enumerate(order) if row[1] == one.name)
    work.properties[name] = spec
    order.insert(place, (order[place][0], name))
    put_sections(work.data, order)
    show_by_itself(work.data, name)
    drop_field(work, said)
    work.made = [name]
