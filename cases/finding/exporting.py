"""Lists of cases as files: the register "cases" of `workflow.exporting`.

Never who called: a list that a phone narrowed is not exported, and no column has it.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import Prefetch, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import User
from accounts.roles import Role
from cases.lists import Filters, add_clocks, chips_of, filters_as
from cases.models import Assignment, Case, CaseTag, Source
from govmap.lib.errors import BadInput
from govmap.lib.geojson import DIGITS
from workflow.exporting import Column, Register, exportable
from workflow.models import Event, Phase
from workflow.models.process import states_of

NAME = "cases"
LIST = "list"  # which, where it is not the desk's
PAGES = {"review": "cases:review", "unit": "cases:unit"}
AT_ONCE = 500  # cases whose rows are read together


class NotByPhone(BadInput):
    """A list that a phone narrowed is not exported. Remove that filter first."""

    message = gettext_noop(
        "A list that a phone narrowed is not exported. Remove that filter first."
    )


def filters_of(user: User, query: str) -> Filters:
    params = QueryDict(query)
    return filters_as(params.get(LIST, ""), params, user)


def found(user: User, query: str) -> QuerySet[Case]:
    """What the list of the query shows this person, the newest first."""
    return filters_of(user, query).apply(Case.objects.visible_to(user)).order_by("-pk")


def clean(query: str) -> str:
    """The filters alone. Raises NotByPhone."""
    params = QueryDict(query)
    if params.get("caller"):
        raise NotByPhone
    names = (LIST, *Filters.NAMES)
    return urlencode({name: params[name] for name in names if params.get(name)})


def words(user: User, query: str) -> list[str]:
    filters = filters_of(user, query)
    views = [
        row.label for row, _address in filters.own_views if row.code == filters.view
    ]
    return [*map(str, views), *(chip["word"] for chip in chips_of(filters))]


def page(query: str) -> str:
    """The list that the file was asked for at."""
    view = PAGES.get(QueryDict(query).get(LIST, ""), "cases:search")
    return f"{reverse(view)}?{query}"


def rows(cases: QuerySet[Case], most: int) -> Iterator[Case]:
    """At most so many of the cases, each with what its columns read.

    The ids are taken at one moment; a row costs the same however many there are.
    """
    ids = list(cases.values_list("pk", flat=True)[:most])
    sources = {row.code: str(row) for row in Source.objects.all()}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        read = _read(some)
        for pk in some:
            # Nothing of a case is ever deleted.
            case = read[pk]
            case.source_words = sources.get(case.source, case.source)
            yield case


def _read(ids: list[int]) -> dict[int, Any]:
    parts = Assignment.objects.select_related("unit").order_by("pk")
    tags = CaseTag.objects.select_related("tag")
    whole = (
        Case.objects.filter(pk__in=ids)
        .select_related("category__parent", "condition", "street", "community")
        .select_related("cell", "reporter")
        .defer("cell__geometry")
        .annotate(point=AsGeoJSON("place", precision=DIGITS))
        .prefetch_related(Prefetch("assignments", parts), Prefetch("tags", tags))
    )
    read: dict[int, Any] = {case.pk: case for case in whole}
    add_clocks(read.values())
    events = Event.objects.filter(kind=Case.KIND, subject_id__in=ids)
    first = events.filter(seq=1).select_related("remark")
    for event in first.defer("canonical", "data"):
        case = read[event.subject_id]
        case.told, case.told_by = getattr(event, "remark", None), event.role
    for case in read.values():
        case.closed_at = None
    _add_ends(read, events)
    return read


def _add_ends(read: dict[int, Any], events: QuerySet[Event]) -> None:
    """When each came to its end, of those that have and did not leave it again."""
    moved = events.values_list("subject_id", "from_state", "to_state", "happened_at")
    for pk, before, after, moment in moved.order_by("pk"):
        case = read[pk]
        if before == after or case.state.phase != Phase.DONE:
            continue
        states = states_of(case.process_id)
        done = {row.code for row in states if row.phase == Phase.DONE}
        if after in done and before not in done:
            case.closed_at = moment


def _host(case: Any) -> str:
    hosts = [part for part in case.assignments.all() if part.part == part.Part.HOST]
    return str(hosts[-1].unit) if hosts else ""


def _due(case: Any) -> Any:
    return case.clock.due_at if case.clock else None


def _late(case: Any) -> str:
    clock = case.clock
    if clock is None:
        return ""
    if clock.met_at:
        return _("overdue") if clock.met_at > clock.due_at else _("in time")
    return ""


def _reporter(case: Any) -> str:
    """A volunteer is a neighbour, and named in no file."""
    is_neighbour = getattr(case, "told_by", "") == Role.VOLUNTEER
    return str(Role.VOLUNTEER.label if is_neighbour else case.reporter)


def _told(case: Any) -> str:
    return str(getattr(case, "told", None) or "")


def _axis(number: int) -> Any:
    return lambda case: round(case.place.coords[number], DIGITS) if case.place else None


COLUMNS = (
    Column("number", gettext_lazy("Number"), lambda case: case.number),
    Column(
        "kind",
        gettext_lazy("Part or event"),
        lambda case: case.category.get_kind_display(),
    ),
    Column("main_class", gettext_lazy("Main class"), lambda case: case.category.parent),
    Column("class", gettext_lazy("Class"), lambda case: case.category),
    Column(
        "condition",
        gettext_lazy("Filing condition"),
        lambda case: case.condition and case.condition.text,
        usual=False,
    ),
    Column("source", gettext_lazy("Source"), lambda case: case.source_words),
    Column("state", gettext_lazy("State"), lambda case: case.state.label),
    Column(
        "phase",
        gettext_lazy("Phase"),
        lambda case: Phase(case.state.phase).label,
        usual=False,
    ),
    Column("process", gettext_lazy("Process"), lambda case: case.process, usual=False),
    Column(
        "level",
        gettext_lazy("Level"),
        lambda case: case.get_level_display(),
        usual=False,
    ),
    Column("urgent", gettext_lazy("Urgent"), lambda case: case.urgent, usual=False),
    Column(
        "supervised",
        gettext_lazy("Supervised"),
        lambda case: case.supervised,
        usual=False,
    ),
    Column(
        "tags",
        gettext_lazy("Tags"),
        lambda case: "、".join(str(row.tag) for row in case.tags.all()),
    ),
    Column("street", gettext_lazy("Street"), lambda case: case.street),
    Column("community", gettext_lazy("Community"), lambda case: case.community),
    Column(
        "cell", gettext_lazy("Grid cell"), lambda case: case.cell and case.cell.code
    ),
    Column("address", gettext_lazy("Address"), lambda case: case.address),
    Column("lon", gettext_lazy("Longitude"), _axis(0), usual=False),
    Column("lat", gettext_lazy("Latitude"), _axis(1), usual=False),
    Column("host", gettext_lazy("Handling unit"), _host),
    Column("reported_at", gettext_lazy("Reported at"), lambda case: case.reported_at),
    Column("due_at", gettext_lazy("Due at"), _due),
    Column("closed_at", gettext_lazy("Closed at"), lambda case: case.closed_at),
    Column("late", gettext_lazy("In time or late"), _late),
    Column("told", gettext_lazy("Description"), _told, personal=True),
    Column("reporter", gettext_lazy("Reported by"), _reporter, personal=True),
)

exportable(
    Register(
        name=NAME,
        title=gettext_lazy("Cases"),
        columns=COLUMNS,
        found=found,
        rows=rows,
        words=words,
        clean=clean,
        page=page,
        place=lambda case: case.point,
    )
)
