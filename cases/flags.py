"""What a case is marked with while it goes its way: urged, supervised, typical …"""

from typing import cast

from django.utils.translation import gettext_lazy as _

from cases.models import Case
from workflow.arguments import NAME
from workflow.effects import Doing, effect

YES = "yes"
LEVELS = {
    "community": _("community level"),
    "street": _("street level"),
    "district": _("district level"),
}
MARKS = {
    "urgent": _("urgent"),
    "supervised": _("supervised"),
    "typical": _("typical"),
    "yes": _("yes"),
    "no": _("no"),
}


@effect(
    "level",
    fills=True,
    takes=(NAME,),
    words=_("%(one)s leads it from now on"),
    names=LEVELS,
)
def set_level(doing: Doing) -> None:
    """Who leads it from now on: 升级 to the level above, 下沉 to the one below."""
    doing.set(level=Case.Level(doing.argument))


@effect("count_urge", words=_("counts one urging more"))
def count_urge(doing: Doing) -> None:
    doing.set(urged=cast(Case, doing.row).urged + 1)


@effect("end_by_force", words=_("counted as ended by force"))
def end_by_force(doing: Doing) -> None:
    """强制结案: the record says so, and figures tell it from a closing by its name."""


@effect("supervise", words=_("marks it as supervised"))
def supervise(doing: Doing) -> None:
    doing.set(supervised=True)


@effect("typical", takes=(NAME,), words=_("marked as typical: %(one)s"), names=MARKS)
def set_typical(doing: Doing) -> None:
    """``yes`` or ``no``."""
    doing.set(typical=doing.argument == YES)


@effect(
    "urgent",
    fills=True,
    takes=(NAME,),
    words=_("marked as urgent: %(one)s"),
    names=MARKS,
)
def set_urgent(doing: Doing) -> None:
    """``yes`` or ``no``: 转应急 and back."""
    doing.set(urgent=doing.argument == YES)
