"""Fields come, go, change places, and give way to what a register holds."""

from django.utils.translation import gettext as _

from offices.builder.arranging import forget, put_sections, sections, show_by_itself
from offices.builder.formulas import uses
from offices.builder.guessing import CHINESE, level_of, read_columns, read_lines
from offices.builder.kinds import LABELS, Given, spec_of, title_of
from offices.builder.said import BadStep, Said
from offices.builder.words import WORDS
from offices.builder.work import Work
from offices.modules import codes, refs
from offices.modules.definition import CHOICE, CHOICES, CODES, COMPUTED, ROWS, S1, Field

MOST_FIELDS = 120


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
        title, given = found[0]
        anew = _given_anew(given, kind)
        anew.needed = given.needed
        found = [(title, anew)]
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
        if given.needed:
            work.data["schema"]["required"].append(name)
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
