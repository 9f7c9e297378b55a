"""Everything that one field says of itself, as its settings are sent."""

from typing import Any

from django.utils.translation import gettext as _

from offices.builder.arranging import (
    may_filter,
    may_label,
    may_list,
    may_search,
    put_sections,
    sections,
)
from offices.builder.field_steps import the_field
from offices.builder.flow_steps import put_in_step
from offices.builder.formulas import to_codes
from offices.builder.guessing import CHINESE, read_columns
from offices.builder.kinds import LABELS, Given, spec_of, title_of
from offices.builder.said import BadStep, Said
from offices.builder.waiting import say_when
from offices.builder.work import Data, Work
from offices.modules import codes, refs
from offices.modules.definition import (
    CHOICE,
    CHOICES,
    CODES,
    COMPUTED,
    LEVELS,
    REF,
    ROWS,
    Definition,
    Field,
)
from offices.modules.expressions import BadExpression


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
    say_when(work, name, said)
    _say_needed(work, name, said)
    _say_places(work, name, said)
    if (asked_in := said.text("asked_in", 16)) is not None:
        put_in_step(work, name, asked_in)
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
        needed=one.is_required,
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
