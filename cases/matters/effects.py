"""What moves of matters and conferences do, under the names that processes use."""

from datetime import timedelta
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Unit
from cases.effects import next_number
from cases.flags import LEVELS
from cases.matters import agendas, tabling
from cases.matters.giving import give
from cases.models import (
    AgendaItem,
    Case,
    Conference,
    Invitation,
    Matter,
    MatterCase,
    MatterDecision,
)
from govmap.lib.errors import BadInput
from layers.models import Region
from workflow.arguments import NAME
from workflow.effects import Doing, effect
from workflow.scope import concern

LONGEST = timedelta(days=366)
EXECUTING = "executing"  # why a unit sees a matter


class NowhereToMeet(BadInput):
    """A conference is in a room, or online."""

    message = gettext_noop("Say where it is held: a place, or how to join online.")


class NotAhead(BadInput):
    """Nobody comes to what is over."""

    message = gettext_noop(
        "The conference must lie ahead, at most a year. Choose another time."
    )


class OneLimit(BadInput):
    """A decision says by when."""

    message = gettext_noop(
        "Say by when: either the last day, or a number of working days."
    )


@effect("open_matter", fills=True, words=_("the matter is written down"))
def open_matter(doing: Doing) -> None:
    """What it is, what is hard about it, where it lies, the number it is called by."""
    matter, told = _matter(doing), doing.given.values
    cases: list[Case] = told.get("cases", [])
    place = told["place"][0] if "place" in told else _first(cases, "place")
    doing.set(
        title=told["title"],
        sort=told["sort"],
        place=place,
        address=told.get("address") or _first(cases, "address") or "",
        number=f"Y{next_number(matter.street, doing.moment)}",
    )
    if matter.community_id is None:
        doing.set(community=_community(matter, cases))


def _first(cases: list[Case], name: str) -> Any:
    """What the first case that has it says."""
    return next((found for case in cases if (found := getattr(case, name))), None)


def _community(matter: Matter, cases: list[Case]) -> Unit | None:
    """Of the street, where the place lies in one; else the first case's."""
    if matter.place:
        rows = Region.objects.filter(
            unit__kind=Unit.Kind.COMMUNITY,
            unit__parent=matter.street,
            geometry__covers=matter.place,
        )
        if region := rows.select_related("unit").defer("geometry").first():
            return region.unit
    found: Unit | None = _first(cases, "community")
    return found if found and found.parent_id == matter.street_id else None


@effect("name_concerned", words=_("the units concerned are named"))
def name_concerned(doing: Doing) -> None:
    _matter(doing).concerned.add(*doing.given.values.get("concerned", ()))


@effect("link_cases", words=_("the cases belong to the matter"))
def link_cases(doing: Doing) -> None:
    """Each case keeps its own state and clock."""
    rows = [
        MatterCase(
            matter=_matter(doing),
            case=case,
            linked_at=doing.moment,
            linked_by=doing.by,
        )
        for case in doing.given.values.get("cases", ())
    ]
    MatterCase.objects.bulk_create(rows, ignore_conflicts=True)


@effect("take_in", words=_("it enters the library"))
def take_in(doing: Doing) -> None:
    doing.set(taken_at=doing.moment)


@effect("table_matter", words=_("a conference speaks of it at once"))
def table_matter(doing: Doing) -> None:
    """Tells the opening by which a conference over cases writes their matter down."""


@effect(
    "matter_level",
    takes=(NAME,),
    words=_("%(one)s leads it from now on"),
    names=LEVELS,
)
def set_matter_level(doing: Doing) -> None:
    """Who leads from now on: 小事不出社区、大事不出街道、难事区内统筹."""
    doing.set(level=Case.Level(doing.argument))


@effect("enter_conference", words=_("it is on the agenda of a conference"))
def enter_conference(doing: Doing) -> None:
    """The system's own: `agendas.put_on` says of which conference."""


@effect("leave_conference", words=_("it waits for another conference"))
def leave_conference(doing: Doing) -> None:
    """Put off, or the conference was called off."""
    matter = _matter(doing)
    items = AgendaItem.objects.filter(matter=matter, conference=matter.conference_id)
    items.filter(result="").update(result=AgendaItem.Result.PUT_OFF)


@effect("decide_matter", words=_("what was decided becomes tasks of the units"))
def decide_matter(doing: Doing) -> None:
    """The decision, and a task of each unit. Raises OneLimit (400)."""
    matter, told = _matter(doing), doing.given.values
    conference = matter.conference
    assert conference, "only what is on an agenda is decided"
    until, work_days = told.get("until"), told.get("limit")
    if (until is None) == (work_days is None):
        raise OneLimit
    cases = tabling.lock_cases([matter])
    decision = MatterDecision.objects.create(
        matter=matter,
        conference=conference,
        text=told["decision"],
        done_when=told["done_when"],
        lead=told["lead"],
        until=until,
        work_days=work_days,
        decided_at=doing.moment,
        decided_by=doing.by,
    )
    items = AgendaItem.objects.filter(matter=matter, conference=conference)
    items.update(result=AgendaItem.Result.DECIDED)
    doing.set(decided_at=doing.moment)
    units = {told["lead"].pk: told["lead"]}
    units |= {unit.pk: unit for unit in told.get("assisting", ())}
    concern(matter, why=EXECUTING, units=units)
    # Last: each task's event locks the record.
    give(decision, list(units.values()), doing.moment)
    tabling.tell_cases(tabling.DECIDED, cases, conference)


@effect("settle_matter", words=_("all tasks of it are done"))
def settle_matter(doing: Doing) -> None:
    """The system's own, once the last task was found done."""


@effect("reopen_matter", words=_("it is to be decided anew"))
def reopen_matter(doing: Doing) -> None:
    """What was done stays on record; another conference decides what is left."""
    doing.set(decided_at=None)


@effect("end_matter", words=_("the matter is over"))
def end_matter(doing: Doing) -> None:
    doing.set(ended_at=doing.moment)


@effect("open_conference", fills=True, words=_("the conference is called"))
def open_conference(doing: Doing) -> None:
    """When, where, under whom; the number it is called by."""
    conference, told = _conference(doing), doing.given.values
    doing.set(
        title=told["title"],
        chair=told["chair"],
        number=f"H{next_number(_street_like(conference.host), doing.moment)}",
    )
    _meet(doing)


@effect("move_conference", words=_("it is held at another time"))
def move_conference(doing: Doing) -> None:
    """Whoever answered is asked again."""
    _meet(doing)
    parts = Invitation.objects.filter(conference=_conference(doing))
    parts.update(answer="", answered_at=None)
    _conference(doing).forget_parts()


def _meet(doing: Doing) -> None:
    """When and where. Raises NotAhead, NowhereToMeet."""
    conference, told = _conference(doing), doing.given.values
    begins_at = told.get("begins_at") or conference.begins_at
    if not doing.moment < begins_at <= doing.moment + LONGEST:
        raise NotAhead
    venue = told.get("venue", conference.venue)
    online = told.get("online", conference.online)
    if not venue and not online:
        raise NowhereToMeet
    doing.set(begins_at=begins_at, venue=venue, online=online)


def _street_like(host: Unit) -> Unit:
    """The unit whose parent is the district, by which numbers are counted."""
    if host.kind == Unit.Kind.DISTRICT:
        return Unit(code=host.code, parent=host)
    return host.parent if host.kind == Unit.Kind.COMMUNITY and host.parent else host


@effect("invite", words=_("the units are invited"))
def invite(doing: Doing) -> None:
    """They see the conference, and the matters on its agenda."""
    conference = _conference(doing)
    units: list[Unit] = doing.given.values.get("invited", [])
    rows = [Invitation(conference=conference, unit=unit) for unit in units]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True)
    conference.forget_parts()
    keys = [unit.pk for unit in units]
    concern(conference, why=agendas.INVITED, units=keys)
    for item in conference.agenda():
        concern(item.matter, why=agendas.INVITED, units=keys)


@effect("put_on_agenda", words=_("the agenda is set"))
def put_on_agenda(doing: Doing) -> None:
    """Of cases that are named a matter is written down first. Write this effect last:
    the matters' events lock the record. Raises as `tabling.table` does.
    """
    conference, told = _conference(doing), doing.given.values
    matters: list[Matter] = list(told.get("agenda", []))
    if not matters and "cases" not in told:
        raise tabling.NothingToSpeakOf
    on_it = {item.matter_id for item in conference.agenda()}
    agendas.lock([*(row.pk for row in matters), *on_it])
    fresh = [row for row in matters if row.pk not in on_it]
    cases = tabling.lock_cases(fresh, told.get("cases", []))
    if "cases" in told:
        matters.insert(0, tabling.table(doing))
    agendas.put_on(conference, matters, doing.moment)
    tabling.tell_cases(tabling.PUT_ON, cases, conference)


@effect("clear_agenda", words=_("its matters wait for another conference"))
def clear_agenda(doing: Doing) -> None:
    """What was not decided waits again. Write this effect last, but for ending."""
    conference = _conference(doing)
    keys = [item.matter_id for item in conference.agenda()]
    agendas.leave(conference, agendas.lock(keys).values(), doing.moment)


@effect("answer_invitation", words=_("the unit says whether it comes"))
def answer_invitation(doing: Doing) -> None:
    """Of every invited unit of which the actor may answer; of his post's first."""
    parts = [part for part in _conference(doing).parts() if _is_own(part, doing)]
    for part in parts:
        part.answer = str(doing.given.values["reason"])
        part.answered_at = doing.moment
        part.save(update_fields=["answer", "answered_at"])


def _is_own(part: Invitation, doing: Doing) -> bool:
    return part.unit_id == doing.post.unit_id


@effect("hold_conference", words=_("the conference was held"))
def hold_conference(doing: Doing) -> None:
    doing.set(held_at=doing.moment)


@effect("keep_minutes", words=_("the minutes are kept"))
def keep_minutes(doing: Doing) -> None:
    doing.set(minutes=doing.given.values["minutes"])


@effect("end_conference", words=_("the conference is over"))
def end_conference(doing: Doing) -> None:
    doing.set(ended_at=doing.moment)


def _matter(doing: Doing) -> Matter:
    return cast(Matter, doing.row)


def _conference(doing: Doing) -> Conference:
    return cast(Conference, doing.row)
