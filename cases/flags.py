"""What a case is marked with while it goes its way: urged, supervised, typical …"""

from typing import cast

from cases.models import Case
from workflow.arguments import NAME
from workflow.effects import Doing, effect

YES = "yes"


@effect("level", fills=True, takes=(NAME,))
def set_level(doing: Doing) -> None:
    """Who leads it from now on: 升级 to the level above, 下沉 to the one below."""
    doing.set(level=Case.Level(doing.argument))


@effect("count_urge")
def count_urge(doing: Doing) -> None:
    doing.set(urged=cast(Case, doing.row).urged + 1)


@effect("supervise")
def supervise(doing: Doing) -> None:
    doing.set(supervised=True)


@effect("typical", takes=(NAME,))
def set_typical(doing: Doing) -> None:
    """``yes`` or ``no``."""
    doing.set(typical=doing.argument == YES)


@effect("urgent", fills=True, takes=(NAME,))
def set_urgent(doing: Doing) -> None:
    """``yes`` or ``no``: 转应急 and back."""
    doing.set(urgent=doing.argument == YES)
