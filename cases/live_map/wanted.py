"""Which cases the live map shows: those the reader sees, open, narrowed as he asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.utils import timezone

from accounts.models import User
from cases.models import Case, CaseQuerySet
from workflow.models import Category, Phase, State
from workflow.models.clock import LIGHTS

OPEN = tuple(phase for phase in Phase.values if phase != Phase.DONE)
# Days since a report.
AGES = {"1": 1, "7": 7, "30": 30}
RANKS = {"green": 1, "yellow": 2, "red": 3}


def can_see_live_map(user: User) -> bool:
    """Whose work cases are: his unit's. Others see their own in their own lists."""
    return bool(user.unit_ids)


@dataclass(frozen=True)
class Wanted:
    """What an address asks for; whatever it names wrongly is as if it said nothing."""

    phases: tuple[str, ...] = OPEN
    lights: tuple[str, ...] = ()  # none: also those without a limit
    kind: str = ""
    age: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Self:
        phases = params.get("phase", "").split(",")
        lights = params.get("light", "").split(",")
        kind, age = params.get("kind", ""), params.get("age", "")
        return cls(
            tuple(phase for phase in OPEN if phase in phases) or OPEN,
            tuple(light for light in LIGHTS if light in lights),
            kind if kind in Category.Kind.values else "",
            age if age in AGES else "",
        )

    @property
    def ranks(self) -> list[int]:
        """The lights as tiles tell them; 0 is a case of which no limit runs."""
        return [RANKS[light] for light in self.lights] or [0, *RANKS.values()]

    def cases(self, user: User, now: datetime) -> CaseQuerySet:
        """Scoped first; those with a place. Lights are the tile's to look at."""
        states = State.objects.filter(process__kind=Case.KIND, phase__in=self.phases)
        # A process may have no state of these phases: 0 is none, and still SQL.
        keys = list(states.values_list("pk", flat=True)) or [0]
        rows = Case.objects.visible_to(user).filter(
            state__in=keys, place__isnull=False, merged_into__isnull=True
        )
        if self.kind:
            rows = rows.filter(category__kind=self.kind)
        if self.age:
            rows = rows.filter(reported_at__gte=now - timedelta(days=AGES[self.age]))
        return rows


def this_minute() -> datetime:
    """Lights turn by the minute: what is drawn within one is alike."""
    return timezone.now().replace(second=0, microsecond=0)
