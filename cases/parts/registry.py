"""Which parts somebody sees, how they are narrowed, and their figures."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Unit, User
from accounts.roles import SEES_UNIT
from cases.models import Case, Survey, SurveyItem
from govmap.lib.lists import ListFilters
from layers.models import Layer, Part
from layers.permissions import sees_register
from workflow.models import Category

LATELY = timedelta(days=365)  # a part that was looked at before is to be seen again
SOUND = "完好"  # GB/T 47678.5-2026 table 2, state of a part
GROUND = (Unit.Kind.STREET, Unit.Kind.COMMUNITY)
CELLS = 300  # of one class, shown at once


def can_see_parts(user: User) -> bool:
    return user.has_role(*SEES_UNIT)


def parts_seen(user: User) -> QuerySet[Part]:
    """Of one's ground, and those that one's unit answers for; the district sees all.

    None where the layer that they come from is not for this reader.
    """
    if not sees_register(user, Layer.Feeds.PARTS):
        return Part.objects.none()
    return Part.objects.filter(_own(user))


def part_seen(user: User, code: str) -> QuerySet[Part]:
    """The one of that code: of those, or which a case is about that the reader sees.

    Who is to mend a part on another's ground must know where it is and whose.
    """
    if not sees_register(user, Layer.Feeds.PARTS):
        return Part.objects.none()
    cases = Case.objects.visible_to(user).filter(part__code=OuterRef("code"))
    return Part.objects.filter(_own(user) | Q(Exists(cases)), code=code)


def _own(user: User) -> Q:
    if user.sees_district:
        return Q(pk__isnull=False)
    posts = [post for post in user.posts if post.role in SEES_UNIT]
    units = {post.unit_id for post in posts}
    where = Q(department__in=units) | Q(owner__in=units) | Q(upkeep__in=units)
    for unit in {post.unit for post in posts if post.unit.kind in GROUND}:
        # A cell's code begins with those of its street and community (GB/T 47678.3).
        where |= Q(cell__startswith=unit.code)
    return where


def class_names() -> dict[str, str]:
    """What the classes of parts are called, by code; the standard in use first."""
    rows = Category.objects.filter(kind=Category.Kind.PART)
    found: dict[str, str] = {}
    for row in rows.select_related("standard").order_by("-standard__code"):
        found.setdefault(row.code, str(row))
    return found


class PartFilters(ListFilters):
    """What the address of the list asks for."""

    NAMES = ("q", "class", "state", "cell")

    def apply(self, rows: QuerySet[Part]) -> QuerySet[Part]:
        if text := self.asked("q"):
            rows = rows.filter(Q(name__startswith=text) | Q(code__startswith=text))
        if code := self.asked("class"):
            rows = rows.filter(category_code=code)
        if cell := self.asked("cell"):
            rows = rows.filter(cell__startswith=cell)
        if self.asked("state") == "broken":
            rows = rows.exclude(state=SOUND)
        elif state := self.asked("state"):
            rows = rows.filter(state=state)
        return rows

    @property
    def of_class(self) -> str:
        """A template cannot read a name that Python keeps."""
        return self.asked("class")

    def words(self) -> dict[str, str]:
        return dict(self.values)


@dataclass(frozen=True)
class Figure:
    """Of a class or a cell: how many parts, how many looked at lately, not sound."""

    code: str
    name: str
    count: int
    looked_at: int
    broken: int

    @property
    def covered(self) -> int:
        """Per cent, rounded down: a hundred is all of them."""
        return self.looked_at * 100 // self.count if self.count else 0


def by_class(rows: QuerySet[Part]) -> list[Figure]:
    """Of each class that is there, in the order of the codes: one query."""
    names = class_names()
    found = _figures(rows, "category_code")
    return [Figure(code, names.get(code, code), *rest) for code, *rest in found]


def by_cell(rows: QuerySet[Part]) -> list[Figure]:
    """Of each cell with such parts; where least was looked at stands first."""
    figures = [Figure(code, code, *rest) for code, *rest in _figures(rows, "cell")]
    return sorted(figures, key=lambda one: (one.covered, one.code))


def _figures(rows: QuerySet[Part], by: str) -> Any:
    looked = Q(code__in=looked_at())
    return (
        rows.order_by()
        .values(by)
        .annotate(
            count=Count("pk"),
            looked=Count("pk", filter=looked),
            broken=Count("pk", filter=~Q(state=SOUND)),
        )
        .order_by(by)
        .values_list(by, "count", "looked", "broken")
    )


def looked_at() -> QuerySet[SurveyItem, Any]:
    """Codes of parts that a survey of the last year ticked off, by whomever."""
    since = timezone.now() - LATELY
    rows = SurveyItem.objects.filter(survey__what=Survey.What.PARTS)
    return rows.filter(done_at__gte=since).values("key")
