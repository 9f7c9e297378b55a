"""What pages of modules draw."""

from collections.abc import Mapping
from typing import Any

from django import template

from accounts.models import User
from cases.models import Case
from offices.modules.case_links import records_of
from offices.modules.dossier import RecordDossier
from offices.modules.rights import works_in_offices
from offices.modules.totals import Total, totals_of

register = template.Library()


@register.filter
def at(rows: Mapping[str, Any], key: str) -> Any:
    """What stands under a key."""
    return rows.get(key)


@register.filter
def uses_offices(user: User) -> bool:
    return user.is_authenticated and works_in_offices(user)


@register.simple_tag
def record_totals(dossier: RecordDossier) -> list[Total]:
    """What an entry comes to in other modules, as its reader sees these."""
    return totals_of(dossier.record, dossier.reader)


@register.inclusion_tag("offices/modules/_of_case.html")
def records_of_case(case: Case, user: User) -> dict[str, Any]:
    """The records of the offices that a case came from, or that speak of it."""
    return {"records": records_of(case, user)}
