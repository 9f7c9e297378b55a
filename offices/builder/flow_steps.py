"""The steps of a module's own procedure, designed by hand: added by the line, each with
who does it, what it fills in, how long it may take and what else it may end in.
"""

from typing import Any

from django.utils.translation import gettext as _

from offices.builder.arranging import put_sections, sections, show_by_itself
from offices.builder.guessing import CHINESE, level_of, read_line
from offices.builder.kinds import spec_of, title_of
from offices.builder.right_steps import READ, posts_of
from offices.builder.said import BadStep, Said
from offices.builder.words import WORDS
from offices.builder.work import Data, Work
from offices.modules.definition import COMPUTED, Definition, Field
from offices.modules.flow import LIMITS, MOST
from offices.modules.rights import COMMUNITY, DISTRICT, OWNER, STREET

FLAGS = ("back", "refuse", "apart")
MOST_FIELDS = 120
# Posts of all offices of a street stand beside no entry: a step is one office's.
OFFICE_ROLES = ("street_office", "office_head")


def doers_of(data: Data, *, in_district: bool) -> list[Any]:
    """The posts that can do a step, as the table of rights names them."""
    return [
        post
        for post in posts_of(data, in_district=in_district)
        if post.where in (OWNER, COMMUNITY, DISTRICT)
        or (post.where == STREET and post.role not in OFFICE_ROLES)
    ]


def free_fields(definition: Definition, code: str) -> list[Field]:
    """The fields that this step asks or may ask: of no other step, not worked out."""
    others = {
        name for step in definition.flow if step.code != code for name in step.fields
    }
    return [
        one
        for one in definition.fields.values()
        if one.kind != COMPUTED and one.name not in others
    ]


def add_steps(work: Work, said: Said) -> None:
    """One step a line, fields behind a colon: 入户核实：核实情况、核实日期."""
    data = work.data
    lines = [line.strip() for line in said.word("lines", 4000).splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        raise BadStep(lines=_("Type the steps: one a line."))
    flow = list(data.get("flow") or [])
    if len(flow) + len(lines) > MOST:
        raise BadStep(lines=_("A procedure has at most 12 steps."))
    if data.get("process"):
        data["process"], data["steps"] = None, {}
    for line in lines:
        title, _colon, rest = line.replace(":", "：").partition("：")
        title = title.strip()[:30]
        if not CHINESE.search(title):
            told = {"title": title}
            raise BadStep(lines=_("“%(title)s” needs a Chinese name.") % told)
        step = _usual(title, flow, in_district=not data.get("street"), work=work)
        step["fields"] = [
            _field_called(work, part.strip())
            for part in rest.replace("，", "、").replace(",", "、").split("、")
            if part.strip()
        ]
        step["fields"] = _not_asked(flow, list(dict.fromkeys(step["fields"])))
        flow.append(step)
    data["flow"] = flow
    _let_read(work)
    work.made = [step["code"] for step in flow[-len(lines) :]]
    work.subject = "、".join(step["title"]["zh-hans"] for step in flow[-len(lines) :])


def _not_asked(flow: list[Data], names: list[str]) -> list[str]:
    asked = {name for step in flow for name in step.get("fields", ())}
    return [name for name in names if name not in asked]


def _usual(title: str, flow: list[Data], *, in_district: bool, work: Work) -> Data:
    """A step as one so called usually is: who does it, by its words."""
    keys = {post.key: post for post in doers_of(work.data, in_district=in_district)}
    guess = next(
        (row for row in WORDS["steps"] if any(word in title for word in row["words"])),
        WORDS["steps"][-1],
    )
    who = [keys[key].entry for key in guess["who"] if key in keys]
    step: Data = {"code": _code(work, flow), "title": title_of(title), "who": who}
    for name in FLAGS:
        if guess.get(name) and (flow or name != "back"):
            step[name] = True
    return step


def _code(work: Work, flow: list[Data]) -> str:
    """A code that no step has or had."""
    taken = work.taken | {step["code"] for step in flow}
    number = 1
    while f"s{number}" in taken:
        number += 1
    return f"s{number}"


def _field_called(work: Work, line: str) -> str:
    """The field of that name, or a new one; choices stand in brackets no colon can."""
    read = read_line(line)
    if read is None or not CHINESE.search(read[0]):
        raise BadStep(lines=_("“%(title)s” needs a Chinese name.") % {"title": line})
    title, given = read
    for one in work.definition.fields.values():
        if one.label == title and one.kind != COMPUTED:
            return one.name
    if len(work.properties) >= MOST_FIELDS:
        raise BadStep(lines=_("A module has at most 120 fields."))
    order = sections(work.data)
    name = work.free()
    spec = {"title": title_of(title), "x-sensitivity": level_of(title, given.kind)}
    work.properties[name] = spec_of(given, spec)
    put_sections(work.data, [*order, (order[-1][0] if order else "", name)])
    show_by_itself(work.data, name)
    if given.needed:
        work.data["schema"]["required"].append(name)
    return name


def _the_step(work: Work, said: Said) -> Data:
    """The step that is meant. Raises BadStep where somebody took it away."""
    code = said.word("code", 16)
    for step in work.data.get("flow") or ():
        if step["code"] == code:
            work.subject = step["title"]["zh-hans"]
            found: Data = step
            return found
    raise BadStep(code=_("This step is not there any more."))


def set_step(work: Work, said: Said) -> None:
    """Everything that one step says of itself."""
    step = _the_step(work, said)
    if (title := said.text("title", 30)) is not None:
        if not CHINESE.search(title):
            raise BadStep(title=_("Give it a Chinese name."))
        step["title"] = title_of(title, step["title"])
        work.subject = title
    if (keys := said.many("who")) is not None:
        step["who"] = _who(work, keys)
        _let_read(work)
    if (names := said.many("fields")) is not None:
        free = {one.name for one in free_fields(work.definition, step["code"])}
        step["fields"] = [name for name in dict.fromkeys(names) if name in free]
    _say_limit(step, said)
    for name in FLAGS:
        if (flag := said.flag(name)) is not None:
            step.pop(name, None)
            if flag:
                step[name] = True


def _who(work: Work, keys: list[str]) -> list[Data]:
    in_district = not work.data.get("street")
    posts = {post.key: post for post in doers_of(work.data, in_district=in_district)}
    if unknown := [key for key in keys if key not in posts]:
        raise BadStep(who=_("Nobody is called “%(name)s”.") % {"name": unknown[0]})
    return [posts[key].entry for key in dict.fromkeys(keys)]


def _say_limit(step: Data, said: Said) -> None:
    """So many days or hours; nothing typed is no limit."""
    if said.text("limit") is None:
        return
    number = said.number("limit")
    step.pop("limit", None)
    if number is None:
        return
    if number != int(number) or not 1 <= number <= 3650:
        raise BadStep(limit=_("A whole number from 1 to 3650, please."))
    kinds = [str(one) for one in LIMITS]
    kind = said.word("limit_type", 20)
    step["limit"] = {"limit": int(number), "type": kind if kind in kinds else kinds[0]}


def _let_read(work: Work) -> None:
    """Whoever does a step reads the entries: the right comes with it."""
    read = work.data["rights"].setdefault(READ, [])
    for step in work.data.get("flow") or ():
        for entry in step["who"]:
            if entry not in read:
                read.append(entry)


def move_step(work: Work, said: Said) -> None:
    """One up or down."""
    step = _the_step(work, said)
    flow = work.data["flow"]
    at = flow.index(step)
    to = at + (-1 if said.word("by") == "-1" else 1)
    if 0 <= to < len(flow):
        flow.insert(to, flow.pop(at))


def drop_step(work: Work, said: Said) -> None:
    """Take a step out; what it asked is asked from the beginning."""
    step = _the_step(work, said)
    work.data["flow"].remove(step)
    if not work.data["flow"]:
        work.data["flow"] = None


def put_in_step(work: Work, name: str, code: str) -> None:
    """Let a field be asked by this step alone; by none where no code is said."""
    flow = work.data.get("flow") or []
    if code and code not in {step["code"] for step in flow}:
        raise BadStep(asked_in=_("This step is not there any more."))
    for step in flow:
        names = [one for one in step.get("fields", ()) if one != name]
        step["fields"] = [*names, name] if step["code"] == code else names
