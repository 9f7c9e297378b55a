"""A conference is called over cases: what it speaks of is written down as a matter.

The cases hear of it in their records: when they come on an agenda, when it is decided.
"""

from collections.abc import Iterable
from typing import cast
from uuid import uuid5

from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Unit, User
from cases.matters.units import street_of
from cases.models import Case, Conference, Matter, MatterCase
from govmap.lib.errors import BadInput, Conflict
from workflow import own_labels
from workflow.effects import Doing
from workflow.engine import begin
from workflow.models import Process, Transition
from workflow.own_events import name_of, write

TABLES = "table_matter"  # the effect of the opening by which such a matter begins
PUT_ON, DECIDED = "matters.put_on", "matters.decided"
own_labels.LABELS |= {
    PUT_ON: gettext_lazy("On the agenda of a conference"),
    DECIDED: gettext_lazy("A conference decided on it"),
}
own_labels.INTERNAL |= {PUT_ON, DECIDED}


class NothingToSpeakOf(BadInput):
    """A conference has an agenda."""

    message = gettext_noop("Choose at least one matter to speak of.")


class NotSaidWhatIsHard(BadInput):
    """Cases become a matter, and of a matter it is said what is hard about it."""

    message = gettext_noop("Choose what is hard about the case.")


class InAnotherMatter(Conflict):
    """A case belongs to one open matter at a time."""

    message = gettext_noop(
        "%(case)s belongs to “%(matter)s” already: put that on the agenda."
    )


class InMatterUnseen(Conflict):
    """As `InAnotherMatter`, of a matter that is not the actor's to know."""

    message = gettext_noop(
        "%(case)s belongs to a hard matter already: a conference speaks of it with"
        " that."
    )


class OnOtherGround(BadInput):
    """Each unit confers over its own ground."""

    message = gettext_noop("%(case)s does not lie in %(unit)s: it cannot confer on it.")


def lock_cases(matters: Iterable[Matter], cases: Iterable[Case] = ()) -> list[Case]:
    """These and those of the matters, locked in the order of their keys.

    Called before anything is written of them: an event locks the record.
    """
    linked = MatterCase.objects.filter(matter__in=list(matters)).values("case")
    wanted = Q(pk__in=linked) | Q(pk__in=[case.pk for case in cases])
    rows = Case.objects.select_for_update(of=("self",)).filter(wanted)
    return list(rows.order_by("pk"))


def tell_cases(what: str, cases: Iterable[Case], conference: Conference) -> None:
    """Write into the record of each what the conference did; the last of an act."""
    for case in cases:
        act_id = name_of(what, conference.pk, conference.events_count, case.pk)
        write(case, what, act_id, {"conference": conference.number})


def table(doing: Doing) -> Matter:
    """The matter of the cases that the act names, in the library at once.

    Raises NotSaidWhatIsHard, OnOtherGround (400), InAnotherMatter, InMatterUnseen
    (409).
    """
    conference, told = cast(Conference, doing.row), doing.given
    cases: list[Case] = told.values["cases"]
    if "sort" not in told.kept:
        raise NotSaidWhatIsHard
    for case in cases:
        _check(case, conference.host, doing.by)
    matter = _draft(doing, cases)
    evidence = {
        "title": title_of(cases[0]),
        "sort": told.kept["sort"],
        "cases": told.kept["cases"],
        "concerned": told.kept["invited"],
        "note": told.values.get("note", ""),
    }
    begin(
        matter,
        opening_of(matter.process).verb,
        by=doing.by,
        act_id=uuid5(matter.uuid, TABLES),
        evidence=evidence,
        happened_at=doing.moment,
    )
    return matter


def title_of(case: Case) -> str:
    """What a matter of this case is called, unless somebody says otherwise."""
    return f"{case.address or case.street} {case.category}"[:80]


def opening_of(process: Process) -> Transition:
    """Raises BadInput where the site's own process of matters has none."""
    for move in process.moves:
        if move.from_state_id is None and TABLES in move.effects:
            return move
    raise BadInput(f"The process {process.code} opens no matter with {TABLES}.")


def open_matter_of(case: Case) -> Matter | None:
    """The one that it belongs to and that is not over."""
    return Matter.objects.open().filter(cases=case).order_by("-pk").first()


def lies_in(case: Case, host: Unit) -> bool:
    if host.kind == Unit.Kind.COMMUNITY:
        return case.community_id == host.pk
    if host.kind == Unit.Kind.STREET:
        return case.street_id == host.pk
    return case.street.parent_id == host.pk


def _check(case: Case, host: Unit, by: User) -> None:
    if not lies_in(case, host):
        raise OnOtherGround(case=case.number, unit=host)
    if matter := open_matter_of(case):
        if Matter.objects.visible_to(by).filter(pk=matter.pk).exists():
            raise InAnotherMatter(case=case.number, matter=matter.title)
        raise InMatterUnseen(case=case.number)


def _draft(doing: Doing, cases: list[Case]) -> Matter:
    conference = cast(Conference, doing.row)
    host = conference.host
    return Matter(
        uuid=uuid5(conference.uuid, TABLES),
        process=Process.objects.current(Matter.KIND),
        street=street_of(host) or cases[0].street,
        community=host if host.kind == Unit.Kind.COMMUNITY else None,
        level=Case.Level(host.kind),
        raiser=doing.by,
        raised_at=doing.moment,
    )
