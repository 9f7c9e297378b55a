"""What may be the same trouble as a case, for who decides about it."""

from django import template

from accounts.models import User
from accounts.roles import Role
from cases.dossier import Dossier
from cases.duplicates import Near, near
from cases.permissions import can_use_desk
from workflow.models import Phase

register = template.Library()
# Who is shown the way to the intake; whether he may, the process says.
REGISTERS = (Role.ACCEPTOR, Role.FILER)
UNDECIDED = {Phase.COLLECT, Phase.DISPATCH}


@register.simple_tag
def near_cases(dossier: Dossier) -> list[Near]:
    """One query, for the desk, until the case is on its way to be solved."""
    case, reader = dossier.case, dossier.reader
    if case.state.phase not in UNDECIDED or not can_use_desk(reader):
        return []
    return near(
        case.category, case.place, case.reported_at, reader=reader, besides=case
    )


@register.filter
def registers(user: User) -> bool:
    return user.has_role(*REGISTERS)
