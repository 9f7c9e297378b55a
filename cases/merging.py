"""Cases that belong together: the same trouble twice, two troubles in one report.

Nothing is thrown together: each keeps its number, its record and its reporter.
"""

from typing import Any, cast
from uuid import uuid5

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy, gettext_noop

from cases.models import Case, CaseLink
from cases.openings import opening_for
from govmap.lib.errors import Conflict
from workflow.effects import Doing, effect
from workflow.engine import begin
from workflow.models import Phase
from workflow.scope import concern


class CannotLead(Conflict):
    """The other case cannot take this one in."""

    message = gettext_noop(
        "Case %(number)s is closed or is itself merged into another. Choose the case"
        " that is still being worked on."
    )


class LeadsOthers(Conflict):
    """Other cases are merged into this one."""

    message = gettext_noop(
        "Other cases are merged into this one: it leads them. Merge the other case"
        " into this one instead."
    )


class OtherIsBusy(Conflict):
    """Somebody acts on the other case at this moment."""

    message = gettext_noop(
        "Somebody is just acting on case %(number)s. Try again in a moment."
    )


@effect("link_duplicate", words=gettext_lazy("links the other case"))
def link_duplicate(doing: Doing) -> None:
    """关联重复: both stay as they are, and each shows the other."""
    _link(doing, doing.row, doing.given.values["case"], CaseLink.Why.DUPLICATE)


@effect("merge", words=gettext_lazy("the other case leads"))
def merge(doing: Doing) -> None:
    """并案: the other case leads, and this one shares its fate."""
    case = cast(Case, doing.row)
    main = _locked(doing.given.values["case"])
    if main.state.phase == Phase.DONE or main.merged_into_id:
        raise CannotLead(number=main.number)
    if case.merged.exists():
        raise LeadsOthers
    doing.set(merged_into=main)
    _link(doing, case, main, CaseLink.Why.MERGED)


@effect("unmerge", words=gettext_lazy("undoes the merging"))
def unmerge(doing: Doing) -> None:
    """They were not the same trouble: this case goes its own way again."""
    case = cast(Case, doing.row)
    links = case.links.filter(why=CaseLink.Why.MERGED, ended_at=None)
    links.update(ended_at=doing.moment)
    doing.set(merged_into=None)


@effect("split_off", words=gettext_lazy("makes a case of its own of a part"))
def split_off(doing: Doing) -> None:
    """拆分: another trouble of the same report gets a case of its own.

    It begins as a report of the actor's would, at the same place. Write this effect
    last: the new case's event locks the record.
    """
    case = cast(Case, doing.row)
    part = Case(
        uuid=uuid5(case.uuid, f"part {case.events_count}"),
        reporter=case.reporter,
        reported_at=doing.moment,
    )
    known = _what_is_known(case, doing.given.values)
    part.process, opening = opening_for(part, doing.by, known)
    begin(
        part,
        opening.verb,
        by=doing.by,
        act_id=uuid5(part.uuid, "opening"),
        evidence={
            name: given for name, given in known.items() if name in opening.evidence
        },
        happened_at=doing.moment,
    )
    _link(doing, part, case, CaseLink.Why.SPLIT)


@effect("transfer", words=gettext_lazy("gives it to another street"))
def transfer(doing: Doing) -> None:
    """转办: the desk of another street has it from now on."""
    street = doing.given.values["street"]
    doing.set(street=street, level=Case.Level.STREET)
    concern(doing.row, why="own", units=[street.pk])


def _what_is_known(case: Case, values: dict[str, Any]) -> dict[str, Any]:
    """What a new report takes, from the case it is split off and the act."""
    place = [case.place.x, case.place.y] if case.place else None
    known = {
        "category": values["category"].pk,
        "place": [*place, case.accuracy] if place and case.accuracy else place,
        # With a place the street follows from it.
        "street": "" if place else case.street.code,
        "address": case.address,
        "source": case.source,
        "note": values.get("note", ""),
    }
    return {name: given for name, given in known.items() if given}


def _locked(case: Case) -> Case:
    """Without waiting: two who merge crosswise would wait for each other."""
    try:
        with transaction.atomic():
            return Case.objects.select_for_update(nowait=True).get(pk=case.pk)
    except OperationalError as error:
        raise OtherIsBusy(number=case.number) from error


def _link(doing: Doing, case: Any, other: Case, why: CaseLink.Why) -> None:
    CaseLink.objects.get_or_create(
        case=case,
        other=other,
        why=why,
        ended_at=None,
        defaults={"made_at": doing.moment, "made_by": doing.by},
    )
