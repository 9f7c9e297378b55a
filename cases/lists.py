"""Lists of cases: filtered, paged, counted, each row with its clock.

Every list starts from a queryset that somebody scoped by `visible_to`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Membership, Unit, User
from cases.desk import own_views
from cases.desk.own_views import ALL, TODO, UNREAD, OwnView, Unread
from cases.finding import narrowing
from cases.models import Assignment, Case, pressing
from cases.permissions import can_use_unit_list, disposing_units
from cases.priority import levels, parts, periods_on, put_first, rank, special_of
from cases.waiting import Waiting, asked_of, waiting_for
from workflow import seeing
from workflow.models import Deadline, Event, Phase, Process, SpecialPeriod, State
from workflow.models.clock import LIGHTS
from workflow.models.process import states_of

PAGE = 50  # rows
COUNTED = 1000  # beyond this a count says "1,000+"
# What a row shows of other tables.
ROW = ("category", "condition", "street", "community", "cell")


class Filters:
    """What the address of a list asks for; saved in the address, so in a bookmark.

    ``within``: the list holds only cases of this phase and what waits for the person.
    ``of_units``: only what came to the units that he takes, disposes or checks for.
    """

    NAMES = (
        *("view", "phase", "state", "light", "unit", "sort", "special"),
        *narrowing.NAMES,
    )

    def __init__(
        self,
        params: QueryDict,
        user: User,
        *,
        within: Phase | None = None,
        of_units: bool = False,
    ) -> None:
        self.user, self.within, self.of_units = user, within, of_units
        self.values = {
            name: params.get(name, "").strip()
            for name in self.NAMES
            if params.get(name, "").strip()
        }
        self.before = params.get("before", "")

    def asked(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def view(self) -> str:
        """Whose cases: what waits for one of the person's roles, if nothing is said."""
        asked = self.asked("view")
        return asked if asked in own_views.LABELS else TODO

    @property
    def to_do(self) -> bool:
        return self.view == TODO

    @property
    def own_views(self) -> list[tuple[OwnView, str]]:
        """The lists that are always there, each with its address."""
        of_units = self.of_units
        rows = own_views.own_views_of_units() if of_units else self._usual_views
        plain = {"phase": "", "state": ""}
        return [
            (row, self.address(view=row.code, **(plain if row.code == TODO else {})))
            for row in rows
        ]

    @property
    def _usual_views(self) -> list[OwnView]:
        return own_views.own_views(self.user)

    @property
    def by_due(self) -> bool:
        return self.asked("sort") == "due"

    def address(self, **changes: str) -> str:
        """The query string of the same list with something else; never an empty one.

        The page without any opens with the view that the person chose for it.
        """
        values = {"view": self.view, **self.values, **changes}
        return "?" + urlencode({name: text for name, text in values.items() if text})

    @property
    def prefix(self) -> str:
        """The query string, ready for one more name."""
        return f"{self.address()}&"

    @property
    def all_address(self) -> str:
        return self.address(view=ALL)

    @property
    def bare(self) -> str:
        """The same list without filters."""
        return f"?view={self.view}"

    @property
    def states_offered(self) -> list[State]:
        """One of each code, for a list to be narrowed to."""
        return list({row.code: row for row in self.states}.values())

    @cached_property
    def processes(self) -> list[Process]:
        last = Event.objects.order_by("-pk").values("pk")[:1]
        rows = Process.objects.filter(kind=Case.KIND).order_by("pk")
        return list(rows.annotate(last_event=Subquery(last)))

    @cached_property
    def last_event(self) -> int:
        """Where a page that is made now begins to listen: asked before any list.

        What happens in between is then told twice, never missed. No query of its own.
        """
        found = [row.last_event for row in self.processes]  # type: ignore[attr-defined]
        return next(iter(found), 0) or 0

    @property
    def states(self) -> list[State]:
        """Every state a case can be in, of every version of every process."""
        return [row for process in self.processes for row in states_of(process.pk)]

    @cached_property
    def waiting(self) -> Waiting:
        return waiting_for(self.processes, self.posts)

    @property
    def posts(self) -> list[Membership]:
        """Those for which something can wait in this list."""
        posts, units = self.user.posts, disposing_units(self.user)
        if not self.of_units:
            return list(posts)
        return [post for post in posts if post.unit_id in units]

    @cached_property
    def unread(self) -> Unread:
        """What the person has not read: new is what is open, or waits for him."""
        found = {row.pk for row in self.states if row.phase != Phase.DONE}
        return Unread(self.user, frozenset(found | self.waiting.states))

    @property
    def open_states(self) -> list[int]:
        return [row.pk for row in self.states if row.phase != Phase.DONE]

    @cached_property
    def special(self) -> SpecialPeriod | None:
        """The special period, of those that are on, whose cases are asked for."""
        on = periods_on(self.user) if self.asked("special") else []
        return next((row for row in on if str(row.pk) == self.asked("special")), None)

    def state_ids(self) -> set[int] | None:
        """The states asked for as ids, which the index begins with; None: any."""
        found = {row.pk for row in self.states}
        waiting = self.waiting.states
        if self.within:
            found = self.within_ids
        if self.asked("phase"):
            found &= {row.pk for row in self.states if row.phase == self.asked("phase")}
        if self.asked("state"):
            found &= {row.pk for row in self.states if row.code == self.asked("state")}
        elif self.to_do and not self.asked("phase"):
            found &= waiting
        return None if len(found) == len(self.states) else found

    @property
    def within_ids(self) -> set[int]:
        """The states that the page has at all: of its phase, and what waits."""
        found = {row.pk for row in self.states if row.phase == self.within}
        return found | self.waiting.states

    def page_of(self, seen: QuerySet[Case]) -> QuerySet[Case]:
        """All that the page can show of what was scoped, whatever is asked for."""
        if self.of_units:
            parts = Assignment.objects.filter(unit__in=disposing_units(self.user))
            return seen.filter(pk__in=parts.values("case"))
        return seen.filter(state__in=self.within_ids) if self.within else seen

    @property
    def waits(self) -> bool:
        """Whether it holds all that waits for the person, in whatever state."""
        return self.to_do and not self.asked("phase") and not self.asked("state")

    @property
    def _at_work(self) -> Q:
        """What waits for a unit, it has a part of that is not done."""
        if not self.of_units:
            return Q()
        units = disposing_units(self.user)
        parts = Assignment.objects.running().filter(unit__in=units, done_at=None)
        return Q(pk__in=parts.values("case"))

    def apply(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        states = self.state_ids()
        if self.of_units:
            cases = self.page_of(cases)
        if states is not None:
            wanted, asked = Q(state__in=states), []
            if self.waits:
                wanted &= self.waiting.led & self._at_work
                asked = asked_of(self.processes, self.posts)
            # Where nobody asks for anything the index of states alone is read.
            cases = cases.filter(wanted | Q(pk__in=asked) if asked else wanted)
        cases = own_views.narrowed(cases, self.view, self.user)
        if self.view == UNREAD:
            cases = self.unread.narrowed(cases)
        if self.asked("unit"):
            cases = cases.filter(community__code=self.asked("unit"))
        if self.asked("light") in LIGHTS:
            cases = cases.filter(Exists(_running(self.asked("light"))))
        if self.special:
            is_open = Q(state__in=self.open_states)
            cases = cases.filter(is_open & put_first(self.special))
        return narrowing.narrow(cases, self.values, self.user)


REVIEW_PART, UNIT_PART = "review", "unit"


def filters_as(part: str, params: QueryDict, user: User) -> Filters:
    """The filters of one of the pages with such a list, by what it calls itself."""
    within = Phase.DONE if part == REVIEW_PART else None
    of_units = part == UNIT_PART and can_use_unit_list(user)
    return Filters(params, user, within=within, of_units=of_units)


def _running(light: str = "") -> QuerySet[Deadline]:
    """The running limit of the outer case, in one light."""
    rows = Deadline.objects.in_light(light)
    return rows.filter(kind=Case.KIND, subject_id=OuterRef("pk"))


@dataclass
class CaseList:
    """One page of a list."""

    filters: Filters
    cases: list[Case]
    count: int
    more: str = ""  # the query string of the rows after these
    chips: list[dict[str, str]] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED else f"{COUNTED:,}+"


def list_cases(seen: QuerySet[Case], filters: Filters) -> CaseList:
    """A page of what was scoped; counted only where more follows a first page."""
    found = filters.apply(seen)
    rows = _page(found, filters)
    count, more = len(rows), ""
    if len(rows) > PAGE:
        rows = rows[:PAGE]
        more = filters.address(before=str(rows[-1].uuid))
        count = 0 if filters.before else found[: COUNTED + 1].count()
    add_clocks(rows)
    add_marks(rows, filters)
    return CaseList(filters, rows, count, more, chips_of(filters))


def _page(found: QuerySet[Case], filters: Filters) -> list[Case]:
    """One row more than a page, after the row that ``before`` names.

    What a special period that is on puts first comes first.
    """
    rows = with_row(found, filters)
    first = levels(filters.user, filters.open_states)
    after = Case.objects.filter(uuid=_uuid(filters.before)) if filters.before else None
    if filters.by_due:
        rows = rows.annotate(due=Subquery(_running().values("due_at")[:1]))
        ranked = [rank(first).desc()] if first else []
        rows = rows.order_by(*ranked, F("due").asc(nulls_last=True), "-pk")
        start = _position(rows, filters.before) if after is not None else 0
        return list(rows[start : start + PAGE + 1])
    if first:
        last = after.select_related(*ROW).first() if after is not None else None
        return _put_in_order(rows, first, last, filters.user)
    if after is not None:
        rows = rows.filter(pk__lt=Subquery(after.values("pk")))
    return list(rows.order_by("-pk")[: PAGE + 1])


def _put_in_order(
    rows: QuerySet[Case], first: list[tuple[int, Q]], last: Case | None, user: User
) -> list[Case]:
    """A page of what is put first and of what follows it, after the row ``last``."""
    reached = special_of(last, user) if last else None
    begins = reached.priority if reached else 0
    page: list[Case] = []
    for level, part in parts(rows, first):
        if last is not None and level > begins:
            continue
        left = part.filter(pk__lt=last.pk) if last and level == begins else part
        page += left.order_by("-pk")[: PAGE + 1 - len(page)]
        if len(page) > PAGE:
            break
    return page


def with_row(found: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """With what a row of the list shows, also whether the person has read it."""
    rows = found.select_related(*ROW).defer("cell__geometry")
    return rows.annotate(changed=seeing.changed_since(Case.KIND, filters.user))


def _position(rows: QuerySet[Case], uuid: str) -> int:
    """How many rows stand up to and with that one."""
    uuids = [str(found) for found in rows.values_list("uuid", flat=True)[: 20 * PAGE]]
    return uuids.index(uuid) + 1 if uuid in uuids else len(uuids)


def _uuid(text: str) -> Any:
    try:
        return UUID(text)
    except ValueError:
        return None


# What only the clock itself reads of a limit.
UNSHOWN = ("since", "left", "used", "first_due_at", "look_at", "period", "exempted_by")


def add_clocks(cases: Iterable[Case]) -> None:
    """Give each case its ``limits``, and as ``clock`` the one to look at: one query."""
    rows = {case.pk: case for case in cases}
    found: dict[int, list[Deadline]] = {key: [] for key in rows}
    limits = Deadline.objects.filter(kind=Case.KIND, subject_id__in=list(rows))
    for limit in limits.defer(*UNSHOWN).order_by("pk"):
        found[limit.subject_id].append(limit)
    for key, case in rows.items():
        case.limits = found[key]  # type: ignore[attr-defined]
        case.clock = pressing(found[key])  # type: ignore[attr-defined]


def add_marks(cases: Iterable[Case], filters: Filters) -> None:
    """Say of each case, read by `with_row`, whether it is ``unread``: no query."""
    for case in cases:
        case.unread = filters.unread.marks(case)  # type: ignore[attr-defined]


def communities(user: User) -> list[Unit]:
    """The communities that a list of this person's may be narrowed to."""
    rows = Unit.objects.filter(kind=Unit.Kind.COMMUNITY)
    if not user.sees_district:
        rows = rows.filter(Q(parent__in=user.unit_ids) | Q(pk__in=user.unit_ids))
    return list(rows.order_by("code"))


def chips_of(filters: Filters) -> list[dict[str, str]]:
    """The filters that are on, each with the address of the list without it."""
    words = {
        "phase": dict(Phase.choices).get(filters.asked("phase"), ""),
        "state": next(
            (row.label for row in filters.states if row.code == filters.asked("state")),
            "",
        ),
        "light": {
            "red": _("overdue"),
            "yellow": _("soon due"),
            "green": _("in good time"),
        }.get(filters.asked("light"), ""),
        "unit": _unit_name(filters.asked("unit")),
        "special": filters.special or "",
        **narrowing.words_of(filters.values, filters.user),
    }
    return [
        {"word": str(word), "without": filters.address(**{name: ""})}
        for name, word in words.items()
        if filters.asked(name) and word
    ]


def _unit_name(code: str) -> str:
    unit = Unit.objects.filter(code=code).first() if code else None
    return str(unit) if unit else ""
