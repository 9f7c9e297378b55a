"""How the evidence of matters and conferences is read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from cases.matters.agendas import may_be_discussed
from cases.matters.units import units_for
from cases.models import Case, Conference, Matter, MatterSort
from workflow.evidence import Asked, read_moment, read_text, reads

UNITS_MOST, CASES_MOST, AGENDA_MOST = 20, 50, 20
# Words that are kept with the row, and how long each may be.
TEXTS: dict[str, tuple[int, str | Promise]] = {
    "title": (80, gettext_lazy("a title")),
    "venue": (120, gettext_lazy("where it is held")),
    "online": (120, gettext_lazy("how to join from afar")),
    "chair": (60, gettext_lazy("who is in the chair")),
    "decision": (2000, gettext_lazy("what is decided")),
    "done_when": (300, gettext_lazy("what counts as done")),
    "minutes": (20_000, gettext_lazy("minutes of a conference")),
}


def _reads_words(most: int) -> Callable[[Asked, Any], tuple[str, None]]:
    def read(asked: Asked, raw: Any) -> tuple[str, None]:
        """Kept with the row, never with the event: names of people may be in it."""
        text = read_text(asked, raw)
        if len(text) > most:
            raise asked.trouble(_("at most %(count)s characters") % {"count": most})
        return text, None

    return read


for _name, (_most, _words) in TEXTS.items():
    reads(_name, human=True, words=_words)(_reads_words(_most))


@reads("sort", words=gettext_lazy("what is hard about it"))
def read_sort(asked: Asked, raw: Any) -> tuple[MatterSort, str]:
    """The code of what makes it hard."""
    found = MatterSort.objects.in_use().filter(code=read_text(asked, raw)).first()
    if found is None:
        raise asked.trouble(_("choose one of the list"))
    return found, found.code


def _codes(asked: Asked, raw: Any, most: int) -> list[str]:
    """A list of words, or one text of them with commas between."""
    found = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(found, list) or not 0 < len(found) <= most:
        raise asked.trouble(_("choose of the list, at most %(most)s") % {"most": most})
    return [str(one).replace("\x00", "").strip() for one in dict.fromkeys(found)]


def _units(asked: Asked, raw: Any) -> tuple[list[Unit], list[str]]:
    wanted = _codes(asked, raw, UNITS_MOST)
    subject: Any = asked.subject
    units = list(units_for(subject).filter(code__in=wanted))
    if len(units) != len(wanted):
        raise asked.trouble(_("choose of the list"))
    return units, [unit.code for unit in units]


@reads("concerned", words=gettext_lazy("units concerned"))
def read_concerned(asked: Asked, raw: Any) -> tuple[list[Unit], list[str]]:
    return _units(asked, raw)


@reads("invited", words=gettext_lazy("units invited"))
def read_invited(asked: Asked, raw: Any) -> tuple[list[Unit], list[str]]:
    return _units(asked, raw)


@reads("assisting", words=gettext_lazy("units that assist"))
def read_assisting(asked: Asked, raw: Any) -> tuple[list[Unit], list[str]]:
    return _units(asked, raw)


@reads("lead", words=gettext_lazy("the unit that leads"))
def read_lead(asked: Asked, raw: Any) -> tuple[Unit, str]:
    units, codes = _units(asked, [read_text(asked, raw)])
    return units[0], codes[0]


@reads("cases", words=gettext_lazy("cases of the matter"))
def read_cases(asked: Asked, raw: Any) -> tuple[list[Case], list[str]]:
    """Uuids or numbers of cases that the actor sees."""
    wanted = _codes(asked, raw, CASES_MOST)
    named = Q(number__in=wanted) | Q(
        uuid__in=[one for one in map(_uuid, wanted) if one]
    )
    actor = User.objects.get(pk=asked.by_id)
    cases = list(Case.objects.visible_to(actor).filter(named).order_by("pk"))
    if len(cases) != len(wanted):
        raise asked.trouble(_("one of the cases is none that you see"))
    return cases, [case.number for case in cases]


@reads("agenda", words=gettext_lazy("matters in the order of the agenda"))
def read_agenda(asked: Asked, raw: Any) -> tuple[list[Matter], list[str]]:
    """Uuids or numbers of matters, in the order in which they are spoken of."""
    wanted = _codes(asked, raw, AGENDA_MOST)
    conference = asked.subject
    assert isinstance(conference, Conference)
    actor = User.objects.get(pk=asked.by_id)
    rows = may_be_discussed(conference, actor)
    named = Q(number__in=wanted) | Q(
        uuid__in=[one for one in map(_uuid, wanted) if one]
    )
    found = {name: row for row in rows.filter(named) for name in _names(row)}
    if any(name not in found for name in wanted):
        raise asked.trouble(_("one of the matters cannot be on this agenda"))
    matters = list({found[name].pk: found[name] for name in wanted}.values())
    return matters, [matter.number for matter in matters]


def _named(wanted: list[str]) -> Q:
    """By number or uuid."""
    uuids = [one for one in map(_uuid, wanted) if one]
    return Q(number__in=wanted) | Q(uuid__in=uuids)


def _names(matter: Matter) -> tuple[str, str]:
    return str(matter.uuid), matter.number


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@reads("begins_at", words=gettext_lazy("a day and a time"))
def read_begins_at(asked: Asked, raw: Any) -> tuple[datetime, str]:
    """When it begins."""
    return read_moment(asked, raw)
