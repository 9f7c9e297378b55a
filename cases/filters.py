"""What the API's list of cases may be narrowed to."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from accounts.models import Unit
from cases.finding.narrowing import CLOSED, narrow_strictly
from cases.models import Assignment, Case
from govmap.lib.geojson import read_bbox
from layers.models import GridCell
from workflow.models import Deadline, Phase, State
from workflow.models.clock import LIGHTS

STATES = State.objects.filter(process__kind=Case.KIND)


def reported(name: str, moment: datetime) -> dict[str, datetime]:
    """The lookup of ``reported_after`` or ``reported_before``.

    Raises ValidationError.
    """
    step = "gte" if name == "reported_after" else "lt"
    try:
        # Postgres knows no offset of more than 15 h 59 min.
        return {f"reported_at__{step}": moment.astimezone(UTC)}
    except OverflowError as error:
        raise ValidationError({name: [_("Too far away.")]}) from error


class CaseFilter(filters.FilterSet):
    phase = filters.MultipleChoiceFilter(method="by_phase", choices=Phase.choices)
    state = filters.CharFilter(method="by_state", help_text="its code")
    category = filters.CharFilter(
        method="by_category", help_text="kind and code as event/06010"
    )
    street = filters.CharFilter(method="by_unit", help_text="its code")
    community = filters.CharFilter(method="by_unit", help_text="its code")
    cell = filters.CharFilter(method="by_cell", help_text="its code")
    host = filters.CharFilter(method="by_host", help_text="the host unit's code")
    light = filters.ChoiceFilter(
        method="by_light", choices=[(light, light) for light in LIGHTS]
    )
    reported_after = filters.IsoDateTimeFilter(method="by_moment")
    reported_before = filters.IsoDateTimeFilter(method="by_moment")
    bbox = filters.CharFilter(
        method="by_bbox", help_text="west,south,east,north in degrees"
    )
    number = filters.CharFilter(lookup_expr="startswith")
    q = filters.CharFilter(
        method="by_search", help_text="words, class, cell, number of case or order"
    )
    caller = filters.UUIDFilter(
        method="by_search", help_text="a search by phone, as phone-searches answers"
    )
    area = filters.CharFilter(
        method="by_search", help_text="a polygon as the pages write it: docs/search.md"
    )
    closed_from = filters.DateFilter(method="by_closing", help_text="first day")
    closed_to = filters.DateFilter(method="by_closing", help_text="last day")
    source = filters.CharFilter()
    process = filters.CharFilter(field_name="process__code")
    level = filters.ChoiceFilter(choices=Case.Level.choices)
    urgent = filters.BooleanFilter()
    tag = filters.CharFilter(method="by_search", help_text="the tag's code")
    late = filters.BooleanFilter(
        method="by_lateness", help_text="some limit is overdue, or was when it was met"
    )
    mine = filters.BooleanFilter(method="by_reporter", help_text="my own reports")

    class Meta:
        model = Case
        fields: list[str] = []

    # Rows found by a code are named by their ids: through a join nobody knows in
    # advance how few cases they have, and the whole archive would be read for them.

    def by_phase(
        self, cases: QuerySet[Case], name: str, value: list[str]
    ) -> QuerySet[Case]:
        if not value:
            return cases
        return self._in(cases, "state", STATES.filter(phase__in=value))

    def by_state(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return self._in(cases, "state", STATES.filter(code=value))

    def by_unit(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return self._in(cases, name, Unit.objects.filter(code=value))

    def by_cell(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return self._in(cases, name, GridCell.objects.filter(code=value))

    @staticmethod
    def _in(cases: QuerySet[Case], name: str, rows: "QuerySet[Any]") -> QuerySet[Case]:
        keys = list(rows.values_list("pk", flat=True))
        return cases.filter(**{f"{name}__in": keys})

    def by_category(
        self, cases: QuerySet[Case], name: str, value: str
    ) -> QuerySet[Case]:
        kind, _slash, code = value.partition("/")
        if not code:
            raise ValidationError({"category": [_("Kind and code, as event/06010.")]})
        return cases.filter(category__kind=kind, category__code=code)

    def by_search(self, cases: QuerySet[Case], name: str, value: Any) -> QuerySet[Case]:
        return narrow_strictly(cases, {name: str(value)}, self.request.user)

    def by_lateness(
        self, cases: QuerySet[Case], name: str, value: bool
    ) -> QuerySet[Case]:
        late = narrow_strictly(Case.objects.all(), {"late": "yes"}, self.request.user)
        if value:
            return cases.filter(pk__in=late.values("pk"))
        return cases.exclude(pk__in=late.values("pk"))

    def by_closing(
        self, cases: QuerySet[Case], name: str, value: date
    ) -> QuerySet[Case]:
        side = name.removeprefix("closed_")
        asked = {"dates": CLOSED, side: value.isoformat()}
        return narrow_strictly(cases, asked, self.request.user)

    def by_host(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        hosts = Assignment.objects.running().filter(
            case=OuterRef("pk"), part=Assignment.Part.HOST, unit__code=value
        )
        return cases.filter(Exists(hosts))

    def by_light(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        mine = Deadline.objects.in_light(value).filter(
            kind=Case.KIND, subject_id=OuterRef("pk")
        )
        return cases.filter(Exists(mine))

    def by_moment(
        self, cases: QuerySet[Case], name: str, value: datetime
    ) -> QuerySet[Case]:
        return cases.filter(**reported(name, value))

    def by_bbox(self, cases: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return cases.filter(place__bboverlaps=read_bbox(value))

    def by_reporter(
        self, cases: QuerySet[Case], name: str, value: Any
    ) -> QuerySet[Case]:
        mine = {"reporter": self.request.user}
        return cases.filter(**mine) if value else cases.exclude(**mine)
