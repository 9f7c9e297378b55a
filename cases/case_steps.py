"""The steps of a case as people read them: what each said, and what does not fit."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Unit
from cases.evidence_checks import warnings
from cases.models import Case
from workflow.dossier import Step
from workflow.models import Event, Phase

# Evidence that names units, by their codes.
UNITS = ("unit", "units", "street")


@dataclass(frozen=True)
class CaseStep(Step):
    """With what the act named, in words, and what of its evidence does not fit."""

    said: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def codes_named(events: Iterable[Event]) -> set[str]:
    """Codes of all units that the events name."""
    found: set[str] = set()
    for event in events:
        for name in UNITS:
            value = event.data.get(name, [])
            found |= {value} if isinstance(value, str) else set(value)
    return found


def names_of(codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    return {unit.code: str(unit) for unit in Unit.objects.filter(code__in=codes)}


def case_step(
    step: Step,
    case: Case,
    names: dict[str, str],
    since: datetime | None,
    *,
    judges: bool,
) -> CaseStep:
    """``since``: what shows a result is no older (`results_since`). ``judges``: only
    who works with it is told what does not fit.
    """
    known = {field.name: getattr(step, field.name) for field in fields(Step)}
    return CaseStep(
        **known,
        said=list(_said(step.event.data, names)),
        warnings=warnings(step.event, step.photos, case.place, case.accuracy, since)
        if judges
        else [],
    )


def results_since(events: list[Event], phases: dict[str, str]) -> list[datetime | None]:
    """For each event, since when it could show a result.

    That is when the case came into the phase that the act found it in. Nothing before
    anybody was to dispose of it: such photos show the trouble, and may be older.
    """
    found: list[datetime | None] = []
    since: datetime | None = None
    for event in events:
        before, after = phases.get(event.from_state), phases.get(event.to_state)
        found.append(since if before in (Phase.RESOLVE, Phase.VERIFY) else None)
        if before != after:
            since = event.happened_at
    return found


def _said(data: dict[str, Any], names: dict[str, str]) -> Iterable[str]:
    """In the order in which people would tell it."""
    if units := data.get("units"):
        listed = _(", ").join(names.get(code, code) for code in units)
        yield _("Assisting: %(units)s") % {"units": listed}
    if street := data.get("street"):
        yield _("To: %(street)s") % {"street": names.get(street, street)}
    if number := data.get("case"):
        yield _("Case %(number)s") % {"number": number}
    if until := data.get("until"):
        day = date_format(date.fromisoformat(until), "DATE_FORMAT")
        yield _("Until %(day)s") % {"day": day}
    if data.get("urgent"):
        yield _("Reported as urgent")
