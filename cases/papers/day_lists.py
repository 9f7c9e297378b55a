"""The people, cases and whistles that a day's papers name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import override

from accounts.models import Membership, Unit, User
from accounts.roles import DESK, Role
from cases.models import Assignment, Case, StandIn, Whistle
from govmap.lib.times import span
from workflow.models import Deadline, Phase, Shift

MOST = 20  # cases of each list
ON_DUTY = (*sorted(DESK), Role.SUPERVISOR, Role.LEADER)


@dataclass(frozen=True)
class Lists:
    rows: dict[str, list[dict[str, Any]]]
    counts: dict[str, int]


def bounds(day: date) -> tuple[datetime, datetime]:
    """The day as moments in the site's zone; what is not yet is not in it."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    ends = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return begins, max(begins, min(ends, timezone.now()))


def people(unit: Unit, day: date) -> list[dict[str, str]]:
    """Who was on duty by the roster; without one, who held a post of the desk that
    day, and for whom as a stand-in."""
    if shifts := list(Shift.objects.filter(unit=unit, day=day).in_order()):
        return [_on_duty(shift) for shift in shifts]
    begins, ends = bounds(day)
    span_ = (begins, max(ends, begins + timedelta(minutes=1)))
    rows = Membership.objects.filter(
        unit=unit, role__in=ON_DUTY, valid__overlap=span_, user__is_active=True
    )
    posts = list(rows.select_related("user").order_by("user_id", "pk"))
    lent = {
        pk: str(row.person)
        for row in StandIn.objects.filter(lasts__overlap=span_, person__isnull=False)
        .select_related("person")
        .order_by("pk")
        for pk in row.posts
    }
    found: dict[int, dict[str, Any]] = {}
    for post in posts:
        one = found.setdefault(
            post.user_id, {"name": str(post.user), "roles": [], "stands_in": ""}
        )
        with override("zh-hans"):
            one["roles"].append(str(Role(post.role).label))
        one["stands_in"] = lent.get(post.pk) or one["stands_in"]
    return [
        {**one, "role": "、".join(dict.fromkeys(one.pop("roles")))}
        for one in found.values()
    ]


def _on_duty(shift: Shift) -> dict[str, str]:
    with override("zh-hans"):
        role = f"{shift.kind}{shift.get_part_display()}"
    return {"name": str(shift.person), "role": role, "stands_in": ""}


def of(areas: Sequence[Unit], day: date, user: User) -> Lists:
    """Cases of the areas that this person sees, by why they are named."""
    begins, ends = bounds(day)
    seen = Case.objects.visible_to(user).filter(street__in=areas)
    today = seen.filter(reported_at__gte=begins, reported_at__lt=ends)
    urgent = today.filter(urgent=True)
    notable = today.filter(Q(supervised=True) | Q(urged__gt=0), urgent=False)
    late = _late(seen, ends)
    left = today.exclude(state__phase=Phase.DONE)
    rows = {
        "urgent": _told(urgent, ends),
        "notable": _told(notable, ends),
        "typical": _told(_typical(seen, begins), ends),
        "overdue": _told(late, ends, ordered=True),
        "open": _told(left, ends),
        "whistles": list(_whistles(areas, begins, ends, user)),
    }
    counts = {
        "urgent": urgent.count(),
        "overdue": late.count(),
        "open": left.count(),
        "whistles": len(rows["whistles"]),
    }
    return Lists(rows, counts)


def _late(seen: QuerySet[Case], ends: datetime) -> QuerySet[Case]:
    """Not closed, and a limit had passed by then and was not met."""
    limits = (
        Deadline.objects.running()
        .filter(kind=Case.KIND, subject_id=OuterRef("pk"), paused_at=None)
        .filter(due_at__lt=ends, exempted_at=None)
        .order_by("due_at")
    )
    rows = seen.exclude(state__phase=Phase.DONE).filter(Exists(limits))
    return rows.order_by(Subquery(limits.values("due_at")[:1]))


def _typical(seen: QuerySet[Case], begins: datetime) -> QuerySet[Case]:
    """Kept as examples, of the days about this one: such a mark comes at the end."""
    month = begins - timedelta(days=30)
    return seen.filter(typical=True, reported_at__gte=month)


def _told(
    cases: QuerySet[Case], ends: datetime, *, ordered: bool = False
) -> list[dict[str, Any]]:
    hosts = Assignment.objects.filter(case=OuterRef("pk"), part=Assignment.Part.HOST)
    rows = cases if ordered else cases.order_by("pk")
    rows = rows.annotate(
        host_name=Subquery(hosts.order_by("-pk").values("unit__name")[:1])
    )
    found = list(
        rows.select_related("category", "street", "community").defer("place")[:MOST]
    )
    due = _due([case.pk for case in found])
    return [_case(case, due.get(case.pk), ends) for case in found]


def _due(ids: list[int]) -> dict[int, datetime]:
    """By case, when the limit that runs first is due."""
    rows = Deadline.objects.running().filter(kind=Case.KIND, subject_id__in=ids)
    return dict(rows.order_by("-due_at").values_list("subject_id", "due_at"))


def _case(case: Case, due: datetime | None, ends: datetime) -> dict[str, Any]:
    place = case.address or (case.community.name if case.community else "")
    why = [
        *(["紧急"] if case.urgent else []),
        *(["督办"] if case.supervised else []),
        *([f"催办{case.urged}次"] if case.urged else []),
        *(["典型"] if case.typical else []),
    ]
    with override("zh-hans"):
        return {
            "number": case.number,
            "category": case.category.name,
            "where": place or case.street.name,
            "host": case.host_name or "",  # type: ignore[attr-defined]
            "state": case.state.label,
            "at": case.reported_at,
            "due": due,
            "over": span(ends - due) if due and due < ends else "",
            "why": "、".join(why),
        }


def _whistles(
    areas: Sequence[Unit], begins: datetime, ends: datetime, user: User
) -> Iterable[dict[str, Any]]:
    rows = Whistle.objects.visible_to(user).listed().filter(street__in=areas)
    rows = rows.filter(blown_at__gte=begins, blown_at__lt=ends).order_by("pk")
    for row in rows[:MOST]:
        calls = row.parts()
        with override("zh-hans"):
            yield {
                "number": row.number,
                "occasion": str(row.occasion),
                "where": row.address or (row.community.name if row.community else ""),
                "at": row.blown_at,
                "units": "、".join(call.unit.name for call in calls),
                "arrived": f"{sum(bool(c.arrived_at) for c in calls)}/{len(calls)}",
                "state": row.state.label,
            }
