"""What may be the same trouble as a case, for who decides about it."""

from django import template

from accounts.models import User
from accounts.roles import Role
from cases.dossier import Dossier
from cases.duplicates import Near, near
from cases.models import Caller
from cases.permissions import can_use_desk
from cases.registering import may_read_caller
from workflow.models import Phase

register = template.Library()
# Who is shown the way to the intake; whether he may, the process says.
REGISTERS = (Role.ACCEPTOR, Role.FILER)
# Reports of people who stand there themselves: no desk was told.
WITHOUT_CALLER = ("field", "volunteer")
UNDECIDED = {Phase.COLLECT, Phase.DISPATCH}


@register.simple_tag
def near_cases(dossier: Dossier) -> list[Near]:
    """One query, for the desk, until the case is on its way to be solved.

    None where a proposal tells of them, which is fetched beside the case.
    """
    case, reader = dossier.case, dossier.reader
    if case.state.phase not in UNDECIDED or not can_use_desk(reader):
        return []
    if dossier.way:
        return []
    return near(
        case.category, case.place, case.reported_at, reader=reader, besides=case
    )


@register.simple_tag
def told_by(dossier: Dossier) -> Caller | None:
    """Who told of the case, for those who may read him; one query, none for reports."""
    case = dossier.case
    if case.source in WITHOUT_CALLER or not may_read_caller(case, dossier.reader):
        return None
    return Caller.objects.filter(case=case).first()


@register.filter
def registers(user: User) -> bool:
    return user.has_role(*REGISTERS)
