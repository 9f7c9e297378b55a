"""What a whistle's moves do besides moving it, under the names that processes use."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Unit
from cases.effects import next_number
from cases.models import Whistle, WhistleCall
from cases.whistles import limits
from cases.whistles.calls import calls_that, own_calls, seen_only_just
from govmap.lib.errors import BadInput, Conflict
from layers.models import Region
from workflow import notices
from workflow.arguments import NAME, NUMBER
from workflow.effects import Doing, effect
from workflow.scope import concern

MINUTE = timedelta(minutes=1)
LONGEST = timedelta(days=30)
CALLED = "called"  # why a unit sees it


class NoOccasion(BadInput):
    """A whistle says what for."""

    message = gettext_noop("Choose what the whistle is blown for.")


class NoPlaceGiven(BadInput):
    """A whistle says where to."""

    message = gettext_noop("Say where to: a place on the map, or an address.")


class TimeIsOver(BadInput):
    """Nobody can be there before he is called."""

    message = gettext_noop(
        "The time to be there must lie ahead, at most 30 days. Choose another."
    )


class DoneAlready(Conflict):
    """Somebody noted it before."""

    message = gettext_noop("This was noted already. Look at the unit's row.")


class TooLateToTakeBack(Conflict):
    """What others rely on by now stays."""

    message = gettext_noop(
        "This unit was not seen there just now, or has reported back: nothing can be"
        " taken back."
    )


@effect("open_whistle", fills=True, words=gettext_lazy("a new whistle"))
def open_whistle(doing: Doing) -> None:
    """What for, where to, by when; the number people call it by."""
    whistle, told = _whistle(doing), doing.given.values
    occasion = told.get("emergency") or told.get("occasion")
    if occasion is None:
        raise NoOccasion
    case = told.get("origin")
    place = told["place"][0] if "place" in told else (case.place if case else None)
    address = told.get("address") or (case.address if case else "")
    if place is None and not address:
        raise NoPlaceGiven
    usual = doing.moment + occasion.minutes * MINUTE
    wanted = None if occasion.at_once else told.get("appear_by")
    appear_by = wanted or usual
    _check_ahead(appear_by, doing.moment)
    number = f"S{next_number(whistle.street, doing.moment)}"
    doing.set(occasion=occasion, case=case, place=place, address=address)
    doing.set(appear_by=appear_by, number=number)
    if whistle.community_id is None:
        doing.set(community=_community(doing, case))


def _community(doing: Doing, case: object) -> Unit | None:
    """Of the street, where the place lies in one; else the case's."""
    whistle = _whistle(doing)
    within = Region.objects.filter(
        unit__kind=Unit.Kind.COMMUNITY, unit__parent=whistle.street
    )
    region = None
    if whistle.place:
        rows = within.filter(geometry__covers=whistle.place).select_related("unit")
        region = rows.defer("geometry").first()
    if region:
        return region.unit
    community: Unit | None = getattr(case, "community", None)
    own = community and community.parent_id == whistle.street_id
    return community if own else None


@effect("add_calls", words=gettext_lazy("names the units to call"))
def add_calls(doing: Doing) -> None:
    """A row for each named unit; one that is called already keeps its own."""
    units: Sequence[Unit] = doing.given.values.get("departments", ())
    rows = [WhistleCall(whistle=_whistle(doing), unit=unit) for unit in units]
    WhistleCall.objects.bulk_create(rows, ignore_conflicts=True)
    _whistle(doing).forget_parts()


@effect("blow_whistle", words=gettext_lazy("calls the units"))
def blow_whistle(doing: Doing) -> None:
    """Whoever is named and not called yet is called now, and sees the whistle."""
    whistle, moment = _whistle(doing), doing.moment
    first = whistle.blown_at is None
    if first:
        appear_by = doing.given.values.get("appear_by") or whistle.appear_by
        # Of what is fixed nobody chooses another time.
        if not whistle.occasion.at_once:
            _check_ahead(appear_by, moment)
            doing.set(appear_by=appear_by)
        doing.set(blown_at=moment)
    waiting = WhistleCall.objects.filter(whistle=whistle, called_at=None)
    for call in waiting.order_by("unit__code"):
        _call(whistle, call, moment)
    whistle.forget_parts()


def _call(whistle: Whistle, call: WhistleCall, moment: datetime) -> None:
    occasion = whistle.occasion
    appear_by = whistle.appear_by
    if appear_by <= moment:  # called in addition, later
        appear_by = moment + occasion.minutes * MINUTE
    call.called_at, call.appear_by = moment, appear_by
    call.sign_by = min(moment + occasion.sign_minutes * MINUTE, appear_by)
    call.save()
    limits.start(call, WhistleCall.SIGNING, call.sign_by)
    limits.start(call, WhistleCall.ARRIVAL, appear_by)
    concern(whistle, why=CALLED, units=[call.unit_id])


@effect("sign_call", words=gettext_lazy("the unit has signed"))
def sign_call(doing: Doing) -> None:
    """The actor's unit says that it knows."""
    _sign(_own(doing, "unsigned"), doing.moment)
    _whistle(doing).forget_parts()


@effect("arrive_call", words=gettext_lazy("the unit is there"))
def arrive_call(doing: Doing) -> None:
    """The actor's unit says that somebody of it is there."""
    _arrive(_own(doing, "awaited"), doing.moment)
    _whistle(doing).forget_parts()


@effect("attend_call", words=gettext_lazy("the street sees the unit there"))
def attend_call(doing: Doing) -> None:
    """The street sees that somebody of the unit is there. Raises DoneAlready."""
    call: WhistleCall = doing.given.values["called"]
    if call.arrived_at:
        raise DoneAlready
    call.seen_by_street = True
    _arrive(call, doing.moment)
    _whistle(doing).forget_parts()


@effect(
    "unattend_call",
    takes=(NUMBER,),
    words=gettext_lazy("the street takes back that the unit is there"),
)
def unattend_call(doing: Doing) -> None:
    """A wrong tap: the unit is awaited as before. Raises TooLateToTakeBack.

    The argument says within how many minutes; the record keeps both.
    """
    call: WhistleCall = doing.given.values["called"]
    if not seen_only_just(call, doing.moment, int(doing.argument)):
        raise TooLateToTakeBack
    names = [WhistleCall.ARRIVAL]
    if call.signed_at == call.arrived_at:  # it signed by being there
        call.signed_at = None
        names.append(WhistleCall.SIGNING)
    call.arrived_at, call.seen_by_street = None, False
    call.save()
    limits.reopen(call, *names)
    _whistle(doing).forget_parts()


@effect("report_call", words=gettext_lazy("the unit has reported back"))
def report_call(doing: Doing) -> None:
    """The actor's unit says what came of it."""
    call = _own(doing, "at_work")
    call.reported_at = doing.moment
    call.result = str(doing.given.values.get("reason", ""))
    call.save()
    _whistle(doing).forget_parts()


@effect("urge_calls", words=gettext_lazy("counts one urging more"))
def urge_calls(doing: Doing) -> None:
    """Of the unit that is named, else of all that are awaited. Raises DoneAlready."""
    named: WhistleCall | None = doing.given.values.get("called")
    calls = [named] if named else calls_that(_whistle(doing), "awaited", doing.moment)
    for call in calls:
        _check_awaited(call)
        call.urged += 1
        call.save(update_fields=["urged"])
    _whistle(doing).forget_parts()


@effect("supervise_call", words=gettext_lazy("marks the unit as supervised"))
def supervise_call(doing: Doing) -> None:
    """The named unit is late, and watched over from now on. Raises DoneAlready."""
    call: WhistleCall = doing.given.values["called"]
    _check_awaited(call)
    if call.supervised:
        raise DoneAlready
    call.supervised = True
    call.save(update_fields=["supervised"])
    _whistle(doing).forget_parts()


def _check_awaited(call: WhistleCall) -> None:
    if call.arrived_at:
        raise DoneAlready


@effect("notify_call", takes=(NAME,), words=gettext_lazy("tells the called unit"))
def notify_call(doing: Doing) -> None:
    """``notify_call:what``: says the move's own words to the named unit alone."""
    call: WhistleCall = doing.given.values["called"]
    posts, people = notices.addressed(cast(Any, call), CALLED)
    what = doing.argument
    notices.notify(
        doing.row,
        what,
        posts=posts,
        people=people,
        key=f"{call.KIND}/{call.pk}/{doing.row.events_count}/{what}",
        data={"title": doing.move.labels},
    )


@effect("end_whistle", words=gettext_lazy("ends the whistle"))
def end_whistle(doing: Doing) -> None:
    """Nobody is awaited any longer; who came late or not at all stays so."""
    doing.set(ended_at=doing.moment)
    for call in _whistle(doing).parts():
        limits.meet(call, doing.moment)


@effect("close_calls", words=gettext_lazy("calls nobody any more"))
def close_calls(doing: Doing) -> None:
    """It was never blown: whom it named is not told, and counts nowhere."""
    doing.set(ended_at=doing.moment)


@effect("ask_marks", words=gettext_lazy("asks both sides for marks"))
def ask_marks(doing: Doing) -> None:
    doing.set(marks_asked=True)


@effect("mark_call", words=gettext_lazy("the street's mark for the unit"))
def mark_call(doing: Doing) -> None:
    """The street's mark for one unit. Raises DoneAlready."""
    call: WhistleCall = doing.given.values["called"]
    if call.mark:
        raise DoneAlready
    call.mark = str(doing.given.values["reason"])
    call.save()
    _whistle(doing).forget_parts()


@effect("mark_back", words=gettext_lazy("the unit's mark for the street"))
def mark_back(doing: Doing) -> None:
    """The actor's unit's mark for the street."""
    call = _own(doing, "to_mark_back")
    call.street_mark = str(doing.given.values["reason"])
    call.save()
    _whistle(doing).forget_parts()


def _whistle(doing: Doing) -> Whistle:
    return cast(Whistle, doing.row)


def _own(doing: Doing, what: str) -> WhistleCall:
    """The actor's call of which that is wanted; of the post he acts in, if it can be.

    Raises DoneAlready.
    """
    found = own_calls(_whistle(doing), what, doing.by, doing.moment)
    found.sort(key=lambda call: call.unit_id != doing.post.unit_id)
    if not found:
        raise DoneAlready
    return found[0]


def _sign(call: WhistleCall, moment: datetime) -> None:
    call.signed_at = moment
    call.save()
    limits.meet(call, moment, WhistleCall.SIGNING)


def _arrive(call: WhistleCall, moment: datetime) -> None:
    """Who is there has signed by that, if he had not."""
    call.arrived_at = moment
    if call.signed_at is None:
        _sign(call, moment)
    call.save()
    limits.meet(call, moment, WhistleCall.ARRIVAL)


def _check_ahead(appear_by: datetime, moment: datetime) -> None:
    if not moment < appear_by <= moment + LONGEST:
        raise TimeIsOver
