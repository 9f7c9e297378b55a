"""How a whistle's own kinds of evidence are read."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from cases.models import Case, Whistle, WhistleCall, WhistleOccasion
from workflow.evidence import Asked, read_moment, read_text, reads

CALLED_MOST = 20


def can_be_called(street: Unit) -> QuerySet[Unit]:
    """Units of which somebody could come today: the street's own, and the district's.

    Never a street or a community, and no other street's unit.
    """
    areas = (Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY)
    units = Unit.objects.disposing().exclude(kind__in=areas)
    others = Q(parent__kind=Unit.Kind.STREET) & ~Q(parent=street)
    return units.exclude(others)


@reads("occasion", words=gettext_lazy("what it is blown for"))
def read_occasion(asked: Asked, raw: Any) -> tuple[WhistleOccasion, str]:
    """The code of an occasion that somebody approves first."""
    return _occasion(asked, raw, at_once=False)


@reads("emergency", words=gettext_lazy("the urgent occasion"))
def read_emergency(asked: Asked, raw: Any) -> tuple[WhistleOccasion, str]:
    """The code of an occasion that is blown at once."""
    return _occasion(asked, raw, at_once=True)


def _occasion(asked: Asked, raw: Any, *, at_once: bool) -> tuple[WhistleOccasion, str]:
    rows = WhistleOccasion.objects.in_use().filter(at_once=at_once)
    found = rows.filter(code=read_text(asked, raw)).first()
    if found is None:
        raise asked.trouble(_("choose one of the list"))
    return found, found.code


@reads("departments", words=gettext_lazy("the units to call"))
def read_departments(asked: Asked, raw: Any) -> tuple[list[Unit], list[str]]:
    """Codes of the units to be called, or one text of them with commas between."""
    codes = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(codes, list) or not 0 < len(codes) <= CALLED_MOST:
        raise asked.trouble(_("choose of the list"))
    wanted = [str(code).replace("\x00", "").strip() for code in dict.fromkeys(codes)]
    street = cast(Whistle, asked.subject).street
    units = list(can_be_called(street).filter(code__in=wanted).order_by("code"))
    if len(units) != len(wanted):
        raise asked.trouble(_("choose of the list"))
    return units, [unit.code for unit in units]


@reads("called", words=gettext_lazy("one of the called units"))
def read_called(asked: Asked, raw: Any) -> tuple[WhistleCall, str]:
    """The code of one of the called units."""
    code = read_text(asked, raw)
    whistle = cast(Whistle, asked.subject)
    calls = WhistleCall.objects.blown().filter(whistle=whistle, unit__code=code)
    call = calls.select_related("unit").first()
    if call is None:
        raise asked.trouble(_("choose one of the list"))
    return call, call.unit.code


@reads("appear_by", words=gettext_lazy("a day and a time"))
def read_appear_by(asked: Asked, raw: Any) -> tuple[datetime, str]:
    """By when the called are there."""
    return read_moment(asked, raw)


@reads("origin", words=gettext_lazy("the case that it is about"))
def read_origin(asked: Asked, raw: Any) -> tuple[Case, str]:
    """The uuid or the number of the case that it is about, which the actor sees."""
    text = read_text(asked, str(raw))
    try:
        named = Q(uuid=UUID(text))
    except ValueError:
        named = Q(number=text)
    actor = User.objects.get(pk=asked.by_id)
    case = Case.objects.visible_to(actor).filter(named).first()
    if case is None:
        raise asked.trouble(_("no other case that you see has this number"))
    return case, case.number
