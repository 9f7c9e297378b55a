"""The roles of the field (GB/T 30428, and practice: 监督 apart from 指挥 and 处置)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Who somebody is inside one unit; a person may hold several."""

    GRID_WORKER = "grid_worker", _("grid worker")
    INSPECTOR = "inspector", _("inspector")
    COMMUNITY_WORKER = "community_worker", _("community worker")
    VOLUNTEER = "volunteer", _("volunteer")
    ACCEPTOR = "acceptor", _("acceptor")
    FILER = "filer", _("filer")
    DISPATCHER = "dispatcher", _("dispatcher")
    UNIT_CLERK = "unit_clerk", _("unit clerk")
    HANDLER = "handler", _("handler")
    UNIT_REVIEWER = "unit_reviewer", _("unit reviewer")
    SUPERVISOR = "supervisor", _("supervisor")
    STEWARD = "steward", _("data steward")
    CHIEF_DATA_OFFICER = "chief_data_officer", _("chief data officer")
    # Of the six offices of a street: who works there, and who approves.
    STREET_OFFICE = "street_office", _("office clerk")
    OFFICE_HEAD = "office_head", _("office head")
    LEADER = "leader", _("leader")
    SYSTEM = "system", _("system administrator")
    SECURITY = "security", _("security administrator")
    AUDIT = "audit", _("audit administrator")


# Whose work is the unit's cases. A volunteer sees what he reported himself, and the
# separated administrators (三员) see no case at all.
SEES_UNIT = frozenset(
    {
        Role.GRID_WORKER,
        Role.INSPECTOR,
        Role.COMMUNITY_WORKER,
        Role.ACCEPTOR,
        Role.FILER,
        Role.DISPATCHER,
        Role.UNIT_CLERK,
        Role.HANDLER,
        Role.UNIT_REVIEWER,
        Role.SUPERVISOR,
        Role.STREET_OFFICE,
        Role.OFFICE_HEAD,
        Role.LEADER,
    }
)
REPORTS = frozenset(
    {Role.GRID_WORKER, Role.INSPECTOR, Role.COMMUNITY_WORKER, Role.VOLUNTEER}
)
DESK = frozenset({Role.ACCEPTOR, Role.FILER, Role.DISPATCHER})
DISPOSES = frozenset({Role.UNIT_CLERK, Role.HANDLER, Role.UNIT_REVIEWER})
SUPERVISES = frozenset({Role.SUPERVISOR, Role.LEADER})
OFFICES = frozenset({Role.STREET_OFFICE, Role.OFFICE_HEAD})
STEWARDS = frozenset({Role.STEWARD, Role.CHIEF_DATA_OFFICER})
